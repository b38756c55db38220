//! The document that people and programs write: schema `guardrails.v1`. Read strictly, written canonically, hashed, and
//! laid over one another: what fresh tenants have, then the tenant's, then the project's.

use jiff::Timestamp;
use kernel_core::FieldError;
use sha2::{Digest, Sha256};

use super::Setting as _;
use super::waiver::Waiver;
use super::{Document, Mode, ReadyGuardrails};
use crate::compile::Compile;
use crate::read::{self, Read};
use crate::rule::{Rule, schema_text};

/// Guardrails: a valid document of the contract `guardrails.v1`, with the waivers that are in force.
/// What depends on the currency of a surface, [`crate::RuleSet::compile`] checks.
///
/// The default is near zero and slip, both hard: the least that makes sense anywhere. What a fresh tenant has is
/// [`Guardrails::built_in`].
#[derive(Debug, Clone, PartialEq)]
pub struct Guardrails {
    document: Document,
    waivers: Vec<Waiver>,
}

impl Default for Guardrails {
    fn default() -> Self {
        Self::of(super::built_in::least())
    }
}

impl Guardrails {
    /// No guardrail at all: the ground on which documents are laid.
    #[must_use]
    pub fn none() -> Self {
        Self::of(Document::EMPTY)
    }

    /// What a fresh tenant has; `docs/guardrails.md` names and explains each.
    #[must_use]
    pub fn built_in() -> Self {
        Self::of(super::built_in::built_in())
    }

    /// Reads guardrails from YAML.
    ///
    /// # Errors
    /// Every fault found, with its JSON pointer, its line, and how to mend it.
    pub fn from_yaml(text: &str) -> Result<Self, Vec<FieldError>> {
        Self::checked(read::from_yaml(text).map_err(|fault| vec![fault])?)
    }

    /// Reads guardrails from JSON. Numbers are read from their digits and stay exact.
    ///
    /// # Errors
    /// Every fault found, with its JSON pointer, its line, and how to mend it.
    pub fn from_json(text: &str) -> Result<Self, Vec<FieldError>> {
        Self::checked(read::from_json(text).map_err(|fault| vec![fault])?)
    }

    /// These over `base`: a guardrail that this document speaks of replaces the base's as a whole. Waivers of both hold.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let waivers = base.waivers.iter().chain(&self.waivers).cloned().collect();
        Self { document: self.document.over(&base.document), waivers }
    }

    /// What is wrong with these as they stand, as after laying one document over another: a floor above a ceiling. Documents
    /// that were read have no fault by themselves.
    #[must_use]
    pub fn faults(&self) -> Vec<FieldError> {
        self.document.faults()
    }

    /// Lets what the soft guardrail `code` stops pass before `until`: for every rule, or for the rule of that name.
    /// A waiver of a guardrail that is hard when prices are computed has no effect.
    ///
    /// # Errors
    /// There is no guardrail of that name.
    pub fn waive(
        &mut self,
        code: &str,
        rule: Option<&str>,
        until: Timestamp,
    ) -> Result<(), UnknownGuardrail> {
        let code = known_code(code).ok_or_else(|| UnknownGuardrail(code.chars().take(64).collect()))?;
        self.waivers.push(Waiver { code, rule: rule.map(str::to_owned), until });
        Ok(())
    }

    /// The guardrails that the document speaks of, with how strictly they hold, in the order of the document.
    #[must_use]
    pub fn modes(&self) -> Vec<(&'static str, Mode)> {
        self.document.modes()
    }

    /// The one way to write this document, without waivers: compact JSON, fields in a fixed order, defaults written out,
    /// numbers as normalised text.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        serde_json::to_string(&self.document).expect("guardrails have only texts, numbers and lists")
    }

    /// SHA-256 over [`Self::canonical_json`], as 64 hexadecimal digits.
    #[must_use]
    pub fn content_hash(&self) -> String {
        crate::plan::hex(&Sha256::digest(self.canonical_json()))
    }

    /// The JSON Schema `guardrails.v1`, pretty-printed with a final line break, as it stands in `schemas/`.
    #[must_use]
    pub fn json_schema() -> String {
        schema_text::<Document>("guardrails.v1.json")
    }

    pub(crate) fn ready(&self, rules: &[(&str, &Rule)], compile: &mut Compile) -> ReadyGuardrails {
        self.document.ready(rules, &self.waivers, compile)
    }

    fn of(document: Document) -> Self {
        Self { document, waivers: Vec::new() }
    }

    fn checked(read: Read<Document>) -> Result<Self, Vec<FieldError>> {
        let faults = read.document.faults();
        if faults.is_empty() {
            return Ok(Self::of(read.document));
        }
        Err(faults.into_iter().map(|fault| read.with_line(fault)).collect())
    }
}

impl Document {
    fn faults(&self) -> Vec<FieldError> {
        let mut compile = Compile::for_validation();
        self.ready(&[], &[], &mut compile);
        compile.into_faults()
    }

    fn ready(&self, rules: &[(&str, &Rule)], waivers: &[Waiver], compile: &mut Compile) -> ReadyGuardrails {
        let mut ready = self.ready_each(rules, waivers, compile);
        self.check_contradictions(compile);
        let others_hold = ready.floor.is_some() || ready.minimum_margin.is_some();
        let cost_holds = ready.below_cost.is_some();
        if let Some(no_minimum) = &mut ready.no_minimum {
            (no_minimum.guardrail.others_hold, no_minimum.guardrail.cost_holds) = (others_hold, cost_holds);
        }
        ready
    }

    fn check_contradictions(&self, compile: &mut Compile) {
        let on = |mode: Mode| mode != Mode::Off;
        let (Some(floor), Some(ceiling)) = (&self.floor, &self.ceiling) else { return };
        let (Some(lowest), Some(highest)) = (&floor.price, &ceiling.price) else { return };
        if !on(floor.mode()) || !on(ceiling.mode()) {
            return;
        }
        for low in lowest.iter() {
            let high = highest.in_currency(low.0.currency);
            if let Some(high) = high.filter(|high| low.0.amount_minor > high.0.amount_minor) {
                let detail = format!("the floor {low} lies above the ceiling {high}; no price can hold both");
                compile.inside("floor", |c| c.inside("price", |c| c.fault("limits_contradict", detail)));
            }
        }
    }
}

fn known_code(code: &str) -> Option<&'static str> {
    let rows = super::GuardrailKind::ALL.iter().map(|kind| kind.code());
    let plans = super::PlanGuardrailKind::ALL.iter().map(|kind| kind.code());
    rows.chain(plans).find(|known| *known == code)
}

/// A name that no guardrail has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a guardrail")]
pub struct UnknownGuardrail(String);
