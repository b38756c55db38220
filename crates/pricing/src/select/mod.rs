//! Which variants a rule is about: `all`, `any` and `not` over predicates, one file each.
//! A new predicate is one file, its `mod` line, and one line in the list below.

mod channel;
mod collection;
mod compare_at;
mod competitor;
mod competitor_position;
mod cost;
mod created_at;
mod custom;
mod glob;
mod instant_test;
mod inventory;
mod logic;
mod map;
mod margin;
mod market;
mod money_test;
mod msrp;
mod number;
mod number_test;
mod price;
mod product_type;
mod share;
mod sku;
mod tag;
mod text_test;
mod title;
mod updated_at;
mod vendor;

use kernel_core::Currency;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::analyse::Condition;
use crate::compile::Compile;
use crate::facts::VariantFacts;
use crate::snapshot::{Needs, SharedText};
pub(crate) use instant_test::Instant;
pub(crate) use text_test::{ReadyText, TextShape};

/// One question about a variant.
pub(crate) trait Predicate: Serialize + DeserializeOwned + JsonSchema {
    /// The question, ready to be asked a million times.
    type Ready: Send + Sync + std::fmt::Debug;

    /// How much of a variant it asks.
    const NEEDS: Needs = Needs::Basics;

    /// The text that variants share, if it looks at one and at nothing else.
    const SHARED: Option<SharedText> = None;

    /// Checks the question and makes it ready.
    fn ready(&self, compile: &mut Compile) -> Self::Ready;

    /// Asks it. Must not allocate.
    fn holds(ready: &Self::Ready, facts: &VariantFacts<'_>) -> bool;

    /// What it means, for reasoning about rules without running them.
    fn condition(ready: &Self::Ready) -> Condition<'_>;

    /// What the variant has in this place, for the trace: "vendor is `Fjell`".
    fn seen(ready: &Self::Ready, facts: &VariantFacts<'_>, currency: Currency) -> String;
}

/// Makes the document's type and the compiled type from the list of predicates.
macro_rules! predicates {
    ($($file:ident: $name:ident,)*) => {
        /// Which variants: one predicate, or `all`, `any`, `not` of several.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub(crate) enum Selector {
            /// Every one of these holds.
            All(#[schemars(length(min = 1))] Vec<Selector>),
            /// Matching everything must be said: `all_variants: true`.
            AllVariants(logic::Said),
            /// At least one of these holds.
            Any(#[schemars(length(min = 1))] Vec<Selector>),
            /// This does not hold.
            Not(Box<Selector>),
            $($name($file::$name),)*
        }

        /// A selector ready to run.
        #[derive(Debug)]
        pub(crate) enum Matcher {
            All(Box<[Matcher]>),
            AllVariants,
            Any(Box<[Matcher]>),
            Not(Box<Matcher>),
            $($name(<$file::$name as Predicate>::Ready),)*
        }

        impl Selector {
            /// Checks the selector and makes it ready.
            pub(crate) fn ready(&self, compile: &mut Compile) -> Matcher {
                compile.count_part();
                match self {
                    Self::All(parts) => Matcher::All(compile.inside("all", |c| logic::ready_parts(parts, c))),
                    Self::AllVariants(_) => Matcher::AllVariants,
                    Self::Any(parts) => Matcher::Any(compile.inside("any", |c| logic::ready_parts(parts, c))),
                    Self::Not(part) => compile.inside("not", |c| logic::ready_negation(part, c)),
                    $(Self::$name(predicate) => {
                        Matcher::$name(compile.inside(stringify!($file), |c| predicate.ready(c)))
                    })*
                }
            }
        }

        impl Matcher {
            /// Whether the variant is meant. Does not allocate.
            pub(crate) fn holds(&self, facts: &VariantFacts<'_>) -> bool {
                match self {
                    Self::All(parts) => parts.iter().all(|part| part.holds(facts)),
                    Self::AllVariants => true,
                    Self::Any(parts) => parts.iter().any(|part| part.holds(facts)),
                    Self::Not(part) => !part.holds(facts),
                    $(Self::$name(ready) => <$file::$name as Predicate>::holds(ready, facts),)*
                }
            }

            /// How much of a variant it asks.
            pub(crate) fn needs(&self) -> Needs {
                match self {
                    Self::All(parts) | Self::Any(parts) => {
                        parts.iter().map(Self::needs).max().unwrap_or(Needs::Basics)
                    }
                    Self::AllVariants => Needs::Basics,
                    Self::Not(part) => part.needs(),
                    $(Self::$name(_) => <$file::$name as Predicate>::NEEDS,)*
                }
            }

            /// The text that variants share, if it looks at one and at nothing else.
            pub(crate) fn shared_text(&self) -> Option<SharedText> {
                match self {
                    Self::All(parts) | Self::Any(parts) => logic::shared_text(parts),
                    Self::AllVariants => None,
                    Self::Not(part) => part.shared_text(),
                    $(Self::$name(_) => <$file::$name as Predicate>::SHARED,)*
                }
            }

            /// What it means, for reasoning about rules without running them.
            pub(crate) fn condition(&self) -> Condition<'_> {
                match self {
                    Self::All(parts) => Condition::All(parts.iter().map(Self::condition).collect()),
                    Self::AllVariants => Condition::Always(true),
                    Self::Any(parts) => Condition::Any(parts.iter().map(Self::condition).collect()),
                    Self::Not(part) => part.condition().negated(),
                    $(Self::$name(ready) => <$file::$name as Predicate>::condition(ready),)*
                }
            }

            /// What the variant has in the place that decided.
            fn seen(&self, facts: &VariantFacts<'_>, currency: Currency) -> String {
                match self {
                    Self::All(parts) | Self::Any(parts) => logic::seen_parts(parts, facts, currency),
                    Self::AllVariants => "every variant is meant".to_owned(),
                    Self::Not(part) => part.seen(facts, currency),
                    $(Self::$name(ready) => <$file::$name as Predicate>::seen(ready, facts, currency),)*
                }
            }
        }
    };
}

predicates! {
    channel: Channel,
    collection: Collection,
    compare_at: CompareAt,
    competitor: Competitor,
    competitor_position: CompetitorPosition,
    cost: Cost,
    created_at: CreatedAt,
    custom: Custom,
    inventory: Inventory,
    map: Map,
    margin: Margin,
    market: Market,
    msrp: Msrp,
    price: Price,
    product_type: ProductType,
    sku: Sku,
    tag: Tag,
    title: Title,
    updated_at: UpdatedAt,
    vendor: Vendor,
}

impl Matcher {
    /// Why a variant is not meant, in the words of the trace.
    pub(crate) fn why_not(&self, facts: &VariantFacts<'_>, currency: Currency) -> String {
        match self {
            Self::All(parts) => match parts.iter().find(|part| !part.holds(facts)) {
                Some(part) => part.why_not(facts, currency),
                None => self.seen(facts, currency),
            },
            Self::Not(part) => format!("excluded: {}", part.seen(facts, currency)),
            _ => self.seen(facts, currency),
        }
    }
}
