//! Faults through the control plane: what the client sees, what the shop holds, what the journal says.

mod support;

use serde_json::{Value, json};
use simulators::shopify::{CallOutcome, Fault, FaultKind, JournalEntry, Source, VariantEdit};
use support::{Shop, UPDATE, small_catalogue, update};

const WRITE: &str = "productVariantsBulkUpdate";

fn price(price: &str) -> Value {
    update(json!([{ "id": "gid://shopify/ProductVariant/11", "price": price }]))
}

fn last(shop: &Shop) -> JournalEntry {
    shop.handle.journal().pop().expect("an entry")
}

#[tokio::test]
async fn a_timeout_before_the_commit_loses_the_write_and_one_after_it_only_the_answer() {
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, WRITE));
    shop.send(UPDATE, price("90.00")).await.expect_err("no answer");
    assert_eq!(shop.prices(11).0, "100.00");
    let entry = last(&shop);
    assert_eq!((entry.outcome, entry.answered, entry.effects.len()), (CallOutcome::Dropped, false, 0));

    shop.handle.add_fault(Fault::once(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, WRITE));
    shop.send(UPDATE, price("90.00")).await.expect_err("no answer");
    assert_eq!(shop.prices(11).0, "90.00");
    let entry = last(&shop);
    assert_eq!((entry.outcome, entry.answered, entry.effects.len()), (CallOutcome::Dropped, false, 1));
    assert_eq!(entry.faults, ["timeout_after_commit"]);
    let answer = shop.ask(UPDATE, price("80.00")).await;
    assert_eq!(answer["data"][WRITE]["userErrors"], json!([]), "the next call is served");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_has_begun_and_its_write_stands() {
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::CutAnswer { after_bytes: 20 }, WRITE));
    shop.send(UPDATE, price("90.00")).await.expect_err("no whole answer");
    assert_eq!(shop.prices(11).0, "90.00");
    let entry = last(&shop);
    assert_eq!((entry.outcome, entry.answered, entry.effects.len()), (CallOutcome::Ok, false, 1));
    assert_eq!(entry.faults, ["cut_answer"]);
    let answer = shop.ask(UPDATE, price("80.00")).await;
    assert_eq!(answer["data"][WRITE]["userErrors"], json!([]), "the next call is served");
}

#[tokio::test]
async fn gateway_errors_are_html_and_internal_errors_are_http_200() {
    let shop = Shop::start(small_catalogue()).await;
    let cases = [
        (FaultKind::HttpErrorBeforeCommit { status: 502 }, 502, "100.00"),
        (FaultKind::HttpErrorAfterCommit { status: 503 }, 503, "91.00"),
        (FaultKind::InternalErrorBeforeCommit, 200, "91.00"),
        (FaultKind::InternalErrorAfterCommit, 200, "93.00"),
    ];
    for (number, (kind, status, stored)) in cases.into_iter().enumerate() {
        shop.handle.add_fault(Fault::once(kind.clone(), WRITE));
        let answer = shop.send(UPDATE, price(&format!("9{number}.00"))).await.expect("an answer");
        assert_eq!(answer.status, status, "{}", kind.name());
        assert_eq!(shop.prices(11).0, stored, "{}", kind.name());
        if status == 200 {
            let error = answer.json()["errors"][0].clone();
            assert_eq!(error["extensions"]["code"], "INTERNAL_SERVER_ERROR");
            let id = answer.headers["x-request-id"].to_str().expect("text");
            assert!(error["message"].as_str().is_some_and(|text| text.contains(id)));
        } else {
            assert!(answer.text.starts_with("<!DOCTYPE html>"));
            assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        }
    }
    shop.handle.add_fault(Fault::once(FaultKind::HttpErrorBeforeCommit { status: 402 }, WRITE));
    let answer = shop.send(UPDATE, price("1.00")).await.expect("an answer");
    assert_eq!((answer.status, answer.json()), (402, json!({ "errors": "Unavailable Shop" })));
}

#[tokio::test]
async fn a_held_write_is_committed_even_if_its_client_has_died() {
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, WRITE));
    {
        let mut call = std::pin::pin!(shop.send(UPDATE, price("90.00")));
        let held = tokio::select! {
            held = shop.handle.wait_held(1) => held,
            answer = &mut call => panic!("answered while held: {answer:?}"),
        };
        assert_eq!(held[0].phase, "before_commit");
        assert_eq!(shop.prices(11).0, "100.00");
        // The client goes away here, with its connection.
    }
    assert_eq!(shop.handle.release(), 1);
    let committed =
        |entries: &[JournalEntry]| entries.iter().find(|entry| !entry.effects.is_empty()).cloned();
    shop.handle.wait_journal(committed).await;
    assert_eq!(shop.prices(11).0, "90.00");
}

#[tokio::test]
async fn a_call_held_after_its_commit_shows_its_effect_before_its_answer() {
    let shop = Shop::start(small_catalogue()).await;
    let fault = json!({ "kind": "hold_after_commit", "operation": WRITE });
    assert_eq!(shop.control("POST", "faults", fault).await.status, 200);
    let mut call = std::pin::pin!(shop.send(UPDATE, price("90.00")));
    tokio::select! {
        held = shop.control("GET", "held?at_least=1", json!({})) => {
            assert_eq!(held.json()["held"][0]["phase"], "after_commit");
        }
        answer = &mut call => panic!("answered while held: {answer:?}"),
    }
    assert_eq!(shop.prices(11).0, "90.00");
    assert_eq!(shop.control("POST", "release", json!({})).await.json()["released"], 1);
    let answer = call.await.expect("an answer").json();
    assert_eq!(answer["data"][WRITE]["productVariants"][0]["price"], "90.00");
}

