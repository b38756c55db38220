-- Batches look for their own targets: found by the run alone, each batch would read all that is open of it.
drop index rule_targets_open;
create index rule_targets_open on rule_targets (tenant_id, run_id, batch) where state in ('queued', 'applying');
drop index rule_targets_unverified;
create index rule_targets_unverified on rule_targets (tenant_id, run_id, batch)
    where state = 'applied' and not verified and reason_code is null;
