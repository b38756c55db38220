//! How a rule computes the new price: steps in order, one file each, folded into one exact formula.
//! A new step is one file, its `mod` line, and one line in the list below.

mod amount;
mod formula;
mod multiply;
mod percent;
mod set;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
pub(crate) use formula::{Formula, Grid, Kernel, Toward};

/// Most steps of one rule; a trace stays readable.
const STEPS_MAX: usize = 20;

/// One step: turns the formula so far into the formula with this step behind it.
pub(crate) trait Transform {
    /// Checks the step and appends it. `None`: the numbers do not fit exact arithmetic any more.
    fn append(&self, formula: Formula, compile: &mut Compile) -> Option<Formula>;

    /// The step in words, for the trace: "-12.5 %".
    fn words(&self) -> String;
}

/// One step of a rule made ready: the formula up to and with it.
#[derive(Debug)]
pub(crate) struct ReadyStep {
    pub(crate) kind: &'static str,
    pub(crate) words: String,
    pub(crate) formula: Formula,
}

macro_rules! steps {
    ($($file:ident: $name:ident,)*) => {
        /// One step of the computation.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub(crate) enum Step {
            $($name($file::$name),)*
        }

        impl Step {
            fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => stringify!($file),)*
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
    amount: Amount,
    multiply: Multiply,
    percent: Percent,
    set: Set,
}

impl Step {
    /// Whether the price is taken from somebody else's, such as a competitor's; nothing of ours bounds it then.
    pub(crate) fn follows(&self) -> bool {
        match self {
            Self::Amount(_) | Self::Multiply(_) | Self::Percent(_) | Self::Set(_) => false,
        }
    }
}

/// Checks the steps and makes them ready.
pub(crate) fn ready(steps: &[Step], compile: &mut Compile) -> Vec<ReadyStep> {
    if steps.len() > STEPS_MAX {
        compile.fault("too_many", format!("there are {} steps; at most {STEPS_MAX} are read", steps.len()));
        return Vec::new();
    }
    let mut formula = Some(Formula::IDENTITY);
    let mut ready = Vec::with_capacity(steps.len());
    for (place, step) in steps.iter().enumerate() {
        let before = formula.unwrap_or(Formula::IDENTITY);
        let transform = step.transform();
        formula = compile.inside(place, |c| c.inside(step.kind(), |c| appended(transform, before, c)));
        if let Some(formula) = formula {
            ready.push(ReadyStep { kind: step.kind(), words: transform.words(), formula });
        }
    }
    ready
}

fn appended(step: &dyn Transform, before: Formula, compile: &mut Compile) -> Option<Formula> {
    let after = step.append(before, compile);
    if after.is_none() {
        compile.fault(
            "too_precise",
            "together with the steps before, this needs more digits than are kept; write fewer decimals",
        );
    }
    after
}
