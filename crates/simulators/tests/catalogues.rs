//! Product CSVs as shops: the vendor's own demo catalogues, the demo of this repository, and wrong files.

mod support;

use std::collections::HashSet;

use rust_decimal::Decimal;
use serde_json::json;
use simulators::shopify::{
    Catalogue, Market, MarketCatalog, MarketCurrency, MarketRegion, Markets, PriceList, SIMULATED,
};
use support::{Shop, reference_data, unzipped};

#[test]
fn the_vendors_demo_catalogues_are_read() {
    let expected = [
        ("catalogs/shopifypartners_apparel.csv.gz", 20, 22),
        ("catalogs/shopifypartners_home-and-garden.csv.gz", 20, 21),
        ("catalogs/shopifypartners_jewelery.csv.gz", 20, 23),
    ];
    for (file, products, variants) in expected {
        let Some(path) = reference_data(file) else { return };
        let catalogue = Catalogue::from_csv(unzipped(&path).as_bytes()).expect("the catalogue is read");
        assert_eq!((catalogue.products.len(), catalogue.variant_count()), (products, variants), "{file}");
        assert!(
            catalogue
                .products
                .iter()
                .all(|product| !product.title.is_empty() && !product.variants.is_empty())
        );
    }
}

#[test]
fn the_demo_shop_is_whole() {
    let catalogue = Catalogue::demo().expect("the demo is read");
    assert_eq!((catalogue.products.len(), catalogue.variant_count()), (86, 306));
    let handles: HashSet<_> = catalogue.products.iter().map(|product| &product.handle).collect();
    assert_eq!(handles.len(), 86);
    let variants: Vec<_> = catalogue.products.iter().flat_map(|product| &product.variants).collect();
    let skus: HashSet<_> = variants.iter().filter_map(|variant| variant.sku.as_ref()).collect();
    assert_eq!(skus.len(), 306);
    assert!(
        variants
            .iter()
            .all(|variant| variant.cost.is_none_or(|cost| cost > Decimal::ZERO && cost < variant.price))
    );
    assert_eq!(variants.iter().filter(|variant| variant.compare_at.is_some()).count(), 66);
    assert_eq!(catalogue.products.iter().filter(|product| product.status == "DRAFT").count(), 2);
    for product in &catalogue.products {
        let options = product.option_names.len();
        assert!(
            product.variants.iter().all(|variant| variant.option_values.len() == options),
            "{}",
            product.handle
        );
    }
}

#[test]
fn continuation_rows_image_rows_and_a_byte_order_mark_are_understood() {
    let csv = "\u{feff}Handle,Title,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src\n\
               hat,Hat,\"b, A\",true,Size,S,H-S,10,one.jpg\n\
               hat,,,,,L,,12.5,\n\
               hat,,,,,,,,two.jpg\n\
               cap,\"Cap\nwith a line\",,false,Title,Default Title,'C-1,9.99,\n";
    let catalogue = Catalogue::from_csv(csv.as_bytes()).expect("the catalogue is read");
    let [hat, cap] = catalogue.products.as_slice() else { panic!("{catalogue:?}") };
    assert_eq!(hat.variants.iter().map(|v| v.sku.as_deref()).collect::<Vec<_>>(), [Some("H-S"), None]);
    assert_eq!(hat.variants[1].price, support::amount("12.5"));
    assert_eq!((cap.title.as_str(), cap.status.as_str()), ("Cap\nwith a line", "DRAFT"));
    assert_eq!(cap.variants[0].sku.as_deref(), Some("C-1"));
}

#[test]
fn wrong_rows_are_named_by_their_line() {
    for (rows, words) in [
        ("hat,Hat,ten\n", "line 2: column Variant Price: \"ten\" is not an amount"),
        ("hat,Hat,10\nlost,,10\n", "line 3: the first row of \"lost\" has no Title"),
        ("hat,Hat,10\n,,10\n", "line 3: a row without Handle"),
    ] {
        let error = Catalogue::from_csv(format!("Handle,Title,Variant Price\n{rows}").as_bytes())
            .expect_err("an error");
        assert_eq!(format!("{error:#}"), words);
    }
}

