//! The list of failpoints is that of the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use faults::points::POINTS;

fn named_in(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            named_in(&path, names);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let calls = text.split("failpoint(\"").skip(1);
            names.extend(calls.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
        }
    }
}

#[test]
fn every_failpoint_is_listed_and_every_listed_one_exists() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of crates");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(crates).expect("crates") {
        let sources = entry.expect("a crate").path().join("src");
        // The two of kernel-core itself are examples of its own tests.
        let is_example = sources.ends_with("kernel-core/src") || sources.ends_with("faults/src");
        if sources.is_dir() && !is_example {
            named_in(&sources, &mut names);
        }
    }
    assert_eq!(POINTS.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), names);
}
