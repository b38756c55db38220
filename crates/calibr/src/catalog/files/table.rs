//! A CSV file as a table: named columns, rows with the line they start at, and a guard against a quote that never ends.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use csv::{ByteRecord, ReaderBuilder};
use kernel_core::{Error, Result};

/// Enough of a file to see its first line.
const START_BYTES: u64 = 64 * 1024;
/// The longest row.
const ROW_BYTES_MAX: u64 = 256 * 1024;

/// A table being read.
pub(super) struct Table {
    reader: csv::Reader<Guarded>,
    /// What the columns are called, in order.
    pub columns: Vec<String>,
}

/// One row: a cell for each column, without the space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The line it starts at; the names of the columns are in line 1.
    pub line: u64,
    pub cells: Vec<String>,
}

impl Table {
    /// Reads the names of the columns.
    ///
    /// # Errors
    /// The file is empty or not UTF-8 text (422).
    pub(super) fn open(mut file: File) -> Result<Self> {
        let start = start_of(&mut file)?;
        let guarded = Guarded { file, position: 0, row_bytes: 0, breaks: VecDeque::new(), lines: 0 };
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter(&start)).buffer_capacity(1 << 16);
        let mut table = Self { reader: builder.from_reader(guarded), columns: Vec::new() };
        let first = table.next()?.ok_or_else(|| refused("file.empty", 1, "the file is empty"))?;
        table.columns = first.cells;
        Ok(table)
    }

    /// Up to `most` rows, none at the end.
    ///
    /// # Errors
    /// The file cannot be read on, is not UTF-8, or has a row that is too long (422).
    pub(super) fn batch(&mut self, most: usize) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        while rows.len() < most
            && let Some(row) = self.next()?
        {
            rows.push(row);
        }
        Ok(rows)
    }

    fn next(&mut self) -> Result<Option<Row>> {
        let mut record = ByteRecord::new();
        if !self.reader.read_byte_record(&mut record).map_err(|error| self.broken(error))? {
            return Ok(None);
        }
        let position = record.position().map_or(0, csv::Position::byte);
        let line = self.reader.get_mut().row_read(position);
        let text = |cell: &[u8]| Some(std::str::from_utf8(cell).ok()?.trim().to_owned());
        let cells: Option<Vec<String>> = record.iter().map(text).collect();
        let cells = cells.ok_or_else(|| {
            refused("file.encoding", line, "this row is not UTF-8 text; save the file as \"CSV UTF-8\"")
        })?;
        Ok(Some(Row { line, cells }))
    }

    fn broken(&mut self, error: csv::Error) -> Error {
        let line = self.reader.get_ref().lines + 1;
        match error.into_kind() {
            csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                let detail = format!(
                    "a row from here on is longer than {ROW_BYTES_MAX} bytes; most likely a quote (\") is opened and not closed"
                );
                refused("file.row_too_long", line, detail)
            }
            other => Error::internal(format!("an uploaded file cannot be read: {other:?}")),
        }
    }
}

/// A file that counts its lines and refuses rows that are too long. The CSV reader's own count is off after blank lines.
struct Guarded {
    file: File,
    position: u64,
    row_bytes: u64,
    /// Carriage returns and line feeds from the row that was read last on.
    breaks: VecDeque<(u64, u8)>,
    /// Line feeds passed.
    lines: u64,
}

impl Guarded {
    /// The line of the row that the reader found at `position`, where it stood before it skipped blank lines.
    fn row_read(&mut self, mut position: u64) -> u64 {
        self.row_bytes = 0;
        while let Some((at, byte)) = self.breaks.front().copied().filter(|(at, _)| *at <= position) {
            self.breaks.pop_front();
            position += u64::from(at == position);
            self.lines += u64::from(byte == b'\n');
        }
        self.lines + 1
    }
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        for (place, byte) in buffer[..count].iter().enumerate() {
            if matches!(byte, b'\r' | b'\n') {
                self.breaks.push_back((self.position + place as u64, *byte));
            }
        }
        self.position += count as u64;
        self.row_bytes += count as u64;
        if self.row_bytes > ROW_BYTES_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(count)
    }
}

/// The start of the file, which then stands behind the mark that some programs put in front.
fn start_of(file: &mut File) -> Result<Vec<u8>> {
    let mut start = Vec::new();
    file.by_ref().take(START_BYTES).read_to_end(&mut start).map_err(Error::internal)?;
    if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) || start.contains(&0) {
        let detail = "the file is not UTF-8 text; save it as \"CSV UTF-8\"";
        return Err(refused("file.encoding", 1, detail));
    }
    let mark = if start.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    file.seek(SeekFrom::Start(mark)).map_err(Error::internal)?;
    start.drain(..mark as usize);
    Ok(start)
}

/// Spreadsheets in countries with a decimal comma put semicolons between cells.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    [b'\t', b';', b','].into_iter().max_by_key(|candidate| count(*candidate)).unwrap_or(b',')
}

/// A file that cannot be used at all.
pub(super) fn refused(code: &'static str, line: u64, detail: impl Into<String>) -> Error {
    Error::unprocessable(code, "The file was refused; nothing of it was taken.").at(
        format!("line {line}"),
        code,
        detail,
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn open(text: impl AsRef<[u8]>) -> Result<Table> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(text.as_ref()).expect("written");
        file.seek(SeekFrom::Start(0)).expect("rewound");
        Table::open(file)
    }

    fn rows(text: &str) -> Vec<(u64, String)> {
        let mut table = open(text).expect("a table");
        let mut rows = Vec::new();
        loop {
            let batch = table.batch(2).expect("rows");
            if batch.is_empty() {
                return rows;
            }
            rows.extend(batch.into_iter().map(|row| (row.line, row.cells.join("|"))));
        }
    }

    #[test]
    fn every_row_knows_its_line() {
        let unix = "a,b\n1,2\n\n\n\"x\ny\", z \n3,4";
        let expected = [(2, "1|2".to_owned()), (5, "x\ny|z".to_owned()), (7, "3|4".to_owned())];
        assert_eq!(rows(unix), expected);
        assert_eq!(rows(&unix.replace('\n', "\r\n")), expected.map(|(l, t)| (l, t.replace('\n', "\r\n"))));
        assert_eq!(rows("\n\na,b\n1,2\n"), [(4, "1|2".to_owned())]);
    }

    #[test]
    fn marks_and_semicolons_are_understood() {
        assert_eq!(open("\u{feff}sku;cost\nA;1\n").expect("a table").columns, ["sku", "cost"]);
        assert_eq!(open("sku\tcost\nA\t1\n").expect("a table").columns, ["sku", "cost"]);
        assert_eq!(open("sku\nA\n").expect("a table").columns, ["sku"]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let code = |text: &[u8]| match open(text).and_then(|mut table| table.batch(10)) {
            Ok(rows) => format!("{rows:?}"),
            Err(error) => format!("{} {}", error.code, error.fields[0].pointer),
        };
        assert_eq!(code(b""), "file.empty line 1");
        assert_eq!(code(b"\n \r\n").split(' ').next(), Some("[]"));
        assert_eq!(code(&[0xff, 0xfe, b's', 0]), "file.encoding line 1");
        assert_eq!(code(b"sku\nA\nB\xe4r\n"), "file.encoding line 3");
        let open_quote = format!("sku\nA\n\"B\n{}", "x\n".repeat(200_000));
        assert!(
            code(open_quote.as_bytes()).starts_with("file.row_too_long line "),
            "{}",
            code(open_quote.as_bytes())
        );
    }
}
