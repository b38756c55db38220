//! Rules made ready over a catalogue: those that are named, and those of the sales that run in it, without which nobody can
//! tell what a price would be when one of them ends.

use std::collections::HashSet;

use kernel_core::{FieldError, ProjectId, Result};
use kernel_db::TenantTx;
use pricing::{Decision, Guardrails, PackedTrace, PricingContext, RuleSet, Snapshot, Tracer, VariantFacts};

use super::store::{self, LoadedRule};
use crate::ids::RuleId;

/// A rule that a plan or preview is about.
pub struct Named {
    /// What traces call it.
    pub label: String,
    /// The rule.
    pub rule: pricing::Rule,
    /// The stored rule of which it is a version, where there is one.
    pub id: Option<RuleId>,
}

/// Rules ready to decide every variant of a catalogue.
pub struct ReadyRules {
    rules: RuleSet,
    /// Content hashes of the rules that are named or end: where one of them runs, the plan is about its variant.
    about: HashSet<String>,
}

/// Rules over a catalogue in which no sale runs.
impl From<RuleSet> for ReadyRules {
    fn from(rules: RuleSet) -> Self {
        Self { rules, about: HashSet::new() }
    }
}

/// The sales that run in a catalogue and are not named themselves.
///
/// # Errors
/// The database refused.
pub async fn running_sales(
    tx: &TenantTx,
    project: ProjectId,
    snapshot: &Snapshot,
    named: &[Named],
) -> Result<Vec<LoadedRule>> {
    let mut hashes: Vec<String> = snapshot.running_sales().into_iter().map(str::to_owned).collect();
    hashes.retain(|hash| named.iter().all(|named| named.rule.content_hash() != *hash));
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    store::load_by_hash(tx, project, &hashes).await
}

impl ReadyRules {
    /// Named rules first, then the sales that run, which count only where they do. Those of `ends` end, and those of which
    /// another version is named.
    ///
    /// # Errors
    /// Every fault, as [`RuleSet::compile`] finds it.
    pub fn compile(
        named: &[Named],
        running: &[LoadedRule],
        ends: &[RuleId],
        guardrails: &Guardrails,
        context: &PricingContext,
    ) -> Result<Self, Vec<FieldError>> {
        let labels: Vec<String> = running.iter().map(LoadedRule::label).collect();
        let named_rules = named.iter().map(|named| (named.label.as_str(), &named.rule));
        let running_rules = labels.iter().map(String::as_str).zip(running.iter().map(|loaded| &loaded.rule));
        let all: Vec<(&str, &pricing::Rule)> = named_rules.chain(running_rules).collect();
        let mut rules = RuleSet::compile(&all, guardrails, context)?;
        let is_named = |id: RuleId| named.iter().any(|named| named.id == Some(id));
        let ended = running.iter().filter(|loaded| ends.contains(&loaded.id) || is_named(loaded.id));
        let mut about: HashSet<String> = ended.map(|loaded| loaded.content_hash.clone()).collect();
        about.iter().for_each(|hash| rules.end(hash));
        about.extend(named.iter().map(|named| named.rule.content_hash()));
        rules.only_where_they_run(u32::try_from(named.len()).unwrap_or(u32::MAX));
        // A price and the sales beside it are stored together; whatever else moves a price is stored without sales.
        rules.prices_are_of_sales();
        Ok(Self { rules, about })
    }

    /// Begins a named rule now, whatever its schedule says.
    pub fn begin(&mut self, rule: &pricing::Rule) {
        self.rules.begin(&rule.content_hash());
    }

    /// What is decided of a variant. Only what the named rules select counts, be it behind a sale that runs, and what a
    /// sale that ends leaves behind.
    #[must_use]
    pub fn decide(&self, facts: &VariantFacts<'_>) -> Decision {
        if !facts.more.running_sales.is_empty() && !self.is_about(facts) {
            return Decision::NotSelected;
        }
        self.rules.evaluate(facts)
    }

    /// The trace of a variant that was selected.
    pub fn pack<'t>(&self, facts: &VariantFacts<'_>, tracer: &'t mut Tracer) -> PackedTrace<'t> {
        self.rules.evaluate_and_pack(facts, tracer).1
    }

    /// The rules themselves.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    fn is_about(&self, facts: &VariantFacts<'_>) -> bool {
        facts.more.running_sales.iter().any(|hash| self.about.contains(hash)) || self.rules.selects(facts)
    }
}