/// Every simulated field of every simulated type can really be asked for and is answered.
#[tokio::test]
async fn every_simulated_field_has_a_value() {
    let demo = Catalogue::demo().expect("the demo is read");
    let currency = MarketCurrency { code: "CAD".to_owned(), rate: support::amount("1.5"), rounding: true };
    let regions = vec![MarketRegion { id: 1, code: "CA".to_owned(), name: "Canada".to_owned() }];
    let markets = Markets::default()
        .with_market(Market { regions, currency: Some(currency), ..Market::new(2, "Canada") })
        .with_catalog(MarketCatalog {
            markets: vec![2],
            price_list: Some(4),
            ..MarketCatalog::new(3, "Canada")
        })
        .with_price_list(PriceList::decreasing(4, "Canada", "CAD", support::amount("5")));
    let shop = Shop::start_with(demo.with_markets(markets), |mut config| {
        config.scopes.push("read_markets".to_owned());
        config.rate = 100_000;
        config
    })
    .await;
    for (kind, fields) in SIMULATED {
        let root = match *kind {
            "Shop" => "shop",
            "Product" => "product(id: \"gid://shopify/Product/8970000000003\")",
            "ProductVariant" => "productVariant(id: \"gid://shopify/ProductVariant/48540000000005\")",
            "InventoryItem" => "inventoryItem(id: \"gid://shopify/InventoryItem/50640000000005\")",
            "Market" => "market(id: \"gid://shopify/Market/2\")",
            "PriceList" => "priceList(id: \"gid://shopify/PriceList/4\")",
            "Catalog" => "catalog(id: \"gid://shopify/MarketCatalog/3\")",
            _ => continue,
        };
        for field in *fields {
            let document = format!("{{ {root} {{ {} }} }}", selection(kind, field));
            let answer = shop.send(&document, json!({})).await.expect("an answer");
            assert_eq!(answer.status, 200, "{kind}.{field}: {}", answer.text);
            let answer = answer.json();
            assert!(answer.get("errors").is_none(), "{kind}.{field}: {answer}");
        }
    }
}

fn selection(kind: &str, field: &str) -> String {
    let below = match field {
        "contextualPricing" if kind == "Product" => {
            "fixedQuantityRulesCount priceRange { minVariantPrice { amount } } minVariantPricing { price { amount } }
             maxVariantPricing { unitPrice { amount } quantityRule { minimum maximum increment } }"
        }
        "contextualPricing" => "price { amount } quantityPriceBreaks(first: 1) { nodes { minimumQuantity } }",
        "catalogs" => "nodes { id title } pageInfo { hasNextPage }",
        "catalog" => "id title status",
        "conditions" => {
            "conditionTypes regionsCondition { applicationLevel regions(first: 1) { nodes { id name
               ... on MarketRegionCountry { code currency { currencyCode currencyName enabled } } } } }"
        }
        "currencySettings" => "localCurrencies roundingEnabled baseCurrency { currencyCode }",
        "operations" => "__typename",
        "parent" => "adjustment { type value } settings { compareAtMode }",
        "priceInclusions" => "adaptivePricingEnabled",
        "priceList" => "id name",
        "prices" => "nodes { price { amount } compareAtPrice { amount } originType variant { id }
            quantityPriceBreaks(first: 1) { nodes { minimumQuantity } } } edges { cursor }",
        "publication" => "id autoPublish",
        "plan" => "displayName publicDisplayName partnerDevelopment shopifyPlus",
        "primaryDomain" => "id host url sslEnabled",
        "variants" => "nodes { id } edges { cursor node { id } } pageInfo { startCursor hasPreviousPage }",
        "media" | "metafields" | "collections" | "images" => "nodes { id }",
        "options" => "id name position values optionValues { id name hasVariants }",
        "selectedOptions" => "name value optionValue { id name hasVariants }",
        "seo" => "title description",
        "priceRange" | "priceRangeV2" => "minVariantPrice { amount currencyCode } maxVariantPrice { amount }",
        "compareAtPriceRange" => "minVariantCompareAtPrice { amount } maxVariantCompareAtPrice { amount }",
        "mediaCount" | "variantsCount" => "count precision",
        "measurement" => "weight { unit value }",
        "unitPriceMeasurement" => "quantityUnit quantityValue referenceUnit referenceValue",
        "unitCost" | "unitPrice" => "amount currencyCode",
        "category" | "featuredMedia" | "featuredImage" | "image" | "metafield" | "product" | "variant"
        | "inventoryItem" => "id",
        "combinedListing" => "parentProduct { id }",
        _ => return field.to_owned(),
    };
    let arguments = match field {
        "variants" | "media" | "metafields" | "collections" | "images" | "catalogs" | "prices" => {
            "(first: 3)"
        }
        "contextualPricing" => "(context: { country: CA })",
        "metafield" => "(namespace: \"n\", key: \"k\")",
        _ => "",
    };
    format!("{field}{arguments} {{ {below} }}")
}
