//! The cost bucket as a client meets it, on a clock that moves only when told.

mod support;

use serde_json::{Value, json};
use simulators::shopify::{CallOutcome, Fault, FaultKind};
use support::{Shop, UPDATE, small_catalogue, update};

/// Costs 2 + 11 · (1 + 2 + 11 · (1 + 1)) = 277 points asked for.
const DEAR: &str =
    "{ products(first: 250) { nodes { id variants(first: 250) { nodes { id product { id } } } } } }";

fn level(answer: &Value) -> u64 {
    answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"].as_u64().expect("a level")
}

#[tokio::test]
async fn admission_looks_at_the_requested_cost_and_the_charge_at_the_actual_one() {
    let shop = Shop::start(small_catalogue()).await;
    let answer = shop.ask(DEAR, json!({})).await;
    let cost = &answer["extensions"]["cost"];
    assert_eq!(cost["requestedQueryCost"], 277);
    let actual = cost["actualQueryCost"].as_u64().expect("a cost");
    assert!(actual < 60, "two products cannot cost {actual}");
    assert_eq!(level(&answer), 2000 - actual);
    assert_eq!(cost["throttleStatus"]["maximumAvailable"].to_string(), "2000.0");
    assert_eq!(cost["throttleStatus"]["restoreRate"].to_string(), "100.0");
}

#[tokio::test]
async fn an_empty_bucket_throttles_with_http_200_until_it_has_refilled() {
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::Throttle, "query"));
    let answer = shop.send(DEAR, json!({})).await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(answer.headers.get("retry-after").is_none());
    let expected = json!({
        "errors": [{
            "message": "Throttled",
            "extensions": { "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits" },
        }],
        "extensions": { "cost": {
            "requestedQueryCost": 277,
            "actualQueryCost": null,
            "throttleStatus": { "maximumAvailable": 2000.0, "currentlyAvailable": 0, "restoreRate": 100.0 },
        } },
    });
    assert_eq!(answer.json(), expected);
    // (277 - 0) / 100 seconds are missing, to the millisecond.
    shop.clock.pass_ms(2_769);
    assert_eq!(shop.ask(DEAR, json!({})).await["errors"][0]["message"], "Throttled");
    shop.clock.pass_ms(1);
    assert!(shop.ask(DEAR, json!({})).await["data"].is_object());
    let outcomes: Vec<_> = shop.handle.journal().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [CallOutcome::Throttled, CallOutcome::Throttled, CallOutcome::Ok]);
}

#[tokio::test]
async fn a_client_that_never_waits_is_throttled_and_its_writes_do_not_happen() {
    let shop = Shop::start(small_catalogue()).await;
    let mut throttled_at = None;
    for call in 0..300 {
        let price = format!("{}.00", 100 + call);
        let variants = json!([{ "id": "gid://shopify/ProductVariant/11", "price": price }]);
        let answer = shop.ask(UPDATE, update(variants)).await;
        if answer.get("data").is_none() {
            throttled_at = Some(call);
            break;
        }
    }
    // 2000 points, 10 for each call.
    assert_eq!(throttled_at, Some(200));
    assert_eq!(shop.prices(11).0, "299.00");
    let refused = shop.handle.journal().pop().expect("an entry");
    assert!(refused.effects.is_empty());
}

#[tokio::test]
async fn a_query_above_the_single_limit_is_never_admitted() {
    let shop = Shop::start(small_catalogue()).await;
    let document = "{ products(first: 250) { nodes { variants(first: 250) { nodes {
        product { id } inventoryItem { id } selectedOptions { name } media(first: 250) { nodes { id } } } } } } }";
    let answer = shop.ask(document, json!({})).await;
    let error = &answer["errors"][0]["extensions"];
    assert_eq!((error["code"].as_str(), error["maxCost"].as_u64()), (Some("MAX_COST_EXCEEDED"), Some(1000)));
    assert_eq!(error["cost"], 2 + 11 * (1 + 2 + 11 * (1 + 3 + 2 + 11)));
    assert!(answer.get("extensions").is_none() && answer.get("data").is_none());
}

#[tokio::test]
async fn a_smaller_plan_takes_effect_at_once() {
    let shop = Shop::start_with(small_catalogue(), |mut config| {
        config.rate = 200;
        config
    })
    .await;
    assert_eq!(level(&shop.ask("{ shop { name } }", json!({})).await), 3999);
    let status = shop.control("POST", "plan", json!({ "restore_rate": 100 })).await.json();
    assert_eq!(status["currentlyAvailable"], 2000);
    assert_eq!(level(&shop.ask("{ shop { name } }", json!({})).await), 1999);
}
