//! Files of facts: good rows go in, bad ones are refused by line, and what was told is what rules see.

use calibr::catalog;
use kernel_core::Role;
use pricing::{Needs, Tags};
use serde_json::{Value, json};

use crate::support::{TestApp, csv_of, goods};

const PATH: &str = "/catalog/facts?project=demo";

async fn tell(app: &TestApp, csv: &str) -> Value {
    app.editor().post_text(PATH, "text/csv", csv.to_owned()).await.expect(201)
}

/// The refused rows as `line N…: code`.
fn refused(report: &Value) -> Vec<String> {
    let faults = report["refused"].as_array().expect("a list");
    let text = |fault: &Value, field: &str| fault[field].as_str().expect("a text").to_owned();
    faults.iter().map(|fault| format!("{}: {}", text(fault, "pointer"), text(fault, "code"))).collect()
}

fn counts(report: &Value) -> [u64; 4] {
    ["rows", "taken", "unchanged", "refused_count"].map(|field| report[field].as_u64().expect("a number"))
}

/// What a rule can ask about the variant with this SKU.
async fn facts_of(app: &TestApp, sku: &str) -> Value {
    let tx = app.app.db.repeatable_read(app.home.id).await.expect("a transaction");
    let project = calibr::accounts::resolve_project(&tx, Some("demo")).await.expect("a project");
    let snapshot = catalog::snapshot(&app.app, &tx, project.id).await.expect("a snapshot");
    let lines = |tags: Tags<'_>| match tags {
        Tags::Lines(text) => text.to_owned(),
        Tags::List(list) => list.join("\n"),
    };
    let mut found = Value::Null;
    snapshot.for_each(Needs::More, |facts| {
        if facts.sku == sku {
            let more = facts.more;
            found = json!({
                "cost": facts.cost_minor, "inventory": more.inventory, "msrp": more.msrp_minor, "map": more.map_minor,
                "competitor_lowest": more.competitor_minor, "units_sold_30d": more.units_sold_30d,
                "collections": lines(more.collections), "created_at": more.created_at, "custom": lines(more.custom),
            });
        }
    });
    found
}

#[tokio::test]
async fn everything_that_is_told_is_known_to_rules() {
    let app = TestApp::new().await;
    app.shop(goods(2, 2)).await;
    let csv = "sku,cost,inventory,msrp,map,competitor_lowest,units_sold_30d,collections,created_at,custom.season,custom.Farbe\n\
               S-0-0,7.5,-3,49.90,30,28.45,120,\"winter; sale|winter\",2026-01-31,AW26,grün\n\
               S-1-1,,0,,,,0,none,2026-03-01T10:00:00Z,SS27,\n";
    let report = tell(&app, csv).await;
    assert_eq!((counts(&report), refused(&report)), ([2, 2, 0, 0], vec![]), "{report}");
    let told = facts_of(&app, "S-0-0").await;
    assert_eq!(
        told,
        json!({
            "cost": 750, "inventory": -3, "msrp": 4_990, "map": 3_000, "competitor_lowest": 2_845, "units_sold_30d": 120,
            // Midnight in Berlin, where the shop is.
            "collections": "sale\nwinter", "created_at": 1_769_814_000, "custom": "Farbe=grün\nseason=AW26",
        })
    );
    // What belongs to the product belongs to its other variants too.
    let sibling = facts_of(&app, "S-0-1").await;
    assert_eq!((&sibling["collections"], &sibling["custom"]), (&json!("sale\nwinter"), &json!("")));
    let other = facts_of(&app, "S-1-1").await;
    assert_eq!(
        (&other["cost"], &other["inventory"]),
        (&json!(1_205), &json!(0)),
        "an empty cell leaves what was"
    );
    assert_eq!((&other["created_at"], &other["custom"]), (&json!(1_772_359_200), &json!("season=SS27")));

    let cleared =
        tell(&app, "sku,cost,msrp,collections,custom.season,custom.size\nS-0-0,none,None,none,none,M\n")
            .await;
    assert_eq!(counts(&cleared), [1, 1, 0, 0], "{cleared}");
    let told = facts_of(&app, "S-0-0").await;
    let rest = ["cost", "msrp", "collections", "custom", "map"].map(|field| told[field].clone());
    assert_eq!(rest, [Value::Null, Value::Null, json!(""), json!("Farbe=grün\nsize=M"), json!(3_000)]);
    // Reading the shop again does not undo what was told.
    let (before, again) = (told, tell(&app, csv).await);
    assert_eq!(counts(&again), [2, 1, 1, 0], "{again}");
    assert_ne!(facts_of(&app, "S-0-0").await, before);
    app.finish().await;
}

