-- Drift is found by a run too, when it reads again what it wrote.

alter table price_drifts drop constraint price_drifts_found_by_known;
alter table price_drifts add constraint price_drifts_found_by_known check (found_by in ('webhook', 'sweep', 'run'));
