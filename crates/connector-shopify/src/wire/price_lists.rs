//! Price lists as they travel, in both directions.

use serde::{Deserialize, Serialize};

use super::prices::{NodeId, UserError};
use super::{MoneyV2, PageInfo};

#[derive(Debug, Serialize)]
pub(crate) struct PriceListsVariables {
    pub first: usize,
    pub after: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PriceListsData {
    pub price_lists: PriceLists,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PriceLists {
    pub nodes: Vec<PriceListNode>,
    pub page_info: PageInfo,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PriceListNode {
    pub id: String,
    pub name: String,
    pub currency: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct ListPricesVariables<'a> {
    pub list: &'a str,
    /// `None`: every row.
    pub filter: Option<String>,
    pub first: usize,
    pub after: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListPricesData {
    /// `None` when there is no such list any more.
    pub price_list: Option<ListPricesOfList>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListPricesOfList {
    pub currency: String,
    pub prices: ListPricesPage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListPricesPage {
    pub nodes: Vec<ListPriceNode>,
    pub page_info: PageInfo,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListPriceNode {
    pub origin_type: String,
    pub price: MoneyV2,
    pub compare_at_price: Option<MoneyV2>,
    pub variant: ListedVariant,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ListedVariant {
    pub id: String,
    pub product: NodeId,
}

#[derive(Debug, Serialize)]
pub(crate) struct FixPricesVariables<'a> {
    pub list: &'a str,
    pub prices: Vec<FixedPriceInput<'a>>,
}

/// One row of the write. It replaces the whole row: without a compare-at price there is none afterwards.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FixedPriceInput<'a> {
    pub variant_id: &'a str,
    pub price: MoneyInput,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_at_price: Option<MoneyInput>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoneyInput {
    pub amount: String,
    pub currency_code: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FixPricesData {
    pub price_list_fixed_prices_add: Option<FixPricesPayload>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FixPricesPayload {
    #[serde(default)]
    pub prices: Option<Vec<ListPriceNode>>,
    #[serde(default)]
    pub user_errors: Vec<UserError>,
}

#[derive(Debug, Serialize)]
pub(crate) struct FreePricesVariables<'a> {
    pub list: &'a str,
    pub variants: Vec<&'a str>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FreePricesData {
    pub price_list_fixed_prices_delete: Option<FreePricesPayload>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FreePricesPayload {
    #[serde(default)]
    pub deleted_fixed_price_variant_ids: Option<Vec<String>>,
    #[serde(default)]
    pub user_errors: Vec<UserError>,
}
