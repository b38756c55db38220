//! Writes products as a CSV that Shopify's importer takes with "overwrite products with matching handles".
//!
//! An import overwrites every column the file has and leaves alone those it has not; a blank field in a column that is
//! there wipes the value. So the file holds as few columns as an update of prices needs, each with its true value:
//! Handle (finds the product), Title (the importer demands it), the options (they find the variant: without them the
//! importer replaces all variants by one), SKU, price, compare-at price, and Status (left out, products may come out
//! active). Description, vendor, tags, images, inventory and metafields stay out and so stay as they are.
//! Every variant of a product must be given, whether its price changes or not.

use std::io::Write;

use channel::{ChannelProduct, ChannelVariant, ProductStatus};
use csv::{Writer, WriterBuilder};

/// Which columns the file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportColumns {
    /// What an update of prices needs.
    Prices,
    /// The same and Cost per item: only where costs are known, since a blank one wipes it.
    PricesAndCosts,
    /// All that Calibr knows of a product, to carry a catalogue from one place to another.
    Catalogue,
}

/// Why a product cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be written.
    #[error("the file cannot be written")]
    Write(#[from] csv::Error),
    /// The CSV has no place for it.
    #[error("`{handle}` cannot be written: {reason}")]
    Unrepresentable {
        /// The product.
        handle: String,
        /// Why.
        reason: &'static str,
    },
}

const PRODUCT: [&str; 2] = ["Handle", "Title"];
const DETAILS: [&str; 3] = ["Vendor", "Type", "Tags"];
const VARIANT: [&str; 9] = [
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "Variant SKU",
    "Variant Price",
    "Variant Compare At Price",
];
const VARIANT_DETAILS: [&str; 2] = ["Variant Barcode", "Variant Inventory Qty"];

/// A file being written, product by product.
pub struct CsvExport<W: Write> {
    writer: Writer<W>,
    columns: ExportColumns,
}

impl<W: Write> CsvExport<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn new(file: W, columns: ExportColumns) -> Result<Self, ExportError> {
        let mut writer = WriterBuilder::new().from_writer(file);
        let mut header: Vec<&str> = PRODUCT.to_vec();
        if columns == ExportColumns::Catalogue {
            header.extend(DETAILS);
        }
        header.extend(VARIANT);
        if columns == ExportColumns::Catalogue {
            header.extend(VARIANT_DETAILS);
        }
        if columns != ExportColumns::Prices {
            header.push("Cost per item");
        }
        header.push("Status");
        writer.write_record(header)?;
        Ok(Self { writer, columns })
    }

    /// Writes `product` with all its variants.
    ///
    /// # Errors
    /// The file cannot be written, or the product has something the CSV has no place for.
    pub fn write(&mut self, product: &ChannelProduct) -> Result<(), ExportError> {
        check(product)?;
        for (index, variant) in product.variants.iter().enumerate() {
            let row = self.row(product, variant, index == 0);
            self.writer.write_record(row)?;
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// The last bytes cannot be written.
    pub fn finish(self) -> Result<W, ExportError> {
        self.writer.into_inner().map_err(|e| ExportError::Write(csv::Error::from(e.into_error())))
    }

    fn row(&self, product: &ChannelProduct, variant: &ChannelVariant, first: bool) -> Vec<String> {
        // What belongs to the product stands in its first row only.
        let of_product = |text: &str| if first { text.to_owned() } else { String::new() };
        let mut row = vec![product.handle.clone(), of_product(&product.title)];
        if self.columns == ExportColumns::Catalogue {
            row.extend([of_product(&product.vendor), of_product(&product.product_type)]);
            row.push(of_product(&product.tags.join(", ")));
        }
        for index in 0..3 {
            let (name, value) = match variant.options.get(index) {
                Some(option) => (option.name.as_str(), option.value.as_str()),
                None if index == 0 => ("Title", "Default Title"),
                None => ("", ""),
            };
            row.extend([of_product(name), value.to_owned()]);
        }
        row.push(variant.sku.clone().unwrap_or_default());
        row.push(variant.price.to_decimal_string());
        row.push(variant.compare_at.map(|money| money.to_decimal_string()).unwrap_or_default());
        if self.columns == ExportColumns::Catalogue {
            row.push(variant.barcode.clone().unwrap_or_default());
            row.push(variant.inventory_quantity.map(|count| count.to_string()).unwrap_or_default());
        }
        if self.columns != ExportColumns::Prices {
            row.push(variant.cost.map(|money| money.to_decimal_string()).unwrap_or_default());
        }
        row.push(of_product(status(product.status)));
        row
    }
}

fn check(product: &ChannelProduct) -> Result<(), ExportError> {
    let names = |variant: &ChannelVariant| variant.options.iter().map(|o| o.name.clone()).collect::<Vec<_>>();
    let first = product.variants.first().map(names).unwrap_or_default();
    let reason = if product.status == ProductStatus::Other {
        "its status is unknown, and a wrong one would change whether it is sold"
    } else if first.len() > 3 {
        "it has more than three options"
    } else if product.variants.iter().any(|variant| names(variant) != first) {
        "its variants have different options"
    } else {
        return Ok(());
    };
    Err(ExportError::Unrepresentable { handle: product.handle.clone(), reason })
}

fn status(status: ProductStatus) -> &'static str {
    match status {
        ProductStatus::Active => "active",
        ProductStatus::Draft => "draft",
        ProductStatus::Archived => "archived",
        ProductStatus::Unlisted => "unlisted",
        ProductStatus::Other => "",
    }
}
