//! What a rule would do to the catalogue, by the same engine that plans: now, or when its schedule next begins.
//! A rule whose schedule is over does nothing. Nothing is stored.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, Result};

use super::compile::of_one;
use super::dto::Preview;
use super::look::look;
use super::ready::{Named, ReadyRules, running_sales};
use super::{invalid, store};
use crate::accounts::{self, dto::Project};
use crate::catalog;
use crate::guardrails::{self, Others};
use crate::state::App;

/// Runs `rule` over the project's catalogue, which is kept in memory.
pub(super) async fn preview(
    app: &App,
    ctx: &Ctx,
    project: &Project,
    rule: &pricing::Rule,
) -> Result<Preview> {
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let effective = guardrails::effective(&tx, project, ctx.now()).await?;
    let context = accounts::pricing_context(project, next_in_force(rule, ctx.now()));
    let today =
        guardrails::day_totals(&tx, (project.id, catalog::BASE), ctx.now(), Others::ApprovedOrStarted)
            .await?;
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    let id = store::rule_by_name(&tx, project.id, rule.name()).await?.map(|stored| stored.id);
    let named = [Named { label: rule.name().to_owned(), rule: rule.clone(), id }];
    let running = running_sales(&tx, project.id, &snapshot, &named).await?;
    drop(tx);
    let rules = ReadyRules::compile(&named, &running, &[], &effective.guardrails, &context);
    let rules = rules.map_err(|faults| invalid(of_one(faults)))?;
    let looking = tokio::task::spawn_blocking(move || look(&snapshot, &rules, &today));
    looking.await.map_err(Error::internal)
}

/// Now, or the next instant at which the rule is in force. Of a schedule that is over, now.
pub(crate) fn next_in_force(rule: &pricing::Rule, now: Timestamp) -> Timestamp {
    let Some(Ok(timetable)) = rule.schedule().map(pricing::Schedule::timetable) else { return now };
    if timetable.is_active(now) {
        return now;
    }
    timetable.next_change(now).map_or(now, |change| change.at)
}

/// Whether the rule is in force at an instant.
pub(crate) fn holds_at(rule: &pricing::Rule, instant: Timestamp) -> bool {
    let timetable = rule.schedule().and_then(|schedule| schedule.timetable().ok());
    timetable.is_none_or(|timetable| timetable.is_active(instant))
}
