//! Webhooks: proving that one comes from Shopify, what its headers say, and asking the shop to send them.
//!
//! The signature covers the body and nothing else: shop, topic and ids can be put onto a captured body by anybody. So a
//! webhook is only ever a hint about where to look.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use channel::{BoxFuture, ChannelError, NoticeSource, Result};
use hmac::{Hmac, KeyInit, Mac};
use kernel_connect::Secret;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::client::ShopifyClient;
use crate::operation::SUBSCRIBE;
use crate::wire::prices::UserError;

/// The topics this connector asks for. Those about privacy are set up with the app itself.
const TOPICS: [&str; 7] = [
    "PRODUCTS_CREATE",
    "PRODUCTS_UPDATE",
    "PRODUCTS_DELETE",
    "APP_SCOPES_UPDATE",
    "APP_UNINSTALLED",
    "BULK_OPERATIONS_FINISH",
    "SHOP_UPDATE",
];
const TAKEN: &str = "has already been taken";

/// Whether one of `secrets` signed `body`: base64 of HMAC-SHA256 over the raw bytes. During a rotation there are two.
#[must_use]
pub fn is_signed(body: &[u8], signature: &str, secrets: &[Secret]) -> bool {
    let Ok(signature) = STANDARD.decode(signature.trim()) else { return false };
    // All are tried, so that the time taken does not tell which one it was.
    secrets.iter().fold(false, |found, secret| found | signs(body, &signature, secret))
}

fn signs(body: &[u8], signature: &[u8], secret: &Secret) -> bool {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
    mac.update(body);
    // Compares in constant time.
    !secret.expose().is_empty() && mac.verify_slice(signature).is_ok()
}

/// The id of the product that a body of `products/*` is about; `None` if it names none.
#[must_use]
pub fn product_of(body: &serde_json::Value) -> Option<String> {
    let by_gid = body["admin_graphql_api_id"].as_str().filter(|id| id.starts_with("gid://shopify/Product/"));
    let by_number = || body["id"].as_u64().map(|id| format!("gid://shopify/Product/{id}"));
    by_gid.map(str::to_owned).or_else(by_number)
}

#[derive(Serialize)]
struct Variables<'a> {
    topic: &'a str,
    address: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    webhook_subscription_create: Option<Payload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    #[serde(default)]
    user_errors: Vec<UserError>,
}

impl NoticeSource for ShopifyClient {
    fn subscribe<'a>(&'a self, address: &'a str) -> BoxFuture<'a, Result<Vec<String>>> {
        Box::pin(async move {
            for topic in TOPICS {
                let data: Data = self.execute(&SUBSCRIBE, &Variables { topic, address }, 1, 10).await?;
                let errors =
                    data.webhook_subscription_create.map(|payload| payload.user_errors).unwrap_or_default();
                if let Some(error) = errors.into_iter().find(|error| !error.message.contains(TAKEN)) {
                    let message = format!("{topic}: {}", error.message);
                    return Err(ChannelError::never("shopify.subscription", message));
                }
            }
            Ok(TOPICS.iter().map(|topic| topic.to_lowercase()).collect())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_secret_of_the_app_over_the_exact_bytes_is_a_signature() {
        let body = br#"{"id":788032119674292922}"#;
        let sign = |secret: &str| {
            let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
            mac.update(body);
            STANDARD.encode(mac.finalize().into_bytes())
        };
        let secrets = [Secret::new("new"), Secret::new("old")];
        assert!(is_signed(body, &sign("new"), &secrets) && is_signed(body, &sign("old"), &secrets));
        assert!(!is_signed(body, &sign("other"), &secrets));
        assert!(!is_signed(&body[..10], &sign("new"), &secrets), "a truncated body");
        assert!(!is_signed(body, "", &secrets) && !is_signed(body, "no base64!", &secrets));
        assert!(!is_signed(body, &sign(""), &[Secret::new("")]), "an empty secret proves nothing");
    }

    #[test]
    fn products_are_named_by_gid_or_number() {
        let of = |text: &str| product_of(&serde_json::from_str(text).expect("JSON"));
        let named = Some("gid://shopify/Product/12".to_owned());
        assert_eq!(of(r#"{"id":1,"admin_graphql_api_id":"gid://shopify/Product/12"}"#), named);
        assert_eq!(of(r#"{"id":12}"#), named);
        assert_eq!(of(r#"{"admin_graphql_api_id":"gid://shopify/Order/12"}"#), None);
    }
}
