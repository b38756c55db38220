//! The lists of the shop: products and variants, sorted, filtered, counted and paged.

use serde_json::{Map, Value};

use super::connection::{Entry, SortValue, cut};
use super::errors::FieldError;
use super::objects::{Object, Resolution, Resolved, World, count};
use super::search::{Search, Searched};
use super::shop::{Product, Variant};

/// `QueryRoot.products`.
pub(crate) fn products<'a>(
    world: &World<'a>,
    arguments: &Map<String, Value>,
    path: &[Value],
) -> Resolution<'a> {
    refuse_saved_search(arguments)?;
    let key = sort_key(arguments, "ID");
    let mut entries = Vec::new();
    let search = search_of(world, arguments, path, Searched::Products)?;
    for product in world.shop.products().iter().filter(|product| found_product(world, &search, product)) {
        let value = product_sort_value(product, key)?;
        entries.push(Entry { value, id: product.id, item: Object::Product(product) });
    }
    connection(entries, arguments)
}

/// `QueryRoot.productVariants`.
pub(crate) fn variants<'a>(
    world: &World<'a>,
    arguments: &Map<String, Value>,
    path: &[Value],
) -> Resolution<'a> {
    refuse_saved_search(arguments)?;
    let search = search_of(world, arguments, path, Searched::Variants)?;
    let products = world.shop.products().iter();
    let all = products.flat_map(|product| product.variants.iter().map(move |variant| (product, variant)));
    let found = all.filter(|(product, variant)| {
        let indexed = world.shop.as_indexed(product, world.now_s);
        let seen = indexed.as_ref().and_then(|indexed| {
            indexed.variants.iter().find(|one| one.id == variant.id).map(|variant| (indexed, variant))
        });
        search.is_empty() || seen.is_some_and(|(product, variant)| search.finds_variant(product, variant))
    });
    variant_connection(found, arguments, "ID")
}

/// `Product.variants`.
pub(crate) fn variants_of<'a>(product: &'a Product, arguments: &Map<String, Value>) -> Resolution<'a> {
    variant_connection(product.variants.iter().map(|variant| (product, variant)), arguments, "POSITION")
}

/// `InventoryItem.variants`: always the one variant.
pub(crate) fn variants_of_item<'a>(
    product: &'a Product,
    variant: &'a Variant,
    arguments: &Map<String, Value>,
) -> Resolution<'a> {
    variant_connection([(product, variant)].into_iter(), arguments, "ID")
}

/// `QueryRoot.productsCount`.
pub(crate) fn products_count<'a>(
    world: &World<'a>,
    arguments: &Map<String, Value>,
    path: &[Value],
) -> Resolution<'a> {
    refuse_saved_search(arguments)?;
    let search = search_of(world, arguments, path, Searched::Products)?;
    let found = world.shop.products().iter().filter(|product| found_product(world, &search, product)).count();
    Ok(limited_count(found, arguments))
}

/// `QueryRoot.productVariantsCount`: has no search fields, ignores the filter and says so only in a warning.
pub(crate) fn variants_count<'a>(
    world: &World<'a>,
    arguments: &Map<String, Value>,
    path: &[Value],
) -> Resolved<'a> {
    if let Some(query) = arguments.get("query").and_then(Value::as_str).filter(|query| !query.is_empty()) {
        world.search.borrow_mut().push(super::search::ignored_query(path, query));
    }
    let all = world.shop.products().iter().map(|product| product.variants.len()).sum();
    limited_count(all, arguments)
}

fn found_product(world: &World<'_>, search: &Search, product: &Product) -> bool {
    let indexed = world.shop.as_indexed(product, world.now_s);
    search.is_empty() || indexed.is_some_and(|product| search.finds_product(&product))
}

