//! `productVariantsBulkCreate` and `productVariantsBulkDelete`: all or nothing, with the recorded codes and words.

use serde_json::{Map, Value};

use super::super::bulk_input::{UserError, VariantInput};
use super::super::errors::{FieldError, Refusal};
use super::super::gid::{gid, parse_gid};
use super::super::settings::Settings;
use super::super::shop::{Product, Shop, Variant};
use super::super::simulation::State;
use super::super::stored::{Outcome, Stored};
use super::options::{Complaint, chosen, note_used};
use super::{ProductWrite, list, product_number, put, refuse_given};

/// The documented limit of any input array.
const LIMIT: usize = 250;

/// `productVariantsBulkCreate`.
///
/// # Errors
/// Too many variants, a gid of another kind, or something that is not simulated.
pub(super) fn bulk_create(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    refuse_given(arguments, "Mutation.productVariantsBulkCreate", &["media"])?;
    let variants = list(arguments, "variants");
    if variants.len() > LIMIT {
        return Err(FieldError::Refused(Refusal::array_too_long("variants", variants.len())));
    }
    let id = product_number(arguments.get("productId"))?;
    let Some(product) = state.shop.product(id) else { return Ok(refused_create(&[gone()])) };
    let strategy = arguments.get("strategy").and_then(Value::as_str).unwrap_or_default();
    let mut after = product.clone();
    if !variants.is_empty() && leaves_standalone(&after, strategy) {
        after.variants.clear();
    }
    let mut errors = Vec::new();
    for (index, submitted) in variants.iter().enumerate() {
        match read(&state.settings, &after, submitted, index)? {
            Ok(variant) => after.variants.push(Variant { created_at: now_s, updated_at: now_s, ..variant }),
            Err(found) => errors.extend(found),
        }
    }
    if !errors.is_empty() {
        return Ok(refused_create(&errors));
    }
    let created = number_new(&mut state.shop, &mut after);
    let mut outcome = create_outcome(Stored::Product(id), created, &[]);
    if !variants.is_empty() {
        after.updated_at = now_s;
        outcome.products.push(put(&mut state.shop, after, now_s));
    }
    Ok(outcome)
}

/// Whether the one variant that a product began with makes room for those that are created.
fn leaves_standalone(product: &Product, strategy: &str) -> bool {
    let [only] = product.variants.as_slice() else { return false };
    match strategy {
        "REMOVE_STANDALONE_VARIANT" => true,
        "PRESERVE_STANDALONE_VARIANT" => false,
        _ => only.option_values == ["Default Title"],
    }
}

/// A variant without numbers yet, or everything that is wrong with it.
fn read(
    settings: &Settings,
    product: &Product,
    submitted: &Value,
    index: usize,
) -> Result<Result<Variant, Vec<UserError>>, FieldError> {
    let mut submitted = submitted.as_object().cloned().unwrap_or_default();
    // A new variant has nothing that could be cleared.
    submitted.retain(|_, value| !value.is_null());
    let number = index.to_string();
    let at = |below: &[&str], code, words: &str| {
        let field: Vec<&str> = ["variants", number.as_str()].iter().chain(below).copied().collect();
        UserError::new(&field, Some(code), words)
    };
    if submitted.contains_key("id") {
        return Ok(Err(vec![at(&["id"], "NO_KEY_ON_CREATE", "On create, this key cannot be used")]));
    }
    let option_values = match chosen(product, list(&submitted, "optionValues"))? {
        Ok(values) => values,
        Err(Complaint::Unknown(place)) => {
            let place = place.to_string();
            return Ok(Err(vec![at(&["optionValues", &place], "INVALID_INPUT", "Option does not exist")]));
        }
        Err(Complaint::Twice(name)) => {
            let words = format!("Duplicated option name '{name}'");
            return Ok(Err(vec![at(&["optionValues"], "INVALID_INPUT", &words)]));
        }
        Err(Complaint::Missing(names)) => {
            let words = format!("You need to add option values for {}", names.join(", "));
            return Ok(Err(vec![at(&[], "NEED_TO_ADD_OPTION_VALUES", &words)]));
        }
    };
    let title = option_values.join(" / ");
    if product.variants.iter().any(|one| one.option_values == option_values) {
        let words = format!("The variant '{title}' already exists. Please change at least one option value.");
        return Ok(Err(vec![at(&[], "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE", &words)]));
    }
    let quantities = list(&submitted, "inventoryQuantities");
    if quantities.iter().any(|one| !is_location(settings, &one["locationId"])) {
        let words = location_gone(&title);
        return Ok(Err(vec![at(&["inventoryQuantities"], "TRACKED_VARIANT_LOCATION_NOT_FOUND", &words)]));
    }
    let inventory_quantity = quantities.iter().filter_map(|one| one["availableQuantity"].as_i64()).sum();
    let input = VariantInput::read(&Value::Object(submitted))?;
    let errors = input.value_errors(index);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    // Recorded: pieces of a variant that is created so are counted unless the input says otherwise.
    let fresh = Variant { option_values, tracked: true, inventory_quantity, ..Variant::default() };
    Ok(Ok(input.applied_to(&fresh)))
}

