//! Starts from another amount that is known of the variant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::source::Origin;
use super::{Made, Move, Start, Transform};
use crate::compile::Compile;

/// The amount to go on with instead of the value so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(crate) struct From(Origin);

impl Transform for From {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let source = self.0.source(compile);
        Some(Move::of("from", source.words(), Start::Source(source), (1, 1), 0))
    }
}
