//! Rules made ready for a project: where and when prices are computed, and faults as the sender of one rule knows them.

use jiff::Timestamp;
use kernel_core::FieldError;
use pricing::{Guardrails, PricingContext, RuleSet, Tax};

use crate::accounts::dto::Project;

/// The base price surface of a project at an instant.
#[must_use]
pub fn pricing_context(project: &Project, instant: Timestamp) -> PricingContext {
    let tax = project
        .tax_rate_pct
        .as_deref()
        .map(|rate| Tax::new(rate, project.prices_include_tax).expect("a rate is checked before it is kept"));
    PricingContext {
        country: project.country.clone(),
        tax,
        ..PricingContext::base(project.currency, instant)
    }
}

/// What keeps a well-formed rule from running in a project.
pub(super) fn faults_in(rule: &pricing::Rule, context: &PricingContext) -> Vec<FieldError> {
    compiled(rule, &Guardrails::default(), context).err().unwrap_or_default()
}

/// One rule, ready to run. The compiler points into a list of rules; a caller who sent one document knows only that.
pub(super) fn compiled(
    rule: &pricing::Rule,
    guardrails: &Guardrails,
    context: &PricingContext,
) -> Result<RuleSet, Vec<FieldError>> {
    RuleSet::compile(&[(rule.name(), rule)], guardrails, context).map_err(|mut faults| {
        for fault in &mut faults {
            if let Some(rest) = fault.pointer.strip_prefix("/rules/0") {
                fault.pointer = rest.to_owned();
            }
        }
        faults
    })
}
