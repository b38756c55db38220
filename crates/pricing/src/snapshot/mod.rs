//! A catalogue in memory, column by column: what rules ask of a million variants, in few bytes, without I/O.
//! Cloning is cheap and shares everything; a change copies only the chunks it touches, so that readers keep what they have.

mod chunk;
mod column;
mod lists;
mod shared;
mod texts;

use std::ops::Range;
use std::sync::Arc;

use chunk::{CHUNK_MAX, Chunk, ChunkBuilder, Scratch};

use crate::facts::VariantFacts;

pub(crate) use shared::SharedText;

/// How much of a variant a reader wants. What is not wanted costs nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needs {
    /// What stands in [`VariantFacts`] itself.
    Basics,
    /// [`crate::MoreFacts`] too, without the history.
    More,
    /// Everything.
    History,
}

/// One difference between two states of a catalogue.
#[derive(Debug, Clone, Copy)]
pub enum SnapshotChange<'a> {
    /// The variant is this now.
    Put(&'a VariantFacts<'a>),
    /// The variant with this key is gone.
    Remove(u128),
}

/// Variants in the order of their keys.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    chunks: Vec<Arc<Chunk>>,
    /// Place of the first variant of each chunk, and at the end the number of variants.
    starts: Vec<usize>,
}

impl Snapshot {
    /// How many variants.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hands every variant to `visit`, in order.
    pub fn for_each(&self, needs: Needs, visit: impl FnMut(&VariantFacts<'_>)) {
        self.for_each_in(0..self.len(), needs, visit);
    }

    /// Hands the variants at `places` to `visit`, in order. Places beyond the end are passed over; several threads may
    /// each take a part.
    pub fn for_each_in(&self, places: Range<usize>, needs: Needs, mut visit: impl FnMut(&VariantFacts<'_>)) {
        let end = places.end.min(self.len());
        let mut place = places.start;
        let mut scratch = Scratch::default();
        while place < end {
            let (number, row) = self.locate(place);
            let chunk = &*self.chunks[number];
            let rows = row..chunk.len().min(row + end - place);
            place += rows.len();
            for row in rows {
                chunk.with_facts(row, needs, &mut scratch, &mut visit);
            }
        }
    }

    /// Hands the variants that `mark` marks to `visit`, with their places and in order. `mark` gets a few hundred variants
    /// at a time, none of them marked.
    pub(crate) fn for_each_marked(
        &self,
        needs: Needs,
        mut mark: impl FnMut(&Chunk, &mut [bool]),
        mut visit: impl FnMut(usize, &VariantFacts<'_>),
    ) {
        let mut scratch = Scratch::default();
        let mut marks = Vec::new();
        for (chunk, start) in self.chunks.iter().zip(&self.starts) {
            marks.clear();
            marks.resize(chunk.len(), false);
            mark(chunk, &mut marks);
            for row in (0..chunk.len()).filter(|row| marks[*row]) {
                chunk.with_facts(row, needs, &mut scratch, |facts| visit(start + row, facts));
            }
        }
    }

    /// Hands the variant at `place` to `use_facts`; `None` beyond the end.
    pub fn with_facts<T>(
        &self,
        place: usize,
        needs: Needs,
        use_facts: impl FnOnce(&VariantFacts<'_>) -> T,
    ) -> Option<T> {
        if place >= self.len() {
            return None;
        }
        let (number, row) = self.locate(place);
        Some(self.chunks[number].with_facts(row, needs, &mut Scratch::default(), use_facts))
    }

    /// The place of the variant with this key.
    #[must_use]
    pub fn place_of(&self, key: u128) -> Option<usize> {
        let number = self.chunk_for(key)?;
        let row = self.chunks[number].keys().binary_search(&key).ok()?;
        Some(self.starts[number] + row)
    }

    /// Content hashes of the sales that run on any variant, each once, in the order in which variants name them. Looks at
    /// what variants share, not at each.
    #[must_use]
    pub fn running_sales(&self) -> Vec<&str> {
        let lists = self.chunks.iter().flat_map(|chunk| chunk.running_sales());
        let mut hashes: Vec<&str> = Vec::new();
        for hash in lists.flat_map(str::lines) {
            if !hash.is_empty() && !hashes.contains(&hash) {
                hashes.push(hash);
            }
        }
        hashes
    }

    /// Adds a variant, or replaces the one with its key.
    pub fn upsert(&mut self, facts: &VariantFacts<'_>) {
        self.apply(&[SnapshotChange::Put(facts)]);
    }

    /// Takes a variant out, if it is there.
    pub fn remove(&mut self, key: u128) {
        self.apply(&[SnapshotChange::Remove(key)]);
    }

    /// Makes several changes; of several for one key the last counts.
    pub fn apply(&mut self, changes: &[SnapshotChange<'_>]) {
        self.edit(changes.iter().map(SnapshotChange::edit).collect());
    }

    /// Takes over every variant of `newer`, and takes out those with the keys `removed`.
    pub fn merge(&mut self, newer: &Self, removed: &[u128]) {
        let gone = removed.iter().map(|key| (*key, None));
        let taken = newer.chunks.iter().flat_map(|chunk| {
            chunk.keys().iter().enumerate().map(|(row, key)| (*key, Some(Source::Row(chunk, row))))
        });
        self.edit(gone.chain(taken).collect());
    }

    /// Takes over every variant of `newer`; at no cost if they all come after the last one here.
    pub fn append(&mut self, newer: Self) {
        let last = self.chunks.last().and_then(|chunk| chunk.keys().last());
        let first = newer.chunks.first().and_then(|chunk| chunk.keys().first());
        if last.is_some() && first <= last {
            return self.merge(&newer, &[]);
        }
        let mut chunks = std::mem::take(&mut self.chunks);
        chunks.extend(newer.chunks);
        *self = Self::of(chunks);
    }

    /// Writes the chunks anew in which something changes; `None` takes out.
    fn edit(&mut self, mut edits: Vec<Edit<'_>>) {
        edits.sort_by_key(|(key, _)| *key);
        let mut chunks = Vec::with_capacity(self.chunks.len() + 1);
        let mut rest = edits.as_slice();
        for (number, chunk) in self.chunks.iter().enumerate() {
            // What lies between two chunks belongs to the former, what comes after all to the last.
            let next = self.chunks.get(number + 1).and_then(|next| next.keys().first());
            let here = next.map_or(rest.len(), |first| rest.partition_point(|(key, _)| key < first));
            let (mine, others) = rest.split_at(here);
            rest = others;
            if mine.is_empty() {
                chunks.push(Arc::clone(chunk));
            } else {
                rewrite(Some(chunk), mine, next.is_none(), &mut chunks);
            }
        }
        if !rest.is_empty() {
            rewrite(None, rest, true, &mut chunks);
        }
        *self = Self::of(chunks);
    }

    /// Bytes that the snapshot takes on the heap, shared ones counted whole.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let chunks: usize = self.chunks.iter().map(|chunk| chunk.bytes() + size_of::<[usize; 2]>()).sum();
        chunks + size_of_val(self.chunks.as_slice()) + size_of_val(self.starts.as_slice())
    }

    /// [`Self::memory_bytes`] for each variant, rounded up.
    #[must_use]
    pub fn bytes_per_variant(&self) -> usize {
        self.memory_bytes().div_ceil(self.len().max(1))
    }

    fn of(chunks: Vec<Arc<Chunk>>) -> Self {
        let mut starts = Vec::with_capacity(chunks.len() + 1);
        let mut start = 0;
        for chunk in &chunks {
            starts.push(start);
            start += chunk.len();
        }
        starts.push(start);
        Self { chunks, starts }
    }

    /// Chunk and row of a place that exists.
    fn locate(&self, place: usize) -> (usize, usize) {
        let number = self.starts.partition_point(|start| *start <= place) - 1;
        (number, place - self.starts[number])
    }

    /// The chunk in which a key would be.
    fn chunk_for(&self, key: u128) -> Option<usize> {
        let after =
            self.chunks.partition_point(|chunk| chunk.keys().first().is_some_and(|first| *first <= key));
        after.checked_sub(1)
    }
}

/// Variants that arrive in the order of their keys, made into a snapshot.
#[derive(Debug, Default)]
pub struct SnapshotBuilder {
    done: Vec<Arc<Chunk>>,
    open: ChunkBuilder,
    last: Option<u128>,
}

impl SnapshotBuilder {
    /// Adds the next variant. One that does not come in order is put where it belongs, which takes longer.
    pub fn push(&mut self, facts: &VariantFacts<'_>) {
        if self.last.is_some_and(|last| last >= facts.key) {
            let mut snapshot = std::mem::take(self).finish();
            snapshot.upsert(facts);
            self.last = snapshot.chunks.last().and_then(|chunk| chunk.keys().last().copied());
            self.done = snapshot.chunks;
            return;
        }
        self.last = Some(facts.key);
        self.open.push(facts);
        if self.open.len() == CHUNK_MAX {
            self.done.push(Arc::new(self.open.finish()));
        }
    }

    /// The snapshot of what was added.
    #[must_use]
    pub fn finish(mut self) -> Snapshot {
        if self.open.len() > 0 {
            self.done.push(Arc::new(self.open.finish()));
        }
        Snapshot::of(self.done)
    }
}

impl<'a> SnapshotChange<'a> {
    fn edit(&self) -> Edit<'a> {
        match *self {
            Self::Put(facts) => (facts.key, Some(Source::New(facts))),
            Self::Remove(key) => (key, None),
        }
    }
}

/// A key with where its variant comes from; `None` if it goes.
type Edit<'a> = (u128, Option<Source<'a>>);

/// Where a variant of a rewritten chunk comes from.
#[derive(Clone, Copy)]
enum Source<'a> {
    New(&'a VariantFacts<'a>),
    Row(&'a Chunk, usize),
}

/// Writes a chunk anew with edits, which come in the order of their keys, as one chunk or several.
fn rewrite(old: Option<&Arc<Chunk>>, edits: &[Edit<'_>], is_last: bool, into: &mut Vec<Arc<Chunk>>) {
    let rows = merged(old.map(|chunk| &**chunk), edits);
    // Ids mostly grow: the last chunk is filled up, one in the middle is cut in equal parts.
    let parts = rows.len().div_ceil(CHUNK_MAX).max(1);
    let most = if is_last { CHUNK_MAX } else { rows.len().div_ceil(parts).max(1) };
    for part in rows.chunks(most) {
        let mut builder = ChunkBuilder::default();
        let mut scratch = Scratch::default();
        for source in part {
            match *source {
                Source::New(facts) => builder.push(facts),
                Source::Row(chunk, row) => {
                    chunk.with_facts(row, Needs::History, &mut scratch, |facts| builder.push(facts));
                }
            }
        }
        into.push(Arc::new(builder.finish()));
    }
}

fn merged<'a>(old: Option<&'a Chunk>, edits: &[Edit<'a>]) -> Vec<Source<'a>> {
    let kept = old.into_iter().flat_map(|chunk| {
        chunk.keys().iter().enumerate().map(move |(row, key)| (*key, Source::Row(chunk, row)))
    });
    let mut kept = kept.peekable();
    let mut rows = Vec::with_capacity(old.map_or(0, Chunk::len) + edits.len());
    for (place, (key, source)) in edits.iter().enumerate() {
        if edits.get(place + 1).is_some_and(|(next, _)| next == key) {
            continue;
        }
        while let Some((_, row)) = kept.next_if(|(known, _)| known < key) {
            rows.push(row);
        }
        kept.next_if(|(known, _)| known == key);
        rows.extend(*source);
    }
    rows.extend(kept.map(|(_, row)| row));
    rows
}

#[cfg(test)]
mod tests;
