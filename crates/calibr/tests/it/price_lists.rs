//! Price lists of a shop: read with the catalogue as price surfaces of the project. Runs over them are in
//! `price_list_runs`.

use kernel_core::Role;
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Config, JournalEntry, Markets, PriceList, VariantEdit};

use crate::support::{Shop, TestApp, goods, sim_config};

/// The numbers of the lists: one in the shop's currency, ten percent below it, and one in dollars.
pub const GERMANY: u64 = 7;
pub const ABROAD: u64 = 8;

/// A shop with both lists.
fn with_lists(catalogue: Catalogue) -> Config {
    let mut config = sim_config(catalogue);
    let tenth = "10".parse().expect("a number");
    config.catalogue.markets = Markets::default()
        .with_price_list(PriceList::decreasing(GERMANY, "Germany", "EUR", tenth))
        .with_price_list(PriceList::decreasing(ABROAD, "Abroad", "USD", tenth));
    config
}

/// Six variants from 20.00 to 26.85, of which S-0-0 has a price of its own in Germany and S-0-1 abroad.
pub async fn shop(app: &TestApp) -> Shop {
    let shop = app.shop_of(&app.home, with_lists(goods(3, 2))).await;
    fix(&shop, "S-0-0", "15.00", "Germany");
    fix(&shop, "S-0-1", "9.99", "Abroad");
    app.ingest(&shop).await;
    shop
}

/// A merchant fixes a row.
pub fn fix(shop: &Shop, sku: &str, price: &str, list: &str) {
    shop.sim.edit(&[VariantEdit::price(sku, price).in_list(list)]).expect("an edit");
}

/// A merchant makes a row follow the base price.
pub fn free(shop: &Shop, sku: &str, list: &str) {
    let edit = VariantEdit { price: None, delete: true, ..VariantEdit::price(sku, "").in_list(list) };
    shop.sim.edit(&[edit]).expect("an edit");
}

/// Another app changes a list.
pub async fn mutate(shop: &Shop, mutation: &str) {
    let url = format!("{}/admin/api/2026-10/graphql.json", shop.sim.url);
    let request = reqwest::Client::new().post(url).header("x-shopify-access-token", &shop.sim.token);
    let answer = request.json(&json!({ "query": format!("mutation {{ {mutation} }}") })).send().await;
    let answer: Value = answer.expect("an answer").json().await.expect("JSON");
    assert!(answer["errors"].is_null() && answer.to_string().contains("\"userErrors\":[]"), "{answer}");
}

/// The prices that hold on a surface, as SKU, currency, minor units and whether they follow the base price.
pub async fn held(app: &TestApp, surface: &str) -> Vec<(String, String, i64, bool)> {
    let sql = "select v.sku, p.currency, p.unit_amount_minor, p.relative from price_versions p
         join variants v on v.tenant_id = p.tenant_id and v.id = p.variant_id
         where p.surface = $1 and p.valid_to is null order by v.sku";
    let rows = app.owner.query(sql, &[&surface]).await.expect("the prices");
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect()
}

pub fn in_eur(rows: &[(&str, i64, bool)]) -> Vec<(String, String, i64, bool)> {
    rows.iter()
        .map(|(sku, minor, relative)| ((*sku).to_owned(), "EUR".to_owned(), *minor, *relative))
        .collect()
}

