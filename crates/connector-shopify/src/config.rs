//! What a connection to one shop needs, and its limits.

use channel::{ChannelError, Result};
use kernel_connect::{Address, Credential, HttpLimits};

/// The version of the Admin API this connector is written and tested for.
pub const API_VERSION: &str = "2026-10";

/// Shopify takes and gives at most this many items of an array or a page.
const ITEMS_MAX: usize = 250;

/// A connection to one shop.
#[derive(Debug, Clone)]
pub struct ShopifyConfig {
    /// Scheme and host, such as `https://some-shop.myshopify.com`; loopback http for a simulator.
    pub base_url: String,
    /// The Admin API's version, put in every path.
    pub api_version: String,
    /// Who we say we are.
    pub user_agent: &'static str,
    /// The Admin API access token, which may be replaced while the connection is in use.
    pub access_token: Credential,
    /// Time and size limits of each request; the whole request may take 15 s unless said otherwise.
    pub limits: HttpLimits,
    /// Products asked for at once, 1 to 250.
    pub products_per_page: usize,
    /// Variants of each product asked for at once, 1 to 250; further ones are followed page by page.
    pub variants_per_page: usize,
    /// Variants written at once, 1 to 250.
    pub variants_per_write: usize,
    /// Whether to read what an item costs; takes a permission that an app may lack.
    pub read_cost: bool,
    /// How often a throttled request, which Shopify has not carried out, is sent again before it is given back.
    pub throttled_retries_max: u32,
    /// How often a query whose answer was lost or a failure of Shopify's is sent again before the failure is given back. A
    /// mutation never is.
    pub read_retries_max: u32,
    /// The longest wait for the cost bucket, and to ask again, before a request is given back, in milliseconds.
    pub pace_wait_ms_max: u64,
    /// Reading that the bucket would draw out longer than this is done in bulk, in milliseconds.
    pub bulk_after_ms: u64,
    /// Writing that the bucket would draw out at least so long is done in bulk, in milliseconds. More than for reading,
    /// because what was compared before grows old while an operation runs.
    pub bulk_write_after_ms: u64,
    /// The longest wait for a bulk operation to end, in milliseconds.
    pub bulk_wait_ms_max: u64,
    /// The same for a write, in milliseconds. Short, because what was read before it grows old meanwhile.
    pub write_wait_ms_max: u64,
}

impl ShopifyConfig {
    /// A connection to `base_url` with the usual limits.
    pub fn new(base_url: impl Into<String>, access_token: impl Into<Credential>) -> Self {
        Self {
            base_url: base_url.into(),
            api_version: API_VERSION.to_owned(),
            user_agent: "Calibr",
            access_token: access_token.into(),
            limits: HttpLimits::default(),
            products_per_page: 50,
            variants_per_page: 100,
            variants_per_write: ITEMS_MAX,
            read_cost: true,
            throttled_retries_max: 3,
            read_retries_max: 4,
            pace_wait_ms_max: 60_000,
            bulk_after_ms: 30_000,
            bulk_write_after_ms: 120_000,
            bulk_wait_ms_max: 30 * 60_000,
            write_wait_ms_max: 5_000,
        }
    }

    /// A connection to a real shop by its permanent domain, such as `some-shop.myshopify.com`.
    ///
    /// # Errors
    /// The text is not such a domain.
    pub fn for_shop(domain: &str, access_token: impl Into<Credential>) -> Result<Self> {
        let shop = domain.strip_suffix(".myshopify.com").unwrap_or_default();
        let plain = shop.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if shop.is_empty() || shop.starts_with('-') || !plain {
            let shown: String = domain.chars().take(100).collect();
            return Err(refused(format!(
                "`{shown}` is not a shop's permanent domain; write it as some-shop.myshopify.com"
            )));
        }
        Ok(Self::new(format!("https://{domain}"), access_token))
    }

    /// Where to send requests: the address, and the path with the version in it.
    pub(crate) fn endpoint(&self) -> Result<(Address, String)> {
        let address = self.base_url.parse::<Address>().map_err(|e| refused(e.to_string()))?;
        let version = self.api_version.as_str();
        let dated = version.len() == 7
            && version.bytes().enumerate().all(|(i, b)| if i == 4 { b == b'-' } else { b.is_ascii_digit() });
        if !dated {
            return Err(refused(format!(
                "`{version}` is not a version of the Admin API; write {API_VERSION}"
            )));
        }
        let sizes = [self.products_per_page, self.variants_per_page, self.variants_per_write];
        if sizes.iter().any(|size| !(1..=ITEMS_MAX).contains(size)) {
            return Err(refused(format!("page and write sizes must be from 1 to {ITEMS_MAX}")));
        }
        Ok((address, format!("/admin/api/{version}/graphql.json")))
    }
}

fn refused(message: String) -> ChannelError {
    ChannelError::never("shopify.configuration", message)
}

#[cfg(test)]
mod tests {
    use kernel_connect::Secret;

    use super::*;

    fn token() -> Secret {
        Secret::new("shpat_secret")
    }

    #[test]
    fn only_permanent_shop_domains_are_taken() {
        let config = ShopifyConfig::for_shop("some-shop.myshopify.com", token()).expect("a shop");
        assert_eq!(config.base_url, "https://some-shop.myshopify.com");
        for text in [
            "",
            ".myshopify.com",
            "some-shop.com",
            "-x.myshopify.com",
            "a.b.myshopify.com",
            "evil.com/.myshopify.com",
            "x@y.myshopify.com",
            "some-shop.myshopify.com.evil.example",
        ] {
            assert!(ShopifyConfig::for_shop(text, token()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_version_stands_in_the_path_and_odd_settings_are_refused() {
        let good = ShopifyConfig::new("http://127.0.0.1:1", token());
        assert_eq!(good.endpoint().expect("an endpoint").1, "/admin/api/2026-10/graphql.json");
        let broken: [fn(&mut ShopifyConfig); 4] = [
            |c| c.api_version = "../../x".to_owned(),
            |c| c.products_per_page = 0,
            |c| c.variants_per_write = 251,
            |c| c.base_url = "http://shop.example".to_owned(),
        ];
        for (i, change) in broken.iter().enumerate() {
            let mut config = good.clone();
            change(&mut config);
            assert!(config.endpoint().is_err(), "case {i}");
        }
        assert!(!format!("{good:?}").contains("shpat"));
    }
}
