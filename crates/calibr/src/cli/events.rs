//! `events`: the log, its consumers, and deliveries that gave up.

use std::time::Duration;

use kernel_events::{DeadLetterId, EventId};
use reqwest::Method;

use super::app::{App, List, Paging, filters};
use super::client::{Client, Page, Reply};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, one_line};
use crate::events::dto::{Consumer, DeadLetter, DropNote, Event, NewReplay, Replay, Retried, RetryAll};

/// How often a followed log is asked for more.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Arguments of `events`.
#[derive(Debug, clap::Args)]
pub struct EventsArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Show the last events, oldest first
    Tail(TailArgs),
    /// Say how the consumers of the log fare
    Consumers,
    /// Forget a consumer that no server runs any more, so that the log is not kept for it
    Forget {
        /// Name of the consumer
        #[arg(value_name = "CONSUMER")]
        consumer: String,
    },
    /// List deliveries that gave up, newest first
    Dead(DeadArgs),
    /// Deliver a dead letter again, or all of a consumer
    Retry {
        /// Id `dlq_…`
        #[arg(value_name = "DEAD_LETTER", required_unless_present = "all")]
        id: Option<String>,
        /// All dead letters of this consumer, in the order of the log
        #[arg(long, value_name = "CONSUMER", conflicts_with = "id")]
        all: Option<String>,
    },
    /// Give a dead letter up for good
    Drop {
        /// Id `dlq_…`
        #[arg(value_name = "DEAD_LETTER")]
        id: String,
        /// Why
        #[arg(short = 'm', long, value_name = "TEXT")]
        note: String,
    },
    /// Deliver a span of events once more to one consumer
    Replay {
        /// Name of the consumer
        #[arg(value_name = "CONSUMER")]
        consumer: String,
        /// Number of the first event
        #[arg(long, value_name = "POSITION")]
        from: i64,
        /// Number of the last event, which is delivered too
        #[arg(long, value_name = "POSITION")]
        to: i64,
    },
    /// List replays, newest first
    Replays {
        #[command(flatten)]
        paging: Paging,
    },
}

#[derive(Debug, clap::Args)]
struct TailArgs {
    /// What happened, such as `price_change.approved`
    #[arg(long, value_name = "TYPE")]
    r#type: Option<String>,
    /// About this thing
    #[arg(long, value_name = "ID")]
    entity: Option<String>,
    /// Show this many, at most 1000
    #[arg(short = 'n', long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    lines: u32,
    /// Go on with what happens from now on, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
}

#[derive(Debug, clap::Args)]
struct DeadArgs {
    /// Of this consumer
    #[arg(long, value_name = "CONSUMER")]
    consumer: Option<String>,
    /// In this state: dead, retrying, settled, dropped; or `any`
    #[arg(long, default_value = "dead", value_name = "STATE")]
    state: String,
    #[command(flatten)]
    paging: Paging,
}

/// Carries out `events`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: EventsArgs) -> Result {
    match args.verb {
        Verb::Tail(args) => tail(app, args).await?,
        Verb::Consumers => {
            let list =
                List { path: "events/consumers", query: &[], when_empty: "Nothing consumes the log yet." };
            app.print_list(list, &Paging { limit: 1000, all: true }, consumers_view).await?;
        }
        Verb::Forget { consumer } => {
            let client = client(app)?;
            let sent =
                client.request(Method::DELETE, &format!("events/consumers/{consumer}"), &[])?.send().await;
            client.reply(sent, false).await?;
            app.ui.words(&format!("Forgot {consumer}; nothing is kept for it any more."));
        }
        Verb::Dead(args) => {
            let state = (args.state != "any").then_some(args.state);
            let query = filters(&[("consumer", args.consumer.as_ref()), ("state", state.as_ref())]);
            let list = List { path: "dlq", query: &query, when_empty: "There is no such dead letter." };
            app.print_list(list, &args.paging, letters_view).await?;
        }
        Verb::Retry { id: Some(id), .. } => {
            letter(app, &id, "retry", &serde_json::json!({})).await?;
        }
        Verb::Retry { id: None, all } => retry_all(app, all.unwrap_or_default()).await?,
        Verb::Drop { id, note } => letter(app, &id, "drop", &DropNote { note }).await?,
        Verb::Replay { consumer, from, to } => {
            let new = NewReplay { consumer, from_position: from, to_position: to };
            let reply = client(app)?.post("events/replays", "", &new).await?;
            let replay: Replay = reply.read()?;
            print(app, &reply, &replay.id.to_string(), || {
                replays_view(app.ui.look, std::slice::from_ref(&replay))
            });
        }
        Verb::Replays { paging } => {
            let list = List { path: "events/replays", query: &[], when_empty: "Nothing was replayed." };
            app.print_list(list, &paging, replays_view).await?;
        }
    }
    Ok(Exit::Done)
}

/// Events belong to no project.
fn client(app: &App) -> Result<Client> {
    Ok(app.client()?.without_project())
}

