//! Subscribing to webhooks as real stores were recorded to answer: lists, lifecycles, refusals, queues in clouds.

#[path = "support/recorded.rs"]
#[allow(dead_code, reason = "shared with the recordings of products")]
mod recorded;
mod support;

use recorded::differences;
use serde_json::{Value, json};
use support::{Shop, recording, small_catalogue, without_bulk_ids};

/// The app that was recorded.
const CLIENT_ID: &str = "347082227713";

/// The document that asks for what a recorded answer holds; they were kept apart from the recordings.
fn document_of(root: &str, answer: &Value) -> Option<String> {
    let one = &answer["webhookSubscription"];
    let shown = if root == "webhookSubscription" { answer } else { one };
    let fields = fields_of(shown);
    let payload = format!("webhookSubscription {{ {fields} }} userErrors {{ field message }}");
    let input = match root {
        _ if root.starts_with("pubSub") => "PubSubWebhookSubscriptionInput",
        _ if root.starts_with("eventBridge") => "EventBridgeWebhookSubscriptionInput",
        _ => "WebhookSubscriptionInput",
    };
    Some(match root {
        "webhookSubscriptionDelete" => "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
               deletedWebhookSubscriptionId userErrors { field message } } }"
            .to_owned(),
        "webhookSubscription" => format!("query($id: ID!) {{ webhookSubscription(id: $id) {{ {fields} }} }}"),
        "webhookSubscriptions" => list_document(answer),
        _ if root.ends_with("WebhookSubscriptionCreate") || root == "webhookSubscriptionCreate" => format!(
            "mutation($topic: WebhookSubscriptionTopic!, $webhookSubscription: {input}!) {{
               {root}(topic: $topic, webhookSubscription: $webhookSubscription) {{ {payload} }} }}"
        ),
        _ if root.ends_with("WebhookSubscriptionUpdate") || root == "webhookSubscriptionUpdate" => format!(
            "mutation($id: ID!, $webhookSubscription: {input}!) {{
               {root}(id: $id, webhookSubscription: $webhookSubscription) {{ {payload} }} }}"
        ),
        _ => return None,
    })
}

const ENDPOINT: &str = "endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl }
  ... on WebhookPubSubEndpoint { pubSubProject pubSubTopic } ... on WebhookEventBridgeEndpoint { arn } }";

/// What was shown of a subscription; its id where there is none.
fn fields_of(shown: &Value) -> String {
    let Some(fields) = shown.as_object() else { return "id".to_owned() };
    let name = |name: &String| match name.as_str() {
        "endpoint" => ENDPOINT.to_owned(),
        "apiVersion" => "apiVersion { handle displayName supported }".to_owned(),
        _ => name.clone(),
    };
    fields.keys().map(name).collect::<Vec<_>>().join(" ")
}

fn list_document(answer: &Value) -> String {
    let nodes = fields_of(&answer["nodes"][0]);
    let more = if answer["edges"].is_array() {
        "edges { cursor node { id topic } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    } else {
        ""
    };
    format!(
        "query($first: Int, $last: Int, $after: String, $before: String, $uri: String, $query: String,
           $reverse: Boolean, $sortKey: WebhookSubscriptionSortKeys) {{
           webhookSubscriptions(first: $first, last: $last, after: $after, before: $before, uri: $uri,
             query: $query, reverse: $reverse, sortKey: $sortKey) {{ nodes {{ {nodes} }} {more} }} }}"
    )
}

/// Replays the recorded calls of a file in order, with the ids and cursors that our shop gave.
async fn replay(part: &str) -> Option<usize> {
    let file = recording(part)?;
    let shop = Shop::start_with(small_catalogue(), |mut config| {
        config.client_id = CLIENT_ID.to_owned();
        config
    })
    .await;
    let mut calls = Vec::new();
    collect(&file, String::new(), &mut calls);
    calls.sort_by_key(|(path, _)| order(path));
    // Some files tell their last deletion twice.
    let mut seen = Vec::new();
    calls.retain(|(_, call)| {
        let first = !seen.contains(call);
        seen.push(call.clone());
        first || call["variables"].get("webhookSubscription").is_some()
    });
    let mut ids: Vec<(String, String)> = Vec::new();
    let mut replayed = 0;
    for (path, call) in calls {
        let recorded = call["response"].get("payload").unwrap_or(&call["response"]);
        let data = recorded["data"].as_object();
        let Some((root, answer)) = data.and_then(|data| data.iter().next()) else { continue };
        let Some(document) = document_of(root, answer) else { continue };
        let known = |text: String| ids.iter().fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
        let variables: Value = serde_json::from_str(&known(call["variables"].to_string())).expect("JSON");
        let answer = shop.send(&document, variables).await.expect("an answer");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        let ours = without_versions(&answer.json()["data"]);
        pair(&recorded["data"], &ours, "", &mut ids);
        let known = |text: String| ids.iter().fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
        let same_ids: Value = serde_json::from_str(&known(recorded["data"].to_string())).expect("JSON");
        let found = differences(&without_bulk_ids(&without_versions(&same_ids)), &without_bulk_ids(&ours));
        assert!(found.is_empty(), "{part}{path}: {found:#?}");
        replayed += 1;
        // So that what is created later sorts later, and never by id alone.
        shop.clock.pass_ms(1000);
    }
    Some(replayed)
}

