-- Starts of price changes at an instant: who asked for them, for when by which clock, and what came of each.

create table price_change_starts (
    tenant_id uuid not null,
    price_change_id uuid not null,
    ordinal bigint not null,
    starts_at timestamptz not null,
    -- The clock on the wall that was named, and its zone; null where the plan was made for an instant.
    local text,
    time_zone text,
    -- The first wave, as it was asked for.
    canary jsonb,
    scheduled_by_id uuid,
    scheduled_by text not null,
    scheduled_at timestamptz not null,
    ended_at timestamptz,
    outcome text constraint price_change_starts_outcome_known check (outcome in ('started', 'called_off', 'not_started')),
    reason text,
    primary key (tenant_id, price_change_id, ordinal),
    foreign key (tenant_id, price_change_id) references price_changes (tenant_id, id),
    foreign key (tenant_id, scheduled_by_id) references users (tenant_id, id),
    constraint price_change_starts_ended_with_outcome check ((ended_at is null) = (outcome is null))
);
create unique index price_change_starts_one_open on price_change_starts (tenant_id, price_change_id)
    where ended_at is null;

-- What waits for its instant already.
alter table price_changes no force row level security;
insert into price_change_starts (tenant_id, price_change_id, ordinal, starts_at, scheduled_by_id, scheduled_by, scheduled_at)
    select tenant_id, id, 1, (plan_header::jsonb ->> 'instant')::timestamptz, author_id, author, planned_at
    from price_changes where state = 'scheduled';
alter table price_changes force row level security;

select calibr_protect('price_change_starts');
