//! `rules`: rule files on this machine and rules on the server.

mod diff;
mod documents;
mod fmt;
mod layout;
mod pull;
mod push;
mod simulate;
mod test;
mod validate;

use super::analyse;
use super::app::{App, List, Paging};
use super::client::{Client, Page};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use crate::ids::RuleId;
use crate::rules::dto::{Rule, RuleVersion};

pub use documents::{Document, parse, read_all};
pub use push::push;

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Say which rules overlap, who wins, which never does, and which push prices to and fro
    Conflicts(analyse::ConflictsArgs),
    /// Prove that rules never write such a price, or show a variant for which they do
    Prove(analyse::ProveArgs),
    /// Check rule files on this machine, without a server
    Validate(validate::ValidateArgs),
    /// Bring rule files into their one layout, comments kept
    Fmt(fmt::FmtArgs),
    /// Run the test cases in rule files on this machine, without a server
    Test(test::TestArgs),
    /// Show which variants would move differently under the files than under the rules of the server
    Diff(diff::DiffArgs),
    /// Show what rule files would do to the catalogue, also a past one or with other costs and prices
    Simulate(simulate::SimulateArgs),
    /// Store rule files; an unchanged rule gets no new version
    Push(push::PushArgs),
    /// Write the rules of the server as files, one for each
    Pull(pull::PullArgs),
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

/// Carries out `rules`.
///
/// # Errors
/// A file cannot be read or is no rule, or the server refused or cannot be reached.
pub async fn run(app: &App, args: RulesArgs) -> Result {
    match args.verb {
        Verb::Conflicts(args) => analyse::conflicts(app, args).await,
        Verb::Prove(args) => analyse::prove(app, args).await,
        Verb::Validate(args) => validate::run(app, &args),
        Verb::Fmt(args) => fmt::run(app, &args),
        Verb::Test(args) => test::run(app, &args),
        Verb::Diff(args) => diff::run(app, &args).await,
        Verb::Simulate(args) => simulate::run(app, &args).await,
        Verb::Push(args) => push::run(app, &args).await,
        Verb::Pull(args) => pull::run(app, &args).await,
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
