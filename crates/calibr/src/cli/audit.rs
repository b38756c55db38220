//! `audit ls`: who changed what, when and why.

use jiff::Timestamp;

use super::app::{App, List, Paging, filters};
use super::exit::{Exit, Result};
use super::look::{Grid, Look, Tone};
use super::{format, instant};
use crate::audit::dto::AuditRecord;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List records, newest first
    Ls(LsArgs),
}

#[derive(Debug, clap::Args)]
struct LsArgs {
    /// By this person or job
    #[arg(long)]
    actor: Option<String>,
    /// Of this action, such as price_change.approved
    #[arg(long)]
    action: Option<String>,
    /// About this kind of thing, such as price_change
    #[arg(long, value_name = "TYPE")]
    entity_type: Option<String>,
    /// About this thing
    #[arg(long, value_name = "ID")]
    entity: Option<String>,
    /// Of this intention, across requests and jobs
    #[arg(long, value_name = "ID")]
    correlation: Option<String>,
    /// From this instant on
    #[arg(long, value_name = "INSTANT", value_parser = instant::read)]
    since: Option<Timestamp>,
    /// Before this instant
    #[arg(long, value_name = "INSTANT", value_parser = instant::read)]
    until: Option<Timestamp>,
    #[command(flatten)]
    paging: Paging,
}

/// Carries out `audit`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: AuditArgs) -> Result {
    let Verb::Ls(args) = args.verb;
    let since = args.since.map(|at| at.to_string());
    let until = args.until.map(|at| at.to_string());
    let query = filters(&[
        ("actor", args.actor.as_ref()),
        ("action", args.action.as_ref()),
        ("entity_type", args.entity_type.as_ref()),
        ("entity_id", args.entity.as_ref()),
        ("correlation_id", args.correlation.as_ref()),
        ("from", since.as_ref()),
        ("to", until.as_ref()),
    ]);
    let list = List { path: "audit", query: &query, when_empty: "No record matches." };
    app.print_list(list, &args.paging, records_view).await?;
    Ok(Exit::Done)
}

fn records_view(look: Look, records: &[AuditRecord]) -> String {
    let mut grid = Grid::new(look, &["AT (UTC)", "~WHO", "~WHAT", "THING", "?~WHY"]);
    for record in records {
        grid.row([
            (Tone::Muted, format::moment(record.recorded_at)),
            (Tone::Plain, record.actor.clone()),
            (Tone::Strong, record.action.clone()),
            (Tone::Plain, record.entity_id.clone()),
            (Tone::Plain, record.reason.clone().unwrap_or_default()),
        ]);
    }
    grid.finish()
}
