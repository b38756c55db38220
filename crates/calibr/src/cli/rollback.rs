//! `rollback`: what a run changed is put back, except where the shop has another price by now.

use super::app::App;
use super::apply::{Consent, agree};
use super::exit::{CliError, Result};
use super::format;
use super::run::started;
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::dto::PriceChange;
use crate::runs::dto::{RollBackPreview, Run};

/// So many prices that stay are named.
const NAMED_MAX: usize = 10;

/// Arguments of `rollback`.
#[derive(Debug, clap::Args)]
pub struct RollbackArgs {
    /// Id `run_…`, or `pch_…` for the newest applied run of a price change
    #[arg(value_name = "RUN")]
    id: String,
    #[command(flatten)]
    consent: Consent,
}

/// Carries out `rollback`.
///
/// # Errors
/// Not agreed to, or the server refused or cannot be reached.
pub async fn run(app: &App, args: RollbackArgs) -> Result {
    let client = app.client()?;
    let (path, run) = if let Ok(id) = args.id.parse::<RunId>() {
        (format!("runs/{id}"), Some(id))
    } else if let Ok(id) = args.id.parse::<PriceChangeId>() {
        let path = format!("price-changes/{id}");
        let change: PriceChange = client.fetch(&path, &[]).await?;
        let newest = change.runs.iter().find(|run| run.kind == "apply").map(|run| run.id);
        (path, newest)
    } else {
        let message = format!("`{}` is neither a run (run_…) nor a price change (pch_…).", args.id);
        return Err(CliError::usage(message).next("run ls"));
    };
    // Where nothing was written the server refuses, and says why.
    if let Some(run) = run {
        let preview: RollBackPreview = client.fetch(&format!("runs/{run}/rollback"), &[]).await?;
        if let Some((question, prices)) = question(&preview) {
            app.ui.words(&told(&preview));
            agree(&app.ui, args.consent.yes, &question, prices)?;
        }
    }
    let reply = client.post(&format!("{path}/rollback"), "", &serde_json::json!({})).await?;
    let run: Run = reply.read()?;
    if reply.replayed {
        app.ui.words(&format!("This was begun before, as run {}.", run.id));
    }
    started(app, &client, run, args.consent.detach).await
}

/// What is asked, and about how many prices; nothing where there is nothing to take back.
fn question(preview: &RollBackPreview) -> Option<(String, u64)> {
    match (preview.prices + preview.changed, preview.unsure) {
        (0, 0) => None,
        (0, unsure) => {
            let prices = format::counted(unsure, "price");
            Some((format!("Put back up to {prices} that may have been written?"), unsure))
        }
        _ => {
            let prices = format::counted(preview.prices, "price");
            Some((format!("Put back {prices} in the shop?"), preview.prices))
        }
    }
}

/// What will happen, with those named that stay as they are.
fn told(preview: &RollBackPreview) -> String {
    let mut text = format!("{} to what was there before.", goes_back(preview.prices));
    if preview.changed > 0 {
        text += &format!(" Changed again since, and left out: {}.", preview.changed);
    }
    if preview.unsure > 0 {
        let unsure = format::counted(preview.unsure, "price");
        text += &format!(" {unsure} may or may not have been written; what was written goes back too.");
    }
    for one in preview.changed_since.iter().take(NAMED_MAX) {
        let now = one.now.map_or_else(|| "gone".to_owned(), |now| now.to_string());
        text += &format!("\n  {} {}: {} was written, {now} now", one.sku, one.title, one.written);
    }
    let unnamed = preview.changed.saturating_sub(NAMED_MAX as u64);
    if unnamed > 0 {
        text += &format!("\n  and {unnamed} more");
    }
    text
}

fn goes_back(prices: u64) -> String {
    match prices {
        1 => "1 price goes back".to_owned(),
        _ => format!("{} go back", format::counted(prices, "price")),
    }
}
