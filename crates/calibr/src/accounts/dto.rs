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
    /// Whether somebody else chose the person's password, who should choose another one now.
    #[serde(default)]
    pub must_change_password: bool,
}

/// A person of the organisation.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// Id.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether they still have the password that was made up for them.
    pub password_is_temporary: bool,
    /// When they were let in.
    pub created_at: Timestamp,
}

impl From<kernel_auth::Member> for Member {
    fn from(member: kernel_auth::Member) -> Self {
        let kernel_auth::Member { id, email, role, active, password_is_temporary, created_at } = member;
        Self { id, email, role, active, password_is_temporary, created_at }
    }
}

/// Letting somebody in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// E-mail address; nobody else on the server signs in with it.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// Somebody who was let in. The password is shown this once.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AddedMember {
    /// The person.
    #[serde(flatten)]
    pub member: Member,
    /// To sign in with and to change then.
    pub password: String,
}

/// Changing what somebody may do. What is left out stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberUpdate {
    /// Another role.
    #[serde(default)]
    pub role: Option<Role>,
    /// Whether they may sign in.
    #[serde(default)]
    pub active: Option<bool>,
}

/// A password that was made up. It is shown this once.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct NewPassword {
    /// To sign in with and to change then.
    pub password: String,
}

/// Changing your password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password of now.
    pub current: String,
    /// The next one, of at least ten characters.
    pub new: String,
}

/// What a role may do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RoleRights {
    /// The role.
    pub role: Role,
    /// The role in a sentence.
    pub words: String,
    /// All it may do, also what the roles before it may.
    pub rights: Vec<Right>,
}

/// Something that a role, or a token with its scope, may do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Right {
    /// What a token must carry.
    pub scope: String,
    /// The least role.
    pub role: Role,
    /// For people.
    pub words: String,
}

impl From<&super::RightRow> for Right {
    fn from(row: &super::RightRow) -> Self {
        Self { scope: row.scope.to_owned(), role: row.role, words: row.words.to_owned() }
    }
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
    /// Counts the changes of its settings, from 1; a change says over which one it is.
    pub version: i64,
    /// Who made this version; empty until somebody sets anything.
    #[serde(default)]
    pub changed_by: Option<String>,
    /// When they did.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
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
