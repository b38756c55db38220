//! One `ProductVariantsBulkInput`: read, checked, applied. Absent keeps a field, null clears it, a value sets it.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::errors::FieldError;
use super::money::{AMOUNT_LIMIT, parse_amount, to_stored};
use super::shop::{Product, Variant};

/// An entry of `userErrors`. `code` is null for some of Shopify's own checks, `field` for those of a whole call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserError {
    pub(crate) field: Option<Vec<String>>,
    pub(crate) message: String,
    pub(crate) code: Option<&'static str>,
}

impl UserError {
    pub(crate) fn new(field: &[&str], code: Option<&'static str>, message: impl Into<String>) -> Self {
        let field = field.iter().map(|part| (*part).to_owned()).collect();
        Self { field: Some(field), message: message.into(), code }
    }

    /// An error about the call as a whole.
    pub(crate) fn whole(code: Option<&'static str>, message: impl Into<String>) -> Self {
        Self { field: None, message: message.into(), code }
    }
}

/// Input fields that exist but whose effect is not simulated.
const NOT_SIMULATED: &[&str] = &[
    "mediaId",
    "mediaSrc",
    "metafields",
    "published",
    "quantityAdjustments",
    "countryHarmonizedSystemCodes",
];

/// One submitted variant. The outer option of each amount is "absent".
#[derive(Debug, Clone)]
pub(crate) struct VariantInput {
    submitted: Map<String, Value>,
    item: Map<String, Value>,
    price: Option<Option<Decimal>>,
    compare_at: Option<Option<Decimal>>,
    cost: Option<Option<Decimal>>,
}

impl VariantInput {
    /// Reads a value that has already been coerced to the input type.
    ///
    /// # Errors
    /// A field whose effect is not simulated.
    pub(crate) fn read(submitted: &Value) -> Result<Self, FieldError> {
        let submitted = submitted.as_object().cloned().unwrap_or_default();
        let item = submitted.get("inventoryItem").and_then(Value::as_object).cloned().unwrap_or_default();
        let given = submitted.iter().chain(&item).find(|(name, _)| NOT_SIMULATED.contains(&name.as_str()));
        if let Some((name, _)) = given {
            return Err(FieldError::Unsupported(format!("input field ProductVariantsBulkInput.{name}")));
        }
        Ok(Self {
            price: amount(&submitted, "price"),
            compare_at: amount(&submitted, "compareAtPrice"),
            cost: amount(&item, "cost"),
            submitted,
            item,
        })
    }

    /// Errors for which Shopify answers `productVariants: null`.
    ///
    /// # Errors
    /// A change of option values, which is not simulated.
    pub(crate) fn structural_errors(
        &self,
        product: &Product,
        index: usize,
    ) -> Result<Vec<UserError>, FieldError> {
        let index = index.to_string();
        let mut errors = Vec::new();
        if self.submitted.get("inventoryQuantities").is_some_and(|value| !value.is_null()) {
            let message = "Inventory quantities can only be provided during create. To update inventory for existing \
                           variants, use inventoryAdjustQuantities.";
            let code = "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE";
            errors.push(UserError::new(&["variants", &index, "inventoryQuantities"], Some(code), message));
        }
        let choices = self.submitted.get("optionValues").and_then(Value::as_array);
        for (place, choice) in choices.into_iter().flatten().enumerate() {
            let known = choice["optionName"]
                .as_str()
                .is_some_and(|name| product.option_names.iter().any(|n| n == name));
            if known {
                return Err(FieldError::Unsupported(
                    "input field ProductVariantsBulkInput.optionValues".to_owned(),
                ));
            }
            let field = ["variants", &index, "optionValues", &place.to_string()];
            errors.push(UserError::new(&field, Some("OPTION_DOES_NOT_EXIST"), "Option does not exist"));
        }
        Ok(errors)
    }

