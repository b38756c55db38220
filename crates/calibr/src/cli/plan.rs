//! `plan`: rules become a price change whose rows are frozen; nothing is written to the shop.

use std::path::PathBuf;

use jiff::Timestamp;
use kernel_core::Currency;

use super::app::App;
use super::catalog::find_variant;
use super::client::{Client, Page};
use super::exit::{Exit, Result};
use super::format;
use super::instant;
use super::offline::{self, Surface, Task};
use super::plan_view::{RowView, impact_view, rows_view, verdicts_view};
use super::rules::{find_rule, push, read_all};
use crate::ids::PriceChangeId;
use crate::price_changes::dto::{NewPriceChange, PriceChange, PriceChangeRow};
use crate::rules::dto::PlanVerdict;

/// Rows that are shown of a plan.
const ROWS_SHOWN: usize = 10;

/// Arguments of `plan`.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// Rule file (YAML or JSON), a folder of them, or `-` for stdin; may be repeated
    #[arg(short = 'f', long = "file", num_args = 1.., value_name = "FILE",
        required_unless_present_any = ["rules", "ends"])]
    files: Vec<PathBuf>,
    /// A stored rule by name or id; may be repeated
    #[arg(long = "rule", value_name = "RULE", conflicts_with = "offline")]
    rules: Vec<String>,
    /// A sale to end, by name or id: its variants get the price that the other rules give without it; may be repeated
    #[arg(long = "end", value_name = "RULE", conflicts_with = "offline")]
    ends: Vec<String>,
    /// A variant to leave out, by SKU or id; may be repeated
    #[arg(long, value_name = "VARIANT")]
    exclude: Vec<String>,
    /// Compute prices for this instant instead of now; the plan can be applied from then on
    #[arg(long, value_name = "INSTANT", value_parser = instant::read, conflicts_with = "offline")]
    at: Option<Timestamp>,
    /// Plan the prices of this price list instead of the base prices; see `catalog surfaces`
    #[arg(long, value_name = "NAME", conflicts_with = "offline")]
    surface: Option<String>,
    /// Take the place of this price change, which can then no longer be approved or applied
    #[arg(long, value_name = "PRICE_CHANGE", conflicts_with = "offline")]
    replaces: Option<PriceChangeId>,
    /// What people will read in lists; the rules' names if left out
    #[arg(long, conflicts_with = "offline")]
    title: Option<String>,
    /// Why; goes into the audit
    #[arg(long, conflicts_with = "offline")]
    note: Option<String>,
    /// Exit with 10 if prices would change, with 0 only if none would
    #[arg(long)]
    detailed_exitcode: bool,
    /// Show every row that changes or is stopped
    #[arg(long)]
    all: bool,
    /// Work it out on this machine from a product CSV; nothing is stored
    #[arg(long, requires = "catalog")]
    offline: bool,
    /// Shopify product CSV for --offline
    #[arg(long, value_name = "FILE", requires = "offline")]
    catalog: Option<PathBuf>,
    /// Currency of the CSV's prices, for --offline
    #[arg(long, value_name = "CODE", default_value = "EUR", requires = "offline")]
    currency: Currency,
    /// Guardrails over the built-in ones (YAML or JSON), for --offline
    #[arg(long, value_name = "FILE", requires = "offline")]
    guardrails: Option<PathBuf>,
}

