//! Sales that end by themselves. Whoever approved a sale approved its end: the plan that ends it is made when it is over,
//! from the prices and rules of then, and needs no second yes. What a guardrail stops waits for people like any other plan.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel_core::{Actor, ActorKind, Ctx, Error, Result, Role};
use kernel_db::TenantTx;
use kernel_jobs::NewJob;
use pricing::{PlanHeader, Schedule};
use serde_json::json;

use super::decide;
use super::dto::{NewPriceChange, PlanRequest};
use super::plan::plan;
use super::store;
use crate::accounts;
use crate::ids::{PriceChangeId, RuleId};
use crate::rules;
use crate::state::App;

/// The kind of job that lets the prices of a sale return.
pub const RETURN: &str = "price_changes.return";

/// How far the prices of a sale have returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returning {
    /// No price comes from the sale, or what does waits for people.
    Done,
    /// A plan that ends it is being written.
    UnderWay,
    /// Such a plan was made now.
    Begun,
}

/// Enqueues the returns of the sales that a written plan began.
///
/// # Errors
/// The database refused.
pub async fn schedule_returns(ctx: &Ctx, tx: &TenantTx, id: PriceChangeId) -> Result<()> {
    let record = store::price_change_by_id(tx, id).await?;
    let header: PlanHeader = serde_json::from_str(&record.plan_header).map_err(Error::internal)?;
    let request: Option<PlanRequest> =
        record.request.map(serde_json::from_value).transpose().map_err(Error::internal)?;
    let asked: BTreeSet<RuleId> = request.into_iter().flat_map(|request| request.rules).collect();
    let mut jobs = Vec::new();
    for planned in store::planned_rules(tx, id).await? {
        if !asked.contains(&planned.rule_id) {
            continue;
        }
        let loaded = rules::load_version(tx, planned.rule_id, planned.version).await?;
        let Some(ends_at) = ends_at(loaded.rule.schedule(), header.instant) else { continue };
        jobs.push(NewJob {
            key: Some(format!("{RETURN}/{}/{ends_at}", planned.rule_id)),
            ..NewJob::new(
                RETURN,
                json!({ "rule_id": planned.rule_id, "price_change_id": id }),
                ends_at.max(ctx.now()),
            )
        });
    }
    kernel_jobs::enqueue(ctx, tx, &jobs).await
}

/// When the sale is over in whose time the instant lies.
fn ends_at(schedule: Option<&Schedule>, instant: Timestamp) -> Option<Timestamp> {
    let timetable = schedule?.timetable().ok()?;
    timetable.returns().then(|| timetable.window_at(instant)?.ends_at).flatten()
}

/// Plans what the prices are without a sale that is over, and lets it be written.
///
/// # Errors
/// The database refused, or planning did.
pub async fn return_prices(app: &App, ctx: &Ctx, sale: PriceChangeId, rule: RuleId) -> Result<Returning> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::price_change_by_id(&tx, sale).await?;
    if store::is_ending(&tx, record.project, rule).await? {
        return Ok(Returning::UnderWay);
    }
    let project = accounts::project_by_id(&tx, record.project).await?;
    drop(tx);
    // Planned in the name of whoever planned the sale, by Calibr.
    let actor =
        Actor { kind: ActorKind::User(record.author_id), role: Role::Admin, label: ctx.actor.label.clone() };
    let mut by_author = ctx.clone();
    by_author.actor = actor;
    let new = NewPriceChange {
        title: format!("End of {}", record.title),
        note: Some(format!("The sale of {sale} is over; its approval holds for its end.")),
        rules: Vec::new(),
        at: None,
        ends: vec![rule],
        exclude: Vec::new(),
        surface: None,
        replaces: None,
    };
    let id = match plan(app, &by_author, Some(&project.slug), new).await {
        Ok(id) => id,
        Err(error) if error.code == "price_change.ends" => return Ok(Returning::Done),
        Err(error) => return Err(error),
    };
    decide::approve_return(app, &by_author, id, sale).await
}
