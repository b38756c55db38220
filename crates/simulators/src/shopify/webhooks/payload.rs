//! The bodies of webhooks: resources as the older API writes them, with prices as texts and ids as numbers.

use serde_json::{Value, json};

use super::super::gid::gid;
use super::super::money::money_string;
use super::super::objects::date_time;
use super::super::settings::Settings;
use super::super::shop::{Product, Variant};

/// Of a product's variants only so many come in full; of the others only the ids.
const FULL_VARIANTS: usize = 100;

/// The body of `products/create` and `products/update`.
pub(super) fn product(product: &Product) -> Value {
    let mut recent: Vec<&Variant> = product.variants.iter().collect();
    recent.sort_by_key(|variant| std::cmp::Reverse(variant.updated_at));
    let named = |variant: &&Variant| {
        json!({
            "admin_graphql_api_id": gid("ProductVariant", variant.id),
            "updated_at": date_time(variant.updated_at),
        })
    };
    let options: Vec<Value> =
        (1..).zip(&product.option_names).map(|(place, name)| option(product, place, name)).collect();
    json!({
        "admin_graphql_api_id": gid("Product", product.id),
        "id": product.id,
        "title": product.title,
        "body_html": product.description_html,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "handle": product.handle,
        "status": product.status.to_lowercase(),
        "tags": product.tags.join(", "),
        "created_at": date_time(product.created_at),
        "updated_at": date_time(product.updated_at),
        "published_at": (product.status == "ACTIVE").then(|| date_time(product.created_at)),
        "published_scope": "web",
        "template_suffix": null,
        "options": options,
        "images": [],
        "media": [],
        "category": null,
        "has_variants_that_requires_components": product.variants.iter().any(|v| v.details.requires_components),
        "variants": product.variants.iter().take(FULL_VARIANTS).map(|v| variant(product, v)).collect::<Vec<_>>(),
        "variant_gids": recent.iter().map(named).collect::<Vec<_>>(),
    })
}

/// The body of `products/delete`: the number and nothing else.
pub(super) fn deleted_product(id: u64) -> Value {
    json!({ "id": id })
}

/// The body of `app/scopes_update`.
pub(super) fn scopes(settings: &Settings, previous: &[String], now_s: i64) -> Value {
    json!({
        "id": 1,
        "shop_id": gid("Shop", settings.shop_id()),
        "previous": previous,
        "current": settings.scopes,
        "updated_at": date_time(now_s),
    })
}

fn option(product: &Product, place: u64, name: &str) -> Value {
    let index = usize::try_from(place - 1).unwrap_or_default();
    let mut values: Vec<&String> =
        product.variants.iter().filter_map(|v| v.option_values.get(index)).collect();
    values.dedup();
    json!({
        "id": product.id * 4 + place - 1,
        "product_id": product.id,
        "name": name,
        "position": place,
        "values": values,
    })
}

fn variant(product: &Product, variant: &Variant) -> Value {
    json!({
        "admin_graphql_api_id": gid("ProductVariant", variant.id),
        "id": variant.id,
        "product_id": product.id,
        "title": variant.title(),
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price": money_string(variant.price),
        "compare_at_price": variant.compare_at.map(money_string),
        "position": variant.position,
        "option1": variant.option_values.first().cloned().unwrap_or_default(),
        "option2": variant.option_values.get(1),
        "option3": variant.option_values.get(2),
        "inventory_policy": variant.details.inventory_policy.to_lowercase(),
        "inventory_item_id": variant.inventory_item_id,
        "inventory_quantity": variant.inventory_quantity,
        "old_inventory_quantity": variant.inventory_quantity,
        "taxable": variant.details.taxable,
        "image_id": null,
        "created_at": date_time(variant.created_at),
        "updated_at": date_time(variant.updated_at),
    })
}

/// The body of `app/uninstalled` and `shop/update`.
pub(super) fn shop(settings: &Settings) -> Value {
    let email = format!("owner@{}", settings.domain);
    let amount = format!("{{{{amount}}}} {}", settings.currency);
    let mut body = json!({
        "id": settings.shop_id(), "name": settings.name, "email": email, "customer_email": email,
        "domain": settings.domain, "myshopify_domain": settings.domain,
        "created_at": date_time(settings.created_at), "updated_at": date_time(settings.updated_at),
        "currency": settings.currency,
        "enabled_presentment_currencies": [settings.currency],
        "timezone": "(GMT+01:00) Europe/Berlin", "iana_timezone": "Europe/Berlin",
        "province": "Berlin", "province_code": "BE", "country": "DE", "country_code": "DE", "country_name": "Germany",
        "address1": "Marktplatz 1", "address2": null, "zip": "10115", "city": "Berlin", "phone": "",
        "latitude": null, "longitude": null, "primary_locale": "de", "source": null, "shop_owner": "Shop Owner",
        "weight_unit": "kg", "primary_location_id": settings.location_id(),
    });
    for name in [
        "money_format",
        "money_with_currency_format",
        "money_in_emails_format",
        "money_with_currency_in_emails_format",
    ] {
        body[name] = amount.as_str().into();
    }
    let more = json!({
        "taxes_included": true, "auto_configure_tax_inclusivity": null, "tax_shipping": null, "county_taxes": true,
        "plan_display_name": "Development", "plan_name": "partner_test", "has_discounts": false,
        "has_gift_cards": false, "google_apps_domain": null, "google_apps_login_enabled": null,
        "eligible_for_payments": true, "requires_extra_payments_agreement": false, "password_enabled": false,
        "has_storefront": true, "finances": true, "checkout_api_supported": true, "multi_location_enabled": false,
        "setup_required": false, "pre_launch_enabled": false,
        "marketing_sms_consent_enabled_at_checkout": false, "transactional_sms_disabled": false,
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}
