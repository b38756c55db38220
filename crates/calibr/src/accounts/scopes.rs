//! What an API token may be allowed to do. A test holds this list against what the operations ask for.

use kernel_core::{Error, Result};

/// Every scope, alphabetic.
pub const SCOPES: [&str; 28] = [
    "audit:read",
    "catalog:read",
    "catalog:write",
    "channels:read",
    "channels:write",
    "drifts:read",
    "drifts:write",
    "events:read",
    "events:write",
    "guardrails:read",
    "guardrails:write",
    "jobs:read",
    "jobs:write",
    "price_changes:apply",
    "price_changes:approve",
    "price_changes:read",
    "price_changes:write",
    "projects:read",
    "projects:write",
    "rules:read",
    "rules:write",
    "runs:read",
    "tokens:write",
    "waivers:approve",
    "waivers:read",
    "waivers:write",
    "webhooks:read",
    "webhooks:write",
];

/// Refuses a scope that no operation asks for: most likely it is misspelt, and the token would not do what it is for.
///
/// # Errors
/// `token.scopes` (422) with the place of the scope.
pub(super) fn check_scopes(asked: &[String]) -> Result<()> {
    let Some(place) = asked.iter().position(|scope| scope != "*" && !SCOPES.contains(&scope.as_str())) else {
        return Ok(());
    };
    let unknown: String = asked[place].chars().take(64).collect();
    let detail = format!("`{unknown}` is not a scope. Known are `*` for all, and {}.", SCOPES.join(", "));
    Err(Error::unprocessable("token.scopes", detail.clone()).at(
        format!("/scopes/{place}"),
        "unknown",
        detail,
    ))
}