/// Pairs ids and cursors of the recording with those that we gave.
fn pair(recorded: &Value, ours: &Value, key: &str, ids: &mut Vec<(String, String)>) {
    match (recorded, ours) {
        (Value::Object(recorded), Value::Object(ours)) => {
            for (name, value) in recorded {
                pair(value, ours.get(name).unwrap_or(&Value::Null), name, ids);
            }
        }
        (Value::Array(recorded), Value::Array(ours)) => {
            recorded.iter().zip(ours).for_each(|(value, own)| pair(value, own, key, ids));
        }
        (Value::String(theirs), Value::String(own)) if matches!(key, "id" | "cursor") && theirs != own => {
            ids.push((theirs.clone(), own.clone()));
        }
        _ => {}
    }
}

/// The version that was recorded was another one: its values stay out of the comparison.
fn without_versions(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_versions).collect(),
        Value::Object(fields) if fields.contains_key("displayName") => {
            fields.iter().map(|(name, _)| (name.clone(), json!("…"))).collect()
        }
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), without_versions(value))).collect()
        }
        other => other.clone(),
    }
}

/// When a call was made: the files are read by name, not in order.
fn order(path: &str) -> (bool, bool, bool, Option<String>, usize) {
    let group = path.rsplit_once('/').map(|(group, _)| group.to_owned());
    let first = path.contains("setup") || path.ends_with("Lifecycle/create");
    (path.contains("cleanup"), !first, !path.starts_with("/validation"), group, turn(path))
}

/// When a call was made among those of its group.
fn turn(path: &str) -> usize {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match name {
        _ if is(&["postDelete"]) => 7,
        _ if name.starts_with("delete") || name.starts_with("cleanup") => 6,
        "createTwo" => 1,
        "createThree" => 2,
        _ if name.starts_with("create") => 0,
        _ if is(&["AfterUpdate", "AfterValid", "AfterFailed", "AfterRejected"]) => 5,
        _ if name.starts_with("detail") || name.starts_with("list") => 3,
        // A page is asked for by a cursor of the one before.
        "defaultSort" => 0,
        "firstPage" => 1,
        _ => 4,
    }
}

fn collect(value: &Value, path: String, calls: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(fields) if fields.contains_key("documentPath") && fields.contains_key("response") => {
            calls.push((path, value.clone()));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, below)| collect(below, format!("{path}/{name}"), calls))
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path.clone(), calls)),
        _ => {}
    }
}

#[tokio::test]
async fn subscriptions_live_and_are_refused_as_recorded() {
    for (part, at_least) in [
        ("webhook-subscription-address-byte-size", 3),
        ("webhook-subscription-api-version-projection", 7),
        ("webhook-subscription-conformance", 20),
        ("webhook-subscription-filter-byte-size", 6),
        ("webhook-subscription-list-connection", 13),
        ("webhook-subscription-metafield-namespaces", 7),
        ("webhook-subscription-scheme-allowlist", 5),
    ] {
        let Some(replayed) = replay(part).await else { return };
        println!("{part}: {replayed} calls replayed");
        assert!(replayed >= at_least, "{part}: {replayed}");
    }
}

#[tokio::test]
async fn queues_in_clouds_live_and_are_refused_as_recorded() {
    for (part, at_least) in [
        ("eventbridge-cloud-format-json-only", 9),
        ("webhook-subscription-cloud-uri-validation", 14),
        ("webhook-subscription-dedicated-cloud-destinations", 18),
    ] {
        let Some(replayed) = replay(part).await else { return };
        println!("{part}: {replayed} calls replayed");
        assert!(replayed >= at_least, "{part}: {replayed}");
    }
}

#[tokio::test]
async fn addresses_are_refused_in_the_recorded_words() {
    let Some(file) = recording("webhook-subscription-uri-validation") else { return };
    let shop = Shop::start(small_catalogue()).await;
    let one = |name: &str, uri: &str| {
        format!(
            "{name}: webhookSubscriptionCreate(topic: SHOP_UPDATE, webhookSubscription: {{ uri: \"{uri}\" }}) {{
               webhookSubscription {{ id }} userErrors {{ field message }} }}"
        )
    };
    let document = format!(
        "mutation {{ {} {} {} {} }}",
        one("createHttpUriRejected", "http://example.com/hook"),
        one("createInternalDomainRejected", "https://hooks.internal/hook"),
        one("createShopifyDomainRejected", "https://some-shop.myshopify.com/hook"),
        one("baselineCreate", "https://example.com/hook"),
    );
    let ours = shop.ask(&document, json!({})).await;
    let found = differences(&file["primary"]["response"]["payload"], &ours);
    assert!(found.is_empty(), "{found:#?}");
    let id = &ours["data"]["baselineCreate"]["webhookSubscription"]["id"];
    for (call, root) in
        [("updateHttp", "webhookSubscriptionUpdate"), ("cleanup", "webhookSubscriptionDelete")]
    {
        let recorded = &file[call]["response"]["payload"];
        let document = document_of(root, &recorded["data"][root]).expect("a document");
        let mut variables = file[call]["variables"].clone();
        variables["id"] = id.clone();
        let mut ours = shop.ask(&document, variables).await["data"][root].clone();
        let mut theirs = recorded["data"][root].clone();
        if root == "webhookSubscriptionDelete" {
            assert_eq!(ours["deletedWebhookSubscriptionId"], *id);
            (ours["deletedWebhookSubscriptionId"], theirs["deletedWebhookSubscriptionId"]) =
                Default::default();
        }
        assert_eq!(ours, theirs, "{call}");
    }
}
