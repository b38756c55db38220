//! `plan --offline`: the same engine over a product CSV, on this machine, without a server. Nothing is stored.

use std::fs::File;
use std::path::Path;

use channel::{ChannelProduct, ChannelVariant};
use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions, ImportReport};
use jiff::Timestamp;
use kernel_core::{Currency, Money};
use pricing::{
    Decision, Guardrails, Outcome, PricingContext, Reason, Row, Rule, RuleSet, SummaryBuilder, Tags,
    VariantFacts,
};
use serde::Serialize;

use super::app::App;
use super::exit::{CliError, Result};
use super::format;
use super::look::Look;
use super::plan::verdict;
use super::plan_view::{RowView, impact_view, rows_view};
use super::rules::{Document, parse};
use crate::rules::dto::Impact;
use crate::rules::{impact, pct_of};

/// What to work out.
#[derive(Debug)]
pub struct Task<'a> {
    /// The rules.
    pub documents: &'a [Document],
    /// Shopify product CSV.
    pub catalog: &'a Path,
    /// Currency of its prices.
    pub currency: Currency,
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
    Ok(verdict(&plan.impact.counts, task.detailed_exitcode))
}

fn plan(rules: &[Rule], task: &Task<'_>) -> Result<Plan> {
    let named: Vec<_> = rules.iter().map(|rule| (rule.name(), rule)).collect();
    let context = PricingContext::base(task.currency, Timestamp::now());
    let ready = RuleSet::compile(&named, &Guardrails::default(), &context).map_err(|faults| {
        let message = format!("The rules do not fit prices in {}.", task.currency);
        CliError { fields: faults, ..CliError::failed("rule.invalid", message) }
    })?;
    let in_file =
        |message: String| CliError::failed("input", format!("{}: {message}", task.catalog.display()));
    let file = File::open(task.catalog).map_err(|e| in_file(format!("{e}.")))?;
    let options = ImportOptions { currency: task.currency, decimal_mark: DecimalMark::Auto };
    let refused = |e: kernel_core::Error| CliError { fields: e.fields, ..in_file(e.detail) };
    let mut import = CsvImport::new(file, options).map_err(refused)?;

    let mut summary = SummaryBuilder::default();
    let mut rows = Vec::new();
    for product in import.by_ref() {
        let product = product.map_err(|e| CliError { fields: e.fields, ..in_file(e.detail) })?;
        for variant in &product.variants {
            let title = full_title(&product, variant);
            let facts = facts(&product, variant, &title);
            let decision = ready.evaluate(&facts);
            summary.push(&facts, &decision);
            if let Decision::Row(row) = decision {
                rows.push(planned_row(&product, variant, title, &row, &ready, rules));
            }
        }
    }
    let hashed =
        |rule: &Rule| PlannedRule { name: rule.name().to_owned(), content_hash: rule.content_hash() };
    Ok(Plan {
        currency: task.currency,
        rules: rules.iter().map(hashed).collect(),
        catalog: import.into_report(),
        impact: impact(&summary.finish(None), task.currency),
        rows,
    })
}

fn facts<'a>(product: &'a ChannelProduct, variant: &'a ChannelVariant, title: &'a str) -> VariantFacts<'a> {
    VariantFacts {
        key: 0,
        sku: variant.sku.as_deref().unwrap_or_default(),
        title,
        vendor: &product.vendor,
        product_type: &product.product_type,
        tags: Tags::List(&product.tags),
        price_minor: Some(variant.price.amount_minor),
        compare_at_minor: variant.compare_at.map(|money| money.amount_minor),
        ..VariantFacts::default()
    }
}

fn planned_row(
    product: &ChannelProduct,
    variant: &ChannelVariant,
    title: String,
    row: &Row,
    ready: &RuleSet,
    rules: &[Rule],
) -> PlannedRow {
    let money = |minor: Option<i64>| minor.map(|minor| Money::from_minor(minor, ready.currency()));
    PlannedRow {
        handle: product.handle.clone(),
        sku: variant.sku.clone().unwrap_or_default(),
        title,
        outcome: row.outcome.as_str(),
        before: money(row.before),
        after: money(row.after),
        compare_at_before: money(row.compare_at_before),
        compare_at_after: money(row.compare_at_after),
        change_pct: pct_of(row.before, row.after),
        rule: rules.get(row.rule_index as usize).map(|rule| rule.name().to_owned()).unwrap_or_default(),
        reason: (row.reason != Reason::AsRuled).then(|| row.reason.code().to_owned()),
    }
}

fn full_title(product: &ChannelProduct, variant: &ChannelVariant) -> String {
    if variant.options.is_empty() {
        return product.title.clone();
    }
    super::catalog::join_titles(&product.title, &variant.title)
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
        }
    }
}

fn plan_view(look: Look, plan: &Plan, rows_shown: usize) -> String {
    let mut text = impact_view(look, &plan.impact);
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

fn tell_report(app: &App, file: &Path, report: &ImportReport) {
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
