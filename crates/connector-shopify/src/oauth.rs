//! Connecting a shop by its owner's consent: the code grant with a signed callback, tokens that expire after an hour, and
//! their refresh. Pure but for the two calls to the token endpoint.

use std::fmt::Write as _;

use channel::{ChannelError, Result, RetryClass};
use hmac::{Hmac, KeyInit, Mac};
use kernel_connect::{Address, HttpClient, HttpLimits, HttpRequest, Secret, redact};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// A shop's permanent domain: letters, digits and hyphens before `.myshopify.com`.
#[must_use]
pub fn is_shop_domain(domain: &str) -> bool {
    let name = domain.strip_suffix(".myshopify.com").unwrap_or_default();
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    !name.is_empty() && !name.starts_with('-') && plain && name.len() <= 100
}

/// An app as its settings page at Shopify shows it.
#[derive(Debug, Clone)]
pub struct ShopifyApp {
    /// The client id.
    pub client_id: String,
    /// The client secret.
    pub client_secret: Secret,
}

/// What Shopify grants: a token for an hour, and what renews it.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The access token.
    pub access_token: Secret,
    /// Scopes that were granted, which may be fewer than were asked for.
    pub scopes: Vec<String>,
    /// Seconds until the access token ends; `None` if it does not.
    pub expires_in_s: Option<i64>,
    /// Renews the access token, and is replaced each time.
    pub refresh_token: Option<Secret>,
}

/// The page where a shop's owner consents.
#[must_use]
pub fn authorize_url(
    base_url: &str,
    app: &ShopifyApp,
    scopes: &[&str],
    redirect: &str,
    state: &str,
) -> String {
    let pairs = [
        ("client_id", app.client_id.as_str()),
        ("scope", &scopes.join(",")),
        ("redirect_uri", redirect),
        ("state", state),
    ];
    let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    format!("{}/admin/oauth/authorize?{}", base_url.trim_end_matches('/'), query.join("&"))
}

/// Whether the parameters of a callback are signed by the app's secret: hex HMAC-SHA256 over all but `hmac`, sorted.
#[must_use]
pub fn is_signed_callback(parameters: &[(String, String)], secret: &Secret) -> bool {
    let given: Vec<&str> =
        parameters.iter().filter(|(name, _)| name == "hmac").map(|(_, value)| value.as_str()).collect();
    let [given] = given.as_slice() else { return false };
    let Some(given) = from_hex(given) else { return false };
    let mut rest: Vec<&(String, String)> = parameters.iter().filter(|(name, _)| name != "hmac").collect();
    rest.sort();
    let message: Vec<String> = rest.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) else { return false };
    mac.update(message.join("&").as_bytes());
    !secret.expose().is_empty() && mac.verify_slice(&given).is_ok()
}

#[derive(Serialize)]
struct CodeGrant<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    code: &'a str,
    expiring: u8,
}

#[derive(Serialize)]
struct Refresh<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    grant_type: &'a str,
    refresh_token: &'a str,
}

#[derive(Serialize)]
struct Exchange<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    grant_type: &'a str,
    subject_token: &'a str,
    subject_token_type: &'a str,
    requested_token_type: &'a str,
    expiring: u8,
}

/// Exchanges the code of a callback for tokens.
///
/// # Errors
/// The shop refused (the code is used or too old), or did not answer.
pub async fn exchange_code(base_url: &str, app: &ShopifyApp, code: &str) -> Result<Grant> {
    let client_secret = app.client_secret.expose();
    let body = CodeGrant { client_id: &app.client_id, client_secret, code, expiring: 1 };
    ask(base_url, &[&app.client_secret, &Secret::new(code)], &body).await
}

/// Exchanges the session token of an embedded page for tokens.
///
/// # Errors
/// The shop refused (the session token is bad or too old), or did not answer.
pub async fn exchange_session(base_url: &str, app: &ShopifyApp, session_token: &Secret) -> Result<Grant> {
    let exchange = Exchange {
        client_id: &app.client_id,
        client_secret: app.client_secret.expose(),
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: session_token.expose(),
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
        expiring: 1,
    };
    ask(base_url, &[&app.client_secret, session_token], &exchange).await
}

/// Renews an access token. The refresh token that was used stays good until the new one is used, so that an answer that
/// was lost locks nobody out.
///
/// # Errors
/// The shop refused (the refresh token has ended: connect anew), or did not answer.
pub async fn refresh(base_url: &str, app: &ShopifyApp, refresh_token: &Secret) -> Result<Grant> {
    let refresh = Refresh {
        client_id: &app.client_id,
        client_secret: app.client_secret.expose(),
        grant_type: "refresh_token",
        refresh_token: refresh_token.expose(),
    };
    ask(base_url, &[&app.client_secret, refresh_token], &refresh).await
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    expires_in: Option<i64>,
    #[serde(default)]
    refresh_token: Option<String>,
}

