//! What may be allowed: to a role, and to an API token. A test holds this list against what the operations ask for.

use kernel_core::{Error, Result, Role};

/// Something that may be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightRow {
    /// What a token must carry.
    pub scope: &'static str,
    /// The least role of a person.
    pub role: Role,
    /// For people.
    pub words: &'static str,
}

const fn right(scope: &'static str, role: Role, words: &'static str) -> RightRow {
    RightRow { scope, role, words }
}

/// Every right, alphabetic.
pub const RIGHTS: [RightRow; 32] = [
    right("audit:read", Role::Viewer, "Read and verify the audit"),
    right("catalog:read", Role::Viewer, "Read products, variants and their prices"),
    right("catalog:write", Role::Editor, "Import products, facts and past prices"),
    right("channels:read", Role::Viewer, "See connected shops and their health"),
    right("channels:write", Role::Admin, "Connect shops and set what happens to drift"),
    right("drifts:read", Role::Viewer, "See prices that a shop changed"),
    right("drifts:write", Role::Editor, "Look for drift, adopt it or put prices back"),
    right("events:read", Role::Viewer, "Read the event log and dead letters"),
    right("events:write", Role::Admin, "Replay events, retry and drop dead letters"),
    right("guardrails:read", Role::Viewer, "Read guardrails"),
    right("guardrails:write", Role::Admin, "Change guardrails"),
    right("jobs:read", Role::Viewer, "See work in the background"),
    right("jobs:write", Role::Admin, "Retry and cancel work in the background"),
    right("members:read", Role::Viewer, "See who belongs to the organisation"),
    right("members:write", Role::Admin, "Let people in, change roles, give new passwords"),
    right("password:write", Role::Viewer, "Change one's own password"),
    right("price_changes:apply", Role::Editor, "Apply approved price changes, roll back, control runs"),
    right("price_changes:approve", Role::Approver, "Approve, reject and ask for changes"),
    right("price_changes:read", Role::Viewer, "Read price changes and the home page"),
    right("price_changes:write", Role::Editor, "Plan price changes, comment, request review"),
    right("projects:read", Role::Viewer, "See projects"),
    right("projects:write", Role::Admin, "Change a project's country and tax"),
    right("rules:read", Role::Viewer, "Read and preview rules"),
    right("rules:write", Role::Editor, "Write rules"),
    right("runs:read", Role::Viewer, "Read and follow runs"),
    right("tokens:write", Role::Viewer, "Manage one's own API tokens"),
    right("views:write", Role::Viewer, "Keep one's own saved views"),
    right("waivers:approve", Role::Approver, "Approve waivers of soft guardrails"),
    right("waivers:read", Role::Viewer, "See waivers"),
    right("waivers:write", Role::Editor, "Request and end waivers"),
    right("webhooks:read", Role::Viewer, "See webhooks and their deliveries"),
    right("webhooks:write", Role::Admin, "Manage webhooks"),
];

/// Refuses a scope that no operation asks for: most likely it is misspelt, and the token would not do what it is for.
///
/// # Errors
/// `token.scopes` (422) with the place of the scope.
pub(super) fn check_scopes(asked: &[String]) -> Result<()> {
    let known = |scope: &str| RIGHTS.iter().any(|right| right.scope == scope);
    let Some(place) = asked.iter().position(|scope| scope != "*" && !known(scope)) else {
        return Ok(());
    };
    let unknown: String = asked[place].chars().take(64).collect();
    let all: Vec<&str> = RIGHTS.iter().map(|right| right.scope).collect();
    let detail = format!("`{unknown}` is not a scope. Known are `*` for all, and {}.", all.join(", "));
    Err(Error::unprocessable("token.scopes", detail.clone()).at(
        format!("/scopes/{place}"),
        "unknown",
        detail,
    ))
}
