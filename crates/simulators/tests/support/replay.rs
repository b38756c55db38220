//! A shop on which recorded calls are replayed in order, and which of our ids stand for which of theirs.

use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Config, document_price};

use crate::recorded::differences;
use crate::support::Shop;

/// A shop as those that were recorded, and which of our ids stand for which of theirs.
pub struct Replay {
    pub shop: Shop,
    ids: Vec<(String, String)>,
    /// What the shop began with has the recorded ids and stands for nothing else.
    seeded: Vec<String>,
    pub replayed: usize,
    differing: Vec<String>,
    /// Calls whose requested cost is another one.
    dearer: Vec<String>,
}

impl Replay {
    pub async fn on(catalogue: Catalogue) -> Self {
        Self::on_shop(catalogue, |config| config).await
    }

    pub async fn on_shop(catalogue: Catalogue, change: impl FnOnce(Config) -> Config) -> Self {
        let shop = Shop::start_with(catalogue, |mut config| {
            config.currency = "CAD".to_owned();
            config.scopes = vec!["write_products".to_owned(), "write_markets".to_owned()];
            change(config)
        })
        .await;
        let products = shop.handle.state().products;
        let ids = products.iter().flat_map(|product| {
            let variant = |id: u64| format!("gid://shopify/ProductVariant/{id}");
            let variants = product.variants.iter().map(move |one| variant(one.id));
            variants.chain([format!("gid://shopify/Product/{}", product.id)])
        });
        let seeded = ids.collect();
        Self { shop, ids: Vec::new(), seeded, replayed: 0, differing: Vec::new(), dearer: Vec::new() }
    }

    /// Sends one recorded call and compares the answers. Their new ids are taken to be ours from then on.
    pub async fn call(&mut self, name: &str, document: &str, variables: &Value, recorded: &Value) {
        let variables = self.with_our_ids(variables);
        let answer = self.shop.send(document, variables).await.expect("an answer");
        assert_ne!(answer.status, 501, "{name}: {}", answer.text);
        let mut ours = answer.json();
        if recorded.get("extensions").is_none() {
            ours.as_object_mut().expect("an object").remove("extensions");
        }
        learn(recorded, &ours, &mut self.ids);
        self.ids.retain(|(theirs, _)| !self.seeded.contains(theirs));
        let found = differences(&self.with_our_ids(recorded), &ours);
        self.replayed += 1;
        self.differing.extend(found.into_iter().map(|difference| format!("{name}: {difference}")));
    }

    /// The calls of a list of cases; `document` finds one for those that were recorded without.
    pub async fn cases(&mut self, cases: &Value, document: impl Fn(&Value) -> &'static str) {
        for case in cases.as_array().into_iter().flatten() {
            let response = case["response"].get("payload").unwrap_or(&case["response"]);
            let name = case["name"].as_str().or(case["id"].as_str()).unwrap_or_default();
            let variables = [&case["variables"], &case["request"]["variables"]];
            let given = variables.into_iter().find(|given| given.is_object()).cloned();
            let variables = given.unwrap_or_else(|| json!({ "id": case["id"] }));
            let query = case["query"].as_str().unwrap_or_else(|| document(case));
            self.call(name, query, &variables, response).await;
        }
    }

    pub fn with_our_ids(&self, value: &Value) -> Value {
        let text = value.to_string();
        let known = self.ids.iter().fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
        serde_json::from_str(&known).expect("JSON")
    }

    /// Compares what the recorded document and variables cost. How the vendor comes to the actual cost is not known.
    pub fn compare_cost(&mut self, name: &str, document: &str, variables: &Value, recorded: &Value) {
        let variables = variables.as_object().cloned().unwrap_or_default();
        let price = document_price(document, &variables).expect("the schema is whole");
        let ours = price.map(|price| price.requested);
        let theirs = recorded["extensions"]["cost"]["requestedQueryCost"].as_u64().expect("a cost");
        if ours != Ok(theirs) {
            self.dearer.push(format!("{name}: cost {theirs} recorded, {ours:?} here"));
        }
    }

    /// All calls and costs agree, and the calls are as many as there were.
    pub fn close(self, expected: usize) {
        println!("{} recorded calls replayed", self.replayed);
        assert!(self.differing.is_empty(), "{}", self.differing.join("\n"));
        assert!(self.dearer.is_empty(), "{}", self.dearer.join("\n"));
        assert_eq!(self.replayed, expected, "calls");
    }
}

/// Pairs ids of what was created in the recording with those that we gave.
fn learn(recorded: &Value, ours: &Value, ids: &mut Vec<(String, String)>) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            for (name, value) in recorded {
                learn(value, ours.get(name).unwrap_or(&Value::Null), ids);
            }
            if let (Some(Value::String(theirs)), Some(Value::String(own))) =
                (recorded.get("id"), ours.get("id"))
                && theirs != own
            {
                ids.push((theirs.clone(), own.clone()));
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            recorded.iter().zip(ours).for_each(|(value, own)| learn(value, own, ids));
        }
        _ => {}
    }
}
