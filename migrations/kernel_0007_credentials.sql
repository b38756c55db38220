-- Secrets of connected channels, sealed with the tenant's data key, which is sealed with the master key.

create table tenant_keys (
    tenant_id uuid not null references tenants (id),
    sealed_key bytea not null,
    created_at timestamptz not null,
    primary key (tenant_id)
);
select calibr_protect('tenant_keys');

create table credentials (
    tenant_id uuid not null references tenants (id),
    name text not null,
    sealed bytea not null,
    updated_at timestamptz not null,
    primary key (tenant_id, name)
);
select calibr_protect('credentials');
