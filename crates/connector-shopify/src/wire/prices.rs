//! Prices as they travel, in both directions.

use serde::{Deserialize, Serialize};

use super::catalogue::ShopCurrency;

#[derive(Debug, Serialize)]
pub(crate) struct ReadPricesVariables<'a> {
    pub ids: Vec<&'a str>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ReadPricesData {
    pub shop: ShopCurrency,
    pub nodes: Vec<Option<PriceNode>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PriceNode {
    #[serde(rename = "__typename")]
    pub type_name: String,
    #[serde(default)]
    pub id: Option<String>,
    #[serde(default)]
    pub price: Option<String>,
    #[serde(default)]
    pub compare_at_price: Option<String>,
    #[serde(default)]
    pub product: Option<NodeId>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct NodeId {
    pub id: String,
}

/// Variables of the write.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WritePricesVariables {
    /// The product all variants belong to.
    pub product_id: String,
    /// The variants.
    pub variants: Vec<VariantPriceInput>,
}

/// One variant of the write. What is absent stays as it is in the shop; `null` wipes it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VariantPriceInput {
    /// The variant.
    pub id: String,
    /// The new price.
    pub price: String,
    /// Three states: absent keeps, `null` clears, a text sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare_at_price: Option<Option<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WritePricesData {
    pub product_variants_bulk_update: Option<WritePricesPayload>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WritePricesPayload {
    #[serde(default)]
    pub product_variants: Option<Vec<Option<EchoedVariant>>>,
    #[serde(default)]
    pub user_errors: Vec<UserError>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EchoedVariant {
    pub id: String,
    pub price: String,
    pub compare_at_price: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct UserError {
    #[serde(default)]
    pub field: Option<Vec<String>>,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub code: Option<String>,
}

impl UserError {
    /// Which variant of the request it is about; `None` when it is about the request as a whole.
    pub(crate) fn variant_index(&self) -> Option<usize> {
        self.index_under("variants")
    }

    /// Which item of a list argument it is about; `None` when it is about something else.
    pub(crate) fn index_under(&self, argument: &str) -> Option<usize> {
        match self.field.as_deref() {
            Some([first, index, ..]) if first == argument => index.parse().ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_null_and_value_are_three_different_things() {
        let input = |compare_at_price| {
            serde_json::to_string(&VariantPriceInput {
                id: "gid://shopify/ProductVariant/1".to_owned(),
                price: "9.99".to_owned(),
                compare_at_price,
            })
            .expect("JSON")
        };
        let start = r#"{"id":"gid://shopify/ProductVariant/1","price":"9.99""#;
        assert_eq!(input(None), format!("{start}}}"));
        assert_eq!(input(Some(None)), format!(r#"{start},"compareAtPrice":null}}"#));
        assert_eq!(input(Some(Some("12.00".into()))), format!(r#"{start},"compareAtPrice":"12.00"}}"#));
    }

    #[test]
    fn user_errors_without_code_or_field_decode_and_point_to_their_variant() {
        let errors: Vec<UserError> = serde_json::from_str(
            r#"[{"field":["variants","1","price"],"message":"m","code":null},
                {"field":["productId"],"message":"m","code":"PRODUCT_DOES_NOT_EXIST"},
                {"field":null,"message":"m"},
                {"field":["variants","x"],"message":"m","code":"BRAND_NEW"}]"#,
        )
        .expect("decodes");
        let indices: Vec<_> = errors.iter().map(UserError::variant_index).collect();
        assert_eq!(indices, [Some(1), None, None, None]);
    }
}
