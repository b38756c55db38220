//! Recorded answers about bulk operations and staged uploads, replayed.
//!
//! The recorded stores created products and customers in bulk; here prices are written instead, so that the document
//! inside the operation differs and nothing else.

#[path = "support/recorded.rs"]
#[allow(dead_code, reason = "shared with the recordings of products")]
mod recorded;
mod support;

use recorded::{catalogue_of, differences};
use serde_json::{Value, json};
use simulators::shopify::{Fault, FaultKind};
use support::{BULK_UPDATE, Shop, recording, small_catalogue, upload, without_bulk_ids};

/// Sends a recorded call and compares the answers, ids of operations aside.
async fn replay(shop: &Shop, name: &str, call: &Value, variables: Value) -> Value {
    let ours = shop.ask(call["query"].as_str().expect("a document"), variables).await;
    agree(name, &call["response"], &ours);
    ours
}

fn agree(name: &str, recorded: &Value, ours: &Value) {
    let found = differences(&without_bulk_ids(recorded), &without_bulk_ids(ours));
    assert!(found.is_empty(), "{name}: {found:#?}");
}

async fn replay_all(part: &str, field: &str) -> Option<usize> {
    let file = recording(part)?;
    let shop = Shop::start(small_catalogue()).await;
    let calls = file[field].as_object().expect("calls");
    for (name, call) in calls {
        replay(&shop, &format!("{part} {name}"), call, call["variables"].clone()).await;
    }
    Some(calls.len())
}

#[tokio::test]
async fn what_may_not_run_is_refused_in_the_recorded_words() {
    for (part, count) in [
        ("bulk-operation-run-query-validators", 8),
        ("bulk-operation-run-query-user-error-codes", 2),
        ("bulk-operation-run-mutation-validators", 4),
        ("bulk-operation-run-mutation-connection-validators", 5),
    ] {
        let Some(replayed) = replay_all(part, "validations").await else { return };
        assert_eq!(replayed, count, "{part}");
    }
}

#[tokio::test]
async fn looking_at_operations_obeys_the_recorded_rules() {
    let Some(replayed) = replay_all("bulk-operations-read-arg-validation", "cases").await else { return };
    assert_eq!(replayed, 8);
    let Some(file) = recording("bulk-operations-sort-key") else { return };
    let shop = Shop::start(small_catalogue()).await;
    let call = &file["cases"]["idRejected"];
    replay(&shop, "sort key", call, json!({})).await;
}

#[tokio::test]
async fn the_order_of_operations_is_as_recorded() {
    let Some(file) = recording("bulk-operations-sort-key") else { return };
    let shop = Shop::start(small_catalogue()).await;
    for query in ["{ products { edges { node { id } } } }", "{ productVariants { edges { node { id } } } }"] {
        shop.run_bulk_query(query).await;
        shop.clock.pass_ms(2000);
        shop.handle.wait_bulk_over().await;
    }
    shop.handle.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "bulk"));
    shop.start_bulk_query("{ products { edges { node { title } } } }").await;
    // Which operations are over and in what order they come: newest first, those under way last by completion.
    for (case, expected) in [
        ("completedAtDesc", [true, true, false]),
        ("completedAtAsc", [false, true, true]),
        ("createdAtDesc", [false, true, true]),
        ("createdAtAsc", [true, true, false]),
    ] {
        let call = &file["cases"][case];
        let ours = shop.ask(call["query"].as_str().expect("a document"), call["variables"].clone()).await;
        let order = |answer: &Value, key: &str| -> Vec<Value> {
            let nodes = answer["data"]["bulkOperations"]["nodes"].as_array().cloned().unwrap_or_default();
            nodes.iter().map(|node| node[key].clone()).collect()
        };
        let over: Vec<bool> = order(&ours, "completedAt").iter().map(Value::is_string).collect();
        assert_eq!(over, expected, "{case}");
        let key = if case.starts_with("completed") { "completedAt" } else { "createdAt" };
        let descending = case.ends_with("Desc");
        for answer in [&ours, &call["response"]] {
            let times: Vec<Value> = order(answer, key);
            let nulls_stand_last = times.iter().skip_while(|at| at.is_string()).all(Value::is_null);
            let mut known: Vec<&str> = times.iter().filter_map(Value::as_str).collect();
            assert!(!descending || nulls_stand_last, "{case}: {times:?}");
            if !descending {
                known.reverse();
            }
            assert!(known.is_sorted_by(|a, b| a >= b), "{case}: {times:?}");
        }
    }
}

