//! `price history`: every price a variant had.

use super::app::{App, List, Paging};
use super::catalog::{find_variant, full_title, name_of};
use super::exit::{Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, one_line};
use crate::catalog::dto::PriceVersion;

/// Arguments of `price`.
#[derive(Debug, clap::Args)]
pub struct PriceArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Every price a variant had, newest first
    History {
        /// SKU, or an id `var_…`
        sku: String,
        /// Its prices on this price list instead of its base prices; `calibr catalog surfaces` names them
        #[arg(long, value_name = "NAME")]
        surface: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
}

/// Carries out `price`.
///
/// # Errors
/// There is no such variant, or the server cannot be reached.
pub async fn run(app: &App, args: PriceArgs) -> Result {
    let Verb::History { sku, surface, paging } = args.verb;
    let variant = find_variant(&app.client()?, &sku).await?;
    app.ui.words(&format!("{} {}", name_of(&variant), one_line(&full_title(&variant))));
    let path = format!("variants/{}/prices", variant.id);
    let query: Vec<_> = surface.iter().map(|name| ("surface", name.clone())).collect();
    let list = List { path: &path, query: &query, when_empty: "It never had a price." };
    app.print_list(list, &paging, history_view).await?;
    let on = surface.map(|name| format!(" --surface {name}")).unwrap_or_default();
    app.ui.next(&[format!("explain {}{on}", name_of(&variant))]);
    Ok(Exit::Done)
}

fn history_view(look: Look, versions: &[PriceVersion]) -> String {
    let mut grid = Grid::new(look, &["FROM (UTC)", "UNTIL", ">PRICE", ">COMPARE-AT", "?~SOURCE", "?~BY"]);
    for version in versions {
        let until = version.valid_to.map_or_else(|| "now".to_owned(), format::moment);
        let source = match version.relative {
            true => "follows base price".to_owned(),
            false => format::state(&version.source),
        };
        let source = [source, version.source_id.clone().unwrap_or_default()];
        grid.row([
            (Tone::Plain, format::moment(version.valid_from)),
            (Tone::Plain, until),
            (Tone::Strong, format::money(Some(&version.price))),
            (Tone::Muted, format::amount(version.compare_at.as_ref())),
            (Tone::Plain, source.join(" ").trim_end().to_owned()),
            (Tone::Plain, version.actor.clone()),
        ]);
    }
    grid.finish()
}
