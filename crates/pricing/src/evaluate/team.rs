//! Which rules take part: one decides, and those that stack come on top of it.

use crate::facts::VariantFacts;
use crate::rule_set::{CompiledRule, RuleSet};
use crate::trace::{Part, Recorder, Silent};

/// Most rules that take part together: one that decides and all that stack.
pub(crate) const TEAM_MAX: usize = 16;

/// The rules that take part, the one that decides first; never empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Team<'r> {
    first: &'r CompiledRule,
    others: [Option<&'r CompiledRule>; TEAM_MAX - 1],
}

/// What became of a rule that selects the variant.
#[derive(Clone, Copy)]
enum Role<'r> {
    Decides,
    Stacks,
    /// Another rule of the group counts.
    GroupTaken(&'r CompiledRule),
    /// Another rule decides.
    Late(&'r CompiledRule),
}

impl<'r> Team<'r> {
    fn of(first: &'r CompiledRule) -> Self {
        Self { first, others: [None; TEAM_MAX - 1] }
    }

    /// The team among rules that all hold, in the order in which they are asked; `None` if there are none.
    pub(super) fn recorded(rules: impl Iterator<Item = &'r CompiledRule> + Clone) -> Option<Self> {
        Self::among(rules, |_| true, |_, _| true)
    }

    /// The team among rules in the order in which they are asked. `asked` hears of each what its part would be, and says
    /// whether it holds.
    fn among(
        rules: impl Iterator<Item = &'r CompiledRule> + Clone,
        holds: impl Fn(&CompiledRule) -> bool,
        mut asked: impl FnMut(&'r CompiledRule, Role<'r>) -> bool,
    ) -> Option<Self> {
        let mut decides: Option<&CompiledRule> = None;
        let mut stacked: [Option<&CompiledRule>; TEAM_MAX] = [None; TEAM_MAX];
        let mut count = 0;
        for (place, rule) in rules.clone().enumerate() {
            let taken_by = rule.group.and_then(|group| {
                rules.clone().take(place).find(|other| other.group == Some(group) && holds(other))
            });
            let part = match (taken_by, decides) {
                (Some(by), _) => Role::GroupTaken(by),
                _ if rule.stack => Role::Stacks,
                (None, None) => Role::Decides,
                (None, Some(by)) => Role::Late(by),
            };
            let matches = asked(rule, part);
            match part {
                Role::Decides if matches => decides = Some(rule),
                Role::Stacks if matches && count < TEAM_MAX => {
                    stacked[count] = Some(rule);
                    count += 1;
                }
                _ => {}
            }
        }
        let mut all = decides.into_iter().chain(stacked.into_iter().flatten());
        let mut team = Self::of(all.next()?);
        all.for_each(|rule| team.push(rule));
        Some(team)
    }

    fn push(&mut self, rule: &'r CompiledRule) {
        // A set with more rules that stack is refused, so there is always a free place.
        if let Some(free) = self.others.iter_mut().find(|place| place.is_none()) {
            *free = Some(rule);
        }
    }

    /// The rule that the row names.
    pub(super) fn first(&self) -> &'r CompiledRule {
        self.first
    }

    /// Whether only one rule takes part.
    pub(super) fn is_single(&self) -> bool {
        self.others[0].is_none()
    }

    /// All of them, in the order in which they apply.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'r CompiledRule> + Clone + '_ {
        std::iter::once(self.first).chain(self.others.iter().map_while(|rule| *rule))
    }
}

impl RuleSet {
    /// Places, in the list that was compiled, of the rules that take part for a variant on which no sale runs.
    pub(crate) fn taking_part(&self, facts: &VariantFacts<'_>) -> Vec<u32> {
        let team = self.team(facts, &mut Silent);
        team.iter().flat_map(|team| team.iter().map(|rule| rule.index)).collect()
    }

    /// The rules that take part for a variant on which no sale runs.
    pub(super) fn team<R: Recorder>(&self, facts: &VariantFacts<'_>, recorder: &mut R) -> Option<Team<'_>> {
        self.team_of(self.rules.iter().filter(|rule| !rule.only_running), facts, recorder)
    }

    /// The rules that take part, among those given in the order in which they are asked.
    #[inline]
    pub(super) fn team_of<'r, R: Recorder>(
        &'r self,
        mut rules: impl Iterator<Item = &'r CompiledRule> + Clone,
        facts: &VariantFacts<'_>,
        recorder: &mut R,
    ) -> Option<Team<'r>> {
        if self.stacks {
            let asked = |rule: &'r CompiledRule, part| self.asked(rule, facts, Some(part), recorder);
            return Team::among(rules, |rule| rule.holds(facts), asked);
        }
        rules.find(|rule| self.asked(rule, facts, None, recorder)).map(Team::of)
    }

    /// Whether the rule selects the variant; `part` tells what that comes to, if it does.
    fn asked<R: Recorder>(
        &self,
        rule: &CompiledRule,
        facts: &VariantFacts<'_>,
        part: Option<Role<'_>>,
        recorder: &mut R,
    ) -> bool {
        let matches = rule.holds(facts);
        recorder.step("select", |step| {
            step.rule(&rule.label);
            match part.unwrap_or(Role::Decides) {
                _ if !rule.in_force => {
                    step.output(&[Part::Word("not_in_force")]);
                    step.reason(&[Part::Word("it is outside of its schedule")]);
                }
                _ if !matches => {
                    let why = rule.ready.matcher.why_not(facts, self.context.currency);
                    step.output(&[Part::Word("not_selected")]).reason(&[Part::Text(&why)]);
                }
                Role::Decides => {
                    step.output(&[Part::Word("selected")]);
                }
                Role::Stacks => {
                    step.output(&[Part::Word("stacked")]);
                }
                Role::GroupTaken(by) => {
                    step.output(&[Part::Word("not_counted")]);
                    step.reason(&[Part::Word("of its group this counts: "), Part::Word(&by.label)]);
                }
                Role::Late(by) => {
                    step.output(&[Part::Word("not_counted")]);
                    step.reason(&[Part::Word("this decides: "), Part::Word(&by.label)]);
                }
            }
        });
        matches
    }
}

impl CompiledRule {
    /// Whether it is in force and selects the variant.
    #[inline]
    pub(super) fn holds(&self, facts: &VariantFacts<'_>) -> bool {
        self.in_force && self.ready.matcher.holds(facts)
    }
}
