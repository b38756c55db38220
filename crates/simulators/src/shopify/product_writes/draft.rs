//! What an input says of a product itself: title, handle, vendor and the like.

use serde_json::{Map, Value};

use super::super::bulk_input::UserError;
use super::super::shop::Product;
use super::super::simulation::State;

/// The longest title, handle, vendor and product type.
const LENGTH_MAX: usize = 255;

/// A product without numbers, options or variants.
pub(super) fn fresh(state: &State, now_s: i64) -> Product {
    Product {
        vendor: state.settings.name.clone(),
        status: "ACTIVE".to_owned(),
        created_at: now_s,
        updated_at: now_s,
        ..Product::default()
    }
}

/// Sets what the input gives. Returns what is wrong, in the recorded order; `prefix` is where the input stands.
pub(super) fn describe(
    product: &mut Product,
    input: &Map<String, Value>,
    state: &State,
    prefix: &[&str],
) -> Vec<UserError> {
    let text = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
    let below = |name: &'static str| -> Vec<&str> { prefix.iter().copied().chain([name]).collect() };
    product.title = text("title").unwrap_or_else(|| product.title.clone());
    if product.title.trim().is_empty() {
        return vec![UserError::new(&below("title"), None, "Title can't be blank")];
    }
    let mut errors = Vec::new();
    if is_long(&product.title) {
        errors.push(UserError::new(&below("title"), None, too_long("")));
    }
    let taken = |handle: &str| state.shop.product_by_handle(handle).is_some_and(|one| one.id != product.id);
    if let Some(handle) = text("handle").map(|handle| slug(&handle)).filter(|handle| !handle.is_empty()) {
        if taken(&handle) {
            let words = format!("Handle '{handle}' already in use. Please provide a new handle.");
            errors.push(UserError::new(&below("handle"), Some("HANDLE_NOT_UNIQUE"), words));
        }
        product.handle = handle;
    } else if product.handle.is_empty() {
        product.handle = free(slug(&product.title), taken);
    }
    product.vendor = text("vendor").unwrap_or_else(|| product.vendor.clone());
    product.product_type = text("productType").unwrap_or_else(|| product.product_type.clone());
    product.description_html = text("descriptionHtml").unwrap_or_else(|| product.description_html.clone());
    product.status = text("status").unwrap_or_else(|| product.status.clone());
    if let Some(tags) = input.get("tags").and_then(Value::as_array) {
        product.tags = tags.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        product.tags.sort_by_key(|tag| tag.to_lowercase());
        product.tags.dedup();
    }
    // A type of the merchant's own is checked a second time under its own name.
    let (handle, vendor, kind) = (&product.handle, &product.vendor, &product.product_type);
    let named =
        [("Handle", handle), ("Vendor", vendor), ("Product type", kind), ("Custom product type", kind)];
    let long = named.iter().filter(|(_, value)| is_long(value));
    errors.extend(long.map(|(name, _)| match prefix {
        [] => UserError::whole(None, too_long(name)),
        _ => UserError::new(prefix, None, too_long(name)),
    }));
    errors
}

fn is_long(text: &str) -> bool {
    text.chars().count() > LENGTH_MAX
}

fn too_long(name: &str) -> String {
    format!("{name} is too long (maximum is {LENGTH_MAX} characters)").trim_start().to_owned()
}

/// A text as a handle: letters and digits in lower case, a hyphen for everything between them.
fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The first free handle: the number at its end is counted up, one is put there if there is none.
fn free(mut handle: String, taken: impl Fn(&str) -> bool) -> String {
    while taken(&handle) {
        let stem = handle.trim_end_matches(|c: char| c.is_ascii_digit());
        handle = match handle[stem.len()..].parse::<u64>() {
            Ok(number) => format!("{stem}{}", number.saturating_add(1)),
            Err(_) => format!("{handle}-1"),
        };
    }
    handle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_made_and_counted_up_as_recorded() {
        assert_eq!(slug("  Another Weird/Handle 300 % "), "another-weird-handle-300");
        let taken = |handle: &str| ["tent", "tent-1", "hat-41"].contains(&handle);
        assert_eq!(free("tent".to_owned(), taken), "tent-2");
        assert_eq!(free("hat-41".to_owned(), taken), "hat-42");
        assert_eq!(free("mat".to_owned(), taken), "mat");
    }
}
