//! Product CSVs through the API: taken whole, given back without loss, and streamed whatever their size.

use futures_util::stream;
use kernel_core::Role;
use reqwest::{Body, Method};
use serde_json::{Value, json};

use crate::support::{Actor, TestApp, catalogs, csv_of};

/// Somebody at work in one project.
struct Desk<'a> {
    actor: Actor<'a>,
    project: String,
}

impl Desk<'_> {
    fn path(&self, path: &str) -> String {
        format!("{path}?project={}", self.project)
    }

    async fn import(&self, csv: impl Into<Body>) -> Value {
        self.actor.post_text(&self.path("/catalog/imports"), "text/csv", csv).await.expect(201)
    }

    async fn export(&self) -> String {
        let answer = self.actor.get(&self.path("/catalog/export")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/csv; charset=utf-8")));
        answer.text
    }

    async fn variants(&self) -> Vec<Value> {
        self.actor.all(&self.path("/catalog/variants")).await
    }
}

/// The editors of both tenants, each with a new project of this name.
async fn desks<'a>(app: &'a TestApp, project: &str, currency: &str) -> (Desk<'a>, Desk<'a>) {
    app.home.add_project(&app.app, project, currency).await;
    app.other.add_project(&app.app, project, currency).await;
    let desk = |tenant| Desk { actor: app.person(tenant, Role::Editor), project: project.to_owned() };
    (desk(&app.home), desk(&app.other))
}

/// What stands in a file, told by a reader that knows nothing of ours: handles, and SKU and price of each variant.
fn naive(csv: &str) -> (usize, Vec<(String, String)>) {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|h| h == name).expect(name);
    let (handle, sku, price) = (column("Handle"), column("Variant SKU"), column("Variant Price"));
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let handles: std::collections::HashSet<_> = rows.iter().map(|row| row[handle].to_owned()).collect();
    let with_price = rows.iter().filter(|row| !row[price].is_empty());
    let amount = |text: &str| {
        let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}.{cents:0<2}")
    };
    (handles.len(), with_price.map(|row| (row[sku].to_owned(), amount(&row[price]))).collect())
}

#[tokio::test]
async fn the_catalogues_that_shopify_published_are_taken_and_given_back() {
    let app = TestApp::new().await;
    for (name, csv) in catalogs() {
        let project = name.split('.').next().expect("a name").replace('_', "-");
        let (desk, other) = desks(&app, &project, "USD").await;
        let (handles, mut expected) = naive(&csv);
        let report = desk.import(csv).await;
        let counts = ["products", "variants", "variants_new", "prices_changed", "refused_count"];
        let counts = counts.map(|count| report[count].as_u64().expect("a number") as usize);
        let n = expected.len();
        assert_eq!(counts, [handles, n, n, n, 0], "{name}: {report}");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let variants = desk.variants().await;
        let mut taken: Vec<_> =
            variants.iter().map(|v| (text(&v["sku"]), text(&v["price"]["amount"]))).collect();
        taken.sort();
        expected.sort();
        assert_eq!(taken, expected, "{name}");
        lossless(&desk, &other, n).await;
    }
    app.finish().await;
}

/// What one project gives, another takes and gives again, byte for byte; taking it in again changes nothing.
async fn lossless(one: &Desk<'_>, other: &Desk<'_>, variants: usize) {
    let first = one.export().await;
    let report = other.import(first.clone()).await;
    assert_eq!((&report["refused"], &report["changed"]), (&json!([]), &json!([])), "{report}");
    assert_eq!(report["variants_new"], variants, "{report}");
    assert_eq!(other.export().await, first);
    let again = one.import(first.clone()).await;
    assert_eq!((&again["variants_new"], &again["prices_changed"]), (&json!(0), &json!(0)), "{again}");
    assert_eq!(one.export().await, first);
}

/// What real files hold: quotes, line breaks, umlauts, empty and repeated SKUs, options, images, drafts, a mark in front.
const AWKWARD: &str = "\u{feff}Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Cost per item,Status\n\
kocher,\"Kocher \"\"Bär\"\", 2 l\",\"<p>Zwei\nZeilen</p>\",Fjell & Sønner,Stoves,\"heiß, draußen\",TRUE,Größe,Klein,Farbe,Rot,K-1,3,19.9,29.90,'0123,a.jpg,7.5,active\n\
kocher,,,,,,,,Klein,,Blau,,0,20,,,,,\n\
kocher,,,,,,,,Groß,,Rot,K-1,-2,1234.5,2000,,,,\n\
kocher,,,,,,,,,,,,,,,,b.jpg,,\n\
gratis,Gratis,,,,,FALSE,Title,Default Title,,,,,0,,,,,draft\n";

