-- Webhooks to customers: where to send events, with which secrets, and what became of every delivery.

create table webhook_endpoints (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    url text not null,
    description text not null,
    -- Empty stands for all.
    event_types text[] not null,
    state text not null default 'enabled'
        constraint webhook_endpoints_state_known check (state in ('enabled', 'disabled')),
    -- Why it was disabled.
    reason text,
    -- Since when no delivery has succeeded; null while they do.
    failing_since timestamptz,
    created_by text not null,
    created_at timestamptz not null,
    primary key (tenant_id, id)
);
create index webhook_endpoints_enabled on webhook_endpoints (tenant_id) where state = 'enabled';
select calibr_protect('webhook_endpoints');
-- The relay asks who has any at all.
select calibr_grant_dispatch('webhook_endpoints', 'select');

-- Sealed with the tenant's data key. One is current; those before it still sign until they end.
create table webhook_secrets (
    tenant_id uuid not null,
    endpoint_id uuid not null,
    id uuid not null,
    sealed bytea not null,
    created_at timestamptz not null,
    ends_at timestamptz,
    primary key (tenant_id, endpoint_id, id),
    foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id)
);
select calibr_protect('webhook_secrets');

create table webhook_deliveries (
    tenant_id uuid not null,
    id uuid not null,
    endpoint_id uuid not null,
    event_id uuid not null,
    position bigint not null,
    occurred_at timestamptz not null,
    type text not null,
    -- Zero where the delivery is not part of a replay.
    replay_id uuid not null,
    state text not null default 'pending'
        constraint webhook_deliveries_state_known check (state in ('pending', 'delivered', 'failed')),
    -- Since it was last set going.
    tries integer not null default 0,
    attempts integer not null default 0,
    created_at timestamptz not null,
    next_at timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, id),
    constraint webhook_deliveries_once unique (tenant_id, endpoint_id, event_id, replay_id),
    foreign key (tenant_id, endpoint_id) references webhook_endpoints (tenant_id, id)
);
create index webhook_deliveries_by_endpoint on webhook_deliveries (tenant_id, endpoint_id, id);
select calibr_protect('webhook_deliveries');

create table webhook_attempts (
    tenant_id uuid not null,
    delivery_id uuid not null,
    number integer not null,
    at timestamptz not null,
    duration_ms integer not null,
    status integer,
    error text,
    primary key (tenant_id, delivery_id, number),
    foreign key (tenant_id, delivery_id) references webhook_deliveries (tenant_id, id)
);
select calibr_protect_append_only('webhook_attempts');
