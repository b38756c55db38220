//! The fields of `Shop`, and the small value objects of products: options, selected options, measurements.

use serde_json::{Map, Value, json};

use super::gid::gid;
use super::objects::{Resolved, date_time, texts};
use super::settings::Settings;
use super::shop::{Product, Variant};

/// A field of the shop; `None` when it is not simulated.
pub(crate) fn shop_field<'a>(settings: &Settings, field: &str) -> Option<Resolved<'a>> {
    let json = match field {
        "id" => json!(gid("Shop", settings.shop_id())),
        "name" => json!(settings.name),
        "email" | "contactEmail" => json!(format!("owner@{}", settings.domain)),
        "myshopifyDomain" => json!(settings.domain),
        "url" => json!(format!("https://{}", settings.domain)),
        "currencyCode" => json!(settings.currency),
        "ianaTimezone" => json!("Europe/Berlin"),
        "taxesIncluded" => json!(true),
        "unitSystem" => json!("METRIC_SYSTEM"),
        "weightUnit" => json!("KILOGRAMS"),
        "createdAt" => json!(date_time(settings.created_at)),
        "updatedAt" => json!(date_time(settings.updated_at)),
        "enabledPresentmentCurrencies" => return Some(texts(std::slice::from_ref(&settings.currency))),
        "plan" => return Some(plan()),
        "primaryDomain" => return Some(primary_domain(settings)),
        _ => return None,
    };
    Some(json.into())
}

fn plan<'a>() -> Resolved<'a> {
    Resolved::plain(vec![
        ("displayName", json!("Developer Preview").into()),
        ("publicDisplayName", json!("Development").into()),
        ("partnerDevelopment", json!(true).into()),
        ("shopifyPlus", json!(false).into()),
    ])
}

fn primary_domain<'a>(settings: &Settings) -> Resolved<'a> {
    Resolved::plain(vec![
        ("id", json!(gid("Domain", settings.shop_id())).into()),
        ("host", json!(settings.domain).into()),
        ("url", json!(format!("https://{}", settings.domain)).into()),
        ("sslEnabled", json!(true).into()),
    ])
}

/// A stored JSON object as an object of the answer, field by field.
pub(crate) fn plain_from<'a>(stored: &Value, fields: &'static [&'static str]) -> Resolved<'a> {
    Resolved::plain(fields.iter().map(|field| (*field, stored[*field].clone().into())).collect())
}

/// `Product.options`, each with the values that its variants use, in order of appearance.
pub(crate) fn options<'a>(product: &Product, arguments: &Map<String, Value>) -> Resolved<'a> {
    let limit = arguments.get("first").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let names = product.option_names.iter().enumerate();
    let wanted = names.take(usize::try_from(limit).unwrap_or(usize::MAX));
    Resolved::List(wanted.map(|(place, name)| option(product, place, name)).collect())
}

fn option<'a>(product: &Product, place: usize, name: &str) -> Resolved<'a> {
    let values = values_of(product, place);
    let unused = product.unused_option_values.get(place).into_iter().flatten();
    let all = values.iter().chain(unused).enumerate();
    let objects = all.map(|(number, value)| option_value(product, place, number, value, &values)).collect();
    Resolved::plain(vec![
        ("id", json!(option_gid(product, place)).into()),
        ("name", json!(name).into()),
        ("position", json!(place + 1).into()),
        ("values", texts(&values)),
        ("optionValues", Resolved::List(objects)),
    ])
}

fn option_gid(product: &Product, place: usize) -> String {
    gid("ProductOption", product.id * 4 + place as u64)
}

fn values_of(product: &Product, place: usize) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for value in product.variants.iter().filter_map(|variant| variant.option_values.get(place)) {
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    values
}

/// One value of an option; `used` are those that some variant has.
fn option_value<'a>(
    product: &Product,
    place: usize,
    number: usize,
    value: &str,
    used: &[String],
) -> Resolved<'a> {
    let id = (product.id * 4 + place as u64) * 4096 + number as u64;
    Resolved::plain(vec![
        ("id", json!(gid("ProductOptionValue", id)).into()),
        ("name", json!(value).into()),
        ("hasVariants", json!(used.iter().any(|one| one == value)).into()),
    ])
}

/// `ProductVariant.selectedOptions`.
pub(crate) fn selected_options<'a>(product: &Product, variant: &Variant) -> Resolved<'a> {
    let pairs = product.option_names.iter().zip(&variant.option_values).enumerate();
    let selected = |(place, (name, value)): (usize, (&String, &String))| {
        let used = values_of(product, place);
        let number = used.iter().position(|one| one == value).unwrap_or_default();
        Resolved::plain(vec![
            ("name", json!(name).into()),
            ("value", json!(value).into()),
            ("optionValue", option_value(product, place, number, value, &used)),
        ])
    };
    Resolved::List(pairs.map(selected).collect())
}

/// `QueryRoot.currentAppInstallation`: the scopes that were granted.
pub(crate) fn installation<'a>(settings: &Settings) -> Resolved<'a> {
    let scope = |handle: &String| {
        Resolved::plain(vec![("handle", json!(handle).into()), ("description", json!(handle).into())])
    };
    Resolved::plain(vec![
        ("id", json!(gid("AppInstallation", settings.shop_id() + 2)).into()),
        ("accessScopes", Resolved::List(settings.scopes.iter().map(scope).collect())),
    ])
}
