-- Scopes that writing prices needs and that the shop took away, as it said when it last told of its scopes.

alter table channels add column missing_scopes text[] not null default '{}';
