//! `jobs`: what works in the background: list, show, try again, cancel; and what is scheduled.

use kernel_jobs::JobId;

use super::app::{App, List, Paging, filters};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use crate::jobs::dto::{Job, Schedule};

/// Arguments of `jobs`.
#[derive(Debug, clap::Args)]
pub struct JobsArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List jobs, newest first
    #[command(visible_alias = "list")]
    Ls(LsArgs),
    /// Show a job
    Show {
        /// Id `job_…`
        job: String,
    },
    /// Try a dead or cancelled job again
    Retry {
        /// Id `job_…`
        job: String,
    },
    /// Cancel a job that has not done its work
    Cancel {
        /// Id `job_…`
        job: String,
    },
    /// List what is enqueued again and again
    Schedules,
}

#[derive(Debug, clap::Args)]
struct LsArgs {
    /// Only these states: queued, running, done, dead, cancelled
    #[arg(long, value_delimiter = ',')]
    state: Vec<String>,
    /// Only this kind of work, such as `runs.apply_batch`
    #[arg(long)]
    kind: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

/// Carries out `jobs`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: JobsArgs) -> Result {
    match args.verb {
        Verb::Ls(args) => {
            let state = (!args.state.is_empty()).then(|| args.state.join(","));
            let query = filters(&[("state", state.as_ref()), ("kind", args.kind.as_ref())]);
            let list = List { path: "jobs", query: &query, when_empty: "There is no such job." };
            app.print_list(list, &args.paging, list_view).await?;
        }
        Verb::Show { job } => {
            if let Some(job) = app.print_one(&path_of(&job)?, &[], job_view).await? {
                app.ui.next(&next(&job));
            }
        }
        Verb::Retry { job } => act(app, &job, "retry").await?,
        Verb::Cancel { job } => act(app, &job, "cancel").await?,
        Verb::Schedules => {
            let list = List { path: "schedules", query: &[], when_empty: "Nothing is scheduled." };
            app.print_list(list, &Paging::whole(), schedules_view).await?;
        }
    }
    Ok(Exit::Done)
}

fn path_of(id: &str) -> Result<String> {
    let id: JobId = id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("jobs ls"))?;
    Ok(format!("jobs/{id}"))
}

async fn act(app: &App, id: &str, verb: &str) -> Result<()> {
    let path = format!("{}/{verb}", path_of(id)?);
    let reply = app.client()?.post(&path, "", &serde_json::json!({})).await?;
    let job: Job = reply.read()?;
    if app.ui.json() {
        app.ui.document(&reply.text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{}\n", job.id));
    } else {
        app.ui.data(&job_view(app.ui.look, &job));
    }
    app.ui.next(&next(&job));
    Ok(())
}

fn next(job: &Job) -> Vec<String> {
    match job.state.as_str() {
        "dead" | "cancelled" => vec![format!("jobs retry {}", job.id)],
        _ => Vec::new(),
    }
}

fn tone(state: &str) -> Tone {
    match state {
        "dead" => Tone::Bad,
        "running" => Tone::Good,
        "done" | "cancelled" => Tone::Muted,
        _ => Tone::Plain,
    }
}

fn job_view(look: Look, job: &Job) -> String {
    let title = look.paint(Tone::Strong, &job.kind);
    let pairs = [
        ("id", job.id.to_string()),
        ("state", look.paint(tone(&job.state), &job.state)),
        ("priority", job.priority.clone()),
        ("attempts", job.attempts.to_string()),
        ("not before", format::instant(job.run_at)),
        ("held until", job.lease_until.map(format::instant).unwrap_or_default()),
        ("shares", job.limit_key.clone().unwrap_or_default()),
        ("error", one_line(job.last_error.as_deref().unwrap_or_default())),
        ("to do", job.payload.to_string()),
        ("enqueued", format::instant(job.created_at)),
        ("ended", job.finished_at.map(format::instant).unwrap_or_default()),
    ];
    format!("{title}\n{}\n", facts(look, &pairs))
}

fn list_view(look: Look, jobs: &[Job]) -> String {
    let mut grid = Grid::new(look, &["ID", "~KIND", "STATE", ">ATTEMPTS", "NOT BEFORE (UTC)", "?~ERROR"]);
    for job in jobs {
        grid.row([
            (Tone::Strong, job.id.to_string()),
            (Tone::Plain, job.kind.clone()),
            (tone(&job.state), job.state.clone()),
            (Tone::Plain, job.attempts.to_string()),
            (Tone::Muted, format::moment(job.run_at)),
            (Tone::Plain, one_line(job.last_error.as_deref().unwrap_or_default())),
        ]);
    }
    grid.finish()
}

fn schedules_view(look: Look, schedules: &[Schedule]) -> String {
    let mut grid = Grid::new(look, &["NAME", "~KIND", "CRON", "ZONE", "NEXT (UTC)", "?LAST (UTC)"]);
    for schedule in schedules {
        grid.row([
            (Tone::Strong, schedule.name.clone()),
            (Tone::Plain, schedule.kind.clone()),
            (Tone::Plain, schedule.cron.clone()),
            (Tone::Plain, schedule.zone.clone()),
            (Tone::Muted, format::moment(schedule.next_at)),
            (Tone::Muted, schedule.last_at.map(format::moment).unwrap_or_default()),
        ]);
    }
    grid.finish()
}
