//! Every list of the OpenAPI document, paged while rows are added: none that was there is lost, none comes twice, and a
//! cursor is good for its own list only.

use kernel_core::Role;
use serde_json::{Value, json};
use simulators::shopify::{Simulator, VariantEdit};

use crate::support::operations::{Things, rule, waiver};
use crate::support::{Actor, TestApp, csv_of, goods, sim_config};

/// A list of the document.
struct List {
    id: String,
    /// The list, and the same operation about something else.
    path: String,
    elsewhere: Option<String>,
}

/// Every operation with a `limit`.
fn lists(mine: &Things, second: &Things) -> Vec<List> {
    let document = serde_json::to_value(calibr::app::openapi()).expect("JSON");
    let mut lists = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let get = &methods["get"];
        let parameters = get["parameters"].as_array().cloned().unwrap_or_default();
        let named = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
        if !named("limit") {
            continue;
        }
        assert!(named("cursor"), "{path} has a limit but no cursor");
        let filled = |things: &Things| {
            let id = match path.split('/').nth(3).unwrap_or_default() {
                "price-changes" => &things.price_change,
                "rules" => &things.rule,
                "runs" => &things.run,
                "variants" => &things.variant,
                "webhooks" => &things.webhook,
                _ => "{?}",
            };
            let project = named("project").then(|| format!("&project={}", things.project));
            format!("{}?{}", path.replace("{id}", id), project.unwrap_or_default())
        };
        let (path, elsewhere) = (filled(mine), filled(second));
        assert!(!path.contains('{'), "no case for {path}");
        let elsewhere = (elsewhere != path).then_some(elsewhere);
        lists.push(List { id: get["operationId"].as_str().expect("an id").to_owned(), path, elsewhere });
    }
    assert!(lists.len() >= 13, "the document lost some of its lists");
    lists
}

/// Adds a row to a list; to those that never grow, a row to something near.
async fn grow(app: &TestApp, mine: &Things, list: &str, number: usize) {
    let (admin, editor) = (app.admin(), app.editor());
    match list {
        "list_channels" => {
            let mut config = sim_config(goods(0, 0));
            config.domain = format!("shop-{number}.myshopify.com");
            let sim = Simulator::start(config).await.expect("a shop");
            let new = json!({ "shop_domain": "a shop", "access_token": sim.token, "base_url": sim.url });
            admin.post("/channels?project=second", new).await.expect(201);
        }
        "list_products" | "list_variants" => {
            let csv = csv_of(list, number, 1);
            editor.post_text("/catalog/imports?project=demo", "text/csv", csv).await.expect(201);
        }
        "list_variant_prices" => {
            let variant = admin.get(&format!("/variants/{}", mine.variant)).await.expect(200);
            let handle = "mine-goods-0";
            let csv = format!(
                "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
                 {handle},{},Size,Size 0,{},{}.11\n",
                variant["product_title"].as_str().expect("a title"),
                variant["sku"].as_str().expect("a SKU"),
                number + 40,
            );
            let report = editor.post_text("/catalog/imports?project=demo", "text/csv", csv).await.expect(201);
            assert_eq!(
                (&report["prices_changed"], &report["variants_new"]),
                (&json!(1), &json!(0)),
                "{report}"
            );
        }
        "list_drifts" => {
            let price = format!("{}.50", number + 30);
            mine.shop.sim.edit(&[VariantEdit::price("mine-S-0-0", &price)]).expect("edited");
            let channel = &mine.shop.channel;
            editor.post(&format!("/channels/{channel}/sweep"), json!({})).await.expect(202);
            app.jobs_done().await;
            // Only what is settled makes room for another drift of the same variant.
            let open = editor.all("/drifts?project=demo&state=open").await;
            let ids: Vec<&Value> = open.iter().map(|drift| &drift["id"]).collect();
            editor.post("/drifts/adopt?project=demo", json!({ "drifts": ids })).await.expect(200);
        }
        "list_rules" | "list_audit_records" | "list_events" => {
            editor.post("/rules?project=demo", rule(&format!("{list} {number}"))).await.expect(201);
        }
        "list_rule_versions" => {
            let mut version = rule("mine");
            version["steps"] = json!([{ "percent": format!("{}", number + 1) }]);
            editor.post("/rules?project=demo", version).await.expect(200);
        }
        "list_price_change_comments" | "list_price_change_activity" => {
            let path = format!("/price-changes/{}/comments", mine.price_change);
            editor.post(&path, json!({ "body": format!("Comment {number}") })).await.expect(201);
        }
        "list_price_changes" | "list_price_change_rows" | "list_run_targets" | "list_prices_to_roll_back" => {
            app.plan(rule(&format!("{list} {number}"))).await;
        }
        "list_schedules" => app.home.schedule(&app.app, &format!("schedule-{number}")).await,
        "list_jobs" | "list_runs" => {
            app.ingest(&mine.shop).await;
            let plan = app.plan(rule(&format!("{list} {number}"))).await;
            let run = app.approve_and_apply(&plan).await;
            assert_eq!(run["settled"], true);
        }
        "list_tokens" => {
            admin.post("/tokens", json!({ "name": format!("t{number}"), "scopes": [] })).await.expect(201);
        }
        "list_views" => {
            let view = json!({ "list": "rules", "name": format!("view {number}"), "query": "" });
            admin.post("/views?project=demo", view).await.expect(201);
        }
        "list_members" => {
            let new = json!({ "email": format!("m{number}@people.test"), "role": "viewer" });
            admin.post("/members", new).await.expect(201);
        }
        "list_guardrail_versions" => {
            let document = json!({ "schema": "guardrails.v1", "floor": { "price": format!("0.{:02} EUR", number + 1) } });
            assert!(admin.post("/guardrails?project=demo", document).await.status < 300);
        }
        "list_dead_letters" => {
            editor.post("/waivers?project=demo", waiver()).await.expect(201);
            app.refuse_waivers().await;
        }
        "list_replays" => {
            let span = json!({ "consumer": "webhooks", "from_position": 1, "to_position": number + 1 });
            admin.post("/events/replays", span).await.expect(201);
        }
        "list_webhooks" => {
            admin.post("/webhooks", json!({ "url": mine.receiver.url })).await.expect(201);
        }
        "list_webhook_deliveries" => {
            editor.post("/waivers?project=demo", waiver()).await.expect(201);
            app.events_delivered().await;
        }
        "list_waivers" => {
            editor.post("/waivers?project=demo", waiver()).await.expect(201);
        }
        "list_projects" => app.home.add_project(&app.app, &format!("project-{number}"), "EUR").await,
        other => panic!("the list {other} has no case: say how a row is added to it"),
    }
    app.log_settled().await;
}