/// A `Count` that stops at the limit that was asked for.
pub(crate) fn limited_count<'a>(found: usize, arguments: &Map<String, Value>) -> Resolved<'a> {
    let found = found as u64;
    match arguments.get("limit").and_then(Value::as_u64) {
        Some(limit) if found > limit => count(limit, "AT_LEAST"),
        _ => count(found, "EXACT"),
    }
}

fn search_of<'a>(
    world: &World<'a>,
    arguments: &Map<String, Value>,
    path: &[Value],
    searched: Searched,
) -> Result<Search, FieldError> {
    let query = arguments.get("query").and_then(Value::as_str).unwrap_or_default();
    let (search, warning) = Search::parse(query, searched, path)?;
    world.search.borrow_mut().extend(warning);
    Ok(search)
}

fn refuse_saved_search(arguments: &Map<String, Value>) -> Result<(), FieldError> {
    match arguments.get("savedSearchId") {
        Some(Value::String(_)) => Err(FieldError::Unsupported("argument savedSearchId".to_owned())),
        _ => Ok(()),
    }
}

fn sort_key<'v>(arguments: &'v Map<String, Value>, default: &'v str) -> &'v str {
    arguments.get("sortKey").and_then(Value::as_str).unwrap_or(default)
}

fn variant_connection<'a>(
    variants: impl Iterator<Item = (&'a Product, &'a Variant)>,
    arguments: &Map<String, Value>,
    default_key: &str,
) -> Resolution<'a> {
    let key = sort_key(arguments, default_key);
    let mut entries = Vec::new();
    for (product, variant) in variants {
        let value = variant_sort_value(product, variant, key)?;
        entries.push(Entry { value, id: variant.id, item: Object::Variant(product, variant) });
    }
    connection(entries, arguments)
}

/// A page of a list.
pub(crate) fn connection<'a>(
    entries: Vec<Entry<Object<'a>>>,
    arguments: &Map<String, Value>,
) -> Resolution<'a> {
    let page = cut(entries, arguments)?;
    Ok(Resolved::Object(Object::Connection(page.boxed())))
}

fn product_sort_value(product: &Product, key: &str) -> Result<SortValue, FieldError> {
    Ok(match key {
        "ID" | "RELEVANCE" => SortValue::Number(product.id.cast_signed()),
        "TITLE" => SortValue::Text(product.title.to_lowercase()),
        "VENDOR" => SortValue::Text(product.vendor.to_lowercase()),
        "PRODUCT_TYPE" => SortValue::Text(product.product_type.to_lowercase()),
        "CREATED_AT" | "PUBLISHED_AT" => SortValue::Text(sortable_time(product.created_at)),
        "UPDATED_AT" => SortValue::Text(sortable_time(product.updated_at)),
        "INVENTORY_TOTAL" => SortValue::Number(product.total_inventory()),
        _ => return Err(FieldError::Unsupported(format!("sort key {key} of products"))),
    })
}

fn variant_sort_value(product: &Product, variant: &Variant, key: &str) -> Result<SortValue, FieldError> {
    Ok(match key {
        "ID" | "RELEVANCE" => SortValue::Number(variant.id.cast_signed()),
        "POSITION" => SortValue::Number(variant.position.cast_signed()),
        "SKU" => SortValue::Text(variant.sku.clone().unwrap_or_default()),
        "TITLE" | "NAME" => SortValue::Text(variant.title().to_lowercase()),
        "FULL_TITLE" => SortValue::Text(format!("{} {}", product.title, variant.title()).to_lowercase()),
        "INVENTORY_QUANTITY" => SortValue::Number(variant.inventory_quantity),
        _ => return Err(FieldError::Unsupported(format!("sort key {key} of variants"))),
    })
}

/// Times in cursors are written as the vendor's database writes them.
pub(crate) fn sortable_time(epoch_s: i64) -> String {
    let time = jiff::Timestamp::from_second(epoch_s).unwrap_or_default();
    time.strftime("%Y-%m-%d %H:%M:%S.000000").to_string()
}
