//! `cargo xtask bench plan`: a plan of 100,000 rows made durable, beside `INSERT … SELECT` of the same rows into the same
//! table, everything durable on both sides. Prints one line of JSON.

mod support;

use calibr::ids::PriceChangeId;
use calibr::price_changes::{self, dto::NewPriceChange};
use calibr::rules;
use support::{Catalogue, Postgres, Times, argument};

const RULE: &str = "
schema: rule.v1
name: Plan bench
select: { all_variants: true }
steps: [{ percent: -12.5 }]
rounding: { ending: .99 }
constraints: { floor: 1 EUR, maximum_move: { percent: 30 } }
compare_at: set_to_before
";

async fn fill(postgres: &Postgres, variants: usize) {
    let catalogue = Catalogue::new(variants);
    postgres
        .batch(
            "create table bench_variants (place bigint not null, sku text not null, title text not null,
                vendor text not null, product_type text not null, price bigint)",
        )
        .await;
    let rows = catalogue.facts().into_iter().map(|facts| {
        let price = facts.price_minor.unwrap_or(9_990);
        let words = [facts.sku, facts.title, facts.vendor, facts.product_type].join("\t");
        format!("{}\t{words}\t{price}\n", facts.key)
    });
    postgres.copy_text("copy bench_variants from stdin", rows).await;
    postgres
        .batch(
            "insert into products select j.tenant_id, gen_random_uuid(), j.id, 'p' || b.place, b.title, b.vendor,
                b.product_type, '{outdoor,sale}', 'active', now() from bench_variants b, projects j;
             insert into variants select p.tenant_id, gen_random_uuid(), p.project_id, p.id, '', 1, '', b.sku, '', '[]',
                null, null, now() from bench_variants b join products p on p.handle = 'p' || b.place;
             insert into price_versions select v.tenant_id, gen_random_uuid(), v.id, 'base', 'EUR', b.price, null, now(),
                null, 'import', null, 'bench' from bench_variants b join variants v on v.sku = b.sku",
        )
        .await;
    postgres.batch("vacuum analyze").await;
}

/// The same rows once more, under another price change, as a database would do it by itself.
async fn insert_select(postgres: &Postgres, from: PriceChangeId) {
    let (from, to) = (from.0, PriceChangeId::new().0);
    postgres
        .batch(&format!(
            "begin;
             insert into price_changes select tenant_id, '{to}', project_id, title, note, state, plan_hash, plan_header,
                currency, catalogue_watermark, planned_at, author_id, author, impact, rows_to_apply, rows_blocked, verdicts,
                revenue_minor, rows_without_sales, request, catalogue_variants, rows_written
             from price_changes where id = '{from}';
             insert into price_change_rows select tenant_id, '{to}', row, variant_id, sku, title, outcome, before_minor,
                after_minor, compare_at_before_minor, compare_at_after_minor, rule_ordinal, reason, trace_template,
                trace_arguments, violated, near, waived, prior_minor, base_before_minor, sales_before, base_after_minor,
                sales_after, base_compare_at_before_minor, base_compare_at_after_minor
             from price_change_rows where price_change_id = '{from}';
             insert into price_change_traces select tenant_id, '{to}', template, text
             from price_change_traces where price_change_id = '{from}';
             commit"
        ))
        .await;
}

#[tokio::main]
async fn main() {
    let (variants, rounds) = (argument(1, 100_000), argument(2, 7).max(7));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    fill(&postgres, variants).await;
    let rule = pricing::Rule::from_yaml(RULE).expect("the bench's rule is valid");
    let rule = rules::push_rule(&app, &ctx, None, &rule).await.expect("the rule is stored").rule.id;
    let (mut ours, mut sql, mut our_wal, mut sql_wal) = <(Times, Times, Times, Times)>::default();
    for _ in 0..rounds {
        postgres.batch("checkpoint").await;
        let before = postgres.wal_bytes().await;
        let new = NewPriceChange {
            title: "Bench".into(),
            note: None,
            rules: vec![rule],
            at: None,
            ends: vec![],
            exclude: vec![],
            surface: None,
            replaces: None,
        };
        let id =
            ours.time_async(price_changes::plan(&app, &ctx, None, new)).await.expect("the plan is stored");
        let between = postgres.wal_bytes().await;
        postgres.batch("checkpoint").await;
        let again = postgres.wal_bytes().await;
        sql.time_async(insert_select(&postgres, id)).await;
        our_wal.push((between - before) as f64);
        sql_wal.push((postgres.wal_bytes().await - again) as f64);
    }
    println!(
        "{}",
        serde_json::json!({
            "bench": "plan", "rows": variants, "rounds": rounds, "unit": "s", "ours": ours.shown(1.0),
            "insert_select": sql.shown(1.0), "ratio_to_insert_select": ours.ratio(&sql), "wal_mb": our_wal.shown(1e-6),
            "wal_mb_insert_select": sql_wal.shown(1e-6), "wal_ratio_to_insert_select": our_wal.ratio(&sql_wal),
        })
    );
    drop(app);
    postgres.stop().await;
}
