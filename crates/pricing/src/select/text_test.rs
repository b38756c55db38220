//! Comparisons of text: letter by letter, upper and lower case apart.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
use crate::facts::Tags;

/// Longer lists are searched by halving instead of one by one.
const SHORT_LIST: usize = 8;

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
    /// Starts with this text.
    StartsWith(#[schemars(length(min = 1))] String),
}

/// A comparison ready to run.
#[derive(Debug)]
pub(crate) enum ReadyText {
    Contains(Box<str>),
    EndsWith(Box<str>),
    Is(Box<str>),
    OneOfFew(Box<[Box<str>]>),
    OneOfSorted(Box<[Box<str>]>),
    StartsWith(Box<str>),
}

impl TextTest {
    pub(super) fn ready(&self, compile: &mut Compile) -> ReadyText {
        match self {
            Self::Contains(text) => ReadyText::Contains(part("contains", text, compile)),
            Self::EndsWith(text) => ReadyText::EndsWith(part("ends_with", text, compile)),
            Self::In(texts) => {
                if texts.is_empty() {
                    compile.inside("in", |c| c.fault("empty", "is empty; write at least one text"));
                }
                let mut texts: Vec<Box<str>> = texts.iter().map(|text| text.as_str().into()).collect();
                if texts.len() <= SHORT_LIST {
                    return ReadyText::OneOfFew(texts.into());
                }
                texts.sort_unstable();
                ReadyText::OneOfSorted(texts.into())
            }
            Self::Is(text) => ReadyText::Is(text.as_str().into()),
            Self::StartsWith(text) => ReadyText::StartsWith(part("starts_with", text, compile)),
        }
    }
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
    /// These and no others.
    OneOf(Vec<&'r str>),
    /// Those that start so.
    Starts(&'r str),
}

impl ReadyText {
    /// Which texts pass.
    pub(crate) fn shape(&self) -> TextShape<'_> {
        match self {
            Self::Contains(part) => TextShape::Contains(part),
            Self::EndsWith(part) => TextShape::Ends(part),
            Self::Is(whole) => TextShape::OneOf(vec![whole]),
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
            Self::OneOfFew(texts) => texts.iter().any(|whole| same(text, whole)),
            Self::OneOfSorted(texts) => texts.binary_search_by(|whole| (**whole).cmp(text)).is_ok(),
            Self::StartsWith(part) => text.starts_with(&**part),
        }
    }

    /// Whether any of the tags passes. The most common question has a loop of its own.
    #[inline]
    pub(super) fn holds_any(&self, tags: &Tags<'_>) -> bool {
        match self {
            Self::Is(whole) => tags.any(|tag| same(tag, whole)),
            other => tags.any(|tag| other.holds(tag)),
        }
    }
}

/// Equality that seldom needs the call for comparing memory: most texts differ in length or in the first letter.
#[inline]
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.as_bytes().first() == other.as_bytes().first() && one == other
}
