//! What identifies a simulated shop and what its token may do.

use super::errors::{FieldError, Refusal};

/// The facts about a shop that a request can see, and the state of the app's access.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) domain: String,
    pub(crate) name: String,
    pub(crate) currency: String,
    pub(crate) created_at: i64,
    /// When the merchant last changed a setting.
    pub(crate) updated_at: i64,
    pub(crate) search_lag_s: i64,
    pub(crate) token: String,
    pub(crate) scopes: Vec<String>,
    /// After an uninstall every call answers 401.
    pub(crate) revoked: bool,
    /// The app's client id.
    pub(crate) client_id: String,
    /// The app's client secrets, the oldest first: webhooks are signed with it until it is revoked.
    pub(crate) client_secrets: Vec<String>,
    /// Scheme, host and port at which this shop is served.
    pub(crate) base_url: String,
    /// How long a bulk operation stays in each of its states, in milliseconds.
    pub(crate) bulk_pause_ms: u64,
}

impl Settings {
    /// A stable number for the shop's gid.
    pub(crate) fn shop_id(&self) -> u64 {
        let digits =
            self.domain.bytes().fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 10_000_000_000);
        60_000_000_000 + digits
    }

    /// A stable number for the gid of the shop's one location.
    pub(crate) fn location_id(&self) -> u64 {
        self.shop_id() + 1
    }

    /// Refuses as Shopify does when the token lacks the scope. A write scope implies its read scope.
    pub(crate) fn require(&self, field: &str, scope: &str) -> Result<(), FieldError> {
        let stronger = scope.replacen("read_", "write_", 1);
        let granted = self.scopes.iter().any(|one| *one == scope || *one == stronger);
        if granted { Ok(()) } else { Err(Refusal::access_denied(field, scope)) }
    }
}