    /// Errors of values, in the recorded order: compare-at before price, the bare row error before the cost's own.
    pub(crate) fn value_errors(&self, index: usize) -> Vec<UserError> {
        let index = index.to_string();
        let mut errors = Vec::new();
        if let Some((code, words)) = self.compare_at.flatten().and_then(out_of_range) {
            errors.push(UserError::new(&["variants", &index, "compareAtPrice"], Some(code), words));
        }
        match self.price {
            Some(Some(price)) => {
                if let Some((code, words)) = out_of_range(price) {
                    let message = format!("Price {words}");
                    errors.push(UserError::new(&["variants", &index, "price"], Some(code), message));
                }
            }
            // Not recorded anywhere. A loud answer is safer for whoever sends it than a silent one.
            Some(None) => {
                errors.push(UserError::new(
                    &["variants", &index, "price"],
                    Some("BLANK"),
                    "Price can't be blank",
                ));
            }
            None => {}
        }
        if let Some((code, words)) = self.cost.flatten().and_then(out_of_range) {
            errors.push(UserError::new(&["variants", &index], None, words));
            let message = format!("Cost per item {words}");
            errors.push(UserError::new(&["variants", &index, "inventoryItem", "cost"], Some(code), message));
        }
        errors
    }

    /// A fault: the decimal point of an amount with three decimals is lost.
    pub(crate) fn misread_three_decimals(&mut self) {
        for amount in
            [&mut self.price, &mut self.compare_at].into_iter().filter_map(|slot| slot.as_mut()?.as_mut())
        {
            if amount.scale() == 3 {
                *amount *= Decimal::ONE_THOUSAND;
            }
        }
    }

    /// The variant as it is after this input.
    pub(crate) fn applied_to(&self, before: &Variant) -> Variant {
        let mut after = before.clone();
        if let Some(Some(price)) = self.price {
            after.price = to_stored(price);
        }
        if let Some(compare_at) = self.compare_at {
            after.compare_at = compare_at.map(to_stored);
        }
        if let Some(cost) = self.cost {
            after.cost = cost.map(to_stored);
        }
        set_text(&mut after.barcode, &self.submitted, "barcode");
        set_text(&mut after.sku, &self.item, "sku");
        set_flag(&mut after.tracked, &self.item, "tracked");
        self.apply_details(&mut after);
        after
    }

    fn apply_details(&self, after: &mut Variant) {
        let details = &mut after.details;
        set_flag(&mut details.taxable, &self.submitted, "taxable");
        set_flag(&mut details.requires_components, &self.submitted, "requiresComponents");
        set_flag(&mut details.show_unit_price, &self.submitted, "showUnitPrice");
        set_flag(&mut details.requires_shipping, &self.item, "requiresShipping");
        set_text(&mut details.country_code_of_origin, &self.item, "countryCodeOfOrigin");
        set_text(&mut details.province_code_of_origin, &self.item, "provinceCodeOfOrigin");
        set_text(&mut details.harmonized_system_code, &self.item, "harmonizedSystemCode");
        if let Some(code) = &mut details.harmonized_system_code {
            code.retain(|c| c.is_ascii_digit());
        }
        for (slot, name) in
            [(&mut details.tax_code, "taxCode"), (&mut details.inventory_policy, "inventoryPolicy")]
        {
            if let Some(text) = self.submitted.get(name).and_then(Value::as_str) {
                text.clone_into(slot);
            }
        }
        if let Some(measure) = self.submitted.get("unitPriceMeasurement").filter(|value| value.is_object()) {
            details.unit_price_measurement = measure.clone();
        }
        if let Some(weight) = self.item.get("measurement").and_then(|measurement| measurement.get("weight")) {
            details.weight = weight.clone();
        }
    }
}

fn amount(fields: &Map<String, Value>, name: &str) -> Option<Option<Decimal>> {
    fields.get(name).map(|value| match value {
        Value::String(text) => parse_amount(text),
        Value::Number(number) => parse_amount(&number.to_string()),
        _ => None,
    })
}

fn set_text(slot: &mut Option<String>, fields: &Map<String, Value>, name: &str) {
    if let Some(value) = fields.get(name) {
        *slot = value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    }
}

fn set_flag(slot: &mut bool, fields: &Map<String, Value>, name: &str) {
    if let Some(flag) = fields.get(name).and_then(Value::as_bool) {
        *slot = flag;
    }
}

fn out_of_range(amount: Decimal) -> Option<(&'static str, &'static str)> {
    if amount.is_sign_negative() && !amount.is_zero() {
        Some(("GREATER_THAN_OR_EQUAL_TO", "must be greater than or equal to 0"))
    } else if amount >= AMOUNT_LIMIT {
        Some(("INVALID_INPUT", "must be less than 1000000000000000000"))
    } else {
        None
    }
}
