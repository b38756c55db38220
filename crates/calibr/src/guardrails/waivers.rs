//! Asking for a waiver, approving it by somebody else, ending it.

use jiff::SignedDuration;
use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, ErrorKind, Result, Role, UserId};
use kernel_db::TenantTx;
use kernel_events::Event;
use pricing::{Mode, PlanGuardrailKind};
use serde_json::json;

use super::dto::{NewWaiver, Waiver};
use super::effective::effective;
use super::store::{self, WaiverInsert};
use crate::accounts;
use crate::ids::WaiverId;
use crate::state::App;

const WAIVERS_WRITE: Permission = Permission::new("waivers:write", Role::Editor);
const WAIVERS_APPROVE: Permission = Permission::new("waivers:approve", Role::Approver);
/// Whoever needs longer should change the guardrail.
const DAYS_MAX: i64 = 90;
const REASON_CHARACTERS_MAX: usize = 500;

/// Asks for a waiver. It holds once somebody else approves it.
///
/// # Errors
/// `waiver.guardrail`, `waiver.rule`, `waiver.reason` or `waiver.valid_until` (422); the rule is not there (404).
pub(super) async fn request(app: &App, ctx: &Ctx, project: Option<&str>, new: NewWaiver) -> Result<Waiver> {
    authorize(&ctx.actor, WAIVERS_WRITE)?;
    let requester = person(ctx)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    let modes = effective(&tx, &project, ctx.now()).await?.guardrails.modes();
    let mode = modes.iter().find(|(code, _)| *code == new.guardrail).map(|(_, mode)| *mode);
    check(ctx, &new, mode)?;
    let rule = match new.rule_id {
        Some(id) => Some((id, store::rule_name(&tx, project.id, id).await?)),
        None => None,
    };
    let insert = WaiverInsert { id: WaiverId::new(), project: project.id, rule, requester, new: &new };
    let waiver = store::waiver_insert(ctx, &tx, &insert).await?;
    announce(ctx, &tx, "waiver.requested", &waiver).await?;
    tx.commit().await?;
    Ok(waiver)
}

fn check(ctx: &Ctx, new: &NewWaiver, mode: Option<Mode>) -> Result<()> {
    let refuse = |code: &'static str, pointer: &str, detail: String| {
        let error = Error::unprocessable(code, detail.clone());
        Err(error.at(pointer, "invalid_value", detail))
    };
    let shown: String = new.guardrail.chars().take(64).collect();
    match mode {
        Some(Mode::Soft) => {}
        Some(Mode::Hard) => {
            return refuse(
                "waiver.guardrail",
                "/guardrail",
                format!("`{shown}` is hard here and cannot be waived."),
            );
        }
        _ => {
            return refuse(
                "waiver.guardrail",
                "/guardrail",
                format!("`{shown}` is no guardrail that is on here."),
            );
        }
    }
    let whole_plan = PlanGuardrailKind::ALL.iter().any(|kind| kind.code() == new.guardrail);
    if whole_plan && new.rule_id.is_some() {
        return refuse(
            "waiver.rule",
            "/rule_id",
            format!("`{shown}` looks at whole plans; leave the rule out."),
        );
    }
    let characters = new.reason.trim().chars().count();
    if characters == 0 || characters > REASON_CHARACTERS_MAX {
        let detail = format!("Say why in 1 to {REASON_CHARACTERS_MAX} characters, for whoever approves it.");
        return refuse("waiver.reason", "/reason", detail);
    }
    let latest =
        ctx.now().saturating_add(SignedDuration::from_hours(24 * DAYS_MAX)).map_err(Error::internal)?;
    if new.valid_until <= ctx.now() || new.valid_until > latest {
        let detail = format!("A waiver ends after now and within {DAYS_MAX} days.");
        return refuse("waiver.valid_until", "/valid_until", detail);
    }
    Ok(())
}

/// Approves a waiver.
///
/// # Errors
/// `waiver.own` (403) for who asked for it, `waiver.state` (409) where there is nothing to approve any more.
pub(super) async fn approve(app: &App, ctx: &Ctx, id: WaiverId) -> Result<Waiver> {
    authorize(&ctx.actor, WAIVERS_APPROVE)?;
    let approver = person(ctx)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (waiver, requester) = store::waiver_lock(&tx, id, ctx.now()).await?;
    if requester == approver {
        let detail = "You asked for this waiver, so somebody else must approve it.";
        return Err(Error::new(ErrorKind::Forbidden, "waiver.own", detail));
    }
    expect_state(&waiver, &["requested"])?;
    let waiver = store::waiver_approve(ctx, &tx, id).await?;
    announce(ctx, &tx, "waiver.approved", &waiver).await?;
    tx.commit().await?;
    Ok(waiver)
}

/// Ends a waiver, or declines it before it was approved. That only tightens, so whoever may ask may end.
///
/// # Errors
/// `waiver.state` (409) where it does not hold any more.
pub(super) async fn end(app: &App, ctx: &Ctx, id: WaiverId) -> Result<Waiver> {
    authorize(&ctx.actor, WAIVERS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (waiver, _) = store::waiver_lock(&tx, id, ctx.now()).await?;
    expect_state(&waiver, &["requested", "approved"])?;
    let waiver = store::waiver_end(ctx, &tx, id).await?;
    announce(ctx, &tx, "waiver.ended", &waiver).await?;
    tx.commit().await?;
    Ok(waiver)
}

fn person(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user().ok_or_else(|| Error::internal("a job dealt with a waiver"))
}

fn expect_state(waiver: &Waiver, expected: &[&str]) -> Result<()> {
    if expected.contains(&waiver.state.as_str()) {
        return Ok(());
    }
    let detail = format!("This waiver is {}, so this can no longer be done.", waiver.state);
    Err(Error::conflict("waiver.state", detail))
}

async fn announce(ctx: &Ctx, tx: &TenantTx, action: &'static str, waiver: &Waiver) -> Result<()> {
    let shown = json!({
        "guardrail": waiver.guardrail, "rule": waiver.rule, "valid_until": waiver.valid_until, "state": waiver.state,
    });
    let change = Change {
        action,
        entity_type: "waiver",
        entity_id: waiver.id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: Some(waiver.reason.clone()),
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{}", waiver.id),
        kind: action,
        entity_type: "waiver",
        entity_id: waiver.id.to_string(),
        payload: shown,
    };
    kernel_events::append(ctx, tx, &[event]).await?;
    Ok(())
}
