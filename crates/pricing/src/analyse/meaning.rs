//! What each part of the language means, in a form that can be reasoned about without running it: conditions over what is
//! known of a variant, and linear bounds of the price. Every selector, step, limit and guardrail must state its meaning.

use crate::select::ReadyText;

/// A number that the language may ask of a variant. Amounts are minor units, instants seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fact<'r> {
    /// The price before.
    Price,
    /// The price that the rules give, once they gave one.
    After,
    /// What the steps made of the price so far; not a whole number.
    Value,
    /// The compare-at price before.
    CompareAt,
    /// What one costs the merchant.
    Cost,
    /// How many are in stock.
    Inventory,
    /// When the product was made.
    CreatedAt,
    /// When the product last changed.
    UpdatedAt,
    /// The lowest price of a competitor.
    Competitor,
    /// The manufacturer's suggested retail price.
    Msrp,
    /// The lowest price the manufacturer lets people advertise.
    Map,
    /// The price on another surface, by its name.
    Surface(&'r str),
}

/// A text, or a list of texts, that the language may ask of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TextField<'r> {
    /// The SKU.
    Sku,
    /// Product and variant title.
    Title,
    /// The vendor.
    Vendor,
    /// The product type.
    ProductType,
    /// The tags; a test holds if any tag passes.
    Tag,
    /// The collections; a test holds if any passes.
    Collection,
    /// The channels; a test holds if any passes.
    Channel,
    /// The values of one custom field, by its key; a test holds if any passes.
    Custom(&'r str),
}

/// What is the same for every row of one rule, as guardrails see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuleTraits {
    /// Whether the price is taken from somebody else's.
    pub(crate) follows: bool,
    /// Whether a limit of the rule holds the price up, whatever it is computed from.
    pub(crate) has_minimum: bool,
    /// Place of the rule in the list that was compiled.
    pub(crate) rule_index: u32,
}

/// `terms + constant`, each term a whole factor times a fact.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sum<'r> {
    pub(crate) terms: Vec<(Fact<'r>, i128)>,
    pub(crate) constant: i128,
}

/// When something holds. A comparison holds only where every fact in it is known.
#[derive(Debug, Clone)]
pub(crate) enum Condition<'r> {
    /// The same for every variant.
    Always(bool),
    /// All of these.
    All(Vec<Condition<'r>>),
    /// At least one of these.
    Any(Vec<Condition<'r>>),
    /// Not this.
    Not(Box<Condition<'r>>),
    /// The fact is known.
    Known(Fact<'r>),
    /// The sum is zero or more.
    NotNegative(Sum<'r>),
    /// The fact lies from `from` to `to` behind a multiple of `modulus`, ends included.
    Residue { fact: Fact<'r>, modulus: i64, from: i64, to: i64 },
    /// The text passes; of a list, any of its texts.
    Text { field: TextField<'r>, test: &'r ReadyText },
    /// There is a text that is not empty; of a list, any text at all.
    HasText(TextField<'r>),
}

/// What a step does. Where a fact it needs is unknown the row is stopped.
#[derive(Debug, Clone)]
pub(crate) enum Change<'r> {
    /// The value becomes `sum / over`; `over` is above zero.
    Becomes { sum: Sum<'r>, over: i128 },
    /// The changes of the first condition that holds; none if none does.
    First(Vec<(Condition<'r>, Vec<Change<'r>>)>),
}

/// A bound of the price that a limit moves to. Where one of its facts is unknown the row is stopped.
#[derive(Debug, Clone)]
pub(crate) struct Bound<'r> {
    pub(crate) side: Side,
    /// Above zero: `times × price` is compared with the sum.
    pub(crate) times: i128,
    pub(crate) sum: Sum<'r>,
    /// A fact that must be above zero, or the row is stopped.
    pub(crate) above_zero: Option<Fact<'r>>,
}

/// Which way a bound holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The price may not be higher.
    High,
    /// The price may not be lower.
    Low,
}

impl<'r> Sum<'r> {
    /// Only a number.
    pub(crate) fn of(constant: i128) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// With `factor × fact` added.
    pub(crate) fn plus(mut self, fact: Fact<'r>, factor: i128) -> Self {
        self.terms.push((fact, factor));
        self
    }
}

impl<'r> Condition<'r> {
    /// `fact ≥ minimum`.
    pub(crate) fn at_least(fact: Fact<'r>, minimum: i128) -> Self {
        Self::NotNegative(Sum::of(minimum.saturating_neg()).plus(fact, 1))
    }

    /// `fact ≤ maximum`.
    pub(crate) fn at_most(fact: Fact<'r>, maximum: i128) -> Self {
        Self::NotNegative(Sum::of(maximum).plus(fact, -1))
    }

    /// Two facts are the same number.
    pub(crate) fn same(one: Fact<'r>, other: Fact<'r>) -> Self {
        let above = |high, low| Self::NotNegative(Sum::of(0).plus(high, 1).plus(low, -1));
        Self::All(vec![above(one, other), above(other, one)])
    }

    /// This does not hold.
    pub(crate) fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }
}

impl<'r> Bound<'r> {
    /// `times × price ≥ sum`.
    pub(crate) fn low(times: i128, sum: Sum<'r>) -> Self {
        Self { side: Side::Low, times, sum, above_zero: None }
    }

    /// The row is stopped where this fact is not above zero.
    pub(crate) fn needing(self, fact: Fact<'r>) -> Self {
        Self { above_zero: Some(fact), ..self }
    }

    /// `times × price ≤ sum`.
    pub(crate) fn high(times: i128, sum: Sum<'r>) -> Self {
        Self { side: Side::High, times, sum, above_zero: None }
    }
}
