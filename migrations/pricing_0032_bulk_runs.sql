-- Large runs, whose batches are written in bulk operations at the vendor's.

alter table rule_runs add column in_bulk boolean not null default false;

-- The name of the operation in which a target may have left; null if it left in a call of its own.
alter table rule_targets add column sent_in text;
