//! Paging: the rules for `first` and `last`, opaque cursors, and the window they cut.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::errors::{FieldError, Refusal};

/// Stands among the arguments of every list of a bulk query; no name in GraphQL has a colon.
pub(crate) const WHOLE_LIST: &str = ":whole";

/// The largest page of any connection.
const PAGE_LIMIT: i64 = 250;

/// What a list is sorted by. One list has one kind, so comparing kinds never happens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SortValue {
    Number(i64),
    Text(String),
}

/// One element of a list with what it is sorted by.
#[derive(Debug, Clone)]
pub(crate) struct Entry<T> {
    pub(crate) value: SortValue,
    pub(crate) id: u64,
    pub(crate) item: T,
}

/// A page of a connection; every item carries its cursor.
#[derive(Debug, Clone)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<(T, String)>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
}

impl<T> Page<T> {
    /// The same page with its items behind pointers.
    pub(crate) fn boxed(self) -> Page<Box<T>> {
        let items = self.items.into_iter().map(|(item, cursor)| (Box::new(item), cursor)).collect();
        Page { items, has_next: self.has_next, has_previous: self.has_previous }
    }

    /// The page of an empty list, after the same checks of the arguments.
    pub(crate) fn empty(arguments: &Map<String, Value>) -> Result<Self, FieldError> {
        cut(Vec::new(), arguments)
    }
}

/// Sorts the list and cuts the window that the paging arguments ask for.
pub(crate) fn cut<T>(mut list: Vec<Entry<T>>, arguments: &Map<String, Value>) -> Result<Page<T>, FieldError> {
    if arguments.contains_key(WHOLE_LIST) {
        list.sort_by(|one, other| (&one.value, one.id).cmp(&(&other.value, other.id)));
        let items =
            list.into_iter().map(|entry| (entry.item, write_cursor(&entry.value, entry.id))).collect();
        return Ok(Page { items, has_next: false, has_previous: false });
    }
    let first = size_argument(arguments, "first")?;
    let last = size_argument(arguments, "last")?;
    let size = match (first, last) {
        (None, None) => return Err(Refusal::bad_request("you must provide one of first or last")),
        (Some(_), Some(_)) => {
            return Err(Refusal::bad_request("providing both first and last is not supported"));
        }
        (Some(size), None) | (None, Some(size)) => size,
    };
    let after = cursor_argument(arguments, "after")?;
    let before = cursor_argument(arguments, "before")?;
    let reverse = arguments.get("reverse").and_then(Value::as_bool).unwrap_or(false);
    list.sort_by(|one, other| (&one.value, one.id).cmp(&(&other.value, other.id)));
    if reverse {
        list.reverse();
    }
    let passed = |entry: &Entry<T>, cursor: &Cursor, or_equal: bool| {
        let order = cursor.compare(&entry.value, entry.id);
        let order = if reverse { order.reverse() } else { order };
        order.is_gt() || (or_equal && order.is_eq())
    };
    let start =
        after.as_ref().map_or(0, |cursor| list.partition_point(|entry| !passed(entry, cursor, false)));
    let end = before.as_ref().map_or(list.len(), |c| list.partition_point(|entry| !passed(entry, c, true)));
    let end = end.max(start);
    let (from, to) = match first {
        Some(_) => (start, end.min(start + size)),
        None => (end.saturating_sub(size).max(start), end),
    };
    let (has_previous, has_next) = (from > 0, to < list.len());
    let window = list.drain(from..to);
    let items = window.map(|entry| (entry.item, write_cursor(&entry.value, entry.id))).collect();
    Ok(Page { items, has_next, has_previous })
}

fn size_argument(arguments: &Map<String, Value>, name: &str) -> Result<Option<usize>, FieldError> {
    let Some(size) = arguments.get(name).and_then(Value::as_i64) else { return Ok(None) };
    if size > PAGE_LIMIT {
        let advice =
            "To query larger amounts of data with fewer limits, bulk operations should be used instead.";
        return Err(Refusal::bad_request(format!("{name} cannot exceed {PAGE_LIMIT}. {advice}")));
    }
    match usize::try_from(size) {
        Ok(size) => Ok(Some(size)),
        Err(_) => Err(Refusal::bad_request(format!("{name} must be a positive integer"))),
    }
}

