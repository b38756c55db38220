//! Every recorded answer is accounted for: replayed by a test that names it, or left out for a reason that is told.

mod support;

use support::reference_data;

/// The sources of the tests that replay recordings by name.
const REPLAYING: &[&str] = &[
    include_str!("recorded_answers.rs"),
    include_str!("recorded_bulk.rs"),
    include_str!("recorded_markets.rs"),
    include_str!("recorded_webhooks.rs"),
];

/// Recordings that no test names, and why. Reads in them are replayed by `recorded_reads_are_answered_alike`.
const UNNAMED: &[(&str, &str)] = &[
    (
        "media-staged-uploads-create",
        "uploads of media; those of variables are in the recordings of bulk runs",
    ),
    ("product-set-async-operation-parity", "productSet is not simulated: Calibr never creates products"),
    ("product-set-input-length-validation", "productSet is not simulated: Calibr never creates products"),
    ("product-set-parity", "productSet is not simulated: Calibr never creates products"),
    ("product-variants-bulk-create", "productVariantsBulkCreate is not simulated; the reads are replayed"),
    (
        "product-variants-bulk-delete-parity",
        "productVariantsBulkDelete is not simulated; the reads are replayed",
    ),
    ("product-variants-matrix", "inventory levels are not simulated"),
    (
        "productVariantsBulkCreate-strategy",
        "productVariantsBulkCreate is not simulated; the reads are replayed",
    ),
    ("products-catalog-page", "reads alone, which are replayed"),
    ("products-variant-search", "reads alone, which are replayed"),
    ("bulk-operation-run-query-schema-roots", "bulk queries over orders and draft orders: not simulated"),
    ("store-properties", "locations and policies of a shop: nothing of products or prices"),
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
    assert!(replayed >= 43, "only {replayed}");
}
