//! What a roll back would do is told before anybody does it, and is what it does.

use serde_json::{Value, json};
use simulators::shopify::VariantEdit;

use crate::support::operations::rule;
use crate::support::{TestApp, goods};

/// The counts of a preview.
fn counts(preview: &Value) -> (&Value, &Value, &Value) {
    (&preview["prices"], &preview["changed"], &preview["unsure"])
}

#[tokio::test]
async fn a_roll_back_does_what_its_preview_says() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(3, 2)).await;
    let plan = app.plan(rule("all")).await;
    let run = app.approve_and_apply(&plan).await;
    let path = format!("/runs/{}/rollback", run["id"].as_str().expect("an id"));
    let first = app.viewer().get(&path).await.expect(200);
    assert_eq!(counts(&first), (&json!(6), &json!(0), &json!(0)));
    assert_eq!(first["changed_since"], json!([]));

    // One edit stands as drift, another was adopted.
    shop.sim
        .edit(&[VariantEdit::price("S-0-1", "44.44"), VariantEdit::price("S-1-0", "33.33")])
        .expect("edited");
    app.sweep(&shop).await;
    let drifts = app.viewer().all("/drifts?state=open").await;
    let adopted = drifts.iter().find(|drift| drift["sku"] == "S-1-0").expect("found");
    app.editor().post("/drifts/adopt", json!({ "drifts": [adopted["id"]] })).await.expect(200);

    let preview = app.viewer().get(&path).await.expect(200);
    assert_eq!(counts(&preview), (&json!(4), &json!(2), &json!(0)));
    let changed = preview["changed_since"].as_array().expect("a list");
    let named: Vec<_> = changed.iter().map(|one| (&one["sku"], &one["now"]["amount"])).collect();
    assert_eq!(named, [(&json!("S-0-1"), &json!("44.44")), (&json!("S-1-0"), &json!("33.33"))]);

    let back = app.roll_back(&plan).await;
    assert_eq!((&back["counts"]["applied"], &back["counts"]["conflict"]), (&json!(4), &json!(2)));
    assert_eq!((shop.price_of("S-0-1").0, shop.price_of("S-1-0").0), ("44.44".into(), "33.33".into()));
    let after = app.viewer().get(&path).await.expect(200);
    assert_eq!(counts(&after), (&json!(0), &json!(2), &json!(0)));
    app.finish().await;
}
