//! Rules made ready for a project, with faults as the sender of one rule knows them.

use kernel_core::FieldError;
use pricing::{Guardrails, PricingContext, RuleSet};

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
    RuleSet::compile(&[(rule.name(), rule)], guardrails, context).map_err(of_one)
}

/// Faults as the sender of one document knows them.
pub(super) fn of_one(mut faults: Vec<FieldError>) -> Vec<FieldError> {
    for fault in &mut faults {
        if let Some(rest) = fault.pointer.strip_prefix("/rules/0") {
            fault.pointer = rest.to_owned();
        }
    }
    faults
}
