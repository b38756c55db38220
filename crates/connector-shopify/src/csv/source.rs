//! The bytes of a file, guarded: a mark at the start is dropped, other encodings are told apart, and no row may grow
//! beyond a limit, since one missing quote would otherwise pull the rest of the file into memory.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kernel_core::Error;

/// The largest row taken; descriptions are long, but not this long.
const ROW_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Enough of the file to see the header line.
const START_BYTES: u64 = 64 * 1024;

/// Counts the bytes since the last row began.
#[derive(Debug, Clone, Default)]
pub(super) struct RowLimit(Arc<AtomicU64>);

impl RowLimit {
    pub(super) fn row_read(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

pub(super) struct Guarded<R> {
    inner: R,
    limit: RowLimit,
}

/// What reading the start of a file gives.
pub(super) struct Start<R> {
    pub reader: io::Chain<Cursor<Vec<u8>>, Guarded<R>>,
    pub limit: RowLimit,
    /// The byte between fields.
    pub delimiter: u8,
}

/// Looks at the start of `file`.
///
/// # Errors
/// It cannot be read, is empty, or is not text in UTF-8.
pub(super) fn start<R: Read>(mut file: R) -> Result<Start<R>, Error> {
    let mut bytes = Vec::new();
    file.by_ref().take(START_BYTES).read_to_end(&mut bytes).map_err(|e| unreadable(1, &e))?;
    let refused = |code, detail: &str| {
        Error::unprocessable(code, "The file was refused; nothing was taken.").at("line 1", code, detail)
    };
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || bytes.contains(&0) {
        let detail = "the file is not UTF-8 text; save it as \"CSV UTF-8\"";
        return Err(refused("catalogue.encoding", detail));
    }
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        bytes.drain(..3);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refused(
            "catalogue.empty",
            "the file is empty; the first line must hold the column names",
        ));
    }
    let delimiter = delimiter(&bytes);
    let limit = RowLimit::default();
    let guarded = Guarded { inner: file, limit: limit.clone() };
    Ok(Start { reader: Cursor::new(bytes).chain(guarded), limit, delimiter })
}

/// The error for a file that breaks off at `line`.
pub(super) fn unreadable(line: u64, error: &io::Error) -> Error {
    let detail = match error.kind() {
        io::ErrorKind::FileTooLarge => {
            format!(
                "a row is longer than {ROW_BYTES_MAX} bytes; most likely a quote (\") is opened and not closed"
            )
        }
        _ => format!("the file cannot be read further: {error}"),
    };
    let code = "catalogue.unreadable";
    Error::unprocessable(code, "The file could not be read to its end.").at(
        format!("line {line}"),
        code,
        detail,
    )
}

/// Spreadsheets in countries with a decimal comma put semicolons between fields.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let best = [b',', b';', b'\t'].into_iter().rev().max_by_key(|candidate| count(*candidate));
    best.unwrap_or(b',')
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let since_row = self.limit.0.fetch_add(count as u64, Ordering::Relaxed);
        if since_row > ROW_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row too long"));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_the_header_uses() {
        assert_eq!(delimiter(b"Handle,Title,Price\na;b;c;d;e"), b',');
        assert_eq!(delimiter(b"Handle;Title;Price"), b';');
        assert_eq!(delimiter(b"Handle\tTitle\tPrice"), b'\t');
        assert_eq!(delimiter(b"Handle"), b',');
    }

    #[test]
    fn other_encodings_and_empty_files_are_told_apart() {
        for (bytes, code) in [
            (&b"\xff\xfeH\0"[..], "catalogue.encoding"),
            (&b"PK\x03\x04\0\0"[..], "catalogue.encoding"),
            (&b"\xef\xbb\xbf \n"[..], "catalogue.empty"),
            (&b""[..], "catalogue.empty"),
        ] {
            assert_eq!(start(bytes).err().map(|e| e.code), Some(code));
        }
    }
}