/// The shop's one location, which is not an object of its own here.
pub(super) fn is_location(settings: &Settings, id: &Value) -> bool {
    id.as_str() == Some(gid("Location", settings.location_id()).as_str())
}

/// The recorded words about pieces at a location that is not there.
pub(super) fn location_gone(title: &str) -> String {
    format!("Quantity for {title} couldn't be set because the location was deleted.")
}

/// Gives numbers and positions to variants that have none yet. Returns the new numbers.
pub(super) fn number_new(shop: &mut Shop, product: &mut Product) -> Vec<u64> {
    let mut created = Vec::new();
    for (position, variant) in (1_u64..).zip(&mut product.variants) {
        variant.position = position;
        if variant.id == 0 {
            (variant.id, variant.inventory_item_id) = shop.new_variant_ids();
            created.push(variant.id);
        }
    }
    note_used(product);
    created
}

fn gone() -> UserError {
    UserError::new(&["productId"], Some("PRODUCT_DOES_NOT_EXIST"), "Product does not exist")
}

fn refused_create(errors: &[UserError]) -> Outcome {
    create_outcome(Stored::null(), Vec::new(), errors)
}

fn create_outcome(product: Stored, created: Vec<u64>, errors: &[UserError]) -> Outcome {
    let created = Stored::List(created.into_iter().map(Stored::Variant).collect());
    Outcome::new(vec![("product", product), ("productVariants", created)], errors)
}

/// `productVariantsBulkDelete`.
///
/// # Errors
/// Too many variants, or a gid of another kind.
pub(super) fn bulk_delete(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let ids = list(arguments, "variantsIds");
    if ids.len() > LIMIT {
        return Err(FieldError::Refused(Refusal::array_too_long("variantsIds", ids.len())));
    }
    let id = product_number(arguments.get("productId"))?;
    let refused = |errors: &[UserError]| Outcome::new(vec![("product", Stored::null())], errors);
    let Some(product) = state.shop.product(id) else { return Ok(refused(&[gone()])) };
    let mut after = product.clone();
    let mut errors = Vec::new();
    for (index, variant) in ids.iter().enumerate() {
        let number = variant.as_str().and_then(parse_gid).filter(|parsed| parsed.kind == "ProductVariant");
        let place = number.and_then(|number| product.variants.iter().position(|one| one.id == number.number));
        match place.map(|place| product.variants[place].id) {
            Some(gone) => after.variants.retain(|one| one.id != gone),
            None => errors.push(UserError::new(
                &["variantsIds", &index.to_string()],
                Some("AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"),
                "At least one variant does not belong to the product",
            )),
        }
    }
    if errors.is_empty() && after.variants.is_empty() {
        let words = "Cannot delete default variant";
        errors.push(UserError::new(&["variantsIds"], Some("CANNOT_DELETE_LAST_VARIANT"), words));
    }
    if !errors.is_empty() {
        return Ok(refused(&errors));
    }
    let mut outcome = Outcome::new(vec![("product", Stored::Product(id))], &[]);
    if !ids.is_empty() {
        number_new(&mut state.shop, &mut after);
        after.updated_at = now_s;
        let write: ProductWrite = put(&mut state.shop, after, now_s);
        outcome.products.push(write);
    }
    Ok(outcome)
}
