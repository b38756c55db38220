//! Whether the rows of a call fit the shop and the price list: variants and products that exist, the list's currency.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::super::bulk_input::UserError;
use super::super::errors::{FieldError, Refusal};
use super::super::gid::parse_gid;
use super::super::money::{parse_amount, to_stored};
use super::super::simulation::State;
use super::FixedPrice;

type Arguments = Map<String, Value>;

const ROWS_MAX: usize = 250;

/// One call's rows against the shop as it is.
pub(super) struct Check<'s> {
    pub(super) state: &'s State,
    pub(super) list: u64,
    pub(super) currency: &'s str,
}

impl Check<'_> {
    pub(super) fn rows_to_add(
        &self,
        argument: &'static str,
        arguments: &Arguments,
        errors: &mut Vec<UserError>,
    ) -> Result<Vec<(u64, FixedPrice)>, FieldError> {
        let rows = items(arguments, argument);
        limit(argument, rows.len())?;
        let mut set = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let place = index.to_string();
            let Some(variant) = self.variant(&row["variantId"]) else {
                errors.push(no_variant(&[argument, &place, "variantId"]));
                continue;
            };
            let before = errors.len();
            for money in ["price", "compareAtPrice"] {
                if row[money].is_object() && row[money]["currencyCode"] != self.currency {
                    let field = [argument, &place, money, "currencyCode"];
                    let message = "The specified currency does not match the price list's currency.";
                    errors.push(UserError::new(&field, Some("PRICE_LIST_CURRENCY_MISMATCH"), message));
                }
            }
            if errors.len() == before {
                set.push((variant, fixed_price(row)?));
            }
        }
        Ok(set)
    }

    pub(super) fn rows_to_delete(
        &self,
        argument: &'static str,
        arguments: &Arguments,
        errors: &mut Vec<UserError>,
    ) -> Result<Vec<u64>, FieldError> {
        let ids = items(arguments, argument);
        limit(argument, ids.len())?;
        let mut gone = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let place = index.to_string();
            let field = [argument, &place];
            match self.variant(id) {
                None => errors.push(no_variant(&field)),
                Some(variant) if self.state.registry.markets.fixed_price(self.list, variant).is_none() => {
                    let message = "Only fixed prices can be deleted.";
                    errors.push(UserError::new(&field, Some("PRICE_NOT_FIXED"), message));
                }
                Some(variant) => gone.push(variant),
            }
        }
        Ok(gone)
    }

    pub(super) fn products_to_add(
        &self,
        arguments: &Arguments,
        errors: &mut Vec<UserError>,
    ) -> Result<Vec<(u64, FixedPrice)>, FieldError> {
        let rows = items(arguments, "pricesToAdd");
        limit("pricesToAdd", rows.len())?;
        let mut set: BTreeMap<u64, FixedPrice> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            let wrong = ["price", "compareAtPrice"].into_iter();
            let mut wrong = wrong.map(|name| &row[name]).filter(|money| money.is_object());
            if wrong.any(|money| money["currencyCode"] != self.currency) {
                return Err(FieldError::Unsupported("another currency in a price for a product".to_owned()));
            }
            let field = ["pricesToAdd", &index.to_string(), "productId"];
            let Some(variants) = self.product("pricesToAdd", &field, &row["productId"], errors) else {
                continue;
            };
            let price = fixed_price(row)?;
            set.extend(variants.into_iter().map(|variant| (variant, price.clone())));
        }
        Ok(set.into_iter().collect())
    }

    pub(super) fn products_to_delete(
        &self,
        arguments: &Arguments,
        errors: &mut Vec<UserError>,
    ) -> Result<Vec<u64>, FieldError> {
        let argument = "pricesToDeleteByProductIds";
        let ids = items(arguments, argument);
        limit(argument, ids.len())?;
        let mut gone = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let field = [argument, &index.to_string()];
            let variants = self.product(argument, &field, id, errors).unwrap_or_default();
            let is_fixed = |id: &u64| self.state.registry.markets.fixed_price(self.list, *id).is_some();
            gone.extend(variants.into_iter().filter(is_fixed));
        }
        Ok(gone)
    }

    /// The variants of a product, or an error about it.
    fn product(
        &self,
        argument: &str,
        field: &[&str],
        id: &Value,
        errors: &mut Vec<UserError>,
    ) -> Option<Vec<u64>> {
        let id = id.as_str().unwrap_or_default();
        let number = parse_gid(id).filter(|parsed| parsed.kind == "Product").map(|parsed| parsed.number);
        let found = number.and_then(|number| self.state.shop.product(number));
        if found.is_none() {
            let message = format!("Product {id} in `{argument}` does not exist.");
            errors.push(UserError::new(field, Some("PRODUCT_DOES_NOT_EXIST"), message));
        }
        Some(found?.variants.iter().map(|variant| variant.id).collect())
    }

    fn variant(&self, id: &Value) -> Option<u64> {
        let parsed = parse_gid(id.as_str()?).filter(|parsed| parsed.kind == "ProductVariant")?;
        self.state.shop.variant(parsed.number).map(|(_, variant)| variant.id)
    }
}

fn no_variant(field: &[&str]) -> UserError {
    UserError::new(field, Some("VARIANT_NOT_FOUND"), "Product variant ID does not exist.")
}

fn limit(argument: &'static str, size: usize) -> Result<(), FieldError> {
    let refused = || FieldError::Refused(Refusal::array_too_long(argument, size));
    if size > ROWS_MAX { Err(refused()) } else { Ok(()) }
}

fn fixed_price(row: &Value) -> Result<FixedPrice, FieldError> {
    let amount = |money: &Value| {
        let text = match &money["amount"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let read = parse_amount(&text).filter(|amount| !amount.is_sign_negative());
        read.map(to_stored)
            .ok_or_else(|| FieldError::Unsupported(format!("the amount {text:?} in a price list")))
    };
    let compare_at = Some(&row["compareAtPrice"]).filter(|money| money.is_object());
    Ok(FixedPrice { price: amount(&row["price"])?, compare_at: compare_at.map(amount).transpose()? })
}

/// A list among the arguments; one that is absent is empty.
pub(super) fn items<'v>(arguments: &'v Arguments, name: &str) -> &'v [Value] {
    arguments.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