async fn surfaces(app: &TestApp) -> Vec<Value> {
    let listed = app.viewer().get(&format!("/surfaces?project={}", app.home.project)).await.expect(200);
    listed["data"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn price_lists_are_read_with_the_catalogue() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let listed = surfaces(&app).await;
    let brief = |surface: &Value| {
        let field = |name: &str| surface[name].as_str().unwrap_or_default().to_owned();
        let rows = (surface["fixed_rows"].as_u64(), surface["relative_rows"].as_u64());
        (field("name"), field("title"), field("currency"), rows)
    };
    let named = |name: &str, title: &str, currency: &str, rows| {
        (name.to_owned(), title.to_owned(), currency.to_owned(), rows)
    };
    let expected = [
        named("base", "Base prices", "EUR", (None, None)),
        named("abroad", "Abroad", "USD", (Some(1), Some(5))),
        named("germany", "Germany", "EUR", (Some(1), Some(5))),
    ];
    assert_eq!(listed.iter().map(brief).collect::<Vec<_>>(), expected);
    assert_eq!(listed[1]["channel_id"], shop.channel.as_str());

    let germany = in_eur(&[
        ("S-0-0", 1500, false),
        ("S-0-1", 1923, true),
        ("S-1-0", 2047, true),
        ("S-1-1", 2170, true),
        ("S-2-0", 2293, true),
        ("S-2-1", 2417, true),
    ]);
    assert_eq!(held(&app, "germany").await, germany);
    // What follows the base price abroad is in euros there, and nothing to compute with.
    assert_eq!(held(&app, "abroad").await, [("S-0-1".to_owned(), "USD".to_owned(), 999, false)]);

    let (exit, text) = app.viewer().cli(&["catalog", "surfaces"]).await;
    assert_eq!(exit, Some(0), "{text}");
    assert!(text.contains("germany") && text.contains("Abroad"), "{text}");
    let theirs = app.person(&app.other, Role::Viewer).get("/surfaces").await.expect(200);
    assert_eq!(theirs["data"].as_array().map(Vec::len), Some(1), "another tenant has base prices only");
    app.finish().await;
}

#[tokio::test]
async fn reading_again_takes_what_moved_and_nothing_else() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let versions = "select count(*) from price_versions";
    let count = || async { app.owner.query_one(versions, &[]).await.expect("a count").get::<_, i64>(0) };
    let before = count().await;
    app.ingest(&shop).await;
    assert_eq!(count().await, before, "nothing moved");

    free(&shop, "S-0-0", "Germany");
    fix(&shop, "S-1-0", "20.47", "Germany");
    shop.sim.edit(&[VariantEdit::price("S-2-0", "30.00")]).expect("an edit");
    app.ingest(&shop).await;
    let germany = in_eur(&[
        ("S-0-0", 1800, true),
        ("S-0-1", 1923, true),
        // The same amount, but it is the merchant's now.
        ("S-1-0", 2047, false),
        ("S-1-1", 2170, true),
        ("S-2-0", 2700, true),
        ("S-2-1", 2417, true),
    ]);
    assert_eq!(held(&app, "germany").await, germany);
    assert_eq!(count().await, before + 4, "three rows of the list and one base price");
    app.finish().await;
}

#[tokio::test]
async fn a_base_price_that_moves_leaves_unknown_what_follows_it() {
    let app = TestApp::new().await;
    let _shop = shop(&app).await;
    let rule = json!({ "schema": "rule.v1", "name": "two", "select": { "sku": { "in": ["S-0-0", "S-0-1"] } },
        "steps": [{ "percent": "-5" }] });
    let plan = app.plan(rule).await;
    app.approve_and_apply(&plan).await;
    let skus: Vec<String> = held(&app, "germany").await.into_iter().map(|row| row.0).collect();
    // S-0-0 is fixed there and stays; S-0-1 follows, and only the shop knows how.
    assert_eq!(skus, ["S-0-0", "S-1-0", "S-1-1", "S-2-0", "S-2-1"]);
    app.finish().await;
}

#[tokio::test]
async fn a_list_that_changes_its_currency_or_goes_ends_its_prices() {
    let app = TestApp::new().await;
    let shop = shop(&app).await;
    let update = format!(
        "priceListUpdate(id: \"gid://shopify/PriceList/{GERMANY}\", input: {{ currency: CAD, name: \"Canada\" }})
            {{ userErrors {{ code }} }}"
    );
    mutate(&shop, &update).await;
    let delete =
        format!("priceListDelete(id: \"gid://shopify/PriceList/{ABROAD}\") {{ userErrors {{ code }} }}");
    mutate(&shop, &delete).await;
    app.ingest(&shop).await;
    assert!(held(&app, "germany").await.is_empty() && held(&app, "abroad").await.is_empty());
    let listed = surfaces(&app).await;
    assert_eq!(listed[1]["name"], "abroad");
    assert!(listed[1]["gone_at"].is_string(), "{listed:?}");
    let canada = &listed[2];
    // It keeps the name that plans and rules know.
    assert_eq!((&canada["name"], &canada["title"]), (&json!("germany"), &json!("Canada")));
    assert_eq!((&canada["currency"], &canada["fixed_rows"]), (&json!("CAD"), &json!(0)));
    app.finish().await;
}

#[tokio::test]
async fn a_shop_without_lists_is_asked_once_whether_it_has_any() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 2)).await;
    let calls = |journal: &[JournalEntry]| -> Vec<String> {
        journal.iter().filter_map(|entry| entry.operation_name.clone()).collect()
    };
    let before = shop.sim.journal().len();
    app.ingest(&shop).await;
    let journal = shop.sim.journal();
    let mut called = calls(&journal[before..]);
    let asked = called.iter().position(|name| name == "ReadPriceLists").expect("asked");
    called.remove(asked);
    assert!(!called.iter().any(|name| name.contains("List")), "{called:?}");
    let sql = "select (select count(*) from price_versions where surface <> 'base' or relative)
            + (select count(*) from price_surfaces)";
    assert_eq!(app.owner.query_one(sql, &[]).await.expect("a count").get::<_, i64>(0), 0);
    app.finish().await;
}
