//! The document that people and programs write: schema `rule.v1`. Read strictly, written canonically, hashed.

use std::collections::BTreeMap;

use kernel_core::FieldError;
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::compare_at::CompareAt;
use crate::compile::Compile;
use crate::limit::Constraints;
use crate::read::{self, Read, given};
use crate::rounding::Rounding;
use crate::rule_test::RuleTest;
use crate::schedule::Schedule;
use crate::select::Selector;
use crate::step::Step;

/// Longest name; it stands in every trace.
const NAME_CHARACTERS_MAX: usize = 120;

/// A valid rule. There is no way to have one that breaks the contract of `rule.v1`, except for what depends on the
/// currency of a surface, which [`crate::RuleSet::compile`] checks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Document")]
pub struct Rule(pub(crate) Document);

/// A pricing rule: which variants, how their price is computed, and within which limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "rule.v1", title = "Calibr pricing rule, version 1")]
pub(crate) struct Document {
    /// Which contract the document follows.
    pub(crate) schema: SchemaId,
    /// What people call the rule.
    #[schemars(length(min = 1, max = 120))]
    pub(crate) name: String,
    /// Why it exists.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Of several rules that select a variant the one with the highest priority decides.
    #[serde(default)]
    pub(crate) priority: i32,
    /// Of the rules of one group that select a variant only the one with the highest priority counts.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 120))]
    pub(crate) group: Option<String>,
    /// Whether it comes on top of the rule that decides, instead of deciding itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) stack: bool,
    /// When it is in force; without it, always.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(crate) schedule: Option<Schedule>,
    /// Which variants.
    pub(crate) select: Selector,
    /// How the price is computed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub(crate) steps: Vec<Step>,
    /// How the result is rounded; without it, to the minor unit.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub(crate) rounding: Option<Rounding>,
    /// The limits of the result.
    #[serde(default, skip_serializing_if = "Constraints::is_empty")]
    pub(crate) constraints: Constraints,
    /// What happens to the compare-at price.
    #[serde(default)]
    pub(crate) compare_at: CompareAt,
    /// Test cases, run by `calibr rules test`. They do not belong to what the rule means, nor to its content hash.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 200))]
    pub(crate) tests: Vec<RuleTest>,
}

/// The name of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) enum SchemaId {
    /// The first version.
    #[serde(rename = "rule.v1")]
    V1,
}

impl Rule {
    /// Reads a rule from YAML.
    ///
    /// # Errors
    /// Every fault found, with its JSON pointer, its line, and how to mend it.
    pub fn from_yaml(text: &str) -> Result<Self, Vec<FieldError>> {
        Self::checked(read::from_yaml(text).map_err(|fault| vec![fault])?)
    }

    /// Reads a rule from JSON. Numbers are read from their digits and stay exact.
    ///
    /// # Errors
    /// Every fault found, with its JSON pointer, its line, and how to mend it.
    pub fn from_json(text: &str) -> Result<Self, Vec<FieldError>> {
        Self::checked(read::from_json(text).map_err(|fault| vec![fault])?)
    }

    /// What people call the rule.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Why the rule exists.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Of several rules that select a variant the one with the highest priority decides.
    #[must_use]
    pub fn priority(&self) -> i32 {
        self.0.priority
    }

    /// When the rule is in force; without a schedule, always.
    #[must_use]
    pub fn schedule(&self) -> Option<&Schedule> {
        self.0.schedule.as_ref()
    }

    /// The one way to write this rule: compact JSON, fields in a fixed order, defaults written out, numbers as
    /// normalised text. Rules that are the same field by field have the same bytes.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        serde_json::to_string(&self.0).expect("a rule has only texts, lists and maps with text keys")
    }

    /// SHA-256 over [`Self::canonical_json`] without the tests, as 64 hexadecimal digits: rules that mean the same have
    /// the same.
    #[must_use]
    pub fn content_hash(&self) -> String {
        if self.0.tests.is_empty() {
            return crate::plan::hex(&Sha256::digest(self.canonical_json()));
        }
        let meaning = Self(Document { tests: Vec::new(), ..self.0.clone() });
        crate::plan::hex(&Sha256::digest(meaning.canonical_json()))
    }

    /// The JSON Schema `rule.v1`, pretty-printed with a final line break, as it stands in `schemas/`.
    #[must_use]
    pub fn json_schema() -> String {
        schema_text::<Document>("rule.v1.json")
    }

    fn checked(read: Read<Document>) -> Result<Self, Vec<FieldError>> {
        let faults = read.document.faults();
        if faults.is_empty() {
            return Ok(Self(read.document));
        }
        Err(faults.into_iter().map(|fault| read.with_line(fault)).collect())
    }
}

/// The JSON Schema of a document, pretty-printed with a final line break.
pub(crate) fn schema_text<T: JsonSchema>(id: &str) -> String {
    let mut schema = schemars::schema_for!(T);
    schema.insert("$id".to_owned(), id.into());
    RecursiveTransform(without_null).transform(&mut schema);
    let sorted = Schema::try_from(sorted(schema.to_value())).expect("sorting keeps it a schema");
    serde_json::to_string_pretty(&sorted).expect("a schema is JSON") + "\n"
}

/// Optional fields may be left out, but `null` is refused: a blank limit must not mean no limit.
fn without_null(schema: &mut Schema) {
    if let Some(serde_json::Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [kind] = types.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(serde_json::Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&"null".into()));
        if let [serde_json::Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            for (key, value) in only {
                schema.insert(key, value);
            }
        }
    }
}

/// With sorted keys, so that the text does not depend on how other crates configure `serde_json`.
fn sorted(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(fields) => {
            let sorted: BTreeMap<_, _> =
                fields.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            serde_json::Value::Object(sorted.into_iter().collect())
        }
        serde_json::Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

impl TryFrom<Document> for Rule {
    type Error = String;

    fn try_from(document: Document) -> Result<Self, String> {
        match document.faults().as_slice() {
            [] => Ok(Self(document)),
            faults => Err(faults
                .iter()
                .map(|f| format!("{}: {}", f.pointer, f.detail))
                .collect::<Vec<_>>()
                .join("; ")),
        }
    }
}

impl Document {
    fn faults(&self) -> Vec<FieldError> {
        let mut compile = Compile::for_validation();
        check_name("name", &self.name, &mut compile);
        if let Some(group) = &self.group {
            check_name("group", group, &mut compile);
        }
        crate::rule_set::ready(self, &mut compile);
        compile.inside("tests", |c| RuleTest::check(&self.tests, c));
        let does_nothing = self.steps.is_empty()
            && self.rounding.is_none()
            && self.constraints.is_empty()
            && self.compare_at == CompareAt::Keep;
        if does_nothing {
            compile.fault(
                "empty",
                "the rule changes nothing; write `steps`, `rounding`, `constraints` or `compare_at`",
            );
        }
        compile.into_faults()
    }
}

fn check_name(field: &str, name: &str, compile: &mut Compile) {
    let characters = name.chars().count();
    let fine = !name.trim().is_empty() && characters <= NAME_CHARACTERS_MAX;
    if !fine || name.chars().any(char::is_control) {
        let detail = format!("a name has 1 to {NAME_CHARACTERS_MAX} characters in one line");
        compile.inside(field, |c| c.fault("invalid_value", detail));
    }
}
