//! `plan --offline`: the same engine over a product CSV, on this machine, without a server. Nothing is stored.

use std::path::Path;

use connector_shopify::csv::ImportReport;
use kernel_core::{Currency, Money};
use pricing::{DayTotals, Decision, Outcome, Reason, Row, Rule, RuleSet, SummaryBuilder, Verdict};
use serde::Serialize;

use super::app::App;
use super::exit::{CliError, Result};
use super::format;
use super::look::Look;
use super::plan::verdict;
use super::plan_view::{RowView, guardrails_view, impact_view, rows_view, verdicts_view};
use super::rules::{Document, parse};
use super::surface::{Listed, read_catalogue};
use crate::rules::dto::{Impact, PlanVerdict};
use crate::rules::{impact, pct_of, plan_verdicts};

pub use super::surface::Surface;

/// What to work out.
#[derive(Debug)]
pub struct Task<'a> {
    /// The rules.
    pub documents: &'a [Document],
    /// Shopify product CSV.
    pub catalog: &'a Path,
    /// Where prices are computed.
    pub surface: &'a Surface,
    /// SKUs to leave out.
    pub exclude: &'a [String],
    /// Rows to show of each kind.
    pub rows_shown: usize,
    /// Whether changes are a finding.
    pub detailed_exitcode: bool,
}

/// What came out.
#[derive(Debug, Serialize)]
struct Plan {
    currency: Currency,
    rules: Vec<PlannedRule>,
    catalog: ImportReport,
    impact: Impact,
    /// What the guardrails say that look at the whole plan; of other changes of the day nothing is known here.
    verdicts: Vec<PlanVerdict>,
    rows_to_apply: u64,
    rows: Vec<PlannedRow>,
}

#[derive(Debug, Serialize)]
struct PlannedRule {
    name: String,
    content_hash: String,
}

#[derive(Debug, Serialize)]
struct PlannedRow {
    handle: String,
    sku: String,
    title: String,
    outcome: &'static str,
    before: Option<Money>,
    after: Option<Money>,
    compare_at_before: Option<Money>,
    compare_at_after: Option<Money>,
    change_pct: Option<String>,
    rule: String,
    reason: Option<String>,
    violated: Vec<&'static str>,
    near: Vec<&'static str>,
}

/// Works it out and prints it.
///
/// # Errors
/// A rule cannot be used, or the file cannot be read.
pub fn run(app: &App, task: &Task<'_>) -> Result {
    let rules = task.documents.iter().map(parse).collect::<Result<Vec<Rule>>>()?;
    let spinner = app.ui.spinner("Pricing");
    let plan = plan(&rules, task);
    spinner.finish_and_clear();
    let plan = plan?;
    if app.ui.json() {
        let text = serde_json::to_string(&plan).map_err(|e| CliError::failed("json", e.to_string()))?;
        app.ui.document(&text);
    } else {
        app.ui.data(&plan_view(app.ui.look, &plan, task.rows_shown));
    }
    tell_report(app, task.catalog, &plan.catalog);
    app.ui.words("Nothing was stored: this plan was made on this machine only.");
    app.ui.next(&[format!("catalog import {}", task.catalog.display()), "plan -f RULES.yaml".to_owned()]);
    Ok(verdict(plan.rows_to_apply, plan.impact.counts.blocked, &plan.verdicts, task.detailed_exitcode))
}

fn plan(rules: &[Rule], task: &Task<'_>) -> Result<Plan> {
    let context = &task.surface.context;
    let ready = task.surface.compile(&rules.iter().collect::<Vec<_>>())?;
    let mut summary = SummaryBuilder::default();
    let mut aggregate = ready.aggregate();
    let (mut variants, mut rows_to_apply) = (0, 0);
    let mut rows = Vec::new();
    let catalog = read_catalogue(task.catalog, context.currency, |listed, facts| {
        variants += 1;
        if !listed.sku.is_empty() && task.exclude.iter().any(|sku| sku == listed.sku) {
            return;
        }
        let decision = ready.evaluate(facts);
        summary.push(facts, &decision);
        aggregate.push(&decision, facts);
        if let Decision::Row(row) = decision {
            rows_to_apply += u64::from(row.writes());
            rows.push(planned_row(listed, &row, &ready, rules));
        }
    })?;
    let hashed =
        |rule: &Rule| PlannedRule { name: rule.name().to_owned(), content_hash: rule.content_hash() };
    Ok(Plan {
        currency: context.currency,
        rules: rules.iter().map(hashed).collect(),
        catalog,
        impact: impact(&summary.finish(context.tax), context.currency),
        verdicts: plan_verdicts(&aggregate.finish(&DayTotals::default(), variants)),
        rows_to_apply,
        rows,
    })
}

