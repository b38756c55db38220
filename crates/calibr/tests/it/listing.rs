//! Narrowing and ordering: the rows of a plan by change and margin with counts, the facets of a catalogue, and why a variant
//! had each of its prices.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Plan, TestApp, csv_of, goods};

/// Every price becomes 30, so that each change is another one.
async fn plan(app: &TestApp) -> Plan {
    let select = json!({ "product_type": { "in": ["Tents", "Mugs"] } });
    let rule =
        json!({ "schema": "rule.v1", "name": "thirty", "select": select, "steps": [{ "set": "30 EUR" }] });
    app.plan(rule).await
}

async fn rows(app: &TestApp, plan: &Plan, query: &str) -> Vec<Value> {
    app.viewer().all(&plan.path(&format!("/rows?{query}"))).await
}

fn cents(money: &Value) -> i128 {
    money["amount"].as_str().expect("an amount").replace('.', "").parse().expect("digits")
}

/// The change in percent, exactly, as a fraction.
fn delta(row: &Value) -> (i128, i128) {
    (100 * (cents(&row["after"]) - cents(&row["before"])), cents(&row["before"]))
}

fn less((a, b): (i128, i128), (c, d): (i128, i128)) -> bool {
    a * d < c * b
}

fn skus(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| row["sku"].as_str().expect("a SKU").to_owned()).collect()
}

