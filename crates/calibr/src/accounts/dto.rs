//! What the API shows of people, tokens and projects. Shared with the command line.

use jiff::Timestamp;
use kernel_core::{Currency, ProjectId, Role, TenantId, TokenId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Signing in with a password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The person's e-mail address.
    pub email: String,
    /// The password; never logged.
    pub password: String,
}

/// Who is signed in, and what they may do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The tenant's name.
    pub tenant_name: String,
    /// The person.
    pub user_id: UserId,
    /// The person's e-mail address.
    pub email: String,
    /// What the person may do.
    pub role: Role,
    /// For a token: its scopes. Empty for a session, which has all that the role allows.
    pub scopes: Vec<String>,
}

/// A shop or brand inside the tenant.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Project {
    /// Id.
    pub id: ProjectId,
    /// Short name used in addresses and commands.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// Currency of the shop's base price.
    pub currency: Currency,
    /// IANA time zone of the shop.
    pub time_zone: String,
}

/// Asking for an API token.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do, such as `price_changes:read`; `*` is all that the person may.
    pub scopes: Vec<String>,
    /// Days until it expires; 90 unless said, at most 366.
    #[serde(default)]
    pub expires_in_days: Option<u16>,
}

/// A token, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// A new token. The secret is shown this once.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct CreatedToken {
    /// The token.
    #[serde(flatten)]
    pub token: Token,
    /// The secret to send as `Authorization: Bearer …`.
    pub secret: String,
}
