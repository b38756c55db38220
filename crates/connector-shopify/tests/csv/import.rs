//! What becomes of the rows of a product CSV: taken, changed or refused, each by its line.

use std::collections::HashSet;
use std::io::Read;

use channel::{ChannelProduct, ProductStatus};
use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions, ImportReport};
use proptest::prelude::*;

const HEADER: &str = "Handle,Title,Vendor,Type,Tags,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Price,Variant Compare At Price,Image Src,Cost per item,Status";

fn options(currency: &str) -> ImportOptions {
    ImportOptions { currency: currency.parse().expect("a currency"), decimal_mark: DecimalMark::Auto }
}

fn import_bytes(file: impl Read, currency: &str) -> (Vec<ChannelProduct>, ImportReport) {
    let mut import = CsvImport::new(file, options(currency)).expect("the header is good");
    let products = import.by_ref().map(|product| product.expect("the file is readable")).collect();
    (products, import.into_report())
}

fn import(rows: &str) -> (Vec<ChannelProduct>, ImportReport) {
    import_bytes(format!("{HEADER}\n{rows}").as_bytes(), "EUR")
}

fn refusals(report: &ImportReport) -> Vec<(u64, &str)> {
    report.refused.first.iter().map(|note| (note.line, note.code)).collect()
}

fn prices(product: &ChannelProduct) -> Vec<i64> {
    product.variants.iter().map(|variant| variant.price.amount_minor).collect()
}

#[test]
fn rows_of_one_handle_become_one_product() {
    let (products, report) = import(concat!(
        "shirt,Shirt,Maker,Tops,\"summer, sale ,summer\",Size,Small,Color,Red,S-R,50,60.0,https://x/1.jpg,20.5,draft\n",
        "shirt,,,,,,Large,,Red,L-R,55.5,,,,\n",
        "shirt,,,,,,,,,,,,https://x/2.jpg,,\n",
        "mug,Mug,,,,Title,Default Title,,,,9.99,,,,\n",
    ));
    assert_eq!(products.len(), 2);
    let shirt = &products[0];
    assert_eq!(
        (shirt.title.as_str(), shirt.vendor.as_str(), shirt.product_type.as_str()),
        ("Shirt", "Maker", "Tops")
    );
    assert_eq!(
        (shirt.tags.as_slice(), shirt.status),
        (&["summer".to_owned(), "sale".to_owned()][..], ProductStatus::Draft)
    );
    assert_eq!(prices(shirt), [5000, 5550]);
    let large = &shirt.variants[1];
    assert_eq!(
        (large.title.as_str(), large.sku.as_deref(), large.compare_at),
        ("Large / Red", Some("L-R"), None)
    );
    assert_eq!((large.options[0].name.as_str(), large.options[1].name.as_str()), ("Size", "Color"));
    let small = &shirt.variants[0];
    assert_eq!(
        (small.compare_at.map(|m| m.amount_minor), small.cost.map(|m| m.amount_minor)),
        (Some(6000), Some(2050))
    );
    let mug = &products[1];
    assert_eq!(
        (mug.variants[0].options.len(), mug.variants[0].title.as_str(), &mug.variants[0].sku),
        (0, "Default Title", &None)
    );
    assert_eq!(mug.status, ProductStatus::Active);
    assert_eq!((report.rows, report.products, report.variants, report.rows_without_variant), (4, 2, 3, 1));
    assert_eq!(
        (report.changed.count, report.refused.count, report.unused_columns.as_slice()),
        (0, 0, &["Image Src".to_owned()][..])
    );
}

