//! `productCreate`, `productDelete` and `productOptionsCreate`.

use serde_json::{Map, Value, json};

use super::super::bulk_input::UserError;
use super::super::errors::FieldError;
use super::super::gid::gid;
use super::super::shop::{Product, Variant};
use super::super::simulation::State;
use super::super::stored::{Outcome, Stored};
use super::draft::{describe, fresh};
use super::options::{NewOption, read};
use super::set::NOT_SIMULATED;
use super::variants::number_new;
use super::{list, product_number, put, refuse_given, remove};

/// How many options a product has at most.
pub(super) const OPTIONS_MAX: usize = 3;

/// `productCreate`: a product with its first variant alone.
///
/// # Errors
/// A field that is not simulated.
pub(super) fn create(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    refuse_given(arguments, "Mutation.productCreate", &["media", "input"])?;
    let input = arguments.get("product").and_then(Value::as_object).cloned().unwrap_or_default();
    refuse_given(&input, "ProductCreateInput", NOT_SIMULATED)?;
    let mut product = fresh(state, now_s);
    let errors = describe(&mut product, &input, state, &[]);
    if !errors.is_empty() {
        return Ok(created(Stored::null(), &errors));
    }
    let first = Variant { created_at: now_s, updated_at: now_s, ..Variant::default() };
    product.variants.push(first);
    let options = read(list(&input, "productOptions"))?;
    if options.is_empty() {
        product.option_names.push("Title".to_owned());
        product.variants[0].option_values.push("Default Title".to_owned());
    }
    options.into_iter().for_each(|option| add(&mut product, option));
    product.id = state.shop.new_product_id();
    number_new(&mut state.shop, &mut product);
    let mut outcome = created(Stored::Product(product.id), &[]);
    outcome.products.push(put(&mut state.shop, product, now_s));
    Ok(outcome)
}

fn created(product: Stored, errors: &[UserError]) -> Outcome {
    Outcome::new(vec![("product", product), ("shop", Stored::Shop)], errors)
}

/// Adds an option: variants that are there get its first value, the others wait for variants.
fn add(product: &mut Product, option: NewOption) {
    let mut values = option.values.into_iter();
    let first = values.next().unwrap_or_default();
    product.variants.iter_mut().for_each(|variant| variant.option_values.push(first.clone()));
    product.unused_option_values.resize(product.option_names.len(), Vec::new());
    product.option_names.push(option.name);
    product.unused_option_values.push(values.collect());
}

/// `productDelete`.
///
/// # Errors
/// A gid of another kind, or a deletion in the background: not simulated.
pub(super) fn delete(state: &mut State, arguments: &Map<String, Value>) -> Result<Outcome, FieldError> {
    if arguments.get("synchronous") == Some(&Value::Bool(false)) {
        return Err(FieldError::Unsupported("productDelete in the background".to_owned()));
    }
    let id = product_number(arguments.get("input").and_then(|input| input.get("id")))?;
    let payload = |deleted: Value| {
        let deleted = ("deletedProductId", Stored::Json(deleted));
        vec![deleted, ("productDeleteOperation", Stored::null()), ("shop", Stored::Shop)]
    };
    let Some(write) = remove(&mut state.shop, id) else {
        let gone = UserError::new(&["id"], None, "Product does not exist");
        return Ok(Outcome::new(payload(Value::Null), &[gone]));
    };
    let mut outcome = Outcome::new(payload(json!(gid("Product", id))), &[]);
    outcome.products.push(write);
    Ok(outcome)
}

/// `productOptionsCreate`, which leaves the variants as many as they are.
///
/// # Errors
/// A gid of another kind, or what is not simulated: new variants for new options, options by metafields.
pub(super) fn create_options(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    if arguments.get("variantStrategy") == Some(&Value::from("CREATE")) {
        return Err(FieldError::Unsupported("productOptionsCreate with the strategy CREATE".to_owned()));
    }
    let id = product_number(arguments.get("productId"))?;
    let refused = |error: UserError| Ok(Outcome::new(vec![("product", Stored::null())], &[error]));
    let Some(before) = state.shop.product(id) else {
        return refused(UserError::new(
            &["productId"],
            Some("PRODUCT_DOES_NOT_EXIST"),
            "Product does not exist",
        ));
    };
    let mut product = before.clone();
    let is_default = product.option_names == ["Title"]
        && matches!(product.variants.as_slice(), [only] if only.option_values == ["Default Title"]);
    if is_default {
        product.option_names.clear();
        product.unused_option_values.clear();
        product.variants.iter_mut().for_each(|variant| variant.option_values.clear());
    }
    for (place, option) in read(list(arguments, "options"))?.into_iter().enumerate() {
        let place = place.to_string();
        let about = |code, words: &str| UserError::new(&["options", &place], Some(code), words);
        if product.option_names.contains(&option.name) {
            let words = format!("Option '{}' already exists.", option.name);
            return refused(about("OPTION_ALREADY_EXISTS", &words));
        }
        if product.option_names.len() == OPTIONS_MAX {
            let words = format!("Can only specify a maximum of {OPTIONS_MAX} options");
            return refused(UserError::new(&["options"], Some("OPTIONS_OVER_LIMIT"), words));
        }
        if option.values.is_empty() {
            let words = "Each option must have at least one option value specified.";
            return refused(about("OPTION_VALUES_MISSING", words));
        }
        add(&mut product, option);
    }
    product.updated_at = now_s;
    let mut outcome = Outcome::new(vec![("product", Stored::Product(id))], &[]);
    outcome.products.push(put(&mut state.shop, product, now_s));
    Ok(outcome)
}
