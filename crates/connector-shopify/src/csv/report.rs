//! What became of a file: taken, changed, refused, by line, and how to mend what was refused.

use kernel_core::FieldError;
use serde::Serialize;

/// Notes kept in full; beyond them only the count goes on, so that a broken file of a million rows stays small.
const NOTES_MAX: usize = 1000;

/// One row of the file that was changed or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowNote {
    /// The line the row starts at; the header is line 1.
    pub line: u64,
    /// The column, as the file calls it, where one is to blame.
    pub column: Option<String>,
    /// Stable code, such as `price.ambiguous`.
    pub code: &'static str,
    /// What is the matter and, if it was refused, how to mend it.
    pub detail: String,
}

/// The first thousand notes of a kind and how many there were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RowNotes {
    /// How many there were.
    pub count: u64,
    /// The first of them.
    pub first: Vec<RowNote>,
}

impl RowNotes {
    pub(super) fn push(&mut self, note: RowNote) {
        self.count += 1;
        if self.first.len() < NOTES_MAX {
            self.first.push(note);
        }
    }
}

/// The report of one import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Data rows read, blank lines not counted.
    pub rows: u64,
    /// Products taken.
    pub products: u64,
    /// Variants taken.
    pub variants: u64,
    /// Rows that only hold an image or another product detail.
    pub rows_without_variant: u64,
    /// Values that were taken in a cleaner form than they were written.
    pub changed: RowNotes,
    /// Rows whose variant was not taken.
    pub refused: RowNotes,
    /// Columns of the file that Calibr does not use.
    pub unused_columns: Vec<String>,
}

impl ImportReport {
    /// The refused rows in the form of an error answer; the pointer is `line N`.
    #[must_use]
    pub fn refused_fields(&self) -> Vec<FieldError> {
        let field = |note: &RowNote| FieldError {
            pointer: format!("line {}", note.line),
            code: note.code.to_owned(),
            detail: note.detail.clone(),
        };
        self.refused.first.iter().map(field).collect()
    }
}
