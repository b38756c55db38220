//! YAML text to a tree. Unquoted words keep their text, so `no` stays a word and `-12.50` keeps its digits.

use kernel_core::FieldError;
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::fault;
use super::node::{DEPTH_MAX, FIELDS_MAX, Node, Place, Value};

/// Reads the one document of a YAML text.
pub(super) fn parse(text: &str) -> Result<Node, FieldError> {
    let mut reader = Reader { parser: Parser::new_from_str(text.trim_start_matches('\u{feff}')) };
    let mut document = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            _ if document.is_some() => {
                return Err(refuse(
                    &span,
                    "",
                    "yaml.documents",
                    "a second document starts here; put each rule in its own file",
                ));
            }
            event => document = Some(reader.node(event, &span, 0, "")?),
        }
    }
    document.ok_or_else(|| fault("", "yaml.empty", "the text holds no rule".to_owned()))
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), FieldError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(syntax(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(
        &mut self,
        event: Event<'t>,
        span: &Span,
        depth: usize,
        pointer: &str,
    ) -> Result<Node, FieldError> {
        if depth > DEPTH_MAX {
            return Err(refuse(span, pointer, "too_deep", &format!("nested deeper than {DEPTH_MAX} levels")));
        }
        let value = match event {
            Event::Scalar(_, _, anchor, _)
            | Event::SequenceStart(anchor, _)
            | Event::MappingStart(anchor, _)
                if anchor != 0 =>
            {
                return Err(refuse(
                    span,
                    pointer,
                    "yaml.anchor",
                    "anchors are not read; write the value out",
                ));
            }
            Event::Alias(_) => {
                return Err(refuse(span, pointer, "yaml.alias", "aliases are not read; write the value out"));
            }
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                return Err(refuse(span, pointer, "yaml.tag", "type tags are not read; remove it"));
            }
            Event::Scalar(text, ScalarStyle::Plain, _, _) => plain(text.into_owned()),
            Event::Scalar(text, _, _, _) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => self.list(depth, pointer)?,
            Event::MappingStart(..) => self.map(depth, pointer)?,
            _ => return Err(refuse(span, pointer, "yaml.syntax", "a value was expected here")),
        };
        Ok(Node { value, place: place(span) })
    }

    fn list(&mut self, depth: usize, pointer: &str) -> Result<Value, FieldError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, span) => {
                    let pointer = format!("{pointer}/{}", items.len());
                    items.push(self.node(event, &span, depth + 1, &pointer)?);
                }
            }
        }
    }

    fn map(&mut self, depth: usize, pointer: &str) -> Result<Value, FieldError> {
        let mut fields: Vec<(String, Node)> = Vec::new();
        loop {
            let (key, key_span) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Map(fields)),
                (Event::Scalar(key, ..), span) => (key.into_owned(), span),
                (_, span) => {
                    return Err(refuse(&span, pointer, "yaml.key", "the name of a field must be a word"));
                }
            };
            let pointer = format!("{pointer}/{}", super::de::escaped(&key));
            if fields.iter().any(|(known, _)| *known == key) {
                return Err(refuse(
                    &key_span,
                    &pointer,
                    "repeated_field",
                    &format!("`{key}` stands here twice; keep one"),
                ));
            }
            if fields.len() == FIELDS_MAX {
                return Err(refuse(
                    &key_span,
                    &pointer,
                    "too_many",
                    &format!("more than {FIELDS_MAX} fields in one map"),
                ));
            }
            let (event, span) = self.next()?;
            let mut node = self.node(event, &span, depth + 1, &pointer)?;
            node.place = place(&key_span);
            fields.push((key, node));
        }
    }
}

fn plain(text: String) -> Value {
    match text.as_str() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        _ => Value::Plain(text),
    }
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

fn refuse(span: &Span, pointer: &str, code: &str, detail: &str) -> FieldError {
    fault(pointer, code, format!("{}: {detail}", place(span)))
}

fn syntax(error: &ScanError) -> FieldError {
    let at = error.marker();
    let detail = format!("line {}, column {}: not YAML: {}", at.line(), at.col() + 1, error.info());
    fault("", "yaml.syntax", detail)
}
