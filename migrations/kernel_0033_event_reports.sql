-- What became of a consumer's dead letters is reported once, when none is left open; and how fast a consumer reads can
-- be told.

alter table dlq_event_log
    -- When the delivery gave up first, before anybody retried it.
    add column first_died_at timestamptz,
    -- How often somebody had it delivered again.
    add column retries bigint not null default 0,
    -- When the report that counts it was written; null until then.
    add column reported_at timestamptz;
alter table dlq_event_log no force row level security;
update dlq_event_log set first_died_at = died_at,
    reported_at = case when state in ('settled', 'dropped') then decided_at end;
alter table dlq_event_log force row level security;
alter table dlq_event_log alter column first_died_at set not null;
create index dlq_event_log_unreported on dlq_event_log (tenant_id, consumer)
    where state in ('settled', 'dropped') and reported_at is null;

-- Two places where a consumer was: the younger up to five minutes ago, the former up to ten.
alter table event_consumers
    add column former_at timestamptz,
    add column former_epoch integer not null default 0,
    add column former_tx_id xid8 not null default '0',
    add column former_position bigint not null default 0,
    add column mark_at timestamptz,
    add column mark_epoch integer not null default 0,
    add column mark_tx_id xid8 not null default '0',
    add column mark_position bigint not null default 0;
