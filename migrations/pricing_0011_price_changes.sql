-- The governed unit: a price change, its frozen rows, and who said yes or no to them.

create table price_changes (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    title text not null,
    note text,
    state text not null constraint price_changes_state_known check (state in (
        'planned', 'pending_approval', 'approved', 'applying', 'applied', 'partially_applied', 'failed',
        'rejected', 'stale', 'rolling_back', 'rolled_back')),
    plan_hash text not null,
    -- The header that was hashed before the rows, byte for byte.
    plan_header text not null,
    currency text not null,
    catalogue_watermark bigint not null,
    planned_at timestamptz not null,
    author_id uuid not null,
    author text not null,
    impact jsonb not null,
    rows_to_apply bigint not null,
    rows_blocked bigint not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id),
    foreign key (tenant_id, author_id) references users (tenant_id, id)
);
create index price_changes_by_project on price_changes (tenant_id, project_id, id);
select calibr_protect('price_changes');

create table price_change_rules (
    tenant_id uuid not null,
    price_change_id uuid not null,
    ordinal bigint not null,
    rule_id uuid not null,
    version bigint not null,
    primary key (tenant_id, price_change_id, ordinal),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id),
    foreign key (tenant_id, rule_id, version) references rule_versions (tenant_id, rule_id, version)
);
select calibr_protect_append_only('price_change_rules');

create table price_change_rows (
    tenant_id uuid not null,
    price_change_id uuid not null,
    row bigint not null,
    variant_id uuid not null,
    sku text not null,
    title text not null,
    outcome text not null constraint price_change_rows_outcome_known
        check (outcome in ('raise', 'cut', 'same', 'blocked', 'skipped')),
    before_minor bigint,
    after_minor bigint,
    compare_at_before_minor bigint,
    compare_at_after_minor bigint,
    rule_ordinal bigint not null,
    reason text,
    -- The explain trace as it was decided; text, so that it stays the same byte for byte.
    trace text not null,
    primary key (tenant_id, price_change_id, row),
    constraint price_change_rows_variant_once unique (tenant_id, price_change_id, variant_id),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id)
);
select calibr_protect_append_only('price_change_rows');

create table price_change_decisions (
    tenant_id uuid not null,
    price_change_id uuid not null,
    actor_id uuid not null,
    actor text not null,
    decision text not null constraint price_change_decisions_known check (decision in ('approved', 'rejected')),
    plan_hash text not null,
    comment text,
    decided_at timestamptz not null,
    primary key (tenant_id, price_change_id, actor_id),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id),
    foreign key (tenant_id, actor_id) references users (tenant_id, id)
);
select calibr_protect_append_only('price_change_decisions');
