//! Webhooks: subscriptions of the app, the payloads of their topics, and deliveries that are signed, retried, and by
//! faults lost, doubled or late.

mod cloud;
mod deliver;
mod outbox;
mod payload;
mod post;
mod subscribe;

use serde_json::{Map, Value, json};

use super::connection::{Entry, SortValue, cut};
use super::errors::FieldError;
use super::gid::gid;
use super::lists::sortable_time;
use super::objects::{Object, Resolution, Resolved, World, date_time, texts};
use super::schema::API_VERSION;
use super::search::comparator_of;
use super::search_condition::Comparator;
use super::simulation::State;

pub(crate) use cloud::{endpoint_field, endpoint_type, run as run_cloud};
pub(crate) use deliver::{deliver, headers};
pub use outbox::Sent;
pub(crate) use outbox::{Outbox, emit, send_to};
pub(crate) use subscribe::{create, delete, update};

/// One subscription.
#[derive(Debug, Clone)]
pub(crate) struct Subscription {
    pub(crate) id: u64,
    /// As the enum of the schema writes it: `PRODUCTS_UPDATE`.
    topic: String,
    uri: String,
    filter: Option<String>,
    format: String,
    name: Option<String>,
    include_fields: Vec<String>,
    metafield_namespaces: Vec<String>,
    created_at: i64,
    updated_at: i64,
}

/// The app's subscriptions, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Subscriptions {
    all: Vec<Subscription>,
    last_id: u64,
}

impl Subscription {
    /// The topic as headers and documents write it: `products/update`.
    fn topic_path(&self) -> String {
        topic_path(&self.topic)
    }

    pub(crate) fn field<'a>(&self, field: &str) -> Option<Resolved<'a>> {
        Some(Resolved::from(match field {
            "id" => json!(gid("WebhookSubscription", self.id)),
            "legacyResourceId" => json!(self.id.to_string()),
            "topic" => json!(self.topic),
            // Recorded: every queue is shown with this address, of whichever cloud it is.
            "callbackUrl" if cloud::is_queue(&self.uri) => json!("https://eventbridge.arn"),
            "uri" | "callbackUrl" => json!(self.uri),
            "filter" => json!(self.filter),
            "format" => json!(self.format),
            "name" => json!(self.name),
            "createdAt" => json!(date_time(self.created_at)),
            "updatedAt" => json!(date_time(self.updated_at)),
            "includeFields" => return Some(texts(&self.include_fields)),
            "metafieldNamespaces" => return Some(texts(&self.metafield_namespaces)),
            "endpoint" => return Some(Resolved::Object(Object::Endpoint(self.uri.clone()))),
            "apiVersion" => {
                return Some(Resolved::plain(vec![
                    ("handle", json!(API_VERSION).into()),
                    ("displayName", json!(format!("{API_VERSION} (Latest)")).into()),
                    ("supported", json!(true).into()),
                ]));
            }
            _ => return None,
        }))
    }
}

impl Subscriptions {
    pub(crate) fn find(&self, id: u64) -> Option<&Subscription> {
        self.all.iter().find(|one| one.id == id)
    }
}

/// `PRODUCTS_UPDATE` as `products/update`; the last word is what happened, unless it takes two.
fn topic_path(topic: &str) -> String {
    let words = topic.to_lowercase();
    match words.as_str() {
        "app_scopes_update" => "app/scopes_update".to_owned(),
        "customers_data_request" => "customers/data_request".to_owned(),
        _ => match words.rsplit_once('_') {
            Some((what, happened)) => format!("{what}/{happened}"),
            None => words,
        },
    }
}

/// `QueryRoot.webhookSubscriptions`.
pub(crate) fn list<'a>(world: &World<'a>, arguments: &Map<String, Value>) -> Resolution<'a> {
    let by_id = arguments.get("sortKey").and_then(Value::as_str) == Some("ID");
    let entry = |one: &'a Subscription| {
        let id = SortValue::Number(one.id.cast_signed());
        let value = if by_id { id } else { SortValue::Text(sortable_time(one.created_at)) };
        Entry { value, id: one.id, item: Object::Subscription(one) }
    };
    let found = filtered(world, arguments)?;
    let page = cut(found.into_iter().map(entry).collect(), arguments)?;
    Ok(Resolved::Object(Object::Connection(page.boxed())))
}