/// A decoded cursor: the place after an element, whether or not that element still exists.
struct Cursor {
    id: u64,
    text: String,
}

impl Cursor {
    /// How an element stands to this cursor.
    fn compare(&self, value: &SortValue, id: u64) -> std::cmp::Ordering {
        let by_value = match value {
            SortValue::Number(number) => number.cmp(&self.text.parse().unwrap_or_default()),
            SortValue::Text(text) => text.cmp(&self.text),
        };
        by_value.then(id.cmp(&self.id))
    }
}

fn cursor_argument(arguments: &Map<String, Value>, name: &str) -> Result<Option<Cursor>, FieldError> {
    let Some(text) = arguments.get(name).and_then(Value::as_str) else { return Ok(None) };
    let refused = || Refusal::bad_request("Invalid cursor for current pagination sort.");
    let bytes = STANDARD.decode(text).map_err(|_| refused())?;
    let decoded: Value = serde_json::from_slice(&bytes).map_err(|_| refused())?;
    let id = decoded["last_id"].as_u64().ok_or_else(refused)?;
    let text = match &decoded["last_value"] {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return Err(refused()),
    };
    Ok(Some(Cursor { id, text }))
}

/// Shopify writes the id as a number and any other sort value as a string.
fn write_cursor(value: &SortValue, id: u64) -> String {
    let last_value = match value {
        SortValue::Number(number) if u64::try_from(*number) == Ok(id) => json!(number),
        SortValue::Number(number) => json!(number.to_string()),
        SortValue::Text(text) => json!(text),
    };
    STANDARD.encode(json!({ "last_id": id, "last_value": last_value }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(size: u64) -> Vec<Entry<u64>> {
        let entry = |id: u64| Entry { value: SortValue::Number(id.cast_signed() / 3), id, item: id };
        (1..=size).map(entry).collect()
    }

    fn page(size: u64, arguments: Value) -> (Vec<u64>, bool, bool, Option<String>) {
        let page = cut(list(size), arguments.as_object().expect("an object")).expect("a page");
        let last = page.items.last().map(|(_, cursor)| cursor.clone());
        (page.items.iter().map(|(item, _)| *item).collect(), page.has_next, page.has_previous, last)
    }

    #[test]
    fn walking_the_pages_meets_every_element_once_in_either_direction() {
        for (reverse, size) in [(false, 3), (true, 3), (false, 1), (true, 7)] {
            let mut seen = Vec::new();
            let mut after = Value::Null;
            loop {
                let window = json!({ "first": size, "after": after, "reverse": reverse });
                let (items, has_next, has_previous, last) = page(11, window);
                assert_eq!(has_previous, !seen.is_empty());
                seen.extend(items);
                if !has_next {
                    break;
                }
                after = last.into();
            }
            let mut expected: Vec<u64> = (1..=11).collect();
            if reverse {
                expected.reverse();
            }
            assert_eq!(seen, expected);
        }
    }

    #[test]
    fn last_takes_from_the_end_of_the_window() {
        let cursor = write_cursor(&SortValue::Number(2), 8);
        assert_eq!(
            page(11, json!({ "last": 2, "before": cursor })),
            (vec![6, 7], true, true, page_cursor(7))
        );
        assert_eq!(page(0, json!({ "first": 2 })), (vec![], false, false, None));
    }

    fn page_cursor(id: u64) -> Option<String> {
        Some(write_cursor(&SortValue::Number(id.cast_signed() / 3), id))
    }

    #[test]
    fn wrong_windows_are_refused_in_shopifys_words() {
        let refuse = |arguments: Value| match cut(list(3), arguments.as_object().expect("an object")) {
            Err(FieldError::Refused(refusal)) => refusal.message,
            other => panic!("{other:?}"),
        };
        assert_eq!(refuse(json!({})), "you must provide one of first or last");
        assert_eq!(
            refuse(json!({ "first": 1, "last": 1 })),
            "providing both first and last is not supported"
        );
        assert!(
            refuse(json!({ "first": 251 })).starts_with("first cannot exceed 250. To query larger amounts")
        );
        assert_eq!(
            refuse(json!({ "first": 1, "after": "x" })),
            "Invalid cursor for current pagination sort."
        );
    }
}
