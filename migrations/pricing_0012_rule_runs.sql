-- Executions of price changes, one row per target, with the durable intent before each write.

create table rule_runs (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    price_change_id uuid not null,
    channel_id uuid not null,
    kind text not null constraint rule_runs_kind_known check (kind in ('apply', 'roll_back')),
    reverses_run_id uuid,
    state text not null constraint rule_runs_state_known check (state in (
        'queued', 'applying', 'applied', 'partially_applied', 'failed', 'rolled_back')),
    total bigint not null,
    actor text not null,
    correlation_id uuid not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id),
    foreign key (tenant_id, reverses_run_id) references rule_runs (tenant_id, id)
);
-- Two runs that write to one shop at once could each read before the other writes.
create unique index rule_runs_one_active on rule_runs (tenant_id, channel_id) where state in ('queued', 'applying');
create index rule_runs_by_price_change on rule_runs (tenant_id, price_change_id, id);
create index rule_runs_by_project on rule_runs (tenant_id, project_id, id);
select calibr_protect('rule_runs');

create table rule_targets (
    tenant_id uuid not null,
    run_id uuid not null,
    row bigint not null,
    id uuid not null,
    batch bigint not null,
    variant_id uuid not null,
    external_variant_id text not null,
    external_product_id text not null,
    sku text not null,
    title text not null,
    state text not null default 'queued' constraint rule_targets_state_known check (state in (
        'queued', 'applying', 'applied', 'failed', 'conflict', 'skipped', 'rolled_back')),
    before_minor bigint not null,
    after_minor bigint not null,
    compare_at_before_minor bigint,
    compare_at_after_minor bigint,
    -- The fence of the job that stored the intent; results under an older fence are refused.
    fence bigint not null default 0,
    -- When the intent was stored; a target with an intent may have been written even if we never heard.
    intent_at timestamptz,
    attempts bigint not null default 0,
    observed_minor bigint,
    compare_at_observed_minor bigint,
    reason_code text,
    reason text,
    settled_at timestamptz,
    verified boolean not null default false,
    primary key (tenant_id, run_id, row),
    constraint rule_targets_variant_once unique (tenant_id, run_id, variant_id),
    foreign key (tenant_id, run_id) references rule_runs (tenant_id, id),
    foreign key (tenant_id, variant_id) references variants (tenant_id, id)
);
create index rule_targets_by_batch on rule_targets (tenant_id, run_id, batch, row);
create index rule_targets_open on rule_targets (tenant_id, run_id) where state in ('queued', 'applying');
select calibr_protect('rule_targets');
