//! What the API shows of notifications.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the reader should know of, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Notifications {
    /// The newest fifty of the last 30 days.
    pub data: Vec<Notification>,
    /// How many of them are unread.
    pub unread: u64,
    /// Up to when the reader has read.
    pub read_until: Option<Timestamp>,
}

/// Something that happened and matters to the reader.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Notification {
    /// Stays the same; made of the kind and the thing.
    pub id: String,
    /// `review_requested`, `changes_asked`, `commented`, `approved`, `rejected`, `not_started` (a scheduled start that did
    /// not come), `run_partially_applied`, `run_failed` or `drift`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Whether the reader has not seen it yet.
    pub unread: bool,
    /// Who did it; absent for what happened by itself.
    pub actor: Option<String>,
    /// Kind of the thing: `price_change`, `run` or `channel`.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// The price change's title, or the shop's name.
    pub title: String,
    /// What was said, as far as something was; at most 200 characters.
    pub text: Option<String>,
    /// For drift: how many prices.
    pub count: Option<u64>,
}

/// Having read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    /// The `at` of the newest notification that was shown. A mark never goes back.
    pub until: Timestamp,
}
