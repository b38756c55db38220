-- While a sale runs, the compare-at price without it is kept beside the price without it, so that it comes back with it. A row
-- of a plan may change only which sales run; `rows_written` counts those that change something in the shop.

alter table price_versions
    add column base_compare_at_minor bigint,
    add constraint price_versions_base_compare_at_beside_base
        check (base_compare_at_minor is null or base_minor is not null);
alter table price_change_rows
    add column base_compare_at_before_minor bigint, add column base_compare_at_after_minor bigint;
alter table price_changes add column rows_written bigint not null default 0;

alter table price_versions no force row level security;
alter table price_change_rows no force row level security;
alter table price_changes no force row level security;

-- What was there before the sale was not kept until now. What stands above the price without the sale would have stayed.
update price_versions set base_compare_at_minor = compare_at_minor
where valid_to is null and base_minor is not null and compare_at_minor > base_minor;
update price_change_rows set base_compare_at_before_minor = compare_at_before_minor
where base_before_minor is not null and compare_at_before_minor > base_before_minor;
update price_change_rows set base_compare_at_after_minor = compare_at_after_minor
where base_after_minor is not null and compare_at_after_minor > base_after_minor;
update price_changes set rows_written = rows_to_apply;

-- Their hashes were made over other bytes, so those not yet applied must be planned again.
update price_changes set state = 'stale' where state in ('pending_approval', 'approved');

alter table price_versions force row level security;
alter table price_change_rows force row level security;
alter table price_changes force row level security;