#[test]
fn a_bad_row_costs_its_own_variant_and_says_where_and_how() {
    let (products, report) = import(concat!(
        "a,A,,,,Size,S,,,1,free,,,,\n",
        "a,,,,,,M,,,2,-1,,,,\n",
        "a,,,,,,L,,,3,12.00,,,,\n",
        "a,,,,,,XL,,,4,,,,,\n",
        "a,,,,,,XXL,,,5,16.843,,,,\n",
        ",,,,,,S,,,6,10,,,,\n",
        "b,B,,,,Size,S,,,7,10,x,,,\n",
        "c,C,,,,Size,S,,,8,10,,,1.2345,\n",
        "d,D,extra,,,Size,S,,,9,10,,,,,surplus\n",
        "e,E,,,,Size,S,,,10,7\n",
        "f,F,,,,Size,S,,,11,8,,,,\n",
    ));
    assert_eq!(products.iter().map(|p| p.handle.as_str()).collect::<Vec<_>>(), ["a", "f"]);
    assert_eq!(prices(&products[0]), [1200]);
    assert_eq!(
        refusals(&report),
        [
            (2, "not_a_number"),
            (3, "negative"),
            (5, "price.missing"),
            (6, "ambiguous"),
            (7, "handle.missing"),
            (8, "not_a_number"),
            (9, "too_precise"),
            (10, "row.shape"),
            (11, "row.shape"),
        ]
    );
    assert_eq!((report.products, report.variants, report.rows), (2, 2, 11));
    let first = &report.refused.first[0];
    assert_eq!(first.column.as_deref(), Some("Variant Price"));
    assert!(first.detail.contains("`free`") && first.detail.contains("EUR"), "{}", first.detail);
    assert_eq!(report.refused_fields()[0].pointer, "line 2");
}

#[test]
fn marks_quotes_and_line_breaks_of_all_kinds() {
    let rows = "a,\"A \"\"great\"\"\r\nthing; really, \",,,,,,,,,\"1.234,50\",\"12,5\",,,\r\n\r\n  ,,,,,,,,,,,,,,\r\nb,B,,,,,,,,,bad,,,,\r\nc,C,,,,,,,,,5,,,,";
    let text = format!("\u{feff}{HEADER}\r\n{rows}").replace("Handle,", "Handle,");
    let (products, report) = import_bytes(text.as_bytes(), "EUR");
    assert_eq!(products[0].title, "A \"great\"\r\nthing; really, ");
    assert_eq!(
        (prices(&products[0]), products[0].variants[0].compare_at.map(|m| m.amount_minor)),
        (vec![123_450], Some(1250))
    );
    let changed: Vec<_> =
        report.changed.first.iter().map(|n| (n.line, n.column.as_deref(), n.detail.as_str())).collect();
    assert_eq!(
        changed,
        [
            (2, Some("Variant Price"), "`1.234,50` was read as 1234.50 EUR"),
            (2, Some("Variant Compare At Price"), "`12,5` was read as 12.50 EUR"),
        ]
    );
    assert_eq!(
        refusals(&report),
        [(6, "not_a_number")],
        "lines are those of the file, also after quoted breaks"
    );
    assert_eq!(products.len(), 2);
}

#[test]
fn other_currencies_separators_and_header_names() {
    let yen = format!(
        "{HEADER}\na,A,,,,,,,,,1200,,,,\nb,B,,,,,,,,,\"1,200\",,,,\nc,C,,,,,,,,,1200.00,,,,\nd,D,,,,,,,,,12.5,,,,\n"
    );
    let (products, report) = import_bytes(yen.as_bytes(), "JPY");
    assert_eq!(products.iter().flat_map(prices).collect::<Vec<_>>(), [1200, 1200, 1200]);
    assert_eq!(refusals(&report), [(5, "too_precise")]);
    let semicolons = "URL handle;Title;Option1 name;Option1 value;SKU;Price;Compare-at price\na;A;Size;S;x;12,5;\na;;;M;y;13;15,00\n";
    let (products, report) = import_bytes(semicolons.as_bytes(), "EUR");
    assert_eq!((prices(&products[0]), report.changed.count), (vec![1250, 1300], 2));
}

#[test]
fn skus_may_be_empty_or_stand_twice_without_mixing_variants_up() {
    let rows = "a,A,,,,Size,S,,,DUP,1,,,,\na,,,,,,M,,,DUP,2,,,,\na,,,,,,L,,,,3,,,,\na,,,,,,L,,,,4,,,,\nb,B,,,,Size,S,,,DUP,5,,,,\nb,,,,,,M,,,'00123,6,,,,\n";
    let (products, report) = import(rows);
    let ids: HashSet<_> = products.iter().flat_map(|p| &p.variants).map(|v| &v.id).collect();
    assert_eq!(ids.len(), 6);
    assert_eq!(products[1].variants[1].sku.as_deref(), Some("00123"));
    assert_eq!((report.changed.first[0].line, report.changed.first[0].code), (7, "code.apostrophe"));
    let (again, _) = import(rows);
    assert_eq!(again, products, "the same file gives the same ids");
    let (reordered, _) = import("a,A,,,,Size,M,,,DUP,2,,,,\na,,,,,,S,,,DUP,1,,,,\n");
    assert_eq!(reordered[0].variants[1].id, products[0].variants[0].id);
    assert_eq!(reordered[0].id, products[0].id);
}

