//! Looking at bulk operations: `bulkOperations` and the older `currentBulkOperation`.

use serde_json::{Map, Value, json};

use super::super::connection::{Entry, SortValue, cut};
use super::super::errors::Refusal;
use super::super::objects::{Object, Resolution, Resolved, World};
use super::super::stored::or_null;
use super::{BulkOperation, Kind};

const STATUSES: &[&str] = &["canceled", "canceling", "completed", "created", "failed", "running"];
const TYPES: &[&str] = &["query", "mutation"];

/// `QueryRoot.currentBulkOperation`: the newest of its type, whether or not it is over.
pub(crate) fn current<'a>(world: &World<'a>, arguments: &Map<String, Value>) -> Resolved<'a> {
    let kind = match arguments.get("type").and_then(Value::as_str) {
        Some("MUTATION") => Kind::Mutation,
        _ => Kind::Query,
    };
    let newest = world.registry.bulk.operations.iter().rev().find(|one| one.kind == kind);
    or_null(newest.map(Object::BulkOperation))
}

/// `QueryRoot.bulkOperations`: the newest first unless reversed.
pub(crate) fn list<'a>(world: &World<'a>, arguments: &Map<String, Value>, path: &[Value]) -> Resolution<'a> {
    let query = arguments.get("query").and_then(Value::as_str).unwrap_or_default();
    let mut kept: Vec<&'a BulkOperation> = world.registry.bulk.operations.iter().collect();
    for term in query.split_whitespace() {
        let (field, value) = term.split_once(':').unwrap_or(("", term));
        let wanted = value.to_lowercase();
        let known = match field {
            "status" => STATUSES.contains(&wanted.as_str()),
            "operation_type" => TYPES.contains(&wanted.as_str()),
            "created_at" if !is_time(value) => {
                let message = "Invalid timestamp for query filter `created_at`.";
                return Err(Refusal::bad_request(message));
            }
            _ => {
                let what = format!("the filter {term:?} of bulkOperations");
                return Err(super::super::errors::FieldError::Unsupported(what));
            }
        };
        if !known {
            world.search.borrow_mut().push(not_accepted(path, query, field, value));
        }
        kept.retain(|one| match field {
            "status" => one.status.name().to_lowercase() == wanted,
            _ => one.kind.name().to_lowercase() == wanted,
        });
    }
    let by_completion = arguments.get("sortKey").and_then(Value::as_str) == Some("COMPLETED_AT");
    let entry = |one: &'a BulkOperation| {
        let at = if by_completion { one.completed_at } else { Some(one.created_at) };
        // What is not over stands after everything that is when the newest come first.
        Entry {
            value: SortValue::Number(at.unwrap_or(i64::MIN)),
            id: one.id,
            item: Object::BulkOperation(one),
        }
    };
    let mut arguments = arguments.clone();
    let reverse = arguments.get("reverse").and_then(Value::as_bool).unwrap_or(false);
    arguments.insert("reverse".to_owned(), (!reverse).into());
    let page = cut(kept.into_iter().map(entry).collect(), &arguments)?;
    Ok(Resolved::Object(Object::Connection(page.boxed())))
}

fn is_time(text: &str) -> bool {
    let bare = text.trim_start_matches(['<', '>', '=']).trim_matches(['\'', '"']);
    bare.parse::<jiff::Timestamp>().is_ok() || bare.parse::<jiff::civil::Date>().is_ok()
}

fn not_accepted(path: &[Value], query: &str, field: &str, value: &str) -> Value {
    let message = format!("Input `{value}` is not an accepted value.");
    json!({
        "path": path,
        "query": query,
        "parsed": { "field": field, "match_all": value },
        "warnings": [{ "field": field, "message": message, "code": "invalid_value" }],
    })
}
