//! The conflict report: which rules select the same variants, who wins, which rule never does, and which two push a price
//! to and fro. Counted over a catalogue, and where it can be proved, said of any variant.

use std::collections::BTreeMap;

use kernel_core::FieldError;

use super::reach::{self, Reach};
use super::settle::{Settling, settle};
use super::state::Domain;
use super::walk::meanings;
use crate::context::PricingContext;
use crate::facts::{MoreFacts, Tags, VariantFacts};
use crate::guardrail::Guardrails;
use crate::rule::Rule;
use crate::rule_set::RuleSet;

/// What is found among some rules. Rules are named by their place in the list that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictReport {
    /// How many variants were looked at.
    pub variants: u64,
    /// Each rule, in the order in which they were given.
    pub rules: Vec<RuleReport>,
    /// Each two rules that select the same variants or could, or whose prices do not come to rest.
    pub pairs: Vec<PairReport>,
}

/// One rule among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleReport {
    /// Its place in the list that was given.
    pub rule_index: u32,
    /// How many variants it selects.
    pub selects: u64,
    /// On how many of them it takes part: it decides, or comes on top.
    pub takes_part: u64,
    /// Whether its schedule holds at the instant of the context; otherwise it is not asked.
    pub in_force: bool,
    /// Whether there can be any variant that it selects.
    pub can_select: Reach,
    /// Whether there can be any variant on which it takes part.
    pub can_take_part: Reach,
    /// If it never takes part: of the rules before it, those that alone take every variant from it.
    pub covered_by: Vec<u32>,
}

/// Two rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairReport {
    /// The one that is asked first.
    pub first: u32,
    /// The other.
    pub second: u32,
    /// How many variants both select.
    pub overlap: u64,
    /// On how many of these the first takes part and the second does not.
    pub first_wins: u64,
    /// On how many of these the second takes part and the first does not.
    pub second_wins: u64,
    /// On how many of these both take part; on those that are left, neither does.
    pub together: u64,
    /// Keys of some of these variants, in the order in which they came.
    pub examples: Vec<u128>,
    /// Whether there can be any variant that both select.
    pub can_overlap: Reach,
    /// On how many variants they were applied in turn.
    pub tried: u64,
    /// On how many of these they push the price to and fro.
    pub flip_flops: u64,
    /// On how many of these the price goes on moving without coming back.
    pub drifts: u64,
    /// One of the variants on which they push the price to and fro, and the prices that come again and again.
    pub flip_flop: Option<(u128, Vec<i64>)>,
}

/// How far the report looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConflictEffort {
    /// Most examples of each pair.
    pub examples_max: usize,
    /// Of each pair, on how many variants they are applied in turn.
    pub tried_max: u64,
    /// In which numbers variants are looked for.
    pub domain: Domain,
    /// Most steps of reasoning about each rule and each pair.
    pub steps_max: u64,
}

impl Default for ConflictEffort {
    fn default() -> Self {
        Self { examples_max: 5, tried_max: 1_000, domain: Domain::default(), steps_max: 20_000 }
    }
}

/// Collects the report, variant by variant.
#[derive(Debug)]
pub struct Conflicts {
    set: RuleSet,
    /// Each rule alone, in the order in which they were given.
    alone: Vec<RuleSet>,
    effort: ConflictEffort,
    variants: u64,
    rules: Vec<Tally>,
    /// By places in the order in which rules are asked.
    pairs: BTreeMap<(usize, usize), PairTally>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    selects: u64,
    takes_part: u64,
}

#[derive(Debug, Default)]
struct PairTally {
    overlap: u64,
    first_wins: u64,
    second_wins: u64,
    together: u64,
    examples: Vec<u128>,
    tried: u64,
    flip_flops: u64,
    drifts: u64,
    flip_flop: Option<(u128, Vec<i64>)>,
}

impl Conflicts {
    /// Makes the rules ready, together and each alone.
    ///
    /// # Errors
    /// Every fault, as [`RuleSet::compile`] gives them.
    pub fn new(
        rules: &[(&str, &Rule)],
        guardrails: &Guardrails,
        context: &PricingContext,
        effort: ConflictEffort,
    ) -> Result<Self, Vec<FieldError>> {
        let set = RuleSet::compile(rules, guardrails, context)?;
        let alone = rules
            .iter()
            .map(|rule| RuleSet::compile(std::slice::from_ref(rule), guardrails, context))
            .collect::<Result<Vec<_>, _>>()?;
        let tallies = vec![Tally::default(); rules.len()];
        Ok(Self { set, alone, effort, variants: 0, rules: tallies, pairs: BTreeMap::new() })
    }

