-- Drift in price lists: where the price is shown, and whether its row follows the base price.

alter table price_drifts
    add column surface text not null default 'base',
    add column expected_relative boolean not null default false,
    add column found_relative boolean not null default false;

drop index price_drifts_one_open;
create unique index price_drifts_one_open on price_drifts (tenant_id, channel_id, surface, variant_id) where state = 'open';
