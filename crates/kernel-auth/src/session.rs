//! Signing in with a password, and the session that follows. The secret lives in a cookie; only its hash is stored.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{ActorKind, Clock, Error, ErrorKind, Result, TenantId, UserId};
use kernel_db::Db;

use crate::{credential_hash, fresh_secret, verify_password};

/// How long a session lasts.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);

/// A fresh session.
pub struct Session {
    /// What the cookie carries.
    pub secret: String,
    /// The tenant.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Checks address and password and opens a session.
///
/// # Errors
/// `sign_in.failed` (401), the same whether the address or the password is wrong.
pub async fn sign_in(db: &Db, clock: &dyn Clock, email: &str, password: &str) -> Result<Session> {
    let email = email.trim().to_lowercase();
    let row = {
        let tx = db.sign_in_tx("sign_in_email", &email).await?;
        tx.query_opt(
            "select tenant_id, id, password_hash from users where email = $1 and disabled_at is null",
            &[&email],
        )
        .await?
    };
    let stored: Option<String> = row.as_ref().map(|row| row.get("password_hash"));
    let verified = verify_password(password, stored.as_deref()).await?;
    let row = row.filter(|_| verified).ok_or_else(|| {
        let detail = "This address and password do not match. Check both and try again.";
        Error::new(ErrorKind::Unauthenticated, "sign_in.failed", detail)
    })?;
    let (tenant, user) = (TenantId(row.get("tenant_id")), UserId(row.get("id")));
    let now = clock.now();
    let expires_at = now.checked_add(LIFETIME).map_err(Error::internal)?;
    let secret = fresh_secret("ses_")?;
    let tx = db.tenant_tx(tenant).await?;
    tx.execute(
        "delete from sessions where tenant_id = $1 and user_id = $2 and expires_at < $3",
        &[&tenant.0, &user.0, &now],
    )
    .await?;
    tx.execute(
        "insert into sessions (tenant_id, credential_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        &[&tenant.0, &credential_hash(&secret), &user.0, &now, &expires_at],
    )
    .await?;
    tx.commit().await?;
    Ok(Session { secret, tenant, user, expires_at })
}

/// Ends a session. Ending one that is gone is no error.
///
/// # Errors
/// The database refused.
pub async fn end_session(db: &Db, tenant: TenantId, secret: &str) -> Result<()> {
    let tx = db.tenant_tx(tenant).await?;
    tx.execute(
        "delete from sessions where tenant_id = $1 and credential_hash = $2",
        &[&tenant.0, &credential_hash(secret)],
    )
    .await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn find(
    db: &Db,
    now: Timestamp,
    secret: &str,
) -> Result<Option<(TenantId, UserId, ActorKind)>> {
    let hash = credential_hash(secret);
    let tx = db.sign_in_tx("credential_hash", &hash).await?;
    let row = tx
        .query_opt(
            "select tenant_id, user_id from sessions where credential_hash = $1 and expires_at > $2",
            &[&hash, &now],
        )
        .await?;
    Ok(row.map(|row| {
        let user = UserId(row.get("user_id"));
        (TenantId(row.get("tenant_id")), user, ActorKind::User(user))
    }))
}
