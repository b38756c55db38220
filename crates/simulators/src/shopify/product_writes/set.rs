//! `productSet`: a product as it is to be, with all its variants; at once, or in the background.
//!
//! Recorded are creations and refusals of texts that are too long. What an existing product loses is by the schema's
//! own words: lists that are given replace those that were there.

use serde_json::{Map, Value, json};

use super::super::bulk_input::{UserError, VariantInput};
use super::super::errors::{FieldError, Refusal};
use super::super::gid::{gid, parse_gid};
use super::super::shop::{Product, Variant};
use super::super::simulation::State;
use super::super::stored::{Outcome, Stored};
use super::create::OPTIONS_MAX;
use super::draft::{describe, fresh};
use super::options::{Complaint, chosen, read};
use super::variants::{is_location, location_gone, number_new};
use super::{ProductWrite, list, product_number, put, refuse_given};

/// Fields of a product's inputs whose effect is not simulated.
pub(super) const NOT_SIMULATED: &[&str] = &[
    "category",
    "claimOwnership",
    "collections",
    "collectionsToJoin",
    "combinedListingRole",
    "files",
    "giftCard",
    "giftCardTemplateSuffix",
    "metafields",
    "redirectNewHandle",
    "requiresSellingPlan",
    "seo",
    "templateSuffix",
];

/// How many variants may be set at once.
const VARIANTS_MAX: usize = 2048;

/// What came of setting a product: its number and the write, or everything that is wrong.
type Done = Result<(u64, ProductWrite), Vec<UserError>>;

/// `productSet`.
///
/// # Errors
/// A gid of another kind, or a field that is not simulated.
pub(super) fn set(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let done = carry_out(state, arguments, now_s)?;
    let (product, write, errors) = match done {
        Ok((id, write)) => (Some(id), Some(write), Vec::new()),
        Err(errors) => (None, None, errors),
    };
    let background = arguments.get("synchronous") == Some(&Value::Bool(false));
    let mut outcome = if background {
        let id = state.registry.set_operations.add(product, errors);
        let operation = Stored::Plain(vec![
            ("id", Stored::Json(json!(gid("ProductSetOperation", id)))),
            ("status", Stored::Json(json!("CREATED"))),
            ("product", Stored::null()),
            ("userErrors", Stored::List(Vec::new())),
        ]);
        Outcome::new(vec![("product", Stored::null()), ("productSetOperation", operation)], &[])
    } else {
        let product = product.map_or_else(Stored::null, Stored::Product);
        Outcome::new(vec![("product", product), ("productSetOperation", Stored::null())], &errors)
    };
    outcome.products.extend(write);
    Ok(outcome)
}

fn carry_out(state: &mut State, arguments: &Map<String, Value>, now_s: i64) -> Result<Done, FieldError> {
    let input = arguments.get("input").and_then(Value::as_object).cloned().unwrap_or_default();
    refuse_given(&input, "ProductSetInput", NOT_SIMULATED)?;
    let before = match existing(state, arguments, &input)? {
        Ok(before) => before,
        Err(error) => return Ok(Err(vec![error])),
    };
    let mut after = before.clone().unwrap_or_else(|| fresh(state, now_s));
    let errors = describe(&mut after, &input, state, &["input"]);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    if let Err(errors) = set_variants(state, &mut after, &input, now_s)? {
        return Ok(Err(errors));
    }
    if before.as_ref() == Some(&after) {
        let write = put(&mut state.shop, after.clone(), now_s);
        return Ok(Ok((after.id, write)));
    }
    if before.is_none() {
        after.id = state.shop.new_product_id();
    }
    after.updated_at = now_s;
    number_new(&mut state.shop, &mut after);
    Ok(Ok((after.id, put(&mut state.shop, after, now_s))))
}

