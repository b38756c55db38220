//! What a roll back would do is told before anybody does it, and is what it does.

use serde_json::{Value, json};
use simulators::shopify::VariantEdit;

use crate::support::operations::rule;
use crate::support::{TestApp, goods};

/// The counts of a preview.
fn counts(preview: &Value) -> (&Value, &Value, &Value) {
    (&preview["prices"], &preview["changed"], &preview["unsure"])
}

/// What becomes of each price.
fn becomes(prices: &[Value]) -> Vec<&str> {
    prices.iter().map(|price| price["state"].as_str().expect("a state")).collect()
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
    let prices = format!("{path}/prices");
    let all = app.viewer().all(&prices).await;
    assert_eq!(becomes(&all), vec!["goes_back"; 6]);
    let targets = app.targets(&run).await;
    for (price, target) in all.iter().zip(&targets) {
        let shown = ["sku", "written", "now", "back_to", "compare_at_back_to"].map(|key| &price[key]);
        let kept = ["sku", "after", "after", "before", "compare_at_before"].map(|key| &target[key]);
        assert_eq!(shown, kept);
    }

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

    assert_eq!(
        becomes(&app.viewer().all(&prices).await),
        ["goes_back", "changed", "changed", "goes_back", "goes_back", "goes_back"]
    );
    let named = app.viewer().all(&format!("{prices}?state=changed&q=s-1")).await;
    assert_eq!(
        (named.len(), &named[0]["sku"], &named[0]["now"]["amount"]),
        (1, &json!("S-1-0"), &json!("33.33"))
    );
    let refused = app.viewer().get(&format!("{prices}?state=gone")).await.expect(400);
    assert_eq!(refused["code"], "query.invalid");

    let back = app.roll_back(&plan).await;
    assert_eq!((&back["counts"]["applied"], &back["counts"]["conflict"]), (&json!(4), &json!(2)));
    assert_eq!((shop.price_of("S-0-1").0, shop.price_of("S-1-0").0), ("44.44".into(), "33.33".into()));
    let after = app.viewer().get(&path).await.expect(200);
    assert_eq!(counts(&after), (&json!(0), &json!(2), &json!(0)));
    assert_eq!(becomes(&app.viewer().all(&prices).await), ["changed"; 2]);
    app.finish().await;
}
