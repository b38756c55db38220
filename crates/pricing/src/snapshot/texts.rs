//! Texts end to end in one piece of memory, and texts that many rows share, each kept once.

use std::collections::HashMap;

use super::column::Column;

/// Texts by place. Written once.
#[derive(Debug, Default)]
pub(super) struct Texts {
    text: Box<str>,
    /// Where each ends.
    ends: Box<[u32]>,
}

impl Texts {
    #[inline]
    pub(super) fn get(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.text[start..self.ends[place] as usize]
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.text.len() + size_of_val::<[u32]>(&self.ends)
    }
}

/// Texts being gathered.
#[derive(Debug, Default)]
pub(super) struct TextsBuilder {
    text: String,
    ends: Vec<u32>,
}

impl TextsBuilder {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        // A chunk's texts together stay far below four gigabytes: each of them arrived in one statement.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn finish(&mut self) -> Texts {
        let texts = Texts { text: self.text.as_str().into(), ends: self.ends.as_slice().into() };
        self.text.clear();
        self.ends.clear();
        texts
    }
}

/// Texts by place, of which each different one is kept once.
#[derive(Debug)]
pub(super) struct Shared {
    ids: Column,
    texts: Texts,
}

impl Shared {
    #[inline]
    pub(super) fn get(&self, place: usize) -> &str {
        self.ids.get(place).map_or("", |id| self.texts.get(usize::try_from(id).unwrap_or_default()))
    }

    /// Keeps those marks whose text passes.
    pub(super) fn retain(&self, marks: &mut [bool], passes: impl Fn(&str) -> bool) {
        if !marks.contains(&true) {
            return;
        }
        // The empty text has no place.
        let mut verdicts: Vec<Option<bool>> = vec![None; self.texts.ends.len() + 1];
        self.ids.each(marks.len(), |place, id| {
            if marks[place] {
                let verdict = &mut verdicts[id.map_or(0, |id| usize::try_from(id + 1).unwrap_or_default())];
                marks[place] = *verdict.get_or_insert_with(|| passes(self.get(place)));
            }
        });
    }

    /// Each different text once.
    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        (0..self.texts.ends.len()).map(|place| self.texts.get(place))
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        self.ids.heap_bytes() + self.texts.heap_bytes()
    }
}

/// Shared texts being gathered. The empty text needs no place.
#[derive(Debug, Default)]
pub(super) struct SharedBuilder {
    known: HashMap<Box<str>, i64>,
    texts: TextsBuilder,
    ids: Vec<Option<i64>>,
    /// Rows of one product follow one another, so the text is mostly the one before.
    last: (String, Option<i64>),
}

impl SharedBuilder {
    pub(super) fn push(&mut self, text: &str) {
        if self.ids.is_empty() || self.last.0 != text {
            self.last.0.clear();
            self.last.0.push_str(text);
            self.last.1 = self.id_of(text);
        }
        self.ids.push(self.last.1);
    }

    fn id_of(&mut self, text: &str) -> Option<i64> {
        if text.is_empty() {
            return None;
        }
        if let Some(id) = self.known.get(text) {
            return Some(*id);
        }
        let id = self.known.len() as i64;
        self.known.insert(text.into(), id);
        self.texts.push(text);
        Some(id)
    }

    pub(super) fn finish(&mut self) -> Shared {
        let shared = Shared { ids: Column::pack(&self.ids), texts: self.texts.finish() };
        self.known.clear();
        self.ids.clear();
        shared
    }
}
