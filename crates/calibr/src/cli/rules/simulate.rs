//! `rules simulate`: what rule files would do to the catalogue of the server, now, at a past instant, or if costs and
//! prices were other than they are.

use jiff::Timestamp;

use super::documents::{Files, read_all};
use super::push::{in_file, print_json};
use crate::cli::app::App;
use crate::cli::exit::{Exit, Result};
use crate::cli::format;
use crate::cli::instant;
use crate::cli::look::{Look, Tone, one_line};
use crate::cli::plan_view::{RowView, guardrails_view, impact_view, rows_view, verdicts_view};
use crate::rules::dto::{Preview, PreviewRow};

/// Rows that are shown of each rule.
const ROWS_SHOWN: usize = 10;

/// Arguments of `rules simulate`.
#[derive(Debug, clap::Args)]
pub struct SimulateArgs {
    #[command(flatten)]
    files: Files,
    /// With the prices of this instant, at most 120 days ago
    #[arg(long, value_name = "INSTANT", value_parser = instant::read)]
    at: Option<Timestamp>,
    /// With all costs changed by so many percent
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    costs: Option<String>,
    /// With all prices changed by so many percent
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    prices: Option<String>,
    /// With all prices of competitors and manufacturers changed by so many percent
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true)]
    references: Option<String>,
}

/// Carries out `rules simulate`.
///
/// # Errors
/// A file cannot be read, or the server refused or cannot be reached.
pub async fn run(app: &App, args: &SimulateArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let client = app.client()?;
    let at = args.at.map(|at| at.to_string());
    let supposed = [
        ("at", &at),
        ("cost_change_pct", &args.costs),
        ("price_change_pct", &args.prices),
        ("reference_change_pct", &args.references),
    ];
    let query: Vec<_> =
        supposed.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect();
    let spinner = app.ui.spinner("Pricing");
    let mut previews: Vec<(String, Preview)> = Vec::new();
    for document in &documents {
        let request = client
            .request(reqwest::Method::POST, "rules/simulate", &query)?
            .header(reqwest::header::CONTENT_TYPE, document.content_type())
            .body(document.text.clone());
        let reply = client.reply(request.send().await, false).await;
        previews
            .push((document.name.clone(), reply.map_err(|error| in_file(error, &document.name))?.read()?));
    }
    spinner.finish_and_clear();
    if app.ui.json() {
        let shown =
            |(file, preview): &(String, Preview)| serde_json::json!({ "file": file, "preview": preview });
        print_json(app, &serde_json::json!({ "data": previews.iter().map(shown).collect::<Vec<_>>() }))?;
    } else {
        for (name, preview) in &previews {
            app.ui.data(&preview_view(app.ui.look, name, preview));
        }
        app.ui.words("Nothing was stored.");
    }
    let stopped = previews.iter().any(|(_, preview)| preview.impact.counts.blocked > 0);
    Ok(if stopped { Exit::Violations } else { Exit::Done })
}

fn preview_view(look: Look, name: &str, preview: &Preview) -> String {
    let over = format::counted(preview.variants, "variant");
    let title = look.paint(Tone::Strong, &one_line(name));
    let mut text = format!("{title} over {over}\n{}", impact_view(look, &preview.impact));
    text.push_str(&verdicts_view(look, &preview.verdicts));
    let rows = if preview.worst.is_empty() { &preview.sample } else { &preview.worst };
    let rows: Vec<RowView> = rows.iter().take(ROWS_SHOWN).map(RowView::from).collect();
    if !rows.is_empty() {
        text.push_str(&rows_view(look, &rows));
    }
    text
}

impl From<&PreviewRow> for RowView {
    fn from(row: &PreviewRow) -> Self {
        let both = || {
            (format::amount(row.compare_at_before.as_ref()), format::amount(row.compare_at_after.as_ref()))
        };
        Self {
            outcome: row.outcome.clone(),
            sku: if row.sku.is_empty() { row.variant_id.to_string() } else { row.sku.clone() },
            title: row.title.clone(),
            before: format::amount(row.before.as_ref()),
            after: format::amount(row.after.as_ref()),
            compare_at: (row.compare_at_before != row.compare_at_after).then(both),
            change: format::percent(row.change_pct.as_deref()),
            rule: String::new(),
            reason: row.reason.as_deref().map(format::reason).unwrap_or_default(),
            guardrails: guardrails_view(row.reason.as_deref(), &row.violated, &row.near, &row.waived),
            prior_price: row.prior_price.as_ref().map(|price| format::amount(Some(price))),
        }
    }
}
