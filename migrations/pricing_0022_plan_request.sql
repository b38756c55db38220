-- What a plan was asked for, so that it can be asked for again with a difference.

alter table price_changes add column request jsonb;
