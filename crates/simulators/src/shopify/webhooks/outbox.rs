//! Webhooks that were emitted and wait for their delivery, and what became of each.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::super::faults::{CallShape, FaultKind};
use super::super::simulation::State;
use super::cloud;

/// The pauses before the eight further attempts, in seconds: four hours together.
const PAUSES_S: [i64; 8] = [10, 50, 240, 600, 1_500, 3_000, 4_200, 4_800];

/// A webhook that was emitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// `products/update` and the like.
    pub topic: String,
    /// Where it goes.
    pub uri: String,
    /// `X-Shopify-Webhook-Id`: the same for every attempt.
    pub webhook_id: String,
    /// `X-Shopify-Event-Id`: the same for all subscriptions of one change.
    pub event_id: String,
    /// Seconds since the epoch when it happened.
    pub triggered_at: i64,
    /// The exact bytes that are signed.
    pub body: String,
    /// How often it was tried.
    pub attempts: usize,
    /// The status of the last attempt; `None` without an answer.
    pub status: Option<u16>,
    /// Taken by the receiver, lost by a fault, or given up.
    pub over: bool,
    /// Seconds since the epoch of the next attempt.
    pub(super) due_at: i64,
    /// Waits until so many webhooks were emitted in all.
    pub(super) after_emitted: usize,
    /// Delivered once more although it was taken.
    pub(super) again: bool,
    /// Name of the subscription, if it has one.
    pub(super) name: Option<String>,
    /// Belongs to a subscription, which goes away when delivery is given up.
    pub(super) subscription: Option<u64>,
}

/// All webhooks, in the order in which they were emitted.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    sent: Vec<Sent>,
}

impl Outbox {
    pub(crate) fn sent(&self) -> &[Sent] {
        &self.sent
    }

    /// The webhook to be tried next, by its place.
    pub(super) fn next(&self, now_s: i64) -> Option<usize> {
        let emitted = self.sent.len();
        self.sent.iter().position(|one| !one.over && one.due_at <= now_s && one.after_emitted <= emitted)
    }

    pub(super) fn get(&self, place: usize) -> Option<Sent> {
        self.sent.get(place).cloned()
    }

    /// Whether nothing is to be delivered now.
    pub(crate) fn is_idle(&self, now_s: i64) -> bool {
        self.next(now_s).is_none()
    }

    /// Notes how an attempt ended. Answers with the subscription that is to go when the webhook is given up.
    pub(super) fn note(&mut self, place: usize, status: Option<u16>, now_s: i64) -> Option<u64> {
        let one = self.sent.get_mut(place)?;
        one.attempts += 1;
        one.status = status;
        if status.is_some_and(|status| (200..300).contains(&status)) {
            one.over = !std::mem::take(&mut one.again);
            return None;
        }
        match PAUSES_S.get(one.attempts - 1) {
            Some(pause) => {
                one.due_at = now_s + pause;
                None
            }
            None => {
                one.over = true;
                one.subscription
            }
        }
    }
}

/// Emits a webhook to every subscription of a topic.
pub(crate) fn emit(state: &mut State, topic: &str, payload: &Value, now_s: i64) {
    let event_id = Uuid::now_v7().to_string();
    let wanted = state.registry.subscriptions.all.iter().filter(|one| one.topic_path() == topic);
    let wanted: Vec<_> = wanted.filter(|one| !cloud::is_queue(&one.uri)).cloned().collect();
    for subscription in wanted {
        let body = only(payload, &subscription.include_fields);
        push(state, topic, &subscription.uri, body.to_string(), &event_id, now_s);
        if let Some(last) = state.outbox.sent.last_mut() {
            (last.subscription, last.name) = (Some(subscription.id), subscription.name);
        }
    }
}

/// Emits a webhook that comes without a subscription, as those about privacy do.
pub(crate) fn send_to(state: &mut State, topic: &str, uri: &str, payload: &Value, now_s: i64) {
    push(state, topic, uri, payload.to_string(), &Uuid::now_v7().to_string(), now_s);
}

fn only(payload: &Value, fields: &[String]) -> Value {
    match payload {
        Value::Object(all) if !fields.is_empty() => all
            .iter()
            .filter(|(name, _)| fields.contains(name))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect(),
        whole => whole.clone(),
    }
}

fn push(state: &mut State, topic: &str, uri: &str, body: String, event_id: &str, now_s: i64) {
    let roots = [topic.to_owned()];
    let hits = state.faults.take(&CallShape { kind: "webhook", operation_name: None, root_fields: &roots });
    let mut sent = Sent {
        topic: topic.to_owned(),
        uri: uri.to_owned(),
        webhook_id: Uuid::now_v7().to_string(),
        event_id: event_id.to_owned(),
        triggered_at: now_s,
        body,
        attempts: 0,
        status: None,
        over: false,
        due_at: now_s,
        after_emitted: 0,
        again: false,
        name: None,
        subscription: None,
    };
    for fault in hits {
        match fault {
            FaultKind::WebhookLost => sent.over = true,
            FaultKind::WebhookTwice => sent.again = true,
            FaultKind::WebhookLate { behind } => sent.after_emitted = state.outbox.sent.len() + 1 + behind,
            FaultKind::WebhookDelayed { by_s } => sent.due_at = now_s + i64::from(by_s),
            _ => {}
        }
    }
    state.outbox.sent.push(sent);
}
