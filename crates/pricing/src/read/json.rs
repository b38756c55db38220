//! JSON text to a tree, with the digits of each number as they were written.

use std::fmt;

use kernel_core::FieldError;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::fault;
use super::node::{DEPTH_MAX, FIELDS_MAX, Node, Place, Value};

/// Reads JSON text.
pub(super) fn parse(text: &str) -> Result<Node, FieldError> {
    let text = text.trim_start_matches('\u{feff}');
    let raw: &RawValue =
        serde_json::from_str(text).map_err(|e| fault("", "json.syntax", format!("not JSON: {e}")))?;
    Reader { text, line_starts: line_starts(text) }.node(raw, 0, "")
}

struct Reader<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

impl<'t> Reader<'t> {
    fn node(&self, raw: &'t RawValue, depth: usize, pointer: &str) -> Result<Node, FieldError> {
        let text = raw.get();
        let place = self.place_of(text);
        let refused = |e: serde_json::Error| fault(pointer, "json.syntax", format!("{place}: {e}"));
        if depth > DEPTH_MAX {
            return Err(fault(
                pointer,
                "too_deep",
                format!("{place}: nested deeper than {DEPTH_MAX} levels"),
            ));
        }
        let value = match text.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(text).map_err(refused)?;
                self.map(entries, depth, pointer)?
            }
            Some(b'[') => {
                let items: Vec<&'t RawValue> = serde_json::from_str(text).map_err(refused)?;
                let items = items.into_iter().enumerate();
                Value::List(
                    items
                        .map(|(place, item)| self.node(item, depth + 1, &format!("{pointer}/{place}")))
                        .collect::<Result<_, _>>()?,
                )
            }
            Some(b'"') => Value::Text(serde_json::from_str(text).map_err(refused)?),
            Some(b't' | b'f') => Value::Bool(text == "true"),
            Some(b'n') => Value::Null,
            _ => Value::Number(text.to_owned()),
        };
        Ok(Node { value, place })
    }

    fn map(
        &self,
        entries: Vec<(String, &'t RawValue)>,
        depth: usize,
        pointer: &str,
    ) -> Result<Value, FieldError> {
        if entries.len() > FIELDS_MAX {
            return Err(fault(pointer, "too_many", format!("more than {FIELDS_MAX} fields in one object")));
        }
        let mut fields: Vec<(String, Node)> = Vec::with_capacity(entries.len());
        for (key, raw) in entries {
            let pointer = format!("{pointer}/{}", super::de::escaped(&key));
            if fields.iter().any(|(known, _)| *known == key) {
                let place = self.place_of(raw.get());
                return Err(fault(
                    &pointer,
                    "repeated_field",
                    format!("{place}: `{key}` stands here twice; keep one"),
                ));
            }
            let node = self.node(raw, depth + 1, &pointer)?;
            fields.push((key, node));
        }
        Ok(Value::Map(fields))
    }

    /// Raw values are slices of the text, so their address tells the place.
    fn place_of(&self, part: &str) -> Place {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|before| self.line_starts.get(before)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(1, |before| before.chars().count() + 1);
        Place { line, column }
    }
}

/// The fields of an object in order, repeated ones too.
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        d.deserialize_map(InOrder).map(Entries)
    }
}
