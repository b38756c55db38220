//! Test cases inside a rule: given this variant, expect this price. They belong to the document and not to what it means.

use std::collections::BTreeMap;

use kernel_core::{FieldError, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;
use crate::analyse::Example;
use crate::compile::Compile;
use crate::context::PricingContext;
use crate::evaluate::{Decision, Outcome};
use crate::guardrail::Guardrails;
use crate::read::given;
use crate::rule::Rule;
use crate::rule_set::RuleSet;
use crate::select::Instant;
use crate::trace::Trace;

/// Most test cases of one rule.
const TESTS_MAX: usize = 200;

/// One test case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTest {
    /// What it is about.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The variant.
    given: Given,
    /// What the rule makes of it.
    expect: Expect,
}

/// A variant; what is left out is empty or not known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
struct Given {
    #[serde(skip_serializing_if = "String::is_empty")]
    sku: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    vendor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    product_type: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    collections: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    custom: BTreeMap<String, String>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    compare_at: Option<Amount>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    cost: Option<Amount>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    competitor: Option<Amount>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    msrp: Option<Amount>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    map: Option<Amount>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    surfaces: BTreeMap<String, Amount>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    inventory: Option<i32>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    created_at: Option<Instant>,
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    updated_at: Option<Instant>,
}

/// What the rule makes of the variant; what is left out is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    /// The price after.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    price: Option<Amount>,
    /// The compare-at price after.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    compare_at: Option<Amount>,
    /// How it comes out.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    outcome: Option<ExpectedOutcome>,
    /// The code of the reason, such as `limited.floor`.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// How a variant comes out, or that the rule is not about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
enum ExpectedOutcome {
    Blocked,
    Cut,
    NotSelected,
    Raise,
    Same,
    Skipped,
}

/// How a test case of a rule went.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    /// What it is about; without a name its place in the list, from 1.
    pub name: String,
    /// What is not as expected, a sentence each; none if the test passed.
    pub problems: Vec<String>,
    /// How the price was decided.
    pub trace: Trace,
}

impl RuleTest {
    /// Notes what is wrong with the tests of a rule.
    pub(crate) fn check(tests: &[Self], compile: &mut Compile) {
        if tests.len() > TESTS_MAX {
            compile.fault("too_many", format!("{} tests; at most {TESTS_MAX} are read", tests.len()));
            return;
        }
        for (place, test) in tests.iter().enumerate() {
            compile.inside(place, |compile| {
                compile.inside("given", |c| test.given.check(c));
                compile.inside("expect", |c| test.expect.check(c));
            });
        }
    }
}

impl Given {
    fn amounts(&self) -> impl Iterator<Item = (&'static str, &Amount)> {
        let fields = [
            ("price", &self.price),
            ("compare_at", &self.compare_at),
            ("cost", &self.cost),
            ("competitor", &self.competitor),
            ("msrp", &self.msrp),
            ("map", &self.map),
        ];
        fields.into_iter().filter_map(|(name, amount)| Some((name, amount.as_ref()?)))
    }

    fn check(&self, compile: &mut Compile) {
        for (name, amount) in self.amounts() {
            compile.inside(name, |c| c.minor(amount));
        }
        for (name, amount) in &self.surfaces {
            compile.inside("surfaces", |c| c.inside(name, |c| c.minor(amount)));
        }
    }

    fn variant(&self) -> Example {
        let minor = |amount: &Option<Amount>| amount.as_ref().map(|amount| amount.0.amount_minor);
        Example {
            sku: self.sku.clone(),
            title: self.title.clone(),
            vendor: self.vendor.clone(),
            product_type: self.product_type.clone(),
            tags: self.tags.clone(),
            collections: self.collections.clone(),
            channels: self.channels.clone(),
            custom: self.custom.iter().map(|(key, value)| format!("{key}={value}")).collect(),
            price_minor: minor(&self.price),
            compare_at_minor: minor(&self.compare_at),
            cost_minor: minor(&self.cost),
            competitor_minor: minor(&self.competitor),
            msrp_minor: minor(&self.msrp),
            map_minor: minor(&self.map),
            surfaces: self
                .surfaces
                .iter()
                .map(|(name, amount)| (name.clone(), amount.0.amount_minor))
                .collect(),
            inventory: self.inventory.map(i64::from),
            created_at: self.created_at.map(Instant::second),
            updated_at: self.updated_at.map(Instant::second),
            ..Example::default()
        }
    }
}

impl Expect {
    fn check(&self, compile: &mut Compile) {
        if *self == Self::default() {
            compile.fault("empty", "expects nothing; write `price`, `compare_at`, `outcome` or `reason`");
        }
        for (name, amount) in [("price", &self.price), ("compare_at", &self.compare_at)] {
            if let Some(amount) = amount {
                compile.inside(name, |c| c.minor(amount));
            }
        }
    }

    fn problems(&self, decision: &Decision, context: &PricingContext) -> Vec<String> {
        let shown = |minor: Option<i64>| match minor {
            Some(minor) => Money::from_minor(minor, context.currency).to_string(),
            None => "none".to_owned(),
        };
        let mut problems = Vec::new();
        let mut compare = |what: &str, expected: Option<String>, found: String| {
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                problems.push(format!("{what}: expected {expected}, found {found}"));
            }
        };
        let outcome = self.outcome.map(|outcome| outcome.code().to_owned());
        let amount = |amount: &Option<Amount>| amount.as_ref().map(ToString::to_string);
        match decision {
            Decision::NotSelected => {
                compare("outcome", outcome, "not_selected".to_owned());
                compare("price", amount(&self.price), "none".to_owned());
                compare("compare-at price", amount(&self.compare_at), "none".to_owned());
                compare("reason", self.reason.clone(), "none".to_owned());
            }
            Decision::Row(row) => {
                // A price that is never written is no price, unless the test expects the row to be stopped.
                let stopped = matches!(row.outcome, Outcome::Blocked | Outcome::Skipped);
                let found = match stopped && outcome.is_none() && self.reason.is_none() {
                    true => format!("{} ({})", row.outcome.as_str(), row.reason.code()),
                    false => shown(row.after),
                };
                compare("outcome", outcome, row.outcome.as_str().to_owned());
                compare("price", amount(&self.price), found);
                compare("compare-at price", amount(&self.compare_at), shown(row.compare_at_after));
                compare("reason", self.reason.clone(), row.reason.code().to_owned());
            }
        }
        problems
    }
}

impl ExpectedOutcome {
    fn code(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Cut => "cut",
            Self::NotSelected => "not_selected",
            Self::Raise => "raise",
            Self::Same => "same",
            Self::Skipped => "skipped",
        }
    }
}

impl Rule {
    /// Runs the test cases that the rule brings along: alone, and in force whatever its schedule says.
    ///
    /// # Errors
    /// The rule does not suit the surface, see [`RuleSet::compile`].
    pub fn run_tests(
        &self,
        guardrails: &Guardrails,
        context: &PricingContext,
    ) -> Result<Vec<TestResult>, Vec<FieldError>> {
        let mut rules = RuleSet::compile(&[(self.name(), self)], guardrails, context)?;
        rules.rules.iter_mut().for_each(|rule| rule.in_force = true);
        let run = |(place, test): (usize, &RuleTest)| {
            test.given.variant().with_facts(|facts| TestResult {
                name: test.name.clone().unwrap_or_else(|| (place + 1).to_string()),
                problems: test.expect.problems(&rules.evaluate(facts), context),
                trace: rules.explain(facts),
            })
        };
        Ok(self.0.tests.iter().enumerate().map(run).collect())
    }
}
