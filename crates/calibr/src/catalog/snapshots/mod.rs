//! The catalogues in memory, kept current from the event log. A caller gets exactly what its transaction sees.
//! A snapshot that nobody used for ten minutes is dropped; so is the one used longest ago when all take too much memory.
//! SQL here only asks which state a transaction sees.

mod gathered;
mod packed;
mod rows;
mod seen;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Clock, Error, ProjectId, Result, TenantId};
use kernel_db::TenantTx;
use pricing::Snapshot;
use serde_json::Value;
use uuid::Uuid;

use self::rows::Reading;
use self::seen::Seen;
use super::changed::CHANGED;
use super::surfaces::Surface;
use crate::ids::VariantId;
use crate::state::App;

/// After this long without use a snapshot is dropped.
const IDLE_MAX: SignedDuration = SignedDuration::from_mins(10);
/// How often idle ones are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// What the newest versions of all snapshots may take together; a single larger one is kept all the same.
const MEMORY_BYTES_MAX: usize = 1 << 30;
/// Versions kept of one snapshot, for transactions that began earlier. They share what is the same.
const VERSIONS: usize = 4;
/// When more than one in this many variants changed, reading all is as quick.
const SHARE_READ_AGAIN: usize = 4;

/// The catalogue of a project as the transaction sees it: the one in memory brought up to date, or read anew. The
/// transaction must be one of [`kernel_db::Db::repeatable_read`].
///
/// # Errors
/// The database refused, or the transaction is of another kind, in which each statement sees something else.
pub async fn snapshot(app: &App, tx: &TenantTx, project: ProjectId) -> Result<Arc<Snapshot>> {
    app.snapshots.of(tx, project, None).await
}

/// The same with the prices of a surface in place of the base prices. Where its currency is another than the project's,
/// costs are not known: they are told in the project's.
///
/// # Errors
/// See [`snapshot`].
pub async fn surface_snapshot(
    app: &App,
    tx: &TenantTx,
    project: ProjectId,
    surface: &Surface,
) -> Result<Arc<Snapshot>> {
    app.snapshots.of(tx, project, Some(surface).filter(|surface| !surface.is_base())).await
}

/// The catalogues in memory; cloning shares them.
#[derive(Clone)]
pub struct Snapshots {
    kept: Arc<Kept>,
    clock: Arc<dyn Clock>,
}

/// The prices of one surface of a project.
type Key = (TenantId, ProjectId, Option<Surface>);

type Kept = Mutex<HashMap<Key, Arc<Entry>>>;

/// One catalogue.
struct Entry {
    /// Held by who reads, so that two do not read the same.
    reading: tokio::sync::Mutex<()>,
    versions: Mutex<Versions>,
}

struct Versions {
    /// Oldest first; all later than the one before.
    list: VecDeque<Version>,
    used_at: Timestamp,
}

/// A state of a catalogue: the same for whoever sees at least `from` and at most `to`.
#[derive(Clone)]
struct Version {
    snapshot: Arc<Snapshot>,
    from: Seen,
    to: Seen,
}

impl Snapshots {
    /// None in memory yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { kept: Arc::default(), clock }
    }

    /// Drops what was not used for ten minutes, and says how many are left.
    pub fn drop_idle(&self) -> usize {
        drop_idle(&self.kept, self.clock.now())
    }

    /// What the newest versions take in memory, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        locked(&self.kept).values().map(|entry| entry.memory_bytes()).sum()
    }

    async fn of(
        &self,
        tx: &TenantTx,
        project: ProjectId,
        surface: Option<&Surface>,
    ) -> Result<Arc<Snapshot>> {
        let seen = seen_by(tx).await?;
        let key = (tx.tenant(), project, surface.cloned());
        let entry = self.entry(key.clone());
        if let Some(found) = entry.exactly(&seen) {
            return Ok(found);
        }
        let _alone = entry.reading.lock().await;
        let reading = Reading::of(tx, project, surface, self.clock.now()).await?;
        let version = match entry.latest_before(&seen) {
            Some(version) => brought_up_to_date(&reading, version, seen).await?,
            None => Version::new(reading.all().await?, seen),
        };
        let snapshot = Arc::clone(&version.snapshot);
        entry.keep(version);
        self.bound_memory(&key);
        Ok(snapshot)
    }

    fn entry(&self, key: Key) -> Arc<Entry> {
        let now = self.clock.now();
        drop_idle(&self.kept, now);
        let mut kept = locked(&self.kept);
        if kept.is_empty() {
            self.watch();
        }
        let entry = kept.entry(key).or_insert_with(|| {
            let versions = Mutex::new(Versions { list: VecDeque::new(), used_at: now });
            Arc::new(Entry { reading: tokio::sync::Mutex::default(), versions })
        });
        locked(&entry.versions).used_at = now;
        Arc::clone(entry)
    }

    /// Looks for idle ones until there is none.
    fn watch(&self) {
        let (kept, clock) = (Arc::downgrade(&self.kept), Arc::clone(&self.clock));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK_EVERY).await;
                let Some(kept) = Weak::upgrade(&kept) else { return };
                if drop_idle(&kept, clock.now()) == 0 {
                    return;
                }
            }
        });
    }

    /// Drops what was used longest ago, but for `last`, until the rest is small enough.
    fn bound_memory(&self, last: &Key) {
        let mut kept = locked(&self.kept);
        loop {
            let bytes: usize = kept.values().map(|entry| entry.memory_bytes()).sum();
            let others = kept.iter().filter(|(key, _)| *key != last);
            let oldest =
                others.min_by_key(|(_, entry)| locked(&entry.versions).used_at).map(|(key, _)| key.clone());
            match oldest {
                Some(oldest) if bytes > MEMORY_BYTES_MAX => drop(kept.remove(&oldest)),
                _ => return,
            }
        }
    }
}

