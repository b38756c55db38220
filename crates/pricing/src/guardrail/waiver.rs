//! Waivers: somebody with the right to do so lets what a soft guardrail stops pass, for a rule or for all, until an instant.

use jiff::Timestamp;

use crate::context::PricingContext;
use crate::rule::Rule;

/// One waiver that the caller found to be in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiver {
    pub(super) code: &'static str,
    /// Name of the rule that may pass; `None` for every rule.
    pub(super) rule: Option<String>,
    /// The first instant at which it does not hold any more.
    pub(super) until: Timestamp,
}

/// Where a guardrail is waived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Waived {
    Nowhere,
    Everywhere,
    /// For the rules at these places.
    Rules(Box<[u32]>),
}

impl Waived {
    #[inline]
    pub(super) fn covers(&self, rule_index: u32) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Everywhere => true,
            Self::Rules(places) => {
                mutant!("waiver.any_rule", places.contains(&rule_index), !places.is_empty())
            }
        }
    }
}

/// Where the guardrail `code` is waived at the instant of `context`.
pub(super) fn waived(
    code: &str,
    rules: &[(&str, &Rule)],
    waivers: &[Waiver],
    context: Option<&PricingContext>,
) -> Waived {
    let Some(context) = context else { return Waived::Nowhere };
    let holding: Vec<&Waiver> =
        waivers.iter().filter(|waiver| waiver.code == code && context.instant < waiver.until).collect();
    if holding.iter().any(|waiver| waiver.rule.is_none()) {
        return Waived::Everywhere;
    }
    let named = |rule: &Rule| holding.iter().any(|waiver| waiver.rule.as_deref() == Some(rule.name()));
    let places: Vec<u32> =
        (0_u32..).zip(rules).filter(|(_, (_, rule))| named(rule)).map(|(place, _)| place).collect();
    if places.is_empty() { Waived::Nowhere } else { Waived::Rules(places.into()) }
}