async fn tail(app: &App, args: TailArgs) -> Result<()> {
    let client = client(app)?;
    let mut query = filters(&[("type", args.r#type.as_ref()), ("entity_id", args.entity.as_ref())]);
    query.push(("limit", args.lines.to_string()));
    let newest: Page<Event> = client.fetch("events", &query).await?;
    let mut events = newest.data;
    events.reverse();
    let mut last: Option<EventId> = events.last().map(|event| event.id);
    show(app, &events)?;
    if !args.follow {
        return Ok(());
    }
    loop {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => return Ok(()),
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
        let mut query = query.clone();
        query.extend(last.map(|id| ("after", id.to_string())));
        let mut page: Page<Event> = client.fetch("events", &query).await?;
        if last.is_none() {
            page.data.reverse();
        }
        last = page.data.last().map(|event| event.id).or(last);
        show(app, &page.data)?;
    }
}

fn show(app: &App, events: &[Event]) -> Result<()> {
    for event in events {
        if app.ui.json() {
            let text = serde_json::to_string(event).map_err(|e| CliError::failed("json", e.to_string()))?;
            app.ui.document(&text);
            continue;
        }
        app.ui.data(&format!(
            "{}  {:>8}  {}  {}  {}\n",
            app.ui.look.paint(Tone::Muted, &format::moment(event.occurred_at)),
            event.position,
            app.ui.look.paint(Tone::Strong, &event.r#type),
            event.entity_id,
            one_line(&event.actor),
        ));
    }
    Ok(())
}

async fn letter<B: serde::Serialize>(app: &App, id: &str, verb: &str, body: &B) -> Result<()> {
    let id: DeadLetterId =
        id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("events dead --state any"))?;
    let reply = client(app)?.post(&format!("dlq/{id}/{verb}"), "", body).await?;
    let letter: DeadLetter = reply.read()?;
    print(app, &reply, &letter.id.to_string(), || letters_view(app.ui.look, std::slice::from_ref(&letter)));
    Ok(())
}

async fn retry_all(app: &App, consumer: String) -> Result<()> {
    let reply = client(app)?.post("dlq/retry", "", &RetryAll { consumer }).await?;
    let retried: Retried = reply.read()?;
    let words = format!("{} will be delivered again.\n", format::counted(retried.retried, "dead letter"));
    print(app, &reply, &retried.retried.to_string(), || words);
    Ok(())
}

fn print(app: &App, reply: &Reply, id: &str, view: impl FnOnce() -> String) {
    if app.ui.json() {
        app.ui.document(&reply.text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{id}\n"));
    } else {
        app.ui.data(&view());
    }
}

fn consumers_view(look: Look, consumers: &[Consumer]) -> String {
    let mut grid = Grid::new(
        look,
        &["CONSUMER", "BEHIND", "OLDEST", "A MINUTE", "RETRYING", "DEAD", "HEARD OF", "?~TROUBLE"],
    );
    for consumer in consumers {
        let tone =
            if consumer.dead > 0 || consumer.last_error.is_some() { Tone::Strong } else { Tone::Plain };
        grid.row([
            (Tone::Strong, consumer.name.clone()),
            (Tone::Plain, consumer.behind.to_string()),
            (Tone::Plain, format!("{} s", consumer.age_s)),
            (Tone::Plain, consumer.per_minute.to_string()),
            (Tone::Plain, consumer.retrying.to_string()),
            (tone, consumer.dead.to_string()),
            (Tone::Plain, consumer.silent_s.map(|s| format!("{s} s ago")).unwrap_or_default()),
            (tone, one_line(consumer.last_error.as_deref().unwrap_or_default())),
        ]);
    }
    grid.finish()
}

fn letters_view(look: Look, letters: &[DeadLetter]) -> String {
    let mut grid =
        Grid::new(look, &["CONSUMER", "STATE", "~WHAT", "~THING", "TRIED", "DIED (UTC)", "~REASON", "ID"]);
    for letter in letters {
        grid.row([
            (Tone::Strong, letter.consumer.clone()),
            (Tone::Plain, letter.state.clone()),
            (Tone::Plain, letter.r#type.clone()),
            (Tone::Plain, letter.entity_id.clone()),
            (Tone::Plain, letter.attempts.to_string()),
            (Tone::Muted, format::moment(letter.died_at)),
            (Tone::Plain, one_line(&letter.reason)),
            (Tone::Muted, letter.id.to_string()),
        ]);
    }
    grid.finish()
}

fn replays_view(look: Look, replays: &[Replay]) -> String {
    let mut grid =
        Grid::new(look, &["CONSUMER", "FROM", "TO", "DELIVERED", "STATE", "?~ASKED BY", "ASKED (UTC)", "ID"]);
    for replay in replays {
        grid.row([
            (Tone::Strong, replay.consumer.clone()),
            (Tone::Plain, replay.from_position.to_string()),
            (Tone::Plain, replay.to_position.to_string()),
            (Tone::Plain, replay.delivered.to_string()),
            (Tone::Plain, if replay.finished_at.is_some() { "done" } else { "running" }.to_owned()),
            (Tone::Plain, replay.requested_by.clone()),
            (Tone::Muted, format::moment(replay.created_at)),
            (Tone::Muted, replay.id.to_string()),
        ]);
    }
    grid.finish()
}
