//! Memory does not grow with the file. A process of its own, since it watches the memory of the whole process.

mod generated;

use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions};
use generated::{Generated, peak_rss_kb, price_minor};

/// Room for what the process does besides, far below what even the prices of the longer file would take.
const GROWTH_KB_MAX: u64 = 2048;

fn import(variants: u64) -> u64 {
    let options =
        ImportOptions { currency: "EUR".parse().expect("a currency"), decimal_mark: DecimalMark::Auto };
    let mut import = CsvImport::new(Generated::new(variants), options).expect("the header is good");
    let products = import.by_ref().map(|product| product.expect("readable"));
    let sum: i64 =
        products.flat_map(|product| product.variants).map(|variant| variant.price.amount_minor).sum();
    let expected: u64 = (0..variants).map(price_minor).sum();
    assert_eq!((import.report().variants, u64::try_from(sum)), (variants, Ok(expected)));
    peak_rss_kb()
}

#[test]
fn a_million_variants_take_no_more_memory_than_a_tenth_of_them() {
    let tenth_kb = import(100_000);
    let whole_kb = import(1_000_000);
    let growth_kb = whole_kb - tenth_kb;
    assert!(growth_kb <= GROWTH_KB_MAX, "from {tenth_kb} KB to {whole_kb} KB");
}