#[test]
fn a_product_torn_apart_is_refused_not_split_in_two() {
    let (products, report) = import(concat!(
        "a,A,,,,Size,S,,,,1,,,,\n",
        "b,B,,,,Size,S,,,,2,,,,\n",
        "a,,,,,,M,,,,3,,,,\n",
        "a,A again,,,,Size,L,,,,4,,,,\n",
        "b,,,,,,M,,,,5,,,,\n",
        "lost,,,,,,M,,,,6,,,,\n",
        "b,,,,,,L,,,,7,,,,\n",
    ));
    assert_eq!(
        products.iter().map(prices).collect::<Vec<_>>(),
        [vec![1], vec![2, 5, 7]].map(|p| p.iter().map(|v| v * 100).collect::<Vec<_>>())
    );
    assert_eq!(refusals(&report), [(4, "handle.scattered"), (5, "handle.scattered"), (7, "product.missing")]);
}

#[test]
fn text_that_is_not_utf8_refuses_its_row_only() {
    let mut file = format!("{HEADER}\n").into_bytes();
    file.extend(b"a,Caf\xe9,,,,,,,,,5,,,,\nb,B,,,,,,,,,6,,,,\n");
    let (products, report) = import_bytes(file.as_slice(), "EUR");
    assert_eq!((products.len(), refusals(&report)), (1, vec![(2, "row.encoding")]));
}

#[test]
fn a_file_that_cannot_be_understood_is_refused_before_anything_is_taken() {
    for (file, code) in [
        ("", "catalogue.empty"),
        ("Title,Price\nA,5\n", "catalogue.column_missing"),
        ("a,A,5\n", "catalogue.column_missing"),
        ("Handle,Variant Price,Price\na,5,6\n", "catalogue.column_twice"),
    ] {
        let error = CsvImport::new(file.as_bytes(), options("EUR")).err().expect(file);
        assert_eq!((error.code, error.fields[0].pointer.as_str()), (code, "line 1"), "{file}");
    }
}

#[test]
fn an_open_quote_ends_the_import_instead_of_eating_the_file() {
    let start = format!("{HEADER}\na,A,,,,,,,,,5,,,,\nb,\"B,,,,,,,,,6,,,,\n");
    let endless = std::io::repeat(b'x').take(1 << 30);
    let mut import =
        CsvImport::new(start.as_bytes().chain(endless), options("EUR")).expect("the header is good");
    let error = import.find_map(Result::err).expect("the file is refused");
    assert!(error.fields[0].detail.contains("quote"), "{:?}", error.fields);
    assert!(import.next().is_none(), "nothing follows an error");
}

#[test]
fn notes_are_counted_in_full_and_kept_in_part() {
    let rows: String = (0..3000).map(|i| format!("h{i},T,,,,,,,,,x,,,,\n")).collect();
    let (products, report) = import(&rows);
    assert_eq!((products.len(), report.refused.count, report.refused.first.len()), (0, 3000, 1000));
}

