-- Seals over the audit: each holds the leaves of some records, their Merkle root, and a head that takes up the head before.

create table audit_seals (
    tenant_id uuid not null references tenants (id),
    ordinal bigint not null,
    record_ids uuid[] not null,
    -- The leaves one after the other, 32 bytes each, in the order of the ids.
    leaves bytea not null,
    root bytea not null,
    head bytea not null,
    newest_id uuid not null,
    sealed_at timestamptz not null,
    primary key (tenant_id, ordinal)
);
create index audit_seals_by_newest on audit_seals (tenant_id, newest_id);
select calibr_protect_append_only('audit_seals');