fn lines() -> String {
    let price = json!({ "id": "gid://shopify/ProductVariant/11", "price": "90.00" });
    json!({ "productId": "gid://shopify/Product/1", "variants": [price] }).to_string() + "\n"
}

#[tokio::test]
async fn an_accepted_mutation_starts_as_recorded() {
    let Some(file) = recording("bulk-operation-run-mutation-created-status") else { return };
    let shop = Shop::start(small_catalogue()).await;
    let staged = &file["setup"]["stagedUpload"];
    let target = replay_staged(&shop, staged).await;
    let stored = upload(&target, lines()).await;
    assert_eq!((stored.status, stored.text.contains("<PostResponse><Location>")), (201, true));
    let key = file["setup"]["upload"]["body"].as_str().is_some_and(|body| body.contains("<Key>tmp/"));
    assert!(key && stored.text.contains("<Key>tmp/"));
    let run = &file["success"]["run"];
    let path = parameter(&target, "key");
    let variables = json!({ "mutation": BULK_UPDATE, "path": path });
    let started = replay(&shop, "run", run, variables.clone()).await;
    let id = started["data"]["bulkOperationRunMutation"]["bulkOperation"]["id"].clone();
    shop.handle.wait_bulk_over().await;
    let last = file["success"]["statusPolls"].as_array().and_then(|polls| polls.last()).expect("a poll");
    let mut ours = shop.ask(last["query"].as_str().expect("a document"), json!({ "id": id })).await;
    // The line that the other document leaves has another length.
    ours["data"]["bulkOperation"]["fileSize"] = last["response"]["data"]["bulkOperation"]["fileSize"].clone();
    agree("completed", &last["response"], &ours);
    let current = &file["success"]["currentAfterRun"];
    let ours = shop.ask(current["query"].as_str().expect("a document"), json!({})).await;
    assert_eq!(ours["data"]["currentBulkOperation"]["id"], id);
}

async fn replay_staged(shop: &Shop, call: &Value) -> Value {
    let ours = shop.ask(call["query"].as_str().expect("a document"), call["variables"].clone()).await;
    let shape = |answer: &Value| {
        let target = &answer["data"]["stagedUploadsCreate"]["stagedTargets"][0];
        let names = target["parameters"].as_array().cloned().unwrap_or_default();
        let names: Vec<Value> = names.iter().map(|parameter| parameter["name"].clone()).collect();
        (
            names,
            target["url"] == target["resourceUrl"],
            answer["data"]["stagedUploadsCreate"]["userErrors"].clone(),
        )
    };
    assert_eq!(shape(&ours), shape(&call["response"]));
    ours["data"]["stagedUploadsCreate"]["stagedTargets"][0].clone()
}

