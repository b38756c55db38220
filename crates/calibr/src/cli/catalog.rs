//! `catalog`: import, facts, history, list, show, surfaces, export.

use std::path::PathBuf;

use tokio::io::AsyncWriteExt;

use super::app::{App, List, Paging, filters};
use super::client::{Client, Page};
use super::exit::{CliError, Exit, Result};
use super::format;
use super::look::{Grid, Look, Tone, facts, one_line};
use super::uploads::{self, FileArgs, send_file};
use crate::catalog::dto::{ImportReport, PriceSurface, Variant};
use crate::channels::dto::Channel;
use crate::ids::VariantId;

/// Refused and changed lines that are shown; the rest is in `--json`.
const LINES_SHOWN: usize = 20;

/// Arguments of `catalog`.
#[derive(Debug, clap::Args)]
pub struct CatalogArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Take in a Shopify product CSV, or a connected shop's catalogue
    Import(ImportArgs),
    /// Tell facts about variants: cost, stock, reference prices, collections, custom fields
    Facts(FileArgs),
    /// Tell prices of the past, which the law on reductions asks for
    History(FileArgs),
    /// List variants
    Ls(LsArgs),
    /// Show a variant by SKU or id
    Show {
        /// SKU, or an id `var_…`
        #[arg(value_name = "SKU")]
        sku: String,
    },
    /// List where prices are shown: the base prices and the shop's price lists
    Surfaces,
    /// Write the catalogue as a Shopify product CSV
    Export {
        /// File to write; stdout if left out
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct ImportArgs {
    /// Product CSV; `-` reads stdin
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// A connected shop: its domain or id `chn_…`
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<String>,
}

#[derive(Debug, clap::Args)]
struct LsArgs {
    /// Words in SKU, title or vendor
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
    /// Of this vendor
    #[arg(long)]
    vendor: Option<String>,
    /// Of this product type
    #[arg(long, value_name = "TYPE")]
    product_type: Option<String>,
    /// With this tag
    #[arg(long)]
    tag: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

/// Carries out `catalog`.
///
/// # Errors
/// The server refused or cannot be reached, or a file cannot be read or written.
pub async fn run(app: &App, args: CatalogArgs) -> Result {
    match args.verb {
        Verb::Import(args) => import(app, args).await,
        Verb::Facts(args) => uploads::run(app, "catalog/facts", &args).await,
        Verb::History(args) => uploads::run(app, "catalog/history", &args).await,
        Verb::Ls(args) => ls(app, &args).await,
        Verb::Show { sku } => show(app, &sku).await,
        Verb::Surfaces => surfaces(app).await,
        Verb::Export { output } => {
            let client = app.client()?;
            download(app, &client, "catalog/export", output.as_deref()).await?;
            Ok(Exit::Done)
        }
    }
}

async fn import(app: &App, args: ImportArgs) -> Result {
    let client = app.client()?;
    let reply = match (args.file, args.channel) {
        (Some(file), _) => send_file(app, &client, "catalog/imports", &file).await?,
        (None, channel) => {
            let channel = find_channel(&client, &channel.unwrap_or_default()).await?;
            let spinner = app.ui.spinner(&format!("Reading {}", channel.name));
            let reply =
                client.post(&format!("channels/{}/ingest", channel.id), "", &serde_json::json!({})).await;
            spinner.finish_and_clear();
            reply?
        }
    };
    if app.ui.json() {
        app.ui.document(&reply.text);
        return Ok(Exit::Done);
    }
    let report: ImportReport = reply.read()?;
    if app.ui.quiet() {
        app.ui.data(&format!("{}\n", report.id));
    } else {
        app.ui.data(&report_view(app.ui.look, &report));
    }
    app.ui.next(&["catalog ls", "plan -f RULES.yaml"]);
    Ok(Exit::Done)
}

async fn ls(app: &App, args: &LsArgs) -> Result {
    let query = filters(&[
        ("q", args.query.as_ref()),
        ("vendor", args.vendor.as_ref()),
        ("product_type", args.product_type.as_ref()),
        ("tag", args.tag.as_ref()),
    ]);
    let list = List { path: "catalog/variants", query: &query, when_empty: "No variant matches." };
    if app.print_list(list, &args.paging, variants_view).await? > 0 {
        app.ui.next(&["catalog show SKU", "explain SKU"]);
    }
    Ok(Exit::Done)
}

async fn surfaces(app: &App) -> Result {
    let view = |look: Look, page: &Page<PriceSurface>| surfaces_view(look, &page.data);
    if app.print_one("surfaces", &[], view).await?.is_some_and(|page| page.data.len() > 1) {
        app.ui.next(&["plan -f RULES.yaml --surface NAME"]);
    }
    Ok(Exit::Done)
}

async fn show(app: &App, sku: &str) -> Result {
    let variant = find_variant(&app.client()?, sku).await?;
    app.print_one(&format!("variants/{}", variant.id), &[], variant_view).await?;
    let name = name_of(&variant);
    app.ui.next(&[format!("explain {name}"), format!("price history {name}")]);
    Ok(Exit::Done)
}

/// The variant with this id or this SKU.
///
/// # Errors
/// There is none, or several share the SKU.
pub async fn find_variant(client: &Client, text: &str) -> Result<Variant> {
    if text.parse::<VariantId>().is_ok() {
        return client.fetch(&format!("variants/{text}"), &[]).await;
    }
    let page: Page<Variant> = client.list("catalog/variants", &[("sku", text.to_owned())], 20).await?;
    let mut found = page.data.into_iter();
    match (found.next(), found.len()) {
        (Some(variant), 0) => Ok(variant),
        (Some(first), _) => {
            let mut error =
                CliError::usage(format!("Several variants have the SKU `{text}`. Name one by its id:"));
            error.fields = std::iter::once(first).chain(found).map(|v| as_choice(&v)).collect();
            Err(error)
        }
        (None, _) => {
            let error = CliError::not_found(format!("There is no variant with the SKU `{text}`."));
            Err(error.next(format!("catalog ls --query {}", shell_word(text))))
        }
    }
}

/// How to name a variant in a command: its SKU, or its id if it has none.
#[must_use]
pub fn name_of(variant: &Variant) -> String {
    if variant.sku.is_empty() { variant.id.to_string() } else { shell_word(&variant.sku) }
}

/// A word as a shell takes it.
#[must_use]
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@%+,=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", one_line(text).replace('\'', r"'\''"))
}

/// Product and variant title together.
#[must_use]
pub fn full_title(variant: &Variant) -> String {
    join_titles(&variant.product_title, &variant.title)
}

/// Product and variant title together, as everywhere in Calibr.
#[must_use]
pub fn join_titles(product: &str, variant: &str) -> String {
    if variant.is_empty() { product.to_owned() } else { format!("{product} – {variant}") }
}

/// Writes what the server streams to a file or stdout.
///
/// # Errors
/// The server refused, or the file cannot be written.
pub async fn download(
    app: &App,
    client: &Client,
    path: &str,
    output: Option<&std::path::Path>,
) -> Result<()> {
    let mut response = client.open(path, &[]).await?;
    let broken = |e: reqwest::Error| CliError::failed("answer.lost", format!("The download broke off: {e}."));
    let Some(file) = output else {
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            app.ui.data(&String::from_utf8_lossy(&chunk));
        }
        return Ok(());
    };
    let unwritable = |e: std::io::Error| CliError::failed("output", format!("{}: {e}.", file.display()));
    let bar = app.ui.bytes_bar(None, "Writing");
    // Beside the name that was asked for, so that a broken download never looks whole.
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let mut out = tokio::fs::File::create(&beside).await.map_err(unwritable)?;
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        out.write_all(&chunk).await.map_err(unwritable)?;
        bar.inc(chunk.len() as u64);
    }
    out.flush().await.map_err(unwritable)?;
    tokio::fs::rename(&beside, file).await.map_err(unwritable)?;
    bar.finish_and_clear();
    app.ui.words(&format!("Written to {}.", file.display()));
    Ok(())
}

