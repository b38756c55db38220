//! What a preview shows is what a plan stores: 100,000 generated variants, 200 generated rules, row by row.

use std::collections::HashMap;

use calibr::catalog;
use calibr::guardrails;
use pricing::{Decision, Reason, RuleSet};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;

const VARIANTS: u64 = 100_000;
const RULES: u64 = 200;

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

fn catalogue(dice: &mut Dice) -> String {
    let mut csv =
        "Handle,Title,Vendor,Type,Tags,Variant SKU,Variant Price,Variant Compare At Price,Cost per item\n"
            .to_owned();
    for number in 0..VARIANTS {
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
    let steps: Vec<Value> = (0..1 + dice.below(3))
        .map(|_| match dice.below(4) {
            0 => json!({ "amount": format!("-{} EUR", money(dice.below(300))) }),
            1 => json!({ "multiply": format!("1.{:03}", dice.below(1_000)) }),
            _ => json!({ "percent": format!("-{}.{}", dice.below(70), dice.below(10)) }),
        })
        .collect();
    let rounding = match dice.below(3) {
        0 => json!({ "ending": ".99" }),
        1 => json!({ "step": "0.05", "mode": "down" }),
        _ => json!({ "ending": "9.90", "mode": "up" }),
    };
    let constraints = match dice.below(3) {
        0 => json!({ "floor": format!("{} EUR", money(1 + dice.below(2_000))) }),
        1 => json!({ "maximum_move": { "percent": (1 + dice.below(60)).to_string() } }),
        _ => json!({}),
    };
    let compare_at = dice.one(&["keep", "set_to_before", "clear"]);
    json!({ "schema": "rule.v1", "name": format!("generated {number}"), "select": select, "steps": steps,
        "rounding": rounding, "constraints": constraints, "compare_at": compare_at })
}

/// A row as both sides tell it.
type Told = (String, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

async fn stored(app: &TestApp, id: &str) -> HashMap<Uuid, Told> {
    let id: calibr::ids::PriceChangeId = id.parse().expect("an id");
    let sql = "select variant_id, outcome, before_minor, after_minor, compare_at_before_minor, compare_at_after_minor,
        reason from price_change_rows where price_change_id = $1";
    let rows = app.owner.query(sql, &[&id.0]).await.expect("the rows");
    let told = |r: &tokio_postgres::Row| (r.get(1), r.get(2), r.get(3), r.get(4), r.get(5), r.get(6));
    rows.iter().map(|row| (row.get(0), told(row))).collect()
}

/// What the engine says of every variant of the catalogue in memory, as a preview runs it.
async fn previewed(app: &TestApp, document: &Value) -> HashMap<Uuid, Told> {
    let rule = pricing::Rule::from_json(&document.to_string()).expect("a rule");
    let tx = app.app.db.repeatable_read(app.home.id).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, None).await.expect("the project");
    let effective = guardrails::effective(&tx, &project, app.now()).await.expect("guardrails");
    let context = calibr::accounts::pricing_context(&project, app.now());
    let rules =
        RuleSet::compile(&[("generated v1", &rule)], &effective.guardrails, &context).expect("compiles");
    let snapshot = catalog::snapshot(&app.app, &tx, project.id).await.expect("the catalogue");
    let mut rows = HashMap::new();
    snapshot.for_each(rules.needs(), |facts| {
        let Decision::Row(row) = rules.evaluate(facts) else { return };
        let reason = (row.reason != Reason::AsRuled).then(|| row.reason.code().to_owned());
        let told = (
            row.outcome.as_str().to_owned(),
            row.before,
            row.after,
            row.compare_at_before,
            row.compare_at_after,
            reason,
        );
        rows.insert(Uuid::from_u128(facts.key), told);
    });
    rows
}

#[tokio::test]
async fn preview_and_plan_agree_row_by_row() {
    let app = TestApp::new().await;
    let mut dice = Dice(0x0CA1_1B4A);
    let report =
        app.editor().post_text("/catalog/imports", "text/csv", catalogue(&mut dice)).await.expect(201);
    assert_eq!((&report["variants"], &report["refused_count"]), (&json!(VARIANTS), &json!(0)));
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
            *outcomes.entry(row.0.clone()).or_default() += 1;
        }
        for row in preview["worst"].as_array().into_iter().chain(preview["sample"].as_array()).flatten() {
            let variant: calibr::ids::VariantId =
                row["variant_id"].as_str().expect("an id").parse().expect("an id");
            assert_eq!(row["outcome"], stored[&variant.0].0, "{document}");
        }
    }
    for outcome in ["raise", "cut", "same", "blocked"] {
        assert!(
            outcomes.get(outcome).is_some_and(|rows| *rows > 10),
            "too few rows say {outcome}: {outcomes:?}"
        );
    }
    app.finish().await;
}
