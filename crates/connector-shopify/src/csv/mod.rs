//! Shopify's product CSV: reading an export as a stream, and writing a file that Shopify's importer takes.
//!
//! A row with a new handle starts a product and holds its first variant; rows that repeat the handle hold further
//! variants, or only an image. Memory stays the same however long the file is.

mod amount;
mod assemble;
mod export;
mod handles;
mod header;
mod identity;
mod import;
mod report;
mod row;
mod source;

pub use amount::DecimalMark;
pub use export::{CsvExport, ExportColumns, ExportError};
pub use import::{CsvImport, ImportOptions};
pub use report::{ImportReport, RowNote, RowNotes};
