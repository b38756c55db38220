//! Product CSVs: those that Shopify published, and made-up ones.

use std::io::Read;
use std::path::PathBuf;

/// Shopify's demo catalogues by name; nothing where they are not at hand, except under CI.
pub fn catalogs() -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/catalogs"));
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", folder.display());
        eprintln!("skipped: {} is not at hand", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".csv.gz"));
    files.sort();
    let unpack = |path: PathBuf| {
        let mut text = String::new();
        let file = std::fs::File::open(&path).expect("the catalogue opens");
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("the catalogue unpacks");
        (path.file_name().expect("a file").to_string_lossy().into_owned(), text)
    };
    files.into_iter().map(unpack).collect()
}

/// A product CSV of `products` products with one variant each, handles `{prefix}-{n}`, from number `first` on.
pub fn csv_of(prefix: &str, first: usize, products: usize) -> String {
    let mut csv = "Handle,Title,Vendor,Variant SKU,Variant Price,Variant Compare At Price\n".to_owned();
    for number in first..first + products {
        let (whole, cents) = (10 + number / 100, number % 100);
        csv.push_str(&format!(
            "{prefix}-{number},Thing {number},Fjell,{prefix}-{number},{whole}.{cents:02},\n"
        ));
    }
    csv
}
