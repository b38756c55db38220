-- A repeated request is told again where the thing is that the first one made.
alter table idempotency_keys add column location text;