#[tokio::test]
async fn awkward_files_are_given_back_without_loss() {
    let app = TestApp::new().await;
    let (desk, other) = desks(&app, "awkward", "EUR").await;
    let report = desk.import(AWKWARD).await;
    assert_eq!((&report["products"], &report["variants"]), (&json!(2), &json!(4)), "{report}");
    lossless(&desk, &other, 4).await;
    let products = desk.actor.all(&desk.path("/catalog/products")).await;
    assert_eq!(products[0]["title"], "Kocher \"Bär\", 2 l");
    assert_eq!(products[0]["tags"], json!(["draußen", "heiß"]));
    assert_eq!((&products[0]["status"], &products[1]["status"]), (&json!("active"), &json!("draft")));
    let variants = desk.variants().await;
    let shown = |field: &str| variants.iter().map(|variant| variant[field].clone()).collect::<Vec<_>>();
    assert_eq!(shown("title"), ["Klein / Rot", "Klein / Blau", "Groß / Rot", ""]);
    assert_eq!(shown("sku"), ["K-1", "", "K-1", ""]);
    let amounts: Vec<&str> = variants.iter().filter_map(|v| v["price"]["amount"].as_str()).collect();
    assert_eq!(amounts, ["19.90", "20.00", "1234.50", "0.00"]);
    app.finish().await;
}

#[tokio::test]
async fn another_currency_keeps_its_own_decimals() {
    let app = TestApp::new().await;
    let (desk, other) = desks(&app, "tokyo", "JPY").await;
    let csv = "Handle,Title,Variant SKU,Variant Price,Variant Compare At Price\n\
               a,A,A,1500,2000\nb,B,B,980.00,\nc,C,C,10.50,\n";
    let report = desk.import(csv).await;
    assert_eq!((&report["variants"], &report["refused_count"]), (&json!(2), &json!(1)), "{report}");
    let place = report["refused"][0]["pointer"].as_str().expect("a place");
    assert!(place.starts_with("line 4"), "{report}");
    lossless(&desk, &other, 2).await;
    let compare_at = &desk.variants().await[0]["compare_at"];
    assert_eq!(*compare_at, json!({ "amount": "2000", "currency": "JPY" }));
    app.finish().await;
}

#[tokio::test]
async fn a_large_file_streams_in_and_out() {
    const PRODUCTS: usize = 20_000;
    let app = TestApp::new().await;
    let (desk, _) = desks(&app, "large", "EUR").await;
    // In pieces, so that neither side knows the length beforehand.
    let parts = (0..20).map(|part| {
        let csv = csv_of("thing", part * PRODUCTS / 20, PRODUCTS / 20);
        if part == 0 { csv } else { csv.split_once('\n').expect("a header").1.to_owned() }
    });
    let body = stream::iter(parts.map(Ok::<_, std::io::Error>));
    let report = desk.import(Body::wrap_stream(body)).await;
    assert_eq!((&report["variants"], &report["refused_count"]), (&json!(PRODUCTS), &json!(0)), "{report}");
    let (handles, variants) = naive(&desk.export().await);
    assert_eq!((handles, variants.len()), (PRODUCTS, PRODUCTS));
    assert_eq!(variants[0], ("thing-0".to_owned(), "10.00".to_owned()));
    assert_eq!(variants[PRODUCTS - 1], ("thing-19999".to_owned(), "209.99".to_owned()));
    app.finish().await;
}