fn parameter(target: &Value, name: &str) -> String {
    let parameters = target["parameters"].as_array().expect("parameters");
    let found = parameters.iter().find(|parameter| parameter["name"] == name).expect("the parameter");
    found["value"].as_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_file_that_never_came_or_is_empty_is_refused_as_recorded() {
    let Some(file) = recording("bulk-operation-run-mutation-allowed-roots") else { return };
    let shop = Shop::start(small_catalogue()).await;
    for (name, case) in file["cases"].as_object().expect("cases") {
        let target = replay_staged(&shop, &case["missingUpload"]["stagedUpload"]).await;
        let variables = json!({ "mutation": BULK_UPDATE, "path": parameter(&target, "key") });
        replay(&shop, name, &case["missingUpload"]["run"], variables).await;
    }
    let Some(file) = recording("bulk-operation-run-mutation-empty-file") else { return };
    let staged = &file["setup"]["stagedUpload"];
    let ours = shop.ask(staged["query"].as_str().expect("a document"), staged["variables"].clone()).await;
    let target = &ours["data"]["stagedUploadsCreate"]["stagedTargets"][0];
    let url = target["url"].as_str().expect("an address");
    let put = support::http().put(url).body("").send().await.expect("an answer");
    assert_eq!(json!(put.status().as_u16()), file["setup"]["upload"]["status"]);
    let path = url.split("shopify-staged-uploads/").nth(1).and_then(|rest| rest.split('?').next());
    let call = &file["validation"]["run"];
    replay(&shop, "empty file", call, json!({ "mutation": BULK_UPDATE, "path": path })).await;
}

#[tokio::test]
async fn the_sixth_operation_of_a_kind_is_refused_as_recorded() {
    let Some(file) = recording("bulk-operation-run-mutation-concurrency-limit") else { return };
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "bulk").times(5));
    for call in file["successfulRuns"].as_array().expect("five runs") {
        let path = shop.staged(lines()).await;
        replay(&shop, "run", call, json!({ "mutation": BULK_UPDATE, "path": path })).await;
    }
    let path = shop.staged(lines()).await;
    let variables = json!({ "mutation": BULK_UPDATE, "path": path });
    replay(&shop, "sixth", &file["sixthRun"], variables).await;
    shop.handle.wait_held(5).await;
    let listed = shop.ask("{ bulkOperations(first: 5) { nodes { id } } }", json!({})).await;
    let ids = listed["data"]["bulkOperations"]["nodes"].as_array().cloned().expect("five");
    let ids: Vec<Value> = ids.into_iter().map(|node| node["id"].clone()).collect();
    assert_eq!(hydrate(&shop, &file, &ids).await, 5);
    for (call, id) in file["cancelAttempts"].as_array().expect("cancels").iter().zip(&ids) {
        let mut recorded = call.clone();
        let shown = &mut recorded["response"]["data"]["bulkOperationCancel"]["bulkOperation"];
        if shown["status"] == "CANCELING" {
            replay(&shop, "cancel", &recorded, json!({ "id": id })).await;
        }
    }
    shop.handle.release();
    shop.handle.wait_bulk_over().await;
    assert_eq!(shop.prices(11).0, "100.00", "what was called off before it began has written nothing");
}

#[tokio::test]
async fn older_versions_have_one_slot_of_each_kind() {
    let (Some(mutation), Some(query)) = (
        recording("bulk-operation-run-mutation-operation-in-progress"),
        recording("bulk-operation-run-query-operation-in-progress"),
    ) else {
        return;
    };
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "bulk").times(2));
    for file in [&mutation, &query] {
        let mut accepted = Vec::new();
        for run in ["firstRun", "secondRun"] {
            let call = &file[run];
            let variables = match call["variables"].get("path") {
                Some(_) => json!({ "mutation": BULK_UPDATE, "path": shop.staged(lines()).await }),
                None => call["variables"].clone(),
            };
            let document = call["query"].as_str().expect("a document");
            let ours = shop.ask_version("2025-01", document, variables).await;
            agree(run, &call["response"], &ours);
            let payload = ours["data"].as_object().and_then(|data| data.values().next()).expect("a payload");
            accepted.extend(payload["bulkOperation"]["id"].as_str().map(|id| json!(id)));
        }
        assert_eq!(hydrate(&shop, file, &accepted).await, 1);
    }
    shop.handle.wait_held(2).await;
    shop.handle.release();
    shop.handle.wait_bulk_over().await;
}

/// Replays the reads of operations that had just been accepted. Returns how many.
async fn hydrate(shop: &Shop, file: &Value, ids: &[Value]) -> usize {
    let calls = file["upstreamCalls"].as_array().expect("calls");
    assert_eq!(calls.len(), ids.len());
    for (call, id) in calls.iter().zip(ids) {
        let mut ours = shop.ask(call["query"].as_str().expect("a document"), json!({ "id": id })).await;
        // They were kept without their cost.
        ours.as_object_mut().expect("an object").remove("extensions");
        agree("read of what was accepted", &call["response"]["body"], &ours);
    }
    calls.len()
}