/// What tells the rows of a list apart.
fn key(row: &Value) -> String {
    let key = ["id", "row", "version", "name", "variant_id"].into_iter().find(|field| !row[*field].is_null());
    row[key.expect("a row has something of its own")].to_string()
}

async fn keys(actor: &Actor<'_>, path: &str) -> Vec<String> {
    actor.all(path).await.iter().map(key).collect()
}

/// An application with one of everything in the project `demo`, and again in the project `second` of the same tenant.
async fn two_projects() -> (TestApp, Things, Things) {
    let mut app = TestApp::new().await;
    let mine = app.things_of(&app.home, "mine").await;
    app.home.add_project(&app.app, "second", "EUR").await;
    app.home.project = "second".to_owned();
    let second = app.things_of(&app.home, "second").await;
    app.home.project = "demo".to_owned();
    (app, mine, second)
}

#[tokio::test]
async fn no_row_is_lost_or_repeated_while_rows_are_added() {
    let (app, mine, second) = two_projects().await;
    let admin = app.person(&app.home, Role::Admin);
    for list in lists(&mine, &second) {
        // The channels of `demo` stay one, or nothing could be applied there.
        let path = if list.id == "list_channels" { list.elsewhere.expect("another") } else { list.path };
        let mut number = 0;
        while keys(&admin, &path).await.len() < 4 {
            grow(&app, &mine, &list.id, number).await;
            number += 1;
            assert!(number < 8, "{} does not grow", list.id);
        }
        let there = keys(&admin, &path).await;
        let (mut seen, mut cursor) = (Vec::<String>::new(), None::<String>);
        loop {
            let after = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = admin.get(&format!("{path}&limit=2{after}")).await.expect(200);
            let rows = page["data"].as_array().expect("rows");
            let has_more = page["has_more"].as_bool().expect("a boolean");
            assert_eq!(has_more, page["next_cursor"].is_string(), "{}: {page}", list.id);
            assert!(rows.len() == 2 || !has_more && rows.len() < 2, "{}: {page}", list.id);
            seen.extend(rows.iter().map(key));
            if !has_more {
                break;
            }
            cursor = page["next_cursor"].as_str().map(ToOwned::to_owned);
            grow(&app, &mine, &list.id, number).await;
            number += 1;
        }
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{}: a row came twice: {seen:?}", list.id);
        seen.retain(|key| there.contains(key));
        assert_eq!(seen, there, "{}: a row was lost or moved", list.id);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_only() {
    let (app, mine, second) = two_projects().await;
    let admin = app.person(&app.home, Role::Admin);
    let lists = lists(&mine, &second);
    let mut cursors = Vec::new();
    for list in &lists {
        for number in 0..2 {
            grow(&app, &mine, &list.id, number + 20).await;
        }
        let path =
            if list.id == "list_channels" { list.elsewhere.as_ref().expect("another") } else { &list.path };
        let page = admin.get(&format!("{path}&limit=1")).await.expect(200);
        cursors.push((list, path, page["next_cursor"].as_str().expect(&list.id).to_owned()));
    }
    for (list, path, cursor) in &cursors {
        admin.get(&format!("{path}&cursor={cursor}")).await.expect(200);
        let other_lists = lists.iter().filter(|other| other.id != list.id).map(|other| &other.path);
        let elsewhere = [&list.path].into_iter().chain(&list.elsewhere).filter(|other| other != path);
        for other in other_lists.chain(elsewhere) {
            let answer = admin.get(&format!("{other}&cursor={cursor}")).await;
            assert_eq!(answer.status, 400, "a cursor of {path} works in {other}");
            assert_eq!(answer.refused(400, "cursor.invalid")["errors"][0]["pointer"], "/cursor");
        }
        for nonsense in ["x", "bm9uc2Vuc2U", "e30", &cursor[1..]] {
            admin.get(&format!("{path}&cursor={nonsense}")).await.refused(400, "cursor.invalid");
        }
        for (limit, code) in
            [("0", "page.limit"), ("1001", "page.limit"), ("two", "query.invalid"), ("-1", "query.invalid")]
        {
            admin.get(&format!("{path}&limit={limit}")).await.refused(400, code);
        }
        admin.get(&format!("{path}&color=red")).await.refused(400, "query.invalid");
    }
    for filtered in [
        "/audit?actor=a@b.test",
        "/catalog/variants?project=demo&q=mine",
        "/price-changes?project=demo&state=applied",
    ] {
        for (_, path, cursor) in &cursors {
            let answer = admin.get(&format!("{filtered}&cursor={cursor}")).await;
            assert_eq!(answer.status, 400, "a cursor of {path} works in {filtered}");
        }
    }
    app.finish().await;
}
