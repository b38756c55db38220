//! The conflict report against plain counting over every variant of a small domain.

use std::collections::BTreeMap;

use pricing::{
    ConflictEffort, ConflictReport, Conflicts, Decision, Domain, Example, PairReport, Reach, Rule, RuleSet,
    VariantFacts,
};
use serde_json::Value;

use crate::brute::{self, find, selects};
use crate::generate::{Generated, generated};
use crate::random::Random;

const TRIED_MAX: u64 = 12;

/// What plain counting finds about two rules, the one that is asked first being the first.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Counted {
    overlap: u64,
    first_wins: u64,
    second_wins: u64,
    together: u64,
    tried: u64,
    flip_flops: u64,
    drifts: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Ending {
    Rests,
    FlipFlops,
    Drifts,
}

/// The places of the rules in the order in which they are asked.
fn order(rules: &[Value]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rules.len()).collect();
    order.sort_by_key(|place| -rules[*place]["priority"].as_i64().expect("a priority"));
    order
}

/// Of the rules that select a variant, in the order in which they are asked, those that take part, the one that decides
/// first.
fn team(rules: &[Value], selecting: &[usize]) -> Vec<usize> {
    let stacks = |place: &usize| rules[*place]["stack"] == true;
    let group_is_taken = |nth: usize| {
        let group = &rules[selecting[nth]]["group"];
        group.is_string() && selecting[..nth].iter().any(|before| rules[*before]["group"] == *group)
    };
    if !rules.iter().any(|rule| rule["stack"] == true) {
        return selecting.first().copied().into_iter().collect();
    }
    let counting = (0..selecting.len()).filter(|nth| !group_is_taken(*nth)).map(|nth| selecting[nth]);
    let (stacking, deciding): (Vec<usize>, Vec<usize>) = counting.partition(stacks);
    deciding.into_iter().take(1).chain(stacking).collect()
}

/// Applies the two in turn for 64 rounds and looks at how it ends.
fn ending(one: &RuleSet, other: &RuleSet, variant: &Example) -> Ending {
    let mut variant = variant.clone();
    let turn = |variant: &mut Example, set: &RuleSet| {
        if let Decision::Row(row) = variant.with_facts(|facts| set.evaluate(facts))
            && row.writes()
        {
            (variant.price_minor, variant.compare_at_minor) = (row.after, row.compare_at_after);
        }
        variant.price_minor
    };
    let prices: Vec<Option<i64>> =
        (0..128).map(|number| turn(&mut variant, if number % 2 == 0 { one } else { other })).collect();
    if prices.iter().flatten().any(|price| *price > 1_000_000_000_000_000) {
        return Ending::Drifts;
    }
    if prices[120..].iter().all(|price| *price == prices[127]) {
        return Ending::Rests;
    }
    let tail = &prices[64..];
    let repeats = (2..32).step_by(2).any(|period| tail[period..] == tail[..tail.len() - period]);
    if repeats { Ending::FlipFlops } else { Ending::Drifts }
}

struct Plain<'g> {
    generated: &'g Generated,
    set: RuleSet,
    alone: Vec<RuleSet>,
    order: Vec<usize>,
    variants: u64,
    selects: Vec<u64>,
    takes_part: Vec<u64>,
    pairs: BTreeMap<(usize, usize), Counted>,
}

impl Plain<'_> {
    fn count(&mut self, variant: &Example) {
        self.variants += 1;
        let (rules, tax) = (&self.generated.rules, self.generated.included_tax());
        let selecting: Vec<usize> = self
            .order
            .iter()
            .copied()
            .filter(|place| selects(&rules[*place]["select"], variant, tax))
            .collect();
        let team = team(rules, &selecting);
        let found = match variant.with_facts(|facts| self.set.evaluate(facts)) {
            Decision::Row(row) => Some(row.rule_index as usize),
            Decision::NotSelected => None,
        };
        assert_eq!(found, team.first().copied());
        selecting.iter().for_each(|place| self.selects[*place] += 1);
        team.iter().for_each(|place| self.takes_part[*place] += 1);
        for nth in 0..self.order.len() {
            for later in nth + 1..self.order.len() {
                let (first, second) = (self.order[nth], self.order[later]);
                let [by_first, by_second] = [first, second].map(|place| selecting.contains(&place));
                let pair = self.pairs.entry((first, second)).or_default();
                if by_first && by_second {
                    pair.overlap += 1;
                    match (team.contains(&first), team.contains(&second)) {
                        (true, true) => pair.together += 1,
                        (true, false) => pair.first_wins += 1,
                        (false, true) => pair.second_wins += 1,
                        (false, false) => {}
                    }
                }
                if (by_first || by_second) && pair.tried < TRIED_MAX {
                    pair.tried += 1;
                    match ending(&self.alone[first], &self.alone[second], variant) {
                        Ending::Rests => {}
                        Ending::FlipFlops => pair.flip_flops += 1,
                        Ending::Drifts => pair.drifts += 1,
                    }
                }
            }
        }
    }
}

