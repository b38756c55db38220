//! One call of the Admin API from its arrival to its reply, with every fault at the moment where it belongs.

use std::sync::Arc;
use std::time::Duration;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::Operation;
use apollo_compiler::validation::Valid;
use serde_json::{Map, Value, json};

use super::cost::{MAX_QUERY_COST, Priced};
use super::executor::{Executed, Executor};
use super::faults::{CallShape, FaultKind};
use super::journal::{CallOutcome, Effect, Source};
use super::mutations::{effects_of, list_effects_of, mutate, product_effects_of};
use super::objects::{Object, World};
use super::reply::Reply;
use super::simulation::{Simulation, State};
use super::stored::Outcome;
use super::{bulk, fields, validate, variables};

/// What arrived over the wire.
pub(crate) struct Arrival {
    pub(crate) request_id: String,
    pub(crate) token: Option<String>,
    pub(crate) client: Option<String>,
    /// The version of the API that was asked for.
    pub(crate) version: String,
    pub(crate) body: Vec<u8>,
}

/// What a mutation knows of the call it came with.
pub(crate) struct Call<'a> {
    pub(crate) simulation: &'a Simulation,
    pub(crate) request_id: &'a str,
    /// Who the caller says it is.
    pub(crate) client: Option<&'a str>,
    /// The version of the API that was asked for.
    pub(crate) version: &'a str,
    pub(crate) faults: &'a [FaultKind],
}

/// A call that may be executed.
struct Prepared {
    document: Valid<ExecutableDocument>,
    operation_name: Option<String>,
    variables: Map<String, Value>,
    requested: u64,
}

impl Prepared {
    fn operation(&self) -> Option<&Operation> {
        self.document.operations.get(self.operation_name.as_deref()).ok().map(AsRef::as_ref)
    }
}

/// A call that ends before execution.
struct Refused {
    outcome: CallOutcome,
    reply: Reply,
}

/// Answers a call. Runs to its end even if the client goes away.
pub(crate) async fn answer(simulation: Arc<Simulation>, arrival: Arrival) -> Reply {
    let now_ms = simulation.clock.monotonic_ms();
    let sequence = simulation.state().journal.open(Source::Api, now_ms, &arrival.request_id);
    simulation.state().journal.note(sequence, |entry| entry.client.clone_from(&arrival.client));
    let reply = match prepare(&simulation, sequence, &arrival) {
        Ok(prepared) => run(&simulation, sequence, &arrival, &prepared).await,
        Err(Refused { outcome, reply }) => {
            simulation.state().journal.note(sequence, |entry| entry.outcome = outcome);
            reply
        }
    };
    let answered = !matches!(reply, Reply::Drop | Reply::Cut { .. });
    simulation.state().journal.note(sequence, |entry| entry.answered = answered);
    simulation.announce();
    reply
}

fn prepare(simulation: &Simulation, sequence: u64, arrival: &Arrival) -> Result<Prepared, Refused> {
    let refused = |outcome, reply| Refused { outcome, reply };
    {
        let state = simulation.state();
        let given = arrival.token.as_deref().unwrap_or_default();
        let now_s = simulation.clock.epoch_s();
        let known = given == state.settings.token || state.grants.knows(given, now_s);
        if !known || state.settings.revoked {
            return Err(refused(CallOutcome::Unauthorized, Reply::unauthorized()));
        }
    }
    let bad_body = || refused(CallOutcome::Invalid, Reply::bad_body());
    let body: Value = serde_json::from_slice(&arrival.body).map_err(|_| bad_body())?;
    let source = body["query"].as_str().ok_or_else(bad_body)?;
    let given = match &body["variables"] {
        Value::Object(given) => given.clone(),
        Value::Null => Map::new(),
        _ => return Err(bad_body()),
    };
    simulation.state().journal.note(sequence, |entry| entry.variables = Value::Object(given.clone()));
    let invalid = |errors| refused(CallOutcome::Invalid, Reply::refused(errors));
    let document = validate::validate(simulation.schema, source).map_err(invalid)?;
    let operation_name = body["operationName"].as_str().filter(|name| !name.is_empty()).map(str::to_owned);
    let Ok(operation) = document.operations.get(operation_name.as_deref()) else {
        let message = match &operation_name {
            Some(name) => format!("No operation named \"{name}\""),
            None => "An operation name is required".to_owned(),
        };
        return Err(invalid(vec![json!({ "message": message })]));
    };
    simulation.state().journal.note(sequence, |entry| {
        entry.kind = if operation.is_mutation() { "mutation" } else { "query" }.to_owned();
        entry.operation_name = operation.name.as_ref().map(ToString::to_string);
        entry.root_fields = operation.root_fields(&document).map(|field| field.name.to_string()).collect();
    });
    let variables = variables::coerce(simulation.schema, &document, operation, &given).map_err(invalid)?;
    if let Some(what) = fields::missing(&document, operation) {
        return Err(refused(CallOutcome::Unsupported, Reply::unsupported(&what)));
    }
    let priced = Priced { schema: simulation.schema, document: &document, operation, variables: &variables };
    let requested = priced.requested();
    if requested > MAX_QUERY_COST {
        let reply = Reply::max_cost_exceeded(requested, MAX_QUERY_COST);
        return Err(refused(CallOutcome::MaxCostExceeded, reply));
    }
    simulation.state().journal.note(sequence, |entry| entry.requested_cost = Some(requested));
    Ok(Prepared { document, operation_name, variables, requested })
}

