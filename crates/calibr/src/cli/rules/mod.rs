//! `rules`: validate, push, list, show.

mod layout;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use kernel_core::{Currency, FieldError};
use pricing::{Guardrails, PricingContext, RuleSet};

use super::app::{App, List, Paging};
use super::catalog::shell_word;
use super::client::{Client, Page};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use crate::ids::RuleId;
use crate::rules::dto::{PushedRule, Rule, RuleVersion, Validation};

/// How messages call a document that was piped in.
const STDIN: &str = "stdin";

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Check rule files on this machine, without a server
    Validate(ValidateArgs),
    /// Store rule files; an unchanged rule gets no new version
    Push(Files),
    /// List rules
    Ls {
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a rule by name or id
    Show {
        /// Name, or an id `rul_…`
        rule: String,
        /// Show every version
        #[arg(long)]
        versions: bool,
    },
}

#[derive(Debug, clap::Args)]
struct ValidateArgs {
    #[command(flatten)]
    files: Files,
    /// Also check that the rules fit prices in this currency
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
}

/// Rule files.
#[derive(Debug, Clone, clap::Args)]
pub struct Files {
    /// Rule file (YAML or JSON), a folder of them, or `-` for stdin; may be repeated
    #[arg(short = 'f', long = "file", required = true, num_args = 1.., value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// One rule document that was read.
#[derive(Debug)]
pub struct Document {
    /// Where it came from, for messages.
    pub name: String,
    /// The text as it is.
    pub text: String,
}

impl Document {
    /// The media type to send it with.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        if self.is_json() { "application/json" } else { "application/yaml" }
    }

    fn is_json(&self) -> bool {
        self.name.ends_with(".json") || (self.name == STDIN && self.text.trim_start().starts_with('{'))
    }

    fn read(&self) -> std::result::Result<pricing::Rule, Vec<FieldError>> {
        if self.is_json() {
            pricing::Rule::from_json(&self.text)
        } else {
            pricing::Rule::from_yaml(&self.text)
        }
    }
}

/// Carries out `rules`.
///
/// # Errors
/// A file cannot be read or is no rule, or the server refused or cannot be reached.
pub async fn run(app: &App, args: RulesArgs) -> Result {
    match args.verb {
        Verb::Validate(args) => validate(app, &args),
        Verb::Push(files) => {
            let pushed = push(app, &app.client()?, &read_all(&files.files)?).await?;
            print_pushed(app, &pushed)
        }
        Verb::Ls { paging } => {
            let list = List { path: "rules", query: &[], when_empty: "There is no rule yet." };
            if app.print_list(list, &paging, rules_view).await? == 0 {
                app.ui.next(&["rules push -f RULES.yaml"]);
            }
            Ok(Exit::Done)
        }
        Verb::Show { rule, versions } => show(app, &rule, versions).await,
    }
}

/// Reads rule files; of a folder all YAML and JSON files in the order of their names.
///
/// # Errors
/// A file or folder cannot be read, or a folder holds no rule.
pub fn read_all(files: &[PathBuf]) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for file in files {
        if !file.is_dir() {
            documents.push(read_document(file)?);
            continue;
        }
        let entries = std::fs::read_dir(file).map_err(|e| unreadable(file, &e))?;
        let paths = entries.map(|entry| entry.map(|e| e.path())).collect::<std::io::Result<Vec<_>>>();
        let mut paths = paths.map_err(|e| unreadable(file, &e))?;
        paths.retain(|path| path.extension().is_some_and(|e| e == "yaml" || e == "yml" || e == "json"));
        paths.sort();
        if paths.is_empty() {
            return Err(CliError::not_found(format!(
                "{} holds no .yaml, .yml or .json file.",
                file.display()
            )));
        }
        for path in paths {
            documents.push(read_document(&path)?);
        }
    }
    Ok(documents)
}

fn read_document(path: &Path) -> Result<Document> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|e| unreadable(path, &e))?;
    let name = if path.as_os_str() == "-" { STDIN.to_owned() } else { path.display().to_string() };
    Ok(Document { name, text })
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    let exit = if error.kind() == std::io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Failed };
    CliError::new(exit, "input", format!("{}: {error}.", path.display()))
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

fn in_file(mut error: CliError, name: &str) -> CliError {
    error.message = format!("{name}: {}", error.message);
    error
}

