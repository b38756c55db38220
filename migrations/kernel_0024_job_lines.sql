-- Jobs wait in lines: one for each tenant and limit key, in the order of their rank. A job that is not due yet stands in
-- no line, so that nobody has to look past it.

alter table jobs no force row level security;

alter table jobs
    drop constraint jobs_state_known,
    add constraint jobs_state_known check (state in ('queued', 'running', 'done', 'dead', 'cancelled')),
    -- Whether a queued job stands in its line; it enters when it is due.
    add column ready boolean not null default false,
    add column priority text not null default 'normal'
        constraint jobs_priority_known check (priority in ('interactive', 'normal', 'background')),
    -- Its place in the line: when it became due, and later by what its priority yields.
    add column rank timestamptz,
    -- What it takes of its tenant's share, in units of the caller's choice.
    add column weight bigint not null default 1 constraint jobs_weight_positive check (weight > 0),
    -- Of the jobs of one key at most so many run at once; each of them holds a slot.
    add column limit_key text not null default '',
    add column limit_running integer constraint jobs_limit_positive check (limit_running > 0),
    add column slot integer,
    -- Of the jobs with one key at most one is open.
    add column key text;
update jobs set rank = run_at;
alter table jobs alter column rank set not null;

alter table jobs force row level security;

drop index jobs_due;
create index jobs_waiting on jobs (run_at) where state = 'queued' and not ready;
create index jobs_ready on jobs (tenant_id, limit_key, rank) where state = 'queued' and ready;
create unique index jobs_slot_once on jobs (tenant_id, limit_key, slot) where state = 'running' and slot is not null;
create unique index jobs_key_once on jobs (tenant_id, key) where state in ('queued', 'running') and key is not null;
create index jobs_ended on jobs (finished_at) where state in ('done', 'cancelled');
create index jobs_not_done on jobs (tenant_id, state, id) where state <> 'done';

-- What is to be enqueued again and again, by the clocks of a zone.
create table job_schedules (
    tenant_id uuid not null references tenants (id),
    name text not null,
    kind text not null,
    payload jsonb not null,
    cron text not null,
    zone text not null,
    next_at timestamptz not null,
    last_at timestamptz,
    correlation_id uuid not null,
    created_at timestamptz not null,
    primary key (tenant_id, name)
);
create index job_schedules_due on job_schedules (next_at);
select calibr_protect('job_schedules');

-- The job runner enqueues what schedules say, and clears away what ended long ago.
select calibr_grant_dispatch('job_schedules', 'select, update');
grant insert, delete on jobs to calibr_dispatch;
