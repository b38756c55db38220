-- A table that was never analysed, as during the first import, gives the planner nothing to tell its indexes apart: each
-- begins with tenant_id and seems to find one row. Of equals it takes the newest. So the primary keys of what is referred
-- to in bulk must be the newest, or each check of a foreign key reads a whole tenant, and an import takes quadratic time.

alter table variants drop constraint variants_tenant_id_product_id_fkey;
alter table products drop constraint products_pkey, add primary key (tenant_id, id);
alter table variants add foreign key (tenant_id, product_id) references products (tenant_id, id);

alter table price_versions drop constraint price_versions_tenant_id_variant_id_fkey;
alter table channel_refs drop constraint channel_refs_tenant_id_variant_id_fkey;
alter table rule_targets drop constraint rule_targets_tenant_id_variant_id_fkey;
alter table variants drop constraint variants_pkey, add primary key (tenant_id, id);
alter table price_versions add foreign key (tenant_id, variant_id) references variants (tenant_id, id);
alter table channel_refs add foreign key (tenant_id, variant_id) references variants (tenant_id, id);
alter table rule_targets add foreign key (tenant_id, variant_id) references variants (tenant_id, id);
