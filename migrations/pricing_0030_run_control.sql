-- Runs that can be paused, stopped and begun with a first wave; price changes that wait for their instant.

alter table price_changes
    drop constraint price_changes_state_known,
    add constraint price_changes_state_known check (state in (
        'planned', 'pending_approval', 'approved', 'scheduled', 'applying', 'applied', 'partially_applied', 'failed',
        'rejected', 'stale', 'rolling_back', 'rolled_back'));

alter table rule_runs
    drop constraint rule_runs_state_known,
    add constraint rule_runs_state_known check (state in (
        'queued', 'applying', 'paused', 'stopping', 'applied', 'partially_applied', 'failed', 'rolled_back')),
    -- Grows with every act that sends the jobs of before home: what they still hold in hand is not committed.
    add column generation bigint not null default 1,
    add column stage text not null default 'all'
        constraint rule_runs_stage_known check (stage in ('all', 'canary', 'soak', 'rest')),
    -- The first wave: how it was asked for and what was found.
    add column canary jsonb,
    -- Why it is paused, or was stopped.
    add column note text;
drop index rule_runs_one_active;
create unique index rule_runs_one_active on rule_runs (tenant_id, channel_id)
    where state in ('queued', 'applying', 'paused', 'stopping');

-- 0 is written first; what comes after a first wave is 1.
alter table rule_targets add column wave bigint not null default 0;
