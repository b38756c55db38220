//! Other steps in each band of the price, or of the cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::made::{Branch, Question, Test};
use super::source::Source;
use super::{Made, Step, Transform, ready_list};
use crate::amount::Amount;
use crate::compile::Compile;
use crate::read::given;

/// Most bands.
const BANDS_MAX: usize = 50;

/// Bands in rising order; the first that the amount lies below decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tiers {
    /// The amount that decides.
    #[serde(default)]
    by: TierBy,
    /// The bands.
    #[schemars(length(min = 1, max = 50))]
    bands: Vec<Band>,
}

/// The amount that decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TierBy {
    /// What one costs, without tax.
    Cost,
    /// The price before the rule.
    #[default]
    Price,
}

/// One band. Only the last may be without an end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Band {
    /// The amount lies below this.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    below: Option<Amount>,
    /// The steps in this band; none leaves the value as it is.
    #[schemars(length(max = 20))]
    steps: Vec<Step>,
}

impl Transform for Tiers {
    fn ready(&self, compile: &mut Compile) -> Option<Made> {
        let (source, what) = match self.by {
            TierBy::Cost => (Source::Cost, "cost"),
            TierBy::Price => (Source::Value, "price"),
        };
        compile.inside("bands", |compile| {
            if self.bands.is_empty() || self.bands.len() > BANDS_MAX {
                compile.fault("wrong_length", format!("write 1 to {BANDS_MAX} bands"));
                return None;
            }
            let mut ways = Vec::with_capacity(self.bands.len() + 1);
            let mut least = i64::MIN;
            for (place, band) in self.bands.iter().enumerate() {
                let last = place + 1 == self.bands.len();
                let way = compile.inside(place, |c| band.ready(&source, what, last, &mut least, c));
                ways.push(way);
            }
            if self.bands.last().is_some_and(|band| band.below.is_some()) {
                ways.push((Question { test: Test::Otherwise, words: "above all bands".into() }, Vec::new()));
            }
            Some(Made::Branch(Branch { kind: "tiers", ways, asks: source }))
        })
    }
}

impl Band {
    fn ready(
        &self,
        source: &Source,
        what: &str,
        last: bool,
        least: &mut i64,
        compile: &mut Compile,
    ) -> (Question, Vec<Made>) {
        let steps = compile.inside("steps", |c| ready_list(&self.steps, c));
        let Some(below) = &self.below else {
            if !last {
                compile.fault("missing_field", "`below` is missing; only the last band may be without it");
            }
            return (
                Question { test: Test::Otherwise, words: format!("{what} in the last band").into() },
                steps,
            );
        };
        let minor = compile.inside("below", |c| c.positive_minor(below));
        if minor <= *least {
            compile.inside("below", |c| {
                c.fault(
                    "wrong_order",
                    format!("{below} does not lie above the band before; write rising bands"),
                )
            });
        }
        *least = minor;
        let words = format!("{what} below {below}").into();
        (Question { test: Test::Below(source.clone(), minor), words }, steps)
    }
}
