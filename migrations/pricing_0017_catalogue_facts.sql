-- What rules ask about a variant beyond what a shop's product file says, and which sales make a price what it is.

alter table products
    -- Handles of the collections that the product is in, sorted.
    add column collections text[] not null default '{}',
    -- When the product was made, where somebody told.
    add column created_at timestamptz;

alter table variants
    -- Custom fields, each `key=value`, sorted; a key stands once.
    add column custom text[] not null default '{}',
    add column units_sold_30d bigint
        constraint variants_units_sold_not_negative check (units_sold_30d >= 0);

-- Prices that ours are measured against, in the project's currency.
create table reference_prices (
    tenant_id uuid not null,
    variant_id uuid not null,
    kind text not null constraint reference_prices_kind_known check (kind in ('competitor_lowest', 'msrp', 'map')),
    currency text not null,
    amount_minor bigint not null constraint reference_prices_positive check (amount_minor > 0),
    -- The import that told it, and when that was.
    source text not null,
    observed_at timestamptz not null,
    primary key (tenant_id, variant_id, kind),
    foreign key (tenant_id, variant_id) references variants (tenant_id, id)
);
select calibr_protect('reference_prices');

alter table price_versions
    -- What the price would be without the sales that run, and the content hashes of those; both empty where none runs.
    add column base_minor bigint,
    add column sales text[],
    add constraint price_versions_sales_whole
        check ((base_minor is null) = (sales is null) and (sales is null or cardinality(sales) > 0)),
    add constraint price_versions_base_not_negative check (base_minor >= 0);
