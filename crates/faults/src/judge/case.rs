//! A history laid out for the judge: our writes with what they belong to, and what happened to each variant.

use std::collections::HashMap;

use crate::history::{Act, Change, Entry, History, Price, RunNumber, Target, Variant};

/// A change by our hand.
pub(super) struct Write<'a> {
    /// Its place in the journal.
    pub place: usize,
    pub entry: &'a Entry,
    pub change: &'a Change,
    /// Whose it is: that of the newest run which plans this price.
    pub target: Option<&'a Target>,
    /// The reading that it is based on: the last of the same client that arrived before it did.
    pub basis: Option<&'a Entry>,
}

impl Write<'_> {
    /// Whether anybody could see it.
    pub fn is_visible(&self) -> bool {
        self.change.from != self.change.to
    }
}

/// A change by the merchant, with its place in the journal.
pub(super) struct Edit<'a> {
    pub place: usize,
    pub entry: &'a Entry,
    pub change: &'a Change,
}

/// A history and where to find things in it.
pub(super) struct Case<'a> {
    pub history: &'a History,
    /// In the order in which they took effect.
    pub writes: Vec<Write<'a>>,
    edits: HashMap<Variant, Vec<Edit<'a>>>,
    /// By run and variant: places in `writes`.
    writes_of: HashMap<(RunNumber, Variant), Vec<usize>>,
}

impl<'a> Case<'a> {
    pub fn of(history: &'a History) -> Self {
        let mut target_of: HashMap<(Variant, Price), &Target> = HashMap::new();
        for target in &history.targets {
            target_of.insert((target.variant, target.after), target);
        }
        let mut case = Self { history, writes: Vec::new(), edits: HashMap::new(), writes_of: HashMap::new() };
        let reads = reads(history);
        let none = Vec::new();
        for (place, entry) in history.journal.iter().enumerate() {
            match &entry.act {
                Act::Read(_) => {}
                Act::Edit(changes) => {
                    for change in changes {
                        case.edits.entry(change.variant).or_default().push(Edit { place, entry, change });
                    }
                }
                Act::Write(changes) => {
                    for change in changes {
                        let target = target_of.get(&(change.variant, change.to)).copied();
                        let of_variant = reads.get(&(entry.by, change.variant)).unwrap_or(&none);
                        let before = of_variant.partition_point(|read| read.arrived < entry.arrived);
                        let basis = before.checked_sub(1).map(|last| of_variant[last]);
                        if let Some(target) = target {
                            let key = (target.run, target.variant);
                            case.writes_of.entry(key).or_default().push(case.writes.len());
                        }
                        case.writes.push(Write { place, entry, change, target, basis });
                    }
                }
            }
        }
        case
    }

    /// The merchant's changes of a variant.
    pub fn edits(&self, variant: Variant) -> &[Edit<'a>] {
        self.edits.get(&variant).map_or(&[], Vec::as_slice)
    }

    /// Writes that changed the price to that of the target.
    pub fn visible_writes(&self, target: &Target) -> Vec<&Write<'a>> {
        let places = self.writes_of.get(&(target.run, target.variant));
        let writes = places.into_iter().flatten().map(|place| &self.writes[*place]);
        writes.filter(|write| write.is_visible()).collect()
    }

    /// Whether a write of the target was the last change of its variant.
    pub fn still_stands(&self, target: &Target) -> bool {
        let last = self.visible_writes(target).last().map(|write| write.place);
        let Some(last) = last else { return false };
        let is_later = |place: usize, variant: Variant| place > last && variant == target.variant;
        !self.writes.iter().any(|write| is_later(write.place, write.change.variant) && write.is_visible())
            && !self.edits(target.variant).iter().any(|edit| edit.place > last)
    }
}

/// Each client's answered readings of each variant in order of arrival.
fn reads(history: &History) -> HashMap<(usize, Variant), Vec<&Entry>> {
    let mut reads: HashMap<(usize, Variant), Vec<&Entry>> = HashMap::new();
    for entry in &history.journal {
        let Act::Read(variants) = &entry.act else { continue };
        for variant in variants {
            reads.entry((entry.by, *variant)).or_default().push(entry);
        }
    }
    for of_variant in reads.values_mut() {
        of_variant.sort_by_key(|read| read.arrived);
    }
    reads
}
