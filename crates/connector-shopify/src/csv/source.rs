//! The bytes of a file, guarded: a mark at the start is dropped, other encodings are told apart, and no row may grow
//! beyond a limit, since one missing quote would otherwise pull the rest of the file into memory.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

use kernel_core::Error;

/// The largest row taken; descriptions are long, but not this long.
const ROW_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Enough of the file to see the header line.
const START_BYTES: u64 = 64 * 1024;

/// A file behind its guard.
pub(super) struct Guarded<R> {
    start: Cursor<Vec<u8>>,
    rest: R,
    bytes_since_row: u64,
    lines: Lines,
}

/// Where lines end, from the row being read on. The CSV reader's own count is off after blank lines and CR LF.
#[derive(Debug, Default)]
struct Lines {
    read: u64,
    ends: VecDeque<(u64, u8)>,
    passed: u64,
}

/// What reading the start of a file gives.
pub(super) struct Start<R> {
    pub file: Guarded<R>,
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
    let start = Cursor::new(bytes);
    let file = Guarded { start, rest: file, bytes_since_row: 0, lines: Lines::default() };
    Ok(Start { file, delimiter })
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

impl<R> Guarded<R> {
    /// The line on which the row that the reader found at byte `position` begins. Rows must be asked for in order.
    pub(super) fn row_read(&mut self, position: u64) -> u64 {
        self.bytes_since_row = 0;
        self.lines.line_at(position)
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = self.start.read(buffer)?;
        if count == 0 {
            count = self.rest.read(buffer)?;
        }
        self.lines.pass(&buffer[..count]);
        self.bytes_since_row += count as u64;
        if self.bytes_since_row > ROW_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row too long"));
        }
        Ok(count)
    }
}

impl Lines {
    fn pass(&mut self, bytes: &[u8]) {
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(byte, b'\n' | b'\r') {
                self.ends.push_back((self.read + at as u64, *byte));
            }
        }
        self.read += bytes.len() as u64;
    }

    /// The reader reports where it stood before it skipped the end of the former line and blank ones.
    fn line_at(&mut self, mut position: u64) -> u64 {
        while let Some((at, byte)) = self.ends.front().copied().filter(|(at, _)| *at <= position) {
            self.ends.pop_front();
            position += u64::from(at == position);
            let half_of_pair = byte == b'\r' && self.ends.front() == Some(&(at + 1, b'\n'));
            self.passed += u64::from(!half_of_pair);
        }
        self.passed + 1
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

    #[test]
    fn lines_are_counted_as_an_editor_shows_them() {
        // Rows begin at a (line 1), b (after a blank line), c (after CR LF and a blank one), d (after an old lone CR).
        let text = b"a\n\nb\r\n\r\nc\rd";
        let mut lines = Lines::default();
        text.chunks(2).for_each(|chunk| lines.pass(chunk));
        // Where a reader stands after each row: it has taken one byte of the line's end.
        assert_eq!([0, 2, 5, 9].map(|position| lines.line_at(position)), [1, 3, 5, 6]);
    }
}
