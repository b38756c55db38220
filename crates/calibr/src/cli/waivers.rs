//! `waivers`: list, ask for, approve and end.

use jiff::Timestamp;

use super::app::{App, List, Paging};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::instant;
use super::look::{Grid, Look, Tone, one_line};
use super::rules::find_rule;
use crate::guardrails::dto::{NewWaiver, Waiver};
use crate::ids::WaiverId;

/// Arguments of `waivers`.
#[derive(Debug, clap::Args)]
pub struct WaiversArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List waivers, newest first
    #[command(visible_alias = "list")]
    Ls {
        #[command(flatten)]
        paging: Paging,
    },
    /// Ask that what a soft guardrail stops may pass for a time; somebody else approves
    Request(RequestArgs),
    /// Approve somebody else's waiver
    Approve {
        /// Id `wai_…`
        #[arg(value_name = "WAIVER")]
        id: String,
    },
    /// End a waiver, or decline it
    End {
        /// Id `wai_…`
        #[arg(value_name = "WAIVER")]
        id: String,
    },
}

#[derive(Debug, clap::Args)]
struct RequestArgs {
    /// The guardrail, such as `maximum_move`
    #[arg(value_name = "GUARDRAIL")]
    guardrail: String,
    /// Only for this rule, by name or id
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,
    /// Why
    #[arg(short = 'm', long, value_name = "TEXT")]
    reason: String,
    /// Until when, such as `2026-11-27T00:00[Europe/Berlin]`; at most 90 days
    #[arg(long, value_parser = instant::read, value_name = "INSTANT")]
    until: Timestamp,
}

/// Carries out `waivers`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: WaiversArgs) -> Result {
    match args.verb {
        Verb::Ls { paging } => {
            let list = List { path: "waivers", query: &[], when_empty: "There is no waiver." };
            app.print_list(list, &paging, list_view).await?;
        }
        Verb::Request(args) => request(app, args).await?,
        Verb::Approve { id } => act(app, &id, "approve").await?,
        Verb::End { id } => act(app, &id, "end").await?,
    }
    Ok(Exit::Done)
}

async fn request(app: &App, args: RequestArgs) -> Result<()> {
    let client = app.client()?;
    let rule_id = match &args.rule {
        Some(rule) => Some(find_rule(&client, rule).await?.id),
        None => None,
    };
    let RequestArgs { guardrail, reason, until, .. } = args;
    let new = NewWaiver { guardrail, rule_id, reason, valid_until: until };
    let reply = client.post("waivers", "", &new).await?;
    let waiver: Waiver = print(app, &reply)?;
    let by = app.approver_besides_me().map(|name| format!(" --as {name}")).unwrap_or_default();
    app.ui.next(&[format!("waivers approve {}{by}", waiver.id)]);
    Ok(())
}

async fn act(app: &App, id: &str, verb: &str) -> Result<()> {
    let id: WaiverId = id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("waivers ls"))?;
    let sent = app.client()?.post(&format!("waivers/{id}/{verb}"), "", &serde_json::json!({})).await;
    let reply = sent.map_err(|error| match (&*error.code, app.approver_besides_me()) {
        ("waiver.own", Some(name)) => error.next(format!("waivers {verb} {id} --as {name}")),
        _ => error,
    })?;
    print(app, &reply)?;
    Ok(())
}

fn print(app: &App, reply: &super::client::Reply) -> Result<Waiver> {
    let waiver: Waiver = reply.read()?;
    if app.ui.json() {
        app.ui.document(&reply.text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{}\n", waiver.id));
    } else {
        app.ui.data(&list_view(app.ui.look, std::slice::from_ref(&waiver)));
    }
    Ok(waiver)
}

fn list_view(look: Look, waivers: &[Waiver]) -> String {
    let mut grid =
        Grid::new(look, &["GUARDRAIL", "~RULE", "STATE", "UNTIL (UTC)", "?~ASKED BY", "~REASON", "ID"]);
    for waiver in waivers {
        grid.row([
            (Tone::Strong, waiver.guardrail.clone()),
            (Tone::Plain, one_line(waiver.rule.as_deref().unwrap_or("every rule"))),
            (Tone::Plain, format::state(&waiver.state)),
            (Tone::Muted, format::moment(waiver.valid_until)),
            (Tone::Plain, waiver.requested_by.clone()),
            (Tone::Plain, one_line(&waiver.reason)),
            (Tone::Muted, waiver.id.to_string()),
        ]);
    }
    grid.finish()
}
