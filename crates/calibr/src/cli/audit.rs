//! `audit`: who changed what, when and why, and whether all of it is as it was sealed.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::app::{App, List, Paging, filters};
use super::exit::{CliError, Exit, Result};
use super::look::{Grid, Look, Tone, facts};
use super::{format, instant};
use crate::audit::dto::{AuditRecord, AuditVerification, AuditVerifyRequest, ExportLine};
use kernel_audit::{Break, Claim, Walk, chain};

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
    /// Go through the whole chain: on the server, or in an exported file without any server
    Verify(VerifyArgs),
    /// Write every record and seal, one JSON document per line
    Export {
        /// File to write; stdout if left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct VerifyArgs {
    /// An exported file; no server is asked
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// A head noted earlier, which the chain must still hold
    #[arg(long, value_name = "DIGEST")]
    head: Option<String>,
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
    /// Words in who, what, thing or reason
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
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
    match args.verb {
        Verb::Ls(args) => list(app, args).await,
        Verb::Verify(args) => verify(app, args).await,
        Verb::Export { output } => {
            super::catalog::download(app, &app.client()?, "audit/export", output.as_deref()).await?;
            Ok(Exit::Done)
        }
    }
}

async fn list(app: &App, args: LsArgs) -> Result {
    let since = args.since.map(|at| at.to_string());
    let until = args.until.map(|at| at.to_string());
    let query = filters(&[
        ("actor", args.actor.as_ref()),
        ("action", args.action.as_ref()),
        ("entity_type", args.entity_type.as_ref()),
        ("entity_id", args.entity.as_ref()),
        ("correlation_id", args.correlation.as_ref()),
        ("q", args.query.as_ref()),
        ("from", since.as_ref()),
        ("to", until.as_ref()),
    ]);
    let list = List { path: "audit", query: &query, when_empty: "No record matches." };
    app.print_list(list, &args.paging, records_view).await?;
    Ok(Exit::Done)
}

async fn verify(app: &App, args: VerifyArgs) -> Result {
    let found = match &args.file {
        Some(file) => verify_file(file, args.head.as_deref())?,
        None => {
            let request = AuditVerifyRequest { head: args.head };
            app.client()?.post("audit/verify", "", &request).await?.read()?
        }
    };
    if app.ui.json() {
        let text = serde_json::to_string(&found).map_err(|e| CliError::failed("json", e.to_string()))?;
        app.ui.document(&text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{}\n", found.head.as_deref().unwrap_or_default()));
    } else {
        app.ui.data(&verification_view(app.ui.look, &found));
    }
    Ok(if found.intact { Exit::Done } else { Exit::AuditBroken })
}

/// Goes through an export, line by line, with no server and no secret.
fn verify_file(path: &Path, head: Option<&str>) -> Result<AuditVerification> {
    let unreadable = |e: std::io::Error| CliError::failed("input", format!("{}: {e}.", path.display()));
    if let Some(head) = head.filter(|head| chain::from_hex(head).is_none()) {
        return Err(CliError::usage(format!("`{head}` is no head: it has 64 digits from 0 to f.")));
    }
    let lines = std::io::BufReader::new(std::fs::File::open(path).map_err(unreadable)?).lines();
    let (mut walk, mut open, mut ended, mut after_end) = (Walk::new(head), Vec::new(), None, false);
    for (number, line) in lines.enumerate() {
        let line = line.map_err(unreadable)?;
        let read = serde_json::from_str(&line).map_err(|e| {
            CliError::failed(
                "input",
                format!("{}:{}: this is no line of an export: {e}.", path.display(), number + 1),
            )
        })?;
        after_end |= ended.is_some();
        match read {
            ExportLine::Record { leaf, record } => {
                let id = record["id"].as_str().unwrap_or_default().to_owned();
                let there = (record["missing"] != true).then_some(record);
                open.push((id, leaf.as_deref().and_then(chain::from_hex).unwrap_or(chain::GENESIS), there));
            }
            ExportLine::Seal { ordinal, root, head, sealed_at, .. } => {
                let leaves = std::mem::take(&mut open);
                walk.take(&Claim { ordinal, root: &root, head: &head, sealed_at, leaves });
            }
            ExportLine::End { seals, head, .. } => ended = Some((seals, head)),
        }
    }
    let mut found = walk.end(open.len() as u64);
    let whole = ended == Some((found.seals, found.head.clone())) && !after_end;
    if found.broken.is_none() && !whole {
        let code = "seal_missing";
        let seal = Some(found.seals + 1);
        found.broken = Some(Break { code, seal, record: None, expected: None, found: None });
    }
    Ok(found.into())
}

fn verification_view(look: Look, found: &AuditVerification) -> String {
    let (state, words) = match (&found.broken, found.head_known) {
        (Some(broken), _) => ("failed", broken.detail.clone()),
        (None, Some(false)) => {
            ("failed", "The head that was given is not in the chain: it was cut short.".to_owned())
        }
        _ => ("pass", "Every record is as it was sealed.".to_owned()),
    };
    let glyph = look.paint(Tone::of(state), format::glyph(state));
    let sealed_at = found.sealed_at.map(format::instant).unwrap_or_default();
    let pairs = [
        (
            "records",
            format!("{} sealed, {} since", format::count(found.sealed), format::count(found.waiting)),
        ),
        ("seals", found.seals.to_string()),
        ("sealed", sealed_at),
        ("head", found.head.clone().unwrap_or_default()),
    ];
    format!("{glyph} {words}\n{}", facts(look, &pairs))
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
