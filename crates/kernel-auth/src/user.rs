//! People of a tenant.

use kernel_core::{Ctx, Error, Result, Role, UserId};
use kernel_db::TenantTx;

use crate::hash_password;

/// Somebody to be let in.
pub struct NewUser<'a> {
    /// The e-mail address; lower-cased.
    pub email: &'a str,
    /// The first password.
    pub password: &'a str,
    /// What they may do.
    pub role: Role,
}

/// A person of the tenant.
#[derive(Debug, Clone)]
pub struct User {
    /// Id.
    pub id: UserId,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may not sign in any more.
    pub disabled: bool,
    /// Whether their password was chosen by somebody else.
    pub password_is_temporary: bool,
}

/// Lets somebody in.
///
/// # Errors
/// `user.email_taken` (409), `password.too_short` (422).
pub async fn create_user(ctx: &Ctx, tx: &TenantTx, new: NewUser<'_>) -> Result<UserId> {
    let id = UserId::new();
    let password_hash = hash_password(new.password).await?;
    tx.execute(
        "insert into users (tenant_id, id, email, password_hash, role, created_at) values ($1, $2, $3, $4, $5, $6)",
        &[&ctx.tenant.0, &id.0, &new.email.to_lowercase(), &password_hash, &new.role.as_str(), &ctx.now()],
    )
    .await
    .map_err(|e| match e.constraint() {
        Some("users_email_unique" | "users_email_everywhere") => {
            Error::conflict("user.email_taken", format!("Somebody already signs in as {}.", new.email))
        }
        _ => e.into(),
    })?;
    Ok(id)
}

/// The person with this id, if the tenant has one.
///
/// # Errors
/// The database refused.
pub async fn find_user(tx: &TenantTx, id: UserId) -> Result<Option<User>> {
    let row = tx
        .query_opt(
            "select email, role, disabled_at is not null as disabled, password_is_temporary from users
             where tenant_id = $1 and id = $2",
            &[&tx.tenant().0, &id.0],
        )
        .await?;
    row.map(|row| {
        let role: String = row.get("role");
        let role = Role::parse(&role).ok_or_else(|| Error::internal(format!("unknown role {role}")))?;
        Ok(User {
            id,
            email: row.get("email"),
            role,
            disabled: row.get("disabled"),
            password_is_temporary: row.get("password_is_temporary"),
        })
    })
    .transpose()
}
