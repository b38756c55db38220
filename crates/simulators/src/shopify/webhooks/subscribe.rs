//! Subscribing to webhooks, with the recorded refusals.

use serde_json::{Map, Value, json};

use super::super::bulk_input::UserError;
use super::super::errors::{FieldError, Refusal};
use super::super::gid::{gid, parse_gid};
use super::super::simulation::State;
use super::super::stored::{Outcome, Stored};
use super::{Subscription, cloud};

const BYTES_MAX: usize = 65_535;

/// `webhookSubscriptionCreate`.
///
/// # Errors
/// A destination without a known scheme: not simulated.
pub(crate) fn create(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let input = &arguments.get("webhookSubscription").cloned().unwrap_or_default();
    let topic = text(arguments.get("topic")).unwrap_or_default();
    let errors = complaints(state, input, None)?;
    if !errors.is_empty() {
        return Ok(refused(&errors));
    }
    let subscriptions = &mut state.registry.subscriptions;
    let taken =
        subscriptions.all.iter().any(|one| one.topic == topic && Some(&one.uri) == uri(input).as_ref());
    if taken {
        return Ok(refused(&[about_address("Address for this topic has already been taken")]));
    }
    subscriptions.last_id += 32_768;
    let id = 1_900_000_000_000 + subscriptions.last_id;
    let mut subscription = Subscription {
        id,
        topic,
        uri: String::new(),
        filter: None,
        format: "JSON".to_owned(),
        name: None,
        include_fields: Vec::new(),
        metafield_namespaces: Vec::new(),
        created_at: now_s,
        updated_at: now_s,
    };
    apply(&mut subscription, input, &state.settings.client_id);
    subscriptions.all.push(subscription);
    Ok(accepted(id))
}

/// `webhookSubscriptionUpdate`.
///
/// # Errors
/// A gid of another kind, or a destination that is no HTTP endpoint.
pub(crate) fn update(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let id = number(arguments)?;
    if state.registry.subscriptions.find(id).is_none() {
        return Ok(refused(&[UserError::new(&["id"], None, "Webhook subscription does not exist")]));
    }
    let input = &arguments.get("webhookSubscription").cloned().unwrap_or_default();
    let errors = complaints(state, input, Some(id))?;
    if !errors.is_empty() {
        return Ok(refused(&errors));
    }
    if let Some(subscription) = state.registry.subscriptions.all.iter_mut().find(|one| one.id == id) {
        apply(subscription, input, &state.settings.client_id);
        subscription.updated_at = now_s;
    }
    Ok(accepted(id))
}

/// `webhookSubscriptionDelete`.
///
/// # Errors
/// A gid of another kind.
pub(crate) fn delete(state: &mut State, arguments: &Map<String, Value>) -> Result<Outcome, FieldError> {
    let id = number(arguments)?;
    let name = "deletedWebhookSubscriptionId";
    if state.registry.subscriptions.find(id).is_none() {
        let gone = UserError::new(&["id"], None, "Webhook subscription does not exist");
        return Ok(Outcome::new(vec![(name, Stored::null())], &[gone]));
    }
    state.registry.subscriptions.all.retain(|one| one.id != id);
    let deleted = Stored::Json(json!(gid("WebhookSubscription", id)));
    Ok(Outcome::new(vec![(name, deleted)], &[]))
}

fn number(arguments: &Map<String, Value>) -> Result<u64, FieldError> {
    let id = arguments.get("id").and_then(Value::as_str).unwrap_or_default();
    let parsed = parse_gid(id).filter(|parsed| parsed.kind == "WebhookSubscription");
    parsed.map(|parsed| parsed.number).ok_or_else(|| Refusal::invalid_id(id))
}

fn text(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_str).map(str::to_owned)
}

fn uri(input: &Value) -> Option<String> {
    text(input.get("uri")).or_else(|| text(input.get("callbackUrl")))
}

fn apply(subscription: &mut Subscription, input: &Value, client_id: &str) {
    let list = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    if let Some(uri) = uri(input) {
        subscription.uri = uri;
    }
    if let Some(filter) = input.get("filter") {
        subscription.filter = text(Some(filter));
    }
    if let Some(format) = text(input.get("format")) {
        subscription.format = format;
    }
    if let Some(name) = input.get("name") {
        subscription.name = text(Some(name));
    }
    if let Some(fields) = input.get("includeFields") {
        subscription.include_fields = list(fields);
    }
    if let Some(namespaces) = input.get("metafieldNamespaces") {
        let resolved = |name: String| match name.strip_prefix("$app:") {
            Some(own) => format!("app--{client_id}--{own}"),
            None => name,
        };
        subscription.metafield_namespaces = list(namespaces).into_iter().map(resolved).collect();
    }
}

/// What is wrong with an input. An update may leave the address out.
fn complaints(state: &State, input: &Value, updated: Option<u64>) -> Result<Vec<UserError>, FieldError> {
    let mut errors = Vec::new();
    match uri(input) {
        None if updated.is_some() => {}
        address => errors.extend(address_complaints(state, &address.unwrap_or_default())?),
    }
    let arn = uri(input).is_some_and(|uri| uri.starts_with("arn:"));
    if errors.is_empty() && arn && input.get("format").is_some_and(|format| *format != "JSON") {
        let words = "Format can only be used with format: 'json'";
        errors.push(UserError::new(&["webhookSubscription", "format"], None, words));
    }
    let filter = text(input.get("filter")).unwrap_or_default();
    let of_filter = |words: &str| UserError::new(&["webhookSubscription"], None, words);
    if filter.len() > BYTES_MAX {
        errors.push(of_filter("The specified filter exceeds the maximum allowed size."));
    } else if !filter.trim().is_empty() && !filter.contains(':') {
        let words =
            "The specified filter is invalid, please ensure you specify the field(s) you wish to filter on.";
        errors.push(of_filter(words));
    }
    Ok(errors)
}

fn address_complaints(state: &State, address: &str) -> Result<Vec<UserError>, FieldError> {
    let one = |words: &str| Ok(vec![about_address(words)]);
    if address.trim().is_empty() {
        return one("Address can't be blank");
    }
    if address.len() > BYTES_MAX {
        return one("Address is too big (maximum is 64 KB)");
    }
    // A receiver on this machine stands in for one that is reached over TLS.
    if address.starts_with("http://127.0.0.1:") && state.settings.base_url.starts_with("http://127.0.0.1:") {
        return Ok(Vec::new());
    }
    if let Some(found) = cloud::complaints(address, &state.settings.client_id) {
        return Ok(found.iter().map(|words| about_address(words)).collect());
    }
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    match scheme {
        "https" => {}
        "" => return Err(FieldError::Unsupported(format!("webhooks to {address:?}"))),
        other => return one(&format!("Address protocol {other}:// is not supported")),
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_lowercase();
    if host.is_empty() {
        return one("Address is invalid");
    }
    let ours = ["myshopify.com", "shopify.com", "localhost", "internal", "local"];
    if ours.iter().any(|known| host == *known || host.ends_with(&format!(".{known}"))) {
        return one("Address cannot be a Shopify or an internal domain");
    }
    Ok(Vec::new())
}

fn about_address(words: &str) -> UserError {
    UserError::new(&["webhookSubscription", "callbackUrl"], None, words)
}

fn accepted(id: u64) -> Outcome {
    Outcome::new(vec![("webhookSubscription", Stored::Subscription(id))], &[])
}

pub(super) fn refused(errors: &[UserError]) -> Outcome {
    Outcome::new(vec![("webhookSubscription", Stored::null())], errors)
}
