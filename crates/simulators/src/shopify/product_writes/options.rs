//! The options of a product as inputs name them, and the values of them that a variant chooses.

use serde_json::Value;

use super::super::errors::FieldError;
use super::super::gid::parse_gid;
use super::super::shop::Product;

/// An option with its values, in the order in which they stand.
pub(super) struct NewOption {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// Reads `OptionSetInput` and `OptionCreateInput`, which say the same in the same words.
///
/// # Errors
/// Options that are linked to a metafield: not simulated.
pub(super) fn read(inputs: &[Value]) -> Result<Vec<NewOption>, FieldError> {
    let mut placed: Vec<(i64, NewOption)> = Vec::with_capacity(inputs.len());
    for (place, input) in (1_i64..).zip(inputs) {
        if !input["linkedMetafield"].is_null() {
            return Err(FieldError::Unsupported("options that are linked to a metafield".to_owned()));
        }
        let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
        let values = input["values"].as_array().into_iter().flatten().map(name).collect();
        let position = input["position"].as_i64().unwrap_or(place);
        placed.push((position, NewOption { name: name(input), values }));
    }
    placed.sort_by_key(|(position, _)| *position);
    Ok(placed.into_iter().map(|(_, option)| option).collect())
}

/// What is wrong with the values that a variant chooses.
pub(super) enum Complaint {
    /// The choice at this place names no option of the product.
    Unknown(usize),
    /// An option is named twice.
    Twice(String),
    /// Nothing is chosen for these options.
    Missing(Vec<String>),
}

/// One value per option of the product, as `VariantOptionValueInput`s choose them.
///
/// # Errors
/// A choice by the id of a value or by a metafield: not simulated.
pub(super) fn chosen(
    product: &Product,
    choices: &[Value],
) -> Result<Result<Vec<String>, Complaint>, FieldError> {
    let mut values: Vec<Option<String>> = vec![None; product.option_names.len()];
    for (place, choice) in choices.iter().enumerate() {
        let Some(value) = choice["name"].as_str() else {
            return Err(FieldError::Unsupported("option values that are not chosen by name".to_owned()));
        };
        let Some(option) = option_of(product, choice) else { return Ok(Err(Complaint::Unknown(place))) };
        if values[option].is_some() {
            return Ok(Err(Complaint::Twice(product.option_names[option].clone())));
        }
        values[option] = Some(value.to_owned());
    }
    let nothing = product.option_names.iter().zip(&values).filter(|(_, value)| value.is_none());
    let missing: Vec<String> = nothing.map(|(name, _)| name.clone()).collect();
    if missing.is_empty() {
        return Ok(Ok(values.into_iter().flatten().collect()));
    }
    Ok(Err(Complaint::Missing(missing)))
}

/// Which option a choice names, by name or id.
fn option_of(product: &Product, choice: &Value) -> Option<usize> {
    let by_name = choice["optionName"]
        .as_str()
        .and_then(|name| product.option_names.iter().position(|known| known == name));
    let by_id = || {
        let number = parse_gid(choice["optionId"].as_str()?).filter(|id| id.kind == "ProductOption")?.number;
        let place = usize::try_from(number.checked_sub(product.id * 4)?).ok()?;
        (place < product.option_names.len()).then_some(place)
    };
    by_name.or_else(by_id)
}

/// Takes the values that variants have now off the list of those that none has.
pub(super) fn note_used(product: &mut Product) {
    for (place, unused) in product.unused_option_values.iter_mut().enumerate() {
        unused
            .retain(|value| !product.variants.iter().any(|one| one.option_values.get(place) == Some(value)));
    }
}
