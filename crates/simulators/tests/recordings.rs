//! Every recorded answer is accounted for: replayed by a test that names it, or left out for a reason that is told.

mod support;

use support::reference_data;

/// The sources of the tests that replay recordings by name.
const REPLAYING: &[&str] = &[
    include_str!("recorded_answers.rs"),
    include_str!("recorded_bulk.rs"),
    include_str!("recorded_markets.rs"),
    include_str!("recorded_products.rs"),
    include_str!("recorded_uploads.rs"),
    include_str!("recorded_webhooks.rs"),
];

/// Recordings that no test names, and why.
const UNNAMED: &[(&str, &str)] = &[
    ("products-catalog-page", "a read alone, which recorded_reads_are_answered_alike replays"),
    ("products-variant-search", "a read alone, which recorded_reads_are_answered_alike replays"),
    ("location-activate-deactivate", "locations: nothing of products, prices, bulk operations or webhooks"),
    ("shop-policy-update", "policies: nothing of products, prices, bulk operations or webhooks"),
];

/// Texts in quotes that could name a recording.
fn names(source: &str) -> impl Iterator<Item = &str> {
    source.split('"').skip(1).step_by(2).filter(|text| text.len() > 12 && text.contains('-'))
}

#[test]
fn every_recording_is_replayed_or_left_out_for_a_reason() {
    let Some(folder) = reference_data("shopify/recorded") else { return };
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder is readable")
        .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let (mut replayed, mut unaccounted) = (0, Vec::new());
    for file in &files {
        let baseline = file.contains("markets-baseline") && REPLAYING[2].contains("markets-baseline");
        let named = REPLAYING.iter().any(|source| names(source).any(|name| file.contains(name)));
        match UNNAMED.iter().find(|(part, _)| file.contains(part)) {
            Some((_, reason)) => println!("not named: {file}: {reason}"),
            None if named || baseline => replayed += 1,
            None => unaccounted.push(file),
        }
    }
    println!("{replayed} of {} recordings are named by a test that replays them", files.len());
    assert!(unaccounted.is_empty(), "{unaccounted:#?}");
    assert_eq!((replayed, files.len()), (59, 63), "recordings that a test names, of all");
}
