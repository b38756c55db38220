//! Previews a rule over a million variants in memory, beside a hand-written loop doing the same arithmetic.
//! Prints one line of JSON: medians in nanoseconds per variant, their spread, and the ratio.
//! `cargo run --release -p pricing --example preview_bench [variants] [rounds]`

use std::hint::black_box;
use std::time::Instant;

use pricing::{Decision, Outcome, PlanHasher, PlanRow, Rule, RuleSet, SummaryBuilder, Tags, VariantFacts};

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

const VENDORS: [&str; 8] =
    ["Fjell", "Nordlys", "Havn", "Skog", "Elv", "Bergtatt Outdoor", "Lysverk", "Kyst & Co"];
const TYPES: [&str; 6] = ["Tent", "Sleeping bag", "Stove", "Jacket", "Lamp", "Backpack"];
const TAGS: [&str; 10] =
    ["outdoor", "winter", "sale", "new", "clearance", "eco", "summer", "two-person", "bestseller", "gift"];
const VARIANTS_PER_PRODUCT: usize = 5;

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

struct Product {
    vendor: String,
    product_type: String,
    tags: String,
}

struct Variant {
    product: usize,
    sku: String,
    title: String,
    price_minor: Option<i64>,
    compare_at_minor: Option<i64>,
}

struct Catalogue {
    products: Vec<Product>,
    variants: Vec<Variant>,
}

impl Catalogue {
    /// The same catalogue on every run: a linear congruence stands in for chance.
    fn new(variants: usize) -> Self {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut chance = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let products = (0..variants.div_ceil(VARIANTS_PER_PRODUCT)).map(|_| {
            let tags: Vec<&str> = TAGS.into_iter().filter(|_| chance(3) == 0).collect();
            Product {
                vendor: VENDORS[chance(8) as usize].to_owned(),
                product_type: TYPES[chance(6) as usize].to_owned(),
                tags: tags.join("\n"),
            }
        });
        let products = products.collect();
        let variants = (0..variants).map(|number| {
            let price = 500 + chance(60_000) as i64;
            Variant {
                product: number / VARIANTS_PER_PRODUCT,
                sku: format!("SKU-{number:07}"),
                title: format!(
                    "Product {} / size {}",
                    number / VARIANTS_PER_PRODUCT,
                    number % VARIANTS_PER_PRODUCT
                ),
                price_minor: (chance(100) > 0).then_some(price),
                compare_at_minor: (chance(4) == 0).then_some(price + 1_000),
            }
        });
        Self { products, variants: variants.collect() }
    }

    fn facts(&self) -> Vec<VariantFacts<'_>> {
        let facts = self.variants.iter().enumerate().map(|(key, variant)| {
            let product = &self.products[variant.product];
            VariantFacts {
                key: key as u128,
                sku: &variant.sku,
                title: &variant.title,
                vendor: &product.vendor,
                product_type: &product.product_type,
                tags: Tags::Lines(&product.tags),
                price_minor: variant.price_minor,
                compare_at_minor: variant.compare_at_minor,
            }
        });
        facts.collect()
    }
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

/// Nanoseconds per variant.
fn timed<T>(variants: usize, work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = black_box(work());
    (start.elapsed().as_nanos() as f64 / variants as f64, result)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn report(name: &str, times: &mut [f64]) -> String {
    let median = median(times);
    let (least, most) = (times[0], times[times.len() - 1]);
    format!(r#""{name}":{{"median":{median:.2},"min":{least:.2},"max":{most:.2}}}"#)
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse::<usize>().expect("a number"));
    let variants = arguments.next().unwrap_or(1_000_000);
    let rounds = arguments.next().unwrap_or(9).max(7);
    let rule = Rule::from_yaml(RULE).expect("the bench's rule is valid");
    let rules = RuleSet::compile(&[("bench", &rule)], "EUR".parse().expect("a currency")).expect("compiles");
    let catalogue = Catalogue::new(variants);
    let facts = catalogue.facts();

    let expected = hand_written(&facts);
    let found = engine(&rules, &facts);
    assert_eq!(found, expected, "engine and loop disagree, so their times mean nothing");

    let (mut ours, mut loops, mut summaries) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(timed(variants, || engine(&rules, black_box(&facts))).0);
        loops.push(timed(variants, || hand_written(black_box(&facts))).0);
        summaries.push(timed(variants, || engine_with_summary(&rules, black_box(&facts))).0);
    }
    let (plan_time, (rows, bytes)) = timed(1, || planned(&rules, &facts));
    let (plan_ns_per_row, trace_bytes) = (plan_time / rows as f64, bytes / rows);
    let ratio = median(&mut ours) / median(&mut loops);
    println!(
        r#"{{"bench":"preview_warm","unit":"ns/variant","variants":{variants},"rounds":{rounds},{},{},{},"ratio_to_loop":{ratio:.2},"plan_ns_per_row":{plan_ns_per_row:.0},"trace_bytes":{trace_bytes},"cut":{},"raise":{},"blocked":{}}}"#,
        report("ours", &mut ours),
        report("ours_with_summary", &mut summaries),
        report("loop", &mut loops),
        found.cut,
        found.raise,
        found.blocked,
    );
}
