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
        #[command(flatten)]
        paging: Paging,
    },
}

/// Carries out `price`.
///
/// # Errors
/// There is no such variant, or the server cannot be reached.
pub async fn run(app: &App, args: PriceArgs) -> Result {
    let Verb::History { sku, paging } = args.verb;
    let variant = find_variant(&app.client()?, &sku).await?;
    app.ui.words(&format!("{} {}", name_of(&variant), one_line(&full_title(&variant))));
    let path = format!("variants/{}/prices", variant.id);
    let list = List { path: &path, query: &[], when_empty: "It never had a price." };
    app.print_list(list, &paging, history_view).await?;
    app.ui.next(&[format!("explain {}", name_of(&variant))]);
    Ok(Exit::Done)
}

fn history_view(look: Look, versions: &[PriceVersion]) -> String {
    let mut grid = Grid::new(look, &["FROM (UTC)", "UNTIL", ">PRICE", ">COMPARE-AT", "?~SOURCE", "?~BY"]);
    for version in versions {
        let until = version.valid_to.map_or_else(|| "now".to_owned(), format::moment);
        let source = [format::state(&version.source), version.source_id.clone().unwrap_or_default()];
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