    /// Takes one variant of the catalogue in, as it is without the sales that run on it.
    pub fn look(&mut self, facts: &VariantFacts<'_>) {
        let more = MoreFacts {
            base_minor: None,
            base_compare_at_minor: None,
            running_sales: Tags::default(),
            ..*facts.more
        };
        let facts = &VariantFacts { more: &more, ..facts.without_sales() };
        self.variants += 1;
        let rules = &self.set.rules;
        let selects = |place: &usize| rules[*place].in_force && rules[*place].ready.matcher.holds(facts);
        let selecting: Vec<usize> = (0..rules.len()).filter(selects).collect();
        let team = self.set.taking_part(facts);
        for (nth, first) in selecting.iter().enumerate() {
            let index = rules[*first].index;
            let takes_part = team.contains(&index);
            let tally = &mut self.rules[index as usize];
            tally.selects += 1;
            tally.takes_part += u64::from(takes_part);
            for second in &selecting[nth + 1..] {
                let pair = self.pairs.entry((*first, *second)).or_default();
                pair.overlap += 1;
                match (takes_part, team.contains(&rules[*second].index)) {
                    (true, true) => pair.together += 1,
                    (true, false) => pair.first_wins += 1,
                    (false, true) => pair.second_wins += 1,
                    (false, false) => {}
                }
                if pair.examples.len() < self.effort.examples_max {
                    pair.examples.push(facts.key);
                }
            }
        }
        for place in &selecting {
            for other in 0..self.set.rules.len() {
                // A pair that selects together is tried once, not from both sides.
                if other != *place && !(other < *place && selecting.contains(&other)) {
                    self.try_in_turn((*place).min(other), (*place).max(other), facts);
                }
            }
        }
    }

    fn try_in_turn(&mut self, first: usize, second: usize, facts: &VariantFacts<'_>) {
        let pair = self.pairs.entry((first, second)).or_default();
        if pair.tried >= self.effort.tried_max {
            return;
        }
        pair.tried += 1;
        let [one, other] = [first, second].map(|place| &self.alone[self.set.rules[place].index as usize]);
        match settle(one, other, facts) {
            Settling::Rests => {}
            Settling::Drifts => pair.drifts += 1,
            Settling::FlipFlops(prices) => {
                pair.flip_flops += 1;
                pair.flip_flop.get_or_insert((facts.key, prices));
            }
        }
    }

    /// The report.
    #[must_use]
    pub fn finish(mut self) -> ConflictReport {
        let Self { effort: ConflictEffort { domain, steps_max, .. }, .. } = self;
        let meanings = meanings(&self.set);
        let mut rules = Vec::with_capacity(self.rules.len());
        let mut pairs = Vec::new();
        for (place, meaning) in meanings.rules.iter().enumerate() {
            let both = |other| reach::both(&meanings.rules, place, other, domain, steps_max);
            let can_take_part = reach::takes_part(&meanings, place, domain, steps_max);
            let mut covered_by = Vec::new();
            for (first, other) in meanings.rules[..place].iter().enumerate() {
                let covered = can_take_part == Reach::Impossible
                    && meanings.takes_from(first, place)
                    && both((first, false)) == Reach::Impossible;
                if covered {
                    covered_by.push(other.rule.index);
                }
                let found = self.pairs.remove(&(first, place)).unwrap_or_default();
                let can_overlap = both((first, true));
                if found.flip_flops + found.drifts > 0 || can_overlap != Reach::Impossible {
                    pairs.push(found.report(other.rule.index, meaning.rule.index, can_overlap));
                }
            }
            let (rule_index, in_force) = (meaning.rule.index, meaning.rule.in_force);
            let Tally { selects, takes_part } = self.rules[rule_index as usize];
            let can_select = both((place, true));
            rules.push(RuleReport {
                rule_index,
                selects,
                takes_part,
                in_force,
                can_select,
                can_take_part,
                covered_by,
            });
        }
        rules.sort_unstable_by_key(|rule| rule.rule_index);
        ConflictReport { variants: self.variants, rules, pairs }
    }
}

impl PairTally {
    fn report(self, first: u32, second: u32, can_overlap: Reach) -> PairReport {
        let Self {
            overlap,
            first_wins,
            second_wins,
            together,
            examples,
            tried,
            flip_flops,
            drifts,
            flip_flop,
        } = self;
        PairReport {
            first,
            second,
            overlap,
            first_wins,
            second_wins,
            together,
            examples,
            can_overlap,
            tried,
            flip_flops,
            drifts,
            flip_flop,
        }
    }
}
