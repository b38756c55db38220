//! `price-change`: show, rows, list, approve, reject; and `export`.

use std::path::PathBuf;

use super::app::{App, List, Paging, filters};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use super::plan_view::{RowView, impact_view, rows_view, verdicts_view};
use crate::price_changes::dto::{DecisionRequest, PriceChange, PriceChangeRow, PriceChangeSummary};

/// Arguments of `price-change`.
#[derive(Debug, clap::Args)]
pub struct PriceChangeArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show counts, checks, decisions and runs
    Show {
        /// Id `pch_…`
        #[arg(value_name = "PRICE_CHANGE")]
        id: String,
    },
    /// List the frozen rows
    Rows(RowsArgs),
    /// List price changes, newest first
    Ls {
        /// Only these states, such as pending_approval
        #[arg(long, value_delimiter = ',')]
        state: Vec<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Approve somebody else's price change
    Approve(DecisionArgs),
    /// Reject a price change; says why
    Reject(DecisionArgs),
}

#[derive(Debug, clap::Args)]
struct RowsArgs {
    /// Id `pch_…`
    #[arg(value_name = "PRICE_CHANGE")]
    id: String,
    /// Only these outcomes: raise, cut, same, blocked, skipped
    #[arg(long, value_delimiter = ',')]
    outcome: Vec<String>,
    /// Words in SKU or title
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, clap::Args)]
struct DecisionArgs {
    /// Id `pch_…`
    #[arg(value_name = "PRICE_CHANGE")]
    id: String,
    /// Why; required for a rejection
    #[arg(short = 'm', long, value_name = "TEXT")]
    comment: Option<String>,
    /// The plan that was read; refused if it is another by now
    #[arg(long, value_name = "HASH")]
    plan_hash: Option<String>,
}

/// Arguments of `export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// Id `pch_…`
    #[arg(value_name = "PRICE_CHANGE")]
    id: String,
    /// File to write; stdout if left out
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Carries out `price-change`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: PriceChangeArgs) -> Result {
    match args.verb {
        Verb::Show { id } => {
            if let Some(change) = app.print_one(&path_of(&id)?, &[], price_change_view).await? {
                app.ui.next(&next(&change, app.approver_besides_me()));
            }
        }
        Verb::Rows(args) => rows(app, &args).await?,
        Verb::Ls { state, paging } => {
            let state = (!state.is_empty()).then(|| state.join(","));
            let query = filters(&[("state", state.as_ref())]);
            let list =
                List { path: "price-changes", query: &query, when_empty: "There is no price change yet." };
            if app.print_list(list, &paging, list_view).await? == 0 {
                app.ui.next(&["plan -f RULES.yaml"]);
            }
        }
        Verb::Approve(args) => decide(app, args, "approve").await?,
        Verb::Reject(args) => {
            if args.comment.as_deref().is_none_or(|text| text.trim().is_empty()) {
                return Err(CliError::usage("Say why it is rejected: -m TEXT."));
            }
            decide(app, args, "reject").await?;
        }
    }
    Ok(Exit::Done)
}

/// Carries out `export`.
///
/// # Errors
/// The server refused, or the file cannot be written.
pub async fn export(app: &App, args: ExportArgs) -> Result {
    let client = app.client()?;
    let path = format!("{}/export", path_of(&args.id)?);
    super::catalog::download(app, &client, &path, args.output.as_deref()).await?;
    Ok(Exit::Done)
}

/// The path of a price change, after a look at the id's form: what cannot be one is not asked for.
///
/// # Errors
/// It is not the id of a price change.
pub fn path_of(id: &str) -> Result<String> {
    let id: crate::ids::PriceChangeId =
        id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("price-change ls"))?;
    Ok(format!("price-changes/{id}"))
}

async fn rows(app: &App, args: &RowsArgs) -> Result<()> {
    let outcome = (!args.outcome.is_empty()).then(|| args.outcome.join(","));
    let query = filters(&[("outcome", outcome.as_ref()), ("q", args.query.as_ref())]);
    let path = format!("{}/rows", path_of(&args.id)?);
    let list = List { path: &path, query: &query, when_empty: "No row matches." };
    let view = |look: Look, rows: &[PriceChangeRow]| {
        rows_view(look, &rows.iter().map(RowView::from).collect::<Vec<_>>())
    };
    app.print_list(list, &args.paging, view).await?;
    Ok(())
}

