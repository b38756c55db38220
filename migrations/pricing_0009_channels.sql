-- Connected shops, and what our variants are called there.

create table channels (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    connector text not null,
    name text not null,
    base_url text not null,
    created_at timestamptz not null,
    ingested_at timestamptz,
    primary key (tenant_id, id),
    constraint channels_name_unique unique (tenant_id, project_id, connector, name),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('channels');

create table channel_refs (
    tenant_id uuid not null,
    channel_id uuid not null,
    variant_id uuid not null,
    external_variant_id text not null,
    external_product_id text not null,
    primary key (tenant_id, channel_id, variant_id),
    constraint channel_refs_external_unique unique (tenant_id, channel_id, external_variant_id),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id),
    foreign key (tenant_id, variant_id) references variants (tenant_id, id)
);
select calibr_protect('channel_refs');