#[tokio::test]
async fn the_merchant_edits_between_a_read_and_the_next_call() {
    let shop = Shop::start(small_catalogue()).await;
    let edits = vec![VariantEdit {
        compare_at_price: Some(None),
        ..VariantEdit::price("gid://shopify/ProductVariant/11", "77.00")
    }];
    shop.handle.add_fault(Fault::once(FaultKind::MerchantEdit { edits }, "query"));
    let read = r#"{ productVariant(id: "gid://shopify/ProductVariant/11") { price compareAtPrice } }"#;
    let first = shop.ask(read, json!({})).await["data"]["productVariant"].clone();
    assert_eq!(
        first,
        json!({ "price": "100.00", "compareAtPrice": "120.00" }),
        "the read is from before the edit"
    );
    let second = shop.ask(read, json!({})).await["data"]["productVariant"].clone();
    assert_eq!(second, json!({ "price": "77.00", "compareAtPrice": null }));
    let sources: Vec<_> = shop.handle.journal().iter().map(|entry| entry.source).collect();
    assert_eq!(sources, [Source::Api, Source::Merchant, Source::Api]);
}

#[tokio::test]
async fn edits_happen_at_once_all_or_none_and_find_variants_by_sku() {
    let shop = Shop::start(small_catalogue()).await;
    let body = json!({ "edits": [
        { "variant": "M-1", "price": "44.00" },
        { "variant": "12", "compareAtPrice": "250.00" },
        { "variant": "gid://shopify/ProductVariant/13", "delete": true },
    ] });
    let effects = shop.control("POST", "edit", body).await.json()["effects"].clone();
    assert_eq!(effects[0]["new_price"], "44.00");
    assert_eq!(effects[2]["new_price"], Value::Null);
    assert_eq!(shop.prices(12), ("200.00".to_owned(), Some("250.00".to_owned())));
    let gone = update(json!([{ "id": "gid://shopify/ProductVariant/13", "price": "1.00" }]));
    let answer = shop.ask(UPDATE, gone).await;
    assert_eq!(answer["data"][WRITE]["userErrors"][0]["code"], "PRODUCT_VARIANT_DOES_NOT_EXIST");
    let before = shop.handle.state();
    let body =
        json!({ "edits": [{ "variant": "M-1", "price": "1.00" }, { "variant": "nobody", "price": "1.00" }] });
    assert_eq!(shop.control("POST", "edit", body).await.status, 422);
    assert_eq!(shop.handle.state(), before);
}

#[tokio::test]
async fn three_decimals_can_be_stored_a_thousandfold() {
    let shop = Shop::start(small_catalogue()).await;
    shop.handle.add_fault(Fault::once(FaultKind::MisstoreThreeDecimals, WRITE));
    shop.ask(UPDATE, price("16.843")).await;
    assert_eq!(shop.prices(11).0, "16843.00");
    shop.ask(UPDATE, price("16.843")).await;
    assert_eq!(shop.prices(11).0, "16.84");
}

#[tokio::test]
async fn seeded_faults_hit_the_same_calls_in_every_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let shop = Shop::start(small_catalogue()).await;
        shop.handle.add_fault(Fault::seeded(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, WRITE, 100, 42));
        let mut dropped = Vec::new();
        for call in 0..100 {
            if shop.send(UPDATE, price(&format!("{}.00", 1 + call))).await.is_err() {
                dropped.push(call);
            }
        }
        assert_eq!(shop.prices(11).0, "100.00", "every write stands, answered or not");
        runs.push(dropped);
    }
    assert_eq!(runs[0], runs[1]);
    assert!((3..25).contains(&runs[0].len()), "{:?}", runs[0]);
}

#[tokio::test]
async fn the_control_plane_refuses_what_it_does_not_know() {
    let shop = Shop::start(small_catalogue()).await;
    for (path, body) in [
        ("faults", json!({ "kind": "earthquake" })),
        ("faults", json!({ "kind": "throttle", "opertion": "query" })),
        ("edit", json!({ "edits": [{ "variant": "M-1", "prise": "1.00" }] })),
        ("edit", json!({ "edits": [{ "variant": "M-1", "price": "1,00" }] })),
        ("reset", json!({ "all": true })),
    ] {
        let answer = shop.control("POST", path, body.clone()).await;
        assert_eq!(answer.status, 422, "{path} {body}");
        assert!(answer.json()["error"].is_string());
    }
    assert_eq!(shop.control("GET", "faults", json!({})).await.json()["faults"], json!([]));
}

#[tokio::test]
async fn a_reset_forgets_faults_and_journal_and_puts_the_shop_back_when_told() {
    let shop = Shop::start(small_catalogue()).await;
    let start = shop.handle.state();
    shop.ask(UPDATE, price("1.00")).await;
    shop.handle.add_fault(Fault::once(FaultKind::Throttle, WRITE));
    shop.control("POST", "reset", json!({})).await;
    assert!(shop.handle.journal().is_empty());
    assert_eq!(shop.prices(11).0, "1.00");
    shop.control("POST", "reset", json!({ "shop": true })).await;
    assert_eq!(shop.handle.state(), start);
    shop.ask(UPDATE, price("2.00")).await;
    assert_eq!(last(&shop).sequence, 2, "numbers are not given twice");
    let state = shop.control("GET", "state?times=false", json!({})).await.json();
    assert_eq!(state, serde_json::to_value(shop.handle.state().without_times()).expect("a state is JSON"));
}
