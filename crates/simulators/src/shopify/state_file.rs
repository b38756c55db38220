//! The shop on disk: one line per accepted write, appended before the write is answered and replayed at the next start.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::catalogue::Catalogue;
use super::journal::{Effect, ListEffect};
use super::markets::MarketsChange;
use super::shop::{Product, Variant};

/// The first line: which shop the rest belongs to.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    format: String,
    shop: String,
    /// A digest of the catalogue that the shop started from.
    catalogue: String,
    created_at: i64,
}

/// One accepted write: the variants and products as they are afterwards, or their absence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Commit {
    pub(crate) at: i64,
    pub(crate) request_id: String,
    pub(crate) after: Vec<Variant>,
    pub(crate) deleted: Vec<u64>,
    pub(crate) effects: Vec<Effect>,
    /// Products that were written as a whole, as they are afterwards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) products: Vec<Product>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deleted_products: Vec<u64>,
    /// What became of markets and price lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) markets: Option<MarketsChange>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) list_effects: Vec<ListEffect>,
}

impl Commit {
    /// A commit of nothing yet.
    pub(crate) fn new(at: i64, request_id: &str) -> Self {
        Self { at, request_id: request_id.to_owned(), ..Self::default() }
    }
}

/// An open state file.
#[derive(Debug)]
pub(crate) struct StateFile {
    file: File,
}

/// A state file with what it held.
pub(crate) struct Opened {
    pub(crate) file: StateFile,
    /// When the shop was first created; ids and times stay the same over restarts.
    pub(crate) created_at: i64,
    pub(crate) commits: Vec<Commit>,
}

impl StateFile {
    /// Opens or creates the file. A last line without its end, left by a killed process, is cut off: nobody was
    /// answered for it.
    ///
    /// # Errors
    /// The file cannot be read or written, is damaged before its last line, or belongs to another shop or catalogue.
    pub(crate) fn open(path: &Path, shop: &str, catalogue: &Catalogue, now_s: i64) -> anyhow::Result<Opened> {
        let named = || format!("state file {}", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(named)?;
        }
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(path).with_context(named)?;
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(named)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64).with_context(named)?;
        file.seek(SeekFrom::End(0)).with_context(named)?;
        let mut state = Self { file };
        let mut lines = text[..whole].lines();
        let wanted = digest(catalogue)?;
        let Some(first) = lines.next() else {
            state.write_header(shop, catalogue, now_s).with_context(named)?;
            return Ok(Opened { file: state, created_at: now_s, commits: Vec::new() });
        };
        let header: Header = serde_json::from_str(first).with_context(named)?;
        if header.format != FORMAT || header.shop != shop || header.catalogue != wanted {
            bail!("{} belongs to another shop or catalogue; delete it or choose another path", named());
        }
        let mut commits = Vec::new();
        for (number, line) in (2..).zip(lines) {
            let commit = serde_json::from_str(line).with_context(|| format!("{}, line {number}", named()))?;
            commits.push(commit);
        }
        Ok(Opened { file: state, created_at: header.created_at, commits })
    }

    /// Forgets all commits: the shop is as new again.
    ///
    /// # Errors
    /// The disk refuses.
    pub(crate) fn restart(
        &mut self,
        shop: &str,
        catalogue: &Catalogue,
        created_at: i64,
    ) -> anyhow::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.write_header(shop, catalogue, created_at)
    }

    fn write_header(&mut self, shop: &str, catalogue: &Catalogue, created_at: i64) -> anyhow::Result<()> {
        let catalogue = digest(catalogue)?;
        self.append_line(&Header { format: FORMAT.to_owned(), shop: shop.to_owned(), catalogue, created_at })
    }

    /// Appends a commit. It survives the death of this process once this returns, though not of the machine.
    ///
    /// # Errors
    /// The disk refuses.
    pub(crate) fn append(&mut self, commit: &Commit) -> anyhow::Result<()> {
        self.append_line(commit)
    }

    fn append_line(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.file.write_all(&bytes)?;
        self.file.flush()?;
        Ok(())
    }
}

const FORMAT: &str = "calibr-simulated-shop-1";

/// A short fingerprint (FNV-1a) of the catalogue: enough to notice a swapped file.
fn digest(catalogue: &Catalogue) -> anyhow::Result<String> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in serde_json::to_vec(catalogue)? {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    Ok(format!("{hash:016x}"))
}
