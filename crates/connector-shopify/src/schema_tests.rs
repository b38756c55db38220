//! Every document and every shape of variables we send, checked against Shopify's official schema of this version.

use std::io::Read;
use std::sync::LazyLock;

use apollo_compiler::request::coerce_variable_values;
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use channel::{CompareAtWrite, FixedPriceWrite, PriceWrite};
use kernel_core::Money;
use serde::Serialize;

use crate::mapping;
use crate::operation::{
    ALL_OPERATIONS, BULK_PRODUCTS, FIX_LIST_PRICES, FREE_LIST_PRICES, Operation, READ_LIST_PRICES,
    READ_PRICE_LISTS, READ_PRICES, READ_PRODUCT_VARIANTS, READ_PRODUCTS, READ_SHOP, WRITE_PRICES,
};
use crate::wire::catalogue::{ProductVariantsVariables, ProductsVariables};
use crate::wire::price_lists::{
    FixPricesVariables, FreePricesVariables, ListPricesVariables, PriceListsVariables,
};
use crate::wire::prices::{ReadPricesVariables, WritePricesVariables};

static SCHEMA: LazyLock<Valid<Schema>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulators/schema/admin_2026-10.graphql.gz");
    let packed = std::fs::File::open(path).expect("the official schema is in the repository");
    // The schema uses this directive without declaring it.
    let mut text = "directive @oneOf on INPUT_OBJECT\n".to_owned();
    flate2::read::GzDecoder::new(packed).read_to_string(&mut text).expect("the schema unpacks");
    Schema::parse_and_validate(text, "admin_2026-10.graphql").expect("the schema is valid")
});

fn document(operation: &Operation) -> Valid<ExecutableDocument> {
    ExecutableDocument::parse_and_validate(&SCHEMA, operation.document, operation.name)
        .unwrap_or_else(|errors| panic!("{}: {errors}", operation.name))
}

/// Whether the schema accepts `variables` for `operation`.
fn accepts(operation: &Operation, variables: &impl Serialize) -> Result<(), String> {
    let document = document(operation);
    let parsed = document.operations.get(Some(operation.name)).expect("the operation is named so");
    let text = serde_json::to_string(variables).expect("JSON");
    let values: JsonMap = serde_json::from_str(&text).expect("an object");
    coerce_variable_values(&SCHEMA, parsed, &values).map(|_| ()).map_err(|e| e.message().to_string())
}

fn write(compare_at: CompareAtWrite) -> WritePricesVariables {
    let price = Money::from_minor(999, "EUR".parse().expect("a currency"));
    let variant = "gid://shopify/ProductVariant/1".into();
    let product = "gid://shopify/Product/1".into();
    let input = mapping::prices::input(&PriceWrite { variant, product, price, compare_at });
    WritePricesVariables { product_id: "gid://shopify/Product/1".to_owned(), variants: vec![input] }
}

#[test]
fn every_document_is_valid() {
    for Operation { name, document, .. } in ALL_OPERATIONS {
        ExecutableDocument::parse_and_validate(&SCHEMA, *document, name)
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
    }
    ExecutableDocument::parse_and_validate(&SCHEMA, BULK_PRODUCTS, "bulk products").expect("valid");
    for operation in [READ_SHOP, READ_PRODUCTS, READ_PRODUCT_VARIANTS, READ_PRICES, WRITE_PRICES] {
        assert!(ALL_OPERATIONS.iter().any(|one| one.name == operation.name), "{}", operation.name);
    }
}

#[test]
fn every_shape_of_variables_is_accepted() {
    let after = [None, Some("cursor".to_owned())];
    for after in after {
        let page = ProductsVariables { products: 50, variants: 100, after: after.clone(), with_cost: true };
        assert_eq!(accepts(&READ_PRODUCTS, &page), Ok(()));
        let product = "gid://shopify/Product/1";
        let rest = ProductVariantsVariables { product, variants: 100, after, with_cost: false };
        assert_eq!(accepts(&READ_PRODUCT_VARIANTS, &rest), Ok(()));
    }
    let ids = vec!["gid://shopify/ProductVariant/1"];
    assert_eq!(accepts(&READ_PRICES, &ReadPricesVariables { ids }), Ok(()));
    let amount = Money::from_minor(1299, "EUR".parse().expect("a currency"));
    for compare_at in [CompareAtWrite::Keep, CompareAtWrite::Clear, CompareAtWrite::Set(amount)] {
        assert_eq!(accepts(&WRITE_PRICES, &write(compare_at)), Ok(()));
    }
}

#[test]
fn every_shape_about_price_lists_is_accepted() {
    let (list, variant) = ("gid://shopify/PriceList/1", "gid://shopify/ProductVariant/1");
    for after in [None, Some("cursor".to_owned())] {
        let lists = PriceListsVariables { first: 250, after: after.clone() };
        assert_eq!(accepts(&READ_PRICE_LISTS, &lists), Ok(()));
        let filter = after.is_some().then(|| "product_id:1".to_owned());
        let rows = ListPricesVariables { list, filter, first: 250, after };
        assert_eq!(accepts(&READ_LIST_PRICES, &rows), Ok(()));
    }
    let price = Money::from_minor(999, "EUR".parse().expect("a currency"));
    for compare_at in [None, Some(price)] {
        let write = FixedPriceWrite { variant: variant.into(), price, compare_at };
        let prices = vec![mapping::price_lists::input(&write)];
        assert_eq!(accepts(&FIX_LIST_PRICES, &FixPricesVariables { list, prices }), Ok(()));
    }
    assert_eq!(accepts(&FREE_LIST_PRICES, &FreePricesVariables { list, variants: vec![variant] }), Ok(()));
}

#[test]
fn the_check_would_notice_a_wrong_name_or_type() {
    let wrong =
        serde_json::json!({"productId": "gid://shopify/Product/1", "variants": [{"id": "x", "sku": "A"}]});
    assert!(accepts(&WRITE_PRICES, &wrong).is_err(), "sku is not a field of this input");
    assert!(accepts(&READ_PRODUCTS, &serde_json::json!({"products": "many"})).is_err());
}
