//! The demo's simulated shop as its control plane shows it, and the arithmetic of the test's own rule.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The shop beside the vendor's protocol.
pub struct Shop {
    url: String,
    http: reqwest::Client,
}

/// What a price was and shall be, in cents, by the variant's gid.
pub type Moves = BTreeMap<String, (i64, i64)>;

impl Shop {
    pub fn at(url: &str) -> Self {
        Self { url: url.to_owned(), http: reqwest::Client::new() }
    }

    /// Everything in the shop but the times of changes.
    pub async fn state(&self) -> Value {
        self.get("state?times=false").await
    }

    /// The calls and edits since the journal had `mark` entries.
    pub async fn journal(&self, mark: usize) -> Vec<Value> {
        let mut journal = self.get("journal").await;
        let entries = journal["entries"].as_array_mut().map(std::mem::take).expect("entries");
        entries.into_iter().skip(mark).collect()
    }

    /// A price changed in the shop's own admin.
    pub async fn edit(&self, sku: &str, price: &str) {
        let body = json!({ "edits": [{ "variant": sku, "price": price }] });
        let sent = self.http.post(format!("{}/__sim/edit", self.url)).json(&body).send().await;
        assert!(sent.expect("an answer").status().is_success());
    }

    async fn get(&self, path: &str) -> Value {
        let sent = self.http.get(format!("{}/__sim/{path}", self.url)).send().await;
        sent.expect("an answer").json().await.expect("JSON")
    }
}

/// The variants of a shop's state with the product type of their product.
pub fn variants(state: &Value) -> Vec<(&str, &Value)> {
    let products = state["products"].as_array().expect("products");
    products.iter().flat_map(of_product).collect()
}

fn of_product(product: &Value) -> Vec<(&str, &Value)> {
    let kind = product["product_type"].as_str().expect("text");
    product["variants"].as_array().expect("variants").iter().map(|variant| (kind, variant)).collect()
}

/// 12 % off every tent, rounded to the cent, a tie upwards.
pub fn tents_cheaper(state: &Value) -> Moves {
    let tents = variants(state).into_iter().filter(|(kind, _)| *kind == "Tents");
    tents
        .map(|(_, variant)| {
            let before = cents(&variant["price"]);
            (gid(variant), (before, (before * 88 + 50) / 100))
        })
        .collect()
}

/// The state with some prices moved and everything else as it was.
pub fn moved(state: &Value, moves: &Moves) -> Value {
    let mut state = state.clone();
    let products = state["products"].as_array_mut().expect("products");
    for variant in products.iter_mut().flat_map(|p| p["variants"].as_array_mut().expect("variants")) {
        if let Some((_, after)) = moves.get(&gid(variant)) {
            variant["price"] = amount(*after).into();
        }
    }
    state
}

/// Exactly these prices were written, each once, and compare-at was neither changed nor mentioned.
pub fn assert_written_once(journal: &[Value], moves: &Moves) {
    let mut written = BTreeMap::new();
    for entry in journal.iter().filter(|entry| entry["source"] == "api") {
        assert!(!entry["variables"].to_string().contains("compareAt"), "{entry}");
        for effect in entry["effects"].as_array().expect("effects") {
            assert_eq!(effect["old_compare_at"], effect["new_compare_at"], "{effect}");
            let from_to = (cents(&effect["old_price"]), cents(&effect["new_price"]));
            let id = effect["variant_id"].as_str().expect("an id").to_owned();
            assert_eq!(written.insert(id, from_to), None, "written twice: {effect}");
        }
    }
    assert_eq!(written, *moves);
}

pub fn back(moves: &Moves) -> Moves {
    moves.iter().map(|(id, (from, to))| (id.clone(), (*to, *from))).collect()
}

pub fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Reads `12.30`, as the shop and the API write it.
pub fn cents(amount: &Value) -> i64 {
    let text = amount.as_str().unwrap_or_else(|| panic!("{amount} is not an amount"));
    let (whole, fraction) = text.split_once('.').expect("two decimals");
    assert_eq!(fraction.len(), 2, "{text}");
    format!("{whole}{fraction}").parse().expect("digits")
}

fn gid(variant: &Value) -> String {
    format!("gid://shopify/ProductVariant/{}", variant["id"])
}