fn looked_at(generated: &Generated) -> (Plain<'_>, ConflictReport) {
    let (rules, guardrails, context) = brute::compile(generated);
    let labelled: Vec<(&str, &Rule)> = rules.iter().map(|rule| ("generated", rule)).collect();
    let compile = |rules: &[(&str, &Rule)]| RuleSet::compile(rules, &guardrails, &context).expect("valid");
    let domain = Domain { amount_minor_max: generated.amount_max, count_max: 3, instant_max: 3 };
    let effort = ConflictEffort { tried_max: TRIED_MAX, domain, ..ConflictEffort::default() };
    let mut conflicts = Conflicts::new(&labelled, &guardrails, &context, effort).expect("valid");
    let mut plain = Plain {
        generated,
        set: compile(&labelled),
        alone: labelled.iter().map(|rule| compile(&[*rule])).collect(),
        order: order(&generated.rules),
        variants: 0,
        selects: vec![0; rules.len()],
        takes_part: vec![0; rules.len()],
        pairs: BTreeMap::new(),
    };
    find(generated, false, |variant| {
        let key = u128::from(plain.variants);
        variant.with_facts(|facts| conflicts.look(&VariantFacts { key, ..*facts }));
        plain.count(variant);
        false
    });
    (plain, conflicts.finish())
}

fn is_possible(reach: &Reach) -> bool {
    match reach {
        Reach::Possible(_) => true,
        Reach::Impossible => false,
        Reach::Undecided => panic!("undecided"),
    }
}

fn check_rules(plain: &Plain<'_>, report: &ConflictReport) {
    assert_eq!((report.variants, report.rules.len()), (plain.variants, plain.selects.len()));
    for (place, rule) in report.rules.iter().enumerate() {
        assert_eq!(rule.rule_index as usize, place);
        assert_eq!((rule.selects, rule.takes_part), (plain.selects[place], plain.takes_part[place]));
        assert_eq!(is_possible(&rule.can_select), plain.selects[place] > 0);
        assert_eq!(is_possible(&rule.can_take_part), plain.takes_part[place] > 0, "{place}");
        let rules = &plain.generated.rules;
        if let Reach::Possible(variant) = &rule.can_take_part {
            let tax = plain.generated.included_tax();
            let select = |place: &usize| selects(&rules[*place]["select"], variant, tax);
            let selecting: Vec<usize> = plain.order.iter().copied().filter(select).collect();
            assert!(team(rules, &selecting).contains(&place));
        }
        for first in plain.order.iter().copied().take_while(|first| *first != place) {
            let stacks = |place: usize| rules[place]["stack"] == true;
            let set_stacks = (0..rules.len()).any(stacks);
            let same_group =
                rules[first]["group"].is_string() && rules[first]["group"] == rules[place]["group"];
            let takes = !(stacks(first) || stacks(place)) || (same_group && set_stacks);
            let covers = takes
                && plain.takes_part[place] == 0
                && plain.pairs[&(first, place)].overlap == plain.selects[place];
            assert_eq!(rule.covered_by.contains(&u32::try_from(first).expect("small")), covers);
        }
    }
}

fn check_pairs(plain: &Plain<'_>, report: &ConflictReport) {
    for (places, counted) in &plain.pairs {
        let reported = |pair: &&PairReport| (pair.first as usize, pair.second as usize) == *places;
        let Some(pair) = report.pairs.iter().find(reported) else {
            assert_eq!((counted.overlap, counted.flip_flops, counted.drifts), (0, 0, 0), "{places:?}");
            continue;
        };
        let PairReport { overlap, first_wins, second_wins, together, tried, flip_flops, drifts, .. } = *pair;
        let reported = Counted { overlap, first_wins, second_wins, together, tried, flip_flops, drifts };
        assert_eq!(reported, *counted, "{places:?}");
        assert_eq!(is_possible(&pair.can_overlap), overlap > 0);
        assert_eq!(pair.examples.len() as u64, overlap.min(5));
        assert_eq!(pair.flip_flop.is_some(), flip_flops > 0);
        if let Some((_, prices)) = &pair.flip_flop {
            assert!(prices.len() > 1, "{prices:?}");
        }
    }
}

/// What was seen of how many rules and pairs.
#[derive(Default)]
struct Seen {
    never: usize,
    flip_flops: usize,
    overlaps: usize,
}

fn agrees(sets: &[Generated]) -> Seen {
    let mut seen = Seen::default();
    for generated in sets {
        let (plain, report) = looked_at(generated);
        let checked = std::panic::catch_unwind(|| {
            check_rules(&plain, &report);
            check_pairs(&plain, &report);
        });
        assert!(checked.is_ok(), "{generated:#?} {report:#?}");
        seen.never += report.rules.iter().filter(|rule| rule.can_take_part == Reach::Impossible).count();
        seen.flip_flops += report.pairs.iter().filter(|pair| pair.flip_flops > 0).count();
        seen.overlaps += report.pairs.iter().filter(|pair| pair.overlap > 0).count();
    }
    seen
}

#[test]
fn the_report_agrees_with_plain_counting_on_ten_thousand_rule_sets() {
    let mut random = Random::new(2);
    let sets: Vec<Generated> = (0..10_000)
        .map(|_| {
            let set = generated(&mut random);
            Generated { amount_max: set.amount_max.min(10), ..set }
        })
        .collect();
    let halves = std::thread::scope(|scope| {
        let halves: Vec<_> = sets.chunks(5_000).map(|half| scope.spawn(|| agrees(half))).collect();
        halves.into_iter().map(|half| half.join().expect("they agree")).collect::<Vec<_>>()
    });
    let of = |count: fn(&Seen) -> usize| halves.iter().map(count).sum::<usize>();
    let (never, flip_flops, overlaps) = (of(|s| s.never), of(|s| s.flip_flops), of(|s| s.overlaps));
    let seen = (never > 500, flip_flops > 100, overlaps > 3_000);
    assert_eq!(
        seen,
        (true, true, true),
        "{never} never take part, {flip_flops} flip-flop, {overlaps} overlap"
    );
}
