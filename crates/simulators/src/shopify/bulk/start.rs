//! Accepting bulk operations and calling them off.

use axum::body::Bytes;
use serde_json::{Map, Value};

use super::super::bulk_input::UserError;
use super::super::call::Call;
use super::super::errors::{FieldError, Refusal};
use super::super::fields;
use super::super::gid::{gid, parse_gid};
use super::super::simulation::State;
use super::super::staged::UPLOAD_BYTES_MAX;
use super::super::stored::{Outcome, Stored};
use super::{Kind, SLOTS, Status, check, syntax};

/// From this version on an app has several slots of each kind; before, it had one.
const SLOTS_SINCE: &str = "2026-01";

/// `bulkOperationRunQuery`.
///
/// # Errors
/// The query asks for something that is not simulated.
pub(crate) fn run_query(
    call: &Call<'_>,
    state: &mut State,
    arguments: &Map<String, Value>,
) -> Result<Outcome, FieldError> {
    let source = text(arguments, "query");
    let invalid = |words: String| UserError::new(&["query"], Some("INVALID"), words);
    let inner = match syntax::parse(call.simulation.schema, source) {
        Ok(inner) => inner,
        Err(words) => return Ok(refused(&[invalid(format!("Invalid bulk query: {words}"))])),
    };
    if inner.is_mutation {
        let words = "Invalid operation type. Only `query` operations are supported.";
        return Ok(refused(&[invalid(words.to_owned())]));
    }
    let Ok(operation) = inner.document.operations.get(None) else { return Ok(refused(&[])) };
    let complaints = check::query_complaints(&inner.document, operation);
    if !complaints.is_empty() {
        return Ok(refused(&complaints));
    }
    if let Some(full) = slots_full(call, state, Kind::Query) {
        return Ok(refused(&[full]));
    }
    if let Some(what) = fields::missing(&inner.document, operation) {
        return Err(FieldError::Unsupported(what));
    }
    let grouped = arguments.get("groupObjects").and_then(Value::as_bool).unwrap_or(false);
    let now_s = call.simulation.clock.epoch_s();
    Ok(accepted(state.registry.bulk.add(Kind::Query, source, Bytes::new(), grouped, now_s)))
}

/// `bulkOperationRunMutation`.
///
/// # Errors
/// The mutation is not simulated.
pub(crate) fn run_mutation(
    call: &Call<'_>,
    state: &mut State,
    arguments: &Map<String, Value>,
) -> Result<Outcome, FieldError> {
    let source = text(arguments, "mutation");
    let invalid = |words: String| refused(&[UserError::whole(Some("INVALID_MUTATION"), words)]);
    if let Some(wrong) = identifier_complaint(arguments) {
        return Ok(refused(&[wrong]));
    }
    let inner = match syntax::parse(call.simulation.schema, source) {
        Ok(inner) => inner,
        Err(words) => return Ok(invalid(format!("Failed to parse the mutation - {words}"))),
    };
    if !inner.is_mutation {
        return Ok(invalid("Invalid operation type. Only `mutation` operations are supported.".to_owned()));
    }
    let Ok(operation) = inner.document.operations.get(None) else { return Ok(refused(&[])) };
    if let Some(complaint) = check::mutation_complaint(&inner.document, operation) {
        return Ok(refused(&[complaint]));
    }
    let input = match uploaded(state, text(arguments, "stagedUploadPath")) {
        Ok(input) => input,
        Err(complaint) => return Ok(refused(&[complaint])),
    };
    if let Some(full) = slots_full(call, state, Kind::Mutation) {
        return Ok(refused(&[full]));
    }
    if let Some(what) = fields::missing(&inner.document, operation) {
        return Err(FieldError::Unsupported(what));
    }
    let now_s = call.simulation.clock.epoch_s();
    let id = state.registry.bulk.add(Kind::Mutation, source, input, false, now_s);
    state.registry.bulk.came_from(id, call.client);
    Ok(accepted(id))
}

/// `bulkOperationCancel`.
///
/// # Errors
/// A gid of another kind.
pub(crate) fn cancel(state: &mut State, arguments: &Map<String, Value>) -> Result<Outcome, FieldError> {
    let id = text(arguments, "id");
    let Some(parsed) = parse_gid(id).filter(|parsed| parsed.kind == "BulkOperation") else {
        return Err(Refusal::invalid_id(id));
    };
    let Some(operation) = state.registry.bulk.find_mut(parsed.number) else {
        return Ok(refused(&[UserError::new(&["id"], None, "Bulk operation does not exist")]));
    };
    if operation.status.is_over() {
        let state_word = operation.status.name().to_lowercase();
        let words = format!("A bulk operation cannot be canceled when it is {state_word}");
        let errors = [UserError::whole(None, words)];
        return Ok(Outcome::new(vec![("bulkOperation", Stored::BulkOperation(parsed.number))], &errors));
    }
    operation.status = Status::Canceling;
    Ok(accepted(parsed.number))
}

fn text<'v>(arguments: &'v Map<String, Value>, name: &str) -> &'v str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn accepted(id: u64) -> Outcome {
    Outcome::new(vec![("bulkOperation", Stored::BulkOperation(id))], &[])
}

fn refused(errors: &[UserError]) -> Outcome {
    Outcome::new(vec![("bulkOperation", Stored::null())], errors)
}

fn identifier_complaint(arguments: &Map<String, Value>) -> Option<UserError> {
    let given = arguments.get("clientIdentifier").and_then(Value::as_str)?;
    let words = match given.chars().count() {
        ..10 => "is too short (minimum is 10 characters)",
        256.. => "is too long (maximum is 255 characters)",
        _ => return None,
    };
    Some(UserError::new(&["clientIdentifier"], None, format!("Client identifier {words}")))
}

fn uploaded(state: &State, key: &str) -> Result<Bytes, UserError> {
    let Some(file) = state.registry.uploads.file(key) else {
        let words = "The JSONL file could not be found. Try uploading the file again, and check that you've entered the \
                     URL correctly for the stagedUploadPath mutation argument.";
        return Err(UserError::whole(Some("NO_SUCH_FILE"), words));
    };
    let code = Some("INVALID_STAGED_UPLOAD_FILE");
    match file.len() {
        0 => Err(UserError::whole(code, "The input file is empty.")),
        size if size > UPLOAD_BYTES_MAX => {
            Err(UserError::whole(code, "The input file size exceeds the maximum allowed size of 100 MB."))
        }
        _ => Ok(file.clone()),
    }
}

fn slots_full(call: &Call<'_>, state: &State, kind: Kind) -> Option<UserError> {
    let slots = if call.version < SLOTS_SINCE { 1 } else { SLOTS };
    let running = state.registry.bulk.under_way(kind);
    if running.len() < slots {
        return None;
    }
    let named: Vec<String> = running.iter().map(|id| gid("BulkOperation", *id)).collect();
    let (kind, named) = (kind.name().to_lowercase(), named.join(", "));
    let words = format!("A bulk {kind} operation for this app and shop is already in progress: {named}.");
    Some(UserError::whole(Some("OPERATION_IN_PROGRESS"), words))
}
