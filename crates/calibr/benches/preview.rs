//! `cargo xtask bench preview`: a rule over a million variants, warm, beside a hand-written loop and one SQL statement
//! that do the same arithmetic. All three must agree before any time counts. Prints one line of JSON.

mod support;

use std::hint::black_box;

use pricing::{Decision, Outcome, PlanHasher, PlanRow, Rule, RuleSet, SummaryBuilder, Tags, VariantFacts};
use support::{Catalogue, Postgres, Times, argument};

const RULE: &str = "
schema: rule.v1
name: Preview bench
select:
  all:
    - tag: { is: sale }
    - vendor: { in: [Fjell, Nordlys, Havn, Skog, Elv] }
    - price: { gte: 20 EUR }
steps: [{ percent: -12.5 }, { amount: -0.50 EUR }]
rounding: { ending: .99 }
constraints: { floor: 15 EUR, ceiling: 400 EUR, maximum_move: { percent: 30 } }
compare_at: set_to_before
";

/// What both sides must agree on.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    raise: u64,
    cut: u64,
    same: u64,
    blocked: u64,
    skipped: u64,
    after_sum: i64,
    compare_at_sum: i64,
}

fn engine(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> Tally {
    let mut tally = Tally::default();
    for variant in facts {
        let Decision::Row(row) = rules.evaluate(variant) else { continue };
        match row.outcome {
            Outcome::Raise => tally.raise += 1,
            Outcome::Cut => tally.cut += 1,
            Outcome::Same => tally.same += 1,
            Outcome::Blocked => tally.blocked += 1,
            Outcome::Skipped => tally.skipped += 1,
        }
        tally.after_sum += row.after.unwrap_or(0);
        tally.compare_at_sum += row.compare_at_after.unwrap_or(0);
    }
    tally
}

fn engine_with_summary(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> Option<i64> {
    let mut summary = SummaryBuilder::default();
    for variant in facts {
        summary.push(variant.key, &rules.evaluate(variant));
    }
    summary.finish().median_basis_points
}

/// Evaluates, explains and hashes every selected variant, as planning does. Gives the rows and the bytes of their traces.
fn planned(rules: &RuleSet, facts: &[VariantFacts<'_>]) -> (usize, usize) {
    let mut hasher = PlanHasher::new("{}");
    let (mut rows, mut bytes) = (0, 0);
    for variant in facts {
        let (Decision::Row(row), trace) = rules.evaluate_and_explain(variant) else { continue };
        let trace = trace.canonical_json();
        hasher.push(&PlanRow::new(variant.key, &row, &trace));
        (rows, bytes) = (rows + 1, bytes + trace.len());
    }
    black_box(hasher.finish());
    (rows, bytes)
}

/// The same rule as a programmer would write it for this one purpose.
fn hand_written(facts: &[VariantFacts<'_>]) -> Tally {
    let mut tally = Tally::default();
    for variant in facts {
        let Tags::Lines(tags) = variant.tags else { continue };
        let Some(before) = variant.price_minor else { continue };
        let selected = tags.as_bytes().split(|byte| *byte == b'\n').any(|tag| tag == b"sale")
            && matches!(variant.vendor, "Fjell" | "Nordlys" | "Havn" | "Skog" | "Elv")
            && before >= 2_000;
        if !selected {
            continue;
        }
        // before × 0.875 − 0.50, to the nearest .99, in thousandths of a cent
        let exact = before * 875 - 50_000;
        let mut after = (exact - 99_000 + 50_000).div_euclid(100_000) * 100 + 99;
        let farthest = before * 30 / 100;
        let low = (before - farthest).max(1_500);
        let high = (before + farthest).min(40_000);
        let mut compare_at = variant.compare_at_minor;
        if low > high {
            tally.blocked += 1;
        } else {
            after = after.clamp(low, high);
            if after <= 1 || 2 * after >= 19 * before || 19 * after <= 2 * before {
                tally.blocked += 1;
            } else if after < before {
                tally.cut += 1;
                compare_at = Some(before);
            } else if after > before {
                tally.raise += 1;
            } else {
                tally.same += 1;
            }
        }
        tally.after_sum += after;
        tally.compare_at_sum += compare_at.unwrap_or(0);
    }
    tally
}

/// The same as one statement over one narrow table.
const SQL: &str = "
    with selected as (
        select price as before, compare_at, greatest(price - price * 30 / 100, 1500) as low,
            least(price + price * 30 / 100, 40000) as high,
            (price * 875 - 50000 - 49000) / 100000 * 100 + 99 as pretty
        from bench_variants
        where 'sale' = any (tags) and vendor in ('Fjell', 'Nordlys', 'Havn', 'Skog', 'Elv') and price >= 2000),
    limited as (
        select *, case when low > high then pretty else least(greatest(pretty, low), high) end as after from selected),
    judged as (
        select *, low > high or after <= 1 or 2 * after >= 19 * before or 19 * after <= 2 * before as is_blocked
        from limited)
    select count(*) filter (where not is_blocked and after > before) as raise,
        count(*) filter (where not is_blocked and after < before) as cut,
        count(*) filter (where not is_blocked and after = before) as same,
        count(*) filter (where is_blocked) as blocked,
        sum(after)::bigint as after_sum,
        sum(case when not is_blocked and after < before then before else coalesce(compare_at, 0) end)::bigint
            as compare_at_sum
    from judged";

async fn load(postgres: &Postgres, catalogue: &Catalogue) {
    postgres
        .batch(
            "create table bench_variants (sku text not null, title text not null, vendor text not null,
                product_type text not null, tags text[] not null, price bigint, compare_at bigint)",
        )
        .await;
    let rows = catalogue.facts().into_iter().map(|facts| {
        let Tags::Lines(tags) = facts.tags else {
            unreachable!("the bench's catalogue has its tags in lines")
        };
        let number = |minor: Option<i64>| minor.map_or("\\N".to_owned(), |minor| minor.to_string());
        format!(
            "{}\t{}\t{}\t{}\t{{{}}}\t{}\t{}\n",
            facts.sku,
            facts.title,
            facts.vendor,
            facts.product_type,
            tags.replace('\n', ","),
            number(facts.price_minor),
            number(facts.compare_at_minor)
        )
    });
    postgres.copy_text("copy bench_variants from stdin", rows).await;
    postgres.batch("vacuum analyze bench_variants").await;
}

async fn statement(postgres: &Postgres) -> Tally {
    let row = postgres.one(SQL).await;
    let count = |name: &str| row.get::<_, i64>(name).unsigned_abs();
    Tally {
        raise: count("raise"),
        cut: count("cut"),
        same: count("same"),
        blocked: count("blocked"),
        skipped: 0,
        after_sum: row.get("after_sum"),
        compare_at_sum: row.get("compare_at_sum"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (variants, rounds) = (argument(1, 1_000_000), argument(2, 9).max(7));
    let rule = Rule::from_yaml(RULE).expect("the bench's rule is valid");
    let rules = RuleSet::compile(&[("bench", &rule)], "EUR".parse().expect("a currency")).expect("compiles");
    let catalogue = Catalogue::new(variants);
    let facts = catalogue.facts();
    let postgres = Postgres::start().await;
    load(&postgres, &catalogue).await;

    let expected = hand_written(&facts);
    assert_eq!(engine(&rules, &facts), expected, "engine and loop disagree, so their times mean nothing");
    assert_eq!(statement(&postgres).await, expected, "SQL and loop disagree, so their times mean nothing");

    let (mut ours, mut loops, mut summaries, mut sql) = <(Times, Times, Times, Times)>::default();
    for _ in 0..rounds {
        ours.time(|| engine(&rules, black_box(&facts)));
        loops.time(|| hand_written(black_box(&facts)));
        summaries.time(|| engine_with_summary(&rules, black_box(&facts)));
        sql.time_async(statement(&postgres)).await;
    }
    let mut planning = Times::default();
    let (rows, bytes) = planning.time(|| planned(&rules, &facts));
    let each = 1e9 / variants as f64;
    println!(
        "{}",
        serde_json::json!({
            "bench": "preview", "unit": "ns/variant", "variants": variants, "rounds": rounds,
            "ours": ours.shown(each), "ours_with_summary": summaries.shown(each), "loop": loops.shown(each),
            "sql": sql.shown(each), "ratio_to_loop": ours.ratio(&loops), "ratio_to_sql": ours.ratio(&sql),
            "plan_ns_per_row": (planning.median() * 1e9 / rows as f64).round(), "trace_bytes": bytes / rows.max(1),
        })
    );
    postgres.stop().await;
}
