//! `productVariantsBulkUpdate`: atomic or partial, with the codes, messages and echoes of recorded answers.
//!
//! Two kinds of error: a *structural* one (no such variant, no id, …) gives `productVariants: null`; a *value* error
//! (negative price, …) still lists the submitted variants, the failed ones with their old values.

use serde_json::{Map, Value};

use super::bulk_input::{UserError, VariantInput};
use super::errors::{FieldError, Refusal};
use super::gid::parse_gid;
use super::settings::Settings;
use super::shop::{Shop, Variant};
use super::stored::{Outcome, Stored};

/// Strict mode: the documented limit of any input array.
const VARIANTS_LIMIT: usize = 250;

/// The circumstances of a write.
pub(crate) struct Writing<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) now_s: i64,
    /// A fault: amounts with three decimals are stored a thousandfold.
    pub(crate) thousandfold: bool,
}

/// Runs the mutation on the shop.
///
/// # Errors
/// A refusal of the whole field (scope, size of the array), or something that is not simulated.
pub(crate) fn bulk_update(
    shop: &mut Shop,
    writing: &Writing<'_>,
    arguments: &Map<String, Value>,
) -> Result<Outcome, FieldError> {
    writing.settings.require("productVariantsBulkUpdate", "write_products")?;
    let variants = arguments.get("variants").and_then(Value::as_array).cloned().unwrap_or_default();
    if variants.len() > VARIANTS_LIMIT {
        return Err(FieldError::Refused(Refusal::array_too_long("variants", variants.len())));
    }
    let id = arguments.get("productId").and_then(Value::as_str).unwrap_or_default();
    let product_id = match parse_gid(id) {
        Some(parsed) if parsed.kind == "Product" => parsed.number,
        _ => return Err(Refusal::invalid_id(id)),
    };
    if shop.product(product_id).is_none() {
        let gone = UserError::new(&["productId"], Some("PRODUCT_DOES_NOT_EXIST"), "Product does not exist");
        return Ok(outcome(None, None, &[gone]));
    }
    let partial = arguments.get("allowPartialUpdates").and_then(Value::as_bool).unwrap_or(false);
    let mut checked = check_all(shop, product_id, &variants)?;
    if writing.thousandfold {
        checked.accepted.iter_mut().for_each(|(_, input)| input.misread_three_decimals());
    }
    let mode = if partial { Mode::Partial } else { Mode::Atomic };
    Ok(apply(shop, product_id, checked, mode, writing.now_s))
}

/// Every submitted variant, read and checked.
#[derive(Default)]
struct Checked {
    /// Variants that exist, in the order in which they were submitted.
    listed: Vec<u64>,
    accepted: Vec<(u64, VariantInput)>,
    structural: Vec<UserError>,
    all: Vec<UserError>,
}

/// # Errors
/// Input that is not simulated: nothing is changed then.
fn check_all(shop: &Shop, product_id: u64, variants: &[Value]) -> Result<Checked, FieldError> {
    let mut checked = Checked::default();
    for (index, submitted) in variants.iter().enumerate() {
        let found = find_variant(shop, product_id, submitted, index);
        let (product, variant) = match found {
            Ok(found) => found,
            Err(error) => {
                checked.structural.push(error.clone());
                checked.all.push(error);
                continue;
            }
        };
        let input = VariantInput::read(submitted)?;
        checked.listed.push(variant.id);
        let structural = input.structural_errors(product, index)?;
        let values = input.value_errors(index);
        if structural.is_empty() && values.is_empty() {
            checked.accepted.push((variant.id, input));
        }
        checked.structural.extend(structural.clone());
        checked.all.extend(structural);
        checked.all.extend(values);
    }
    Ok(checked)
}

fn find_variant<'s>(
    shop: &'s Shop,
    product_id: u64,
    submitted: &Value,
    index: usize,
) -> Result<(&'s super::shop::Product, &'s Variant), UserError> {
    let field = ["variants", &index.to_string(), "id"];
    let Some(id) = submitted.get("id").and_then(Value::as_str) else {
        let message = "Product variant is missing ID attribute";
        return Err(UserError::new(&field, Some("PRODUCT_VARIANT_ID_MISSING"), message));
    };
    let number = parse_gid(id).filter(|parsed| parsed.kind == "ProductVariant").map(|parsed| parsed.number);
    let found =
        number.and_then(|number| shop.variant(number)).filter(|(product, _)| product.id == product_id);
    found.ok_or_else(|| {
        UserError::new(&field, Some("PRODUCT_VARIANT_DOES_NOT_EXIST"), "Product variant does not exist")
    })
}

/// What one wrong variant means for the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Atomic,
    Partial,
}

fn apply(shop: &mut Shop, product_id: u64, checked: Checked, mode: Mode, now_s: i64) -> Outcome {
    let refused = mode == Mode::Atomic && !checked.all.is_empty();
    let mut writes = Vec::new();
    if !refused {
        for (id, input) in &checked.accepted {
            let Some((_, before)) = shop.variant(*id) else { continue };
            let before = before.clone();
            shop.replace_variant(input.applied_to(&before), now_s);
            if let Some((_, after)) = shop.variant(*id) {
                writes.push((before, after.clone()));
            }
        }
    }
    let unlisted = mode == Mode::Atomic && !checked.structural.is_empty();
    let listed = if unlisted { None } else { Some(checked.listed) };
    Outcome { writes, ..outcome(Some(product_id), listed, &checked.all) }
}

fn outcome(product: Option<u64>, variants: Option<Vec<u64>>, errors: &[UserError]) -> Outcome {
    let listed = |ids: Vec<u64>| Stored::List(ids.into_iter().map(Stored::Variant).collect());
    let payload = vec![
        ("product", product.map_or_else(Stored::null, Stored::Product)),
        ("productVariants", variants.map_or_else(Stored::null, listed)),
    ];
    Outcome::new(payload, errors)
}
