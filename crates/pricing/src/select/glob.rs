//! Patterns with `*` and `?`. Matching takes time in proportion to the text, whatever the pattern.

use crate::compile::Compile;

/// Longest pattern, in letters.
const LETTERS_MAX: usize = 100;
/// Most stars; each may walk over the text once.
const STARS_MAX: usize = 8;

/// A pattern ready to run: the pieces between the stars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob {
    first: Piece,
    /// The pieces behind each star, in order; none if there is no star.
    others: Box<[Piece]>,
}

/// Letters in a row; `None` stands for any letter.
type Piece = Box<[Option<char>]>;

impl Glob {
    pub(super) fn new(pattern: &str, compile: &mut Compile) -> Self {
        let letters = pattern.chars().count();
        let stars = pattern.matches('*').count();
        if letters == 0 {
            compile.fault("empty", "is empty; write a pattern such as T-8*");
        } else if letters > LETTERS_MAX || stars > STARS_MAX {
            let detail = format!("a pattern has at most {LETTERS_MAX} letters and {STARS_MAX} stars");
            compile.fault("too_long", detail);
        }
        let piece = |text: &str| text.chars().map(|letter| (letter != '?').then_some(letter)).collect();
        let mut pieces = pattern.split('*').map(piece);
        Self { first: pieces.next().unwrap_or_default(), others: pieces.collect() }
    }

    /// The pieces between the stars; `None` in them stands for any letter.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &[Option<char>]> {
        std::iter::once(&self.first).chain(&self.others).map(|piece| &**piece)
    }

    /// Whether the pattern speaks of this letter.
    pub(crate) fn speaks_of(&self, letter: char) -> bool {
        std::iter::once(&self.first).chain(&self.others).any(|piece| piece.contains(&Some(letter)))
    }

    /// Whether the whole text follows the pattern.
    pub(super) fn matches(&self, text: &str) -> bool {
        let Some(mut rest) = after(&self.first, text) else { return false };
        let Some((last, between)) = self.others.split_last() else { return rest.is_empty() };
        for piece in between {
            // The first place that fits leaves the most for the pieces behind it.
            let Some(found) = starts(rest).find_map(|start| after(piece, start)) else { return false };
            rest = found;
        }
        let letters = rest.chars().count();
        let Some(skipped) = letters.checked_sub(last.len()) else { return false };
        starts(rest).nth(skipped).and_then(|end| after(last, end)).is_some()
    }
}

/// What follows the piece, if the text starts with it.
fn after<'t>(piece: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let mut letters = text.chars();
    for wanted in piece {
        let letter = letters.next()?;
        if wanted.is_some_and(|wanted| wanted != letter) {
            return None;
        }
    }
    Some(letters.as_str())
}

/// The text from each of its letters on, and its empty end.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, _)| &text[at..]).chain(std::iter::once(""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn glob(pattern: &str) -> Glob {
        Glob::new(pattern, &mut Compile::for_validation())
    }

    /// The definition, letter by letter.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, _) => text.is_empty(),
            (Some(('*', rest)), _) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
            (Some(('?', rest)), Some((_, others))) => naive(rest, others),
            (Some((wanted, rest)), Some((letter, others))) => wanted == letter && naive(rest, others),
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn matching_agrees_with_the_definition(pattern in "[ab?*é]{1,8}", text in "[abé]{0,10}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(glob(&pattern).matches(&text), naive(&letters(&pattern), &letters(&text)));
        }
    }

    #[test]
    fn a_pattern_made_to_explode_is_over_at_once() {
        let pattern = "*a*a*a*a*a*a*ab";
        assert!(!glob(pattern).matches(&"a".repeat(200_000)));
        for refused in ["", &"a".repeat(101), &"*a".repeat(9)] {
            let mut compile = Compile::for_validation();
            Glob::new(refused, &mut compile);
            assert_eq!(compile.into_faults().len(), 1, "{refused}");
        }
    }
}