impl Entry {
    /// The version that shows exactly this.
    fn exactly(&self, seen: &Seen) -> Option<Arc<Snapshot>> {
        let versions = locked(&self.versions);
        let found = versions.list.iter().rev().find(|v| v.from.is_within(seen) && seen.is_within(&v.to));
        found.map(|version| Arc::clone(&version.snapshot))
    }

    /// The latest version with nothing in it that is not seen.
    fn latest_before(&self, seen: &Seen) -> Option<Version> {
        locked(&self.versions).list.iter().rev().find(|version| version.from.is_within(seen)).cloned()
    }

    /// Keeps a version, unless a later one is kept already.
    fn keep(&self, version: Version) {
        let mut versions = locked(&self.versions);
        let list = &mut versions.list;
        match list.back_mut() {
            Some(last) if !last.to.is_within(&version.to) => return,
            Some(last) if Arc::ptr_eq(&last.snapshot, &version.snapshot) => last.to = version.to,
            _ => list.push_back(version),
        }
        while list.len() > VERSIONS {
            list.pop_front();
        }
    }

    fn memory_bytes(&self) -> usize {
        locked(&self.versions).list.back().map_or(0, |version| version.snapshot.memory_bytes())
    }
}

impl Version {
    fn new(snapshot: Snapshot, seen: Seen) -> Self {
        Self { snapshot: Arc::new(snapshot), from: seen.clone(), to: seen }
    }
}

async fn seen_by(tx: &TenantTx) -> Result<Seen> {
    let sql = "select pg_current_snapshot()::text,
            current_setting('transaction_isolation') = 'repeatable read' and current_setting('transaction_read_only')::bool";
    let row = tx.query_one(sql, &[]).await?;
    if !row.get::<_, bool>(1) {
        return Err(Error::internal(
            "a catalogue was asked for in a transaction that sees several states of it",
        ));
    }
    Seen::parse(row.get(0)).ok_or_else(|| Error::internal("a snapshot of the database is unreadable"))
}

/// The version with what is seen and it does not have.
async fn brought_up_to_date(reading: &Reading<'_>, version: Version, seen: Seen) -> Result<Version> {
    if seen.is_within(&version.to) {
        return Ok(version);
    }
    let events = reading.unseen(CHANGED, &version.to).await?;
    if events.is_empty() {
        return Ok(Version { to: seen, ..version });
    }
    let most = version.snapshot.len() / SHARE_READ_AGAIN;
    let snapshot = match named(&events)? {
        Some(variants) if variants.len() <= most.max(1_000) => {
            let variants: Vec<Uuid> = variants.into_iter().collect();
            let newer = reading.some(&variants).await?;
            let gone = variants.iter().map(Uuid::as_u128).filter(|key| newer.place_of(*key).is_none());
            let mut snapshot = (*version.snapshot).clone();
            let gone: Vec<u128> = gone.collect();
            let merging = tokio::task::spawn_blocking(move || {
                snapshot.merge(&newer, &gone);
                snapshot
            });
            merging.await.map_err(Error::internal)?
        }
        _ => reading.all().await?,
    };
    Ok(Version::new(snapshot, seen))
}

/// The variants that the events name; `None` if one of them means all.
fn named(events: &[Value]) -> Result<Option<BTreeSet<Uuid>>> {
    let mut variants = BTreeSet::new();
    for event in events {
        let Some(ids) = event["variants"].as_array() else { return Ok(None) };
        for id in ids {
            let id: VariantId = id.as_str().unwrap_or_default().parse().map_err(Error::internal)?;
            variants.insert(id.0);
        }
    }
    Ok(Some(variants))
}

fn drop_idle(kept: &Kept, now: Timestamp) -> usize {
    let mut kept = locked(kept);
    kept.retain(|_, entry| now.duration_since(locked(&entry.versions).used_at) <= IDLE_MAX);
    kept.len()
}

/// Nothing is left half-done by who panics while holding one of these.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