async fn find_channel(client: &Client, text: &str) -> Result<Channel> {
    let page: Page<Channel> = client.list("channels", &[], usize::MAX).await?;
    let names: Vec<String> = page.data.iter().map(|channel| channel.name.clone()).collect();
    let found = page.data.into_iter().find(|channel| channel.name == text || channel.id.to_string() == text);
    found.ok_or_else(|| {
        let known = if names.is_empty() { "none is connected".to_owned() } else { names.join(", ") };
        CliError::not_found(format!("There is no channel `{text}` (known: {known})."))
    })
}

fn as_choice(variant: &Variant) -> kernel_core::FieldError {
    kernel_core::FieldError {
        pointer: variant.id.to_string(),
        code: "variant".into(),
        detail: one_line(&full_title(variant)),
    }
}

fn surfaces_view(look: Look, surfaces: &[PriceSurface]) -> String {
    let mut grid = Grid::new(look, &["NAME", "~TITLE", "CURRENCY", ">FIXED", ">RELATIVE", "READ"]);
    for surface in surfaces {
        let count = |rows: Option<u64>| rows.map(format::count).unwrap_or_default();
        let read = match (surface.gone_at, surface.read_at) {
            (Some(gone), _) => format!("gone since {}", format::instant(gone)),
            (None, read) => read.map(format::instant).unwrap_or_default(),
        };
        grid.row([
            (Tone::Strong, surface.name.clone()),
            (Tone::Plain, surface.title.clone()),
            (Tone::Muted, surface.currency.code().to_owned()),
            (Tone::Plain, count(surface.fixed_rows)),
            (Tone::Plain, count(surface.relative_rows)),
            (Tone::Muted, read),
        ]);
    }
    grid.finish()
}