/// The product that an identifier or an id in the input names; `None`: a new one is wanted.
fn existing(
    state: &State,
    arguments: &Map<String, Value>,
    input: &Map<String, Value>,
) -> Result<Result<Option<Product>, UserError>, FieldError> {
    let identifier = arguments.get("identifier").and_then(Value::as_object);
    let by = |name: &str| identifier?.get(name).filter(|value| !value.is_null());
    if by("customId").is_some() {
        return Err(FieldError::Unsupported("productSet by a metafield".to_owned()));
    }
    if let Some(handle) = by("handle").and_then(Value::as_str) {
        return Ok(match input.get("handle").and_then(Value::as_str) {
            Some(given) if given == handle => Ok(state.shop.product_by_handle(handle).cloned()),
            Some(_) => {
                let words =
                    "The identifier value does not match the value of the corresponding field in the input.";
                Err(UserError::new(&["input", "handle"], Some("INPUT_MISMATCH"), words))
            }
            None => {
                let words = "The input field corresponding to the identifier is required.";
                Err(UserError::new(&["input", "handle"], Some("MISSING_FIELD_REQUIRED"), words))
            }
        });
    }
    let of_input = input.get("id").filter(|value| !value.is_null());
    if identifier.is_some() && of_input.is_some() {
        let words = "The id field is not allowed if identifier is provided.";
        return Ok(Err(UserError::new(&["input", "id"], Some("ID_NOT_ALLOWED"), words)));
    }
    let Some(id) = by("id").or(of_input) else { return Ok(Ok(None)) };
    let product = state.shop.product(product_number(Some(id))?);
    let gone = || UserError::new(&["input"], Some("PRODUCT_DOES_NOT_EXIST"), "Product does not exist");
    Ok(product.cloned().map(Some).ok_or_else(gone))
}

/// Sets options and variants as the input has them; one without them gets or keeps what it has.
fn set_variants(
    state: &State,
    product: &mut Product,
    input: &Map<String, Value>,
    now_s: i64,
) -> Result<Result<(), Vec<UserError>>, FieldError> {
    let given = |name: &str| input.get(name).is_some_and(|value| !value.is_null());
    let about = |field: &[&str], code, words: &str| Ok(Err(vec![UserError::new(field, Some(code), words)]));
    match (given("productOptions"), given("variants")) {
        (false, false) => {
            if product.variants.is_empty() {
                product.option_names = vec!["Title".to_owned()];
                let option_values = vec!["Default Title".to_owned()];
                let times = Variant { created_at: now_s, updated_at: now_s, ..Variant::default() };
                product.variants.push(Variant { option_values, ..times });
            }
            return Ok(Ok(()));
        }
        (false, true) => {
            let words = "Must specify product options when updating variants.";
            return about(&["input", "productOptions"], "PRODUCT_OPTIONS_INPUT_MISSING", words);
        }
        (true, false) => {
            let words = "Must specify variants when updating options.";
            return about(&["input", "variants"], "VARIANTS_INPUT_MISSING", words);
        }
        (true, true) => {}
    }
    let options = read(list(input, "productOptions"))?;
    if options.len() > OPTIONS_MAX {
        return about(&["input", "productOptions"], "OPTIONS_OVER_LIMIT", "Options over limit.");
    }
    for (place, option) in options.iter().enumerate() {
        let place = place.to_string();
        let field = ["input", "productOptions", &place];
        if option.values.is_empty() {
            let words = "Each option must have at least one option value specified.";
            return about(&field, "OPTION_VALUES_MISSING", words);
        }
        if options.iter().filter(|other| other.name == option.name).count() > 1 {
            return about(&field, "DUPLICATED_OPTION_NAME", "Duplicated option name.");
        }
    }
    let submitted = list(input, "variants");
    if submitted.len() > VARIANTS_MAX {
        let words = "Number of product variants exceeds shop limit.";
        return about(&["input", "variants"], "VARIANTS_OVER_LIMIT", words);
    }
    let known = std::mem::take(&mut product.variants);
    product.option_names = options.iter().map(|option| option.name.clone()).collect();
    product.unused_option_values = options.into_iter().map(|option| option.values).collect();
    let mut errors = Vec::new();
    for (index, one) in submitted.iter().enumerate() {
        match read_variant(state, product, &known, one, index)? {
            Ok((variant, true)) => product.variants.push(variant),
            Ok((variant, false)) => {
                product.variants.push(Variant { created_at: now_s, updated_at: now_s, ..variant });
            }
            Err(found) => errors.push(found),
        }
    }
    Ok(if errors.is_empty() { Ok(()) } else { Err(errors) })
}

