//! A document as a tree whose scalars still have their text and whose nodes know their place.

use std::fmt;

/// Deepest nesting; a rule for people stays far below.
pub(super) const DEPTH_MAX: usize = 64;

/// Most fields of one map: more than there are currencies, few enough to look through one by one.
pub(super) const FIELDS_MAX: usize = 300;

/// One value and where it starts; of a field, where its name starts.
#[derive(Debug)]
pub(crate) struct Node {
    pub(super) value: Value,
    pub(super) place: Place,
}

/// A place in a text: line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What a node holds.
#[derive(Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// A JSON number, as it was written.
    Number(String),
    /// Unquoted YAML: whoever reads it decides whether it is a word, a number or a truth value.
    Plain(String),
    /// Quoted text.
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The place of the deepest node on the way to `pointer`.
    pub(super) fn place_at(&self, pointer: &str) -> Place {
        let mut node = self;
        for word in pointer.split('/').skip(1) {
            let word = word.replace("~1", "/").replace("~0", "~");
            let child = match &node.value {
                Value::Map(entries) => entries.iter().find(|(key, _)| *key == word).map(|(_, value)| value),
                Value::List(items) => word.parse::<usize>().ok().and_then(|place| items.get(place)),
                _ => None,
            };
            match child {
                Some(child) => node = child,
                None => break,
            }
        }
        node.place
    }

    /// What it is, for the sentence that refuses it.
    pub(super) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(truth) => format!("`{truth}`"),
            Value::Number(text) | Value::Plain(text) | Value::Text(text) => {
                format!("`{}`", text.chars().take(40).collect::<String>())
            }
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map of fields".to_owned(),
        }
    }
}
