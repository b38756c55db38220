//! Rules made ready for a project, with faults as the sender of one rule knows them.

use kernel_core::FieldError;
use pricing::{Guardrails, PricingContext, RuleSet};

/// What keeps a well-formed rule from running in a project.
pub(super) fn faults_in(rule: &pricing::Rule, context: &PricingContext) -> Vec<FieldError> {
    let compiled = RuleSet::compile(&[(rule.name(), rule)], &Guardrails::default(), context);
    compiled.map_err(of_one).err().unwrap_or_default()
}

/// Faults as the sender of one document knows them: the compiler points into a list of rules.
pub(super) fn of_one(mut faults: Vec<FieldError>) -> Vec<FieldError> {
    for fault in &mut faults {
        if let Some(rest) = fault.pointer.strip_prefix("/rules/0") {
            fault.pointer = rest.to_owned();
        }
    }
    faults
}
