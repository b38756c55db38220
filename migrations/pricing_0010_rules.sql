-- Rules and their immutable versions.

create table rules (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    name text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id),
    constraint rules_name_unique unique (tenant_id, project_id, name),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('rules');

create table rule_versions (
    tenant_id uuid not null,
    rule_id uuid not null,
    version bigint not null,
    content_hash text not null,
    document jsonb not null,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, rule_id, version),
    foreign key (tenant_id, rule_id) references rules (tenant_id, id)
);
select calibr_protect_append_only('rule_versions');
