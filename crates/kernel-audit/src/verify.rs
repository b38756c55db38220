//! Going through the whole chain: whether every record is as it was sealed, and where the first one is not.

use jiff::Timestamp;
use kernel_core::Result;
use kernel_db::TenantTx;
use serde_json::Value;

use crate::chain::{self, GENESIS, Hash};
use crate::seals::{self, Sealed};

/// Parts of the chain that are told one by one at most.
const SEGMENTS_MAX: usize = 60;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Records under a seal.
    pub sealed: u64,
    /// Records written since the last seal.
    pub waiting: u64,
    /// The newest seal's number, which is how many there are.
    pub seals: i64,
    /// The newest seal's head; keep it elsewhere, and nobody can cut the chain short unseen.
    pub head: Option<String>,
    /// When the newest seal was made.
    pub sealed_at: Option<Timestamp>,
    /// Whether the head that the caller kept is in the chain; `None` if none was given.
    pub head_known: Option<bool>,
    /// The first thing that is not as it was sealed.
    pub broken: Option<Break>,
    /// The chain in up to 60 parts.
    pub segments: Vec<Segment>,
}

/// Something that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// `record_changed`, `record_missing`, `record_added`, `seal_changed` or `seal_missing`.
    pub code: &'static str,
    /// The seal's number, where one says otherwise.
    pub seal: Option<i64>,
    /// The record's id, where it is about one.
    pub record: Option<String>,
    /// The digest that should be.
    pub expected: Option<String>,
    /// The digest that is.
    pub found: Option<String>,
}

/// A part of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its first seal.
    pub first_seal: i64,
    /// Its last seal.
    pub last_seal: i64,
    /// Records under them.
    pub records: u64,
    /// When the last was made.
    pub sealed_at: Timestamp,
    /// Whether all is as it was sealed.
    pub intact: bool,
}

/// A walk along the chain, seal by seal.
#[derive(Debug)]
pub struct Walk {
    head: Hash,
    wanted: Option<String>,
    found: Verification,
}

impl Walk {
    /// From the beginning, looking out for a head that was kept elsewhere.
    #[must_use]
    pub fn new(wanted: Option<&str>) -> Self {
        let found = Verification { head_known: wanted.map(|_| false), ..Verification::default() };
        Self { head: GENESIS, wanted: wanted.map(str::to_lowercase), found }
    }

    /// Takes the next seal: its claims, the leaves it has of its records, and the records as they are now.
    pub fn take(&mut self, seal: &Claim<'_>) {
        let broken = self.check(seal);
        let intact = broken.is_none();
        let found = &mut self.found;
        found.broken = found.broken.take().or(broken);
        found.sealed += seal.leaves.len() as u64;
        found.seals = seal.ordinal;
        found.sealed_at = Some(seal.sealed_at);
        found.head = Some(seal.head.to_owned());
        if self.wanted.as_deref() == Some(seal.head) {
            found.head_known = Some(true);
        }
        // The chain goes on from what is claimed, so that one fault is told once.
        self.head = chain::from_hex(seal.head).unwrap_or(GENESIS);
        found.segments.push(Segment {
            first_seal: seal.ordinal,
            last_seal: seal.ordinal,
            records: seal.leaves.len() as u64,
            sealed_at: seal.sealed_at,
            intact,
        });
        if found.segments.len() >= SEGMENTS_MAX * 2 {
            found.segments = joined(std::mem::take(&mut found.segments));
        }
    }

    fn check(&self, seal: &Claim<'_>) -> Option<Break> {
        let fault = |code, record: Option<&str>, expected: Option<&Hash>, found: Option<&Hash>| {
            let text = |hash: Option<&Hash>| hash.map(|hash| chain::hex(hash));
            let record = record.map(ToOwned::to_owned);
            Some(Break {
                code,
                seal: Some(seal.ordinal),
                record,
                expected: text(expected),
                found: text(found),
            })
        };
        if seal.ordinal != self.found.seals + 1 {
            return fault("seal_missing", None, None, None);
        }
        for (id, leaf, record) in &seal.leaves {
            match record.as_ref().map(chain::leaf) {
                None => return fault("record_missing", Some(id), Some(leaf), None),
                Some(now) if now != *leaf => {
                    return fault("record_changed", Some(id), Some(leaf), Some(&now));
                }
                Some(_) => {}
            }
        }
        let leaves: Vec<Hash> = seal.leaves.iter().map(|(_, leaf, _)| *leaf).collect();
        let (claimed_root, claimed_head) = (chain::from_hex(seal.root), chain::from_hex(seal.head));
        let root = chain::root(&leaves);
        if claimed_root != Some(root) {
            return fault("seal_changed", None, claimed_root.as_ref(), Some(&root));
        }
        let head = chain::head(&self.head, leaves.len(), &root);
        if claimed_head != Some(head) {
            return fault("seal_changed", None, claimed_head.as_ref(), Some(&head));
        }
        None
    }

    /// What was found, with the number of records that wait for a seal.
    #[must_use]
    pub fn end(self, waiting: u64) -> Verification {
        let mut found = self.found;
        if found.segments.len() > SEGMENTS_MAX {
            found.segments = joined(found.segments);
        }
        Verification { waiting, ..found }
    }
}

/// What a seal claims, beside what is there.
#[derive(Debug)]
pub struct Claim<'a> {
    /// Its number.
    pub ordinal: i64,
    /// Its root.
    pub root: &'a str,
    /// Its head.
    pub head: &'a str,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// Ids with the leaves that were sealed and the records that are there.
    pub leaves: Vec<(String, Hash, Option<Value>)>,
}

impl<'a> From<&'a Sealed> for Claim<'a> {
    fn from(sealed: &'a Sealed) -> Self {
        let leaves = sealed.leaves.iter().zip(&sealed.records);
        let leaves =
            leaves.map(|((id, leaf), record)| (seals::named(*id), *leaf, record.as_ref().map(seals::body)));
        Self {
            ordinal: sealed.ordinal,
            root: &sealed.root,
            head: &sealed.head,
            sealed_at: sealed.sealed_at,
            leaves: leaves.collect(),
        }
    }
}

/// Goes through the whole chain of a tenant. `head` is one that somebody kept elsewhere.
///
/// # Errors
/// The database refused.
pub async fn verify(tx: &TenantTx, head: Option<&str>) -> Result<Verification> {
    let mut walk = Walk::new(head);
    let mut ordinal = 0;
    while let Some(sealed) = seals::next(tx, ordinal).await? {
        ordinal = sealed.ordinal;
        walk.take(&Claim::from(&sealed));
    }
    let (strangers, waiting) = seals::strangers(tx).await?;
    let mut found = walk.end(waiting);
    if let (None, Some(id)) = (&found.broken, strangers.first()) {
        let record = Some(seals::named(*id));
        found.broken = Some(Break { code: "record_added", seal: None, record, expected: None, found: None });
    }
    Ok(found)
}

/// Half as many parts, each twice as long.
fn joined(segments: Vec<Segment>) -> Vec<Segment> {
    let join = |pair: &[Segment]| match pair {
        [first, second] => Segment {
            first_seal: first.first_seal,
            last_seal: second.last_seal,
            records: first.records + second.records,
            sealed_at: second.sealed_at,
            intact: first.intact && second.intact,
        },
        rest => rest[0].clone(),
    };
    segments.chunks(2).map(join).collect()
}
