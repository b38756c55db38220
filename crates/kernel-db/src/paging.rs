//! Keyset paging: opaque cursors bound to the filter they were made for, so that no row is lost or repeated.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel_core::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The page size if none is asked for.
pub const DEFAULT_LIMIT: u32 = 50;
/// The largest page.
pub const MAX_LIMIT: u32 = 1000;

/// The place after the last row of a page, opaque to clients: base64url of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place<K> {
    filter: String,
    key: K,
}

impl Cursor {
    /// A cursor after the row with `key`, valid only for lists with the same `filter` (and order, which belongs in it).
    #[must_use]
    pub fn after(key: &impl Serialize, filter: &impl Serialize) -> Self {
        let place = Place { filter: fingerprint(filter), key };
        let json = serde_json::to_vec(&place).expect("keys are plain values, which are JSON");
        Self(URL_SAFE_NO_PAD.encode(json))
    }

    /// The key of the last row seen.
    ///
    /// # Errors
    /// `cursor.invalid`: not one of ours, or made for another filter.
    pub fn key<K: DeserializeOwned>(&self, filter: &impl Serialize) -> Result<K> {
        let place = URL_SAFE_NO_PAD
            .decode(&self.0)
            .ok()
            .and_then(|json| serde_json::from_slice::<Place<K>>(&json).ok())
            .filter(|place| place.filter == fingerprint(filter));
        place.map(|place| place.key).ok_or_else(|| {
            let detail = "This cursor is not from this list with these filters. Start without a cursor.";
            Error::invalid("cursor.invalid", detail).at("/cursor", "cursor.invalid", detail)
        })
    }

    /// The text that clients send back.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Cursor {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Eight bytes are plenty to notice a cursor used with another filter; this is no secret.
fn fingerprint(filter: &impl Serialize) -> String {
    let json = serde_json::to_vec(filter).expect("filters are plain values, which are JSON");
    let digest = Sha256::digest(json);
    URL_SAFE_NO_PAD.encode(&digest[..8])
}

/// What a client asked for.
#[derive(Debug, Clone)]
pub struct PageRequest {
    limit: u32,
    cursor: Option<Cursor>,
}

impl PageRequest {
    /// A request as it came in; the limit defaults to 50.
    ///
    /// # Errors
    /// `page.limit`: not between 1 and 1000.
    pub fn new(limit: Option<u32>, cursor: Option<Cursor>) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if (1..=MAX_LIMIT).contains(&limit) {
            return Ok(Self { limit, cursor });
        }
        let detail = format!("A page has between 1 and {MAX_LIMIT} rows; {limit} were asked for.");
        Err(Error::invalid("page.limit", detail.clone()).at("/limit", "page.limit", detail))
    }

    /// How many rows to answer with.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// How many rows to select: one more than the limit, which tells whether there is a next page.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The key after which to select; `None` for the first page.
    ///
    /// # Errors
    /// `cursor.invalid`, see [`Cursor::key`].
    pub fn after<K: DeserializeOwned>(&self, filter: &impl Serialize) -> Result<Option<K>> {
        self.cursor.as_ref().map(|cursor| cursor.key(filter)).transpose()
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Whether there are more.
    pub has_more: bool,
    /// Where to go on; absent on the last page.
    pub next_cursor: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts the surplus row off `rows` (selected with [`PageRequest::fetch`]) and makes the cursor from the last kept.
    #[must_use]
    pub fn from_rows<K: Serialize>(
        mut rows: Vec<T>,
        request: &PageRequest,
        filter: &impl Serialize,
        key: impl Fn(&T) -> K,
    ) -> Self {
        let limit = request.limit as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| has_more).map(|last| Cursor::after(&key(last), filter));
        Self { data: rows, has_more, next_cursor }
    }

    /// The same page with each row turned into something else.
    #[must_use]
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(each).collect(),
            has_more: self.has_more,
            next_cursor: self.next_cursor,
        }
    }
}
