//! What a project does about drift by itself: hold, adopt or put back.

use jiff::SignedDuration;
use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Actor, ActorKind, Ctx, Error, ErrorKind, Result, Role, UserId};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::json;
use uuid::Uuid;

use super::dto::DriftPolicy;
use super::{settle, store};
use crate::accounts;
use crate::ids::{ChannelId, DriftId};
use crate::state::App;

const CHANNELS_WRITE: Permission = Permission::new("channels:write", Role::Admin);
/// The words of a policy.
const POLICIES: [&str; 3] = ["hold", "adopt", "put_back"];
/// After so long nobody is still about to plan what a drift was put back for.
const UNPLANNED_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Drifts that one price change puts back.
pub(super) const PUT_BACK_AT_ONCE: usize = 100;

/// Sets a project's policy.
///
/// # Errors
/// `drift_policy.unknown` (422), or the actor may not.
pub(super) async fn set(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    new: DriftPolicy,
) -> Result<DriftPolicy> {
    authorize(&ctx.actor, CHANNELS_WRITE)?;
    if !POLICIES.contains(&new.policy.as_str()) {
        let detail = "The policy is `hold`, `adopt` or `put_back`.";
        return Err(Error::unprocessable("drift_policy.unknown", detail).at(
            "/policy",
            "unknown_choice",
            detail,
        ));
    }
    let by = ctx.actor.user().ok_or_else(|| Error::internal("a job set a policy"))?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    let before = store::policy_find(&tx, project.id).await?.map(|(policy, ..)| json!({ "policy": policy }));
    store::policy_upsert(ctx, &tx, project.id, &new.policy, by).await?;
    let shown = json!({ "policy": new.policy });
    let change = Change {
        action: "drift_policy.set",
        entity_type: "project",
        entity_id: project.id.to_string(),
        before,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, &tx, &[change]).await?;
    let event = Event {
        key: format!("drift_policy.set/{}/{}", project.id, ctx.now().as_microsecond()),
        kind: "drift_policy.set",
        entity_type: "project",
        entity_id: project.id.to_string(),
        payload: shown,
    };
    kernel_events::append(ctx, &tx, &[event]).await?;
    tx.commit().await?;
    Ok(new)
}

/// The drifts of some variants on one surface that a project's policy is to act on. Not the fresh ones alone: whoever found the others may
/// have died before it came to them.
///
/// # Errors
/// The database refused.
pub(super) async fn waiting(
    ctx: &Ctx,
    tx: &TenantTx,
    place: (ChannelId, &str),
    policy: Option<&(String, UserId, String)>,
    variants: &[Uuid],
) -> Result<Vec<DriftId>> {
    let Some((policy, ..)) = policy.filter(|(policy, ..)| policy != "hold") else { return Ok(Vec::new()) };
    let since = ctx.now().checked_sub(UNPLANNED_FOR).map_err(Error::internal)?;
    store::drifts_waiting(tx, place, variants, (policy, since)).await
}

/// Acts on drifts that wait. What cannot be done by itself stays open for a person.
///
/// # Errors
/// The database refused.
pub(super) async fn act(
    app: &App,
    ctx: &Ctx,
    project: &str,
    policy: Option<(String, UserId, String)>,
    drifts: &[DriftId],
) -> Result<()> {
    let Some((policy, by, label)) = policy.filter(|_| !drifts.is_empty()) else { return Ok(()) };
    let actor = Actor { kind: ActorKind::User(by), role: Role::Editor, label };
    let mut ctx = ctx.clone();
    ctx.actor = actor;
    for part in drifts.chunks(PUT_BACK_AT_ONCE) {
        let done = match policy.as_str() {
            "adopt" => settle::adopt(app, &ctx, Some(project), part).await.map(|_| ()),
            "put_back" => settle::put_back(app, &ctx, Some(project), part).await.map(|_| ()),
            _ => Ok(()),
        };
        match done {
            Err(error) if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable) => {
                return Err(error);
            }
            Err(error) => {
                tracing::info!(%error, project, "Drift stays open: the policy could not be carried out.")
            }
            Ok(()) => {}
        }
    }
    Ok(())
}
