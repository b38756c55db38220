//! Catalogues that Shopify published for demo stores are imported whole and come back the same from an export.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use channel::ChannelProduct;
use connector_shopify::csv::{CsvExport, CsvImport, DecimalMark, ExportColumns, ImportOptions, ImportReport};

/// The files, or nothing where they are not at hand; under CI they must be.
fn catalogs() -> Vec<(String, String)> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/catalogs"));
    let Ok(entries) = std::fs::read_dir(&folder) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is missing", folder.display());
        eprintln!("skipped: {} is not at hand", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".csv.gz"));
    files.sort();
    let read = |path: PathBuf| {
        let mut text = String::new();
        let file = File::open(&path).expect("the catalogue opens");
        flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("the catalogue unpacks");
        (path.file_name().expect("a file").to_string_lossy().into_owned(), text)
    };
    files.into_iter().map(read).collect()
}

fn import(text: &str) -> (Vec<ChannelProduct>, ImportReport) {
    let options =
        ImportOptions { currency: "USD".parse().expect("a currency"), decimal_mark: DecimalMark::Auto };
    let mut import = CsvImport::new(text.as_bytes(), options).expect("the header is good");
    let products = import.by_ref().map(|product| product.expect("readable")).collect();
    (products, import.into_report())
}

/// What stands in the file, told by a reader that knows nothing of ours: handles, and the plain price column.
fn naive(text: &str) -> (usize, Vec<String>) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|h| h == name).expect(name);
    let (handle, price) = (column("Handle"), column("Variant Price"));
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let handles: std::collections::HashSet<_> = rows.iter().map(|row| row[handle].to_owned()).collect();
    let prices = rows.iter().map(|row| row[price].to_owned()).filter(|price| !price.is_empty()).collect();
    (handles.len(), prices)
}

#[test]
fn every_catalogue_is_taken_whole() {
    let catalogs = catalogs();
    for (name, text) in &catalogs {
        let (products, report) = import(text);
        let (handles, price_texts) = naive(text);
        assert_eq!((report.refused.count, products.len()), (0, handles), "{name}: {:?}", report.refused);
        let taken: Vec<i64> =
            products.iter().flat_map(|p| &p.variants).map(|v| v.price.amount_minor).collect();
        let expected: Vec<i64> = price_texts.iter().map(|text| cents(text)).collect();
        assert_eq!(taken, expected, "{name}");
    }
}

#[test]
fn an_exported_catalogue_imports_as_it_was() {
    for (name, text) in catalogs() {
        let (products, _) = import(&text);
        let mut export = CsvExport::new(Vec::new(), ExportColumns::Catalogue).expect("a header");
        for product in &products {
            export.write(product).expect("every product can be written");
        }
        let exported = String::from_utf8(export.finish().expect("written")).expect("text");
        let (again, report) = import(&exported);
        assert_eq!((again, report.refused.count, report.changed.count), (products, 0, 0), "{name}");
    }
}

fn cents(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<2}").parse().expect("the catalogues have plain prices")
}
