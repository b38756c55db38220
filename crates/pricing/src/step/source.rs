//! What a step may start from instead of the value so far.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::analyse::Fact;
use crate::compile::Compile;
use crate::evaluate::Reason;
use crate::facts::VariantFacts;
use crate::snapshot::Needs;

/// A price of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reference {
    /// The lowest price of a competitor.
    Competitor,
    /// The lowest price the manufacturer lets people advertise.
    Map,
    /// The manufacturer's suggested retail price.
    Msrp,
}

/// An amount that is known of the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// The compare-at price.
    CompareAt,
    /// The lowest price of a competitor.
    Competitor,
    /// What one costs, without tax.
    Cost,
    /// The lowest price the manufacturer lets people advertise.
    Map,
    /// The manufacturer's suggested retail price.
    Msrp,
    /// The price on another surface, by its name.
    Surface(#[schemars(length(min = 1))] String),
}

/// Where the value of a formula comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    CompareAt,
    Competitor,
    Cost,
    Map,
    Msrp,
    Surface(Box<str>),
    /// The value so far; at the start the price before.
    Value,
}

impl From<Reference> for Source {
    fn from(reference: Reference) -> Self {
        match reference {
            Reference::Competitor => Self::Competitor,
            Reference::Map => Self::Map,
            Reference::Msrp => Self::Msrp,
        }
    }
}

impl Origin {
    pub(super) fn source(&self, compile: &mut Compile) -> Source {
        match self {
            Self::CompareAt => Source::CompareAt,
            Self::Competitor => Source::Competitor,
            Self::Cost => Source::Cost,
            Self::Map => Source::Map,
            Self::Msrp => Source::Msrp,
            Self::Surface(name) => {
                if name.trim().is_empty() {
                    compile.inside("surface", |c| c.fault("empty", "is empty; write the name of a surface"));
                }
                Source::Surface(name.as_str().into())
            }
        }
    }
}

impl Source {
    /// The amount; missing or below zero is the reason why the row is skipped.
    #[inline]
    pub(crate) fn amount(&self, before: i64, facts: &VariantFacts<'_>) -> Result<i64, Reason> {
        let (amount, reason) = match self {
            Self::CompareAt => (facts.compare_at_minor, Reason::NoCompareAt),
            Self::Competitor => (facts.more.competitor_minor, Reason::NoCompetitor),
            Self::Cost => (facts.cost_minor, Reason::NoCost),
            Self::Map => (facts.more.map_minor, Reason::NoMap),
            Self::Msrp => (facts.more.msrp_minor, Reason::NoMsrp),
            Self::Surface(name) => {
                let found = facts.more.surfaces.iter().find(|(surface, _)| *surface == &**name);
                (found.map(|(_, price)| *price), Reason::NoSurfacePrice)
            }
            Self::Value => (Some(before), Reason::NoPrice),
        };
        amount.filter(|amount| *amount >= 0).ok_or(reason)
    }

    /// The same for reasoning about rules without running them.
    pub(super) fn fact(&self) -> Fact<'_> {
        match self {
            Self::CompareAt => Fact::CompareAt,
            Self::Competitor => Fact::Competitor,
            Self::Cost => Fact::Cost,
            Self::Map => Fact::Map,
            Self::Msrp => Fact::Msrp,
            Self::Surface(name) => Fact::Surface(name),
            Self::Value => Fact::Value,
        }
    }

    /// How much of a variant it asks.
    pub(super) fn needs(&self) -> Needs {
        match self {
            Self::CompareAt | Self::Cost | Self::Value => Needs::Basics,
            Self::Competitor | Self::Map | Self::Msrp | Self::Surface(_) => Needs::More,
        }
    }

    /// In the words of the trace.
    pub(super) fn words(&self) -> String {
        match self {
            Self::CompareAt => "the compare-at price".to_owned(),
            Self::Competitor => "the competitor's lowest price".to_owned(),
            Self::Cost => "the cost".to_owned(),
            Self::Map => "the lowest advertised price allowed".to_owned(),
            Self::Msrp => "the suggested retail price".to_owned(),
            Self::Surface(name) => format!("the price on `{name}`"),
            Self::Value => "the value so far".to_owned(),
        }
    }
}
