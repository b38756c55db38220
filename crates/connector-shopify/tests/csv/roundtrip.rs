//! Whatever product we hold, writing it as CSV and reading that gives it back.

use std::collections::HashSet;

use channel::{ChannelProduct, ChannelVariant, OptionValue, ProductStatus};
use connector_shopify::csv::{CsvExport, CsvImport, DecimalMark, ExportColumns, ExportError, ImportOptions};
use kernel_core::{Currency, Money};
use proptest::prelude::*;

/// Any text that a cell can hold and that is not blank; quotes, separators and line breaks included.
fn text() -> impl Strategy<Value = String> {
    "[ -~äßλ€\n\"',;=+@-]{1,20}".prop_filter("not blank", |text| {
        // A lone apostrophe before digits is how spreadsheets protect a number, and is dropped on purpose.
        !text.trim().is_empty() && !text.starts_with('\'') && text != "Default Title"
    })
}

fn money(currency: Currency) -> impl Strategy<Value = Money> {
    (0_i64..10_000_000_000).prop_map(move |minor| Money::from_minor(minor, currency))
}

fn variant(currency: Currency, options: usize) -> impl Strategy<Value = ChannelVariant> {
    let sku = prop::option::of(text());
    let amounts = (money(currency), prop::option::of(money(currency)), prop::option::of(money(currency)));
    let values = prop::collection::vec(text(), options);
    (sku, amounts, values, prop::option::of(any::<i64>()), prop::option::of(text())).prop_map(
        |(sku, (price, compare_at, cost), values, inventory_quantity, barcode)| ChannelVariant {
            id: "".into(),
            sku,
            title: if values.is_empty() { "Default Title".to_owned() } else { values.join(" / ") },
            options: values.into_iter().map(|value| OptionValue { name: String::new(), value }).collect(),
            barcode,
            price,
            compare_at,
            cost,
            inventory_quantity,
        },
    )
}

fn product(currency: Currency) -> impl Strategy<Value = ChannelProduct> {
    let status = prop::sample::select(vec![
        ProductStatus::Active,
        ProductStatus::Draft,
        ProductStatus::Archived,
        ProductStatus::Unlisted,
    ]);
    let names = prop::collection::vec(text(), 0..=3);
    let parts = names.prop_flat_map(move |names| {
        let variants = prop::collection::vec(variant(currency, names.len()), 1..5);
        (Just(names), variants)
    });
    let tags = prop::collection::hash_set("[a-z0-9 äß]{0,6}[a-z0-9]", 0..4);
    ("[a-z0-9][a-z0-9-]{0,12}", text(), "[ -~]{0,9}", "[ -~]{0,9}", tags, status, parts).prop_map(
        |(handle, title, vendor, product_type, tags, status, (names, mut variants))| {
            for variant in &mut variants {
                for (option, name) in variant.options.iter_mut().zip(&names) {
                    option.name.clone_from(name);
                }
            }
            let tags = tags
                .into_iter()
                .map(|tag| tag.trim().to_owned())
                .collect::<HashSet<_>>()
                .into_iter()
                .collect();
            ChannelProduct {
                id: "".into(),
                handle,
                title,
                vendor,
                product_type,
                tags,
                status,
                variants,
                updated_at: None,
            }
        },
    )
}

fn catalogue() -> impl Strategy<Value = (Currency, Vec<ChannelProduct>)> {
    let currency = prop::sample::select(vec!["EUR", "JPY", "KWD", "USD"]);
    currency.prop_flat_map(|code| {
        let currency: Currency = code.parse().expect("a currency");
        let products = prop::collection::vec(product(currency), 0..6).prop_map(|mut products| {
            let mut seen = HashSet::new();
            products.retain(|product| seen.insert(product.handle.clone()));
            products
        });
        (Just(currency), products)
    })
}

fn export(products: &[ChannelProduct], columns: ExportColumns) -> Result<Vec<u8>, ExportError> {
    let mut export = CsvExport::new(Vec::new(), columns)?;
    for product in products {
        export.write(product)?;
    }
    export.finish()
}

fn import(file: &[u8], currency: Currency) -> Vec<ChannelProduct> {
    let options = ImportOptions { currency, decimal_mark: DecimalMark::Point };
    let mut import = CsvImport::new(file, options).expect("our own header is good");
    let products = import.by_ref().map(|product| product.expect("readable")).collect();
    assert_eq!(import.report().refused, Default::default());
    assert_eq!(import.report().changed, Default::default());
    products
}

/// Ids are not in the file; what is compared is everything else.
fn without_ids(mut products: Vec<ChannelProduct>) -> Vec<ChannelProduct> {
    for product in &mut products {
        product.id = "".into();
        product.variants.iter_mut().for_each(|variant| variant.id = "".into());
    }
    products
}

/// What a file of prices does not carry.
fn prices_only(mut products: Vec<ChannelProduct>) -> Vec<ChannelProduct> {
    for product in &mut products {
        product.vendor.clear();
        product.product_type.clear();
        product.tags.clear();
        for variant in &mut product.variants {
            (variant.barcode, variant.inventory_quantity, variant.cost) = (None, None, None);
        }
    }
    products
}

proptest! {
    #[test]
    fn a_catalogue_comes_back_whole((currency, products) in catalogue()) {
        let file = export(&products, ExportColumns::Catalogue).expect("writable");
        let back = import(&file, currency);
        let ids: HashSet<_> = back.iter().flat_map(|p| &p.variants).map(|v| v.id.clone()).collect();
        prop_assert_eq!(ids.len(), products.iter().map(|p| p.variants.len()).sum::<usize>());
        prop_assert_eq!(without_ids(back.clone()), products);
        // And once more, now with ids: the same file gives the same ids.
        let again = export(&back, ExportColumns::Catalogue).expect("writable");
        prop_assert_eq!(&again, &file);
        prop_assert_eq!(import(&again, currency), back);
    }

    #[test]
    fn a_file_of_prices_carries_prices_and_identity((currency, products) in catalogue()) {
        let file = export(&products, ExportColumns::Prices).expect("writable");
        prop_assert_eq!(without_ids(import(&file, currency)), prices_only(products));
    }
}

#[test]
fn a_file_of_prices_has_no_column_that_could_wipe_something_else() {
    let file = export(&[], ExportColumns::Prices).expect("writable");
    let header = String::from_utf8(file).expect("text");
    assert_eq!(
        header.trim_end(),
        "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Price,Variant Compare At Price,Status"
    );
}

#[test]
fn what_the_csv_has_no_place_for_is_refused() {
    let file = b"Handle,Title,Option1 Name,Option1 Value,Variant Price,Status\na,A,Size,S,1,odd\n";
    let options =
        ImportOptions { currency: "EUR".parse().expect("a currency"), decimal_mark: DecimalMark::Auto };
    let mut import = CsvImport::new(&file[..], options).expect("a good header");
    let mut product = import.next().expect("a product").expect("readable");
    assert_eq!(import.report().changed.first[0].code, "status.unknown");
    assert!(matches!(
        export(&[product.clone()], ExportColumns::Prices),
        Err(ExportError::Unrepresentable { .. })
    ));
    product.status = ProductStatus::Active;
    assert!(export(&[product.clone()], ExportColumns::Prices).is_ok());
    let mut odd = product.variants[0].clone();
    odd.options.clear();
    product.variants.push(odd);
    assert!(matches!(export(&[product], ExportColumns::Prices), Err(ExportError::Unrepresentable { .. })));
}
