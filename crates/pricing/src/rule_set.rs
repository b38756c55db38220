//! Rules made ready for one price surface: the highest priority whose selector matches decides.

use kernel_core::{Currency, FieldError};

use crate::compare_at::CompareAt;
use crate::compile::Compile;
use crate::context::{PricingContext, TaxFactor};
use crate::evaluate::TEAM_MAX;
use crate::guardrail::{GuardrailKind, Guardrails, ReadyGuardrails};
use crate::limit::Limits;
use crate::rounding::TO_MINOR_UNIT;
use crate::rule::{Document, Rule};
use crate::select::Matcher;
use crate::snapshot::Needs;
use crate::step::{self, Grid, Program};

/// Rules ready to run over any number of variants of one surface.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) context: PricingContext,
    pub(crate) guardrails: ReadyGuardrails,
    /// In the order in which they are asked.
    pub(crate) rules: Vec<CompiledRule>,
    /// Whether any rule stacks, so that more than one may take part.
    pub(crate) stacks: bool,
    /// Whether a price that stands beside sales is known to come from them.
    pub(crate) prices_are_of_sales: bool,
}

/// One rule of the set.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) label: String,
    pub(crate) hash: String,
    /// Place in the list that was compiled.
    pub(crate) index: u32,
    pub(crate) priority: i64,
    /// Whether it counts only for variants on which it runs already.
    pub(crate) only_running: bool,
    /// Number of its group; of the rules of a group that select a variant only the first counts.
    pub(crate) group: Option<u32>,
    /// Whether it comes on top of the rule that decides.
    pub(crate) stack: bool,
    /// Whether its schedule holds at the instant of the context.
    pub(crate) in_force: bool,
    /// Whether its schedule ends by itself, so that prices return.
    pub(crate) sale: bool,
    pub(crate) ready: Ready,
}

/// What a rule runs on.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) matcher: Matcher,
    pub(crate) program: Program,
    pub(crate) grid: Grid,
    /// Whether the rule says how to round.
    pub(crate) rounds: bool,
    /// The tax between what the shop keeps and what the rounding is about.
    pub(crate) displayed: TaxFactor,
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
        let mut groups: Vec<&str> = Vec::new();
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
                let timetable = rule.0.schedule.as_ref().and_then(|schedule| schedule.timetable().ok());
                compiled.push(CompiledRule {
                    label: (*label).to_owned(),
                    hash: rule.content_hash(),
                    index,
                    priority: rule.priority().into(),
                    only_running: false,
                    group: rule.0.group.as_deref().map(|group| number(group, &mut groups)),
                    stack: rule.0.stack,
                    in_force: timetable.as_ref().is_none_or(|timetable| timetable.is_active(context.instant)),
                    sale: timetable.is_some_and(|timetable| timetable.returns()),
                    ready,
                });
            }
        }
        let mut compile = Compile::for_context(context, "/guardrails".to_owned());
        let guardrails = guardrails.ready(rules, &mut compile);
        faults.extend(compile.into_faults());
        let stacking = compiled.iter().filter(|rule| rule.stack).count();
        if stacking >= TEAM_MAX {
            let detail = format!("{stacking} rules stack; at most {} can in one set", TEAM_MAX - 1);
            faults.push(FieldError { pointer: "/rules".to_owned(), code: "too_many".to_owned(), detail });
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        compiled.sort_by_key(|rule| std::cmp::Reverse(rules[rule.index as usize].1.priority()));
        Ok(Self {
            context: context.clone(),
            guardrails,
            rules: compiled,
            stacks: stacking > 0,
            prices_are_of_sales: false,
        })
    }

    /// Ends the rule with this content hash now, whatever its schedule says: it is not asked any more, and where it is a
    /// sale that runs, prices become what they would be without it.
    pub fn end(&mut self, content_hash: &str) {
        for rule in self.rules.iter_mut().filter(|rule| rule.hash == content_hash) {
            rule.in_force = false;
        }
    }

    /// Begins the rule with this content hash now, whatever its schedule says: the contrary of [`Self::end`].
    pub fn begin(&mut self, content_hash: &str) {
        for rule in self.rules.iter_mut().filter(|rule| rule.hash == content_hash) {
            rule.in_force = true;
        }
    }

    /// Of the list that was compiled, the rules from this place on count only for variants on which they run already.
    pub fn only_where_they_run(&mut self, from: u32) {
        for rule in self.rules.iter_mut().filter(|rule| rule.index >= from) {
            rule.only_running = true;
        }
    }

    /// Takes it as known that a price beside which sales stand comes from them, whoever keeps both having kept them
    /// together. Otherwise it is computed anew, and a cost or a competitor's price that moved since looks like an edit.
    pub fn prices_are_of_sales(&mut self) {
        self.prices_are_of_sales = true;
    }

    /// Where and when prices are computed.
    #[must_use]
    pub fn context(&self) -> &PricingContext {
        &self.context
    }

    /// How much of a variant the rules and guardrails look at. Baselines and reference prices come from the history.
    #[must_use]
    pub fn needs(&self) -> Needs {
        let of_rule = |rule: &CompiledRule| rule.ready.matcher.needs().max(rule.ready.program.needs());
        let mut needs = self.rules.iter().map(of_rule).max().unwrap_or(Needs::Basics);
        self.guardrails.each(|kind, _| needs = needs.max(kind.needs()));
        // Whether a sale runs stands there too.
        needs.max(Needs::More)
    }

    /// The currency of the surface.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.context.currency
    }
}

impl GuardrailKind {
    /// How much of a variant the guardrail looks at.
    fn needs(self) -> Needs {
        match self {
            Self::NearZero
            | Self::Slip
            | Self::NoMinimum
            | Self::BelowCost
            | Self::MinimumMargin
            | Self::Floor
            | Self::Ceiling
            | Self::MaximumMove => Needs::Basics,
            Self::CurrencySwap | Self::Map | Self::Msrp => Needs::More,
            _ => Needs::History,
        }
    }
}

/// The number of a group by its name.
fn number<'r>(group: &'r str, groups: &mut Vec<&'r str>) -> u32 {
    let place = groups.iter().position(|known| *known == group).unwrap_or_else(|| {
        groups.push(group);
        groups.len() - 1
    });
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Walks over a rule and makes it ready; `None` only together with a fault.
pub(crate) fn ready(rule: &Document, compile: &mut Compile) -> Option<Ready> {
    if let Some(schedule) = &rule.schedule {
        compile.inside("schedule", |c| schedule.check(c));
    }
    let matcher = compile.inside("select", |c| rule.select.ready(c));
    let (grid, rounds) = match &rule.rounding {
        Some(rounding) => (compile.inside("rounding", |c| rounding.ready(c)), true),
        None => (TO_MINOR_UNIT, false),
    };
    let displayed = match compile.context() {
        Some(context) if rounds => context.displayed_tax(),
        _ => TaxFactor::NONE,
    };
    let program = compile.inside("steps", |c| step::ready(&rule.steps, grid, displayed, c));
    let limits = compile.inside("constraints", |c| rule.constraints.ready(c));
    compile.inside("compare_at", |c| rule.compare_at.check(c));
    let program = program?;
    let follows = program.follows();
    let compare_at = rule.compare_at;
    Some(Ready { matcher, program, grid, rounds, displayed, limits, compare_at, follows })
}
