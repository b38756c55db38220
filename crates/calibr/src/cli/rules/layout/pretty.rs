//! A canonical document as people write it: amounts as words, numbers without quotes, no defaults.

use super::tree::{Document, Entry, Scalar, Style, Value};

/// Fields whose text stays quoted where it looks like a number, since other tools would take it for one.
const TEXTS: [&str; 15] = [
    "name",
    "description",
    "is",
    "in",
    "contains",
    "starts_with",
    "ends_with",
    "matches",
    "sku",
    "title",
    "vendor",
    "product_type",
    "tags",
    "collections",
    "channels",
];

/// Fields that always stand in a file.
const ALWAYS: [&str; 4] = ["schema", "name", "select", "tests"];

/// Writes amounts as words and takes quotes away where the text is plain.
pub(super) fn prettify(document: &mut Document) {
    document.entries.iter_mut().for_each(|entry| prettify_entry(entry, false));
}

fn prettify_entry(entry: &mut Entry, in_text: bool) {
    let in_text = entry.key.as_ref().map_or(in_text, |key| TEXTS.contains(&key.text.as_str()));
    entry.key.iter_mut().for_each(unquote);
    if let Some(amount) = as_amount(&entry.value) {
        entry.value = Value::Scalar(Scalar { text: amount, style: Style::Plain });
    }
    match &mut entry.value {
        Value::Scalar(scalar) if !(in_text && is_numeric(&scalar.text)) => unquote(scalar),
        Value::Scalar(_) => {}
        Value::List(entries) | Value::Map(entries) => {
            entries.iter_mut().for_each(|entry| prettify_entry(entry, in_text));
        }
    }
}

fn as_amount(value: &Value) -> Option<String> {
    let Value::Map(fields) = value else { return None };
    let text = |name: &str| {
        let field = fields.iter().find(|field| field.key.as_ref().is_some_and(|key| key.text == name))?;
        match &field.value {
            Value::Scalar(scalar) => Some(scalar.text.clone()),
            _ => None,
        }
    };
    (fields.len() == 2).then_some(())?;
    Some(format!("{} {}", text("amount")?, text("currency")?))
}

fn unquote(scalar: &mut Scalar) {
    if is_plain(&scalar.text) {
        scalar.style = Style::Plain;
    }
}

fn is_plain(text: &str) -> bool {
    let starts = |c: char| c.is_alphanumeric() || c == '_';
    let signed = text.strip_prefix(['-', '.']).unwrap_or(text);
    let word = text.to_ascii_lowercase();
    signed.starts_with(starts)
        && !text.ends_with([' ', ':'])
        && text.chars().all(|c| c.is_alphanumeric() || " _./-%*?'()+&,;".contains(c))
        && !["null", "true", "false", "yes", "no", "on", "off"].contains(&word.as_str())
}

fn is_numeric(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || "+-._eExX".contains(c))
        && text.contains(|c: char| c.is_ascii_digit())
}

/// Leaves out every field without which the document means the same, the outermost first.
pub(super) fn leave_out_what_goes_without_saying(
    document: &mut Document,
    means_the_same: impl Fn(&Document) -> bool,
) {
    let mut path = Vec::new();
    leave_out(document, &mut path, &means_the_same);
}

fn leave_out(document: &mut Document, path: &mut Vec<usize>, means_the_same: &dyn Fn(&Document) -> bool) {
    let mut place = 0;
    while let Some(entry) = children(document, path).and_then(|entries| entries.get(place)).cloned() {
        let said = entry.key.is_none_or(|key| path.is_empty() && ALWAYS.contains(&key.text.as_str()));
        if !said {
            let mut without = document.clone();
            if let Some(entries) = children(&mut without, path) {
                entries.remove(place);
            }
            if means_the_same(&without) {
                *document = without;
                continue;
            }
        }
        path.push(place);
        leave_out(document, path, means_the_same);
        path.pop();
        place += 1;
    }
}

fn children<'d>(document: &'d mut Document, path: &[usize]) -> Option<&'d mut Vec<Entry>> {
    let mut entries = &mut document.entries;
    for place in path {
        match &mut entries.get_mut(*place)?.value {
            Value::Scalar(_) => return None,
            Value::List(children) | Value::Map(children) => entries = children,
        }
    }
    Some(entries)
}
