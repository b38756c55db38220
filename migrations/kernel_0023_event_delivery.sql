-- Delivery of the event log: lives of the log, partitions by month, keys apart, consumers, retries, dead letters.

-- Transaction ids begin anew where a dump is restored into another server; each life of the log has its own number.
create table event_epochs (
    epoch integer primary key,
    system_identifier bigint not null,
    begun_at timestamptz not null default now()
);
alter table event_epochs enable row level security;
alter table event_epochs force row level security;
create policy event_epochs_read on event_epochs for select using (true);
create policy event_epochs_begin on event_epochs for insert to calibr_dispatch with check (true);
grant select on event_epochs to calibr_app, calibr_dispatch;
grant insert on event_epochs to calibr_dispatch;
alter table event_epochs no force row level security;
insert into event_epochs (epoch, system_identifier) select 1, system_identifier from pg_control_system();
alter table event_epochs force row level security;

-- The present life. Fails rather than stamp an event with the life of another server.
create function calibr_event_epoch() returns integer
language plpgsql stable parallel safe set search_path = pg_catalog, public as $$
declare
    last record;
begin
    select epoch, system_identifier into last from event_epochs order by epoch desc limit 1;
    if last.system_identifier is distinct from (select system_identifier from pg_control_system()) then
        raise exception 'this database was restored from another server and its event log has not been opened here'
            using errcode = 'object_not_in_prerequisite_state', hint = 'Start the Calibr server once.';
    end if;
    return last.epoch;
end
$$;

-- Below this transaction nothing of this database is open any more, as the calling statement sees it. A snapshot counts
-- the transactions of all databases of a server; one that is known to be a neighbour's can have nothing in this log.
create function calibr_event_watermark() returns xid8
language plpgsql stable set search_path = pg_catalog as $$
declare
    seen pg_snapshot := pg_current_snapshot();
    here oid;
begin
    if pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) then
        return pg_snapshot_xmax(seen);
    end if;
    select oid into here from pg_database where datname = current_database();
    return coalesce(
        (select open from pg_snapshot_xip(seen) as open
         where not exists (
             select from pg_locks l join pg_stat_activity a on a.pid = l.pid
             where l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
               and l.transactionid = open::xid and a.datid <> here)
         order by open limit 1),
        pg_snapshot_xmax(seen));
end
$$;

-- Partitions stand in a schema that only the owner may enter, so the policies of the log itself are the only way in.
create schema calibr_log;

alter table event_log set schema calibr_log;
alter table calibr_log.event_log no force row level security;

create table event_log (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    position bigint generated always as identity,
    epoch integer not null,
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
    primary key (tenant_id, position, occurred_at)
) partition by range (occurred_at);
create index event_log_by_transaction on event_log (epoch, tx_id, position);
create index event_log_by_id on event_log (tenant_id, id);
create index event_log_by_entity on event_log (tenant_id, entity_type, entity_id, position);
-- Events about a whole project are few, and what is kept in memory follows them by transaction.
create index event_log_of_projects on event_log (tenant_id, entity_id, type, tx_id) where entity_type = 'project';

-- What comes before its month was made; making the month moves it there.
create table calibr_log.event_log_default partition of event_log default;

-- Makes the partition of the month (UTC) that begins at `month`.
create function calibr_event_log_make(month date) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    start timestamptz := month::timestamp at time zone 'UTC';
    stop timestamptz := (month::timestamp + interval '1 month') at time zone 'UTC';
    part text := to_char(month, '"event_log_"YYYY"_"MM');
begin
    if to_regclass('calibr_log.' || part) is not null then
        return;
    end if;
    perform set_config('lock_timeout', '2s', true);
    lock table calibr_log.event_log_default in access exclusive mode;
    execute format('create table calibr_log.%I (like public.event_log including defaults)', part);
    execute format(
        'with moved as (
             delete from calibr_log.event_log_default where occurred_at >= %L and occurred_at < %L returning *)
         insert into calibr_log.%I select * from moved', start, stop, part);
    execute format('alter table public.event_log attach partition calibr_log.%I for values from (%L) to (%L)',
        part, start, stop);
end
$$;

-- Keeps others out of the log until the transaction ends, so that what is checked stays true until it is dropped.
create function calibr_event_log_lock() returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform set_config('lock_timeout', '2s', true);
    lock table public.event_log in access exclusive mode;
end
$$;

-- Drops the partition of the month (UTC) that begins at `month`, and strays that are as old.
create function calibr_event_log_drop(month date) returns void
language plpgsql security definer set search_path = pg_catalog as $$
declare
    part text := to_char(month, '"event_log_"YYYY"_"MM');
begin
    execute format('alter table public.event_log detach partition calibr_log.%I', part);
    execute format('drop table calibr_log.%I', part);
    delete from calibr_log.event_log_default
    where occurred_at < (month::timestamp + interval '1 month') at time zone 'UTC';
end
$$;

revoke execute on function calibr_event_log_make(date) from public;
revoke execute on function calibr_event_log_lock() from public;
revoke execute on function calibr_event_log_drop(date) from public;
grant execute on function calibr_event_log_make(date) to calibr_dispatch;
grant execute on function calibr_event_log_lock() to calibr_dispatch;
grant execute on function calibr_event_log_drop(date) to calibr_dispatch;

