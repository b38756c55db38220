//! Comparisons of text: letter by letter, upper and lower case apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::glob::Glob;
use crate::analyse::{Condition, TextField};
use crate::compile::Compile;
use crate::facts::Tags;

/// Longer lists are searched by halving instead of one by one.
const SHORT_LIST: usize = 8;

/// Longest list.
const LIST_MAX: usize = 10_000;

/// One comparison with text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TextTest {
    /// Has this text somewhere in it.
    Contains(#[schemars(length(min = 1))] String),
    /// Ends with this text.
    EndsWith(#[schemars(length(min = 1))] String),
    /// Is one of these texts.
    In(#[schemars(length(min = 1))] Vec<String>),
    /// Is this text; `""` means that there is none.
    Is(String),
    /// Whether there is a text at all.
    IsSet(bool),
    /// Follows this pattern: `*` stands for any letters or none, `?` for one letter.
    Matches(#[schemars(length(min = 1, max = 100))] String),
    /// Is none of these texts; of several, none is.
    NotIn(#[schemars(length(min = 1))] Vec<String>),
    /// Starts with this text.
    StartsWith(#[schemars(length(min = 1))] String),
}

/// A comparison ready to run.
#[derive(Debug)]
pub(crate) enum ReadyText {
    Contains(Box<str>),
    EndsWith(Box<str>),
    Is(Box<str>),
    IsSet(bool),
    Matches(Glob),
    /// Holds where the other does not; of several texts, where it holds for none.
    Not(Box<ReadyText>),
    OneOfFew(Box<[Box<str>]>),
    OneOfSorted(Box<[Box<str>]>),
    StartsWith(Box<str>),
}

impl TextTest {
    pub(super) fn ready(&self, compile: &mut Compile) -> ReadyText {
        match self {
            Self::Contains(text) => ReadyText::Contains(part("contains", text, compile)),
            Self::EndsWith(text) => ReadyText::EndsWith(part("ends_with", text, compile)),
            Self::In(texts) => compile.inside("in", |c| list(texts, c)),
            Self::Is(text) => ReadyText::Is(text.as_str().into()),
            Self::IsSet(set) => ReadyText::IsSet(*set),
            Self::Matches(pattern) => {
                ReadyText::Matches(compile.inside("matches", |c| Glob::new(pattern, c)))
            }
            Self::NotIn(texts) => ReadyText::Not(Box::new(compile.inside("not_in", |c| list(texts, c)))),
            Self::StartsWith(text) => ReadyText::StartsWith(part("starts_with", text, compile)),
        }
    }
}

fn list(texts: &[String], compile: &mut Compile) -> ReadyText {
    match texts.len() {
        0 => compile.fault("empty", "is empty; write at least one text"),
        many if many > LIST_MAX => {
            compile.fault(
                "too_many",
                format!("{many} texts; at most {LIST_MAX} are read, give them a tag instead"),
            );
        }
        _ => {}
    }
    let mut texts: Vec<Box<str>> = texts.iter().map(|text| text.as_str().into()).collect();
    if texts.len() <= SHORT_LIST {
        return ReadyText::OneOfFew(texts.into());
    }
    texts.sort_unstable();
    ReadyText::OneOfSorted(texts.into())
}

fn part(word: &str, text: &str, compile: &mut Compile) -> Box<str> {
    if text.is_empty() {
        compile.inside(word, |c| {
            c.fault("empty", "is empty and would match every text; write at least one letter")
        });
    }
    text.into()
}

/// Which texts pass a comparison, for reasoning about rules without running them.
#[derive(Debug, Clone)]
pub(crate) enum TextShape<'r> {
    /// Those with this piece somewhere.
    Contains(&'r str),
    /// Those that end so.
    Ends(&'r str),
    /// Those that follow this pattern.
    Like(&'r Glob),
    /// These and no others.
    OneOf(Vec<&'r str>),
    /// Those that start so.
    Starts(&'r str),
}

impl ReadyText {
    /// Which texts pass. What [`Self::condition`] takes apart has no shape of its own and passes none.
    pub(crate) fn shape(&self) -> TextShape<'_> {
        match self {
            Self::Contains(part) => TextShape::Contains(part),
            Self::EndsWith(part) => TextShape::Ends(part),
            Self::Is(whole) => TextShape::OneOf(vec![whole]),
            Self::IsSet(_) | Self::Not(_) => TextShape::OneOf(Vec::new()),
            Self::Matches(glob) => TextShape::Like(glob),
            Self::OneOfFew(texts) | Self::OneOfSorted(texts) => {
                TextShape::OneOf(texts.iter().map(|text| &**text).collect())
            }
            Self::StartsWith(part) => TextShape::Starts(part),
        }
    }

    #[inline]
    pub(crate) fn holds(&self, text: &str) -> bool {
        match self {
            Self::Contains(part) => text.contains(&**part),
            Self::EndsWith(part) => text.ends_with(&**part),
            Self::Is(whole) => same(text, whole),
            Self::IsSet(set) => text.is_empty() != *set,
            Self::Matches(glob) => glob.matches(text),
            Self::Not(other) => !other.holds(text),
            Self::OneOfFew(texts) => texts.iter().any(|whole| same(text, whole)),
            Self::OneOfSorted(texts) => texts.binary_search_by(|whole| (**whole).cmp(text)).is_ok(),
            Self::StartsWith(part) => text.starts_with(&**part),
        }
    }

    /// Whether any of the tags passes; of a negation, whether none does what is negated. The most common question has a
    /// loop of its own.
    #[inline]
    pub(super) fn holds_any(&self, tags: &Tags<'_>) -> bool {
        match self {
            Self::Is(whole) => tags.any(|tag| same(tag, whole)),
            Self::IsSet(set) => tags.any(|tag| !tag.is_empty()) == *set,
            Self::Not(other) => !other.holds_any(tags),
            other => tags.any(|tag| other.holds(tag)),
        }
    }

    /// What it means for a text, or for a list of texts.
    pub(super) fn condition<'r>(&'r self, field: TextField<'r>) -> Condition<'r> {
        match self {
            Self::IsSet(true) => Condition::HasText(field),
            Self::IsSet(false) => Condition::HasText(field).negated(),
            Self::Not(other) => other.condition(field).negated(),
            test => Condition::Text { field, test },
        }
    }
}

/// The texts of a list for the trace.
pub(super) fn seen_list(what: &str, texts: &Tags<'_>) -> String {
    let mut seen = String::new();
    texts.any(|text| {
        seen.push_str(if seen.is_empty() { "`" } else { "`, `" });
        seen.push_str(text);
        false
    });
    if seen.is_empty() { format!("there are no {what}") } else { format!("{what} are {seen}`") }
}

/// Equality that seldom needs the call for comparing memory: most texts differ in length or in the first letter.
#[inline]
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.as_bytes().first() == other.as_bytes().first() && one == other
}
