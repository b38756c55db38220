//! What `all`, `any` and `all_variants` need beside the predicates.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Matcher, Selector};
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::SharedText;

/// The word `true` and nothing else, for what must be said outright.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said;

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        match bool::deserialize(d)? {
            true => Ok(Self),
            false => Err(D::Error::custom(
                "only `true` can be said here; to select fewer variants write predicates instead",
            )),
        }
    }
}

impl JsonSchema for Said {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Said".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "const": true })
    }
}

/// Makes the parts ready; none at all is a fault, since it would mean everything or nothing by accident.
pub(super) fn ready_parts(parts: &[Selector], compile: &mut Compile) -> Box<[Matcher]> {
    if parts.is_empty() {
        compile.fault(
            "empty",
            "is empty; write at least one predicate, or `all_variants: true` if every variant is meant",
        );
    }
    let ready = |compile: &mut Compile| {
        parts.iter().enumerate().map(|(place, part)| compile.inside(place, |c| part.ready(c))).collect()
    };
    compile.deeper(ready).unwrap_or_default()
}

/// Makes the negation of a part ready.
pub(super) fn ready_negation(part: &Selector, compile: &mut Compile) -> Matcher {
    let part = compile.deeper(|c| part.ready(c)).unwrap_or(Matcher::AllVariants);
    Matcher::Not(Box::new(part))
}

/// The shared text that all parts look at and nothing else.
pub(super) fn shared_text(parts: &[Matcher]) -> Option<SharedText> {
    let first = parts.first()?.shared_text()?;
    parts.iter().all(|part| part.shared_text() == Some(first)).then_some(first)
}

/// What the variant has in each place, without saying the same twice.
pub(super) fn seen_parts(
    parts: &[Matcher],
    facts: &VariantFacts<'_>,
    currency: kernel_core::Currency,
) -> String {
    let mut seen: Vec<String> = Vec::new();
    for part in parts {
        let words = part.seen(facts, currency);
        if !seen.contains(&words) {
            seen.push(words);
        }
    }
    seen.join("; ")
}