#[tokio::test]
async fn a_bad_row_is_refused_by_line_and_good_ones_go_in() {
    let app = TestApp::new().await;
    let csv = format!("{}extra,Extra,Fjell,thing-1,5.00,\n", csv_of("thing", 0, 8));
    app.editor().post_text("/catalog/imports", "text/csv", csv).await.expect(201);
    let report = tell(
        &app,
        "sku;cost;inventory;map;units_sold_30d;created_at;custom.a\n\
         thing-0;1.00;1;;;;\n\
         thing-9;1.00;;;;;\n\
         thing-1;1.00;;;;;\n\
         thing-2;1,00;x;0;-1;31.01.2026;\n\
         \n\
         thing-3;1.00;;;;\n\
         thing-0;2.00;;;;;\n\
         ;2.00;;;;;\n\
         thing-4;;;;;;\"a\nb\"\n\
         thing-5;3.00;;;;;fine\n\
         thing-6;-1;;;;;\n",
    )
    .await;
    assert_eq!(counts(&report), [10, 2, 0, 8], "{report}");
    assert_eq!(
        refused(&report),
        [
            "line 3: variant.unknown",
            "line 4: variant.ambiguous",
            "line 5, column cost: cell.amount",
            "line 5, column inventory: cell.whole_number",
            "line 5, column units_sold_30d: cell.whole_number",
            "line 5, column map: cell.amount",
            "line 5, column created_at: cell.instant",
            "line 7: row.cells",
            "line 8: variant.repeated",
            "line 9, column sku: row.no_variant",
            "line 10, column custom.a: cell.text",
            "line 13, column cost: cell.amount",
        ]
    );
    for fault in report["refused"].as_array().expect("a list") {
        assert!(fault["detail"].as_str().expect("a text").len() > 20, "{fault}");
    }
    assert_eq!(facts_of(&app, "thing-0").await["cost"], 100);
    assert_eq!(facts_of(&app, "thing-5").await["custom"], "a=fine");
    assert_eq!(facts_of(&app, "thing-2").await["cost"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn variants_of_one_product_are_not_told_apart_by_what_they_share() {
    let app = TestApp::new().await;
    app.shop(goods(2, 3)).await;
    let report = tell(
        &app,
        "sku,collections,created_at\nS-0-0,a,\nS-0-1,b,\nS-0-2,a,2026-01-01\nS-1-0,b,2026-01-01\nS-1-1,b,2026-01-02\n",
    )
    .await;
    let expected = ["line 3: product.contradiction", "line 6: product.contradiction"];
    assert_eq!((counts(&report), refused(&report)), ([5, 3, 0, 2], expected.map(str::to_owned).to_vec()));
    for sku in ["S-0-0", "S-0-1", "S-0-2"] {
        let facts = facts_of(&app, sku).await;
        assert_eq!((&facts["collections"], &facts["created_at"]), (&json!("a"), &json!(1_767_222_000)));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_would_mislead_is_refused_whole() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let before = app.dump().await;
    for (csv, code, words) in [
        ("", "file.empty", "empty"),
        ("sku,inventry\nS-0-0,5\n", "file.column_unknown", "did you mean `inventory`"),
        ("sku,competitor\nS-0-0,5\n", "file.column_unknown", "did you mean `competitor_lowest`"),
        ("sku,custm.x\nS-0-0,5\n", "file.column_unknown", "did you mean `custom.KEY`"),
        ("sku,custom.\nS-0-0,5\n", "file.custom_key", "custom field"),
        ("sku,custom.a=b\nS-0-0,5\n", "file.custom_key", "custom field"),
        ("sku,cost,Cost\nS-0-0,5,6\n", "file.column_twice", "twice"),
        ("sku,cost,\nS-0-0,5,6\n", "file.column_unnamed", "column 3"),
        ("sku,variant_id,cost\nS-0-0,var,6\n", "file.two_keys", "keep one"),
        ("handle,cost\nS-0-0,6\n", "file.no_key", "`sku`"),
        ("sku\nS-0-0\n", "file.no_fact", "custom.KEY"),
    ] {
        let problem = app.editor().post_text(PATH, "text/csv", csv).await.refused(422, code);
        let detail = problem["errors"][0]["detail"].as_str();
        assert!(detail.unwrap_or_default().contains(words), "{csv}: {problem}");
    }
    app.assert_unchanged(&before, "a refused file").await;
    app.finish().await;
}

#[tokio::test]
async fn facts_stay_in_their_project_and_are_on_record() {
    let app = TestApp::new().await;
    app.shop(goods(1, 2)).await;
    let theirs = csv_of("S-0", 0, 2);
    let other = app.person(&app.other, Role::Editor);
    other.post_text("/catalog/imports", "text/csv", theirs).await.expect(201);
    let before = app.dump_of(&app.other).await;
    let report = tell(&app, "sku,cost\nS-0-0,1.00\nS-0-1,2.00\n").await;
    assert_eq!(counts(&report), [2, 2, 0, 0]);
    assert_eq!(app.dump_of(&app.other).await, before);
    let variants = other.all("/catalog/variants").await;
    let foreign = format!("variant_id,cost\n{},1.00\n", variants[0]["id"].as_str().expect("an id"));
    assert_eq!(refused(&tell(&app, &foreign).await), ["line 2: variant.unknown"]);
    let records = app.audit("catalog.facts_told").await;
    assert_eq!(
        (&records[0]["entity_id"], &records[0]["after"]["taken"]),
        (&report["id"], &json!(2)),
        "{records:?}"
    );
    app.finish().await;
}

#[tokio::test]
async fn a_cost_or_reference_price_that_moves_is_on_record_as_it_was_and_is() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(2, 1)).await;
    tell(&app, "sku,cost,map\nS-0-0,7.50,30\n").await;
    tell(&app, "sku,cost,inventory\nS-0-0,0.01,5\nS-1-0,,4\n").await;
    let records = app.audit("variant.facts_changed").await;
    assert_eq!(records.len(), 2, "what guardrails do not rest on is counted only: {records:?}");
    let money = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let told = &records[1];
    assert_eq!(
        (&told["before"]["cost"], &told["after"]["cost"], &told["after"]["map"]),
        (&money("7.50"), &money("0.01"), &money("30.00"))
    );
    assert!(told["entity_id"].as_str().is_some_and(|id| id.starts_with("var_")));
    app.finish().await;
}

#[tokio::test]
async fn what_was_told_is_shown_with_the_variant() {
    let app = TestApp::new().await;
    app.shop(goods(1, 1)).await;
    let csv = "sku,msrp,map,competitor_lowest,units_sold_30d,collections,created_at,custom.season\n\
               S-0-0,49.90,30,28.45,120,winter|sale,2026-01-31T00:00:00Z,A=W\n";
    assert_eq!(counts(&tell(&app, csv).await), [1, 1, 0, 0]);
    let listed = app.viewer().all("/catalog/variants?project=demo").await.remove(0);
    let shown =
        app.viewer().get(&format!("/variants/{}", listed["id"].as_str().expect("an id"))).await.expect(200);
    assert_eq!(shown, listed);
    let money = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let references = ["msrp", "map", "competitor_lowest"].map(|kind| shown[kind].clone());
    assert_eq!(references, ["49.90", "30.00", "28.45"].map(money));
    let rest = ["inventory", "units_sold_30d", "collections", "created_at", "custom"]
        .map(|field| shown[field].clone());
    let created = json!("2026-01-31T00:00:00Z");
    assert_eq!(rest, [json!(7), json!(120), json!(["sale", "winter"]), created, json!({ "season": "A=W" })]);
    app.finish().await;
}