async fn decide(app: &App, args: DecisionArgs, verb: &str) -> Result<()> {
    let client = app.client()?;
    let path = path_of(&args.id)?;
    let plan_hash = match args.plan_hash {
        Some(hash) => hash,
        None => client.fetch::<PriceChange>(&path, &[]).await?.plan_hash,
    };
    let request = DecisionRequest { plan_hash, comment: args.comment };
    let sent = client.post(&format!("{path}/{verb}"), "", &request).await;
    let reply = sent.map_err(|error| match (&*error.code, app.approver_besides_me()) {
        ("price_change.own", Some(name)) => {
            error.next(format!("price-change {verb} {} --as {name}", args.id))
        }
        _ => error,
    })?;
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(());
    }
    let change: PriceChange = reply.read()?;
    if app.ui.quiet() {
        app.ui.data(&format!("{}\n", change.id));
        return Ok(());
    }
    app.ui.data(&impact_view(app.ui.look, &change.impact));
    app.ui.data(&format!("Price change {} is {}.\n", change.id, format::state(&change.state)));
    app.ui.next(&next(&change, app.approver_besides_me()));
    Ok(())
}

/// What can be done now with a price change, as commands.
fn next(change: &PriceChange, approver: Option<String>) -> Vec<String> {
    let id = change.id;
    let mut commands: Vec<String> = change
        .allowed
        .iter()
        .filter_map(|act| match act.as_str() {
            "approve" => Some(format!("price-change approve {id}")),
            "reject" => Some(format!("price-change reject {id} -m WHY")),
            "apply" => Some(format!("apply {id}")),
            "unschedule" => Some(format!("unschedule {id}")),
            "roll_back" => change.runs.first().map(|run| format!("rollback {}", run.id)),
            "retry_failed" => change.runs.first().map(|run| format!("run retry-failed {}", run.id)),
            _ => None,
        })
        .collect();
    if change.state == "pending_approval" && !change.allowed.iter().any(|act| act == "approve") {
        let as_whom = approver.map(|name| format!(" --as {name}")).unwrap_or_default();
        commands.push(format!("price-change approve {id}{as_whom}"));
    }
    if commands.is_empty() {
        commands.push(format!("price-change rows {id}"));
    }
    commands
}

fn price_change_view(look: Look, change: &PriceChange) -> String {
    let title = look.paint(Tone::Strong, &one_line(&change.title));
    let rules: Vec<_> = change.rules.iter().map(|rule| format!("{} v{}", rule.name, rule.version)).collect();
    let pairs = [
        ("id", change.id.to_string()),
        ("state", look.paint(Tone::of(&change.state), &format::state(&change.state))),
        ("planned", format!("{} by {}", format::instant(change.planned_at), change.author)),
        ("note", one_line(change.note.as_deref().unwrap_or_default())),
        ("rules", one_line(&rules.join(", "))),
        ("plan hash", change.plan_hash.clone()),
        ("to write", format!("{} in {}", format::counted(change.rows_to_apply, "price"), change.currency)),
    ];
    let mut text = format!("{title}\n{}\n{}", facts(look, &pairs), impact_view(look, &change.impact));
    text.push_str(&verdicts_view(look, &change.verdicts));
    if !change.checks.is_empty() {
        text.push('\n');
    }
    for check in &change.checks {
        let glyph = look.paint(Tone::of(&check.status), format::glyph(&check.status));
        text.push_str(&format!("  {glyph} {}: {}\n", check.code, one_line(&check.detail)));
    }
    for decision in &change.decisions {
        let glyph = look.paint(Tone::of(&decision.decision), format::glyph(&decision.decision));
        let at = format::instant(decision.decided_at);
        let comment = decision.comment.as_deref().map(|text| format!(": {}", one_line(text)));
        let comment = comment.unwrap_or_default();
        text.push_str(&format!("  {glyph} {} by {} at {at}{comment}\n", decision.decision, decision.actor));
    }
    if let Some(scheduled) = &change.scheduled {
        let (glyph, by) = (format::glyph("wait"), &scheduled.scheduled_by);
        text.push_str(&format!("  {glyph} starts at {} by {by}\n", super::apply::when(scheduled)));
    }
    for run in &change.runs {
        let glyph = look.paint(Tone::of(&run.state), format::glyph(&run.state));
        text.push_str(&format!(
            "  {glyph} {} {}: {}\n",
            format::state(&run.kind),
            run.id,
            format::state(&run.state)
        ));
    }
    text
}

