//! The fields of products, variants and inventory items.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::connection::Page;
use super::errors::FieldError;
use super::gid::gid;
use super::money::{amount_string, money_string};
use super::objects::{Object, Resolution, Resolved, World, count, date_time, texts};
use super::shop::{Product, Variant};
use super::{lists, markets, shop_object};

impl<'a> World<'a> {
    pub(crate) fn product(
        &self,
        product: &'a Product,
        field: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Option<Resolved<'a>>, FieldError> {
        let json = match field {
            "id" => json!(gid("Product", product.id)),
            "legacyResourceId" => json!(product.id.to_string()),
            "title" => json!(product.title),
            "handle" => json!(product.handle),
            "vendor" => json!(product.vendor),
            "productType" => json!(product.product_type),
            "tags" => return Ok(Some(texts(&product.tags))),
            "status" => json!(product.status),
            "createdAt" => json!(date_time(product.created_at)),
            "updatedAt" => json!(date_time(product.updated_at)),
            "publishedAt" if product.status == "ACTIVE" => json!(date_time(product.created_at)),
            "descriptionHtml" | "bodyHtml" => json!(product.description_html),
            "totalInventory" => json!(product.total_inventory()),
            "tracksInventory" => json!(product.tracks_inventory()),
            "totalVariants" => json!(product.variants.len()),
            "hasOnlyDefaultVariant" => json!(is_default(product)),
            "hasOutOfStockVariants" => {
                json!(product.variants.iter().any(|v| v.tracked && v.inventory_quantity <= 0))
            }
            "hasVariantsThatRequiresComponents" => {
                json!(product.variants.iter().any(|variant| variant.details.requires_components))
            }
            "isGiftCard" | "requiresSellingPlan" => json!(false),
            "onlineStorePreviewUrl" => {
                json!(format!("https://{}/products_preview?preview_key={}", self.settings.domain, product.id))
            }
            "publishedAt"
            | "category"
            | "templateSuffix"
            | "giftCardTemplateSuffix"
            | "onlineStoreUrl"
            | "featuredMedia"
            | "featuredImage"
            | "metafield"
            | "combinedListing"
            | "combinedListingRole" => Value::Null,
            "seo" => {
                return Ok(Some(Resolved::plain(vec![
                    ("title", Resolved::null()),
                    ("description", Resolved::null()),
                ])));
            }
            "variantsCount" => return Ok(Some(count(product.variants.len() as u64, "EXACT"))),
            "mediaCount" => return Ok(Some(count(0, "EXACT"))),
            "options" => return Ok(Some(shop_object::options(product, arguments))),
            "priceRangeV2" => return Ok(Some(self.price_range(product, Decimal::ONE))),
            // Recorded: the older field tells hundredths.
            "priceRange" => return Ok(Some(self.price_range(product, Decimal::ONE_HUNDRED))),
            "compareAtPriceRange" => return Ok(Some(self.compare_at_range(product))),
            "contextualPricing" => return markets::product_pricing(self, product, arguments).map(Some),
            "variants" => return lists::variants_of(product, arguments).map(Some),
            "media" | "images" | "metafields" | "collections" => return empty(arguments).map(Some),
            _ => return Ok(None),
        };
        Ok(Some(json.into()))
    }

    pub(crate) fn variant(
        &self,
        product: &'a Product,
        variant: &'a Variant,
        field: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Option<Resolved<'a>>, FieldError> {
        let details = &variant.details;
        let json = match field {
            "id" => json!(gid("ProductVariant", variant.id)),
            "legacyResourceId" => json!(variant.id.to_string()),
            "title" => json!(variant.title()),
            "displayName" => json!(format!("{} - {}", product.title, variant.title())),
            "sku" => json!(variant.sku),
            "barcode" => json!(variant.barcode),
            "price" => json!(money_string(variant.price)),
            "compareAtPrice" => json!(variant.compare_at.map(money_string)),
            "position" => json!(variant.position),
            "createdAt" => json!(date_time(variant.created_at)),
            "updatedAt" => json!(date_time(variant.updated_at)),
            "inventoryQuantity" => json!(variant.inventory_quantity),
            "sellableOnlineQuantity" => json!(variant.inventory_quantity.max(0)),
            "inventoryPolicy" => json!(details.inventory_policy),
            "availableForSale" => json!(
                !variant.tracked || variant.inventory_quantity > 0 || details.inventory_policy == "CONTINUE"
            ),
            "taxable" => json!(details.taxable),
            "taxCode" => json!(details.tax_code),
            "requiresComponents" => json!(details.requires_components),
            "showUnitPrice" => json!(details.show_unit_price),
            "unitPriceMeasurement" => {
                return Ok(Some(shop_object::plain_from(&details.unit_price_measurement, UNIT_PRICE)));
            }
            "contextualPricing" => return markets::variant_pricing(self, variant, arguments).map(Some),
            "image" | "metafield" | "unitPrice" => Value::Null,
            "selectedOptions" => return Ok(Some(shop_object::selected_options(product, variant))),
            "product" => return Ok(Some(Resolved::Object(Object::Product(product)))),
            "inventoryItem" => return Ok(Some(Resolved::Object(Object::Item(product, variant)))),
            "media" | "metafields" => return empty(arguments).map(Some),
            _ => return Ok(None),
        };
        Ok(Some(json.into()))
    }

