//! Prices on this machine, without a server: which surface, under which guardrails, and a product CSV as the engine reads it.

use std::fs::File;
use std::path::{Path, PathBuf};

use channel::{ChannelProduct, ChannelVariant};
use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions, ImportReport};
use jiff::Timestamp;
use kernel_core::{Currency, FieldError};
use pricing::{Guardrails, MoreFacts, PricingContext, Rule, RuleSet, Tags, Tax, VariantFacts};

use super::exit::{CliError, Exit, Result};

/// Options that say which surface.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Where prices are computed")]
pub struct SurfaceArgs {
    /// Currency of the prices; that of the rules, or EUR
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// Tax on the prices in percent
    #[arg(long, value_name = "PERCENT")]
    tax: Option<String>,
    /// The prices are kept without that tax
    #[arg(long, requires = "tax")]
    net_prices: bool,
    /// Guardrails over the built-in ones (YAML or JSON)
    #[arg(long, value_name = "FILE")]
    guardrails: Option<PathBuf>,
}

impl SurfaceArgs {
    /// Reads them.
    ///
    /// # Errors
    /// The guardrails or the tax cannot be used.
    pub fn surface(&self) -> Result<Surface> {
        self.surface_in(None)
    }

    /// Reads them; `currency` is used where none is told.
    ///
    /// # Errors
    /// The guardrails or the tax cannot be used.
    pub fn surface_in(&self, currency: Option<Currency>) -> Result<Surface> {
        let usual = || "EUR".parse().map_err(|e| CliError::failed("currency", format!("{e}.")));
        let currency = self.currency.or(currency).map_or_else(usual, Ok)?;
        let mut surface = Surface::new(currency, self.guardrails.as_deref())?;
        if let Some(rate) = &self.tax {
            let tax = Tax::new(rate, !self.net_prices);
            surface.context.tax = Some(tax.map_err(|fault| CliError::usage(format!("--tax: {fault}.")))?);
        }
        Ok(surface)
    }
}

/// Where prices are computed, and what no rule may do there.
#[derive(Debug, Clone)]
pub struct Surface {
    /// Where and when.
    pub context: PricingContext,
    /// The built-in guardrails, with those of a file over them.
    pub guardrails: Guardrails,
}

impl Surface {
    /// The base price in a currency, now.
    ///
    /// # Errors
    /// The guardrails cannot be read.
    pub fn new(currency: Currency, guardrails: Option<&Path>) -> Result<Self> {
        let mut all = Guardrails::built_in();
        if let Some(path) = guardrails {
            let text = std::fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
            let is_json = path.extension().is_some_and(|extension| extension == "json");
            let read = if is_json { Guardrails::from_json(&text) } else { Guardrails::from_yaml(&text) };
            let refused = |fields: Vec<FieldError>| {
                let message = format!("{} holds no guardrails that can be used.", path.display());
                CliError { fields, ..CliError::failed("guardrails.invalid", message) }
            };
            all = read.map_err(refused)?.over(&all);
        }
        Ok(Self { context: PricingContext::base(currency, Timestamp::now()), guardrails: all })
    }

    /// The same surface at another instant.
    #[must_use]
    pub fn at(&self, instant: Timestamp) -> Self {
        let context = PricingContext { instant, ..self.context.clone() };
        Self { context, guardrails: self.guardrails.clone() }
    }

    /// The rules, ready to run here.
    ///
    /// # Errors
    /// They do not fit the surface.
    pub fn compile(&self, rules: &[&Rule]) -> Result<RuleSet> {
        let named: Vec<_> = rules.iter().map(|rule| (rule.name(), *rule)).collect();
        RuleSet::compile(&named, &self.guardrails, &self.context).map_err(|fields| {
            let message = format!("The rules do not fit prices in {}.", self.context.currency);
            CliError { fields, ..CliError::failed("rule.invalid", message) }
        })
    }
}

/// One variant of a product CSV.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The product's handle.
    pub handle: &'a str,
    /// SKU; empty if there is none.
    pub sku: &'a str,
    /// Product and variant title.
    pub title: &'a str,
}

/// Hands every variant of a Shopify product CSV to `visit`; gives the report of what could not be used.
///
/// # Errors
/// The file cannot be read.
pub fn read_catalogue(
    path: &Path,
    currency: Currency,
    mut visit: impl FnMut(Listed<'_>, &VariantFacts<'_>),
) -> Result<ImportReport> {
    let in_file = |message: String| CliError::failed("input", format!("{}: {message}", path.display()));
    let file = File::open(path).map_err(|e| in_file(format!("{e}.")))?;
    let options = ImportOptions { currency, decimal_mark: DecimalMark::Auto };
    let refused = |e: kernel_core::Error| CliError { fields: e.fields, ..in_file(e.detail) };
    let mut import = CsvImport::new(file, options).map_err(refused)?;
    for product in import.by_ref() {
        let product = product.map_err(refused)?;
        for variant in &product.variants {
            let title = full_title(&product, variant);
            let sku = variant.sku.as_deref().unwrap_or_default();
            let more = MoreFacts { inventory: variant.inventory_quantity, ..MoreFacts::default() };
            let facts = VariantFacts {
                key: 0,
                sku,
                title: &title,
                vendor: &product.vendor,
                product_type: &product.product_type,
                tags: Tags::List(&product.tags),
                price_minor: Some(variant.price.amount_minor),
                compare_at_minor: variant.compare_at.map(|money| money.amount_minor),
                cost_minor: variant.cost.map(|money| money.amount_minor),
                more: &more,
            };
            visit(Listed { handle: &product.handle, sku, title: &title }, &facts);
        }
    }
    Ok(import.into_report())
}

/// A file that cannot be read.
#[must_use]
pub fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    let exit = if error.kind() == std::io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Failed };
    CliError::new(exit, "input", format!("{}: {error}.", path.display()))
}

fn full_title(product: &ChannelProduct, variant: &ChannelVariant) -> String {
    if variant.options.is_empty() {
        return product.title.clone();
    }
    super::catalog::join_titles(&product.title, &variant.title)
}
