//! The shop and its products as they travel.

use serde::{Deserialize, Serialize};

use super::{MoneyV2, PageInfo};

#[derive(Debug, Deserialize)]
pub(crate) struct ShopData {
    pub shop: Shop,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shop {
    pub name: String,
    pub myshopify_domain: String,
    pub currency_code: String,
    pub iana_timezone: String,
}

/// The part of the shop that every price depends on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShopCurrency {
    pub currency_code: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductsVariables {
    pub products: usize,
    pub variants: usize,
    pub after: Option<String>,
    pub with_cost: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProductVariantsVariables<'a> {
    pub product: &'a str,
    pub variants: usize,
    pub after: Option<String>,
    pub with_cost: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ProductsData {
    pub shop: ShopCurrency,
    pub products: Products,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Products {
    pub nodes: Vec<Product>,
    pub page_info: PageInfo,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Product {
    pub id: String,
    pub handle: String,
    pub title: String,
    pub vendor: String,
    pub product_type: String,
    pub tags: Vec<String>,
    pub status: String,
    pub updated_at: Option<String>,
    #[serde(default)]
    pub variants: Variants,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variants {
    pub nodes: Vec<Variant>,
    pub page_info: PageInfo,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variant {
    pub id: String,
    pub sku: Option<String>,
    pub title: String,
    pub barcode: Option<String>,
    pub price: String,
    pub compare_at_price: Option<String>,
    pub inventory_quantity: Option<i64>,
    #[serde(default)]
    pub selected_options: Vec<SelectedOption>,
    #[serde(default)]
    pub inventory_item: Option<InventoryItem>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SelectedOption {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InventoryItem {
    pub unit_cost: Option<MoneyV2>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ProductVariantsData {
    pub product: Option<ProductVariantsOnly>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ProductVariantsOnly {
    pub variants: Variants,
}
