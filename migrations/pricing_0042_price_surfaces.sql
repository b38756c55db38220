-- The price lists of connected shops, each a price surface of its project.

create table price_surfaces (
    tenant_id uuid not null,
    project_id uuid not null,
    -- What prices, rules and plans call it. It stays when the merchant renames the list.
    name text not null,
    channel_id uuid not null,
    external_id text not null,
    title text not null,
    currency text not null,
    -- What the last reading found: rows with a price of their own, and rows that follow the base price.
    fixed_rows bigint not null default 0,
    relative_rows bigint not null default 0,
    read_at timestamptz not null,
    -- When the shop was first seen without it.
    gone_at timestamptz,
    primary key (tenant_id, project_id, name),
    constraint price_surfaces_external_unique unique (tenant_id, channel_id, external_id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select calibr_protect('price_surfaces');

-- Whether the price on a surface follows the base price; one that does is not known any more when the base price moves.
alter table price_versions add column relative boolean not null default false;
