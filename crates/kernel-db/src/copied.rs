//! Reading very many rows: `COPY … TO STDOUT` in binary, each row taken apart in place, column after column.
//! Both Postgres and we do less for a row than for one of an ordinary answer.

use futures_util::TryStreamExt;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{DbError, DbResult, Queries};

/// What every binary copy begins with: signature, flags and the length of an extension, none of which there is.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// Microseconds from 1970, where we count from, to 2000, where Postgres does.
const EPOCH_MICROSECONDS: i64 = 946_684_800_000_000;

impl Queries {
    /// Hands every row of `select` to `take` as it arrives. The statement takes no parameters: it is fixed text of a
    /// store with ids in it, never text from outside.
    ///
    /// # Errors
    /// Postgres refused the statement, the connection broke, or `take` gave up.
    pub async fn copy_out<E: From<DbError>>(
        &self,
        select: &str,
        mut take: impl FnMut(CopiedRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let copy = format!("copy ({select}) to stdout (format binary)");
        let pieces = self.client().copy_out(&copy).await.map_err(DbError::from)?;
        let mut pieces = std::pin::pin!(pieces);
        // Postgres sends the header with the first row, and each row by itself.
        let mut header = HEADER;
        while let Some(piece) = pieces.try_next().await.map_err(DbError::from)? {
            let row = piece.strip_prefix(header).ok_or(DbError::Copied)?;
            header = &[];
            match row.split_first_chunk() {
                Some((count, _)) if i16::from_be_bytes(*count) < 0 => {}
                Some((_, rest)) => take(CopiedRow { rest })?,
                None => return Err(DbError::Copied.into()),
            }
        }
        Ok(())
    }
}

/// One row: its columns are read one after the other.
pub struct CopiedRow<'a> {
    rest: &'a [u8],
}

impl<'a> CopiedRow<'a> {
    /// The next column, which must be read as the type it has.
    ///
    /// # Errors
    /// It is of another type, NULL where that was not asked for, or there is none.
    #[inline]
    pub fn take<T: CopiedColumn<'a>>(&mut self) -> DbResult<T> {
        let column = column(&mut self.rest).and_then(T::read);
        column.ok_or(DbError::Copied)
    }
}

/// Takes the next length and as many bytes; −1 stands for NULL.
#[inline]
fn column<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = i32::from_be_bytes(*length);
    if length == -1 {
        *bytes = rest;
        return Some(None);
    }
    let (column, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(Some(column))
}

/// What a column can be read as.
pub trait CopiedColumn<'a>: Sized {
    /// The value of these bytes, of which NULL has none; `None` if they are no such value.
    fn read(bytes: Option<&'a [u8]>) -> Option<Self>;
}

/// Columns that may be NULL.
impl<'a, T: CopiedColumn<'a>> CopiedColumn<'a> for Option<T> {
    #[inline]
    fn read(bytes: Option<&'a [u8]>) -> Option<Self> {
        match bytes {
            None => Some(None),
            some => T::read(some).map(Some),
        }
    }
}

/// `boolean`.
impl CopiedColumn<'_> for bool {
    #[inline]
    fn read(bytes: Option<&[u8]>) -> Option<Self> {
        match bytes? {
            [byte] => Some(*byte != 0),
            _ => None,
        }
    }
}

/// `bigint`.
impl CopiedColumn<'_> for i64 {
    #[inline]
    fn read(bytes: Option<&[u8]>) -> Option<Self> {
        Some(Self::from_be_bytes(bytes?.try_into().ok()?))
    }
}

/// `uuid`.
impl CopiedColumn<'_> for Uuid {
    #[inline]
    fn read(bytes: Option<&[u8]>) -> Option<Self> {
        Some(Self::from_bytes(bytes?.try_into().ok()?))
    }
}

/// `timestamptz`; neither end of time can be read.
impl CopiedColumn<'_> for Timestamp {
    #[inline]
    fn read(bytes: Option<&[u8]>) -> Option<Self> {
        Self::from_microsecond(i64::read(bytes)?.checked_add(EPOCH_MICROSECONDS)?).ok()
    }
}

/// `text`.
impl<'a> CopiedColumn<'a> for &'a str {
    #[inline]
    fn read(bytes: Option<&'a [u8]>) -> Option<Self> {
        std::str::from_utf8(bytes?).ok()
    }
}

/// `text[]` of one dimension, without NULLs.
impl<'a> CopiedColumn<'a> for Vec<&'a str> {
    #[inline]
    fn read(bytes: Option<&'a [u8]>) -> Option<Self> {
        // Number of dimensions, whether there are NULLs, type of the elements; then length and first place of each
        // dimension, and the elements.
        let (head, rest) = bytes?.split_first_chunk::<12>()?;
        match head[..4] {
            [0, 0, 0, 0] => return Some(Self::new()),
            [0, 0, 0, 1] => {}
            _ => return None,
        }
        let (length, rest) = rest.split_first_chunk()?;
        let mut elements = rest.get(4..)?;
        (0..i32::from_be_bytes(*length)).map(|_| column(&mut elements).and_then(<&str>::read)).collect()
    }
}
