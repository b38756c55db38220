//! Letting people in, giving them roles, and passwords.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, Result, Role, UserId};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::{Value, json};

use super::dto::{AddedMember, Member, MemberUpdate, NewMember, NewPassword, PasswordChange};
use crate::state::App;

pub(super) const MEMBERS_READ: Permission = Permission::new("members:read", Role::Viewer);
const MEMBERS_WRITE: Permission = Permission::new("members:write", Role::Admin);
const PASSWORD_WRITE: Permission = Permission::new("password:write", Role::Viewer);

/// The longest address that mail knows (RFC 5321).
const ADDRESS_CHARACTERS_MAX: usize = 254;

/// Lets somebody in.
///
/// # Errors
/// `member.email` (422): not an address; `user.email_taken` (409).
pub(super) async fn add(app: &App, ctx: &Ctx, new: NewMember) -> Result<AddedMember> {
    authorize(&ctx.actor, MEMBERS_WRITE)?;
    let email = address(&new.email)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (member, password) = kernel_auth::add_member(ctx, &tx, &email, new.role).await?;
    tell(ctx, &tx, "member.added", member.id, None, Some(shown(&member))).await?;
    tx.commit().await?;
    Ok(AddedMember { member: member.into(), password })
}

/// Gives somebody another role, or lets them sign in or not. What is the same already leaves no record.
///
/// # Errors
/// `member.last_admin` (409). There is nobody with this id (404).
pub(super) async fn update(app: &App, ctx: &Ctx, id: UserId, update: MemberUpdate) -> Result<Member> {
    authorize(&ctx.actor, MEMBERS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let before = kernel_auth::member_lock(&tx, id).await?;
    let role = update.role.unwrap_or(before.role);
    let active = update.active.unwrap_or(before.active);
    let after = kernel_auth::Member { role, active, ..before.clone() };
    if after == before {
        return Ok(after.into());
    }
    kernel_auth::member_update(ctx, &tx, id, role, active).await?;
    tell(ctx, &tx, "member.updated", id, Some(shown(&before)), Some(shown(&after))).await?;
    tx.commit().await?;
    Ok(after.into())
}

/// Gives somebody who lost theirs another password.
///
/// # Errors
/// There is nobody with this id (404).
pub(super) async fn reset(app: &App, ctx: &Ctx, id: UserId) -> Result<NewPassword> {
    authorize(&ctx.actor, MEMBERS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    kernel_auth::member_lock(&tx, id).await?;
    let password = kernel_auth::reset_password(&tx, id).await?;
    tell(ctx, &tx, "member.password_reset", id, None, None).await?;
    tx.commit().await?;
    Ok(NewPassword { password })
}

/// Changes the password of whoever asks.
///
/// # Errors
/// `password.wrong` or `password.too_short` (422).
pub(super) async fn change_password(app: &App, ctx: &Ctx, change: &PasswordChange) -> Result<()> {
    authorize(&ctx.actor, PASSWORD_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let user = kernel_auth::change_password(ctx, &tx, &change.current, &change.new).await?;
    tell(ctx, &tx, "member.password_changed", user, None, None).await?;
    Ok(tx.commit().await?)
}

/// One address, as far as can be told without writing to it.
fn address(text: &str) -> Result<String> {
    let text = text.trim();
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    let parts = text.rsplit_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if plain && parts && text.len() <= ADDRESS_CHARACTERS_MAX && !text.contains(',') {
        return Ok(text.to_lowercase());
    }
    let detail = "Write one e-mail address, such as kim@example.com.";
    Err(Error::unprocessable("member.email", detail).at("/email", "invalid", detail))
}

fn shown(member: &kernel_auth::Member) -> Value {
    json!({ "email": member.email, "role": member.role, "active": member.active })
}

async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    id: UserId,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    // The log holds no personal data; the audit must say who it was.
    let payload =
        after.as_ref().map_or(json!({}), |after| json!({ "role": after["role"], "active": after["active"] }));
    let entity_id = id.to_string();
    let change =
        Change { action, entity_type: "member", entity_id: entity_id.clone(), before, after, reason: None };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let key = format!("{action}/{id}/{}", ctx.request_id);
    let event = Event { key, kind: action, entity_type: "member", entity_id, payload };
    Ok(kernel_events::append(ctx, tx, &[event]).await?)
}
