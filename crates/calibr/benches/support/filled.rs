//! The catalogue of the benches as rows of the application's tables. All SQL of this stands here.

use super::{Catalogue, Postgres};

impl Postgres {
    /// Puts `catalogue` into the one project: prices since two months, each cost at a third of the price, so that no
    /// guardrail of a fresh tenant has a say.
    pub async fn fill(&self, catalogue: &Catalogue) {
        self.batch(
            "create table bench_variants (place bigint not null, product bigint not null, sku text not null,
                title text not null, vendor text not null, product_type text not null, tags text[] not null,
                price bigint, compare_at bigint)",
        )
        .await;
        let number = |minor: Option<i64>| minor.map_or("\\N".to_owned(), |minor| minor.to_string());
        let rows = catalogue.facts().into_iter().map(|facts| {
            let pricing::Tags::Lines(tags) = facts.tags else {
                unreachable!("the bench's catalogue has its tags in lines")
            };
            let tags = format!("{{{}}}", tags.replace('\n', ","));
            let words = [facts.sku, facts.title, facts.vendor, facts.product_type, &tags].join("\t");
            let product = facts.key / Catalogue::VARIANTS_PER_PRODUCT as u128;
            let (price, compare_at) = (number(facts.price_minor), number(facts.compare_at_minor));
            format!("{}\t{product}\t{words}\t{price}\t{compare_at}\n", facts.key)
        });
        self.copy_text("copy bench_variants from stdin", rows).await;
        self.batch(
            "-- Ids grow with time, as those of the application do.
             create function bench_id(number bigint) returns uuid language sql
                return (lpad(to_hex(1700000000000 + number), 12, '0') || '7' || substr(md5(number::text), 1, 3)
                    || '8' || substr(md5(number::text), 4, 15))::uuid;
             insert into products (tenant_id, id, project_id, handle, title, vendor, product_type, tags, status,
                updated_at)
             select distinct on (b.product) j.tenant_id, bench_id(b.product), j.id, 'p' || b.product,
                'Product ' || b.product, b.vendor, b.product_type, b.tags, 'active', now() - interval '60 days'
             from bench_variants b, projects j order by b.product;
             insert into variants (tenant_id, id, project_id, product_id, variant_key, position, title, sku, barcode,
                options, cost_minor, inventory_quantity, updated_at)
             select p.tenant_id, bench_id(b.place), p.project_id, p.id, b.place::text, b.place, b.title, b.sku, '', '[]',
                b.price / 3, 10, now() - interval '60 days'
             from bench_variants b join products p on p.handle = 'p' || b.product order by b.place;
             insert into price_versions (tenant_id, id, variant_id, surface, currency, unit_amount_minor,
                compare_at_minor, valid_from, valid_to, source, source_id, actor)
             select v.tenant_id, gen_random_uuid(), v.id, 'base', 'EUR', b.price, b.compare_at,
                now() - interval '60 days', null, 'import', null, 'bench'
             from bench_variants b join variants v on v.sku = b.sku where b.price is not null",
        )
        .await;
        self.batch("vacuum analyze").await;
    }
}
