-- What happened, append-only, written in the transaction of the change itself.
-- Readers advance by tx_id (commit order differs from position); epoch survives a restore into a new cluster.

create table event_log (
    tenant_id uuid not null references tenants (id),
    position bigint generated always as identity,
    epoch integer not null default 1,
    tx_id xid8 not null default pg_current_xact_id(),
    event_key text not null,
    type text not null,
    entity_type text not null,
    entity_id text not null,
    payload jsonb not null,
    actor text not null,
    request_id uuid not null,
    correlation_id uuid not null,
    occurred_at timestamptz not null,
    primary key (tenant_id, position),
    constraint event_log_key_unique unique (tenant_id, event_key)
);
create index event_log_by_entity on event_log (tenant_id, entity_type, entity_id, position);
select calibr_protect_append_only('event_log');
