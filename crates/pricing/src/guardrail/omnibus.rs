//! The EU's law on announced price reductions as a guardrail; what it says is in the module of the same name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, GuardrailKind, Mode, Planned, Setting, Verdict};
use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::evaluate::{Outcome, Row};
use crate::facts::VariantFacts;
use crate::omnibus::{self, Action, Assessment, CountryCode, Law, Settings, Unknown};
use crate::read::given;
use crate::rule_set::RuleSet;
use crate::select::{Matcher, Selector};
use crate::trace::{Part, StepWriter};

/// Stops, or tells of, a row that would announce an unlawful reduction. The country of the market or project counts first,
/// then the one named here; in a country outside the EU nothing is asked. Near: what is let through and told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Omnibus {
    /// Whose law, where neither market nor project says.
    #[serde(default)]
    country: CountryCode,
    /// What happens to a row that would announce an unlawful reduction.
    #[serde(default)]
    mode: omnibus::Mode,
    /// What happens to a row of which too little is known.
    #[serde(default)]
    unknown: Unknown,
    /// Goods that perish in the sense of the country's law.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    perishable: Option<Selector>,
}

#[derive(Debug)]
pub(crate) struct ReadyOmnibus {
    /// `None` where no law of the EU holds.
    law: Option<Law>,
    perishable: Option<Matcher>,
}

impl Setting for Omnibus {
    type Ready = ReadyOmnibus;

    fn mode(&self) -> Mode {
        match self.mode {
            omnibus::Mode::Block => Mode::Hard,
            omnibus::Mode::Warn => Mode::Soft,
            omnibus::Mode::Off => Mode::Off,
        }
    }

    fn ready(&self, compile: &mut Compile) -> ReadyOmnibus {
        let perishable =
            self.perishable.as_ref().map(|selector| compile.inside("perishable", |c| selector.ready(c)));
        ReadyOmnibus { law: compile.context().and_then(|context| self.law(context)), perishable }
    }
}

impl Omnibus {
    fn law(&self, context: &PricingContext) -> Option<Law> {
        let country = match &context.country {
            Some(code) => CountryCode::new(code)?,
            None => self.country,
        };
        let settings = Settings { country, mode: self.mode, unknown: self.unknown };
        Some(settings.law(context.instant))
    }
}

impl ReadyOmnibus {
    /// What the law says of a row; `None` where no law of the EU holds.
    pub(super) fn assess(
        &self,
        facts: &VariantFacts<'_>,
        price_minor: i64,
        compare_at_minor: Option<i64>,
    ) -> Option<(&Law, Assessment)> {
        let law = self.law.as_ref()?;
        let planned = omnibus::Planned {
            history: facts.more.history,
            price_minor,
            compare_at_minor,
            perishable: self.perishable.as_ref().is_some_and(|matcher| matcher.holds(facts)),
            on_market_since: facts.more.created_at,
        };
        Some((law, law.assess(&planned)))
    }
}

impl RuleSet {
    /// The prior price that has to be shown beside a row that announces a reduction, in minor units; `None` where the guardrail
    /// `omnibus` is off, no law of the EU holds, nothing is announced, or too little is known.
    #[must_use]
    pub fn prior_price(&self, facts: &VariantFacts<'_>, row: &Row) -> Option<i64> {
        let ready = &self.guardrails.omnibus.as_ref()?.guardrail;
        let told = matches!(
            row.guardrails.verdict(GuardrailKind::Omnibus),
            Verdict::Violated | Verdict::Waived | Verdict::Near
        );
        let compare_at = match row.outcome {
            // A stopped row keeps its compare-at price. What it would have announced only decides whether, not which.
            Outcome::Blocked if told => Some(i64::MAX),
            Outcome::Blocked => None,
            _ => row.compare_at_after,
        };
        ready.assess(facts, row.after?, compare_at)?.1.prior_price_minor
    }
}

impl Guardrail for ReadyOmnibus {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        if self.law.is_none() {
            return Verdict::NotSet;
        }
        if !planned.writes() {
            return Verdict::Passed;
        }
        let Some((law, assessment)) = self.assess(planned.facts, planned.after, planned.compare_at_after)
        else {
            return Verdict::NotSet;
        };
        match law.action(&assessment) {
            Action::Pass => Verdict::Passed,
            Action::Warn => Verdict::Near,
            Action::Block => Verdict::Violated,
        }
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::Always(true)
    }

    fn note(&self, planned: &Planned<'_>, step: &mut StepWriter<'_>) {
        let Some((_, found)) = self.assess(planned.facts, planned.after, planned.compare_at_after) else {
            return;
        };
        step.value(&[Part::Word("compare-at "), Part::MoneyOrNone(planned.compare_at_after)]);
        match (found.prior_price_minor, found.reduction_basis_points) {
            (Some(prior), Some(reduction)) => step.limit(&[
                Part::Word("prior price "),
                Part::Money(prior),
                Part::Word(", reduced by "),
                Part::Number { units: i128::from(reduction), scale: 2, decimals_min: 2 },
                Part::Word(" %"),
            ]),
            _ => step.limit(&[Part::Word("prior price "), Part::MoneyOrNone(found.prior_price_minor)]),
        };
        step.reason(&[
            Part::Word(found.reason.words()),
            Part::Word(" ("),
            Part::Word(found.reason.code()),
            Part::Word(")"),
        ]);
    }
}
