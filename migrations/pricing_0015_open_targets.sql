-- Targets that were written but not yet read back; few at any time.
create index rule_targets_unverified on rule_targets (tenant_id, run_id)
    where state = 'applied' and not verified and reason_code is null;
