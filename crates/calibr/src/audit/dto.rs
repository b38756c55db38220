//! What the API shows of the audit and the event log. Shared with the command line.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One record: who changed what, when, why, from what to what.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditRecord {
    /// Id, `aud_…`.
    pub id: String,
    /// When.
    pub recorded_at: Timestamp,
    /// Who: an e-mail address, or `system:` and the name of a job.
    pub actor: String,
    /// What was done, such as `price_change.approved`.
    pub action: String,
    /// Kind of the thing, such as `price_change`.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// The state before, where there was one.
    pub before: Option<serde_json::Value>,
    /// The state after, where there is one.
    pub after: Option<serde_json::Value>,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// The request that did it.
    pub request_id: String,
    /// The intention it belongs to.
    pub correlation_id: String,
}
