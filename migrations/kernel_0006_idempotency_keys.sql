-- Answers kept for 7 days so that a repeated request does its work once.

create table idempotency_keys (
    tenant_id uuid not null references tenants (id),
    key text not null,
    fingerprint text not null,
    status integer,
    content_type text,
    body bytea,
    created_at timestamptz not null,
    primary key (tenant_id, key)
);
select calibr_protect('idempotency_keys');
