//! `rules diff`: which variants would move differently under the files than under the rules of the server, or under
//! other files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pricing::{Rule, SnapshotBuilder, VariantFacts};

use super::documents::{Document, Files, parse_all, read_all};
use super::push::{in_file, print_json};
use super::test::currency_of;
use crate::cli::app::App;
use crate::cli::client::{Client, Page};
use crate::cli::exit::{CliError, Exit, Result};
use crate::cli::format;
use crate::cli::look::{Grid, Look, Tone, one_line};
use crate::cli::offline::tell_report;
use crate::cli::surface::{Surface, SurfaceArgs, read_catalogue};
use crate::rules::dto::{DiffRow, Difference, Rule as StoredRule, RuleDiff};
use crate::rules::{ReadyRules, difference, holds_at, next_in_force};

/// Rows that are shown of each rule.
pub const ROWS_SHOWN: usize = 10;

/// Arguments of `rules diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    #[command(flatten)]
    files: Files,
    /// Show up to 50 variants of each rule
    #[arg(long)]
    all: bool,
    /// Exit with 10 if a variant would move differently, or at other times
    #[arg(long)]
    detailed_exitcode: bool,
    /// Price this Shopify product CSV on this machine instead of the catalogue of the server
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Compare with these rule files instead of the rules of the server; needs no server
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "catalog")]
    against: Vec<PathBuf>,
    #[command(flatten)]
    surface: SurfaceArgs,
}

/// Carries out `rules diff`.
///
/// # Errors
/// A file cannot be read or is no rule, or the server refused or cannot be reached.
pub async fn run(app: &App, args: &DiffArgs) -> Result {
    let documents = read_all(&args.files.files)?;
    let found = match &args.catalog {
        Some(catalog) => on_this_machine(app, args, &documents, catalog).await?,
        None => against_server(app, &app.client()?, &documents).await?,
    };
    if app.ui.json() {
        print_json(app, &serde_json::json!({ "data": found }))?;
    } else {
        let rows = if args.all { usize::MAX } else { ROWS_SHOWN };
        app.ui.data(&differences_view(app.ui.look, &found, rows));
    }
    let differs = found.iter().any(|one| differing(&one.difference) > 0 || one.reschedules);
    Ok(if differs && args.detailed_exitcode { Exit::Changes } else { Exit::Done })
}

/// Asks the server how each document differs from what it has.
///
/// # Errors
/// The server refused a rule or cannot be reached.
pub async fn against_server(app: &App, client: &Client, documents: &[Document]) -> Result<Vec<RuleDiff>> {
    let spinner = app.ui.spinner("Comparing");
    let mut found = Vec::new();
    for (place, document) in documents.iter().enumerate() {
        let step = format!("diff-{}", place + 1);
        let sent =
            client.post_body("rules/diff", &step, document.content_type(), document.text.clone()).await;
        found.push(sent.map_err(|error| in_file(error, &document.name))?.read()?);
    }
    spinner.finish_and_clear();
    Ok(found)
}

async fn on_this_machine(
    app: &App,
    args: &DiffArgs,
    documents: &[Document],
    catalog: &Path,
) -> Result<Vec<RuleDiff>> {
    let sent = parse_all(documents)?;
    let (stored, versions) = if args.against.is_empty() {
        rules_of_server(&app.client()?, &sent).await?
    } else {
        (parse_all(&read_all(&args.against)?)?, BTreeMap::new())
    };
    let surface = args.surface.surface_in(sent.values().find_map(currency_of))?;
    let mut builder = SnapshotBuilder::default();
    let mut key = 0;
    let report = read_catalogue(catalog, surface.context.currency, |listed, facts| {
        key += 1;
        // Without a SKU the handle is all that names a variant.
        let sku = if listed.sku.is_empty() { listed.handle } else { listed.sku };
        builder.push(&VariantFacts { key, sku, ..*facts });
    })?;
    let snapshot = builder.finish();
    // Other files are compared as a whole: a rule that is only there no longer moves anything.
    let names: BTreeSet<&String> = if args.against.is_empty() {
        sent.keys().collect()
    } else {
        sent.keys().chain(stored.keys()).collect()
    };
    let mut found = Vec::new();
    for name in names {
        let (old, new) = (stored.get(name), sent.get(name));
        let Some(rule) = new.or(old) else { continue };
        let now = surface.context.instant;
        let at = next_in_force(rule, now);
        let surface = surface.at(at);
        let ready = |rule: Option<&Rule>| rule.map(|rule| in_force(&surface, rule)).transpose();
        found.push(RuleDiff {
            rule_id: versions.get(name).map(|rule| rule.id),
            name: name.clone(),
            version: versions.get(name).map(|rule| rule.version),
            unchanged: old.map(Rule::content_hash) == new.map(Rule::content_hash),
            in_force: holds_at(rule, now),
            at,
            reschedules: matches!((old, new), (Some(old), Some(new)) if old.schedule() != new.schedule()),
            difference: difference(&snapshot, ready(old)?.as_ref(), ready(new)?.as_ref()),
        });
    }
    tell_report(app, catalog, &report);
    Ok(found)
}

/// A rule by itself, in force whatever its schedule says.
fn in_force(surface: &Surface, rule: &Rule) -> Result<ReadyRules> {
    let mut ready = ReadyRules::from(surface.compile(&[rule])?);
    ready.begin(rule);
    Ok(ready)
}

type Known = (BTreeMap<String, Rule>, BTreeMap<String, StoredRule>);

