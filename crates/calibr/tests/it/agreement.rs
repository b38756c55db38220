//! What a preview shows is what a plan stores: 100,000 generated variants, 200 generated rules, row by row.

use std::collections::HashMap;
use std::ops::Range;

use calibr::catalog;
use calibr::guardrails;
use calibr::rules::{Named, ReadyRules, running_sales};
use pricing::{Decision, Reason, Verdict};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;

const VARIANTS: u64 = 100_000;
const RULES: u64 = 200;
const PART: usize = 5_000;

/// The same numbers on every machine: a linear congruential generator with Knuth's constants.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

const VENDORS: [&str; 5] = ["Fjell", "Nordlys", "Havn", "Skog", "Elv"];
const TYPES: [&str; 4] = ["Tent", "Mug", "Lamp", "Rope"];

fn money(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn catalogue(numbers: Range<u64>, dice: &mut Dice) -> String {
    let mut csv =
        "Handle,Title,Vendor,Type,Tags,Variant SKU,Variant Price,Variant Compare At Price,Cost per item\n"
            .to_owned();
    for number in numbers {
        let price = 2 + dice.below(40_000);
        let compare_at = if dice.below(3) == 0 { money(price + dice.below(5_000)) } else { String::new() };
        let cost = if dice.below(2) == 0 { money(1 + price * dice.below(120) / 100) } else { String::new() };
        let (vendor, kind) = (dice.one(&VENDORS), dice.one(&TYPES));
        let tags = dice.one(&["", "sale", "outdoor", "\"outdoor, sale\""]);
        let price = money(price);
        csv.push_str(&format!(
            "g-{number},{kind} {number},{vendor},{kind},{tags},G-{number},{price},{compare_at},{cost}\n"
        ));
    }
    csv
}

fn step(dice: &mut Dice) -> Value {
    let percent = |dice: &mut Dice| json!({ "percent": format!("-{}.{}", dice.below(70), dice.below(10)) });
    match dice.below(9) {
        0 => json!({ "amount": format!("-{} EUR", money(dice.below(300))) }),
        1 => json!({ "multiply": format!("1.{:03}", dice.below(1_000)) }),
        2 => json!({ "markup": (1 + dice.below(150)).to_string() }),
        3 => json!({ "margin": (1 + dice.below(60)).to_string() }),
        4 => json!({ "if": { "when": { "cost": { "is_set": true } }, "then": [{ "markup": "40" }],
            "else": [percent(dice)] } }),
        5 => json!({ "tiers": { "by": dice.one(&["price", "cost"]), "bands": [
            { "below": format!("{} EUR", money(1 + dice.below(20_000))), "steps": [percent(dice)] },
            { "steps": [{ "amount": "-1.11 EUR" }] }] } }),
        _ => percent(dice),
    }
}

fn rule(number: u64, dice: &mut Dice) -> Value {
    let narrow = match dice.below(4) {
        0 => json!({ "sku": { "ends_with": format!("{:02}", dice.below(100)) } }),
        1 => {
            let from = dice.below(40_000);
            json!({ "price": { "between": [format!("{} EUR", money(from)), format!("{} EUR", money(from + 400))] } })
        }
        2 => json!({ "title": { "contains": format!("{:03}", dice.below(1_000)) } }),
        _ => json!({ "all": [{ "vendor": { "is": dice.one(&VENDORS) } }, { "tag": { "is": "sale" } },
            { "sku": { "ends_with": dice.below(10).to_string() } }] }),
    };
    let select = match dice.below(3) {
        0 => json!({ "all": [narrow, { "not": { "product_type": { "is": dice.one(&TYPES) } } }] }),
        _ => narrow,
    };
    let steps: Vec<Value> = (0..1 + dice.below(3)).map(|_| step(dice)).collect();
    let rounding = match dice.below(3) {
        0 => json!({ "ending": ".99" }),
        1 => json!({ "step": "0.05", "mode": "down" }),
        _ => json!({ "ending": "9.90", "mode": "up" }),
    };
    let constraints = match dice.below(4) {
        2 => json!({ "minimum_margin": { "percent": dice.below(40).to_string() } }),
        0 => json!({ "floor": format!("{} EUR", money(1 + dice.below(2_000))) }),
        1 => json!({ "maximum_move": { "percent": (1 + dice.below(60)).to_string() } }),
        _ => json!({}),
    };
    let compare_at = dice.one(&["keep", "set_to_before", "clear"]);
    let mut rule = json!({ "schema": "rule.v1", "name": format!("generated {number}"), "select": select, "steps": steps,
        "rounding": rounding, "constraints": constraints, "compare_at": compare_at, "stack": dice.below(5) == 0 });
    if dice.below(3) == 0 {
        rule["schedule"] =
            json!({ "zone": "Europe/Berlin", "at": "2026-11-01 00:00", "until": "2026-12-01 00:00" });
    }
    rule
}

/// A row as both sides tell it.
#[derive(Debug, PartialEq)]
struct Told {
    outcome: String,
    /// Price before and after, compare-at price before and after, prior price; in cents.
    cents: [Option<i64>; 5],
    reason: Option<String>,
    violated: Vec<String>,
    near: Vec<String>,
    waived: Vec<String>,
}

async fn stored(app: &TestApp, id: &str) -> HashMap<Uuid, Told> {
    let id: calibr::ids::PriceChangeId = id.parse().expect("an id");
    let sql = "select variant_id, outcome, reason, coalesce(violated, '{}'), coalesce(near, '{}'), coalesce(waived, '{}'),
            before_minor, after_minor, compare_at_before_minor, compare_at_after_minor, prior_minor
        from price_change_rows where price_change_id = $1";
    let rows = app.owner.query(sql, &[&id.0]).await.expect("the rows");
    let told = |row: &tokio_postgres::Row| Told {
        outcome: row.get(1),
        cents: [row.get(6), row.get(7), row.get(8), row.get(9), row.get(10)],
        reason: row.get(2),
        violated: row.get(3),
        near: row.get(4),
        waived: row.get(5),
    };
    rows.iter().map(|row| (row.get(0), told(row))).collect()
}

/// What is decided of every variant of the catalogue in memory, as a preview decides it.
async fn previewed(app: &TestApp, document: &Value) -> HashMap<Uuid, Told> {
    let rule = pricing::Rule::from_json(&document.to_string()).expect("a rule");
    let tx = app.app.db.repeatable_read(app.home.id).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, None).await.expect("the project");
    let effective = guardrails::effective(&tx, &project, app.now()).await.expect("guardrails");
    let context = calibr::accounts::pricing_context(&project, app.now());
    let snapshot = catalog::snapshot(&app.app, &tx, project.id).await.expect("the catalogue");
    let named = [Named { label: "generated v1".to_owned(), rule, id: None }];
    let running = running_sales(&tx, project.id, &snapshot, &named).await.expect("no sales");
    let ready = ReadyRules::compile(&named, &running, &[], &effective.guardrails, &context).ok();
    let ready = ready.expect("compiles");
    let mut rows = HashMap::new();
    snapshot.for_each(ready.rules().needs(), |facts| {
        let Decision::Row(row) = ready.decide(facts) else { return };
        let that = |verdict: Verdict| {
            let found = row.guardrails.iter().filter(|(_, found)| *found == verdict);
            found.map(|(kind, _)| kind.code().to_owned()).collect()
        };
        let prior = ready.rules().prior_price(facts, &row);
        let told = Told {
            outcome: row.outcome.as_str().to_owned(),
            cents: [row.before, row.after, row.compare_at_before, row.compare_at_after, prior],
            reason: (row.reason != Reason::AsRuled).then(|| row.reason.code().to_owned()),
            violated: that(Verdict::Violated),
            near: that(Verdict::Near),
            waived: that(Verdict::Waived),
        };
        rows.insert(Uuid::from_u128(facts.key), told);
    });
    rows
}

