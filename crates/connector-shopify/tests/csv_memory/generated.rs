//! A product CSV of any length that is made while it is read, so that it takes no memory of its own.

use std::io::{self, Read};

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Google Shopping / Google Product Category,Google Shopping / Gender,Google Shopping / Age Group,Google Shopping / MPN,Google Shopping / AdWords Grouping,Google Shopping / AdWords Labels,Google Shopping / Condition,Google Shopping / Custom Product,Google Shopping / Custom Label 0,Google Shopping / Custom Label 1,Google Shopping / Custom Label 2,Google Shopping / Custom Label 3,Google Shopping / Custom Label 4,Variant Image,Variant Weight Unit,Variant Tax Code,Cost per item\n";
const VARIANTS_PER_PRODUCT: u64 = 5;
const SIZES: [&str; 5] = ["XS", "S", "M", "L", "XL"];

/// The file; its price column is told by [`price_minor`].
pub struct Generated {
    next: u64,
    variants: u64,
    ready: Vec<u8>,
    at: usize,
}

impl Generated {
    /// A file of `variants` variants, five to a product, in the columns of a classic export.
    pub fn new(variants: u64) -> Self {
        Self { next: 0, variants, ready: HEADER.as_bytes().to_vec(), at: 0 }
    }

    fn row(&mut self) {
        let (product, place) = (self.next / VARIANTS_PER_PRODUCT, self.next % VARIANTS_PER_PRODUCT);
        let (price, size) = (price_minor(self.next), SIZES[place as usize]);
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

/// The price of the `number`th variant in cents.
pub fn price_minor(number: u64) -> u64 {
    1000 + (number * 7919) % 90_000
}

/// The most memory this process ever had resident, in kilobytes, as Linux tells it; 0 elsewhere.
pub fn peak_rss_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
