//! YAML text to a tree with its comments. The parser drops comments, so they are found between its scalars.

use std::collections::VecDeque;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use super::tree::{Document, Entry, Scalar, Style, Value};

/// Reads one document.
///
/// # Errors
/// A sentence: not YAML, or not a map of fields.
pub(super) fn read(text: &str) -> Result<Document, String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let chars: Vec<char> = text.chars().collect();
    let mut reader = Reader { parser: Parser::new_from_str(&text), chars: &chars, scalars: Vec::new() };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => break,
            (Event::MappingStart(..), _) if root.is_none() => root = Some(reader.map()?),
            (Event::MappingStart(..) | Event::SequenceStart(..) | Event::Scalar(..), _) => {
                return Err("it is not one map of fields".to_owned());
            }
            _ => {}
        }
    }
    let mut entries = root.ok_or("it holds no field")?;
    let mut comments = comments(&chars, &reader.scalars);
    let blank: Vec<bool> = text.split('\n').map(|line| line.trim().is_empty()).collect();
    attach(&mut entries, &mut comments, &blank, &mut 0);
    let footer = with_blanks(&mut comments, usize::MAX, &blank);
    let mut header = Vec::new();
    if let Some(first) = entries.first_mut() {
        let end = first.before.iter().rposition(String::is_empty).map_or(0, |at| at + 1);
        header = first.before.drain(..end).collect();
    }
    Ok(Document { header, entries, footer })
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    chars: &'t [char],
    /// Where scalars stand, in characters.
    scalars: Vec<(usize, usize)>,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), String> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(format!("it is not YAML: {error}")),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn map(&mut self) -> Result<Vec<Entry>, String> {
        let mut entries = Vec::new();
        loop {
            match self.next()? {
                (Event::MappingEnd, _) => return Ok(entries),
                (Event::Scalar(text, style, ..), span) => {
                    let key = self.scalar(text.into_owned(), style, &span);
                    let (event, value_span) = self.next()?;
                    let value = self.value(event, &value_span)?;
                    entries.push(entry(Some(key), value, &span));
                }
                _ => return Err("the name of a field is no word".to_owned()),
            }
        }
    }

    fn list(&mut self) -> Result<Vec<Entry>, String> {
        let mut entries = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(entries),
                (event, span) => {
                    let value = self.value(event, &span)?;
                    entries.push(entry(None, value, &span));
                }
            }
        }
    }

    fn value(&mut self, event: Event<'t>, span: &Span) -> Result<Value, String> {
        Ok(match event {
            Event::Scalar(text, style, ..) => Value::Scalar(self.scalar(text.into_owned(), style, span)),
            Event::SequenceStart(..) => Value::List(self.list()?),
            Event::MappingStart(..) => Value::Map(self.map()?),
            _ => return Err("it uses anchors or aliases".to_owned()),
        })
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, span: &Span) -> Scalar {
        let start = span.start.index();
        let (style, end) = match style {
            ScalarStyle::Plain => (Style::Plain, span.end.index()),
            ScalarStyle::Literal => (Style::Literal, span.end.index()),
            ScalarStyle::Folded => (Style::Folded, span.end.index()),
            _ => (Style::Quoted, closing_quote(self.chars, start)),
        };
        self.scalars.push((start, end));
        Scalar { text, style }
    }
}

fn entry(key: Option<Scalar>, value: Value, span: &Span) -> Entry {
    let (start, line) = (span.start.index(), span.start.line());
    Entry { before: Vec::new(), key, value, after: None, start, line }
}

/// The place after the quote that ends the text which starts with one; the parser's span goes to the end of the line.
fn closing_quote(chars: &[char], start: usize) -> usize {
    let quote = chars.get(start).copied().unwrap_or('"');
    let mut at = start + 1;
    while let Some(found) = chars.get(at) {
        match found {
            '\\' if quote == '"' => at += 1,
            found if *found == quote && quote == '\'' && chars.get(at + 1) == Some(&'\'') => at += 1,
            found if *found == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    chars.len()
}

#[derive(Debug)]
struct Comment {
    text: String,
    start: usize,
    line: usize,
}

/// What stands after a `#` that begins a word and lies in no scalar.
fn comments(chars: &[char], scalars: &[(usize, usize)]) -> VecDeque<Comment> {
    let mut found = VecDeque::new();
    let mut scalars = scalars.iter().copied().peekable();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        while scalars.next_if(|(_, end)| *end <= at).is_some() {}
        let inside = scalars.peek().is_some_and(|(start, _)| *start <= at);
        match chars[at] {
            '\n' => line += 1,
            '#' if !inside && (at == 0 || chars[at - 1].is_whitespace()) => {
                let length = chars[at..].iter().position(|c| *c == '\n').unwrap_or(chars.len() - at);
                let text: String = chars[at..at + length].iter().collect();
                found.push_back(Comment { text: text.trim_end().to_owned(), start: at, line });
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Gives each comment to the next entry, or to the outermost entry that starts in its line. `last` is the line of the
/// entry before; of several in a line only the first has lines above it.
fn attach(entries: &mut [Entry], comments: &mut VecDeque<Comment>, blank: &[bool], last: &mut usize) {
    for entry in entries {
        let mut before = VecDeque::new();
        while comments.front().is_some_and(|comment| comment.start < entry.start) {
            before.extend(comments.pop_front());
        }
        let line = if entry.line == *last { usize::MAX } else { entry.line };
        entry.before = with_blanks(&mut before, line, blank);
        *last = entry.line;
        if comments.front().is_some_and(|comment| comment.line == entry.line) {
            entry.after = comments.pop_front().map(|comment| comment.text);
        }
        if let Value::List(children) | Value::Map(children) = &mut entry.value {
            attach(children, comments, blank, last);
            if let Some(first) = children.first_mut() {
                let empty = first.before.iter().take_while(|line| line.is_empty()).count();
                first.before.drain(..empty);
            }
        }
    }
}

/// The comments above a line, with one empty line wherever there were some.
fn with_blanks(comments: &mut VecDeque<Comment>, line: usize, blank: &[bool]) -> Vec<String> {
    let follows_blank = |line: usize| line >= 2 && blank.get(line - 2).copied().unwrap_or(false);
    let mut lines = Vec::new();
    for comment in comments.drain(..) {
        if follows_blank(comment.line) {
            lines.push(String::new());
        }
        lines.push(comment.text);
    }
    if follows_blank(line) {
        lines.push(String::new());
    }
    lines
}
