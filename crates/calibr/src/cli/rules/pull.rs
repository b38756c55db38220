//! `rules pull`: the rules of the server as files, one for each. What somebody changed here is not overwritten.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pricing::Rule;

use super::diff::read_stored;
use super::documents::{Document, rule_files};
use super::fmt::replace;
use super::layout;
use super::push::print_json;
use crate::cli::app::App;
use crate::cli::catalog::shell_word;
use crate::cli::client::{Client, Page};
use crate::cli::exit::{CliError, Exit, Result};
use crate::cli::look::{Grid, Look, Tone};
use crate::cli::surface::unreadable;
use crate::rules::dto::{Rule as StoredRule, RuleVersion};

/// Arguments of `rules pull`.
#[derive(Debug, clap::Args)]
pub struct PullArgs {
    /// Folder of the rule files; made if it is not there
    #[arg(default_value = "rules", value_name = "FOLDER")]
    folder: PathBuf,
    /// Only this rule, by name or id; may be repeated
    #[arg(long = "rule", value_name = "RULE")]
    rules: Vec<String>,
    /// Overwrite what was changed here and not pushed
    #[arg(long)]
    force: bool,
}

/// A file as it is here.
struct Local {
    path: PathBuf,
    text: String,
    rule: Rule,
}

/// What is to be done with a rule.
struct Step {
    name: String,
    version: i64,
    path: PathBuf,
    /// `created`, `updated`, `unchanged`, or `kept` for what was changed here.
    outcome: &'static str,
    text: Option<String>,
}

/// Carries out `rules pull`.
///
/// # Errors
/// A file was changed here, cannot be read or written, or the server refused or cannot be reached.
pub async fn run(app: &App, args: &PullArgs) -> Result {
    let client = app.client()?;
    let spinner = app.ui.spinner("Reading rules");
    let stored = wanted(&client, &args.rules).await?;
    let here = if args.folder.is_dir() { local(&args.folder)? } else { BTreeMap::new() };
    let mut taken: BTreeSet<PathBuf> = rule_paths(&args.folder)?;
    let mut steps = Vec::new();
    for rule in &stored {
        steps.push(step(&client, args, rule, here.get(&rule.name), &mut taken).await?);
    }
    spinner.finish_and_clear();
    let kept: Vec<_> = steps.iter().filter(|step| step.outcome == "kept").collect();
    if !kept.is_empty() {
        let names: Vec<_> = kept.iter().map(|step| step.path.display().to_string()).collect();
        let message = format!("Nothing was written: these files were changed here: {}.", names.join(", "));
        let files = names.iter().map(|name| format!(" -f {}", shell_word(name))).collect::<String>();
        return Err(CliError::new(Exit::Conflict, "rule.changed_here", message)
            .next(format!("rules diff{files}"))
            .next(format!("rules pull {} --force", shell_word(&args.folder.display().to_string()))));
    }
    write(&args.folder, &steps)?;
    print(app, &steps)?;
    app.ui.next(&[format!("rules push -f {}", shell_word(&args.folder.display().to_string()))]);
    Ok(Exit::Done)
}

async fn wanted(client: &Client, names: &[String]) -> Result<Vec<StoredRule>> {
    if names.is_empty() {
        let page: Page<StoredRule> = client.list("rules", &[], usize::MAX).await?;
        return Ok(page.data);
    }
    let mut found = Vec::new();
    for name in names {
        found.push(super::find_rule(client, name).await?);
    }
    Ok(found)
}

/// The rules in the files here, by name. What is no rule is somebody else's and stays out of it.
fn local(folder: &Path) -> Result<BTreeMap<String, Local>> {
    let mut here = BTreeMap::new();
    for path in rule_files(folder)? {
        let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
        let document = Document { name: path.display().to_string(), text };
        if let Ok(rule) = document.read() {
            here.insert(rule.name().to_owned(), Local { path, text: document.text, rule });
        }
    }
    Ok(here)
}

fn rule_paths(folder: &Path) -> Result<BTreeSet<PathBuf>> {
    Ok(if folder.is_dir() { rule_files(folder)?.into_iter().collect() } else { BTreeSet::new() })
}

