//! The same as a decision graph of zen-engine (GoRules), the way its users write rules: one node of expressions,
//! compiled once, evaluated for each variant.

use std::sync::Arc;

use pricing::VariantFacts;
use serde_json::json;
use zen_engine::Decision;
use zen_engine::model::GraphContent;
use zen_expression::Variable;

use crate::by_zen::{SELECTED, STEPS, minor, variable};
use crate::tally::Tally;

/// The graph, and the variants as the engine takes them.
pub struct Peer {
    decision: Decision,
    variants: Vec<(Option<i64>, Variable)>,
}

impl Peer {
    /// Compiles the graph and makes the variants ready.
    pub fn new(facts: &[VariantFacts<'_>]) -> Self {
        let content: GraphContent = serde_json::from_value(graph()).expect("the graph is valid");
        let mut decision = Decision::from(Arc::new(content));
        decision.compile();
        let variants = facts.iter().map(|variant| (variant.price_minor, variable(variant))).collect();
        Self { decision, variants }
    }

    /// Prices every variant.
    pub async fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (before, variant) in &self.variants {
            let answer = self.decision.evaluate(variant.shallow_clone()).await.expect("it evaluates").result;
            // What is null is left out of the answer.
            let field = |name: &str| answer.dot(name).unwrap_or(Variable::Null);
            let (Some(true), Some(before)) = (field("selected").as_bool(), before) else { continue };
            let is_blocked = field("blocked").as_bool().expect("a truth");
            tally.push(*before, minor(&field("after")), is_blocked, minor(&field("compare_at_after")));
        }
        tally
    }
}

/// Input → expressions → output. What is not selected is not reckoned.
fn graph() -> serde_json::Value {
    let selected = json!({ "id": "selected", "key": "selected", "value": SELECTED });
    let steps = STEPS.iter().map(|(name, text)| {
        let text = STEPS.iter().fold((*text).to_owned(), |text, (other, _)| within_node(&text, other));
        json!({ "id": name, "key": name, "value": format!("$.selected ? ({text}) : null") })
    });
    let expressions: Vec<_> = std::iter::once(selected).chain(steps).collect();
    json!({
        "nodes": [
            { "id": "in", "name": "in", "type": "inputNode" },
            { "id": "rule", "name": "rule", "type": "expressionNode", "content": { "expressions": expressions } },
            { "id": "out", "name": "out", "type": "outputNode" },
        ],
        "edges": [
            { "id": "1", "type": "edge", "sourceId": "in", "targetId": "rule" },
            { "id": "2", "type": "edge", "sourceId": "rule", "targetId": "out" },
        ],
    })
}

/// Inside a node what an expression gave is read under `$`.
fn within_node(text: &str, name: &str) -> String {
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_');
    let own = |word: &str| word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_') == name;
    words.map(|word| if own(word) { format!("$.{word}") } else { word.to_owned() }).collect()
}
