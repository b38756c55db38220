//! What a rule would do to the catalogue now, by the same engine that plans. Nothing is stored.

use kernel_core::{Ctx, Error, Result};
use pricing::{DayTotals, Guardrails};

use super::compile::compiled;
use super::dto::Preview;
use super::look::look;
use super::{invalid, pricing_context};
use crate::accounts::dto::Project;
use crate::catalog;
use crate::state::App;

/// Runs `rule` over the project's catalogue, which is kept in memory.
pub(super) async fn preview(
    app: &App,
    ctx: &Ctx,
    project: &Project,
    rule: &pricing::Rule,
) -> Result<Preview> {
    let context = pricing_context(project, ctx.now());
    let rules = compiled(rule, &Guardrails::default(), &context).map_err(invalid)?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let snapshot = catalog::snapshot(app, &tx, project.id).await?;
    drop(tx);
    let looking = tokio::task::spawn_blocking(move || look(&snapshot, &rules, &DayTotals::default()));
    looking.await.map_err(Error::internal)
}
