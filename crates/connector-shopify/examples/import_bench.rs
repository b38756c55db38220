//! Streams generated product CSVs through the import and prints rows per second and peak memory as one line of JSON.
//! `import_bench [VARIANTS]`; a file a tenth as long is read first, so that growth of memory with the file shows.

use std::time::Instant;

use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions};

#[path = "../tests/csv_memory/generated.rs"]
mod generated;

use generated::{Generated, peak_rss_kb, price_minor};

fn run(variants: u64) -> Result<(f64, u64), Box<dyn std::error::Error>> {
    let options = ImportOptions { currency: "EUR".parse()?, decimal_mark: DecimalMark::Auto };
    let start = Instant::now();
    let mut import = CsvImport::new(Generated::new(variants), options)?;
    let mut checksum: i64 = 0;
    for product in import.by_ref() {
        checksum += product?.variants.iter().map(|variant| variant.price.amount_minor).sum::<i64>();
    }
    let seconds = start.elapsed().as_secs_f64();
    let expected: u64 = (0..variants).map(price_minor).sum();
    let report = import.into_report();
    if report.variants != variants || u64::try_from(checksum)? != expected || report.refused.count != 0 {
        return Err(format!("not all was taken: {} of {variants}", report.variants).into());
    }
    Ok((seconds, peak_rss_kb()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let variants: u64 = std::env::args().nth(1).map_or(Ok(1_000_000), |text| text.parse())?;
    let (_, small_kb) = run(variants / 10)?;
    let (seconds, peak_kb) = run(variants)?;
    let rows_per_second = (variants as f64 / seconds).round() as u64;
    let line = serde_json::json!({
        "bench": "import",
        "rows": variants,
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "rows_per_second": rows_per_second,
        "peak_rss_mb": (peak_kb as f64 / 102.4).round() / 10.0,
        "peak_rss_mb_at_a_tenth": (small_kb as f64 / 102.4).round() / 10.0,
    });
    println!("{line}");
    Ok(())
}