/// Asks for a token. None of `secrets`, which are those in `body`, comes back in an error.
async fn ask<B: Serialize>(base_url: &str, secrets: &[&Secret], body: &B) -> Result<Grant> {
    let never = |message: String| ChannelError::never("shopify.oauth", message);
    let address = base_url.parse::<Address>().map_err(|e| never(e.to_string()))?;
    let later = |message: String| ChannelError::new(RetryClass::Backoff, "shopify.oauth_unanswered", message);
    let client = HttpClient::new(address, HttpLimits::default()).map_err(|e| later(e.to_string()))?;
    let body = serde_json::to_vec(body).map_err(|e| never(e.to_string()))?;
    let request = HttpRequest::post("/admin/oauth/access_token", body)
        .header("content-type", "application/json")
        .header("accept", "application/json");
    let response = client.send(request).await.map_err(|e| later(e.to_string()))?;
    match response.status {
        200 => {}
        400 | 401 | 403 => {
            let shown = muted(&response.body, secrets);
            return Err(never(format!("the shop grants no token (HTTP {}): {shown}", response.status)));
        }
        status => return Err(later(format!("the shop gave no token: HTTP {status}"))),
    }
    let answer: Answer = serde_json::from_slice(&response.body)
        .map_err(|_| later("the shop's answer about a token cannot be read".to_owned()))?;
    Ok(Grant {
        access_token: Secret::new(answer.access_token),
        scopes: answer.scope.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        expires_in_s: answer.expires_in,
        refresh_token: answer.refresh_token.map(Secret::new),
    })
}

/// The beginning of an answer without what was sent in confidence. Cut last, so that no part of a secret is left.
fn muted(body: &[u8], secrets: &[&Secret]) -> String {
    let text = String::from_utf8_lossy(body).into_owned();
    let text = secrets.iter().fold(text, |text, secret| redact(&text, secret));
    text.chars().take(200).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => drop(write!(out, "%{other:02X}")),
        }
    }
    out
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let whole = text.len().is_multiple_of(2) && text.is_ascii();
    let pairs = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    if whole { pairs.collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(hmac: &str, state: Option<&str>) -> Vec<(String, String)> {
        let mut pairs = vec![
            ("code", "0907a61c0c8d55e99db179b68161bc00"),
            ("hmac", hmac),
            ("shop", "some-shop.myshopify.com"),
            ("timestamp", "1337178173"),
        ];
        pairs.extend(state.map(|state| ("state", state)));
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn the_published_examples_of_signed_callbacks_hold() {
        let secret = Secret::new("hush");
        let plain = "4712bf92ffc2917d15a2f5a273e39f0116667419aa4b6ac0b3baaf26fa3c4d20";
        let with_state = "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf";
        assert!(is_signed_callback(&callback(plain, None), &secret));
        assert!(is_signed_callback(&callback(with_state, Some("0.6784241404160823")), &secret));
        assert!(!is_signed_callback(&callback(plain, Some("another")), &secret));
        assert!(!is_signed_callback(&callback(plain, None), &Secret::new("other")));
        assert!(!is_signed_callback(&callback("", None), &secret));
        let mut twice = callback(plain, None);
        twice.push(("hmac".to_owned(), plain.to_owned()));
        assert!(!is_signed_callback(&twice, &secret));
    }

    #[test]
    fn the_page_of_consent_names_app_scopes_and_state() {
        let app = ShopifyApp { client_id: "id".to_owned(), client_secret: Secret::new("hush") };
        let url = authorize_url(
            "https://a.myshopify.com",
            &app,
            &["read_products", "write_products"],
            "https://c/x?y",
            "s t",
        );
        assert_eq!(
            url,
            "https://a.myshopify.com/admin/oauth/authorize?client_id=id&scope=read_products%2Cwrite_products\
             &redirect_uri=https%3A%2F%2Fc%2Fx%3Fy&state=s%20t"
        );
        assert!(!url.contains("hush"));
    }

    #[test]
    fn only_permanent_domains_are_shops() {
        assert!(is_shop_domain("some-shop.myshopify.com"));
        for text in [
            "",
            ".myshopify.com",
            "a.b.myshopify.com",
            "evil.com/.myshopify.com",
            "-x.myshopify.com",
            "x.myshopify.com.evil.com",
        ] {
            assert!(!is_shop_domain(text), "{text}");
        }
    }
}