fn variants_view(look: Look, variants: &[Variant]) -> String {
    let mut grid = Grid::new(look, &["SKU", "~TITLE", "?~VENDOR", ">PRICE", ">COMPARE-AT", "CURRENCY"]);
    for variant in variants {
        let currency = variant.price.map(|price| price.currency.code().to_owned());
        grid.row([
            (Tone::Strong, if variant.sku.is_empty() { variant.id.to_string() } else { variant.sku.clone() }),
            (Tone::Plain, full_title(variant)),
            (Tone::Plain, variant.vendor.clone()),
            (Tone::Plain, format::amount(variant.price.as_ref())),
            (Tone::Muted, format::amount(variant.compare_at.as_ref())),
            (Tone::Muted, currency.unwrap_or_default()),
        ]);
    }
    grid.finish()
}

fn variant_view(look: Look, variant: &Variant) -> String {
    let title = one_line(&full_title(variant));
    let since = variant.price_since.map(format::instant).unwrap_or_default();
    let source =
        variant.price_source.as_deref().map(|s| format!(" by {}", format::state(s))).unwrap_or_default();
    let channels: Vec<_> =
        variant.channel_refs.iter().map(|(channel, id)| format!("{channel} {id}")).collect();
    let custom: Vec<_> = variant.custom.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let or_empty =
        |money: Option<&kernel_core::Money>| money.map(|m| format::money(Some(m))).unwrap_or_default();
    let pairs = [
        ("id", variant.id.to_string()),
        ("price", format::money(variant.price.as_ref())),
        ("compare-at", or_empty(variant.compare_at.as_ref())),
        ("cost", or_empty(variant.cost.as_ref())),
        ("in stock", variant.inventory.map(|pieces| pieces.to_string()).unwrap_or_default()),
        ("sold in 30 days", variant.units_sold_30d.map(|pieces| pieces.to_string()).unwrap_or_default()),
        ("msrp", or_empty(variant.msrp.as_ref())),
        ("map", or_empty(variant.map.as_ref())),
        ("competitor", or_empty(variant.competitor_lowest.as_ref())),
        ("since", format!("{since}{source}")),
        ("vendor", one_line(&variant.vendor)),
        ("type", one_line(&variant.product_type)),
        ("tags", one_line(&variant.tags.join(", "))),
        ("collections", one_line(&variant.collections.join(", "))),
        ("custom", one_line(&custom.join(", "))),
        ("channels", channels.join(", ")),
    ];
    let sku = look.paint(Tone::Strong, &one_line(&variant.sku));
    format!("{}\n{}", format!("{sku} {title}").trim(), facts(look, &pairs))
}

fn report_view(look: Look, report: &ImportReport) -> String {
    let mut text = format!(
        "  {} in {}: {} new, {} with another price, {} refused\n",
        format::counted(report.variants, "variant"),
        format::counted(report.products, "product"),
        format::count(report.variants_new),
        format::count(report.prices_changed),
        format::count(report.refused_count),
    );
    for (title, tone, fields) in [
        ("Refused", Tone::Bad, &report.refused),
        ("Read differently than written", Tone::Warn, &report.changed),
    ] {
        if !fields.is_empty() {
            text.push_str(&format!("  {}\n", look.paint(tone, title)));
        }
        for field in fields.iter().take(LINES_SHOWN) {
            text.push_str(&format!("    {}  {}\n", field.pointer, one_line(&field.detail)));
        }
        if fields.len() > LINES_SHOWN {
            text.push_str(&format!("    … {} more; --json shows them\n", fields.len() - LINES_SHOWN));
        }
    }
    text
}