insert into event_log (tenant_id, id, position, epoch, tx_id, event_key, type, entity_type, entity_id, payload, actor,
    request_id, correlation_id, occurred_at)
overriding system value
select tenant_id, gen_random_uuid(), position, epoch, tx_id, event_key, type, entity_type, entity_id, payload, actor,
    request_id, correlation_id, occurred_at
from calibr_log.event_log;
select setval('event_log_position_seq', coalesce(max(position), 0) + 1, false) from calibr_log.event_log;

select calibr_event_log_make(month::date)
from (select date_trunc('month', occurred_at at time zone 'UTC') as month from calibr_log.event_log
      union select date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead)
      from generate_series(0, 2) as ahead) months;

-- A unique key over partitions would have to hold the month, and so would let a key pass again in the next one.
create table event_keys (
    tenant_id uuid not null,
    event_key text not null,
    kept_since timestamptz not null,
    primary key (tenant_id, event_key)
);
create index event_keys_by_age on event_keys using brin (kept_since);
insert into event_keys (tenant_id, event_key, kept_since)
select tenant_id, event_key, occurred_at from calibr_log.event_log;
drop table calibr_log.event_log;

select calibr_protect_append_only('event_log');
select calibr_grant_dispatch('event_log', 'select');
select calibr_protect_append_only('event_keys');
select calibr_grant_dispatch('event_keys', 'select, delete');

-- How far each consumer is: one row each, moved once per batch. They serve all tenants of the installation.
create table event_consumers (
    name text primary key,
    epoch integer not null default 0,
    tx_id xid8 not null default '0',
    position bigint not null default 0,
    fence bigint not null default 0,
    lease_owner uuid,
    lease_until timestamptz,
    delivered bigint not null default 0,
    retried bigint not null default 0,
    died bigint not null default 0,
    failures integer not null default 0,
    last_error text,
    last_delivery_at timestamptz
);
alter table event_consumers enable row level security;
alter table event_consumers force row level security;
create policy event_consumers_dispatch on event_consumers to calibr_dispatch using (true) with check (true);
create policy event_consumers_read on event_consumers for select to calibr_app using (true);
grant select, insert, update on event_consumers to calibr_dispatch;
grant select on event_consumers to calibr_app;

-- A span of a tenant's events delivered once more to one consumer.
create table event_replays (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    consumer text not null,
    from_position bigint not null,
    to_position bigint not null,
    epoch integer not null default 0,
    tx_id xid8 not null default '0',
    position bigint not null default 0,
    delivered bigint not null default 0,
    requested_by text not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, id)
);
create index event_replays_open on event_replays (consumer, id) where finished_at is null;
select calibr_protect('event_replays');
select calibr_grant_dispatch('event_replays', 'select, update');

-- Deliveries that failed and will be tried again, and those that wait behind one of the same thing.
create table event_deliveries (
    tenant_id uuid not null references tenants (id),
    consumer text not null,
    -- Zero where the delivery is not part of a replay.
    replay_id uuid not null,
    epoch integer not null,
    tx_id xid8 not null,
    position bigint not null,
    event_id uuid not null,
    occurred_at timestamptz not null,
    entity_type text not null,
    entity_id text not null,
    attempts integer not null,
    due_at timestamptz not null,
    reason text,
    primary key (tenant_id, consumer, replay_id, position)
);
create index event_deliveries_in_order
    on event_deliveries (consumer, replay_id, tenant_id, entity_type, entity_id, epoch, tx_id, position);
select calibr_protect('event_deliveries');
select calibr_grant_dispatch('event_deliveries', 'select, insert, update, delete');

-- Deliveries that gave up, until somebody retries or drops them; what was decided stays.
create table dlq_event_log (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    consumer text not null,
    replay_id uuid not null,
    epoch integer not null,
    tx_id xid8 not null,
    position bigint not null,
    event_id uuid not null,
    occurred_at timestamptz not null,
    type text not null,
    entity_type text not null,
    entity_id text not null,
    state text not null default 'dead'
        constraint dlq_event_log_state_known check (state in ('dead', 'retrying', 'settled', 'dropped')),
    attempts integer not null,
    reason text not null,
    died_at timestamptz not null,
    note text,
    decided_by text,
    decided_at timestamptz,
    primary key (tenant_id, id),
    constraint dlq_event_log_delivery_unique unique (tenant_id, consumer, replay_id, position)
);
create index dlq_event_log_by_state on dlq_event_log (tenant_id, state, id);
create index dlq_event_log_open on dlq_event_log (consumer) where state in ('dead', 'retrying');
select calibr_protect('dlq_event_log');
select calibr_grant_dispatch('dlq_event_log', 'select, insert, update');

-- What a consumer inside Calibr has taken in, so that a delivery that comes twice counts once.
create table event_inbox (
    tenant_id uuid not null references tenants (id),
    consumer text not null,
    replay_id uuid not null,
    event_id uuid not null,
    taken_at timestamptz not null,
    primary key (tenant_id, consumer, replay_id, event_id)
);
create index event_inbox_by_age on event_inbox using brin (taken_at);
select calibr_protect('event_inbox');
select calibr_grant_dispatch('event_inbox', 'select, delete');