fn planned_row(listed: Listed<'_>, row: &Row, ready: &RuleSet, rules: &[Rule]) -> PlannedRow {
    let money = |minor: Option<i64>| minor.map(|minor| Money::from_minor(minor, ready.currency()));
    let guardrails = |wanted: Verdict| {
        let given = row.guardrails.iter().filter(|(_, given)| *given == wanted);
        given.map(|(kind, _)| kind.code()).collect()
    };
    PlannedRow {
        handle: listed.handle.to_owned(),
        sku: listed.sku.to_owned(),
        title: listed.title.to_owned(),
        outcome: row.outcome.as_str(),
        before: money(row.before),
        after: money(row.after),
        compare_at_before: money(row.compare_at_before),
        compare_at_after: money(row.compare_at_after),
        change_pct: pct_of(row.before, row.after),
        rule: rules.get(row.rule_index as usize).map(|rule| rule.name().to_owned()).unwrap_or_default(),
        reason: (row.reason != Reason::AsRuled).then(|| row.reason.code().to_owned()),
        violated: guardrails(Verdict::Violated),
        near: guardrails(Verdict::Near),
    }
}

impl From<&PlannedRow> for RowView {
    fn from(row: &PlannedRow) -> Self {
        let both = || {
            (format::amount(row.compare_at_before.as_ref()), format::amount(row.compare_at_after.as_ref()))
        };
        Self {
            outcome: row.outcome.to_owned(),
            sku: if row.sku.is_empty() { row.handle.clone() } else { row.sku.clone() },
            title: row.title.clone(),
            before: format::amount(row.before.as_ref()),
            after: format::amount(row.after.as_ref()),
            compare_at: (row.compare_at_before != row.compare_at_after).then(both),
            change: format::percent(row.change_pct.as_deref()),
            rule: row.rule.clone(),
            reason: row.reason.as_deref().map(format::reason).unwrap_or_default(),
            guardrails: guardrails_view(row.reason.as_deref(), &row.violated, &row.near, &[]),
            prior_price: None,
        }
    }
}

fn plan_view(look: Look, plan: &Plan, rows_shown: usize) -> String {
    let mut text = impact_view(look, &plan.impact) + &verdicts_view(look, &plan.verdicts);
    let changes = [Outcome::Raise, Outcome::Cut];
    for kinds in [&changes[..], &[Outcome::Blocked], &[Outcome::Skipped]] {
        let of_kind = |row: &&PlannedRow| kinds.iter().any(|kind| kind.as_str() == row.outcome);
        let total = plan.rows.iter().filter(of_kind).count();
        let rows: Vec<RowView> =
            plan.rows.iter().filter(of_kind).take(rows_shown).map(RowView::from).collect();
        if !rows.is_empty() {
            text.push_str(&rows_view(look, &rows));
        }
        if total > rows.len() {
            text.push_str(&format!("    … {} more: --all\n", format::count((total - rows.len()) as u64)));
        }
    }
    text
}

/// Says what was read, and what could not be used.
pub fn tell_report(app: &App, file: &Path, report: &ImportReport) {
    let variants = format::counted(report.variants, "variant");
    let products = format::counted(report.products, "product");
    app.ui.words(&format!("{}: {variants} in {products}.", file.display()));
    if report.refused.count > 0 {
        let rows = format::counted(report.refused.count, "row");
        app.ui.warn(&format!("{rows} of it could not be used for this plan:"));
    }
    for note in report.refused.first.iter().take(10) {
        app.ui.words(&format!("    line {}: {}", note.line, note.detail));
    }
}
