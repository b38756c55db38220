//! What a rule would do to the catalogue now, by the same engine that plans. Nothing is stored.

use futures_util::TryStreamExt;
use kernel_core::{Ctx, Currency, Money, Result};
use kernel_db::TenantTx;
use pricing::{Decision, Guardrails, RuleSet, SummaryBuilder, Tags, VariantFacts, change_basis_points};

use super::compile::compiled;
use super::dto::{Preview, PreviewRow};
use super::impact::{impact, pct_of};
use super::{invalid, pricing_context};
use crate::accounts::dto::Project;
use crate::catalog::{CatalogueRow, catalogue_rows};
use crate::ids::VariantId;
use crate::state::App;

const WORST: usize = 20;
const SAMPLE: usize = 50;

/// Runs `rule` over the project's catalogue.
pub(super) async fn preview(
    app: &App,
    ctx: &Ctx,
    project: &Project,
    rule: &pricing::Rule,
) -> Result<Preview> {
    let rules =
        compiled(rule, &Guardrails::default(), &pricing_context(project, ctx.now())).map_err(invalid)?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    preview_rows(&tx, project, &rules).await
}

async fn preview_rows(tx: &TenantTx, project: &Project, rules: &RuleSet) -> Result<Preview> {
    let mut summary = SummaryBuilder::default();
    let mut sample = Vec::with_capacity(SAMPLE);
    let mut worst: Vec<(u64, PreviewRow)> = Vec::with_capacity(WORST + 1);
    let mut variants = catalogue_rows(tx, project.id).await?;
    while let Some(variant) = variants.try_next().await? {
        let facts = facts(&variant);
        let decision = rules.evaluate(&facts);
        summary.push(&facts, &decision);
        let Decision::Row(row) = decision else { continue };
        let moved = row.writes().then(|| change_basis_points(row.before?, row.after?)).flatten();
        let distance = moved.map_or(0, i64::unsigned_abs);
        let is_worst =
            distance > 0 && (worst.len() < WORST || worst.last().is_some_and(|(least, _)| distance > *least));
        if sample.len() < SAMPLE || is_worst {
            let shown = shown(&variant, &row, project.currency);
            if sample.len() < SAMPLE {
                sample.push(shown.clone());
            }
            if is_worst {
                let place = worst.partition_point(|(other, _)| *other >= distance);
                worst.insert(place, (distance, shown));
                worst.truncate(WORST);
            }
        }
    }
    let worst = worst.into_iter().map(|(_, row)| row).collect();
    Ok(Preview {
        impact: impact(&summary.finish(None), project.currency),
        worst,
        sample,
        verdicts: Vec::new(),
        variants: 0,
    })
}

/// A variant as the engine reads it.
pub(crate) fn facts(variant: &CatalogueRow) -> VariantFacts<'_> {
    VariantFacts {
        key: variant.variant_id.as_u128(),
        sku: &variant.sku,
        title: &variant.title,
        vendor: &variant.vendor,
        product_type: &variant.product_type,
        tags: Tags::List(&variant.tags),
        price_minor: variant.price_minor,
        compare_at_minor: variant.compare_at_minor,
        ..VariantFacts::default()
    }
}

fn shown(variant: &CatalogueRow, row: &pricing::Row, currency: Currency) -> PreviewRow {
    let money = |minor: Option<i64>| minor.map(|minor| Money::from_minor(minor, currency));
    let as_ruled = row.reason == pricing::Reason::AsRuled;
    PreviewRow {
        variant_id: VariantId(variant.variant_id),
        sku: variant.sku.clone(),
        title: variant.title.clone(),
        outcome: row.outcome.as_str().to_owned(),
        before: money(row.before),
        after: money(row.after),
        change_pct: pct_of(row.before, row.after),
        reason: (!as_ruled).then(|| row.reason.code().to_owned()),
        compare_at_before: money(row.compare_at_before),
        compare_at_after: money(row.compare_at_after),
        violated: Vec::new(),
        near: Vec::new(),
        waived: Vec::new(),
        prior_price: None,
    }
}
