-- What shops tell us of themselves: where they may knock, what they said, and whether they are still connected.

alter table channels
    add column state text not null default 'connected'
        constraint channels_state_known check (state in ('connected', 'disconnected'));

-- The secret part of the address that a shop's webhooks come to.
create table channel_hooks (
    tenant_id uuid not null,
    channel_id uuid not null,
    path_digest bytea not null,
    created_at timestamptz not null,
    primary key (tenant_id, channel_id),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
select calibr_protect('channel_hooks');

create table shop_notices (
    tenant_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    topic text not null,
    webhook_id text not null,
    event_id text,
    body_digest bytea not null,
    -- The vendor's id of what it is about; the body itself is not kept.
    subject text,
    triggered_at timestamptz,
    received_at timestamptz not null,
    state text not null constraint shop_notices_state_known check (state in ('waiting', 'done', 'ignored')),
    outcome text not null,
    primary key (tenant_id, id),
    -- A signature says nothing about the id beside it, so that the body is told apart by itself too.
    constraint shop_notices_once unique (tenant_id, channel_id, webhook_id),
    constraint shop_notices_body_once unique (tenant_id, channel_id, topic, body_digest),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id)
);
create index shop_notices_by_time on shop_notices (tenant_id, channel_id, received_at);
select calibr_protect('shop_notices');
