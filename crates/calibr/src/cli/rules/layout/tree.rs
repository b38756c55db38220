//! A YAML document as a tree: entries with their comments, scalars with the way they were quoted.

/// A whole file. Its root is a map.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Comments above everything, each a line; an empty one is a blank line.
    pub(super) header: Vec<String>,
    /// The fields.
    pub(super) entries: Vec<Entry>,
    /// Comments below everything.
    pub(super) footer: Vec<String>,
}

/// A field of a map, or an item of a list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Lines above it: comments, and empty ones.
    pub(super) before: Vec<String>,
    /// The name of a field; `None` for an item.
    pub(super) key: Option<Scalar>,
    /// What it holds.
    pub(super) value: Value,
    /// The comment at the end of its first line.
    pub(super) after: Option<String>,
    /// Where it starts in the text it came from, in characters.
    pub(super) start: usize,
    /// The line in which it starts, from 1.
    pub(super) line: usize,
}

/// What an entry holds.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Scalar(Scalar),
    List(Vec<Entry>),
    Map(Vec<Entry>),
}

/// A text and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) style: Style,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    Literal,
    Folded,
}

impl Value {
    /// The fields or items.
    pub(super) fn entries(&self) -> &[Entry] {
        match self {
            Self::Scalar(_) => &[],
            Self::List(entries) | Self::Map(entries) => entries,
        }
    }

    fn entries_mut(&mut self) -> &mut [Entry] {
        match self {
            Self::Scalar(_) => &mut [],
            Self::List(entries) | Self::Map(entries) => entries,
        }
    }
}

impl Document {
    /// Every comment, in no order that matters.
    pub(super) fn comments(&self) -> Vec<String> {
        let mut all: Vec<String> = self.header.iter().chain(&self.footer).cloned().collect();
        fn collect(entries: &[Entry], all: &mut Vec<String>) {
            for entry in entries {
                all.extend(entry.before.iter().chain(&entry.after).cloned());
                collect(entry.value.entries(), all);
            }
        }
        collect(&self.entries, &mut all);
        all.retain(|line| !line.is_empty());
        all.sort();
        all
    }

    /// Brings the fields of every map into the order that they have in `other`; those it does not have come last.
    pub(super) fn order_like(&mut self, other: &Self) {
        order(&mut self.entries, &other.entries);
    }

    /// Takes the comments of another state of the same document. Those whose place is gone go to the nearest place above.
    pub(super) fn take_comments(&mut self, other: &Self) {
        self.header.clone_from(&other.header);
        self.footer.clone_from(&other.footer);
        take_comments(&mut self.entries, &other.entries, &mut self.header);
    }
}

fn order(entries: &mut [Entry], like: &[Entry]) {
    let place = |entry: &Entry| like.iter().position(|other| other.name() == entry.name());
    if entries.iter().all(|entry| entry.key.is_some()) {
        entries.sort_by_key(|entry| place(entry).unwrap_or(usize::MAX));
    }
    for (at, entry) in entries.iter_mut().enumerate() {
        let other = if entry.key.is_some() { place(entry) } else { Some(at) };
        let (Some(other), children) = (other.and_then(|at| like.get(at)), entry.value.entries_mut()) else {
            continue;
        };
        order(children, other.value.entries());
    }
}

/// `above` takes the comments of entries that are gone.
fn take_comments(entries: &mut [Entry], from: &[Entry], above: &mut Vec<String>) {
    for (at, old) in from.iter().enumerate() {
        let same = |entry: &(usize, &mut Entry)| match &old.key {
            Some(_) => entry.1.name() == old.name(),
            None => entry.0 == at,
        };
        match entries.iter_mut().enumerate().find(same) {
            Some((_, entry)) => {
                entry.before.clone_from(&old.before);
                entry.after.clone_from(&old.after);
                let mut lost = Vec::new();
                take_comments(entry.value.entries_mut(), old.value.entries(), &mut lost);
                entry.before.extend(lost);
            }
            None => {
                let lone = Document { header: Vec::new(), entries: vec![old.clone()], footer: Vec::new() };
                above.extend(lone.comments());
            }
        }
    }
}

impl Entry {
    fn name(&self) -> Option<&str> {
        self.key.as_ref().map(|key| key.text.as_str())
    }
}
