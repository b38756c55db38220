//! Rules made ready for one price surface: the highest priority whose selector matches decides.

use kernel_core::{Currency, FieldError};

use crate::compare_at::CompareAt;
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::guardrail::{Guardrails, ReadyGuardrails};
use crate::limit::Limits;
use crate::rounding::TO_MINOR_UNIT;
use crate::rule::{Document, Rule};
use crate::select::Matcher;
use crate::snapshot::Needs;
use crate::step::{self, Formula, Grid, Kernel, ReadyStep};

/// Rules ready to run over any number of variants of one surface.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) context: PricingContext,
    pub(crate) guardrails: ReadyGuardrails,
    /// In the order in which they are asked.
    pub(crate) rules: Vec<CompiledRule>,
}

/// One rule of the set.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) label: String,
    pub(crate) hash: String,
    /// Place in the list that was compiled.
    pub(crate) index: u32,
    pub(crate) ready: Ready,
}

/// What a rule runs on.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) matcher: Matcher,
    pub(crate) steps: Vec<ReadyStep>,
    pub(crate) kernel: Kernel,
    pub(crate) grid: Grid,
    pub(crate) limits: Limits,
    pub(crate) compare_at: CompareAt,
    /// Whether a step takes its price from somebody else's.
    pub(crate) follows: bool,
}

impl RuleSet {
    /// Makes rules ready for one surface and instant, under a project's guardrails. Each comes with the label that traces show, such as
    /// `black-week v3`. Of equal priorities the one given first is asked first.
    ///
    /// # Errors
    /// Every fault, its pointer starting with `/rules/` and the place in the list: an amount in another currency, a
    /// rounding finer than the currency.
    pub fn compile(
        rules: &[(&str, &Rule)],
        guardrails: &Guardrails,
        context: &PricingContext,
    ) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut compiled = Vec::with_capacity(rules.len());
        for (index, (label, rule)) in (0_u32..).zip(rules) {
            let mut compile = Compile::for_context(context, format!("/rules/{index}"));
            let made = ready(&rule.0, &mut compile);
            faults.extend(
                compile
                    .into_faults()
                    .into_iter()
                    .map(|fault| FieldError { detail: format!("rule `{label}`: {}", fault.detail), ..fault }),
            );
            if let Some(ready) = made {
                compiled.push(CompiledRule {
                    label: (*label).to_owned(),
                    hash: rule.content_hash(),
                    index,
                    ready,
                });
            }
        }
        let mut compile = Compile::for_context(context, "/guardrails".to_owned());
        let guardrails = guardrails.ready(rules, &mut compile);
        faults.extend(compile.into_faults());
        if !faults.is_empty() {
            return Err(faults);
        }
        compiled.sort_by_key(|rule| std::cmp::Reverse(rules[rule.index as usize].1.priority()));
        Ok(Self { context: context.clone(), guardrails, rules: compiled })
    }

    /// Where and when prices are computed.
    #[must_use]
    pub fn context(&self) -> &PricingContext {
        &self.context
    }

    /// How much of a variant the rules and guardrails look at. Baselines and reference prices come from the history.
    #[must_use]
    pub fn needs(&self) -> Needs {
        Needs::History
    }

    /// The currency of the surface.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.context.currency
    }
}

/// Walks over a rule and makes it ready; `None` only together with a fault.
pub(crate) fn ready(rule: &Document, compile: &mut Compile) -> Option<Ready> {
    let matcher = compile.inside("select", |c| rule.select.ready(c));
    let steps = compile.inside("steps", |c| step::ready(&rule.steps, c));
    let grid = match &rule.rounding {
        Some(rounding) => compile.inside("rounding", |c| rounding.ready(c)),
        None => TO_MINOR_UNIT,
    };
    let limits = compile.inside("constraints", |c| rule.constraints.ready(c));
    let formula = steps.last().map_or(Formula::IDENTITY, |last| last.formula);
    let Some(kernel) = Kernel::new(formula, grid) else {
        compile.inside("steps", |c| {
            c.fault("too_precise", "the steps need more digits than are kept; write fewer decimals")
        });
        return None;
    };
    let follows = rule.steps.iter().any(step::Step::follows);
    Some(Ready { matcher, steps, kernel, grid, limits, compare_at: rule.compare_at, follows })
}
