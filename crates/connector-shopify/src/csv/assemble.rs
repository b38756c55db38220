//! Puts rows together to products, and decides for each row whether it is taken, changed or refused.

use channel::{ChannelProduct, ChannelVariant, OptionValue, ProductStatus};
use csv::ByteRecord;

use super::handles::FormerHandles;
use super::header::{Column, Header, OPTIONS};
use super::identity::{VariantIds, product_ref};
use super::import::ImportOptions;
use super::report::{ImportReport, RowNote};
use super::row::{Row, check_length, shorten};
use crate::mapping;

/// Shopify's limit for one product; it also bounds the memory one product takes.
const VARIANTS_MAX: usize = 2048;

pub(super) struct Assembler {
    header: Header,
    options: ImportOptions,
    current: Option<Draft>,
    former: FormerHandles,
    pub report: ImportReport,
}

/// The product whose rows are being read.
struct Draft {
    product: ChannelProduct,
    option_names: [Option<String>; 3],
    ids: VariantIds,
}

impl Assembler {
    pub(super) fn new(header: Header, options: ImportOptions) -> Self {
        let report = ImportReport { unused_columns: header.unused.clone(), ..ImportReport::default() };
        Self { header, options, current: None, former: FormerHandles::default(), report }
    }

    /// Takes one row; gives the product before it when the row starts a new one.
    pub(super) fn row(&mut self, record: &ByteRecord, line: u64) -> Option<ChannelProduct> {
        if record.iter().all(|field| field.trim_ascii().is_empty()) {
            return None;
        }
        self.report.rows += 1;
        let mut finished = None;
        if let Err(note) = self.take(record, line, &mut finished) {
            self.report.refused.push(note);
        }
        finished
    }

    /// The last product.
    pub(super) fn finish(&mut self) -> Option<ChannelProduct> {
        let draft = self.current.take()?;
        self.former.remember(&draft.product.handle);
        // A product all of whose rows were refused is no product.
        if draft.product.variants.is_empty() {
            return None;
        }
        self.report.products += 1;
        self.report.variants += draft.product.variants.len() as u64;
        Some(draft.product)
    }

    fn take(
        &mut self,
        record: &ByteRecord,
        line: u64,
        finished: &mut Option<ChannelProduct>,
    ) -> Result<(), RowNote> {
        check_length(record, &self.header, line)?;
        let handle = Row { record, header: &self.header, line }.text(Column::Handle)?.trim().to_owned();
        if handle.is_empty() {
            return Err(Row { record, header: &self.header, line }.fault(
                Column::Handle,
                "handle.missing",
                "the row has no handle; every row needs its product's",
            ));
        }
        let starts = self.current.as_ref().is_none_or(|draft| draft.product.handle != handle);
        if starts {
            let row = Row { record, header: &self.header, line };
            if self.former.contains(&handle) {
                let detail = format!(
                    "`{handle}` stood further up, with other products since; put all rows of a product together"
                );
                return Err(row.fault(Column::Handle, "handle.scattered", &detail));
            }
            let draft = start_product(&row, &handle, &mut self.report)?;
            *finished = self.finish();
            self.current = Some(draft);
        }
        let row = Row { record, header: &self.header, line };
        let Some(draft) = self.current.as_mut() else { return Ok(()) };
        if !starts && row.holds_no_variant()? {
            self.report.rows_without_variant += 1;
            return Ok(());
        }
        add_variant(draft, &row, self.options, &mut self.report)
    }
}

fn start_product(row: &Row<'_>, handle: &str, report: &mut ImportReport) -> Result<Draft, RowNote> {
    let title = row.text(Column::Title)?;
    if title.trim().is_empty() && row.header.has(Column::Title) {
        let detail = format!(
            "`{handle}` has no product row; put this row right after the product's first, or give it a title"
        );
        return Err(row.fault(Column::Title, "product.missing", &detail));
    }
    let mut option_names = [const { None }; 3];
    for (name, (column, _)) in option_names.iter_mut().zip(OPTIONS) {
        *name = row.optional(column)?;
    }
    let status = row.text(Column::Status)?.trim();
    let known = if status.is_empty() { ProductStatus::Active } else { mapping::catalogue::status(status) };
    if known == ProductStatus::Other {
        let detail = format!("the status `{}` is not one Calibr knows; kept as \"other\"", shorten(status));
        report.changed.push(row.fault(Column::Status, "status.unknown", &detail));
    }
    let product = ChannelProduct {
        id: product_ref(handle),
        handle: handle.to_owned(),
        title: if title.trim().is_empty() { handle } else { title }.to_owned(),
        vendor: row.text(Column::Vendor)?.to_owned(),
        product_type: row.text(Column::ProductType)?.to_owned(),
        tags: tags(row.text(Column::Tags)?),
        status: known,
        variants: Vec::new(),
        updated_at: None,
    };
    Ok(Draft { product, option_names, ids: VariantIds::default() })
}

fn add_variant(
    draft: &mut Draft,
    row: &Row<'_>,
    options: ImportOptions,
    report: &mut ImportReport,
) -> Result<(), RowNote> {
    if draft.product.variants.len() >= VARIANTS_MAX {
        let detail =
            format!("the product has more than {VARIANTS_MAX} variants, which Shopify does not take");
        return Err(row.fault(Column::Handle, "product.too_large", &detail));
    }
    let mut changed = Vec::new();
    let Some(price) = row.amount(Column::Price, options, &mut changed)? else {
        return Err(row.fault(
            Column::Price,
            "price.missing",
            "the variant has no price; write one, 0 if it is free",
        ));
    };
    let compare_at = row.amount(Column::CompareAt, options, &mut changed)?;
    let cost = row.amount(Column::Cost, options, &mut changed)?;
    let sku = row.code(Column::Sku, &mut changed)?;
    let barcode = row.code(Column::Barcode, &mut changed)?;
    let inventory_quantity = row.quantity(&mut changed)?;
    let chosen = chosen_options(draft, row)?;
    let values: Vec<&str> = chosen.iter().map(|option| option.value.as_str()).collect();
    let id = draft.ids.next(&draft.product.handle, &values, sku.as_deref());
    let title = if values.is_empty() { "Default Title".to_owned() } else { values.join(" / ") };
    for note in changed {
        report.changed.push(note);
    }
    let variant = ChannelVariant {
        id,
        sku,
        title,
        options: chosen,
        barcode,
        price,
        compare_at,
        cost,
        inventory_quantity,
    };
    draft.product.variants.push(variant);
    Ok(())
}

/// The options of a row; their names stand in the product's first row. The single option Title = Default Title is how
/// Shopify writes that there is no choice.
fn chosen_options(draft: &mut Draft, row: &Row<'_>) -> Result<Vec<OptionValue>, RowNote> {
    let mut chosen = Vec::new();
    for (index, (name_column, value_column)) in OPTIONS.into_iter().enumerate() {
        let Some(value) = row.optional(value_column)? else { continue };
        if draft.option_names[index].is_none() {
            draft.option_names[index] = row.optional(name_column)?;
        }
        let name = draft.option_names[index].clone().unwrap_or_else(|| format!("Option{}", index + 1));
        chosen.push(OptionValue { name, value });
    }
    let no_choice = matches!(chosen.as_slice(), [only] if only.value == "Default Title" && (only.name == "Title" || only.name == "Option1"));
    Ok(if no_choice { Vec::new() } else { chosen })
}

fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}
