//! Takes somebody else's price.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source::{Reference, Source};
use super::{Made, Move, Start, Transform};
use crate::compile::Compile;

/// Whose price to take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct Match(Reference);

impl Transform for Match {
    fn ready(&self, _: &mut Compile) -> Option<Made> {
        let source = Source::from(self.0);
        Some(Move::of("match", source.words(), Start::Source(source), (1, 1), 0))
    }
}
