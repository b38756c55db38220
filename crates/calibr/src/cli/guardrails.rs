//! `guardrails`: what holds in a project, checking and pushing documents, their versions.

use std::path::PathBuf;

use kernel_core::FieldError;
use pricing::Guardrails as Rules;

use super::app::{App, List, Paging};
use super::client::Client;
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use super::surface::unreadable;
use crate::guardrails::dto::{GuardrailVersion, Guardrails, PushedGuardrails};

/// Arguments of `guardrails`.
#[derive(Debug, clap::Args)]
pub struct GuardrailsArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show the guardrails that hold, and who set each
    Show,
    /// Check a document on this machine, without a server
    Validate {
        /// Guardrails (YAML or JSON), or `-` for stdin
        #[arg(short = 'f', long = "file", value_name = "FILE")]
        file: PathBuf,
    },
    /// Store a document; an unchanged one gets no new version
    Push {
        /// Guardrails (YAML or JSON), or `-` for stdin
        #[arg(short = 'f', long = "file", value_name = "FILE")]
        file: PathBuf,
        /// For all projects, under what each project says
        #[arg(long)]
        tenant: bool,
    },
    /// List the versions, newest first
    Versions {
        /// Those for all projects
        #[arg(long)]
        tenant: bool,
        #[command(flatten)]
        paging: Paging,
    },
}

/// Carries out `guardrails`.
///
/// # Errors
/// A file cannot be read or holds no guardrails, or the server refused or cannot be reached.
pub async fn run(app: &App, args: GuardrailsArgs) -> Result {
    match args.verb {
        Verb::Show => {
            app.print_one("guardrails", &[], shown_view).await?;
            Ok(Exit::Done)
        }
        Verb::Validate { file } => validate(app, &file),
        Verb::Push { file, tenant } => push(app, &file, tenant).await,
        Verb::Versions { tenant, paging } => {
            let query = [("scope", scope(tenant).to_owned())];
            let empty = "There is no version yet; what is built in holds.";
            let list = List { path: "guardrails/versions", query: &query, when_empty: empty };
            app.print_list_of(&client(app, tenant)?, list, &paging, versions_view).await?;
            Ok(Exit::Done)
        }
    }
}

fn scope(tenant: bool) -> &'static str {
    if tenant { "tenant" } else { "project" }
}

/// What holds in all projects belongs to none.
fn client(app: &App, tenant: bool) -> Result<Client> {
    let client = app.client()?;
    Ok(if tenant { client.without_project() } else { client })
}

/// A document with the name that messages call it, and whether it is JSON.
fn read(file: &PathBuf) -> Result<(String, String, bool)> {
    let piped = file.as_os_str() == "-";
    let text = if piped { std::io::read_to_string(std::io::stdin()) } else { std::fs::read_to_string(file) };
    let text = text.map_err(|e| unreadable(file, &e))?;
    let name = if piped { "stdin".to_owned() } else { file.display().to_string() };
    let is_json = name.ends_with(".json") || piped && text.trim_start().starts_with('{');
    Ok((name, text, is_json))
}

fn validate(app: &App, file: &PathBuf) -> Result {
    let (name, text, is_json) = read(file)?;
    let checked = if is_json { Rules::from_json(&text) } else { Rules::from_yaml(&text) };
    let faults = checked.err().unwrap_or_default();
    if app.ui.json() {
        let verdict = serde_json::json!({ "file": name, "valid": faults.is_empty(), "errors": faults });
        app.ui.document(&verdict.to_string());
    } else {
        app.ui.data(&verdict_view(app.ui.look, &name, &faults));
    }
    if faults.is_empty() {
        app.ui.next(&[format!("guardrails push -f {}", super::catalog::shell_word(&name))]);
        return Ok(Exit::Done);
    }
    Ok(Exit::Failed)
}

async fn push(app: &App, file: &PathBuf, tenant: bool) -> Result {
    let (name, text, is_json) = read(file)?;
    let kind = if is_json { "application/json" } else { "application/yaml" };
    let path = format!("guardrails?scope={}", scope(tenant));
    let sent = client(app, tenant)?.post_body(&path, "", kind, text).await;
    let reply = sent.map_err(|error| CliError { message: format!("{name}: {}", error.message), ..error })?;
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(Exit::Done);
    }
    let pushed: PushedGuardrails = reply.read()?;
    let number = format!("v{}", pushed.version.version);
    if app.ui.quiet() {
        app.ui.data(&format!("{number}\n"));
    } else {
        let scope = &pushed.version.scope;
        app.ui.data(&format!("{scope} {number}: {}\n", format::state(&pushed.outcome)));
        app.ui.next(&["guardrails show"]);
    }
    Ok(Exit::Done)
}

fn verdict_view(look: Look, name: &str, faults: &[FieldError]) -> String {
    let (glyph, tone) = if faults.is_empty() { ("✓", Tone::Good) } else { ("✗", Tone::Bad) };
    let mut text = format!("{} {name}\n", look.paint(tone, glyph));
    for fault in faults {
        let place = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
        text.push_str(&format!("    {}  {}\n", look.paint(Tone::Strong, place), one_line(&fault.detail)));
    }
    text
}

fn shown_view(look: Look, shown: &Guardrails) -> String {
    let title = look.paint(Tone::Strong, &format!("{}: {}", one_line(&shown.project), shown.label));
    let pairs = [("hash", shown.content_hash.clone()), ("waivers", shown.waivers.len().to_string())];
    let mut grid = Grid::new(look, &["GUARDRAIL", "MODE", "SET BY", "~SETTINGS"]);
    for guardrail in &shown.guardrails {
        grid.row([
            (Tone::Strong, guardrail.guardrail.clone()),
            (Tone::Plain, guardrail.mode.clone()),
            (Tone::Plain, format::state(&guardrail.source)),
            (Tone::Muted, settings(&guardrail.settings)),
        ]);
    }
    format!("{title}\n{}{}", facts(look, &pairs), grid.finish())
}

/// The settings besides the mode, in one line.
fn settings(settings: &serde_json::Value) -> String {
    let fields = settings.as_object().into_iter().flatten().filter(|(name, _)| *name != "mode");
    let fields = fields.map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name} {text}"),
        None => format!("{name} {value}"),
    });
    one_line(&fields.collect::<Vec<_>>().join(", "))
}

fn versions_view(look: Look, versions: &[GuardrailVersion]) -> String {
    let mut grid = Grid::new(look, &[">VERSION", "~BY", "AT (UTC)", "~HASH"]);
    for version in versions {
        grid.row([
            (Tone::Strong, format!("v{}", version.version)),
            (Tone::Plain, version.created_by.clone()),
            (Tone::Muted, format::moment(version.created_at)),
            (Tone::Muted, version.content_hash.clone()),
        ]);
    }
    grid.finish()
}
