-- What a plan was asked for, so that it can be asked for again with a difference, and of how many variants it was made.

alter table price_changes add column request jsonb, add column catalogue_variants bigint;
alter table price_changes no force row level security;
alter table variants no force row level security;
update price_changes c set catalogue_variants =
    (select count(*) from variants v where v.tenant_id = c.tenant_id and v.project_id = c.project_id);
alter table price_changes alter column catalogue_variants set not null;
alter table variants force row level security;
alter table price_changes force row level security;

-- Whoever approved may take it back.
alter table price_change_decisions drop constraint price_change_decisions_pkey,
    add primary key (tenant_id, price_change_id, actor_id, decision);
