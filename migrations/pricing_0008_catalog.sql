-- Products, variants, their ids in connected channels, and every price they had.

create table products (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    handle text not null,
    title text not null,
    vendor text not null,
    product_type text not null,
    tags text[] not null,
    status text not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    constraint products_handle_unique unique (tenant_id, project_id, handle),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
select calibr_protect('products');

create table variants (
    tenant_id uuid not null,
    id uuid not null,
    project_id uuid not null,
    product_id uuid not null,
    -- What tells the variants of one product apart: the option values, or a number where those repeat.
    variant_key text not null,
    position bigint not null,
    title text not null,
    sku text not null,
    barcode text not null,
    -- Option names and values in order, as the shop has them.
    options jsonb not null,
    cost_minor bigint,
    inventory_quantity bigint,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    -- Deferred, since one import may swap the options of two variants.
    constraint variants_key_unique unique (tenant_id, product_id, variant_key) deferrable initially deferred,
    foreign key (tenant_id, product_id) references products (tenant_id, id),
    foreign key (tenant_id, project_id) references projects (tenant_id, id)
);
create index variants_by_project on variants (tenant_id, project_id, id);
create index variants_by_sku on variants (tenant_id, project_id, sku);
select calibr_protect('variants');

create table price_versions (
    tenant_id uuid not null,
    id uuid not null,
    variant_id uuid not null,
    surface text not null,
    currency text not null,
    unit_amount_minor bigint not null constraint price_versions_not_negative check (unit_amount_minor >= 0),
    compare_at_minor bigint,
    valid_from timestamptz not null,
    valid_to timestamptz,
    source text not null,
    source_id text,
    actor text not null,
    primary key (tenant_id, id),
    constraint price_versions_span_ordered check (valid_to is null or valid_to >= valid_from),
    foreign key (tenant_id, variant_id) references variants (tenant_id, id)
);
create unique index price_versions_one_now on price_versions (tenant_id, variant_id, surface) where valid_to is null;
create index price_versions_by_variant on price_versions (tenant_id, variant_id, surface, valid_from);
select calibr_protect('price_versions');