fn list_view(look: Look, changes: &[PriceChangeSummary]) -> String {
    let mut grid =
        Grid::new(look, &["ID", "~TITLE", "STATE", ">PRICES", "?>BLOCKED", "?~BY", "?PLANNED (UTC)"]);
    for change in changes {
        grid.row([
            (Tone::Strong, change.id.to_string()),
            (Tone::Plain, change.title.clone()),
            (Tone::of(&change.state), format::state(&change.state)),
            (Tone::Plain, format::count(change.rows_to_apply)),
            (
                if change.rows_blocked > 0 { Tone::Bad } else { Tone::Muted },
                format::count(change.rows_blocked),
            ),
            (Tone::Plain, change.author.clone()),
            (Tone::Muted, format::moment(change.planned_at)),
        ]);
    }
    grid.finish()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::plan_view::tests::impact;

    fn change(state: &str, allowed: &[&str]) -> PriceChange {
        let change = json!({"id": "pch_00000000000000000000000001", "title": "Black week", "note": "Old stock\nmust go",
            "state": state, "plan_hash": "9f3ce1", "currency": "EUR", "planned_at": "2026-11-20T13:00:00Z",
            "author": "editor@demo.test", "rules": [{"rule_id": "rul_00000000000000000000000001",
                "name": "black-week", "version": 3, "content_hash": "aa"}],
            "impact": impact(12), "verdicts": [], "rows_to_apply": 3202,
            "decisions": [{"decision": "approved", "actor": "approver@demo.test",
                "decided_at": "2026-11-20T13:10:00Z", "comment": "Fine."}],
            "checks": [{"code": "fresh", "status": "pass", "detail": "Nothing moved."},
                {"code": "violations", "status": "warn", "detail": "12 rows were stopped."}],
            "allowed": allowed,
            "runs": [{"id": "run_00000000000000000000000001", "kind": "apply", "state": "partially_applied"}]});
        serde_json::from_value(change).expect("the price change of the test is one")
    }

    #[test]
    fn everything_about_a_price_change_is_told() {
        let look = Look { colour: false, width: Some(80) };
        insta::assert_snapshot!(price_change_view(look, &change("partially_applied", &[])), @r"
        Black week
          id         pch_00000000000000000000000001
          state      partially applied
          planned    2026-11-20 13:00:00 UTC by editor@demo.test
          note       Old stock must go
          rules      black-week v3
          plan hash  9f3ce1
          to write   3,202 prices in EUR

          ▼ 2,790 down   ▲ 412 up   ⛔ 12 blocked   = 15,688 same   … 3 skipped
          median −11.80 %   largest −35.00 %

          ✓ fresh: Nothing moved.
          ! violations: 12 rows were stopped.
          ✓ approved by approver@demo.test at 2026-11-20 13:10:00 UTC: Fine.
          · apply run_00000000000000000000000001: partially applied
        ");
    }

    #[test]
    fn what_may_be_done_is_proposed_as_commands() {
        let (id, run) = ("pch_00000000000000000000000001", "run_00000000000000000000000001");
        let after = |state, allowed: &[&str]| next(&change(state, allowed), Some("second".into()));
        assert_eq!(
            after("partially_applied", &["roll_back", "retry_failed"]),
            [format!("rollback {run}"), format!("run retry-failed {run}")]
        );
        assert_eq!(after("approved", &["apply"]), [format!("apply {id}")]);
        assert_eq!(after("pending_approval", &[]), [format!("price-change approve {id} --as second")]);
        assert_eq!(after("rejected", &[]), [format!("price-change rows {id}")]);
    }

    #[test]
    fn what_cannot_be_an_id_never_becomes_a_path() {
        for id in
            ["", "pch_1", "run_00000000000000000000000001", "../tokens", "pch_0000000000000000000000000/"]
        {
            assert_eq!(path_of(id).unwrap_err().exit, Exit::Usage, "{id}");
        }
    }
}
