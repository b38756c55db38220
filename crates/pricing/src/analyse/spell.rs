//! Spelling a text letter by letter until some tests come out as wanted. Two beginnings between which no test can ever tell
//! are one, so the search ends; patterns are followed with one bit for each of their places.

use std::collections::{BTreeSet, VecDeque};

use super::texts::TextLiteral;
use crate::select::TextShape;

/// Most beginnings that are looked at.
const BEGINNINGS_MAX: usize = 20_000;
/// Most places of a pattern that can be followed.
const PLACES_MAX: usize = 127;

/// What a search for texts found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spelled<T> {
    Found(T),
    /// There is none.
    Impossible,
    /// The search was too long.
    Unclear,
}

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Any,
    Letter(char),
    Star,
}

/// What can still be told about a beginning: for each pattern the places it may have reached, and for each list the
/// beginning itself as long as it could become one of the list.
type Told = (Vec<u128>, Vec<Option<String>>);

struct Tests<'r> {
    patterns: Vec<Vec<Place>>,
    lists: Vec<Vec<&'r str>>,
}

/// The shortest text for which `fits` holds. It may ask nothing but the tests, and whether there is a text at all.
pub(super) fn spell(tests: &[TextLiteral<'_>], fresh: char, fits: impl Fn(&str) -> bool) -> Spelled<String> {
    let Some(followed) = Tests::of(tests) else { return Spelled::Unclear };
    let letters = followed.letters(fresh);
    let start = followed.start();
    let mut seen: BTreeSet<(Told, bool)> = BTreeSet::from([(start.clone(), true)]);
    let mut waiting = VecDeque::from([(String::new(), start)]);
    while let Some((text, told)) = waiting.pop_front() {
        if fits(&text) {
            return Spelled::Found(text);
        }
        for letter in &letters {
            let longer = format!("{text}{letter}");
            let told = followed.after(&told, *letter, &longer);
            if seen.insert((told.clone(), false)) {
                waiting.push_back((longer, told));
            }
        }
        if seen.len() > BEGINNINGS_MAX {
            return Spelled::Unclear;
        }
    }
    Spelled::Impossible
}

impl<'r> Tests<'r> {
    /// `None` if a pattern has too many places to be followed.
    fn of(literals: &[TextLiteral<'r>]) -> Option<Self> {
        let mut tests = Self { patterns: Vec::new(), lists: Vec::new() };
        let text = |text: &str| text.chars().map(Place::Letter).collect::<Vec<_>>();
        let star = || vec![Place::Star];
        for shape in literals.iter().filter_map(|literal| literal.test).map(|test| test.shape()) {
            tests.patterns.push(match shape {
                TextShape::Contains(part) => [star(), text(part), star()].concat(),
                TextShape::Ends(part) => [star(), text(part)].concat(),
                TextShape::Starts(part) => [text(part), star()].concat(),
                TextShape::Like(glob) => {
                    let place = |letter: &Option<char>| letter.map_or(Place::Any, Place::Letter);
                    let pieces = glob.pieces().map(|piece| piece.iter().map(place).collect::<Vec<_>>());
                    pieces.collect::<Vec<_>>().join(&Place::Star)
                }
                TextShape::OneOf(texts) => {
                    tests.lists.push(texts);
                    continue;
                }
            });
        }
        tests.patterns.iter().all(|pattern| pattern.len() <= PLACES_MAX).then_some(tests)
    }

    fn letters(&self, fresh: char) -> BTreeSet<char> {
        let in_patterns = self.patterns.iter().flatten().filter_map(|place| match place {
            Place::Letter(letter) => Some(*letter),
            Place::Any | Place::Star => None,
        });
        let in_lists = self.lists.iter().flatten().flat_map(|text| text.chars());
        in_patterns.chain(in_lists).chain([fresh]).collect()
    }

    fn start(&self) -> Told {
        let places = self.patterns.iter().map(|pattern| without_letters(pattern, 1)).collect();
        (places, self.lists.iter().map(|_| Some(String::new())).collect())
    }

    fn after(&self, told: &Told, letter: char, text: &str) -> Told {
        let places = self.patterns.iter().zip(&told.0).map(|(pattern, reached)| {
            let mut next = 0;
            for (at, place) in pattern.iter().enumerate().filter(|(at, _)| reached & (1 << at) != 0) {
                next |= match place {
                    Place::Star => 1 << at,
                    Place::Any => 1 << (at + 1),
                    Place::Letter(wanted) if *wanted == letter => 1 << (at + 1),
                    Place::Letter(_) => 0,
                };
            }
            without_letters(pattern, next)
        });
        let begins = |list: &Vec<&str>| list.iter().any(|one| one.starts_with(text)).then(|| text.to_owned());
        (places.collect(), self.lists.iter().map(begins).collect())
    }
}

/// With the places behind stars, which need no letter to be reached.
fn without_letters(pattern: &[Place], mut reached: u128) -> u128 {
    for (at, place) in pattern.iter().enumerate() {
        if *place == Place::Star && reached & (1 << at) != 0 {
            reached |= 1 << (at + 1);
        }
    }
    reached
}
