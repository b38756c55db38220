//! `rollback`: what a run changed is put back, except where the shop has another price by now.

use super::app::App;
use super::apply::{Consent, agree};
use super::exit::{CliError, Result};
use super::format;
use super::run::started;
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::dto::PriceChange;
use crate::runs::dto::Run;

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
        let path = format!("runs/{id}");
        let run: Run = client.fetch(&path, &[]).await?;
        (path, Some(run))
    } else if let Ok(id) = args.id.parse::<PriceChangeId>() {
        let path = format!("price-changes/{id}");
        let change: PriceChange = client.fetch(&path, &[]).await?;
        let newest = change.runs.iter().find(|run| run.kind == "apply");
        let run = match newest {
            Some(run) => Some(client.fetch(&format!("runs/{}", run.id), &[]).await?),
            None => None,
        };
        (path, run)
    } else {
        let message = format!("`{}` is neither a run (run_…) nor a price change (pch_…).", args.id);
        return Err(CliError::usage(message).next("run ls"));
    };
    // Where nothing was written the server refuses, and says why.
    let counts = run.map(|run| run.counts).unwrap_or_default();
    // A write whose answer was lost counts as failed or as a conflict; it is taken back too if it did arrive.
    let (written, unsure) = (counts.applied, counts.failed + counts.conflict);
    let question = match (written, unsure) {
        (0, 0) => None,
        (0, _) => {
            Some(format!("Put back up to {} that may have been written?", format::counted(unsure, "price")))
        }
        _ => Some(format!("Put back {} in the shop?", format::counted(written, "price"))),
    };
    if let Some(question) = question {
        agree(&app.ui, args.consent.yes, &question, if written > 0 { written } else { unsure })?;
    }
    let reply = client.post(&format!("{path}/rollback"), "", &serde_json::json!({})).await?;
    let run: Run = reply.read()?;
    if reply.replayed {
        app.ui.words(&format!("This was begun before, as run {}.", run.id));
    }
    started(app, &client, run, args.consent.detach).await
}
