//! What the API shows of guardrails and waivers. Shared with the command line.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{RuleId, WaiverId};

/// The guardrails that hold in a project: what a fresh tenant has, under the tenant's document, under the project's.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Guardrails {
    /// Slug of the project.
    pub project: String,
    /// Which versions these are, such as `tenant v2, project v5`.
    pub label: String,
    /// SHA-256 over the canonical bytes of `document`, in hexadecimal.
    pub content_hash: String,
    /// Each guardrail that somebody spoke of, in the order in which they are asked.
    pub guardrails: Vec<Guardrail>,
    /// All of it as one document (schema `guardrails.v1`).
    pub document: serde_json::Value,
    /// The tenant's version, where there is one.
    pub tenant: Option<GuardrailVersion>,
    /// The project's version, where there is one.
    pub project_version: Option<GuardrailVersion>,
    /// Waivers that hold now.
    pub waivers: Vec<Waiver>,
}

/// One guardrail and where it comes from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Guardrail {
    /// Its name, such as `below_cost`.
    pub guardrail: String,
    /// `hard`, `soft` or `off`.
    pub mode: String,
    /// Who set it: `built_in`, `tenant` or `project`.
    pub source: String,
    /// Its settings.
    pub settings: serde_json::Value,
}

/// One immutable version of a tenant's or project's guardrails.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GuardrailVersion {
    /// `tenant` or `project`.
    pub scope: String,
    /// Number, from 1.
    pub version: i64,
    /// SHA-256 over the canonical bytes, in hexadecimal.
    pub content_hash: String,
    /// The document (schema `guardrails.v1`).
    pub document: serde_json::Value,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

/// What pushing guardrails did.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PushedGuardrails {
    /// The newest version.
    pub version: GuardrailVersion,
    /// `created`, `new_version` or `unchanged`.
    pub outcome: String,
}

/// A wish to let what a soft guardrail stops pass for a time.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWaiver {
    /// The guardrail, such as `maximum_move`.
    pub guardrail: String,
    /// The rule whose rows may pass; every rule's if left out. A guardrail of whole plans takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<RuleId>,
    /// Why, in 1 to 500 characters.
    pub reason: String,
    /// The first instant at which it does not hold any more; at most 90 days away.
    pub valid_until: Timestamp,
}

/// A waiver of a soft guardrail.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Waiver {
    /// Id.
    pub id: WaiverId,
    /// The guardrail, such as `maximum_move`.
    pub guardrail: String,
    /// The rule whose rows may pass; every rule's if there is none.
    pub rule_id: Option<RuleId>,
    /// Name of that rule.
    pub rule: Option<String>,
    /// Why.
    pub reason: String,
    /// The first instant at which it does not hold any more.
    pub valid_until: Timestamp,
    /// `requested`, `approved`, `ended` or `expired`.
    pub state: String,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// Who ended it, or declined it.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<Timestamp>,
}