fn validate(app: &App, args: &ValidateArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let verdict = |document: &Document| {
        let errors = faults(document, args.currency);
        (document.name.clone(), Validation { valid: errors.is_empty(), errors })
    };
    let verdicts: Vec<_> = documents.iter().map(verdict).collect();
    if app.ui.json() {
        let all: Vec<_> = verdicts
            .iter()
            .map(|(name, v)| serde_json::json!({"file": name, "valid": v.valid, "errors": v.errors}))
            .collect();
        app.ui.document(&serde_json::json!({ "data": all }).to_string());
    } else {
        app.ui.data(&verdicts_view(app.ui.look, &verdicts));
    }
    if verdicts.iter().all(|(_, verdict)| verdict.valid) {
        let files: Vec<_> = args
            .files
            .files
            .iter()
            .map(|file| format!(" -f {}", shell_word(&file.display().to_string())))
            .collect();
        app.ui.next(&[format!("plan{}", files.concat())]);
        return Ok(Exit::Done);
    }
    Ok(Exit::Failed)
}

/// Reads a rule with the validator that the server uses too.
///
/// # Errors
/// Every fault of the document.
pub fn parse(document: &Document) -> Result<pricing::Rule> {
    document.read().map_err(|faults| {
        let message = format!("{} is not a rule that can be used.", document.name);
        CliError { fields: faults, ..CliError::failed("rule.invalid", message) }
    })
}

fn faults(document: &Document, currency: Option<Currency>) -> Vec<FieldError> {
    match (document.read(), currency) {
        (Err(faults), _) => faults,
        (Ok(_), None) => Vec::new(),
        (Ok(rule), Some(currency)) => {
            let context = PricingContext::base(currency, Timestamp::now());
            let ready = RuleSet::compile(&[(rule.name(), &rule)], &Guardrails::default(), &context);
            ready.err().unwrap_or_default()
        }
    }
}

async fn show(app: &App, text: &str, versions: bool) -> Result {
    let client = app.client()?;
    let rule = find_rule(&client, text).await?;
    if versions {
        let path = format!("rules/{}/versions", rule.id);
        let list = List { path: &path, query: &[], when_empty: "It has no version." };
        app.print_list(list, &Paging { limit: 50, all: true }, versions_view).await?;
    } else {
        app.print_one(&format!("rules/{}", rule.id), &[], rule_view).await?;
    }
    Ok(Exit::Done)
}

/// The rule with this id or name.
///
/// # Errors
/// There is none, or the server cannot be reached.
pub async fn find_rule(client: &Client, text: &str) -> Result<Rule> {
    if text.parse::<RuleId>().is_ok() {
        return client.fetch(&format!("rules/{text}"), &[]).await;
    }
    let page: Page<Rule> = client.list("rules", &[], usize::MAX).await?;
    let found = page.data.into_iter().find(|rule| rule.name == text);
    found.ok_or_else(|| CliError::not_found(format!("There is no rule `{text}`.")).next("rules ls"))
}

fn print_pushed(app: &App, pushed: &[PushedRule]) -> Result {
    if app.ui.json() {
        let text = serde_json::to_string(&serde_json::json!({ "data": pushed }));
        app.ui.document(&text.map_err(|e| CliError::failed("json", e.to_string()))?);
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

fn verdicts_view(look: Look, verdicts: &[(String, Validation)]) -> String {
    let mut text = String::new();
    for (name, verdict) in verdicts {
        let (glyph, tone) = if verdict.valid { ("✓", Tone::Good) } else { ("✗", Tone::Bad) };
        text.push_str(&format!("{} {name}\n", look.paint(tone, glyph)));
        for field in &verdict.errors {
            let place = if field.pointer.is_empty() { "/" } else { &field.pointer };
            text.push_str(&format!("    {}  {}\n", look.paint(Tone::Strong, place), one_line(&field.detail)));
        }
    }
    text
}

fn rules_view(look: Look, rules: &[Rule]) -> String {
    let mut grid = Grid::new(look, &["RULE", ">VERSION", "?~BY", "?AT (UTC)", "ID"]);
    for rule in rules {
        grid.row([
            (Tone::Strong, rule.name.clone()),
            (Tone::Plain, format!("v{}", rule.version)),
            (Tone::Plain, rule.created_by.clone()),
            (Tone::Muted, format::moment(rule.created_at)),
            (Tone::Muted, rule.id.to_string()),
        ]);
    }
    grid.finish()
}

fn rule_view(look: Look, rule: &Rule) -> String {
    let title = look.paint(Tone::Strong, &format!("{} v{}", one_line(&rule.name), rule.version));
    let pairs = [
        ("id", rule.id.to_string()),
        ("by", rule.created_by.clone()),
        ("at", format::instant(rule.created_at)),
        ("hash", rule.content_hash.clone()),
    ];
    format!("{title}\n{}\n{}", facts(look, &pairs), super::json::indent(&rule.document.to_string()))
}

fn versions_view(look: Look, versions: &[RuleVersion]) -> String {
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
