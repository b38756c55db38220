//! Streams generated product CSVs through the import and prints rows per second and peak memory as one line of JSON.
//! `import_bench [VARIANTS]`; a file a tenth as long is read first, so that growth of memory with the file shows.

use std::io::{self, Read};
use std::time::Instant;

use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions};

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Google Shopping / Google Product Category,Google Shopping / Gender,Google Shopping / Age Group,Google Shopping / MPN,Google Shopping / AdWords Grouping,Google Shopping / AdWords Labels,Google Shopping / Condition,Google Shopping / Custom Product,Google Shopping / Custom Label 0,Google Shopping / Custom Label 1,Google Shopping / Custom Label 2,Google Shopping / Custom Label 3,Google Shopping / Custom Label 4,Variant Image,Variant Weight Unit,Variant Tax Code,Cost per item\n";
const VARIANTS_PER_PRODUCT: u64 = 5;
const SIZES: [&str; 5] = ["XS", "S", "M", "L", "XL"];

/// A file that is made while it is read, so that it takes no memory of its own.
struct Generated {
    next: u64,
    variants: u64,
    ready: Vec<u8>,
    at: usize,
}

impl Generated {
    fn new(variants: u64) -> Self {
        Self { next: 0, variants, ready: HEADER.as_bytes().to_vec(), at: 0 }
    }

    fn row(&mut self) {
        let (product, place) = (self.next / VARIANTS_PER_PRODUCT, self.next % VARIANTS_PER_PRODUCT);
        let (price, size) = (1000 + (self.next * 7919) % 90_000, SIZES[place as usize]);
        let (head, option) = match place {
            0 => (
                format!(
                    "Product {product},\"<p>Made for rain, wind and sun, number {product}.</p>\",Maker {},Jackets,\"outdoor, rain, season-{}\",true",
                    product % 40,
                    product % 8
                ),
                "Size",
            ),
            _ => (",,,,,".to_owned(), ""),
        };
        let line = format!(
            "product-{product},{head},{option},{size},,,,,SKU-{product}-{size},350,shopify,{},deny,manual,{}.{:02},,true,true,,https://cdn.example/p/{product}.jpg,{},,false,,,,,,,,,,,,,,,,,kg,,{}.50\n",
            self.next % 100,
            price / 100,
            price % 100,
            place + 1,
            price / 250
        );
        self.ready.clear();
        self.ready.extend_from_slice(line.as_bytes());
        self.at = 0;
        self.next += 1;
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            if self.at == self.ready.len() {
                if self.next == self.variants {
                    break;
                }
                self.row();
            }
            let count = (buffer.len() - filled).min(self.ready.len() - self.at);
            buffer[filled..filled + count].copy_from_slice(&self.ready[self.at..self.at + count]);
            (filled, self.at) = (filled + count, self.at + count);
        }
        Ok(filled)
    }
}

fn run(variants: u64) -> Result<(f64, u64), Box<dyn std::error::Error>> {
    let options = ImportOptions { currency: "EUR".parse()?, decimal_mark: DecimalMark::Auto };
    let start = Instant::now();
    let mut import = CsvImport::new(Generated::new(variants), options)?;
    let mut checksum: i64 = 0;
    for product in import.by_ref() {
        checksum += product?.variants.iter().map(|variant| variant.price.amount_minor).sum::<i64>();
    }
    let seconds = start.elapsed().as_secs_f64();
    let expected: u64 = (0..variants).map(|i| 1000 + (i * 7919) % 90_000).sum();
    let report = import.into_report();
    if report.variants != variants || u64::try_from(checksum)? != expected || report.refused.count != 0 {
        return Err(format!("not all was taken: {} of {variants}", report.variants).into());
    }
    Ok((seconds, peak_rss_kb()))
}

/// The most memory this process ever had resident, as Linux tells it; 0 elsewhere.
fn peak_rss_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
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