#[tokio::test]
async fn a_second_file_changes_what_moved_and_nothing_else() {
    let app = TestApp::new().await;
    let (desk, _) = desks(&app, "moved", "EUR").await;
    desk.import(csv_of("thing", 0, 3)).await;
    let before = desk.variants().await;
    app.hours_pass(1);
    let moved = csv_of("thing", 0, 4).replace("thing-1,10.01", "thing-1,11.00");
    let report = desk.import(moved).await;
    assert_eq!((&report["variants_new"], &report["prices_changed"]), (&json!(1), &json!(2)), "{report}");
    let after = desk.variants().await;
    for (was, is) in before.iter().zip(&after) {
        assert_eq!(was["id"], is["id"], "a variant keeps its id");
    }
    assert_eq!((&after[1]["price"]["amount"], after.len()), (&json!("11.00"), 4));
    assert_eq!(after[0], before[0], "what did not move was not touched");
    let path = format!("/variants/{}/prices", after[1]["id"].as_str().expect("an id"));
    let prices = app.viewer().all(&path).await;
    assert_eq!((&prices[0]["source_id"], &prices[0]["source"]), (&report["id"], &json!("import")));
    assert_eq!(prices.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn an_upload_that_breaks_off_takes_nothing() {
    let app = TestApp::new().await;
    let before = app.dump().await;
    let body = stream::iter([Ok(csv_of("thing", 0, 1000)), Err(std::io::Error::other("gone"))]);
    let editor = app.editor();
    let request = editor.request(Method::POST, "/catalog/imports").header("idempotency-key", "one");
    let sent = request.header("content-type", "text/csv").body(Body::wrap_stream(body)).send().await;
    assert!(sent.is_err(), "{sent:?}");
    app.assert_unchanged(&before, "an upload that broke off").await;
    // The key was not used up.
    let request = editor.request(Method::POST, "/catalog/imports").header("idempotency-key", "one");
    let whole = request.header("content-type", "text/csv").body(csv_of("thing", 0, 10));
    assert_eq!(editor.send(whole).await.expect(201)["variants"], 10);
    app.finish().await;
}

#[tokio::test]
async fn a_plan_exported_to_a_file_gives_the_planned_prices_where_it_is_imported() {
    let app = TestApp::new().await;
    let (desk, other) = desks(&app, "demo-2", "EUR").await;
    desk.import(AWKWARD).await;
    other.import(AWKWARD).await;
    let rule = json!({
        "schema": "rule.v1", "name": "rot", "select": { "title": { "ends_with": "Rot" } },
        "steps": [{ "percent": "-10" }], "compare_at": "set_to_before",
    });
    let rule = desk.actor.post(&desk.path("/rules"), rule).await.expect(201);
    let new = json!({ "title": "Rot", "rules": [rule["rule"]["id"]] });
    let plan = desk.actor.post(&desk.path("/price-changes"), new).await.expect(201);
    let path = format!("/price-changes/{}", plan["id"].as_str().expect("an id"));
    desk.actor.get(&format!("{path}/export")).await.refused(409, "price_change.not_approved");
    let signed = json!({ "plan_hash": plan["plan_hash"] });
    app.approver().post(&format!("{path}/approve"), signed).await.expect(200);
    let file = desk.actor.get(&format!("{path}/export")).await.text;
    assert!(!file.contains("gratis"), "products that stay as they are do not belong in the file: {file}");
    let report = other.import(file).await;
    assert_eq!((&report["variants_new"], &report["refused_count"]), (&json!(0), &json!(0)), "{report}");
    assert_eq!(report["prices_changed"], plan["rows_to_apply"]);
    let prices = |variants: Vec<Value>| {
        let pair =
            |v: &Value| (v["title"].clone(), v["price"]["amount"].clone(), v["compare_at"]["amount"].clone());
        variants.iter().map(pair).collect::<Vec<_>>()
    };
    let (before, after) = (prices(desk.variants().await), prices(other.variants().await));
    assert_eq!(after[0], (json!("Klein / Rot"), json!("17.91"), json!("19.90")));
    assert_eq!(after[1], before[1], "a variant of the same product that the rules leave alone stays");
    assert_eq!(after[2], (json!("Groß / Rot"), json!("1111.05"), json!("1234.50")));
    assert_eq!(after[3], before[3]);
    app.finish().await;
}

/// Each row of a bulk write is checked against the table it refers to. In a new database the planner knows nothing of its
/// tables yet, and must not read a tenant's every row for one of these checks.
#[tokio::test]
async fn a_reference_is_checked_by_its_own_index_however_new_the_table() {
    let app = TestApp::new().await;
    for table in ["products", "variants"] {
        let check = format!(
            "set plan_cache_mode = force_generic_plan;
             prepare check_of_{table} (uuid, uuid) as
                select 1 from only {table} x where tenant_id = $1 and id = $2 for key share"
        );
        app.owner.batch_execute(&check).await.expect("a statement");
        let nobody = "00000000-0000-0000-0000-000000000000";
        let explain = format!("explain execute check_of_{table} ('{nobody}', '{nobody}')");
        let plan = app.owner.simple_query(&explain).await.expect("a plan");
        let plan = format!("{plan:?}");
        assert!(plan.contains(&format!("Index Scan using {table}_pkey")), "{table}: {plan}");
    }
    app.finish().await;
}

/// What Postgres has not counted it takes for small, and then reads whole for each batch of an import.
#[tokio::test]
async fn postgres_counts_the_tables_that_a_large_file_fills() {
    let app = TestApp::new().await;
    let (desk, _) = desks(&app, "large", "EUR").await;
    let counted = "select count(*) from pg_stats
         where tablename in ('products', 'variants', 'price_versions') and attname = 'tenant_id'";
    desk.import(csv_of("few", 0, 100)).await;
    assert_eq!(app.owner.query_one(counted, &[]).await.expect("a count").get::<_, i64>(0), 0);
    desk.import(csv_of("many", 0, 3_000)).await;
    assert_eq!(app.owner.query_one(counted, &[]).await.expect("a count").get::<_, i64>(0), 3);
    app.finish().await;
}
