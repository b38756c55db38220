//! What the API shows of connected shops. Shared with the command line.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::ChannelId;

/// A connected shop or account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Channel {
    /// Id.
    pub id: ChannelId,
    /// The connector, such as `shopify`.
    pub connector: String,
    /// Name for people: the shop's domain.
    pub name: String,
    /// `connected`, or `disconnected` after the shop shut us out.
    pub state: String,
    /// When it was connected.
    pub created_at: Timestamp,
    /// When its catalogue was last read whole.
    pub ingested_at: Option<Timestamp>,
    /// How far the reading of its catalogue is; absent unless one is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// How far the reading of a catalogue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reading {
    /// `gathering` while the shop puts its catalogue together, then `reading`.
    pub stage: String,
    /// Products and variants that are done in this stage, counted together.
    pub done: u64,
    /// About how many there are, as the shop said at first.
    pub expected: Option<u64>,
}

/// Asking a shop's owner for consent.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConsent {
    /// The shop's permanent domain, `name.myshopify.com`.
    pub shop_domain: String,
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret; sealed at once, never returned.
    pub client_secret: String,
    /// Where this server is reached by browsers, such as `https://prices.example.com`.
    pub public_url: String,
    /// Where the shop answers, if not at its domain (a simulated shop).
    #[serde(default)]
    pub base_url: Option<String>,
}

/// Where a shop's owner consents.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Consent {
    /// Open this in a browser. Good once, for ten minutes.
    pub url: String,
}

/// Connecting the shop in whose admin a page of the app is open.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSessionExchange {
    /// The shop's permanent domain, `name.myshopify.com`.
    pub shop_domain: String,
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret; sealed at once, never returned.
    pub client_secret: String,
    /// The session token of the page; lives for a minute, never stored.
    pub session_token: String,
    /// Where the shop answers, if not at its domain (a simulated shop).
    #[serde(default)]
    pub base_url: Option<String>,
}

/// Connecting a Shopify shop with an access token of a custom app.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// The shop's domain, `name.myshopify.com`.
    pub shop_domain: String,
    /// Access token with the scopes `read_products` and `write_products`; sealed at once, never returned.
    pub access_token: String,
    /// Where the Admin API answers, if not at the shop's domain (a simulated shop).
    #[serde(default)]
    pub base_url: Option<String>,
}
