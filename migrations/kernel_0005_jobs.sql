-- Durable jobs: one row per batch of work, leased with a fence that only grows.

create table jobs (
    tenant_id uuid not null references tenants (id),
    id uuid not null,
    kind text not null,
    payload jsonb not null,
    state text not null default 'queued'
        constraint jobs_state_known check (state in ('queued', 'running', 'done', 'dead')),
    run_at timestamptz not null,
    attempts integer not null default 0,
    fence bigint not null default 0,
    lease_owner uuid,
    lease_until timestamptz,
    last_error text,
    correlation_id uuid not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, id)
);
create index jobs_due on jobs (run_at) where state = 'queued';
create index jobs_leased on jobs (lease_until) where state = 'running';
select calibr_protect('jobs');

-- The job runner takes due jobs of all tenants, and sees nothing else of theirs.
grant select, update on jobs to calibr_dispatch;
create policy jobs_dispatch on jobs to calibr_dispatch using (true) with check (true);
