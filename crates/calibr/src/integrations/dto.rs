//! What the API shows of a shop's notices and of how its connection fares.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Listening to a shop's webhooks.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewListening {
    /// Where this server is reached from outside, such as `https://prices.example.com`.
    pub public_url: String,
    /// The app's client secret, which signs webhooks; sealed at once, never returned.
    pub client_secret: String,
    /// The secret before it, while it is being replaced.
    #[serde(default)]
    pub previous_secret: Option<String>,
}

/// What was set up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Listening {
    /// The address that webhooks come to. Shown this once: whoever knows it can knock. Put it into the app's settings for
    /// the topics about privacy.
    pub address: String,
    /// The topics that the shop will tell of.
    pub topics: Vec<String>,
}

/// How a connection fares.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ChannelHealth {
    /// `connected` or `disconnected`.
    pub state: String,
    /// Whether the shop answered just now; if not, why.
    pub answers: bool,
    /// Why it did not answer.
    pub problem: Option<String>,
    /// What is left of the vendor's budget for calls.
    pub budget: Option<BudgetBody>,
    /// Scopes that are granted.
    pub scopes: Vec<String>,
    /// Scopes that our work needs and that are not granted.
    pub missing_scopes: Vec<String>,
    /// When the catalogue was last read whole.
    pub last_read_at: Option<Timestamp>,
    /// When a price was last written.
    pub last_write_at: Option<Timestamp>,
    /// When a webhook last came.
    pub last_webhook_at: Option<Timestamp>,
    /// How long the last webhook was on its way, in milliseconds.
    pub webhook_lag_ms: Option<i64>,
    /// Webhooks that are not followed yet.
    pub webhooks_waiting: i64,
}

/// Points of the vendor's budget.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BudgetBody {
    /// Left now.
    pub available: u64,
    /// When full.
    pub maximum: u64,
    /// That come back per second.
    pub per_second: u64,
    /// That writing the prices of one product takes; zero where nobody said.
    #[serde(default)]
    pub per_write: u64,
}
