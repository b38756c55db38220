//! Whether a text can pass some tests and fail others, and one that does.
//! Tests look for pieces of text, so one text of all the pieces wanted, held apart by a letter that no test knows, decides.

use super::meaning::TextField;
use super::spell::{Spelled, spell};
use crate::select::{ReadyText, TextShape};

/// Letters that hold pieces apart, the first that no test speaks of.
const FRESH: [char; 12] = ['-', 'x', 'z', '0', '~', '_', '+', '§', '¤', '¬', '¦', '†'];

/// One test of one field, and whether it passes.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLiteral<'r> {
    pub(super) field: TextField<'r>,
    /// `None`: whether there is a text at all.
    pub(super) test: Option<&'r ReadyText>,
    pub(super) wanted: bool,
}

impl TextField<'_> {
    /// Whether the variant has a list of such texts instead of one.
    fn is_list(self) -> bool {
        match self {
            Self::Sku | Self::Title | Self::Vendor | Self::ProductType => false,
            Self::Tag | Self::Collection | Self::Channel | Self::Custom(_) => true,
        }
    }
}

/// Texts of one field for which every literal of that field comes out as wanted: one text, or of a list as many as needed.
pub(super) fn witness(field: TextField<'_>, literals: &[TextLiteral<'_>]) -> Spelled<Vec<String>> {
    let mine: Vec<TextLiteral<'_>> =
        literals.iter().filter(|literal| literal.field == field).copied().collect();
    if !field.is_list() {
        return match text_for(&mine, false) {
            Spelled::Found(text) => Spelled::Found(vec![text]),
            Spelled::Impossible => Spelled::Impossible,
            Spelled::Unclear => Spelled::Unclear,
        };
    }
    let (wanted, unwanted): (Vec<_>, Vec<_>) = mine.into_iter().partition(|literal| literal.wanted);
    let mut texts: Vec<String> = Vec::new();
    for literal in wanted {
        let mut all = unwanted.clone();
        all.push(literal);
        match text_for(&all, true) {
            Spelled::Found(text) if texts.contains(&text) => {}
            Spelled::Found(text) => texts.push(text),
            Spelled::Impossible => return Spelled::Impossible,
            Spelled::Unclear => return Spelled::Unclear,
        }
    }
    Spelled::Found(texts)
}

impl TextLiteral<'_> {
    fn comes_out(&self, text: &str) -> bool {
        self.wanted == self.test.map_or(!text.is_empty(), |test| test.holds(text))
    }
}

/// A text for which every literal comes out as wanted.
fn text_for(literals: &[TextLiteral<'_>], filled: bool) -> Spelled<String> {
    let shapes: Vec<(TextShape<'_>, bool)> = literals
        .iter()
        .filter_map(|literal| literal.test.map(|test| (test.shape(), literal.wanted)))
        .collect();
    let fits =
        |text: &str| !(filled && text.is_empty()) && literals.iter().all(|literal| literal.comes_out(text));
    let fresh = fresh_letter(&shapes);
    let found = candidates(&shapes, fresh).into_iter().find(|text| fits(text));
    let has_pattern = shapes.iter().any(|(shape, _)| matches!(shape, TextShape::Like(_)));
    match found {
        Some(text) => Spelled::Found(text),
        None if has_pattern => spell(literals, fresh, fits),
        None => Spelled::Impossible,
    }
}

/// Texts of which one fits if any text does, unless there are patterns.
fn candidates(shapes: &[(TextShape<'_>, bool)], fresh: char) -> Vec<String> {
    for (shape, wanted) in shapes {
        if let (TextShape::OneOf(texts), true) = (shape, wanted) {
            return texts.iter().map(|text| (*text).to_owned()).collect();
        }
    }
    let (mut start, mut end, mut inside) = ("", "", Vec::new());
    for (shape, _) in shapes.iter().filter(|(_, wanted)| *wanted) {
        match shape {
            TextShape::Starts(text) if text.len() > start.len() => start = text,
            TextShape::Ends(text) if text.len() > end.len() => end = text,
            TextShape::Contains(text) => inside.push(*text),
            TextShape::Starts(_) | TextShape::Ends(_) | TextShape::Like(_) | TextShape::OneOf(_) => {}
        }
    }
    let mut joined = start.to_owned();
    for piece in inside.into_iter().chain([end]) {
        joined.push(fresh);
        joined.push_str(piece);
    }
    vec![String::new(), joined]
}

fn fresh_letter(shapes: &[(TextShape<'_>, bool)]) -> char {
    let speaks_of = |letter: char| {
        shapes.iter().any(|(shape, _)| match shape {
            TextShape::Contains(text) | TextShape::Ends(text) | TextShape::Starts(text) => {
                text.contains(letter)
            }
            TextShape::OneOf(texts) => texts.iter().any(|text| text.contains(letter)),
            TextShape::Like(glob) => glob.speaks_of(letter),
        })
    };
    let others = ('a'..='z').chain('\u{4e00}'..='\u{9fff}');
    FRESH.into_iter().chain(others).find(|letter| !speaks_of(*letter)).unwrap_or(FRESH[0])
}