async fn step(
    client: &Client,
    args: &PullArgs,
    stored: &StoredRule,
    here: Option<&Local>,
    taken: &mut BTreeSet<PathBuf>,
) -> Result<Step> {
    let rule = read_stored(stored)?;
    let step = |path: PathBuf, outcome, text| Step {
        name: stored.name.clone(),
        version: stored.version,
        path,
        outcome,
        text,
    };
    let Some(here) = here else {
        let path = free_path(&args.folder, stored, taken);
        taken.insert(path.clone());
        return Ok(step(path, "created", Some(text_of(&rule, None)?)));
    };
    // Tests are no part of what a rule means: where only they differ, those here are the ones people work on.
    if here.rule.content_hash() == rule.content_hash() {
        return Ok(step(here.path.clone(), "unchanged", None));
    }
    if !args.force && !was_stored(client, stored, &here.rule).await? {
        return Ok(step(here.path.clone(), "kept", None));
    }
    let is_json = here.path.extension().is_some_and(|extension| extension == "json");
    let text = if is_json {
        crate::cli::json::indent(&rule.canonical_json())
    } else {
        text_of(&rule, Some(&here.text))?
    };
    Ok(step(here.path.clone(), "updated", Some(text)))
}

/// Whether the file is an earlier version of the rule: nobody changed it here, it is only old.
async fn was_stored(client: &Client, stored: &StoredRule, here: &Rule) -> Result<bool> {
    let path = format!("rules/{}/versions", stored.id);
    let versions: Page<RuleVersion> = client.list(&path, &[], usize::MAX).await?;
    let here = here.canonical_json();
    let same = |version: &RuleVersion| {
        Rule::from_json(&version.document.to_string()).is_ok_and(|rule| rule.canonical_json() == here)
    };
    Ok(versions.data.iter().any(same))
}

fn text_of(rule: &Rule, known: Option<&str>) -> Result<String> {
    layout::written_out(rule, known)
        .map_err(|fault| CliError::failed("rule.layout", format!("The rule `{}`: {fault}.", rule.name())))
}

/// A file name made of the rule's name; where that is taken or says nothing, with the end of its id.
fn free_path(folder: &Path, stored: &StoredRule, taken: &BTreeSet<PathBuf>) -> PathBuf {
    let id = stored.id.to_string();
    let tail = &id[id.len().saturating_sub(8)..];
    let slug = slug(&stored.name);
    let plain = folder.join(format!("{slug}.yaml"));
    match slug.as_str() {
        "" => folder.join(format!("rule-{tail}.yaml")),
        _ if taken.contains(&plain) => folder.join(format!("{slug}-{tail}.yaml")),
        _ => plain,
    }
}

/// Letters and digits, everything else one dash.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase).take(80) {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn write(folder: &Path, steps: &[Step]) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|e| unreadable(folder, &e))?;
    for step in steps {
        if let Some(text) = &step.text {
            replace(&step.path, text)?;
        }
    }
    Ok(())
}

fn print(app: &App, steps: &[Step]) -> Result<()> {
    if app.ui.json() {
        let shown = |step: &Step| serde_json::json!({ "rule": step.name, "version": step.version, "file": step.path, "outcome": step.outcome });
        return print_json(app, &serde_json::json!({ "data": steps.iter().map(shown).collect::<Vec<_>>() }));
    }
    if steps.is_empty() {
        app.ui.words("There is no rule yet.");
    } else {
        app.ui.data(&steps_view(app.ui.look, steps));
    }
    Ok(())
}

fn steps_view(look: Look, steps: &[Step]) -> String {
    let mut grid = Grid::new(look, &["RULE", ">VERSION", "RESULT", "FILE"]);
    for step in steps {
        grid.row([
            (Tone::Strong, step.name.clone()),
            (Tone::Plain, format!("v{}", step.version)),
            (Tone::Plain, step.outcome.to_owned()),
            (Tone::Muted, step.path.display().to_string()),
        ]);
    }
    grid.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_their_rule() {
        let names = ["Black week, tents", "Größe  XL!", "…", "../../etc/passwd", "a/b"].map(slug);
        assert_eq!(names, ["black-week-tents", "größe-xl", "", "etc-passwd", "a-b"]);
    }

    #[test]
    fn a_name_that_is_taken_gets_the_end_of_the_id() {
        let stored = |name: &str| StoredRule {
            id: "rul_00000000000000000000000001".parse().expect("an id"),
            name: name.to_owned(),
            version: 1,
            content_hash: String::new(),
            document: serde_json::Value::Null,
            created_by: String::new(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            last_use: None,
        };
        let taken = BTreeSet::from([PathBuf::from("r/sale.yaml")]);
        let path = |name: &str| free_path(Path::new("r"), &stored(name), &taken).display().to_string();
        assert_eq!(
            [path("Sale"), path("Sales"), path("!")],
            ["r/sale-00000001.yaml", "r/sales.yaml", "r/rule-00000001.yaml"]
        );
    }
}
