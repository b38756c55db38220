//! What must be true after a run, told from the shop's side and from the records: computed here, not by the product.

use std::collections::BTreeMap;

use serde_json::Value;
use simulators::shopify::{Effect, JournalEntry, ShopState, Source};

use crate::server::Server;
use crate::world::{World, text};

/// A price to another, by the variant's gid.
pub type Moves = BTreeMap<String, (String, String)>;

/// What a tenth off means for every variant.
pub fn a_tenth_off(shop: &ShopState) -> Moves {
    let variants = shop.products.iter().flat_map(|product| &product.variants);
    let moves = variants.map(|variant| {
        let before = variant.price.to_string();
        let cents: i64 = before.replace('.', "").parse().expect("two decimals");
        assert_eq!(cents % 10, 0, "{before} has no exact tenth");
        let after = cents / 10 * 9;
        let after = format!("{}.{:02}", after / 100, after % 100);
        (format!("gid://shopify/ProductVariant/{}", variant.id), (before, after))
    });
    moves.collect()
}

/// The way back.
pub fn back(moves: &Moves) -> Moves {
    moves.iter().map(|(variant, (from, to))| (variant.clone(), (to.clone(), from.clone()))).collect()
}

/// The whole shop, field by field, with some prices moved and everything else as it was.
pub fn moved(shop: &ShopState, moves: &Moves) -> Value {
    let mut shop = serde_json::to_value(shop).expect("a state");
    let products = shop["products"].as_array_mut().expect("products");
    for variant in
        products.iter_mut().flat_map(|product| product["variants"].as_array_mut().expect("variants"))
    {
        let (from, to) = &moves[&format!("gid://shopify/ProductVariant/{}", variant["id"])];
        assert_eq!(variant["price"], **from);
        variant["price"] = to.clone().into();
    }
    shop
}

/// The shop as it is now.
pub fn now(world: &World) -> Value {
    serde_json::to_value(world.shop.state().without_times()).expect("a state")
}

/// Every variant was written exactly once, from the planned price to the planned price, and nothing else was.
pub fn written_once(journal: &[JournalEntry], moves: &Moves) {
    let ours = journal.iter().filter(|entry| entry.source == Source::Api);
    let mut effects: BTreeMap<&str, Vec<&Effect>> = BTreeMap::new();
    for entry in ours {
        for effect in &entry.effects {
            effects.entry(&effect.variant_id).or_default().push(effect);
        }
        assert!(!entry.variables.to_string().contains("compareAt"), "compare-at was mentioned: {entry:?}");
    }
    let written: Vec<&str> = effects.keys().copied().collect();
    let planned: Vec<&str> = moves.keys().map(String::as_str).collect();
    assert_eq!(written, planned, "other variants were written than planned");
    for (variant, effects) in effects {
        let (from, to) = &moves[variant];
        assert_eq!(effects.len(), 1, "{variant} was written more than once: {effects:?}");
        let effect = effects[0];
        assert!(effect.changed, "{effect:?}");
        assert_eq!((&effect.old_price, effect.new_price.as_ref()), (from, Some(to)), "{variant}");
        assert_eq!(effect.old_compare_at, effect.new_compare_at, "{variant}");
    }
}

/// The run has ended with every target applied and read back, and every record of it exists exactly once.
pub async fn recorded_once(world: &World, server: &Server, run: &Value, action: &str, moves: &Moves) {
    let id = text(&run["id"]);
    let count = moves.len() as u64;
    assert_eq!(
        (&run["state"], &run["settled"]),
        (&"applied".into(), &true.into()),
        "{run}\n{}",
        server.log()
    );
    assert_eq!(
        (run["counts"]["applied"].as_u64(), run["counts"]["verified"].as_u64()),
        (Some(count), Some(count))
    );
    let targets = server.list(&world.editor, &format!("runs/{id}/targets?")).await;
    let mut open: BTreeMap<String, String> = BTreeMap::new();
    for target in &targets {
        assert_eq!(target["state"], "applied", "{target}");
        open.insert(text(&target["variant_id"]), text(&target["after"]["amount"]));
    }
    assert_eq!(open.len(), moves.len(), "a variant is missing among the targets, or stands there twice");
    let records = server.list(&world.approver, &format!("audit?action={action}&")).await;
    let of_run = |record: &&Value| record["reason"].as_str().is_some_and(|reason| reason.ends_with(&id));
    for record in records.iter().filter(of_run) {
        let after = open.remove(record["entity_id"].as_str().unwrap_or_default());
        assert_eq!(after.as_deref(), record["after"]["price"]["amount"].as_str(), "twice or wrong: {record}");
    }
    assert!(open.is_empty(), "without a record: {open:?}");
    let of_run = format!("from event_log where type = '{action}' and payload ->> 'run_id' = '{id}'");
    let events = world.count(&format!("select count(*) {of_run}")).await;
    let subjects = world.count(&format!("select count(distinct entity_id) {of_run}")).await;
    assert_eq!((events, subjects), (count as i64, count as i64), "events of {id}");
    let prices = format!("select count(*) from price_versions where source_id = '{id}'");
    assert_eq!(world.count(&prices).await, count as i64, "price versions of {id}");
    nothing_left(world).await;
}

/// No job is due, running or dead, and no lease is held. What looks after a run later is still to come.
async fn nothing_left(world: &World) {
    let unfinished = "select count(*) from jobs
         where state <> 'done' and not (state = 'queued' and run_at > now()) or lease_owner is not null";
    world
        .until_any(
            "select count(*) from (select 1 where not exists (select from jobs where state = 'running')) x",
        )
        .await;
    assert_eq!(world.count(unfinished).await, 0, "a job was left behind");
}
