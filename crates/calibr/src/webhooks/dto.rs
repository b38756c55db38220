//! What the API shows of webhooks. Shared with the command line.

use jiff::Timestamp;
use kernel_events::EventId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{WebhookDeliveryId, WebhookId};

/// Where to send which events.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// An https address.
    pub url: String,
    /// For people; may be empty.
    #[serde(default)]
    pub description: String,
    /// Types such as `price_change.approved`, or beginnings such as `price.*`; all if empty.
    #[serde(default)]
    pub event_types: Vec<String>,
}

/// An address that gets events.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// Id.
    pub id: WebhookId,
    /// Where events are sent.
    pub url: String,
    /// For people.
    pub description: String,
    /// Which events; all if empty.
    pub event_types: Vec<String>,
    /// `enabled` or `disabled`.
    pub state: String,
    /// Why it was disabled.
    pub reason: Option<String>,
    /// Since when no delivery has succeeded; absent while they do.
    pub failing_since: Option<Timestamp>,
    /// Who made it.
    pub created_by: String,
    /// When it was made. It gets what happens from then on.
    pub created_at: Timestamp,
}

/// A webhook with a secret, which is shown this once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WebhookWithSecret {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// `whsec_…`: the receiver checks signatures with it.
    pub secret: String,
    /// Until when deliveries are signed with the secret before it too.
    pub former_secret_until: Option<Timestamp>,
}

/// One event on its way to one address.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WebhookDelivery {
    /// Id.
    pub id: WebhookDeliveryId,
    /// To which webhook.
    pub webhook_id: WebhookId,
    /// The event; receivers see it as `webhook-id`.
    #[schema(value_type = String)]
    pub event_id: EventId,
    /// What happened.
    pub r#type: String,
    /// `pending`, `delivered`, `failed`, or `dropped` with its webhook.
    pub state: String,
    /// How often it was sent.
    pub attempts: i32,
    /// When it was set going first.
    pub created_at: Timestamp,
    /// When it is sent next, while it is pending.
    pub next_at: Option<Timestamp>,
    /// When it arrived, was given up or dropped.
    pub ended_at: Option<Timestamp>,
    /// The status of the last answer.
    pub last_status: Option<i32>,
    /// Why there was no good answer the last time.
    pub last_error: Option<String>,
    /// Why it was dropped.
    pub note: Option<String>,
}
