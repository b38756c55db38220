//! From the text of a rule to its document: every fault with its JSON pointer, its line and how to mend it.
//! Numbers keep their text on the way, so no value passes through a binary fraction.

mod de;
mod json;
mod node;
mod yaml;

use kernel_core::FieldError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use node::Node;

/// A document with the tree it came from, which knows the lines.
pub(crate) struct Read<T> {
    pub(crate) document: T,
    tree: Node,
}

/// Reads one YAML document. Anchors, tags and repeated keys are refused.
pub(crate) fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<Read<T>, FieldError> {
    document(yaml::parse(text)?)
}

/// Reads JSON.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<Read<T>, FieldError> {
    document(json::parse(text)?)
}

fn document<T: DeserializeOwned>(tree: Node) -> Result<Read<T>, FieldError> {
    match T::deserialize(&tree) {
        Ok(document) => Ok(Read { document, tree }),
        Err(fault) => Err(fault.into_field_error(tree.place)),
    }
}

impl<T> Read<T> {
    /// Says where in the text the fault's pointer stands.
    pub(crate) fn with_line(&self, fault: FieldError) -> FieldError {
        let place = self.tree.place_at(&fault.pointer);
        FieldError { detail: format!("{place}: {}", fault.detail), ..fault }
    }
}

fn fault(pointer: &str, code: &str, detail: String) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code: code.to_owned(), detail }
}

/// For an optional field: it may be left out, but if it stands there it has a value. A blank limit is no limit by accident.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}
