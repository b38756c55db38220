//! `run`: watch, show, list, results, pause, resume, stop, retry what failed.

use super::app::{App, List, Paging, filters};
use super::client::{Client, Page};
use super::exit::{CliError, Exit, Result};
use super::messages::{End, TargetDiagnostic};
use super::run_view::{next, run_view, runs_view, summary, targets_view, verdict};
use super::watch::{Watched, watch};
use crate::ids::RunId;
use crate::runs::dto::{ControlRequest, Run, Target};

/// Refused and conflicting targets that are told one by one at the end of a JSON stream.
const DIAGNOSTICS_MAX: usize = 1000;

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Follow a run until it is settled
    Watch {
        /// Id `run_…`
        run: String,
    },
    /// Show a run
    Show {
        /// Id `run_…`
        run: String,
    },
    /// List runs, newest first
    Ls {
        #[command(flatten)]
        paging: Paging,
    },
    /// List what became of each price
    Results(ResultsArgs),
    /// Write nothing more until the run is resumed
    Pause(ControlArgs),
    /// Let a paused run go on
    Resume(RetryArgs),
    /// Write nothing more and end the run; what was not written is skipped
    Stop(ControlArgs),
    /// Try again what failed
    RetryFailed(RetryArgs),
}

#[derive(Debug, clap::Args)]
struct ControlArgs {
    /// Id `run_…`
    run: String,
    /// Why
    #[arg(short = 'm', long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ResultsArgs {
    /// Id `run_…`
    run: String,
    /// Only what was refused or had changed
    #[arg(long, conflicts_with = "state")]
    failed: bool,
    /// Only these states: queued, applying, applied, failed, conflict, skipped, rolled_back
    #[arg(long, value_delimiter = ',')]
    state: Vec<String>,
    /// Words in SKU or title
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, clap::Args)]
struct RetryArgs {
    /// Id `run_…`
    run: String,
    /// Do not wait for the end
    #[arg(long)]
    detach: bool,
}

/// Carries out `run`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: RunArgs) -> Result {
    match args.verb {
        Verb::Watch { run } => {
            let client = app.client()?;
            let run = client.fetch(&path_of(&run)?, &[]).await?;
            to_the_end(app, &client, run).await
        }
        Verb::Show { run } => {
            if let Some(run) = app.print_one(&path_of(&run)?, &[], run_view).await? {
                app.ui.next(&next(&run));
            }
            Ok(Exit::Done)
        }
        Verb::Ls { paging } => {
            let list = List { path: "runs", query: &[], when_empty: "Nothing has been applied yet." };
            app.print_list(list, &paging, runs_view).await?;
            Ok(Exit::Done)
        }
        Verb::Results(args) => results(app, &args).await,
        Verb::Pause(args) => control(app, args, "pause").await,
        Verb::Stop(args) => control(app, args, "stop").await,
        Verb::Resume(args) => go_on(app, &args, "resume").await,
        Verb::RetryFailed(args) => go_on(app, &args, "retry-failed").await,
    }
}

async fn control(app: &App, args: ControlArgs, verb: &str) -> Result {
    let client = app.client()?;
    let request = ControlRequest { reason: args.reason };
    let reply = client.post(&format!("{}/{verb}", path_of(&args.run)?), "", &request).await?;
    let run: Run = reply.read()?;
    if app.ui.json() {
        app.ui.document(&reply.text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{}\n", run.id));
    } else {
        app.ui.data(&run_view(app.ui.look, &run));
    }
    app.ui.next(&next(&run));
    Ok(Exit::Done)
}

async fn go_on(app: &App, args: &RetryArgs, verb: &str) -> Result {
    let client = app.client()?;
    let path = format!("{}/{verb}", path_of(&args.run)?);
    let run: Run = client.post(&path, "", &serde_json::json!({})).await?.read()?;
    started(app, &client, run, args.detach).await
}

/// The path of a run, after a look at the id's form.
///
/// # Errors
/// It is not the id of a run.
pub fn path_of(id: &str) -> Result<String> {
    let id: RunId = id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("run ls"))?;
    Ok(format!("runs/{id}"))
}

/// A run was started: follow it, or say how to.
///
/// # Errors
/// The server cannot be reached while watching.
pub async fn started(app: &App, client: &Client, run: Run, detach: bool) -> Result {
    if !detach {
        return to_the_end(app, client, run).await;
    }
    if app.ui.json() {
        let text = serde_json::to_string(&run).map_err(|e| CliError::failed("json", e.to_string()))?;
        app.ui.document(&text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{}\n", run.id));
    } else {
        app.ui.data(&format!("Run {} has begun.\n", run.id));
    }
    app.ui.next(&[format!("run watch {}", run.id)]);
    Ok(Exit::Done)
}

async fn to_the_end(app: &App, client: &Client, run: Run) -> Result {
    let id = run.id;
    let run = match watch(app, client, run).await? {
        Watched::Settled(run) => run,
        Watched::Interrupted => {
            app.ui.words(&format!("\nNot watching any more. Run {id} goes on."));
            app.ui.next(&[format!("run watch {id}"), format!("run show {id}")]);
            return Ok(Exit::Interrupted);
        }
    };
    let exit = verdict(&run);
    if app.ui.json() {
        end_of_stream(app, client, &run, exit).await?;
    } else if app.ui.quiet() {
        app.ui.data(&format!("{id}\n"));
    } else {
        app.ui.data(&format!("{}\n", summary(&run)));
    }
    app.ui.next(&next(&run));
    Ok(exit)
}

async fn end_of_stream(app: &App, client: &Client, run: &Run, exit: Exit) -> Result<()> {
    if run.counts.failed + run.counts.conflict > 0 {
        let query = [("state", "failed,conflict".to_owned())];
        let path = format!("runs/{}/targets", run.id);
        let page: Page<Target> = client.list(&path, &query, DIAGNOSTICS_MAX).await?;
        for target in &page.data {
            app.ui.message(&TargetDiagnostic::of(target));
        }
    }
    app.ui.message(&End::of(run, exit));
    Ok(())
}

async fn results(app: &App, args: &ResultsArgs) -> Result {
    let state = if args.failed { "failed,conflict".to_owned() } else { args.state.join(",") };
    let state = (!state.is_empty()).then_some(state);
    let query = filters(&[("state", state.as_ref()), ("q", args.query.as_ref())]);
    let path = format!("{}/targets", path_of(&args.run)?);
    let list = List { path: &path, query: &query, when_empty: "No price of this run matches." };
    app.print_list(list, &args.paging, targets_view).await?;
    Ok(Exit::Done)
}
