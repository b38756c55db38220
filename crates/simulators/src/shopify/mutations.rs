//! Runs the mutations of one document and makes them durable, or takes all of them back.

use std::collections::HashMap;

use super::bulk_update::{Outcome, Writing, bulk_update};
use super::cost::Priced;
use super::errors::{FieldError, Refusal};
use super::executor::arguments_of;
use super::faults::FaultKind;
use super::journal::Effect;
use super::shop::Shop;
use super::simulation::{Simulation, State};
use super::state_file::Commit;

/// What each mutation of a document did, by response key.
pub(crate) type Outcomes = HashMap<String, Result<Outcome, Refusal>>;

/// Runs the mutations of a document one after another and makes them durable before anyone hears of them.
///
/// # Errors
/// What is not simulated, or a disk that refuses; the shop is as before then.
pub(crate) fn mutate(
    simulation: &Simulation,
    state: &mut State,
    request_id: &str,
    priced: &Priced<'_>,
    faults: &[FaultKind],
) -> Result<Outcomes, String> {
    let mut outcomes = Outcomes::new();
    if !priced.operation.is_mutation() {
        return Ok(outcomes);
    }
    let now_s = simulation.clock.epoch_s();
    let thousandfold = faults.contains(&FaultKind::MisstoreThreeDecimals);
    for field in priced.operation.root_fields(priced.document).filter(|field| field.name != "__typename") {
        let arguments = arguments_of(&field.definition, field, priced.variables);
        let writing = Writing { settings: &state.settings, now_s, thousandfold };
        let outcome = match bulk_update(&mut state.shop, &writing, &arguments) {
            Ok(outcome) => Ok(outcome),
            Err(FieldError::Refused(refusal)) => Err(refusal),
            Err(FieldError::Unsupported(what)) => {
                take_back(&mut state.shop, &outcomes, now_s);
                return Err(what);
            }
        };
        outcomes.insert(field.response_key().to_string(), outcome);
    }
    let writes = || outcomes.values().flatten().flat_map(|outcome| &outcome.writes);
    if writes().next().is_some() {
        let after = writes().map(|(_, after)| after.clone()).collect();
        let effects = effects_of(&outcomes);
        let commit =
            Commit { at: now_s, request_id: request_id.to_owned(), after, deleted: Vec::new(), effects };
        if let Err(error) = state.commit(&commit) {
            take_back(&mut state.shop, &outcomes, now_s);
            return Err(format!("a disk that takes its state file: {error:#}"));
        }
    }
    Ok(outcomes)
}

/// The accepted writes, for the journal.
pub(crate) fn effects_of(outcomes: &Outcomes) -> Vec<Effect> {
    let writes = outcomes.values().flatten().flat_map(|outcome| &outcome.writes);
    writes.map(|(before, after)| Effect::of_write(before, after)).collect()
}

fn take_back(shop: &mut Shop, outcomes: &Outcomes, now_s: i64) {
    for (before, _) in outcomes.values().flatten().flat_map(|outcome| outcome.writes.iter().rev()) {
        shop.replace_variant(before.clone(), now_s);
    }
}
