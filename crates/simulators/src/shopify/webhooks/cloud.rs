//! Subscriptions whose webhooks go to a queue in a cloud: kept and refused as recorded, never delivered here.

use serde_json::{Map, Value, json};

use super::super::bulk_input::UserError;
use super::super::errors::FieldError;
use super::super::objects::Resolved;
use super::super::simulation::State;
use super::super::stored::Outcome;
use super::subscribe::{create, refused, update};

const PUB_SUB: &str = "pubsub://";
const ARN: &str = "arn:";
const SOURCE: &str = "::event-source/aws.partner/shopify.com/";

/// Whether an address is that of a queue.
pub(super) fn is_queue(address: &str) -> bool {
    address.starts_with(PUB_SUB) || address.starts_with(ARN)
}

/// What is wrong with the address of a queue; `None` when it is none.
pub(super) fn complaints(address: &str, client_id: &str) -> Option<Vec<String>> {
    let invalid = |words: String| Some(vec!["Address is invalid".to_owned(), words]);
    let unsupported = |scheme: &str, words: &str| {
        Some(vec![format!("Address protocol {scheme}:// is not supported"), words.to_owned()])
    };
    if address.starts_with("kafka://") {
        return unsupported("kafka", "Address is not a valid kafka topic");
    }
    if let Some(place) = address.strip_prefix(PUB_SUB) {
        let Some((project, topic)) = place.split_once(':').filter(|(_, topic)| !topic.is_empty()) else {
            let words = "Address is not a valid GCP pub/sub format. Format should be pubsub://project:topic";
            return unsupported("pubsub", words);
        };
        return match (is_project(project), is_topic(topic)) {
            (false, _) => invalid("Address is not a valid GCP project id.".to_owned()),
            (true, false) => invalid("Address is not a valid GCP topic id.".to_owned()),
            (true, true) => Some(Vec::new()),
        };
    }
    if !address.starts_with(ARN) {
        return None;
    }
    let source = address.strip_prefix("arn:aws:events:").and_then(|rest| rest.split_once(SOURCE));
    match source.and_then(|(_, source)| source.split_once('/')) {
        Some((client, name)) if !name.is_empty() && client == client_id => Some(Vec::new()),
        Some((client, name)) if !name.is_empty() => invalid(format!(
            "Address is an AWS ARN and includes api_client_id '{client}' instead of '{client_id}'"
        )),
        _ => invalid("Address is not a valid AWS ARN".to_owned()),
    }
}

/// The mutations that are for one cloud alone.
///
/// # Errors
/// As the mutations for every destination.
pub(crate) fn run(
    state: &mut State,
    mutation: &str,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let mut input =
        arguments.get("webhookSubscription").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut text = |name: &str| match input.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let about = |field: &str, words: &str| UserError::new(&["webhookSubscription", field], None, words);
    let mut errors = Vec::new();
    let uri = if mutation.starts_with("pubSub") {
        let (project, topic) = (text("pubSubProject"), text("pubSubTopic"));
        if !is_project(&project) {
            errors.push(about("pubSubProject", "Google Cloud Pub/Sub project ID is not valid"));
        } else if !is_topic(&topic) {
            errors.push(about("pubSubTopic", "Google Cloud Pub/Sub topic ID is not valid"));
        }
        format!("{PUB_SUB}{project}:{topic}")
    } else {
        let arn = text("arn");
        let found = complaints(&arn, &state.settings.client_id).unwrap_or_default();
        errors.extend(found.iter().map(|words| about("arn", words)));
        arn
    };
    if !errors.is_empty() {
        return Ok(refused(&errors));
    }
    input.insert("uri".to_owned(), uri.into());
    let mut arguments = arguments.clone();
    arguments.insert("webhookSubscription".to_owned(), Value::Object(input));
    if mutation.ends_with("Create") {
        create(state, &arguments, now_s)
    } else {
        update(state, &arguments, now_s)
    }
}

/// A field of the endpoint in a cloud.
pub(crate) fn endpoint_field<'a>(address: &str, field: &str) -> Option<Resolved<'a>> {
    let place = address.strip_prefix(PUB_SUB).and_then(|place| place.split_once(':'));
    match (field, place) {
        ("pubSubProject", Some((project, _))) => Some(json!(project).into()),
        ("pubSubTopic", Some((_, topic))) => Some(json!(topic).into()),
        ("arn", None) => Some(json!(address).into()),
        _ => None,
    }
}

/// The type of the endpoint at an address.
pub(crate) fn endpoint_type(address: &str) -> &'static str {
    match address {
        queue if queue.starts_with(PUB_SUB) => "WebhookPubSubEndpoint",
        queue if queue.starts_with(ARN) => "WebhookEventBridgeEndpoint",
        _ => "WebhookHttpEndpoint",
    }
}

fn is_project(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (6..=30).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(plain)
        && !name.ends_with('-')
}

fn is_topic(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.~+%".contains(c);
    (3..=255).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(plain)
        && !name.starts_with("goog")
}