/// `QueryRoot.webhookSubscriptionsCount`.
pub(crate) fn count<'a>(world: &World<'a>, arguments: &Map<String, Value>) -> Resolution<'a> {
    Ok(super::objects::count(filtered(world, arguments)?.len() as u64, "EXACT"))
}

fn filtered<'a>(
    world: &World<'a>,
    arguments: &Map<String, Value>,
) -> Result<Vec<&'a Subscription>, FieldError> {
    let mut found: Vec<&Subscription> = world.registry.subscriptions.all.iter().collect();
    let text = |name: &str| arguments.get(name).and_then(Value::as_str);
    if let Some(uri) = text("uri").or(text("callbackUrl")) {
        found.retain(|one| one.uri == uri);
    }
    if let Some(topics) = arguments.get("topics").and_then(Value::as_array) {
        found.retain(|one| topics.iter().any(|topic| *topic == one.topic));
    }
    for term in text("query").unwrap_or_default().split_whitespace() {
        match term.split_once(':') {
            Some(("id", id)) => found.retain(|one| one.id.to_string() == id),
            Some(("created_at", wanted)) => found.retain(|one| is_at(one.created_at, wanted)),
            Some(("updated_at", wanted)) => found.retain(|one| is_at(one.updated_at, wanted)),
            _ => return Err(FieldError::Unsupported(format!("the filter {term:?} of webhookSubscriptions"))),
        }
    }
    Ok(found)
}

/// Whether a time is where a filter wants it: `>=2026-01-01` and the like.
fn is_at(epoch_s: i64, wanted: &str) -> bool {
    let time = date_time(epoch_s);
    let (comparator, day) = comparator_of(wanted);
    match comparator {
        Comparator::Is => time.starts_with(day),
        Comparator::Above => time.as_str() > day,
        Comparator::AtLeast => time.as_str() >= day,
        Comparator::Below => time.as_str() < day,
        Comparator::AtMost => time.as_str() <= day,
    }
}

/// Says that products have changed.
pub(crate) fn products_changed(state: &mut State, products: &[u64], now_s: i64) {
    for id in products {
        let Some(product) = state.shop.product(*id) else { continue };
        let payload = payload::product(product);
        emit(state, "products/update", &payload, now_s);
    }
}

/// Says that a product is new.
pub(crate) fn product_created(state: &mut State, id: u64, now_s: i64) {
    let Some(product) = state.shop.product(id) else { return };
    let payload = payload::product(product);
    emit(state, "products/create", &payload, now_s);
}

/// Says that a product is gone.
pub(crate) fn product_deleted(state: &mut State, id: u64, now_s: i64) {
    emit(state, "products/delete", &payload::deleted_product(id), now_s);
}

/// Says that the merchant has changed the shop's settings.
pub(crate) fn shop_changed(state: &mut State, now_s: i64) {
    state.settings.updated_at = now_s;
    let payload = payload::shop(&state.settings);
    emit(state, "shop/update", &payload, now_s);
}

/// Grants other scopes than before, and says so to those who wanted to know.
pub(crate) fn grant(state: &mut State, scopes: Vec<String>, now_s: i64) {
    let previous = std::mem::replace(&mut state.settings.scopes, scopes);
    let payload = payload::scopes(&state.settings, &previous, now_s);
    emit(state, "app/scopes_update", &payload, now_s);
}

/// Ends the app's access, and says so to those who wanted to know.
pub(crate) fn uninstall(state: &mut State, now_s: i64) {
    let payload = payload::shop(&state.settings);
    emit(state, "app/uninstalled", &payload, now_s);
    state.settings.revoked = true;
    state.registry.subscriptions.all.clear();
}
