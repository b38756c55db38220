//! What travels between us and Shopify, as serde types written by hand. Decoding is lenient where Shopify is known to
//! vary: codes may be missing, enums may grow, amounts may carry any number of zeros.

pub(crate) mod bulk;
pub(crate) mod catalogue;
pub(crate) mod envelope;
pub(crate) mod price_lists;
pub(crate) mod prices;

use serde::Deserialize;

/// Whether and where a connection goes on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageInfo {
    pub has_next_page: bool,
    pub end_cursor: Option<String>,
}

/// An amount with its currency, such as `{"amount":"25.0","currencyCode":"EUR"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoneyV2 {
    pub amount: String,
    pub currency_code: String,
}
