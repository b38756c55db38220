//! Serde's view of a tree. Faults collect the path on their way up and say how to mend them.

use std::fmt;

use kernel_core::FieldError;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::node::{Node, Place, Value};

/// A fault in the shape of the document.
#[derive(Debug)]
pub(crate) struct Fault {
    path: Vec<String>,
    place: Option<Place>,
    code: &'static str,
    detail: String,
}

/// A key as one part of a JSON pointer.
pub(super) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

impl Fault {
    fn new(code: &'static str, detail: String) -> Self {
        Self { path: Vec::new(), place: None, code, detail }
    }

    fn under(mut self, key: &str, place: Place) -> Self {
        self.path.push(escaped(key));
        self.place.get_or_insert(place);
        self
    }

    pub(super) fn into_field_error(mut self, place: Place) -> FieldError {
        self.path.reverse();
        let pointer = self.path.iter().map(|part| format!("/{part}")).collect();
        let place = self.place.unwrap_or(place);
        FieldError { pointer, code: self.code.to_owned(), detail: format!("{place}: {}", self.detail) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(detail: T) -> Self {
        Self::new("invalid_value", detail.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Seq => "a list".to_owned(),
            Unexpected::Map => "a map of fields".to_owned(),
            other => other.to_string(),
        };
        Self::new("wrong_type", format!("{found} stands where {expected} is expected"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::new("wrong_length", format!("{length} items stand where {expected} is expected"))
    }

    fn unknown_variant(found: &str, expected: &'static [&'static str]) -> Self {
        Self::new("unknown_choice", unknown(found, expected))
    }

    fn unknown_field(found: &str, expected: &'static [&'static str]) -> Self {
        Self::new("unknown_field", unknown(found, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new("missing_field", format!("`{field}` is missing; add it"))
    }
}

fn unknown(found: &str, expected: &[&str]) -> String {
    let found: &str = &found.chars().take(40).collect::<String>();
    let nearest = expected.iter().map(|word| (strsim::levenshtein(found, word), word)).min();
    let known = expected.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match nearest {
        Some((away, word)) if away <= 2 => {
            format!("`{found}` is not known here; did you mean `{word}`? Known are {known}")
        }
        _ => format!("`{found}` is not known here; known are {known}"),
    }
}

impl Node {
    fn refuse(&self, expected: &dyn Expected) -> Fault {
        match self.value {
            Value::Null => {
                Fault::new("no_value", format!("has no value; write {expected} or remove the field"))
            }
            _ => Fault::new("wrong_type", format!("{} stands where {expected} is expected", self.describe())),
        }
    }
}

/// Any value with a text, whatever it looks like; the visitor reads numbers from their digits.
impl<'de> Deserializer<'de> for &'de Node {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Number(text) | Value::Plain(text) | Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::List(items) => visitor.visit_seq(Items { items, place: 0 }),
            Value::Map(entries) => visitor.visit_map(Fields { entries, place: 0 }),
            Value::Null | Value::Bool(_) => Err(self.refuse(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Plain(word) if word == "true" => visitor.visit_bool(true),
            Value::Plain(word) if word == "false" => visitor.visit_bool(false),
            _ => Err(self.refuse(&"`true` or `false`")),
        }
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Number(text) | Value::Plain(text) => match text.parse() {
                Ok(number) => visitor.visit_i32(number),
                Err(_) => Err(self.refuse(&"a whole number of at most 31 bits")),
            },
            _ => Err(self.refuse(&"a whole number")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Plain(text) | Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Number(text) => Err(Fault::new(
                "wrong_type",
                format!("the number {text} stands where text is expected; put it in quotes"),
            )),
            _ => Err(self.refuse(&"text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::List(items) => visitor.visit_seq(Items { items, place: 0 }),
            _ => Err(self.refuse(&"a list")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Map(entries) => visitor.visit_map(Fields { entries, place: 0 }),
            _ => Err(self.refuse(&"a map of fields")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        choices: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let known = || choices.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        match &self.value {
            Value::Plain(word) | Value::Text(word) => visitor.visit_enum(Choice { word, content: None }),
            Value::Map(entries) => match entries.as_slice() {
                [(word, node)] => visitor.visit_enum(Choice { word, content: Some(node) }),
                [] => Err(Fault::new("empty", format!("is empty; write one of {}", known()))),
                [_, (second, node), ..] => {
                    let detail =
                        "only one may stand here; to combine several, give each its own item of a list"
                            .to_owned();
                    Err(Fault::new("more_than_one", detail).under(second, node.place))
                }
            },
            Value::Null => Err(Fault::new("empty", format!("has no value; write one of {}", known()))),
            _ => Err(self.refuse(&format!("one of {}", known()).as_str())),
        }
    }

    forward_to_deserialize_any! {
        i8 i16 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf option unit unit_struct tuple_struct
        identifier ignored_any
    }
}

struct Items<'de> {
    items: &'de [Node],
    place: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(node) = self.items.get(self.place) else { return Ok(None) };
        let place = self.place.to_string();
        self.place += 1;
        seed.deserialize(node).map(Some).map_err(|fault| fault.under(&place, node.place))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.place)
    }
}

struct Fields<'de> {
    entries: &'de [(String, Node)],
    place: usize,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, node)) = self.entries.get(self.place) else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(key))
            .map(Some)
            .map_err(|fault: Fault| fault.under(key, node.place))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Fault> {
        let Some((key, node)) = self.entries.get(self.place) else {
            return Err(Fault::custom("a value was asked for before its key"));
        };
        self.place += 1;
        seed.deserialize(node).map_err(|fault| fault.under(key, node.place))
    }
}

struct Choice<'de> {
    word: &'de str,
    content: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Fault> {
        let choice =
            seed.deserialize(StrDeserializer::new(self.word)).map_err(|fault: Fault| match self.content {
                Some(node) => fault.under(self.word, node.place),
                None => fault,
            })?;
        Ok((choice, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            None => Ok(()),
            Some(_) => Err(Fault::new("wrong_type", format!("write `{}` alone, without a value", self.word))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        match self.content {
            Some(node) => seed.deserialize(node).map_err(|fault| fault.under(self.word, node.place)),
            None => Err(Fault::new(
                "no_value",
                format!("`{}` needs a value; write `{}: …`", self.word, self.word),
            )),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        Err(Fault::invalid_type(Unexpected::TupleVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        Err(Fault::invalid_type(Unexpected::StructVariant, &visitor))
    }
}
