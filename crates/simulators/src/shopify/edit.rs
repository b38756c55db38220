//! Edits by the merchant: someone in the shop's own admin changes or deletes variants behind the app's back.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use super::faults::SplitMix;
use super::gid::{gid, parse_gid};
use super::money::{parse_amount, to_stored};
use super::shop::{Shop, Variant};

/// One edit of one variant. What is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VariantEdit {
    /// A gid, the number in it, or a SKU.
    pub variant: String,
    /// The new price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The new compare-at price; null clears it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub compare_at_price: Option<Option<String>>,
    /// Edits the variant's row in this price list instead: its gid, the number in it, or its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_list: Option<String>,
    /// Deletes the variant; in a price list, makes its price relative again.
    #[serde(default)]
    pub delete: bool,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl VariantEdit {
    /// A new price for a variant.
    pub fn price(variant: &str, price: &str) -> Self {
        Self {
            variant: variant.to_owned(),
            price: Some(price.to_owned()),
            compare_at_price: None,
            price_list: None,
            delete: false,
        }
    }

    /// The same edit in a price list.
    #[must_use]
    pub fn in_list(self, list: &str) -> Self {
        Self { price_list: Some(list.to_owned()), ..self }
    }

    /// The end of a variant.
    pub fn delete(variant: &str) -> Self {
        Self { price: None, delete: true, ..Self::price(variant, "") }
    }
}

/// A change of the shop's own settings. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopEdit {
    /// The shop's display name.
    #[serde(default)]
    pub name: Option<String>,
    /// ISO 4217 code; the amounts of prices stay.
    #[serde(default)]
    pub currency: Option<String>,
}

/// An edit that has been understood: which variant, and what it becomes.
pub(crate) struct Planned {
    pub(crate) before: Variant,
    /// `None`: the variant is deleted.
    pub(crate) after: Option<Variant>,
}

/// The variant that an edit names.
///
/// # Errors
/// A sentence for whoever sent it.
pub(crate) fn edited_variant<'s>(shop: &'s Shop, edit: &VariantEdit) -> Result<&'s Variant, String> {
    let number = parse_gid(&edit.variant).map(|parsed| parsed.number).or_else(|| edit.variant.parse().ok());
    let by_number = number.and_then(|number| shop.variant(number)).map(|(_, variant)| variant);
    let found = by_number.or_else(|| shop.variant_by_sku(&edit.variant));
    found.ok_or_else(|| format!("no variant {:?} in the shop", edit.variant))
}

/// Understands an edit against the shop.
///
/// # Errors
/// A sentence for whoever sent it: no such variant, or an amount that is none.
pub(crate) fn plan_edit(shop: &Shop, edit: &VariantEdit) -> Result<Planned, String> {
    let before = edited_variant(shop, edit)?.clone();
    if edit.delete {
        return Ok(Planned { before, after: None });
    }
    let amount = |text: &str| -> Result<Decimal, String> {
        parse_amount(text).map(to_stored).ok_or_else(|| format!("{text:?} is not an amount"))
    };
    let mut after = before.clone();
    if let Some(price) = &edit.price {
        after.price = amount(price)?;
    }
    if let Some(compare_at) = &edit.compare_at_price {
        after.compare_at = compare_at.as_deref().map(amount).transpose()?;
    }
    Ok(Planned { before, after: Some(after) })
}

/// Edits of a seeded share of all variants: each chosen price rises by 1.11.
pub(crate) fn random_edits(shop: &Shop, per_mille: u32, seed: u64) -> Vec<VariantEdit> {
    let mut random = SplitMix { state: seed };
    let variants = shop.products().iter().flat_map(|product| &product.variants);
    let chosen = variants.filter(|_| random.below(1000) < u64::from(per_mille));
    chosen
        .map(|variant| {
            let price = variant.price + Decimal::new(111, 2);
            VariantEdit::price(&gid("ProductVariant", variant.id), &price.to_string())
        })
        .collect()
}