/// The newest versions on the server of the rules that the files name.
async fn rules_of_server(client: &Client, sent: &BTreeMap<String, Rule>) -> Result<Known> {
    let page: Page<StoredRule> = client.list("rules", &[], usize::MAX).await?;
    let (mut rules, mut versions) = (BTreeMap::new(), BTreeMap::new());
    for stored in page.data.into_iter().filter(|stored| sent.contains_key(&stored.name)) {
        rules.insert(stored.name.clone(), read_stored(&stored)?);
        versions.insert(stored.name.clone(), stored);
    }
    Ok((rules, versions))
}

/// The document of a stored rule.
///
/// # Errors
/// The server's rules are newer than this command line.
pub fn read_stored(stored: &StoredRule) -> Result<Rule> {
    Rule::from_json(&stored.document.to_string()).map_err(|fields| {
        let message =
            format!("The server's rule `{}` cannot be read by this version of Calibr.", stored.name);
        CliError { fields, ..CliError::failed("answer.unreadable", message) }.next("version")
    })
}

fn differing(difference: &Difference) -> u64 {
    let counts = &difference.counts;
    counts.moves_newly + counts.moves_no_longer + counts.moves_otherwise + counts.stopped_newly
}

/// For each rule the counts and the variants that differ most.
#[must_use]
pub fn differences_view(look: Look, found: &[RuleDiff], rows_shown: usize) -> String {
    let mut text = String::new();
    for one in found {
        let known = one.version.map(|version| format!(" (stored: v{version})")).unwrap_or_default();
        text.push_str(&format!("{}{known}\n", look.paint(Tone::Strong, &one_line(&one.name))));
        text.push_str(&counts_view(look, &one.difference));
        text.push_str(&schedule_view(look, one));
        let rows: Vec<_> = shown_rows(&one.difference).into_iter().take(rows_shown).collect();
        if !rows.is_empty() {
            text.push_str(&rows_view(look, &rows));
        }
        let more = differing_rows(&one.difference).saturating_sub(rows.len() as u64);
        if more > 0 {
            text.push_str(&format!("    … {} more\n", format::count(more)));
        }
    }
    text
}

/// The farthest first, then others of the sample.
fn shown_rows(difference: &Difference) -> Vec<&DiffRow> {
    let mut rows: Vec<&DiffRow> = difference.worst.iter().collect();
    let listed =
        |rows: &[&DiffRow], row: &DiffRow| rows.iter().any(|known| known.variant_id == row.variant_id);
    for row in &difference.sample {
        if !listed(&rows, row) {
            rows.push(row);
        }
    }
    rows
}

/// How many variants differ; one that is stopped newly may also move no longer.
fn differing_rows(difference: &Difference) -> u64 {
    let counts = &difference.counts;
    let moving = counts.moves_newly + counts.moves_no_longer + counts.moves_otherwise;
    moving.max(counts.stopped_newly)
}

fn counts_view(look: Look, difference: &Difference) -> String {
    let counts = &difference.counts;
    if differing(difference) == 0 {
        let same = format::counted(counts.moves_the_same, "variant");
        return format!("  = no difference: {same} moved as before\n");
    }
    let parts = [
        (Tone::Good, "+", counts.moves_newly, "newly moved"),
        (Tone::Warn, "~", counts.moves_otherwise, "moved to another price"),
        (Tone::Bad, "-", counts.moves_no_longer, "no longer moved"),
        (Tone::Bad, format::glyph("blocked"), counts.stopped_newly, "newly stopped"),
        (Tone::Muted, "=", counts.moves_the_same, "moved as before"),
    ];
    let parts = parts.into_iter().filter(|(_, _, number, _)| *number > 0);
    let parts: Vec<_> = parts
        .map(|(tone, glyph, number, what)| {
            look.paint(tone, &format!("{glyph} {} {what}", format::count(number)))
        })
        .collect();
    format!("  {}\n", parts.join("   "))
}

fn schedule_view(look: Look, one: &RuleDiff) -> String {
    let mut text = String::new();
    if one.reschedules {
        text.push_str(&look.paint(Tone::Warn, "  ~ at other times than the stored version\n"));
    }
    if !one.in_force {
        let at = format::instant(one.at);
        let words = format!("  not in force now: compared as if it held at {at}\n");
        text.push_str(&look.paint(Tone::Muted, &words));
    }
    text
}

fn rows_view(look: Look, rows: &[&DiffRow]) -> String {
    let with_reason = rows.iter().any(|row| row.reason.is_some());
    let mut columns = vec!["", "~SKU", "~TITLE", ">PRICE NOW", ">OLD RULE", ">NEW RULE", ">CHANGE"];
    columns.extend(with_reason.then_some("~WHY"));
    let mut grid = Grid::new(look, &columns);
    for row in rows {
        let (tone, glyph) = match row.change.as_str() {
            "newly" => (Tone::Good, "+"),
            "no_longer" => (Tone::Bad, "-"),
            "otherwise" => (Tone::Warn, "~"),
            _ => (Tone::Bad, format::glyph("blocked")),
        };
        let mut cells = vec![
            (tone, glyph.to_owned()),
            (Tone::Strong, row.sku.clone()),
            (Tone::Plain, row.title.clone()),
            (Tone::Muted, format::amount(row.price.as_ref())),
            (Tone::Plain, format::amount(row.stored.as_ref())),
            (tone, format::amount(row.sent.as_ref())),
            (tone, format::percent(row.change_pct.as_deref())),
        ];
        if with_reason {
            cells.push((Tone::Muted, row.reason.as_deref().map(format::reason).unwrap_or_default()));
        }
        grid.row(cells);
    }
    grid.finish()
}
