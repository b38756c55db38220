//! `webhooks`: have events sent to an address; list, make, switch off and on, delete, and what was sent.

use reqwest::Method;

use super::app::{App, List, Paging, filters};
use super::client::{Client, Reply};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, one_line};
use crate::ids::{WebhookDeliveryId, WebhookId};
use crate::webhooks::dto::{NewWebhook, Webhook, WebhookDelivery, WebhookWithSecret};

/// Arguments of `webhooks`.
#[derive(Debug, clap::Args)]
pub struct WebhooksArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List webhooks
    #[command(visible_alias = "list")]
    Ls {
        #[command(flatten)]
        paging: Paging,
    },
    /// Have events sent to an address; prints the secret, once
    Add {
        /// An https address
        #[arg(value_name = "URL")]
        url: String,
        /// Only this type, such as `price_change.approved`, or `price.*` for several; may be repeated
        #[arg(long = "type", value_name = "TYPE")]
        types: Vec<String>,
        /// For people
        #[arg(long, default_value = "", value_name = "TEXT")]
        description: String,
    },
    /// Replace the secret and print the new one; the old one signs too for a day
    RotateSecret {
        /// Id `whk_…`
        #[arg(value_name = "WEBHOOK")]
        id: String,
    },
    /// Switch a webhook off
    Disable {
        /// Id `whk_…`
        #[arg(value_name = "WEBHOOK")]
        id: String,
    },
    /// Switch a webhook on again
    Enable {
        /// Id `whk_…`
        #[arg(value_name = "WEBHOOK")]
        id: String,
    },
    /// Delete a webhook; what is on its way to it is dropped
    #[command(visible_alias = "rm")]
    Delete {
        /// Id `whk_…`
        #[arg(value_name = "WEBHOOK")]
        id: String,
    },
    /// What was sent to a webhook, newest first
    Deliveries {
        /// Id `whk_…`
        #[arg(value_name = "WEBHOOK")]
        id: String,
        /// In this state: pending, delivered, failed, dropped
        #[arg(long, value_name = "STATE")]
        state: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Send a delivery once more
    Resend {
        /// Id `whd_…`
        #[arg(value_name = "DELIVERY")]
        id: String,
    },
}

/// Carries out `webhooks`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: WebhooksArgs) -> Result {
    match args.verb {
        Verb::Ls { paging } => {
            let list = List { path: "webhooks", query: &[], when_empty: "There is no webhook." };
            app.print_list(list, &paging, list_view).await?;
        }
        Verb::Add { url, types, description } => {
            let new = NewWebhook { url, description, event_types: types };
            print_secret(app, &client(app)?.post("webhooks", "", &new).await?)?;
        }
        Verb::RotateSecret { id } => print_secret(app, &act(app, &id, "rotate-secret").await?)?,
        Verb::Disable { id } => print(app, &act(app, &id, "disable").await?)?,
        Verb::Enable { id } => print(app, &act(app, &id, "enable").await?)?,
        Verb::Delete { id } => {
            let id = read_id(&id)?;
            let client = client(app)?;
            let sent = client.request(Method::DELETE, &format!("webhooks/{id}"), &[])?.send().await;
            client.reply(sent, false).await?;
            app.ui.words(&format!("Deleted {id}; nothing is sent to it any more."));
        }
        Verb::Deliveries { id, state, paging } => {
            let path = format!("webhooks/{}/deliveries", read_id(&id)?);
            let query = filters(&[("state", state.as_ref())]);
            let list = List { path: &path, query: &query, when_empty: "Nothing was sent." };
            app.print_list(list, &paging, deliveries_view).await?;
        }
        Verb::Resend { id } => {
            let id: WebhookDeliveryId = id.parse().map_err(|e| CliError::usage(format!("{e}.")))?;
            let path = format!("webhook-deliveries/{id}/resend");
            let reply = client(app)?.post(&path, "", &serde_json::json!({})).await?;
            let delivery: WebhookDelivery = reply.read()?;
            show(app, &reply, &delivery.id.to_string(), || {
                deliveries_view(app.ui.look, std::slice::from_ref(&delivery))
            });
        }
    }
    Ok(Exit::Done)
}

/// Webhooks belong to no project.
fn client(app: &App) -> Result<Client> {
    Ok(app.client()?.without_project())
}

fn read_id(id: &str) -> Result<WebhookId> {
    id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("webhooks ls"))
}

async fn act(app: &App, id: &str, verb: &str) -> Result<Reply> {
    client(app)?.post(&format!("webhooks/{}/{verb}", read_id(id)?), "", &serde_json::json!({})).await
}

fn print(app: &App, reply: &Reply) -> Result<()> {
    let webhook: Webhook = reply.read()?;
    show(app, reply, &webhook.id.to_string(), || list_view(app.ui.look, std::slice::from_ref(&webhook)));
    Ok(())
}

fn print_secret(app: &App, reply: &Reply) -> Result<()> {
    let made: WebhookWithSecret = reply.read()?;
    show(app, reply, &made.webhook.id.to_string(), || {
        let list = list_view(app.ui.look, std::slice::from_ref(&made.webhook));
        format!("{list}\nSecret, shown this once: {}\n", made.secret)
    });
    Ok(())
}

fn show(app: &App, reply: &Reply, id: &str, view: impl FnOnce() -> String) {
    if app.ui.json() {
        app.ui.document(&reply.text);
    } else if app.ui.quiet() {
        app.ui.data(&format!("{id}\n"));
    } else {
        app.ui.data(&view());
    }
}

fn list_view(look: Look, webhooks: &[Webhook]) -> String {
    let mut grid = Grid::new(look, &["~URL", "STATE", "~TYPES", "?~TROUBLE", "ID"]);
    for webhook in webhooks {
        let failing = webhook.failing_since.map(|since| format!("failing since {}", format::moment(since)));
        let trouble = webhook.reason.clone().or(failing).unwrap_or_default();
        let types =
            if webhook.event_types.is_empty() { "all".to_owned() } else { webhook.event_types.join(", ") };
        grid.row([
            (Tone::Strong, one_line(&webhook.url)),
            (Tone::Plain, webhook.state.clone()),
            (Tone::Plain, types),
            (Tone::Plain, one_line(&trouble)),
            (Tone::Muted, webhook.id.to_string()),
        ]);
    }
    grid.finish()
}

fn deliveries_view(look: Look, deliveries: &[WebhookDelivery]) -> String {
    let mut grid = Grid::new(look, &["AT (UTC)", "WHAT", "STATE", "SENT", "?~ANSWER", "?NEXT (UTC)", "ID"]);
    for delivery in deliveries {
        let status = delivery.last_status.map(|status| status.to_string());
        let answer = delivery.note.clone().or(delivery.last_error.clone()).or(status).unwrap_or_default();
        grid.row([
            (Tone::Muted, format::moment(delivery.created_at)),
            (Tone::Strong, delivery.r#type.clone()),
            (Tone::Plain, delivery.state.clone()),
            (Tone::Plain, delivery.attempts.to_string()),
            (Tone::Plain, one_line(&answer)),
            (Tone::Muted, delivery.next_at.map(format::moment).unwrap_or_default()),
            (Tone::Muted, delivery.id.to_string()),
        ]);
    }
    grid.finish()
}
