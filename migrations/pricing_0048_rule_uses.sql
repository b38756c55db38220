-- The newest price change of a rule is found without reading all that were planned with it.

create index price_change_rules_by_rule on price_change_rules (tenant_id, rule_id, price_change_id);
