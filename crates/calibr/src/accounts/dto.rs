//! What the API shows of people, tokens and projects. Shared with the command line.

use jiff::Timestamp;
use kernel_core::{Currency, ProjectId, Role, TenantId, TokenId, UserId};
use serde::{Deserialize, Deserializer, Serialize};
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
    /// ISO 3166 code of the country whose law on price reductions holds; empty if nobody said.
    #[serde(default)]
    pub country: Option<String>,
    /// Tax on the shop's base price in percent, such as `19`; empty if nobody said.
    #[serde(default)]
    pub tax_rate_pct: Option<String>,
    /// Whether the prices that the shop keeps include that tax.
    #[serde(default = "included")]
    pub prices_include_tax: bool,
}

fn included() -> bool {
    true
}

/// Changing what is known of a project. What is left out stays; `null` says that nobody knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectSettings {
    /// ISO 3166 code of the country whose law on price reductions holds, such as `DE`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub country: Option<Option<String>>,
    /// Tax on the shop's base price in percent, from 0 to 100, such as `8.1`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub tax_rate_pct: Option<Option<String>>,
    /// Whether the prices that the shop keeps include that tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices_include_tax: Option<bool>,
}

/// A field that stands there, be it `null`.
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(d).map(Some)
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