/// A row that a preview showed.
fn told_by(row: &Value) -> (Uuid, Told) {
    let id: calibr::ids::VariantId = row["variant_id"].as_str().expect("an id").parse().expect("an id");
    let text = |field: &str| row[field].as_str().map(str::to_owned);
    let texts = |field: &str| {
        let list = row[field].as_array().expect("a list").iter();
        list.map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    let cents = |field: &str| {
        let amount = row[field]["amount"].as_str()?;
        Some(amount.replace('.', "").parse().expect("cents"))
    };
    let fields = ["before", "after", "compare_at_before", "compare_at_after", "prior_price"];
    let told = Told {
        outcome: text("outcome").expect("an outcome"),
        cents: fields.map(cents),
        reason: text("reason"),
        violated: texts("violated"),
        near: texts("near"),
        waived: texts("waived"),
    };
    (id.0, told)
}

#[tokio::test]
async fn preview_and_plan_agree_row_by_row() {
    let app = TestApp::new().await;
    let mut dice = Dice(0x0CA1_1B4A);
    // In parts, since an import is one transaction, and tests beside this one wait for the log to pass it.
    for start in (0..VARIANTS).step_by(PART) {
        let part = catalogue(start..start + PART as u64, &mut dice);
        let report = app.editor().post_text("/catalog/imports", "text/csv", part).await.expect(201);
        assert_eq!((&report["variants"], &report["refused_count"]), (&json!(PART), &json!(0)));
    }
    let mut outcomes: HashMap<String, usize> = HashMap::new();
    for number in 0..RULES {
        let document = rule(number, &mut dice);
        let preview = app.viewer().post("/rules/preview", document.clone()).await.expect(200);
        let plan = app.plan(document.clone()).await;
        let shown = app.viewer().get(&plan.path("")).await.expect(200);
        assert_eq!(preview["impact"], shown["impact"], "{document}");
        assert_eq!(preview["variants"], VARIANTS);
        let (stored, previewed) = (stored(&app, &plan.id).await, previewed(&app, &document).await);
        assert_eq!(stored.len(), previewed.len(), "{document}");
        for (variant, row) in &stored {
            assert_eq!(Some(row), previewed.get(variant), "{document}");
            *outcomes.entry(row.outcome.clone()).or_default() += 1;
        }
        for row in preview["worst"].as_array().into_iter().chain(preview["sample"].as_array()).flatten() {
            let (variant, told) = told_by(row);
            assert_eq!(told, stored[&variant], "{document}");
        }
    }
    for outcome in ["raise", "cut", "same", "blocked", "skipped"] {
        assert!(
            outcomes.get(outcome).is_some_and(|rows| *rows > 10),
            "too few rows say {outcome}: {outcomes:?}"
        );
    }
    app.finish().await;
}