async fn run(simulation: &Arc<Simulation>, sequence: u64, arrival: &Arrival, prepared: &Prepared) -> Reply {
    let request_id = arrival.request_id.as_str();
    let faults = take_faults(simulation, sequence);
    if let Some(reply) = before_commit(simulation, sequence, request_id, &faults).await {
        return reply;
    }
    let reply = {
        let mut state = simulation.state();
        if state.down {
            state.journal.note(sequence, |entry| entry.outcome = CallOutcome::Dropped);
            return Reply::Drop;
        }
        let client = arrival.client.as_deref();
        let call = Call { simulation, request_id, client, version: &arrival.version, faults: &faults };
        execute(&call, &mut state, sequence, prepared)
    };
    bulk::set_to_work(simulation);
    simulation.announce();
    let reply = after_commit(simulation, sequence, request_id, &faults).await.unwrap_or(reply);
    let cut = faults.iter().find_map(|fault| match fault {
        FaultKind::CutAnswer { after_bytes } => Some(*after_bytes),
        _ => None,
    });
    cut.map_or(reply.clone(), |after_bytes| reply.cut(after_bytes))
}

fn take_faults(simulation: &Simulation, sequence: u64) -> Vec<FaultKind> {
    let mut state = simulation.state();
    let State { journal, faults, .. } = &mut *state;
    let mut hits = Vec::new();
    journal.note(sequence, |entry| {
        hits = faults.take(&CallShape {
            kind: &entry.kind,
            operation_name: entry.operation_name.as_deref(),
            root_fields: &entry.root_fields,
        });
        entry.faults = hits.iter().map(|fault| fault.name().to_owned()).collect();
    });
    hits
}

async fn before_commit(
    simulation: &Simulation,
    sequence: u64,
    request_id: &str,
    faults: &[FaultKind],
) -> Option<Reply> {
    for fault in faults {
        let (outcome, reply) = match fault {
            FaultKind::HoldBeforeCommit { hold_ms } => {
                simulation.hold(sequence, "before_commit", *hold_ms).await;
                continue;
            }
            FaultKind::TimeoutBeforeCommit { hold_ms } => {
                tokio::time::sleep(Duration::from_millis(*hold_ms)).await;
                (CallOutcome::Dropped, Reply::Drop)
            }
            FaultKind::HttpErrorBeforeCommit { status } => {
                (CallOutcome::HttpError, Reply::http_error(*status))
            }
            FaultKind::ExpireTokens => {
                simulation.state().grants.expire();
                (CallOutcome::Unauthorized, Reply::unauthorized())
            }
            FaultKind::InternalErrorBeforeCommit => {
                (CallOutcome::InternalError, Reply::internal_error(request_id))
            }
            _ => continue,
        };
        simulation.state().journal.note(sequence, |entry| entry.outcome = outcome);
        return Some(reply);
    }
    None
}

