//! `drift`: list what a shop shows otherwise than Calibr holds, adopt it, put it back, look for more.

use kernel_core::Money;

use super::app::{App, List, Paging, filters};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, one_line};
use crate::catalog::BASE;
use crate::channels::dto::Channel;
use crate::drifts::dto::{Drift, DriftIds, SettledDrifts, Sweep};
use crate::ids::DriftId;

/// Arguments of `drift`.
#[derive(Debug, clap::Args)]
pub struct DriftArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// List drifts, newest first
    #[command(visible_alias = "ls")]
    List {
        /// Only in these states, such as `open,adopted`
        #[arg(long, value_name = "STATES")]
        state: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Take the shop's prices as ours
    Adopt(Ids),
    /// Plan a price change that sets our prices again; it needs approval like any other
    PutBack(Ids),
    /// Compare all prices of the connected shops with ours
    Sweep,
}

#[derive(Debug, clap::Args)]
struct Ids {
    /// Ids `dft_…`, up to 100
    #[arg(value_name = "DRIFT", required = true)]
    ids: Vec<String>,
}

impl Ids {
    fn read(&self) -> Result<DriftIds> {
        let read = |id: &String| -> Result<DriftId> {
            id.parse().map_err(|e| CliError::usage(format!("{e}.")).next("drift list"))
        };
        Ok(DriftIds { drifts: self.ids.iter().map(read).collect::<Result<_>>()? })
    }
}

/// Carries out `drift`.
///
/// # Errors
/// The server refused or cannot be reached.
pub async fn run(app: &App, args: DriftArgs) -> Result {
    match args.verb {
        Verb::List { state, paging } => {
            let query = filters(&[("state", state.as_ref())]);
            let list =
                List { path: "drifts", query: &query, when_empty: "The shop shows what Calibr holds." };
            app.print_list(list, &paging, list_view).await?;
        }
        Verb::Adopt(ids) => settle(app, &ids, "adopt").await?,
        Verb::PutBack(ids) => settle(app, &ids, "put-back").await?,
        Verb::Sweep => sweep(app).await?,
    }
    Ok(Exit::Done)
}

async fn settle(app: &App, ids: &Ids, verb: &str) -> Result<()> {
    let reply = app.client()?.post(&format!("drifts/{verb}"), "", &ids.read()?).await?;
    let settled: SettledDrifts = reply.read()?;
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(());
    }
    match settled.price_change {
        Some(id) => {
            app.ui.data(&format!("{id}\n"));
            app.ui.next(&[format!("price-change show {id}"), format!("price-change approve {id}")]);
        }
        None => app.ui.data(&format!("Took over {}.\n", format::counted(settled.count, "price"))),
    }
    Ok(())
}

async fn sweep(app: &App) -> Result<()> {
    let client = app.client()?;
    let channels: Vec<Channel> = client.list("channels", &[], usize::MAX).await?.data;
    for channel in channels {
        let reply =
            client.post(&format!("channels/{}/sweep", channel.id), "", &serde_json::json!({})).await?;
        let begun: Sweep = reply.read()?;
        if app.ui.json() {
            app.ui.document(&reply.text);
        } else {
            let variants = format::counted(begun.variants, "variant");
            app.ui.data(&format!("Comparing {variants} of {}.\n", channel.name));
        }
    }
    app.ui.next(&["drift list --state open".to_owned()]);
    Ok(())
}

fn list_view(look: Look, drifts: &[Drift]) -> String {
    let mut grid =
        Grid::new(look, &["SKU", "~TITLE", "?ON", "STATE", "OURS", "SHOP", "?FOUND BY", "SEEN (UTC)", "ID"]);
    for drift in drifts {
        let found = match (&drift.found, drift.surface.as_str()) {
            (Some(found), _) => amount(found, drift.found_relative),
            (None, BASE) => "gone".to_owned(),
            (None, _) => "no price".to_owned(),
        };
        grid.row([
            (Tone::Strong, drift.sku.clone()),
            (Tone::Plain, one_line(&drift.title)),
            (Tone::Plain, drift.surface.clone()),
            (Tone::Plain, format::state(&drift.state)),
            (Tone::Plain, amount(&drift.expected, drift.expected_relative)),
            (Tone::Plain, found),
            (Tone::Plain, drift.found_by.clone()),
            (Tone::Muted, format::moment(drift.last_seen_at)),
            (Tone::Muted, drift.id.to_string()),
        ]);
    }
    grid.finish()
}

/// A price, and whether it follows the base price.
fn amount(price: &Money, relative: bool) -> String {
    let follows = if relative { " follows base" } else { "" };
    format!("{}{follows}", format::money(Some(price)))
}
