-- Differences between the prices we hold and those a shop shows, and what each project does about them.

create table price_drifts (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    channel_id uuid not null,
    variant_id uuid not null,
    currency text not null,
    expected_minor bigint not null,
    expected_compare_at_minor bigint,
    -- Null when the shop no longer has the variant.
    found_minor bigint,
    found_compare_at_minor bigint,
    found_by text not null constraint price_drifts_found_by_known check (found_by in ('webhook', 'sweep')),
    state text not null default 'open' constraint price_drifts_state_known check (state in (
        'open', 'ended', 'adopted', 'put_back')),
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    settled_at timestamptz,
    settled_by text,
    -- The price change that puts the price back.
    price_change_id uuid,
    primary key (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id),
    foreign key (tenant_id, channel_id) references channels (tenant_id, id),
    foreign key (tenant_id, variant_id) references variants (tenant_id, id),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id)
);
create unique index price_drifts_one_open on price_drifts (tenant_id, channel_id, variant_id) where state = 'open';
create index price_drifts_by_project on price_drifts (tenant_id, project_id, id);
select calibr_protect('price_drifts');

create table drift_policies (
    tenant_id uuid not null,
    project_id uuid not null,
    policy text not null constraint drift_policies_known check (policy in ('hold', 'adopt', 'put_back')),
    -- The author of the price changes that the policy makes.
    set_by uuid not null,
    set_by_label text not null,
    set_at timestamptz not null,
    primary key (tenant_id, project_id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('drift_policies');
