//! Proofs against trying every variant: what holds is never broken, what is refuted really is, and nothing is left open.

use pricing::{Decision, Domain, Effort, Example, Outcome, Proof, Property, RuleSet};

use crate::brute::{find, rule_set};
use crate::generate::{Generated, generated};
use crate::random::Random;

/// A property with its plain meaning.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Floor(i64),
    Ceiling(i64),
    NotBelowCost,
    /// Percent.
    Margin(i64),
    /// Percent.
    Move(i64),
}

impl Asked {
    fn random(random: &mut Random, max: i64) -> Self {
        match random.between(0, 4) {
            0 => Self::Floor(random.between(1, max)),
            1 => Self::Ceiling(random.between(max / 2, 2 * max)),
            2 => Self::NotBelowCost,
            3 => Self::Margin(random.pick(&[10, 25, 50])),
            _ => Self::Move(random.pick(&[0, 10, 50, 200])),
        }
    }

    fn property(self) -> Property {
        match self {
            Self::Floor(minor) => Property::floor(minor),
            Self::Ceiling(minor) => Property::ceiling(minor),
            Self::NotBelowCost => Property::not_below_cost(),
            Self::Margin(percent) => Property::minimum_margin(&percent.to_string()).expect("a percentage"),
            Self::Move(percent) => Property::maximum_move(&percent.to_string()).expect("a percentage"),
        }
    }

    /// With a tax in whole percent, zero where prices are without it.
    fn is_broken(self, before: i64, after: i64, cost: Option<i64>, tax: i64) -> bool {
        match self {
            Self::Floor(minor) => after < minor,
            Self::Ceiling(minor) => after > minor,
            Self::NotBelowCost => cost.is_some_and(|cost| after * 100 < cost * (100 + tax)),
            Self::Margin(percent) => {
                cost.is_some_and(|cost| after * 100 * (100 - percent) < cost * (100 + tax) * 100)
            }
            Self::Move(percent) => (after - before).abs() * 100 > before * percent,
        }
    }
}

fn written(set: &RuleSet, variant: &Example) -> Option<(i64, i64)> {
    match variant.with_facts(|facts| set.evaluate(facts)) {
        Decision::Row(row) if matches!(row.outcome, Outcome::Raise | Outcome::Cut) => {
            row.before.zip(row.after)
        }
        _ => None,
    }
}

fn effort(generated: &Generated) -> Effort {
    let domain = Domain { amount_minor_max: generated.amount_max, count_max: 3, instant_max: 3 };
    Effort { domain, ..Effort::default() }
}

#[test]
fn proofs_agree_with_trying_every_variant_on_ten_thousand_rule_sets() {
    let mut random = Random::new(1);
    let (mut holding, mut refuted) = (0, 0);
    for number in 0..10_000 {
        let generated = generated(&mut random);
        let set = rule_set(&generated);
        let tax = generated.included_tax();
        let asked = Asked::random(&mut random, generated.amount_max);
        let breaks = |variant: &Example| {
            written(&set, variant)
                .is_some_and(|(before, after)| asked.is_broken(before, after, variant.cost_minor, tax))
        };
        let asks_cost = matches!(asked, Asked::NotBelowCost | Asked::Margin(_));
        let counterexample = find(&generated, asks_cost, breaks);
        match (set.prove(&asked.property(), &effort(&generated)), counterexample) {
            (Proof::Holds, None) => holding += 1,
            (Proof::Refuted(found), Some(_)) => {
                assert!(breaks(&found.variant), "{number}: {asked:?} {found:?} {generated:#?}");
                assert_eq!(written(&set, &found.variant).map(|(_, after)| after), Some(found.after_minor));
                refuted += 1;
            }
            (proof, counterexample) => {
                panic!("{number}: {asked:?} {proof:?}, but {counterexample:?} {generated:#?}")
            }
        }
    }
    assert!(holding > 1_000 && refuted > 1_000, "{holding} hold, {refuted} are refuted");
}
