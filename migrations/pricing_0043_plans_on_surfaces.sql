-- Price changes and runs over the prices of a price list.

alter table price_changes add column surface text not null default 'base';

-- Whether the row of the price list follows the base price, before and after: such a row is taken back by freeing it.
alter table rule_targets
    add column before_relative boolean not null default false,
    add column after_relative boolean not null default false;
