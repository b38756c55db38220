//! Rounding to a step or to an ending, up, down or to the nearest, per currency where they differ.

use std::collections::BTreeMap;

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
use crate::decimal::Decimal;
use crate::ending::{Ending, whole_minor};
use crate::read::given;
use crate::step::{Grid, Toward};

/// How to mend a rounding that the surface's currency is too coarse for.
const PER_CURRENCY: &str = "; write another under `per_currency: { CODE: … }`";

/// Rounding without a rule for it: to the minor unit, a tie goes up.
pub(crate) const TO_MINOR_UNIT: Grid = Grid { step: 1, offset: 0, toward: Toward::Nearest };

/// To a `step` or to an `ending`, in major units of whichever currency the surface has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rounding {
    /// The last digits of every price: `.99` in each whole unit, `9.90` in each ten, `90` in each hundred.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    ending: Option<Ending>,
    /// Every price is a multiple of this.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    step: Option<Decimal>,
    /// Which neighbour to take.
    #[serde(default)]
    mode: Mode,
    /// Other rounding for some currencies, by ISO 4217 code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    per_currency: BTreeMap<String, CurrencyRounding>,
}

/// Rounding for one currency.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CurrencyRounding {
    /// The last digits of every price.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    ending: Option<Ending>,
    /// Every price is a multiple of this.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    step: Option<Decimal>,
    /// Which neighbour to take.
    #[serde(default)]
    mode: Mode,
}

/// Which neighbour to take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Mode {
    /// The lower.
    Down,
    /// The nearer; a tie goes up.
    #[default]
    Nearest,
    /// The higher.
    Up,
}

impl Rounding {
    /// Checks the rounding and gives the grid of prices for the surface's currency.
    pub(crate) fn ready(&self, compile: &mut Compile) -> Grid {
        let surface = compile.surface_currency();
        let general = Chosen { ending: self.ending.as_ref(), step: self.step, mode: self.mode };
        let own = surface.and_then(|currency| self.per_currency.get(currency.code()));
        let checked = if own.is_some() { None } else { surface };
        let mut grid = general.ready(checked, compile);
        compile.inside("per_currency", |compile| {
            for (code, rounding) in &self.per_currency {
                let chosen =
                    Chosen { ending: rounding.ending.as_ref(), step: rounding.step, mode: rounding.mode };
                let found = compile.inside(code, |compile| {
                    let currency: Currency = match code.parse() {
                        Ok(currency) => currency,
                        Err(e) => {
                            compile.fault("unknown_currency", e.to_string());
                            return TO_MINOR_UNIT;
                        }
                    };
                    chosen.ready(Some(currency), compile)
                });
                if surface.is_some_and(|currency| currency.code() == code) {
                    grid = found;
                }
            }
        });
        grid
    }
}

struct Chosen<'r> {
    ending: Option<&'r Ending>,
    step: Option<Decimal>,
    mode: Mode,
}

impl Chosen<'_> {
    /// Without a currency only what does not depend on it is checked.
    fn ready(&self, currency: Option<Currency>, compile: &mut Compile) -> Grid {
        let toward = match self.mode {
            Mode::Down => Toward::Down,
            Mode::Nearest => Toward::Nearest,
            Mode::Up => Toward::Up,
        };
        let (step, offset) = match (self.ending, self.step) {
            (Some(ending), None) => compile.inside("ending", |c| ending.ready(currency, PER_CURRENCY, c)),
            (None, Some(step)) => compile.inside("step", |c| (step_minor(step, currency, c), 0)),
            _ => {
                compile.fault("one_of", "needs either `step` or `ending`, one of the two");
                (1, 0)
            }
        };
        Grid { step, offset, toward }
    }
}

fn step_minor(step: Decimal, currency: Option<Currency>, compile: &mut Compile) -> i64 {
    if step.units() <= 0 {
        compile.fault("not_positive", format!("the step {step} must be above zero"));
        return 1;
    }
    currency.map_or(1, |currency| whole_minor(&step.to_string(), currency, PER_CURRENCY, compile))
}
