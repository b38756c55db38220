//! API tokens: act for a person, no further than their scopes. Shown once, stored as a hash.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{ActorKind, Ctx, Error, Result, TenantId, TokenId, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Db, TenantTx};
use uuid::Uuid;

use crate::{credential_hash, fresh_secret};

/// The longest life of a token.
const DAYS_MAX: u16 = 366;

/// A token to be made for the acting person.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do; `*` is all that the person may.
    pub scopes: Vec<String>,
    /// Days until it expires, 1 to 366.
    pub expires_in_days: u16,
}

/// A token without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
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

/// A token and the secret, which exists nowhere else.
pub struct MintedToken {
    /// The token.
    pub record: TokenRecord,
    /// What to send as `Authorization: Bearer …`.
    pub secret: String,
}

/// Makes a token that acts for the person behind `ctx`.
///
/// # Errors
/// `token.lifetime`, `token.scopes` (422).
pub async fn create_token(ctx: &Ctx, tx: &TenantTx, new: NewToken) -> Result<MintedToken> {
    let user = ctx.actor.user().ok_or_else(|| Error::internal("a job made a token"))?;
    if !(1..=DAYS_MAX).contains(&new.expires_in_days) {
        let detail = format!("A token lives between 1 and {DAYS_MAX} days.");
        return Err(Error::unprocessable("token.lifetime", detail.clone()).at(
            "/expires_in_days",
            "range",
            detail,
        ));
    }
    if let ActorKind::Token { scopes, .. } = &ctx.actor.kind
        && !scopes.iter().any(|s| s == "*")
        && let Some(more) = new.scopes.iter().find(|s| !scopes.contains(s))
    {
        let detail = format!("A token cannot make one with more rights: it lacks the scope `{more}` itself.");
        return Err(Error::unprocessable("token.scopes", detail.clone()).at("/scopes", "too_wide", detail));
    }
    let created_at = ctx.now();
    let lifetime = SignedDuration::from_hours(24 * i64::from(new.expires_in_days));
    let expires_at = created_at.checked_add(lifetime).map_err(Error::internal)?;
    let secret = fresh_secret("cal_")?;
    let record =
        TokenRecord { id: TokenId::new(), name: new.name, scopes: new.scopes, created_at, expires_at };
    tx.execute(
        "insert into api_tokens (tenant_id, id, credential_hash, user_id, name, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &ctx.tenant.0,
            &record.id.0,
            &credential_hash(&secret),
            &user.0,
            &record.name,
            &record.scopes,
            &record.created_at,
            &record.expires_at,
        ],
    )
    .await?;
    Ok(MintedToken { record, secret })
}

/// The tokens of the person behind `ctx`, newest first.
///
/// # Errors
/// The cursor is wrong, or the database refused.
pub async fn list_tokens(ctx: &Ctx, tx: &TenantTx, page: &PageRequest) -> Result<Page<TokenRecord>> {
    let after: Option<Uuid> = page.after(&"tokens")?;
    let rows = tx
        .query_list(
            "select id, name, scopes, created_at, expires_at from api_tokens
             where tenant_id = $1 and user_id = $2 and revoked_at is null and ($3::uuid is null or id < $3)
             order by id desc limit $4",
            &[&ctx.tenant.0, &ctx.actor.user().map(|u| u.0), &after, &page.fetch()],
        )
        .await?;
    let tokens = rows.iter().map(|row| TokenRecord {
        id: TokenId(row.get("id")),
        name: row.get("name"),
        scopes: row.get("scopes"),
        created_at: row.get("created_at"),
        expires_at: row.get("expires_at"),
    });
    Ok(Page::from_rows(tokens.collect(), page, &"tokens", |token| token.id.0))
}

/// Makes a token of the person behind `ctx` stop working.
///
/// # Errors
/// There is no such token of theirs (404).
pub async fn revoke_token(ctx: &Ctx, tx: &TenantTx, id: TokenId) -> Result<()> {
    let revoked = tx
        .execute(
            "update api_tokens set revoked_at = $4
             where tenant_id = $1 and id = $2 and user_id = $3 and revoked_at is null",
            &[&ctx.tenant.0, &id.0, &ctx.actor.user().map(|u| u.0), &ctx.now()],
        )
        .await?;
    if revoked == 0 { Err(Error::not_found("token", id)) } else { Ok(()) }
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
            "select tenant_id, user_id, id, scopes from api_tokens
             where credential_hash = $1 and expires_at > $2 and revoked_at is null",
            &[&hash, &now],
        )
        .await?;
    Ok(row.map(|row| {
        let user = UserId(row.get("user_id"));
        let kind = ActorKind::Token { token: TokenId(row.get("id")), user, scopes: row.get("scopes") };
        (TenantId(row.get("tenant_id")), user, kind)
    }))
}