async fn after_commit(
    simulation: &Simulation,
    sequence: u64,
    request_id: &str,
    faults: &[FaultKind],
) -> Option<Reply> {
    for fault in faults {
        let (outcome, reply) = match fault {
            FaultKind::MerchantEdit { edits } => {
                if let Err(reason) = simulation.edit(edits) {
                    tracing::warn!(reason, "A scripted merchant edit could not be made");
                }
                continue;
            }
            FaultKind::HoldAfterCommit { hold_ms } => {
                simulation.hold(sequence, "after_commit", *hold_ms).await;
                continue;
            }
            FaultKind::TimeoutAfterCommit { hold_ms } => {
                tokio::time::sleep(Duration::from_millis(*hold_ms)).await;
                (CallOutcome::Dropped, Reply::Drop)
            }
            FaultKind::HttpErrorAfterCommit { status } => {
                (CallOutcome::HttpError, Reply::http_error(*status))
            }
            FaultKind::InternalErrorAfterCommit => {
                (CallOutcome::InternalError, Reply::internal_error(request_id))
            }
            _ => continue,
        };
        simulation.state().journal.note(sequence, |entry| entry.outcome = outcome);
        return Some(reply);
    }
    None
}

fn execute(call: &Call<'_>, state: &mut State, sequence: u64, prepared: &Prepared) -> Reply {
    let Call { simulation, faults, .. } = *call;
    let now_ms = simulation.clock.monotonic_ms();
    if faults.contains(&FaultKind::Throttle) {
        state.bucket.drain(now_ms);
    }
    if !state.bucket.admits(prepared.requested, now_ms) {
        state.journal.note(sequence, |entry| entry.outcome = CallOutcome::Throttled);
        return Reply::throttled(prepared.requested, state.bucket.status());
    }
    let Some(operation) = prepared.operation() else { return Reply::bad_body() };
    let Prepared { document, variables, .. } = prepared;
    let priced = Priced { schema: simulation.schema, document, operation, variables };
    let outcomes = match mutate(call, state, &priced) {
        Ok(outcomes) => outcomes,
        Err(what) => {
            state.journal.note(sequence, |entry| entry.outcome = CallOutcome::Unsupported);
            return Reply::unsupported(&what);
        }
    };
    let effects: Vec<Effect> = effects_of(&outcomes);
    let list_effects = list_effects_of(&outcomes);
    let product_effects = product_effects_of(&outcomes);
    let user_errors =
        outcomes.values().any(|outcome| outcome.as_ref().is_ok_and(|outcome: &Outcome| outcome.refused));
    let root = if operation.is_mutation() { Object::Mutation } else { Object::Query };
    let mut world = World::new(state, simulation.clock.epoch_s());
    world.outcomes = outcomes;
    let mut executor = Executor::new(priced, world);
    let executed = executor.run(&root);
    let actual = priced.actual(&executor.observed);
    let (outcome, reply) = match executed {
        Ok(executed) => {
            let outcome = match (executed.errors.is_empty(), user_errors) {
                (false, _) => CallOutcome::FieldErrors,
                (true, true) => CallOutcome::UserErrors,
                (true, false) => CallOutcome::Ok,
            };
            state.bucket.charge(actual, now_ms);
            (outcome, executed_reply(executed, prepared.requested, actual, &state.bucket.status()))
        }
        Err(what) => (CallOutcome::Unsupported, Reply::unsupported(&what)),
    };
    state.journal.takes_effect(sequence, |entry| {
        entry.outcome = outcome;
        entry.actual_cost = Some(actual);
        entry.effects = effects;
        entry.list_effects = list_effects;
        entry.product_effects = product_effects;
    });
    reply
}

fn executed_reply(executed: Executed, requested: u64, actual: u64, status: &Value) -> Reply {
    let cost =
        json!({ "requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status });
    let mut body = json!({ "data": executed.data, "extensions": { "cost": cost } });
    if !executed.errors.is_empty() {
        body["errors"] = executed.errors.into();
    }
    if !executed.search.is_empty() {
        body["extensions"]["search"] = executed.search.into();
    }
    Reply::ok(body)
}
