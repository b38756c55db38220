//! Products and variants from Shopify's form.

use channel::{ChannelProduct, ChannelVariant, LeftOut, OptionValue, ProductRef, ProductStatus, VariantRef};
use kernel_core::{Currency, Money};

use super::money;
use crate::wire::MoneyV2;
use crate::wire::catalogue::{Product, SelectedOption, Variant};

/// A product whose variants are all there; those that cannot be represented are noted in `left_out`.
pub(crate) fn product(product: Product, currency: Currency, left_out: &mut Vec<LeftOut>) -> ChannelProduct {
    let id = ProductRef(product.id);
    let mut variants = Vec::with_capacity(product.variants.nodes.len());
    for node in product.variants.nodes {
        let node_id = node.id.clone();
        match variant(node, currency) {
            Ok(variant) => variants.push(variant),
            Err(reason) => {
                left_out.push(LeftOut { product: id.clone(), variant: VariantRef(node_id), reason })
            }
        }
    }
    ChannelProduct {
        id,
        handle: product.handle,
        title: product.title,
        vendor: product.vendor,
        product_type: product.product_type,
        tags: product.tags,
        status: status(&product.status),
        variants,
        updated_at: product.updated_at.and_then(|text| text.parse().ok()),
    }
}

fn variant(node: Variant, currency: Currency) -> Result<ChannelVariant, String> {
    let unreadable =
        |what: &str, e: kernel_core::MoneyError| format!("the {what} {e}; correct it in the shop");
    let compare_at = node.compare_at_price.as_deref().map(|text| money(text, currency)).transpose();
    Ok(ChannelVariant {
        price: money(&node.price, currency).map_err(|e| unreadable("price", e))?,
        compare_at: compare_at.map_err(|e| unreadable("compare-at price", e))?,
        cost: node.inventory_item.and_then(|item| item.unit_cost).and_then(|cost| unit_cost(&cost, currency)),
        id: VariantRef(node.id),
        sku: node.sku.filter(|sku| !sku.is_empty()),
        title: node.title,
        options: options(node.selected_options),
        barcode: node.barcode.filter(|barcode| !barcode.is_empty()),
        inventory_quantity: node.inventory_quantity,
    })
}

/// A cost of another currency or with more digits than ours is no cost we can reckon with: a margin floor then blocks
/// the row instead of working with a wrong number.
fn unit_cost(cost: &MoneyV2, currency: Currency) -> Option<Money> {
    if cost.currency_code != currency.code() {
        return None;
    }
    money(&cost.amount, currency).ok()
}

/// A product without choices has the single option Title = Default Title, which says nothing.
fn options(options: Vec<SelectedOption>) -> Vec<OptionValue> {
    let says_nothing = |only: &SelectedOption| only.name == "Title" && only.value == "Default Title";
    if matches!(options.as_slice(), [only] if says_nothing(only)) {
        return Vec::new();
    }
    options.into_iter().map(|option| OptionValue { name: option.name, value: option.value }).collect()
}

pub(crate) fn status(word: &str) -> ProductStatus {
    match word.to_ascii_uppercase().as_str() {
        "ACTIVE" => ProductStatus::Active,
        "DRAFT" => ProductStatus::Draft,
        "ARCHIVED" => ProductStatus::Archived,
        "UNLISTED" => ProductStatus::Unlisted,
        _ => ProductStatus::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> (ChannelProduct, Vec<LeftOut>) {
        let wire: Product = serde_json::from_str(json).expect("decodes");
        let mut left_out = Vec::new();
        let product = product(wire, "EUR".parse().expect("a currency"), &mut left_out);
        (product, left_out)
    }

    fn json(variants: &str) -> String {
        format!(
            r#"{{"id":"gid://shopify/Product/1","handle":"h","title":"T","vendor":"","productType":"","tags":["a"],
            "status":"BRAND_NEW","updatedAt":"2026-10-05T09:00:00Z","variants":{{"nodes":[{variants}],
            "pageInfo":{{"hasNextPage":false,"endCursor":null}}}}}}"#
        )
    }

    #[test]
    fn a_plain_variant_is_taken_with_its_gaps_as_gaps() {
        let (product, left_out) = read(&json(
            r#"{"id":"gid://shopify/ProductVariant/2","sku":"","title":"Default Title","barcode":null,"price":"25.0",
            "compareAtPrice":null,"inventoryQuantity":-3,"selectedOptions":[{"name":"Title","value":"Default Title"}],
            "inventoryItem":{"unitCost":{"amount":"9.5","currencyCode":"EUR"}}}"#,
        ));
        let variant = &product.variants[0];
        assert_eq!((product.status, left_out.len()), (ProductStatus::Other, 0));
        assert_eq!((variant.price.amount_minor, variant.cost.map(|c| c.amount_minor)), (2500, Some(950)));
        assert_eq!((&variant.sku, &variant.compare_at, variant.options.len()), (&None, &None, 0));
        assert_eq!(variant.inventory_quantity, Some(-3));
        assert!(product.updated_at.is_some());
    }

    #[test]
    fn what_cannot_be_represented_is_named_not_rounded() {
        let (product, left_out) = read(&json(
            r#"{"id":"gid://shopify/ProductVariant/2","title":"a","price":"16.843"},
            {"id":"gid://shopify/ProductVariant/3","title":"b","price":"16.80","inventoryItem":{"unitCost":{"amount":"9.5","currencyCode":"USD"}}},
            {"id":"gid://shopify/ProductVariant/4","title":"c","price":"16.80","compareAtPrice":"x"}"#,
        ));
        assert_eq!(product.variants.len(), 1);
        assert_eq!(product.variants[0].cost, None, "a cost in another currency is no cost");
        let named: Vec<_> = left_out.iter().map(|l| l.variant.as_str()).collect();
        assert_eq!(named, ["gid://shopify/ProductVariant/2", "gid://shopify/ProductVariant/4"]);
        assert!(left_out[0].reason.contains("16.843"), "{}", left_out[0].reason);
    }
}
