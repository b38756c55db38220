//! Steps for some of the variants that the rule selects, and other steps for the rest.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::made::{Branch, Question, Test};
use super::source::Source;
use super::{Made, Step, Transform, ready_list};
use crate::compile::Compile;
use crate::select::Selector;

/// Which steps follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct If {
    /// For which variants `then` holds.
    when: Box<Selector>,
    /// The steps for those variants.
    #[schemars(length(min = 1, max = 20))]
    then: Vec<Step>,
    /// The steps for all others.
    #[serde(default, rename = "else", skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    otherwise: Vec<Step>,
}

impl Transform for If {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let when = compile.inside("when", |c| self.when.ready(c));
        if self.then.is_empty() {
            compile.inside("then", |c| c.fault("empty", "is empty; write at least one step"));
        }
        let then = compile.inside("then", |c| ready_list(&self.then, c));
        let otherwise = compile.inside("else", |c| ready_list(&self.otherwise, c));
        let question = |test, words: &str| Question { test, words: words.into() };
        let ways = vec![
            (question(Test::Matches(Arc::new(when)), "then"), then),
            (question(Test::Otherwise, "else"), otherwise),
        ];
        Some(Made::Branch(Branch { kind: "if", ways, asks: Source::Value }))
    }
}
