//! What the engine found about rules, as the API and the command line show it.

use std::collections::BTreeMap;

use kernel_core::{Currency, Money};
use pricing::{Example, Property, Reach};
use uuid::Uuid;

use super::dto::{
    Conflicts, Counterexample, ExampleVariant, FlipFlop, PairConflicts, Possibility, Proof, PropertyAsked,
    RuleConflicts,
};
use crate::ids::VariantId;

/// What is needed to show findings: what rules are called, in the order in which they were given, and the currency.
#[derive(Debug)]
pub struct Shown {
    /// What the rules are called.
    pub labels: Vec<String>,
    /// The currency of every amount.
    pub currency: Currency,
}

impl PropertyAsked {
    /// The property, for prices in a currency.
    ///
    /// # Errors
    /// The word that cannot be used, and why.
    pub fn read(&self, currency: Currency) -> Result<Property, (&'static str, String)> {
        let minor = |word, money: &Money| match money.currency == currency {
            true => Ok(money.amount_minor),
            false => Err((word, format!("{money} is not in {currency}, the currency of the prices"))),
        };
        match self {
            Self::Floor(money) => Ok(Property::floor(minor("floor", money)?)),
            Self::Ceiling(money) => Ok(Property::ceiling(minor("ceiling", money)?)),
            Self::NotBelowCost(true) => Ok(Property::not_below_cost()),
            Self::NotBelowCost(false) => Err(("not_below_cost", "only `true` can be said here".to_owned())),
            Self::MinimumMargin(percent) => {
                Property::minimum_margin(percent).map_err(|detail| ("minimum_margin", detail))
            }
            Self::MaximumMove(percent) => {
                Property::maximum_move(percent).map_err(|detail| ("maximum_move", detail))
            }
        }
    }
}

impl Shown {
    fn label(&self, rule_index: u32) -> String {
        self.labels.get(rule_index as usize).cloned().unwrap_or_default()
    }

    fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.currency)
    }

    /// The answer to a question about every price.
    #[must_use]
    pub fn proof(&self, proof: &pricing::Proof) -> Proof {
        let (answer, counterexample) = match proof {
            pricing::Proof::Holds => ("holds", None),
            pricing::Proof::Undecided => ("undecided", None),
            pricing::Proof::Refuted(found) => (
                "refuted",
                Some(Counterexample {
                    variant: self.example(&found.variant),
                    after: self.money(found.after_minor),
                    rule: self.label(found.rule_index),
                }),
            ),
        };
        Proof { answer: answer.to_owned(), counterexample }
    }

    /// The conflict report.
    #[must_use]
    pub fn conflicts(&self, report: &pricing::ConflictReport) -> Conflicts {
        let rules = report.rules.iter().map(|rule| RuleConflicts {
            rule: self.label(rule.rule_index),
            selects: rule.selects,
            takes_part: rule.takes_part,
            in_force: rule.in_force,
            can_select: self.possibility(&rule.can_select),
            can_take_part: self.possibility(&rule.can_take_part),
            covered_by: rule.covered_by.iter().map(|index| self.label(*index)).collect(),
        });
        let variant_id = |key: u128| VariantId(Uuid::from_u128(key));
        let pairs = report.pairs.iter().map(|pair| PairConflicts {
            first: self.label(pair.first),
            second: self.label(pair.second),
            overlap: pair.overlap,
            first_wins: pair.first_wins,
            second_wins: pair.second_wins,
            together: pair.together,
            examples: pair.examples.iter().copied().map(variant_id).collect(),
            can_overlap: self.possibility(&pair.can_overlap),
            tried: pair.tried,
            flip_flops: pair.flip_flops,
            drifts: pair.drifts,
            flip_flop: pair.flip_flop.as_ref().map(|(key, prices)| FlipFlop {
                variant_id: variant_id(*key),
                prices: prices.iter().map(|minor| self.money(*minor)).collect(),
            }),
        });
        Conflicts { variants: report.variants, rules: rules.collect(), pairs: pairs.collect() }
    }

    fn possibility(&self, reach: &Reach) -> Possibility {
        let (answer, example) = match reach {
            Reach::Possible(example) => ("possible", Some(self.example(example))),
            Reach::Impossible => ("impossible", None),
            Reach::Undecided => ("undecided", None),
        };
        Possibility { answer: answer.to_owned(), example }
    }

    fn example(&self, example: &Example) -> ExampleVariant {
        let one = |text: &String| if text.is_empty() { Vec::new() } else { vec![text.clone()] };
        let texts = [
            ("sku", one(&example.sku)),
            ("title", one(&example.title)),
            ("vendor", one(&example.vendor)),
            ("product_type", one(&example.product_type)),
            ("tag", example.tags.clone()),
            ("collection", example.collections.clone()),
            ("channel", example.channels.clone()),
            ("custom", example.custom.clone()),
        ];
        let amounts = [
            ("price", example.price_minor),
            ("compare_at", example.compare_at_minor),
            ("cost", example.cost_minor),
            ("competitor", example.competitor_minor),
            ("msrp", example.msrp_minor),
            ("map", example.map_minor),
            ("base", example.base_minor),
        ];
        let numbers = [
            ("inventory", example.inventory),
            ("units_sold_30d", example.units_sold_30d),
            ("created_at", example.created_at),
            ("updated_at", example.updated_at),
        ];
        let known = amounts.into_iter().filter_map(|(name, minor)| Some((name.to_owned(), minor?)));
        let surfaces = example.surfaces.iter().map(|(name, minor)| (format!("surface {name}"), *minor));
        let amounts: BTreeMap<String, Money> =
            known.chain(surfaces).map(|(name, minor)| (name, self.money(minor))).collect();
        let texts = texts.into_iter().filter(|(_, texts)| !texts.is_empty());
        let numbers = numbers.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number?)));
        ExampleVariant {
            texts: texts.map(|(name, texts)| (name.to_owned(), texts)).collect(),
            amounts,
            numbers: numbers.collect(),
        }
    }
}