#[tokio::test]
async fn rows_are_ordered_and_narrowed_by_their_change() {
    let app = TestApp::new().await;
    app.shop(goods(9, 2)).await;
    let plan = plan(&app).await;
    let all = rows(&app, &plan, "").await;
    let places: Vec<i64> = all.iter().map(|row| row["row"].as_i64().expect("a place")).collect();
    assert!(places.is_sorted() && all.len() > 10, "{places:?}");
    let mut expected: Vec<Value> = all.iter().filter(|row| row["after"] != Value::Null).cloned().collect();
    expected.sort_by(|a, b| {
        if less(delta(a), delta(b)) { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
    });
    // Two at a time, so that every cursor is needed.
    for (sort, mut expected) in [("delta_pct", expected.clone()), ("-delta_pct", expected)] {
        if sort.starts_with('-') {
            expected.reverse();
        }
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = plan.path(&format!("/rows?sort={sort}&limit=2{cursor}"));
            let page = app.viewer().get(&path).await.expect(200);
            found.extend(page["data"].as_array().expect("rows").iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        found.retain(|row| row["after"] != Value::Null);
        let deltas = |rows: &[Value]| rows.iter().map(|row| row["change_pct"].clone()).collect::<Vec<_>>();
        assert_eq!(deltas(&found), deltas(&expected), "{sort}");
        assert_eq!(found.len(), expected.len());
    }
    let by_sku = skus(&rows(&app, &plan, "sort=-sku").await);
    assert!(by_sku.windows(2).all(|pair| pair[0] >= pair[1]), "{by_sku:?}");
    for (from, below) in [("-50", "0"), ("0", "12.5"), ("-12.3456", "1000")] {
        let limit = |text: &str| {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            (format!("{whole}{fraction:0<4}").parse::<i128>().expect("digits"), 10_000)
        };
        let found = rows(&app, &plan, &format!("delta_pct%5Bgte%5D={from}&delta_pct%5Blt%5D={below}")).await;
        let expected: Vec<Value> = all
            .iter()
            .filter(|row| row["after"] != Value::Null)
            .filter(|row| !less(delta(row), limit(from)) && less(delta(row), limit(below)))
            .cloned()
            .collect();
        assert_eq!(skus(&found), skus(&expected), "{from} {below}");
    }
    for wrong in ["sort=price", "delta_pct%5Bgte%5D=ten", "margin_pct%5Blt%5D=1,5", "delta_pct=1"] {
        app.viewer().get(&plan.path(&format!("/rows?{wrong}"))).await.refused(400, "query.invalid");
    }
    app.finish().await;
}

#[tokio::test]
async fn rows_are_ordered_and_narrowed_by_their_margin() {
    let app = TestApp::new().await;
    app.shop(goods(6, 1)).await;
    let plan = plan(&app).await;
    let found = rows(&app, &plan, "sort=margin_pct").await;
    let margins: Vec<i64> = found
        .iter()
        .filter_map(|row| row["margin_pct"].as_str())
        .map(|text| text.replace('.', "").parse().expect("digits"))
        .collect();
    assert!(margins.len() > 3 && margins.is_sorted(), "{margins:?}");
    let one = app
        .viewer()
        .all(&format!(
            "/catalog/variants?sku={}",
            found.last().expect("a row")["sku"].as_str().expect("a SKU")
        ))
        .await;
    let (price, cost) = (cents(&found.last().expect("a row")["after"]), cents(&one[0]["cost"]));
    let exact = (price - cost) * 10_000;
    let told = i128::from(*margins.last().expect("a margin"));
    assert!((told * price - exact).abs() * 2 <= price, "{told} of {price} at {cost}");
    let middle = format!("{}.{:02}", margins[2] / 100, margins[2] % 100);
    let high = rows(&app, &plan, &format!("margin_pct%5Bgte%5D={middle}")).await.len();
    let low = rows(&app, &plan, &format!("margin_pct%5Blt%5D={middle}")).await.len();
    assert!(low >= 2 && high >= 1 && low + high == margins.len(), "{low} {high}");

    // With a fifth of tax inside, of twelve parts ten are the price that the cost is held against.
    app.admin().patch_over("/projects/demo", json!({ "tax_rate_pct": "20" }), "\"v1\"").await.expect(200);
    let taxed = rows(&app, &plan, "sort=margin_pct").await;
    let taxed = taxed.last().expect("a row");
    let told: i128 =
        taxed["margin_pct"].as_str().expect("a margin").replace('.', "").parse().expect("digits");
    let exact = (price * 10 - cost * 12) * 10_000;
    assert!((told * price * 10 - exact).abs() * 2 <= price * 10, "{told} of {price} at {cost} with tax");
    let told = taxed["margin_pct"].as_str().expect("a margin");
    assert!(
        rows(&app, &plan, &format!("margin_pct%5Bgte%5D={told}")).await.len() <= 1,
        "{told} is the highest"
    );
    app.finish().await;
}

#[tokio::test]
async fn counts_tell_what_each_outcome_would_leave() {
    let app = TestApp::new().await;
    app.shop(goods(9, 2)).await;
    let plan = plan(&app).await;
    for query in ["", "q=s-1", "delta_pct%5Blt%5D=0", "q=s-1&delta_pct%5Blt%5D=0", "q=nowhere"] {
        let counts = app.viewer().get(&plan.path(&format!("/rows/counts?{query}"))).await.expect(200);
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        let found = rows(&app, &plan, query).await;
        for row in &found {
            *expected.entry(row["outcome"].as_str().expect("a word").to_owned()).or_default() += 1;
        }
        assert_eq!(counts["total"], json!(found.len()), "{query}");
        for outcome in ["raise", "cut", "same", "blocked", "skipped"] {
            assert_eq!(
                counts[outcome],
                json!(expected.get(outcome).copied().unwrap_or(0)),
                "{query} {outcome}"
            );
        }
        let narrowed = app.viewer().get(&plan.path(&format!("/rows/counts?outcome=cut&{query}"))).await;
        assert_eq!(narrowed.expect(200), counts, "chips show what other choices would give");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_bar_of_the_histogram_counts_the_rows_it_leads_to() {
    let app = TestApp::new().await;
    app.shop(goods(9, 2)).await;
    // Below what the dearer ones cost.
    let all = json!({ "all_variants": true });
    let rule =
        json!({ "schema": "rule.v1", "name": "sixteen", "select": all, "steps": [{ "set": "16 EUR" }] });
    let plan = app.plan(rule).await;
    let shown = app.viewer().get(&plan.path("")).await.expect(200);
    let (mut written, mut blocked) = (0, 0);
    for bin in shown["impact"]["histogram"].as_array().expect("bins") {
        let limit = |field: &str, name: &str| {
            bin[field].as_str().map(|pct| format!("&delta_pct%5B{name}%5D={pct}")).unwrap_or_default()
        };
        let query = format!("{}{}", limit("from_pct", "gte"), limit("to_pct", "lt"));
        let counts = app.viewer().get(&plan.path(&format!("/rows/counts?{query}"))).await.expect(200);
        let count = |field: &str| counts[field].as_u64().expect("a count");
        assert_eq!(
            (&bin["count"], &bin["blocked"]),
            (&json!(count("raise") + count("cut")), &json!(count("blocked"))),
            "{query}"
        );
        (written, blocked) = (written + count("raise") + count("cut"), blocked + count("blocked"));
    }
    assert!(written > 3 && blocked > 0, "{written} {blocked}");
    app.finish().await;
}

/// The lower edge of the cell that a percentage lies in, of a grid that ends before `end`.
fn edge(pct: (i128, i128), end: i128) -> String {
    let lowest = pct.0.div_euclid(5 * pct.1) * 5;
    lowest.clamp(-100, end - 5).to_string()
}

#[tokio::test]
async fn margins_are_counted_where_their_rows_lie() {
    let app = TestApp::new().await;
    app.shop(goods(9, 2)).await;
    app.admin().patch_over("/projects/demo", json!({ "tax_rate_pct": "20" }), "\"v1\"").await.expect(200);
    // No cost is known of this one.
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("plain", 0, 1)).await.expect(201);
    let variants = app.viewer().all("/catalog/variants").await;
    let cost_of = |row: &Value| {
        variants.iter().find(|variant| variant["id"] == row["variant_id"]).expect("a variant")["cost"].clone()
    };
    for (price, queries) in [
        ("30", ["", "outcome=cut", "outcome=raise,blocked&q=goods-1", "q=plain"].as_slice()),
        ("4.50", &[""]),
        ("70", &[""]),
    ] {
        let steps = json!([{ "set": format!("{price} EUR") }]);
        let name = format!("to-{}", price.replace('.', "-"));
        let all = json!({ "all_variants": true });
        let plan =
            app.plan(json!({ "schema": "rule.v1", "name": name, "select": all, "steps": steps })).await;
        for query in queries {
            let (mut cells, mut beyond, mut without) = (BTreeMap::<_, [u64; 2]>::new(), 0, 0);
            for row in rows(&app, &plan, query).await {
                let cost = cost_of(&row);
                if row["after"].is_null() || row["before"].is_null() || cost.is_null() {
                    without += 1;
                    continue;
                }
                let after = cents(&row["after"]);
                let (change, margin) = (delta(&row), (100 * (10 * after - 12 * cents(&cost)), 10 * after));
                beyond += u64::from(!less(change, (200, 1)) || less(margin, (-100, 1)));
                let counts = cells.entry([edge(change, 200), edge(margin, 100)]).or_default();
                counts[usize::from(row["outcome"] == "blocked")] += 1;
            }
            let told = app.viewer().get(&plan.path(&format!("/rows/margins?{query}"))).await.expect(200);
            assert_eq!(
                (&told["beyond"], &told["without"]),
                (&json!(beyond), &json!(without)),
                "{price} {query}"
            );
            assert_eq!(told_cells(&told), cells, "{price} {query}");
            assert!(price == "30" || beyond > 0, "nothing lies beyond at {price}");
        }
    }
    let plan = plan(&app).await;
    app.viewer().get(&plan.path("/rows/margins?margin_pct%5Blt%5D=1,5")).await.refused(400, "query.invalid");
    app.finish().await;
}

/// The cells by their lower edges: rows that no guardrail stops, and rows that one does.
fn told_cells(told: &Value) -> BTreeMap<[String; 2], [u64; 2]> {
    let read = |cell: &Value| {
        let text = |field: &str| cell[field].as_str().expect("a text").to_owned();
        let number = |field: &str| cell[field].as_u64().expect("a number");
        for (from, to) in [("change_from_pct", "change_to_pct"), ("margin_from_pct", "margin_to_pct")] {
            let [from, to] = [from, to].map(|field| text(field).parse::<i64>().expect("a whole number"));
            assert_eq!(to, from + 5, "{cell}");
        }
        ([text("change_from_pct"), text("margin_from_pct")], [number("rows"), number("blocked")])
    };
    told["cells"].as_array().expect("cells").iter().map(read).collect()
}

#[tokio::test]
async fn facets_count_what_another_choice_would_leave() {
    let app = TestApp::new().await;
    app.shop(goods(6, 2)).await;
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("plain", 0, 1)).await.expect(201);
    for query in
        ["", "vendor=Fjell", "product_type=Mugs&tag=sale", "q=goods-1", "vendor=Fjell&product_type=Tents"]
    {
        let facets = app.viewer().get(&format!("/catalog/facets?{query}")).await.expect(200);
        for (facet, parameter) in [("vendors", "vendor"), ("product_types", "product_type"), ("tags", "tag")]
        {
            let others: Vec<&str> =
                query.split('&').filter(|pair| !pair.starts_with(&format!("{parameter}="))).collect();
            let found = app.viewer().all(&format!("/catalog/variants?{}", others.join("&"))).await;
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            for variant in &found {
                let values = match parameter {
                    "tag" => variant["tags"].as_array().cloned().unwrap_or_default(),
                    _ => vec![variant[parameter].clone()],
                };
                for value in values.iter().filter_map(Value::as_str).filter(|value| !value.is_empty()) {
                    *expected.entry(value.to_owned()).or_default() += 1;
                }
            }
            let told = facets[facet].as_array().expect("values").iter();
            let told: BTreeMap<String, u64> = told
                .map(|row| {
                    (
                        row["value"].as_str().expect("a text").to_owned(),
                        row["count"].as_u64().expect("a count"),
                    )
                })
                .collect();
            assert_eq!(told, expected, "{query} {facet}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn each_price_of_a_timeline_says_why() {
    let app = TestApp::new().await;
    let _shop = app.shop(goods(2, 1)).await;
    let cut = json!({ "schema": "rule.v1", "name": "cut", "select": { "all_variants": true },
        "steps": [{ "percent": "-7" }] });
    let plan = app.plan(cut).await;
    let run = app.approve_and_apply(&plan).await;
    app.minutes_pass(5);
    let back = app.roll_back(&plan).await;
    let variants = app.viewer().all("/catalog/variants").await;
    let path = format!("/variants/{}/prices", variants[0]["id"].as_str().expect("an id"));
    let prices = app.viewer().all(&path).await;
    let because = |place: usize| prices[place]["because"].clone();
    assert_eq!((&because(0)["run_id"], &because(1)["run_id"]), (&back["id"], &run["id"]), "{prices:?}");
    for place in [0, 1] {
        assert_eq!(
            (&because(place)["price_change_id"], &because(place)["title"]),
            (&json!(plan.id), &json!("Test"))
        );
        assert_eq!(because(place)["rule"], "cut v1");
    }
    assert_eq!((prices.len(), because(2)), (3, Value::Null));
    let at = prices[1]["valid_from"].as_str().expect("an instant");
    let then = app.viewer().get(&format!("{path}?at={at}")).await.expect(200);
    assert_eq!(then["data"][0]["because"], because(1));
    app.finish().await;
}

/// What Postgres looked at in the tables of catalogues and plans, all rows counted together.
async fn rows_read(app: &TestApp) -> i64 {
    let sql = "select pg_stat_clear_snapshot(), sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint as read
               from pg_stat_user_tables
               where relname in ('variants', 'products', 'price_versions', 'price_change_rows', 'price_change_traces')";
    app.owner.query_one(sql, &[]).await.expect("statistics").get("read")
}

/// Rows that Postgres reads for a few pages of ten of each long list, and how many pages that were. `prepare` runs first.
async fn read_for_pages(prepare: &str) -> Vec<(String, i64, i64)> {
    // A connection tells what it read at most once a second, and when it was idle for ten.
    const TELLS_EVERY: Duration = Duration::from_millis(1_100);
    const TELLS_IDLE: Duration = Duration::from_secs(11);
    let app = TestApp::new().await;
    app.editor().post_text("/catalog/imports", "text/csv", csv_of("p", 0, LONG)).await.expect(201);
    let select = json!({ "all_variants": true });
    let rule = json!({ "schema": "rule.v1", "name": "all", "select": select, "steps": [{ "percent": -5 }] });
    let plan = app.plan(rule).await;
    app.owner.batch_execute(prepare).await.expect("statistics");
    let project = &app.home.project;
    let mut found = Vec::new();
    tokio::time::sleep(TELLS_IDLE).await;
    for path in [
        plan.path("/rows?limit=10"),
        plan.path("/rows?limit=10&outcome=raise,cut,blocked"),
        format!("/catalog/variants?project={project}&limit=10"),
        format!("/catalog/products?project={project}&limit=10"),
    ] {
        tokio::time::sleep(TELLS_EVERY).await;
        app.viewer().get(&path).await.expect(200);
        let (before, mut pages, mut read) = (rows_read(&app).await, 0, 0);
        while read < 50 {
            assert!(pages < 50, "{path}: nobody read {read} rows");
            app.viewer().get(&path).await.expect(200);
            pages += 1;
            tokio::time::sleep(TELLS_EVERY / 4).await;
            read = rows_read(&app).await - before;
        }
        found.push((path, pages, read));
    }
    app.finish().await;
    found
}

/// So many rows have the lists.
const LONG: usize = 2_000;

/// Autovacuum counts the long tables and leaves out the short ones.
#[tokio::test]
async fn a_page_of_a_long_list_costs_what_a_page_has() {
    for (path, pages, read) in
        read_for_pages("analyze variants, products, price_versions, price_change_rows").await
    {
        assert!(read < 100 * pages, "{path}: {read} rows read for {pages} pages");
    }
}

/// As after a first import. Postgres may then read a table for a page, but not for each row of the page.
#[tokio::test]
async fn a_page_of_tables_that_were_never_counted_reads_them_once_at_most() {
    for (path, pages, read) in read_for_pages("").await {
        let most = 2 * i64::try_from(LONG).expect("a number") * pages;
        assert!(read < most, "{path}: {read} rows read for {pages} pages");
    }
}
