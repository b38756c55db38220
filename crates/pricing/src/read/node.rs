//! A document as a tree whose scalars still have their text and whose nodes know their line.

/// Deepest nesting; a rule for people stays far below.
pub(super) const DEPTH_MAX: usize = 64;

/// Most fields of one map: more than there are currencies, few enough to look through one by one.
pub(super) const FIELDS_MAX: usize = 300;

/// One value and the line where it starts, from 1.
#[derive(Debug)]
pub(crate) struct Node {
    pub(super) value: Value,
    pub(super) line: usize,
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
    /// The line of the deepest node on the way to `pointer`.
    pub(super) fn line_at(&self, pointer: &str) -> usize {
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
        node.line
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
