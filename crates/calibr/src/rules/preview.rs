//! What a rule would do to the catalogue now, by the same engine that plans. Nothing is stored.

use kernel_core::{Ctx, Error, Result};

use super::compile::compiled;
use super::dto::Preview;
use super::invalid;
use super::look::look;
use crate::accounts::{self, dto::Project};
use crate::catalog;
use crate::guardrails;
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
    let context = accounts::pricing_context(project, ctx.now());
    let rules = compiled(rule, &effective.guardrails, &context).map_err(invalid)?;
    let today = guardrails::day_totals(&tx, project.id, ctx.now()).await?;
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    drop(tx);
    let looking = tokio::task::spawn_blocking(move || look(&snapshot, &rules, &today));
    looking.await.map_err(Error::internal)
}
