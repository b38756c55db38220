//! How a rule computes the new price: steps in order, one file each, laid out as one program.
//! A new step is one file, its `mod` line, and one line in the list below.

mod amount;
mod beat;
mod branch;
mod exact;
mod follow;
mod formula;
mod from;
mod made;
mod margin;
mod markup;
mod multiply;
mod percent;
mod program;
mod set;
mod source;
mod tiers;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
use crate::context::TaxFactor;
pub(crate) use exact::Exact;
pub(crate) use formula::{Grid, Toward};
use made::{Made, Move, Start};
use program::ProgramFault;
pub(crate) use program::{PathStep, Program};
pub(crate) use source::Source;

/// Most steps in one list; a trace stays readable.
const STEPS_MAX: usize = 20;

/// One step as a rule writes it.
pub(crate) trait Transform {
    /// Checks the step and makes it ready; `None` only together with a fault.
    fn ready(&self, compile: &mut Compile) -> Option<Made>;
}

macro_rules! steps {
    ($($word:literal $file:ident: $name:ident,)*) => {
        /// One step of the computation.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[allow(missing_docs)]
        pub(crate) enum Step {
            $(#[serde(rename = $word)] $name($file::$name),)*
        }

        impl Step {
            fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $word,)*
                }
            }

            fn transform(&self) -> &dyn Transform {
                match self {
                    $(Self::$name(step) => step,)*
                }
            }
        }
    };
}

steps! {
    "amount" amount: Amount,
    "beat" beat: Beat,
    "from" from: From,
    "if" branch: If,
    "margin" margin: Margin,
    "markup" markup: Markup,
    "match" follow: Match,
    "multiply" multiply: Multiply,
    "percent" percent: Percent,
    "set" set: Set,
    "tiers" tiers: Tiers,
}

/// Checks the steps and lays them out; `None` only together with a fault.
pub(crate) fn ready(
    steps: &[Step],
    grid: Grid,
    displayed: TaxFactor,
    compile: &mut Compile,
) -> Option<Program> {
    let made = ready_list(steps, compile);
    match Program::new(&made, grid, displayed) {
        Ok(program) => Some(program),
        Err(ProgramFault::TooPrecise) => {
            let detail = "the steps together need more digits than are kept; write fewer decimals";
            compile.fault("too_precise", detail);
            None
        }
        Err(ProgramFault::TooManyWays) => {
            let detail = "branches behind branches multiply to more than 256 ways; write several rules";
            compile.fault("too_many", detail);
            None
        }
    }
}

/// Checks a list of steps.
fn ready_list(steps: &[Step], compile: &mut Compile) -> Vec<Made> {
    if steps.len() > STEPS_MAX {
        compile.fault("too_many", format!("there are {} steps; at most {STEPS_MAX} are read", steps.len()));
        return Vec::new();
    }
    let ready = |compile: &mut Compile| {
        let each = steps.iter().enumerate().filter_map(|(place, step)| {
            compile.count_part();
            compile.inside(place, |c| c.inside(step.kind(), |c| step.transform().ready(c)))
        });
        each.collect()
    };
    compile.deeper(ready).unwrap_or_default()
}