/// The columns of an export of 2026: 73 of them, with taxonomy, linked options, markets and metafields between ours.
#[test]
fn the_wide_export_of_2026_is_read_by_its_names() {
    let mut columns =
        vec!["Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published"];
    columns.extend(["Option1 Name", "Option1 Value", "Option1 Linked To", "Option2 Name", "Option2 Value"]);
    columns.extend([
        "Option2 Linked To",
        "Option3 Name",
        "Option3 Value",
        "Option3 Linked To",
        "Variant SKU",
    ]);
    columns.extend([
        "Variant Grams",
        "Variant Inventory Tracker",
        "Variant Inventory Qty",
        "Variant Inventory Policy",
    ]);
    columns.extend(["Variant Fulfillment Service", "Variant Price", "Variant Compare At Price"]);
    columns.extend(["Variant Requires Shipping", "Variant Taxable", "Unit Price Total Measure"]);
    columns.extend([
        "Unit Price Total Measure Unit",
        "Unit Price Base Measure",
        "Unit Price Base Measure Unit",
    ]);
    columns.extend([
        "Variant Barcode",
        "Image Src",
        "Image Position",
        "Image Alt Text",
        "Gift Card",
        "SEO Title",
    ]);
    columns.extend(["SEO Description", "Color (product.metafields.shopify.color-pattern)"]);
    columns.extend(["Variant Image", "Variant Weight Unit", "Variant Tax Code", "Cost per item"]);
    columns.extend(["Included / Germany", "Price / Germany", "Compare At Price / Germany", "Status"]);
    let fillers: Vec<String> =
        (columns.len()..73).map(|n| format!("Extra {n} (product.metafields.custom.x{n})")).collect();
    columns.splice(columns.len() - 8..columns.len() - 8, fillers.iter().map(String::as_str));
    assert_eq!(columns.len(), 73);
    let row = |values: &[(&str, &str)]| {
        let value =
            |column: &&str| values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| *value);
        columns.iter().map(value).collect::<Vec<_>>().join(",")
    };
    let first = row(&[
        ("Handle", "a"),
        ("Title", "A"),
        ("Product Category", "Apparel"),
        ("Type", "Shirts"),
        ("Option1 Name", "Color"),
        ("Option1 Value", "Red"),
        ("Option1 Linked To", "product.metafields.shopify.color-pattern"),
        ("Variant Inventory Qty", "-2"),
        ("Variant Price", "10.5"),
        ("Cost per item", "4"),
        ("Price / Germany", "99"),
        ("Status", "archived"),
    ]);
    let second = row(&[
        ("Handle", "a"),
        ("Option1 Value", "Blue"),
        ("Variant Price", "11"),
        ("Price / Germany", "98"),
    ]);
    let image = row(&[("Handle", "a"), ("Image Src", "https://x/2.jpg"), ("Image Position", "2")]);
    let file = format!("{}\n{first}\n{second}\n{image}\n", columns.join(","));
    let (products, report) = import_bytes(file.as_bytes(), "EUR");
    let product = &products[0];
    assert_eq!((prices(product), product.product_type.as_str()), (vec![1050, 1100], "Shirts"));
    assert_eq!((product.status, product.variants[0].inventory_quantity), (ProductStatus::Archived, Some(-2)));
    assert_eq!(product.variants[0].cost.map(|cost| cost.amount_minor), Some(400));
    assert_eq!(product.variants[1].options[0].value, "Blue");
    assert_eq!((report.rows_without_variant, report.refused.count), (1, 0));
    assert!(report.unused_columns.contains(&"Price / Germany".to_owned()));
}

/// A cell of a row that somebody might have written, good or bad.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        2 => "[a-c]",
        2 => "[0-9]{1,5}([.,][0-9]{0,4})?",
        1 => "[ -~]{0,6}",
        1 => "\"[a-z,\n]{0,5}\"",
    ]
}

proptest! {
    /// Nothing makes the import panic, and each row is either a variant, refused, or holds no variant.
    #[test]
    fn every_row_is_accounted_for(rows in prop::collection::vec(prop::collection::vec(cell(), 13..17), 0..30), crlf: bool) {
        let end = if crlf { "\r\n" } else { "\n" };
        let rows: Vec<String> = rows.iter().map(|cells| cells.join(",")).collect();
        let file = format!("{HEADER}{end}{}", rows.join(end));
        let (products, report) = import_bytes(file.as_bytes(), "EUR");
        let variants: usize = products.iter().map(|product| product.variants.len()).sum();
        prop_assert_eq!((report.products, report.variants), (products.len() as u64, variants as u64));
        prop_assert_eq!(report.rows, report.variants + report.refused.count + report.rows_without_variant);
        let handles: HashSet<_> = products.iter().map(|product| &product.handle).collect();
        prop_assert_eq!(handles.len(), products.len(), "no handle comes twice");
        let ids: HashSet<_> = products.iter().flat_map(|product| &product.variants).map(|variant| &variant.id).collect();
        prop_assert_eq!(ids.len(), variants);
    }

    #[test]
    fn arbitrary_bytes_are_refused_or_read_but_never_crash(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let file = [HEADER.as_bytes(), b"\n", &bytes].concat();
        if let Ok(import) = CsvImport::new(file.as_slice(), options("EUR")) {
            prop_assert!(import.count() <= bytes.len() + 1);
        }
    }
}
