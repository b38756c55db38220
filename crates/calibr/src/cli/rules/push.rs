//! `rules push`: files become rules or new versions of them; `--dry-run` says what would change.

use serde::Serialize;

use super::diff::{self, differences_view};
use super::documents::{Document, Files, read_all};
use crate::cli::app::App;
use crate::cli::catalog::shell_word;
use crate::cli::client::Client;
use crate::cli::exit::{CliError, Exit, Result};
use crate::cli::format;
use crate::cli::look::{Grid, Look, Tone};
use crate::rules::dto::{PushedRule, RuleDiff};

/// Arguments of `rules push`.
#[derive(Debug, clap::Args)]
pub struct PushArgs {
    #[command(flatten)]
    files: Files,
    /// Store nothing; show which variants would move differently
    #[arg(long)]
    dry_run: bool,
}

/// Carries out `rules push`.
///
/// # Errors
/// A file cannot be read, the server refused a rule or cannot be reached.
pub async fn run(app: &App, args: &PushArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let client = app.client()?;
    if !args.dry_run {
        let pushed = push(app, &client, &documents).await?;
        return print_pushed(app, &pushed);
    }
    let found = diff::against_server(app, &client, &documents).await?;
    if app.ui.json() {
        print_json(app, &serde_json::json!({ "data": found }))?;
    } else {
        app.ui.data(&would_view(app.ui.look, &found));
        app.ui.data(&differences_view(app.ui.look, &found, diff::ROWS_SHOWN));
        app.ui.words("Nothing was stored.");
    }
    let files =
        args.files.files.iter().map(|file| format!(" -f {}", shell_word(&file.display().to_string())));
    app.ui.next(&[format!("rules push{}", files.collect::<String>())]);
    Ok(Exit::Done)
}

/// Stores rules, in order. The first refusal ends it and names the file.
///
/// # Errors
/// The server refused a rule or cannot be reached.
pub async fn push(app: &App, client: &Client, documents: &[Document]) -> Result<Vec<PushedRule>> {
    let spinner = app.ui.spinner("Reading rules");
    let mut pushed = Vec::new();
    for (place, document) in documents.iter().enumerate() {
        let step = format!("rule-{}", place + 1);
        let sent = client.post_body("rules", &step, document.content_type(), document.text.clone()).await;
        let reply = sent.map_err(|error| in_file(error, &document.name))?;
        pushed.push(reply.read()?);
    }
    spinner.finish_and_clear();
    Ok(pushed)
}

/// An error that names the file it is about.
#[must_use]
pub fn in_file(mut error: CliError, name: &str) -> CliError {
    error.message = format!("{name}: {}", error.message);
    error
}

/// Prints one JSON document.
///
/// # Errors
/// It cannot be written as JSON.
pub fn print_json(app: &App, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value).map_err(|e| CliError::failed("json", e.to_string()))?;
    app.ui.document(&text);
    Ok(())
}

fn print_pushed(app: &App, pushed: &[PushedRule]) -> Result {
    if app.ui.json() {
        print_json(app, &serde_json::json!({ "data": pushed }))?;
    } else if app.ui.quiet() {
        app.ui.data(&pushed.iter().map(|p| format!("{}\n", p.rule.id)).collect::<String>());
    } else {
        app.ui.data(&pushed_view(app.ui.look, pushed));
    }
    let names: Vec<_> = pushed.iter().map(|p| format!(" --rule {}", shell_word(&p.rule.name))).collect();
    app.ui.next(&[format!("plan{}", names.concat())]);
    Ok(Exit::Done)
}

fn pushed_view(look: Look, pushed: &[PushedRule]) -> String {
    let mut grid = Grid::new(look, &["RULE", ">VERSION", "RESULT", "ID"]);
    for one in pushed {
        grid.row([
            (Tone::Strong, one.rule.name.clone()),
            (Tone::Plain, format!("v{}", one.rule.version)),
            (Tone::Plain, format::state(&one.outcome)),
            (Tone::Muted, one.rule.id.to_string()),
        ]);
    }
    grid.finish()
}

fn would_view(look: Look, found: &[RuleDiff]) -> String {
    let mut grid = Grid::new(look, &["RULE", ">VERSION", "WOULD BE"]);
    for one in found {
        let (version, outcome) = match (one.version, one.unchanged) {
            (None, _) => (1, "created"),
            (Some(version), true) => (version, "unchanged"),
            (Some(version), false) => (version + 1, "new version"),
        };
        grid.row([
            (Tone::Strong, one.name.clone()),
            (Tone::Plain, format!("v{version}")),
            (Tone::Plain, outcome.to_owned()),
        ]);
    }
    grid.finish()
}
