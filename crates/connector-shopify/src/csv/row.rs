//! One row of the file: its fields under the names of their columns, read strictly.

use csv::ByteRecord;
use kernel_core::Money;

use super::amount;
use super::header::{Column, Header};
use super::import::ImportOptions;
use super::report::RowNote;

/// One row with the columns under their names.
pub(super) struct Row<'a> {
    pub record: &'a ByteRecord,
    pub header: &'a Header,
    pub line: u64,
}

impl Row<'_> {
    /// The field under `column`; empty if the file has no such column or the row ends before it.
    pub(super) fn text(&self, column: Column) -> Result<&str, RowNote> {
        let field =
            self.header.position(column).and_then(|position| self.record.get(position)).unwrap_or_default();
        std::str::from_utf8(field).map_err(|_| {
            self.fault(column, "row.encoding", "the text is not UTF-8; save the file as \"CSV UTF-8\"")
        })
    }

    /// The field as it stands, or nothing if it is blank.
    pub(super) fn optional(&self, column: Column) -> Result<Option<String>, RowNote> {
        let text = self.text(column)?;
        Ok((!text.trim().is_empty()).then(|| text.to_owned()))
    }

    pub(super) fn holds_no_variant(&self) -> Result<bool, RowNote> {
        for column in [Column::Price, Column::OptionValue1, Column::Sku] {
            if !self.text(column)?.trim().is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn amount(
        &self,
        column: Column,
        options: ImportOptions,
        changed: &mut Vec<RowNote>,
    ) -> Result<Option<Money>, RowNote> {
        let text = self.text(column)?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        let amount = amount::parse(text, options.currency, options.decimal_mark)
            .map_err(|fault| self.fault(column, fault.code, &fault.detail))?;
        if amount.rewritten {
            let detail = format!("`{}` was read as {}", shorten(text), amount.money);
            changed.push(self.fault(column, "amount.rewritten", &detail));
        }
        Ok(Some(amount.money))
    }

    /// A SKU or barcode. Spreadsheet-proof exports put an apostrophe before a number; it is not part of it.
    pub(super) fn code(&self, column: Column, changed: &mut Vec<RowNote>) -> Result<Option<String>, RowNote> {
        let Some(text) = self.optional(column)? else { return Ok(None) };
        let number = text
            .strip_prefix('\'')
            .filter(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
        let Some(number) = number else { return Ok(Some(text)) };
        let detail = format!("the apostrophe before `{number}` was dropped");
        changed.push(self.fault(column, "code.apostrophe", &detail));
        Ok(Some(number.to_owned()))
    }

    pub(super) fn quantity(&self, changed: &mut Vec<RowNote>) -> Result<Option<i64>, RowNote> {
        let text = self.text(Column::InventoryQuantity)?.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let quantity = text.parse().ok();
        if quantity.is_none() {
            let detail = format!("`{}` is not a whole number of pieces; left empty", shorten(text));
            changed.push(self.fault(Column::InventoryQuantity, "quantity.unreadable", &detail));
        }
        Ok(quantity)
    }

    pub(super) fn fault(&self, column: Column, code: &'static str, detail: &str) -> RowNote {
        RowNote { line: self.line, column: self.header.name(column), code, detail: detail.to_owned() }
    }
}

/// A row with another number of fields than the header has most likely lost a quote, and its prices may stand under
/// other columns. Empty fields at the end are harmless either way.
pub(super) fn check_length(record: &ByteRecord, header: &Header, line: u64) -> Result<(), RowNote> {
    let extra_is_empty = record.iter().skip(header.len()).all(|field| field.trim_ascii().is_empty());
    if record.len() > header.last_used() && extra_is_empty {
        return Ok(());
    }
    let detail = format!(
        "the row has {} fields, the header {}; put a value that holds a separator or a line break into quotes",
        record.len(),
        header.len()
    );
    Err(RowNote { line, column: None, code: "row.shape", detail })
}

pub(super) fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}
