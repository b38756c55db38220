//! Runs the mutations of one document and makes them durable, or takes all of them back.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::bulk_update::{Writing, bulk_update};
use super::call::Call;
use super::cost::Priced;
use super::errors::{FieldError, Refusal};
use super::executor::arguments_of;
use super::faults::FaultKind;
use super::journal::{Effect, ListEffect, ProductEffect};
use super::markets::MarketsChange;
use super::product_writes::{self, ProductWrite};
use super::shop::Shop;
use super::simulation::State;
use super::state_file::Commit;
use super::stored::Outcome;
use super::{bulk, markets, staged, webhooks};

/// What each mutation of a document did, by response key.
pub(crate) type Outcomes = HashMap<String, Result<Outcome, Refusal>>;

/// Runs the mutations of a document one after another and makes them durable before anyone hears of them.
///
/// # Errors
/// What is not simulated, or a disk that refuses; the shop is as before then.
pub(crate) fn mutate(call: &Call<'_>, state: &mut State, priced: &Priced<'_>) -> Result<Outcomes, String> {
    let mut outcomes = Outcomes::new();
    let registry = state.registry.clone();
    if !priced.operation.is_mutation() {
        return Ok(outcomes);
    }
    let now_s = call.simulation.clock.epoch_s();
    for field in priced.operation.root_fields(priced.document).filter(|field| field.name != "__typename") {
        let arguments = arguments_of(&field.definition, field, priced.variables);
        let outcome = match run(call, state, &field.name, &arguments) {
            Ok(outcome) => Ok(outcome),
            Err(FieldError::Refused(refusal)) => Err(refusal),
            Err(FieldError::Unsupported(what)) => {
                take_back(&mut state.shop, &outcomes, now_s);
                state.registry = registry;
                return Err(what);
            }
        };
        outcomes.insert(field.response_key().to_string(), outcome);
    }
    let writes = || outcomes.values().flatten().flat_map(|outcome| &outcome.writes);
    let (before, after) = (&registry.markets, &state.registry.markets);
    let markets = if Arc::ptr_eq(before, after) { None } else { MarketsChange::between(before, after) };
    let products: Vec<ProductWrite> = product_writes_of(&outcomes).cloned().collect();
    if writes().next().is_some() || markets.is_some() || !products.is_empty() {
        let after = writes().map(|(_, after)| after.clone()).collect();
        let (effects, list_effects) = (effects_of(&outcomes), list_effects_of(&outcomes));
        let fresh = Commit::new(now_s, call.request_id);
        let mut commit = Commit { after, effects, markets, list_effects, ..fresh };
        products.iter().for_each(|write| write.add_to(&mut commit));
        if let Err(error) = state.commit(&commit) {
            take_back(&mut state.shop, &outcomes, now_s);
            state.registry = registry;
            return Err(format!("a disk that takes its state file: {error:#}"));
        }
    }
    let mut touched: Vec<u64> =
        changed(&outcomes).filter_map(|id| state.shop.variant(id)).map(|(p, _)| p.id).collect();
    touched.dedup();
    webhooks::products_changed(state, &touched, now_s);
    product_writes::tell(state, &products, now_s);
    Ok(outcomes)
}

/// Variants that are different now.
fn changed(outcomes: &Outcomes) -> impl Iterator<Item = u64> {
    let writes = outcomes.values().flatten().flat_map(|outcome| &outcome.writes);
    writes
        .filter(|(before, after)| {
            before.updated_at != after.updated_at || Effect::of_write(before, after).changed
        })
        .map(|(_, after)| after.id)
}

fn run(
    call: &Call<'_>,
    state: &mut State,
    mutation: &str,
    arguments: &Map<String, Value>,
) -> Result<Outcome, FieldError> {
    let now_s = call.simulation.clock.epoch_s();
    match mutation {
        "bulkOperationCancel" => bulk::cancel(state, arguments),
        "bulkOperationRunMutation" => bulk::run_mutation(call, state, arguments),
        "bulkOperationRunQuery" => bulk::run_query(call, state, arguments),
        "productVariantsBulkUpdate" => {
            let thousandfold = call.faults.contains(&FaultKind::MisstoreThreeDecimals);
            let writing = Writing { settings: &state.settings, now_s, thousandfold };
            bulk_update(&mut state.shop, &writing, arguments)
        }
        "productCreate"
        | "productDelete"
        | "productOptionsCreate"
        | "productSet"
        | "productVariantsBulkCreate"
        | "productVariantsBulkDelete" => product_writes::run(state, mutation, arguments, now_s),
        "catalogCreate" | "catalogDelete" | "marketCreate" | "marketDelete" | "priceListCreate"
        | "priceListDelete" | "priceListUpdate" => markets::run_write(state, mutation, arguments),
        "priceListFixedPricesAdd"
        | "priceListFixedPricesByProductUpdate"
        | "priceListFixedPricesDelete"
        | "priceListFixedPricesUpdate" => markets::run_fixed(state, mutation, arguments),
        "eventBridgeWebhookSubscriptionCreate"
        | "eventBridgeWebhookSubscriptionUpdate"
        | "pubSubWebhookSubscriptionCreate"
        | "pubSubWebhookSubscriptionUpdate" => webhooks::run_cloud(state, mutation, arguments, now_s),
        "webhookSubscriptionCreate" => webhooks::create(state, arguments, now_s),
        "webhookSubscriptionDelete" => webhooks::delete(state, arguments),
        "webhookSubscriptionUpdate" => webhooks::update(state, arguments, now_s),
        "stagedUploadsCreate" => staged::create(state, arguments, now_s),
        _ => Err(FieldError::Unsupported(format!("mutation {mutation}"))),
    }
}

/// The accepted writes, for the journal.
pub(crate) fn effects_of(outcomes: &Outcomes) -> Vec<Effect> {
    let writes = outcomes.values().flatten().flat_map(|outcome| &outcome.writes);
    let of_products = product_writes_of(outcomes).flat_map(ProductWrite::effects);
    writes.map(|(before, after)| Effect::of_write(before, after)).chain(of_products).collect()
}

fn product_writes_of(outcomes: &Outcomes) -> impl Iterator<Item = &ProductWrite> {
    outcomes.values().flatten().flat_map(|outcome| &outcome.products)
}

/// The accepted writes to whole products, for the journal.
pub(crate) fn product_effects_of(outcomes: &Outcomes) -> Vec<ProductEffect> {
    product_writes_of(outcomes).map(ProductWrite::effect).collect()
}

/// The accepted writes to price lists, for the journal.
pub(crate) fn list_effects_of(outcomes: &Outcomes) -> Vec<ListEffect> {
    outcomes.values().flatten().flat_map(|outcome| outcome.list_effects.iter().cloned()).collect()
}

fn take_back(shop: &mut Shop, outcomes: &Outcomes, now_s: i64) {
    for (before, _) in outcomes.values().flatten().flat_map(|outcome| outcome.writes.iter().rev()) {
        shop.replace_variant(before.clone(), now_s);
    }
    for write in outcomes.values().flatten().flat_map(|outcome| outcome.products.iter().rev()) {
        write.take_back(shop, now_s);
    }
}
