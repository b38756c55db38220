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

/// Going through the whole chain.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuditVerifyRequest {
    /// A head that was noted earlier, to see that the chain still holds it and was not cut short.
    #[serde(default)]
    pub head: Option<String>,
}

/// Whether every record is as it was sealed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditVerification {
    /// Whether nothing was changed, taken out, added or moved, and a given head is in the chain.
    pub intact: bool,
    /// Records under a seal.
    pub sealed: u64,
    /// Records written since the last seal.
    pub waiting: u64,
    /// How many seals there are.
    pub seals: i64,
    /// The newest seal's head. Note it elsewhere, and nobody can cut the chain short unseen.
    pub head: Option<String>,
    /// When the newest seal was made.
    pub sealed_at: Option<Timestamp>,
    /// Whether the given head is in the chain; absent if none was given.
    pub head_known: Option<bool>,
    /// The first thing that is not as it was sealed.
    pub broken: Option<AuditBreak>,
    /// The chain in up to 60 parts, for a picture.
    pub segments: Vec<AuditSegment>,
}

/// Something that is not as it was sealed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditBreak {
    /// `record_changed`, `record_missing`, `record_added`, `seal_changed` or `seal_missing`.
    pub code: String,
    /// For people.
    pub detail: String,
    /// The seal's number, where one says otherwise.
    pub seal: Option<i64>,
    /// The record's id, where it is about one.
    pub record: Option<String>,
    /// The digest that should be.
    pub expected: Option<String>,
    /// The digest that is.
    pub found: Option<String>,
}

/// A part of the chain.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditSegment {
    /// Its first seal.
    pub first_seal: i64,
    /// Its last seal.
    pub last_seal: i64,
    /// Records under them.
    pub records: u64,
    /// When the last was made.
    pub sealed_at: Timestamp,
    /// Whether all is as it was sealed.
    pub intact: bool,
}

/// A line of an export: records in the order of their seals, each seal after its records, and one line at the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ExportLine {
    /// A record.
    Record {
        /// The digest that was sealed: SHA-256 over a zero byte and the record as JSON without spaces and with sorted
        /// keys. Absent while the record waits for a seal.
        leaf: Option<String>,
        /// The record.
        record: serde_json::Value,
    },
    /// A seal over the records since the seal before.
    Seal {
        /// Its number, from 1.
        ordinal: i64,
        /// How many records it holds.
        size: u64,
        /// The Merkle root over their leaves (RFC 9162).
        root: String,
        /// SHA-256 over the head before, size and root.
        head: String,
        /// When it was made.
        sealed_at: Timestamp,
    },
    /// The last line. An export without it broke off.
    End {
        /// How many records there were.
        records: u64,
        /// How many seals.
        seals: i64,
        /// The newest head.
        head: Option<String>,
    },
}

impl From<kernel_audit::Verification> for AuditVerification {
    fn from(found: kernel_audit::Verification) -> Self {
        let segment = |segment: kernel_audit::Segment| AuditSegment {
            first_seal: segment.first_seal,
            last_seal: segment.last_seal,
            records: segment.records,
            sealed_at: segment.sealed_at,
            intact: segment.intact,
        };
        Self {
            intact: found.broken.is_none() && found.head_known != Some(false),
            sealed: found.sealed,
            waiting: found.waiting,
            seals: found.seals,
            head: found.head,
            sealed_at: found.sealed_at,
            head_known: found.head_known,
            broken: found.broken.map(AuditBreak::from),
            segments: found.segments.into_iter().map(segment).collect(),
        }
    }
}

impl From<kernel_audit::Break> for AuditBreak {
    fn from(found: kernel_audit::Break) -> Self {
        let record = found.record.as_deref().unwrap_or_default();
        let seal = found.seal.map(|seal| format!(" under seal {seal}")).unwrap_or_default();
        let detail = match found.code {
            "record_changed" => format!("The record {record}{seal} is not what was sealed."),
            "record_missing" => format!("The record {record}{seal} is gone."),
            "record_added" => format!("The record {record} was put in after later ones were sealed."),
            "seal_missing" => format!("A seal before number {} is gone.", found.seal.unwrap_or_default()),
            _ => format!(
                "Seal {} does not fit its records and the seal before.",
                found.seal.unwrap_or_default()
            ),
        };
        Self {
            code: found.code.to_owned(),
            detail,
            seal: found.seal,
            record: found.record,
            expected: found.expected,
            found: found.found,
        }
    }
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
