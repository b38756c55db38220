//! Reads Shopify's product CSV into a [`Catalogue`]: classic headers, continuation rows, image rows, a byte-order mark.

use std::io::Read;

use anyhow::{Context, bail};
use rust_decimal::Decimal;

use super::catalogue::{Catalogue, ProductRow, VariantRow};
use super::money::parse_amount;

/// A header row as positions of the columns that matter.
struct Columns {
    header: csv::StringRecord,
}

impl Columns {
    fn value<'a>(&self, record: &'a csv::StringRecord, name: &str) -> Option<&'a str> {
        let position = self.header.iter().position(|column| column == name)?;
        record.get(position).map(str::trim).filter(|value| !value.is_empty())
    }

    fn text(&self, record: &csv::StringRecord, name: &str) -> String {
        self.value(record, name).unwrap_or_default().to_owned()
    }

    fn amount(&self, record: &csv::StringRecord, name: &str) -> anyhow::Result<Option<Decimal>> {
        let Some(text) = self.value(record, name) else { return Ok(None) };
        let amount =
            parse_amount(text).with_context(|| format!("column {name}: {text:?} is not an amount"))?;
        Ok(Some(amount))
    }
}

impl Catalogue {
    /// Reads a product CSV as Shopify exports it.
    ///
    /// # Errors
    /// A row that is not CSV, a price that is not a number, or a variant row before its product, each with its line.
    pub fn from_csv(mut source: impl Read) -> anyhow::Result<Self> {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).context("the catalogue could not be read")?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let columns = Columns { header: reader.headers().context("the header row is not CSV")?.clone() };
        let mut products: Vec<ProductRow> = Vec::new();
        for record in reader.records() {
            let record = record.context("a row is not CSV")?;
            let line = record.position().map_or(0, csv::Position::line);
            take_row(&columns, &record, &mut products).with_context(|| format!("line {line}"))?;
        }
        Ok(Self::new(products))
    }
}

fn take_row(
    columns: &Columns,
    record: &csv::StringRecord,
    products: &mut Vec<ProductRow>,
) -> anyhow::Result<()> {
    let Some(handle) = columns.value(record, "Handle") else { bail!("a row without Handle") };
    let starts_product = products.last().is_none_or(|product| product.handle != handle);
    if starts_product {
        if columns.value(record, "Title").is_none() {
            bail!("the first row of {handle:?} has no Title");
        }
        products.push(product_of(columns, record, handle));
    }
    let Some(price) = columns.amount(record, "Variant Price")? else { return Ok(()) };
    let product = products.last_mut().context("a variant before any product")?;
    let variant = variant_of(columns, record, product.option_names.len(), price)?;
    product.variants.push(variant);
    Ok(())
}

fn product_of(columns: &Columns, record: &csv::StringRecord, handle: &str) -> ProductRow {
    let option_names: Vec<String> = ["Option1 Name", "Option2 Name", "Option3 Name"]
        .iter()
        .filter_map(|name| columns.value(record, name).map(str::to_owned))
        .collect();
    let published = !columns.text(record, "Published").eq_ignore_ascii_case("false");
    let status = match columns.value(record, "Status") {
        Some(status) => status.to_ascii_uppercase(),
        None if published => "ACTIVE".to_owned(),
        None => "DRAFT".to_owned(),
    };
    ProductRow {
        description_html: columns.text(record, "Body (HTML)"),
        vendor: columns.text(record, "Vendor"),
        product_type: columns.text(record, "Type"),
        tags: columns
            .text(record, "Tags")
            .split(',')
            .map(|tag| tag.trim().to_owned())
            .filter(|tag| !tag.is_empty())
            .collect(),
        status,
        option_names: if option_names.is_empty() { vec!["Title".to_owned()] } else { option_names },
        ..ProductRow::new(handle, &columns.text(record, "Title"))
    }
}

fn variant_of(
    columns: &Columns,
    record: &csv::StringRecord,
    options: usize,
    price: Decimal,
) -> anyhow::Result<VariantRow> {
    let option_values = ["Option1 Value", "Option2 Value", "Option3 Value"]
        .iter()
        .take(options)
        .map(|name| columns.value(record, name).unwrap_or("Default Title").to_owned())
        .collect();
    let quantity = columns.value(record, "Variant Inventory Qty").unwrap_or("0");
    Ok(VariantRow {
        option_values,
        sku: columns.value(record, "Variant SKU").map(|sku| sku.trim_start_matches('\'').to_owned()),
        barcode: columns
            .value(record, "Variant Barcode")
            .map(|code| code.trim_start_matches('\'').to_owned()),
        compare_at: columns.amount(record, "Variant Compare At Price")?,
        cost: columns.amount(record, "Cost per item")?,
        inventory_quantity: quantity
            .parse()
            .with_context(|| format!("column Variant Inventory Qty: {quantity:?} is not a whole number"))?,
        tracked: columns.value(record, "Variant Inventory Tracker").is_some(),
        ..VariantRow::new(price)
    })
}
