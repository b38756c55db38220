//! Reads a product CSV row by row and gives out whole products as they end.

use std::io::Read;

use channel::ChannelProduct;
use csv::{ByteRecord, Reader, ReaderBuilder};
use kernel_core::{Currency, Result};

use super::amount::DecimalMark;
use super::assemble::Assembler;
use super::header::Header;
use super::report::ImportReport;
use super::source::{self, Guarded};

/// What a file does not say itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportOptions {
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Which mark stands before the decimals.
    pub decimal_mark: DecimalMark,
}

/// A file being read: an iterator over its products, with a report that is complete when the iterator ends. After an
/// error it gives nothing more.
///
/// A handle must stand in one block. A product whose handle comes back after another product is refused as far as it
/// can be seen without remembering the whole file; the receiver's unique handle is the last resort.
pub struct CsvImport<R> {
    reader: Reader<Guarded<R>>,
    record: ByteRecord,
    assembler: Assembler,
    ended: bool,
}

impl<R: Read> CsvImport<R> {
    /// Reads the header of `file`.
    ///
    /// # Errors
    /// The file is empty, not UTF-8, or its header does not hold what is needed; nothing is taken then.
    pub fn new(file: R, options: ImportOptions) -> Result<Self> {
        let start = source::start(file)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(start.delimiter)
            .from_reader(start.file);
        let mut record = ByteRecord::new();
        reader.read_byte_record(&mut record).map_err(|e| broken(&reader, e))?;
        reader.get_mut().row_read(0);
        let header = Header::read(record.iter())?;
        let assembler = Assembler::new(header, options);
        Ok(Self { reader, record, assembler, ended: false })
    }

    /// What became of the rows so far.
    #[must_use]
    pub fn report(&self) -> &ImportReport {
        &self.assembler.report
    }

    /// The report, once the products have been taken.
    #[must_use]
    pub fn into_report(self) -> ImportReport {
        self.assembler.report
    }

    fn next_product(&mut self) -> Result<Option<ChannelProduct>> {
        loop {
            let more = self.reader.read_byte_record(&mut self.record).map_err(|e| broken(&self.reader, e))?;
            if !more {
                self.ended = true;
                return Ok(self.assembler.finish());
            }
            let position = self.record.position().map_or(0, csv::Position::byte);
            let line = self.reader.get_mut().row_read(position);
            if let Some(product) = self.assembler.row(&self.record, line) {
                return Ok(Some(product));
            }
        }
    }
}

impl<R: Read> Iterator for CsvImport<R> {
    type Item = Result<ChannelProduct>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let product = self.next_product();
        self.ended |= product.is_err();
        product.transpose()
    }
}

fn broken<R: Read>(reader: &Reader<R>, error: csv::Error) -> kernel_core::Error {
    let line = reader.position().line();
    let error = match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => std::io::Error::other(format!("{other:?}")),
    };
    source::unreadable(line, &error)
}
