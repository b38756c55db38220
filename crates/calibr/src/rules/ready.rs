//! Rules made ready over a catalogue: those that are named, and those of the sales that run in it, without which nobody can
//! tell what a price would be when one of them ends.

use std::collections::HashSet;

use kernel_core::{FieldError, ProjectId, Result};
use kernel_db::TenantTx;
use pricing::{
    Decision, Guardrails, Needs, PackedTrace, PricingContext, Row, RuleSet, Snapshot, Tags, Tracer,
    VariantFacts,
};

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
    /// How many of the rules are those that were named; the rest are sales that run.
    named: usize,
    ended: HashSet<String>,
}

/// Rules over a catalogue in which no sale runs.
impl From<RuleSet> for ReadyRules {
    fn from(rules: RuleSet) -> Self {
        Self { rules, named: usize::MAX, ended: HashSet::new() }
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
    let mut hashes: Vec<String> = Vec::new();
    snapshot.for_each(Needs::More, |facts| {
        for hash in lines(facts.more.running_sales) {
            if !hashes.iter().any(|known| known == hash) {
                hashes.push(hash.to_owned());
            }
        }
    });
    hashes.retain(|hash| named.iter().all(|named| named.rule.content_hash() != *hash));
    if hashes.is_empty() {
        return Ok(Vec::new());
    }
    // Of equal priorities the rule given first decides, and a price names the sale first that decided it.
    let mut loaded = store::load_by_hash(tx, project, &hashes).await?;
    loaded.sort_by_key(|rule| hashes.iter().position(|hash| *hash == rule.content_hash));
    Ok(loaded)
}

impl ReadyRules {
    /// Named rules first, then the sales that run. Those of `ends` end, and those of which another version is named.
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
        let ended: HashSet<String> = ended.map(|loaded| loaded.content_hash.clone()).collect();
        ended.iter().for_each(|hash| rules.end(hash));
        Ok(Self { rules, named: named.len(), ended })
    }

    /// Begins a named rule now, whatever its schedule says.
    pub fn begin(&mut self, rule: &pricing::Rule) {
        self.rules.begin(&rule.content_hash());
    }

    /// What is decided of a variant. Only what the named rules select counts, and what a sale that ends leaves behind.
    #[must_use]
    pub fn decide(&self, facts: &VariantFacts<'_>) -> Decision {
        match self.rules.evaluate(facts) {
            Decision::Row(row) if !self.is_about(&row, facts) => Decision::NotSelected,
            decision => decision,
        }
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

    fn is_about(&self, row: &Row, facts: &VariantFacts<'_>) -> bool {
        let sale_ends = || lines(facts.more.running_sales).any(|hash| self.ended.contains(hash));
        (row.rule_index as usize) < self.named || sale_ends()
    }
}

/// The texts of a list, in whichever shape it is kept.
pub(crate) fn lines<'a>(tags: Tags<'a>) -> impl Iterator<Item = &'a str> {
    let (list, text): (&[String], &str) = match tags {
        Tags::List(list) => (list, ""),
        Tags::Lines(text) => (&[], text),
    };
    list.iter().map(String::as_str).chain(text.lines())
}