/// The shop has no orders and never will; that a query over them runs, and can be called off, is the same.
#[tokio::test]
async fn queries_over_orders_run_and_are_called_off_as_recorded() {
    let Some(file) = recording("bulk-operation-run-query-schema-roots") else { return };
    let shop = Shop::start_with(small_catalogue(), |mut config| {
        config.scopes.extend(["read_orders".to_owned(), "read_draft_orders".to_owned()]);
        config
    })
    .await;
    shop.run_bulk_query("{ products { edges { node { id } } } }").await;
    let cases = file["cases"].as_object().expect("cases");
    let mut replayed = 0;
    for name in ["ordersRoot", "draftOrdersWarningsList"] {
        let (case, after) = (&cases[name], &cases[name]["afterCleanup"]);
        let settle = &after["settle"];
        shop.clock.pass_ms(1000);
        replay(&shop, name, &case["beforeCleanup"]["before"], json!({})).await;
        shop.handle.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, "bulk"));
        let started = replay(&shop, name, &case["run"], case["run"]["variables"].clone()).await;
        let id = &started["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"];
        shop.handle.wait_held(1).await;
        replay(&shop, name, &after["cancel"], json!({ "id": id })).await;
        replay(&shop, name, &settle["before"], json!({})).await;
        replay(&shop, name, &settle["cancel"], json!({ "id": id })).await;
        shop.handle.release();
        shop.handle.wait_bulk_over().await;
        let polls = settle["polls"].as_array().expect("polls");
        replay(&shop, name, polls.last().expect("a poll"), json!({})).await;
        replayed += 6;
    }
    // The same runs are told once more among the calls to the store.
    for call in file["upstreamCalls"].as_array().expect("calls") {
        assert!(cases.values().any(|case| call["response"]["body"] == case["run"]["response"]));
    }
    assert_eq!((replayed, cases.len()), (12, 2));
}

#[tokio::test]
async fn grouped_and_ungrouped_queries_leave_the_recorded_rows() {
    let Some(file) = recording("bulk-operation-run-query-group-objects") else { return };
    for (name, case) in file["runs"].as_object().expect("runs") {
        let records = &case["result"]["records"];
        let shop = Shop::start(catalogue_of(records)).await;
        let started = replay(&shop, name, &case["run"], case["run"]["variables"].clone()).await;
        let id = &started["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"];
        shop.handle.wait_bulk_over().await;
        let over = shop.bulk(id.as_str().expect("an id")).await;
        let recorded = &case["terminalOperation"];
        for key in ["status", "objectCount", "rootObjectCount", "fileSize", "errorCode", "partialDataUrl"] {
            assert_eq!(over[key], recorded[key], "{name} {key}");
        }
        let rows = shop.rows(&over["url"]).await;
        assert_eq!(&json!(rows), records, "{name}");
        let counted = &case["productCount"];
        replay(&shop, name, counted, json!({})).await;
    }
}

#[tokio::test]
async fn a_filtered_bulk_query_leaves_the_recorded_file() {
    let Some(file) = recording("bulk-operation-cold-catalog-hydration") else { return };
    let mut catalogue = catalogue_of(&file["setup"]["response"]);
    catalogue.products.extend(small_catalogue().products);
    let shop = Shop::start(catalogue).await;
    let run = &file["run"];
    let started = replay(&shop, "run", run, run["variables"].clone()).await;
    shop.handle.wait_bulk_over().await;
    let last = run["statusPolls"].as_array().and_then(|polls| polls.last()).expect("a poll");
    let id = &started["data"]["bulkOperationRunQuery"]["bulkOperation"]["id"];
    let ended = replay(&shop, "end", last, json!({ "id": id })).await;
    let url = ended["data"]["bulkOperation"]["url"].as_str().expect("an address");
    let body = support::http().get(url).send().await.expect("an answer").text().await.expect("text");
    assert_eq!(body, run["result"]["body"].as_str().expect("text"));

    let Some(file) = recording("bulk-operations-live-hybrid-base-overlay") else { return };
    let shop = Shop::start(small_catalogue()).await;
    replay(&shop, "run over all products", &file["run"], file["run"]["variables"].clone()).await;
    shop.handle.wait_bulk_over().await;
}
