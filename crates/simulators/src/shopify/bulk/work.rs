//! Carrying bulk operations out beside the calls, a little at a time, with the faults that befall them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::call::Call;
use super::super::cost::Priced;
use super::super::executor::Executor;
use super::super::faults::{CallShape, FaultKind, SplitMix};
use super::super::journal::{CallOutcome, Source};
use super::super::mutations::{effects_of, list_effects_of, mutate, product_effects_of};
use super::super::objects::{Object, World};
use super::super::schema::API_VERSION;
use super::super::simulation::{Simulation, State};
use super::super::{variables, webhooks};
use super::rows::{escaped, flatten};
use super::{Kind, Status, syntax};

/// Lines carried out before others get their turn.
const LINES_AT_ONCE: usize = 50;
/// In so many parts the rows of a query are seen to grow.
const GROWS_IN: usize = 4;

/// Sets the operations that were accepted to work, each in a task of its own.
pub(crate) fn set_to_work(simulation: &Arc<Simulation>) {
    let waiting: Vec<u64> = simulation.state().registry.bulk.waiting.drain(..).collect();
    for id in waiting {
        tokio::spawn(carry_out(Arc::clone(simulation), id));
    }
}

/// What befalls one operation.
#[derive(Default)]
struct Mishaps {
    /// Fails after so many lines.
    fails_after: Option<usize>,
    /// Leaves out every so-maniest line of the result.
    loses: Option<usize>,
    /// Stops after so many rows until it is released.
    holds_after: Option<usize>,
}

async fn carry_out(simulation: Arc<Simulation>, id: u64) {
    let mishaps = begin(&simulation, id).await;
    let Some((kind, document)) = begun(&simulation, id) else { return };
    let Ok(inner) = syntax::parse(simulation.schema, &document) else { return };
    let mut lines = match kind {
        Kind::Query => query_lines(&simulation, id, &inner),
        Kind::Mutation => mutation_lines(&simulation, id, &inner, &mishaps).await,
    };
    if kind == Kind::Query
        && let Some(after) = mishaps.fails_after
    {
        lines.truncate(after);
    }
    if kind == Kind::Query {
        grow(&simulation, id, &lines, &mishaps).await;
    }
    if let Some(step) = mishaps.loses {
        let mut place = 0;
        lines.retain(|_| {
            place += 1;
            place % step.max(1) != 0
        });
    }
    pause(&simulation).await;
    let now_s = simulation.clock.epoch_s();
    {
        let mut state = simulation.state();
        let base_url = state.settings.base_url.clone();
        let Some(operation) = state.registry.bulk.find_mut(id) else { return };
        let status = match operation.status {
            Status::Canceling => Status::Canceled,
            _ if mishaps.fails_after.is_some() => Status::Failed,
            _ => Status::Completed,
        };
        operation.end(status, lines, now_s, &base_url);
        let payload = operation.finish_payload();
        webhooks::emit(&mut state, "bulk_operations/finish", &payload, now_s);
    }
    simulation.announce();
}

/// The time until an operation starts, and what will befall it.
async fn begin(simulation: &Simulation, id: u64) -> Mishaps {
    pause(simulation).await;
    let mut mishaps = Mishaps::default();
    let hits = {
        let mut state = simulation.state();
        let kind = state.registry.bulk.find(id).map_or("", |one| one.kind.name());
        let roots = [format!("bulk_{}", kind.to_lowercase())];
        state.faults.take(&CallShape { kind: "bulk", operation_name: None, root_fields: &roots })
    };
    for fault in hits {
        match fault {
            FaultKind::BulkFails { after_lines } => mishaps.fails_after = Some(after_lines),
            FaultKind::BulkLosesLines { every } => mishaps.loses = Some(every),
            FaultKind::BulkHolds { after_rows } => mishaps.holds_after = Some(after_rows),
            FaultKind::HoldBeforeCommit { hold_ms } => simulation.hold(id, "before_commit", hold_ms).await,
            _ => {}
        }
    }
    mishaps
}

async fn pause(simulation: &Simulation) {
    let pause_ms = simulation.state().settings.bulk_pause_ms;
    tokio::time::sleep(Duration::from_millis(pause_ms)).await;
}

fn begun(simulation: &Simulation, id: u64) -> Option<(Kind, String)> {
    let mut state = simulation.state();
    let down = state.down;
    let operation = state.registry.bulk.find_mut(id).filter(|_| !down)?;
    if operation.status == Status::Created {
        operation.status = Status::Running;
    }
    Some((operation.kind, operation.document.clone()))
}

/// Counts the rows of a query as they would be found, a part at a time.
async fn grow(simulation: &Simulation, id: u64, lines: &[String], mishaps: &Mishaps) {
    let (mut rows, mut root_rows) = (0_u64, 0_u64);
    for part in lines.chunks(lines.len().div_ceil(GROWS_IN).max(1)) {
        for line in part {
            rows += 1;
            root_rows += u64::from(!line.contains("\"__parentId\""));
            let holds = mishaps.holds_after.is_some_and(|after| after as u64 == rows);
            if holds {
                count_rows(simulation, id, rows, root_rows);
                simulation.hold(id, "running", None).await;
            }
        }
        count_rows(simulation, id, rows, root_rows);
        pause(simulation).await;
    }
}

