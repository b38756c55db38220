//! People, sessions, API tokens, roles: who may do what. Owns `users`, `sessions`, `api_tokens`.
//! Secrets are stored only as hashes; a row of these tables is found without a tenant only by who presents its secret.

mod authorize;
mod members;
mod password;
mod session;
mod token;
mod user;

pub use authorize::{Permission, authorize};
pub use members::{
    Member, add_member, change_password, list_members, member_lock, member_update, reset_password,
};
pub use password::{hash_password, verify_password};
pub use session::{Session, end_session, sign_in};
pub use token::{MintedToken, NewToken, TokenRecord, create_token, list_tokens, revoke_token};
pub use user::{NewUser, create_user, find_user};

use kernel_core::{Actor, Clock, Error, ErrorKind, Result, TenantId};
use kernel_db::Db;
use sha2::{Digest, Sha256};

/// Who presented a credential, and in which tenant.
#[derive(Debug, Clone)]
pub struct Authenticated {
    /// The tenant.
    pub tenant: TenantId,
    /// Who acts.
    pub actor: Actor,
}

/// A credential as it came with a request.
pub enum Credential<'a> {
    /// The value of the session cookie.
    Session(&'a str),
    /// The bearer token.
    Token(&'a str),
}

/// Finds who a credential belongs to.
///
/// # Errors
/// `credential.invalid` (401) if it is unknown, expired or revoked, or its person was disabled.
pub async fn authenticate(db: &Db, clock: &dyn Clock, credential: Credential<'_>) -> Result<Authenticated> {
    let found = match credential {
        Credential::Session(secret) => session::find(db, clock.now(), secret).await?,
        Credential::Token(secret) => token::find(db, clock.now(), secret).await?,
    };
    let Some((tenant, user, kind)) = found else { return Err(invalid_credential()) };
    let tx = db.tenant_tx(tenant).await?;
    let person =
        find_user(&tx, user).await?.filter(|person| !person.disabled).ok_or_else(invalid_credential)?;
    Ok(Authenticated { tenant, actor: Actor { kind, role: person.role, label: person.email } })
}

fn invalid_credential() -> Error {
    Error::new(
        ErrorKind::Unauthenticated,
        "credential.invalid",
        "This sign-in or token is unknown, expired or revoked. Sign in again.",
    )
}

/// Secrets with 256 random bits need no slow hash.
fn credential_hash(secret: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(secret.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}

/// A fresh secret: `prefix` and 256 random bits.
fn fresh_secret(prefix: &str) -> Result<String> {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::internal(e.to_string()))?;
    Ok(format!("{prefix}{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
}
