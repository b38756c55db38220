//! Which variants of a catalogue in memory rules can be about, told from the texts that variants share: each different text
//! is asked once for a few hundred variants, and what no rule can select is never unpacked.

use crate::facts::VariantFacts;
use crate::rule_set::RuleSet;
use crate::select::Matcher;
use crate::snapshot::{SharedText, Snapshot};

/// Of one rule: parts of its selector that must all hold, each of which looks at one shared text and nothing else.
type Conditions<'r> = Vec<(SharedText, &'r Matcher)>;

impl RuleSet {
    /// Hands variants to `visit`, with their places and in order. All others are ones on which no sale runs and that no
    /// rule selects: [`crate::Decision::NotSelected`].
    pub fn for_each_candidate(&self, snapshot: &Snapshot, mut visit: impl FnMut(usize, &VariantFacts<'_>)) {
        let asked = self.rules.iter().filter(|rule| !rule.only_running);
        let rules: Vec<Conditions<'_>> = asked
            .map(|rule| {
                let mut conditions = conditions(&rule.ready.matcher);
                // The shortest texts first: what they leave out need not be asked for longer ones.
                conditions.sort_by_key(|(text, _)| *text as usize);
                conditions
            })
            .collect();
        snapshot.for_each_marked(
            self.needs(),
            |chunk, marks| {
                chunk.mark_in_sale(marks);
                let mut selected = vec![true; marks.len()];
                for rule in &rules {
                    selected.fill(true);
                    for (text, matcher) in rule {
                        chunk.retain(*text, &mut selected, |facts| matcher.holds(facts));
                    }
                    marks.iter_mut().zip(&selected).for_each(|(mark, selected)| *mark |= *selected);
                }
            },
            &mut visit,
        );
    }
}

fn conditions(matcher: &Matcher) -> Conditions<'_> {
    match (matcher.shared_text(), matcher) {
        (Some(text), part) => vec![(text, part)],
        (None, Matcher::All(parts)) => parts.iter().flat_map(conditions).collect(),
        (None, _) => Vec::new(),
    }
}