fn count_rows(simulation: &Simulation, id: u64, rows: u64, root_rows: u64) {
    if let Some(operation) = simulation.state().registry.bulk.find_mut(id) {
        (operation.rows, operation.root_rows) = (rows, root_rows);
    }
    simulation.announce();
}

fn query_lines(simulation: &Simulation, id: u64, inner: &syntax::Inner) -> Vec<String> {
    let state = simulation.state();
    let Ok(operation) = inner.document.operations.get(None) else { return Vec::new() };
    let variables = Map::new();
    let priced =
        Priced { schema: simulation.schema, document: &inner.document, operation, variables: &variables };
    let mut world = World::new(&state, simulation.clock.epoch_s());
    world.whole_lists = true;
    let executed = Executor::new(priced, world).run(&Object::Query);
    let data = executed.map_or(Value::Null, |executed| executed.data);
    state.registry.bulk.find(id).map(|one| flatten(&data, one.grouped)).unwrap_or_default()
}

/// Every line of the upload is a call of its own; they are taken in an order that is none.
async fn mutation_lines(
    simulation: &Simulation,
    id: u64,
    inner: &syntax::Inner,
    mishaps: &Mishaps,
) -> Vec<String> {
    let input = simulation.state().registry.bulk.find(id).map(|one| one.input.clone()).unwrap_or_default();
    let text = String::from_utf8_lossy(&input).into_owned();
    let mut numbered: Vec<(usize, &str)> = text.lines().enumerate().collect();
    shuffle(&mut numbered, id);
    let mut lines = Vec::with_capacity(numbered.len());
    for chunk in numbered.chunks(LINES_AT_ONCE) {
        for (number, line) in chunk {
            if mishaps.holds_after == Some(lines.len()) {
                simulation.hold(id, "running", None).await;
            }
            let mut state = simulation.state();
            let canceling = state.registry.bulk.find(id).is_none_or(|one| one.status == Status::Canceling);
            if state.down || canceling || mishaps.fails_after.is_some_and(|after| lines.len() >= after) {
                return lines;
            }
            let mut answer = one_line(simulation, &mut state, id, inner, line);
            answer["__lineNumber"] = json!(number);
            lines.push(escaped(&answer));
            if let Some(operation) = state.registry.bulk.find_mut(id) {
                (operation.rows, operation.root_rows) = (operation.rows + 1, operation.root_rows + 1);
            }
        }
        simulation.announce();
        tokio::task::yield_now().await;
    }
    lines
}

fn one_line(simulation: &Simulation, state: &mut State, id: u64, inner: &syntax::Inner, line: &str) -> Value {
    let Ok(operation) = inner.document.operations.get(None) else { return json!({}) };
    let given: Map<String, Value> = match serde_json::from_str(line) {
        Ok(Value::Object(given)) => given,
        _ => return json!({ "errors": [{ "message": "The line is not a JSON object" }] }),
    };
    let variables = match variables::coerce(simulation.schema, &inner.document, operation, &given) {
        Ok(variables) => variables,
        Err(errors) => return json!({ "errors": errors }),
    };
    let request_id = format!("bulk-{id}");
    let sequence = state.journal.open(Source::Api, simulation.clock.monotonic_ms(), &request_id);
    let document = &inner.document;
    let priced = Priced { schema: simulation.schema, document, operation, variables: &variables };
    let client = state.registry.bulk.find(id).and_then(|one| one.client.clone());
    let call = Call {
        simulation,
        request_id: &request_id,
        client: client.as_deref(),
        version: API_VERSION,
        faults: &[],
    };
    let outcomes = match mutate(&call, state, &priced) {
        Ok(outcomes) => outcomes,
        Err(what) => return json!({ "errors": [{ "message": what }] }),
    };
    let effects = effects_of(&outcomes);
    let list_effects = list_effects_of(&outcomes);
    let product_effects = product_effects_of(&outcomes);
    let refused = outcomes.values().any(|one| one.as_ref().is_ok_and(|outcome| outcome.refused));
    let mut world = World::new(state, simulation.clock.epoch_s());
    world.outcomes = outcomes;
    let executed = Executor::new(priced, world).run(&Object::Mutation);
    state.journal.takes_effect(sequence, |entry| {
        entry.kind = "bulk_line".to_owned();
        entry.client.clone_from(&client);
        entry.operation_name = operation.name.as_ref().map(ToString::to_string);
        entry.root_fields = operation.root_fields(document).map(|field| field.name.to_string()).collect();
        entry.variables = Value::Object(given);
        entry.outcome = if refused { CallOutcome::UserErrors } else { CallOutcome::Ok };
        entry.effects = effects;
        entry.list_effects = list_effects;
        entry.product_effects = product_effects;
    });
    match executed {
        Ok(executed) if executed.errors.is_empty() => json!({ "data": executed.data }),
        Ok(executed) => json!({ "data": executed.data, "errors": executed.errors }),
        Err(what) => json!({ "errors": [{ "message": what }] }),
    }
}

/// A shuffle that is the same for the same operation on every machine.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut random = SplitMix { state: seed };
    for place in (1..items.len()).rev() {
        let other = usize::try_from(random.below(place as u64 + 1)).unwrap_or_default();
        items.swap(place, other);
    }
}
