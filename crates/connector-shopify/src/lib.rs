//! Shopify as a channel: the Admin GraphQL API of version 2026-10 behind the neutral port, and Shopify's product CSV.
//!
//! The operations stand in `documents/` and are checked against the official schema by tests. `wire` is what travels,
//! `mapping` turns it into the port's words, `bucket` paces by the cost the answers report, `classify` says what a
//! failure means for a retry.

mod access;
mod again;
mod bucket;
mod bulk;
mod classify;
mod client;
mod config;
pub mod csv;
mod ingest;
mod mapping;
pub mod oauth;
mod operation;
mod price_lists;
mod prices;
mod webhooks;
mod wire;

pub use access::missing_scopes;
pub use client::ShopifyClient;
pub use config::{API_VERSION, ShopifyConfig};
pub use webhooks::{is_signed, product_of};

#[cfg(test)]
mod schema_tests;
