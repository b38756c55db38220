//! What the API shows of the audit. Shared with the command line.

use jiff::Timestamp;
use kernel_core::{CorrelationId, RequestId};
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

impl From<kernel_audit::AuditRecord> for AuditRecord {
    fn from(record: kernel_audit::AuditRecord) -> Self {
        Self {
            id: record.id.to_string(),
            recorded_at: record.recorded_at,
            actor: record.actor,
            action: record.action,
            entity_type: record.entity_type,
            entity_id: record.entity_id,
            before: record.before,
            after: record.after,
            reason: record.reason,
            request_id: RequestId(record.request_id).to_string(),
            correlation_id: CorrelationId(record.correlation_id).to_string(),
        }
    }
}