/// A submitted variant over the one it stands for; `true`: there was one.
fn read_variant(
    state: &State,
    product: &Product,
    known: &[Variant],
    submitted: &Value,
    index: usize,
) -> Result<Result<(Variant, bool), UserError>, FieldError> {
    let mut submitted = submitted.as_object().cloned().unwrap_or_default();
    refuse_given(&submitted, "ProductVariantSetInput", &["file", "position"])?;
    let number = index.to_string();
    let at = |below: &[&str], code, words: &str| {
        let field: Vec<&str> = ["input", "variants", number.as_str()].iter().chain(below).copied().collect();
        Ok(Err(UserError::new(&field, Some(code), words)))
    };
    let choices = list(&submitted, "optionValues");
    let option_values = match chosen(product, choices)? {
        Ok(values) => values,
        Err(Complaint::Unknown(place)) => {
            let words = "Option does not exist.";
            return at(&["optionValues", &place.to_string()], "OPTION_DOES_NOT_EXIST", words);
        }
        Err(Complaint::Twice(name)) => {
            let words = format!("Duplicated option name '{name}'");
            return at(&["optionValues"], "DUPLICATED_OPTION_NAME", &words);
        }
        Err(Complaint::Missing(names)) => {
            let words = format!("You need to add option values for {}", names.join(", "));
            return at(&[], "INVALID_VARIANT", &words);
        }
    };
    let listed = |(place, value): (usize, &String)| product.unused_option_values[place].contains(value);
    if !option_values.iter().enumerate().all(listed) {
        return at(&["optionValues"], "OPTION_VALUE_DOES_NOT_EXIST", "Option value does not exist.");
    }
    let title = option_values.join(" / ");
    if product.variants.iter().any(|one| one.option_values == option_values) {
        let words = format!("The variant '{title}' already exists. Please change at least one option value.");
        return at(&[], "INVALID_VARIANT", &words);
    }
    let quantities = list(&submitted, "inventoryQuantities");
    if quantities.iter().any(|one| !is_location(&state.settings, &one["locationId"])) {
        return at(&["inventoryQuantities"], "INVALID_VARIANT", &location_gone(&title));
    }
    let quantity: Option<i64> = quantities.iter().map(|one| one["quantity"].as_i64()).sum();
    let quantity = quantity.filter(|_| !quantities.is_empty());
    let id = submitted.get("id").and_then(Value::as_str);
    let number = id.and_then(parse_gid).filter(|parsed| parsed.kind == "ProductVariant");
    let before = match (id, number) {
        (Some(id), None) => return Err(Refusal::invalid_id(id)),
        (Some(_), Some(number)) => match known.iter().find(|one| one.id == number.number) {
            Some(before) => Some(before),
            None => return at(&["id"], "PRODUCT_VARIANT_DOES_NOT_EXIST", "Product variant does not exist."),
        },
        (None, _) => known.iter().find(|one| one.option_values == option_values),
    };
    // The input of a variant's own SKU stands beside the one of its inventory item.
    if let Some(sku) = submitted.remove("sku").filter(|sku| !sku.is_null()) {
        let item = submitted.entry("inventoryItem").or_insert_with(|| json!({}));
        if item.is_null() {
            *item = json!({});
        }
        item["sku"] = sku;
    }
    let input = VariantInput::read(&Value::Object(submitted))?;
    if let Some(error) = input.value_errors(index).into_iter().next() {
        let below = error.field.unwrap_or_default();
        let field: Vec<&str> = std::iter::once("input").chain(below.iter().map(String::as_str)).collect();
        return Ok(Err(UserError::new(&field, Some("INVALID_VARIANT"), error.message)));
    }
    let base = before.cloned().unwrap_or_default();
    let mut after = input.applied_to(&Variant { option_values, ..base });
    after.inventory_quantity = quantity.unwrap_or(after.inventory_quantity);
    Ok(Ok((after, before.is_some())))
}
