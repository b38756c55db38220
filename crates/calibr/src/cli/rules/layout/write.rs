//! A tree to text: two spaces for each level, what is flat and short in one line.

use super::is_scalar;
use super::tree::{Document, Entry, Scalar, Style, Value};

/// Longest line, where it can be helped.
const WIDTH: usize = 100;

/// The text of a document.
pub(super) fn written(document: &Document) -> String {
    let mut text = String::new();
    let mut push = |lines: &[String]| lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    push(document.header.strip_prefix(&[String::new()]).unwrap_or(&document.header));
    let mut entries = String::new();
    write_entries(&mut entries, &document.entries, 0);
    text.push_str(entries.trim_start_matches('\n'));
    document.footer.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    text
}

fn write_entries(text: &mut String, entries: &[Entry], indent: usize) {
    let margin = " ".repeat(indent);
    for entry in entries {
        for line in &entry.before {
            match line.as_str() {
                "" => text.push('\n'),
                line => text.push_str(&format!("{margin}{line}\n")),
            }
        }
        text.push_str(&margin);
        match &entry.key {
            Some(key) => text.push_str(&format!("{}:", in_line(key))),
            None => text.push('-'),
        }
        write_value(text, entry, indent);
    }
}

fn write_value(text: &mut String, entry: &Entry, indent: usize) {
    let comment = entry.after.as_ref().map(|comment| format!("  {comment}")).unwrap_or_default();
    let column = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
    let is_item_map = entry.key.is_none() && matches!(&entry.value, Value::Map(fields) if !fields.is_empty());
    if !is_item_map
        && let Some(flow) = flow(&entry.value)
        && (is_scalar(&entry.value)
            || entry.value.entries().is_empty()
            || column + 1 + flow.chars().count() <= WIDTH)
    {
        let too_long = column + 1 + flow.chars().count() > WIDTH;
        match &entry.value {
            Value::Scalar(Scalar { text: plain, style: Style::Plain }) if too_long && comment.is_empty() => {
                text.push_str(&wrapped(plain, column + 1, indent + 2));
            }
            _ if flow.is_empty() => {}
            _ => text.push_str(&format!(" {flow}")),
        }
        text.push_str(&format!("{comment}\n"));
        return;
    }
    match &entry.value {
        Value::Scalar(scalar) => text.push_str(&block(scalar, &comment, indent + 2)),
        Value::Map(fields) if is_item_map => {
            let mut fields = fields.clone();
            if let (Some(first), Some(after)) = (fields.first_mut(), &entry.after) {
                first.after.get_or_insert_with(|| after.clone());
            }
            let mut inner = String::new();
            write_entries(&mut inner, &fields, indent + 2);
            text.push_str(&format!(" {}", inner.trim_start()));
        }
        Value::List(children) | Value::Map(children) => {
            text.push_str(&format!("{comment}\n"));
            write_entries(text, children, indent + 2);
        }
    }
}

/// The value in one line; `None` where it has comments, nests deeper than a list in a map, or holds text in lines.
fn flow(value: &Value) -> Option<String> {
    match value {
        Value::Scalar(scalar) => {
            (!matches!(scalar.style, Style::Literal | Style::Folded)).then(|| in_line(scalar))
        }
        Value::List(items) => {
            let items = items.iter().map(flat_scalar).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        Value::Map(fields) if fields.is_empty() => Some("{}".to_owned()),
        Value::Map(fields) => {
            let fields = fields.iter().map(flat_field).collect::<Option<Vec<_>>>()?;
            Some(format!("{{ {} }}", fields.join(", ")))
        }
    }
}

fn flat_field(entry: &Entry) -> Option<String> {
    let key = in_line(entry.key.as_ref()?);
    let value = match &entry.value {
        Value::Scalar(_) => flat_scalar(&Entry { key: None, ..entry.clone() })?,
        Value::List(_) if is_bare(entry) => flow(&entry.value)?,
        _ => return None,
    };
    Some(format!("{key}: {value}"))
}

fn flat_scalar(entry: &Entry) -> Option<String> {
    let Value::Scalar(scalar) = &entry.value else { return None };
    let safe = scalar.style == Style::Quoted || !scalar.text.contains([',', '[', ']', '{', '}', '#', ':']);
    let written = !scalar.text.is_empty() || scalar.style == Style::Quoted;
    let text = flow(&entry.value)?;
    (is_bare(entry) && safe && written && !text.contains('\n')).then_some(text)
}

fn is_bare(entry: &Entry) -> bool {
    entry.before.is_empty() && entry.after.is_none()
}

/// A scalar in one line.
fn in_line(scalar: &Scalar) -> String {
    let text = &scalar.text;
    match scalar.style {
        Style::Plain => text.clone(),
        _ if text.chars().any(char::is_control) => escaped(text),
        _ if text.contains(['"', '\\']) => format!("'{}'", text.replace('\'', "''")),
        _ => format!("\"{text}\""),
    }
}

/// JSON's way to write a text is one of YAML's.
fn escaped(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text in lines of its own.
fn block(scalar: &Scalar, comment: &str, indent: usize) -> String {
    let body = scalar.text.trim_end_matches('\n');
    let starts_with_space = |line: &str| line.starts_with([' ', '\t']);
    if body.is_empty()
        || body.starts_with('\n')
        || body.split('\n').any(starts_with_space)
        || body.contains(|c: char| c.is_control() && c != '\n')
    {
        return format!(" {}{comment}\n", escaped(&scalar.text));
    }
    let chomp = match scalar.text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    let margin = " ".repeat(indent);
    let (sign, lines) = match scalar.style {
        Style::Folded => (">", folded(body, indent)),
        _ => ("|", body.to_owned()),
    };
    let mut text = format!(" {sign}{chomp}{comment}\n");
    for line in lines.split('\n') {
        let line = if line.is_empty() { String::new() } else { format!("{margin}{line}") };
        text.push_str(&format!("{line}\n"));
    }
    text.push_str(&"\n".repeat((scalar.text.len() - body.len()).saturating_sub(1)));
    text
}

/// A long plain text over several lines; the first starts at `column`.
fn wrapped(text: &str, column: usize, indent: usize) -> String {
    let broken = broken(text, WIDTH.saturating_sub(column), WIDTH - indent.min(WIDTH / 2));
    format!(" {}", broken.join(&format!("\n{}", " ".repeat(indent))))
}

/// A folded text loses one line break of each run when it is read.
fn folded(body: &str, indent: usize) -> String {
    let most = WIDTH - indent.min(WIDTH / 2);
    let (mut text, mut breaks) = (String::new(), 0);
    for line in body.split('\n') {
        if !line.is_empty() {
            text.push_str(&"\n".repeat(if text.is_empty() { 0 } else { breaks + 1 }));
            text.push_str(&broken(line, most, most).join("\n"));
            breaks = 0;
        }
        breaks += 1;
    }
    text
}

/// Breaks a text at single spaces.
fn broken(text: &str, first: usize, other: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let words: Vec<&str> = text.split(' ').collect();
    for (place, word) in words.iter().enumerate() {
        // Several spaces in a row must stay within a line.
        let breaks = !word.is_empty() && place > 0 && !words[place - 1].is_empty();
        let most = if lines.len() == 1 { first } else { other };
        let line = lines.last_mut().expect("there is always a line");
        if breaks && line.chars().count() + 1 + word.chars().count() > most {
            lines.push((*word).to_owned());
            continue;
        }
        if place > 0 {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines
}