    pub(crate) fn item(
        &self,
        product: &'a Product,
        variant: &'a Variant,
        field: &str,
        arguments: &Map<String, Value>,
    ) -> Result<Option<Resolved<'a>>, FieldError> {
        let details = &variant.details;
        let json = match field {
            "id" => json!(gid("InventoryItem", variant.inventory_item_id)),
            "legacyResourceId" => json!(variant.inventory_item_id.to_string()),
            "sku" => json!(variant.sku),
            "tracked" => json!(variant.tracked),
            "requiresShipping" => json!(details.requires_shipping),
            "createdAt" => json!(date_time(variant.created_at)),
            "updatedAt" => json!(date_time(variant.updated_at)),
            "countryCodeOfOrigin" => json!(details.country_code_of_origin),
            "provinceCodeOfOrigin" => json!(details.province_code_of_origin),
            "harmonizedSystemCode" => json!(details.harmonized_system_code),
            "unitCost" => return Ok(Some(variant.cost.map_or_else(Resolved::null, |cost| self.money(cost)))),
            "measurement" => {
                let weight = shop_object::plain_from(&details.weight, &["unit", "value"]);
                return Ok(Some(Resolved::plain(vec![("weight", weight)])));
            }
            "variant" => return Ok(Some(Resolved::Object(Object::Variant(product, variant)))),
            "variants" => return lists::variants_of_item(product, variant, arguments).map(Some),
            _ => return Ok(None),
        };
        Ok(Some(json.into()))
    }

    /// A `MoneyV2` in the shop's currency.
    fn money(&self, amount: Decimal) -> Resolved<'a> {
        let amount = json!(amount_string(amount));
        Resolved::plain(vec![
            ("amount", amount.into()),
            ("currencyCode", json!(self.settings.currency).into()),
        ])
    }

    /// Null when no variant has a compare-at price.
    fn compare_at_range(&self, product: &Product) -> Resolved<'a> {
        let prices = || product.variants.iter().filter_map(|variant| variant.compare_at);
        let (Some(lowest), Some(highest)) = (prices().min(), prices().max()) else { return Resolved::null() };
        let lowest = ("minVariantCompareAtPrice", self.money(lowest));
        Resolved::plain(vec![lowest, ("maxVariantCompareAtPrice", self.money(highest))])
    }

    fn price_range(&self, product: &Product, times: Decimal) -> Resolved<'a> {
        let prices = || product.variants.iter().map(|variant| variant.price);
        let lowest = self.money(prices().min().unwrap_or_default() * times);
        let highest = self.money(prices().max().unwrap_or_default() * times);
        Resolved::plain(vec![("minVariantPrice", lowest), ("maxVariantPrice", highest)])
    }
}

const UNIT_PRICE: &[&str] = &["quantityValue", "quantityUnit", "referenceValue", "referenceUnit"];

/// The simulated shop has no media, metafields, collections or orders; their connections are empty but obey the paging
/// rules.
pub(crate) fn empty<'a>(arguments: &Map<String, Value>) -> Resolution<'a> {
    Ok(Resolved::Object(Object::Connection(Page::empty(arguments)?)))
}

fn is_default(product: &Product) -> bool {
    product.variants.len() == 1 && product.variants[0].option_values == ["Default Title"]
}