/// Carries out `plan`.
///
/// # Errors
/// A rule is refused, a file cannot be read, or the server refused or cannot be reached.
pub async fn run(app: &App, args: PlanArgs) -> Result {
    let rows_shown = if args.all { usize::MAX } else { ROWS_SHOWN };
    if let (true, Some(catalog)) = (args.offline, &args.catalog) {
        let task = Task {
            documents: &read_all(&args.files)?,
            catalog,
            surface: &Surface::new(args.currency, args.guardrails.as_deref())?,
            exclude: &args.exclude,
            rows_shown,
            detailed_exitcode: args.detailed_exitcode,
        };
        return offline::run(app, &task);
    }
    let client = app.client()?;
    let spinner = app.ui.spinner("Pricing");
    let new = request(app, &client, &args).await?;
    let reply = client.post("price-changes", "", &new).await;
    spinner.finish_and_clear();
    let reply = reply?;
    let change: PriceChange = reply.read()?;
    if reply.replayed {
        app.ui.words("This was planned before, with the same idempotency key.");
    }
    if app.ui.json() {
        app.ui.document(&reply.text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{}\n", change.id));
    } else {
        print_plan(app, &client, &change, rows_shown).await?;
    }
    let blocked = change.impact.counts.blocked;
    Ok(verdict(change.rows_to_apply, blocked, &change.verdicts, args.detailed_exitcode))
}

/// What to ask for: rule files are stored first, and names become ids.
async fn request(app: &App, client: &Client, args: &PlanArgs) -> Result<NewPriceChange> {
    let (mut names, mut rules, mut ends, mut exclude) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for pushed in push(app, client, &read_all(&args.files)?).await? {
        names.push(pushed.rule.name);
        rules.push(pushed.rule.id);
    }
    for text in &args.rules {
        let rule = find_rule(client, text).await?;
        names.push(rule.name);
        rules.push(rule.id);
    }
    for text in &args.ends {
        let rule = find_rule(client, text).await?;
        names.push(format!("end of {}", rule.name));
        ends.push(rule.id);
    }
    for text in &args.exclude {
        exclude.push(find_variant(client, text).await?.id);
    }
    let title = args.title.clone().unwrap_or_else(|| names.join(", "));
    Ok(NewPriceChange {
        title,
        note: args.note.clone(),
        rules,
        at: args.at,
        ends,
        exclude,
        surface: args.surface.clone(),
        replaces: args.replaces,
    })
}

async fn print_plan(app: &App, client: &Client, change: &PriceChange, rows_shown: usize) -> Result<()> {
    let look = app.ui.look;
    app.ui.data(&(impact_view(look, &change.impact) + &verdicts_view(look, &change.verdicts)));
    let counts = &change.impact.counts;
    let moved = counts.raise + counts.cut;
    // Where no price moves, those are shown whose compare-at price does.
    let written =
        if moved == 0 && change.rows_to_apply > 0 { ("same", counts.same) } else { ("raise,cut", moved) };
    for (outcome, total) in [written, ("blocked", counts.blocked)] {
        if total == 0 {
            continue;
        }
        let path = format!("price-changes/{}/rows", change.id);
        let page: Page<PriceChangeRow> =
            client.list(&path, &[("outcome", outcome.to_owned())], rows_shown).await?;
        let rows: Vec<RowView> = page.data.iter().map(RowView::from).collect();
        app.ui.data(&rows_view(look, &rows));
        let more = total.saturating_sub(rows.len() as u64);
        if more > 0 {
            let command = format!("calibr price-change rows {} --outcome {outcome} --all", change.id);
            app.ui.data(&format!("    … {} more: {command}\n", format::count(more)));
        }
    }
    app.ui.data(&format!("\nPrice change {} is planned. {}\n", change.id, standing(change)));
    app.ui.next(&next(change, app.approver_besides_me()));
    Ok(())
}

/// What stands between the plan and the shop.
fn standing(change: &PriceChange) -> String {
    let blocked = change.impact.counts.blocked;
    let stopped = match blocked {
        0 => String::new(),
        _ => format!(" Guardrails stopped {}, which will not be written.", format::counted(blocked, "row")),
    };
    if change.rows_to_apply == 0 {
        return format!("No price would change.{stopped}");
    }
    if let Some(found) = change.verdicts.iter().find(|found| stops(found)) {
        return format!("It cannot be applied as it is: {}.{stopped}", format::state(&found.guardrail));
    }
    let prices = format::counted(change.rows_to_apply, "price");
    format!("{prices} would change, once somebody other than {} approves.{stopped}", change.author)
}

fn next(change: &PriceChange, approver: Option<String>) -> Vec<String> {
    let stopped: Vec<&PlanVerdict> = change.verdicts.iter().filter(|found| stops(found)).collect();
    if change.rows_to_apply == 0 || stopped.iter().any(|found| found.mode == "hard") {
        return vec![format!("price-change rows {} --all", change.id)];
    }
    let waiver =
        |found: &&PlanVerdict| format!("waivers request {} --reason WHY --until INSTANT", found.guardrail);
    if !stopped.is_empty() {
        return stopped.iter().map(waiver).collect();
    }
    let as_whom = approver.map(|name| format!(" --as {name}")).unwrap_or_default();
    vec![format!("price-change rows {}", change.id), format!("price-change approve {}{as_whom}", change.id)]
}

/// The exit code of a plan: stopped rows and a stopped plan are a finding; changes are one only if asked for.
#[must_use]
pub fn verdict(rows_to_apply: u64, blocked: u64, verdicts: &[PlanVerdict], detailed: bool) -> Exit {
    if blocked > 0 || verdicts.iter().any(stops) {
        return Exit::Violations;
    }
    if detailed && rows_to_apply > 0 { Exit::Changes } else { Exit::Done }
}

/// Whether a guardrail that looks at the whole plan keeps it from being applied.
fn stops(found: &PlanVerdict) -> bool {
    found.verdict == "violated"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_exits_with_a_finding_only_when_promised() {
        assert_eq!(verdict(1, 0, &[], false), Exit::Done);
        assert_eq!(verdict(1, 0, &[], true), Exit::Changes);
        assert_eq!(verdict(0, 0, &[], true), Exit::Done);
        assert_eq!(verdict(1, 1, &[], true), Exit::Violations);
        assert_eq!(verdict(0, 1, &[], false), Exit::Violations);
    }

    #[test]
    fn a_plan_that_may_not_be_applied_as_a_whole_is_a_finding() {
        let found = |verdict: &str| PlanVerdict {
            guardrail: "blast_radius".into(),
            mode: "hard".into(),
            verdict: verdict.into(),
            value: "41 %".into(),
            limit: "30 %".into(),
            detail: "Plan fewer variants.".into(),
            rows: 410,
        };
        assert_eq!(verdict(1, 0, &[found("near"), found("violated")], false), Exit::Violations);
        assert_eq!(verdict(1, 0, &[found("near"), found("waived")], false), Exit::Done);
    }
}
