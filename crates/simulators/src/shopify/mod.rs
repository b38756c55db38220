//! A Shopify shop that exists only in this process: Admin GraphQL API 2026-10 for products, prices and price lists.
//!
//! It validates against the official schema, prices queries, throttles, pages and fails as recorded answers do, keeps a
//! journal of every call, and takes faults over a control plane (`/__sim`) of its own. A valid field that it does not
//! know is answered with HTTP 501, never with null.

mod bucket;
mod bulk;
mod bulk_input;
mod bulk_update;
mod call;
mod catalogue;
mod clock;
mod connection;
mod control;
mod cost;
mod edit;
mod errors;
mod executor;
mod faults;
mod fields;
mod gid;
mod handle;
mod intake;
mod journal;
mod listener;
mod lists;
mod literals;
mod markets;
mod money;
mod mutations;
mod oauth;
mod objects;
mod product_csv;
mod product_objects;
mod product_writes;
mod registry;
mod reply;
mod schema;
mod search;
mod search_condition;
mod server;
mod settings;
mod shop;
mod shop_object;
mod simulated;
mod simulation;
mod staged;
mod state_file;
mod storage;
mod stored;
mod validate;
mod variables;
mod webhooks;

pub use catalogue::{Catalogue, ProductRow, VariantRow};
pub use clock::{Clock, SystemClock};
pub use cost::{DocumentPrice, document_price};
pub use edit::{ShopEdit, VariantEdit};
pub use faults::{Fault, FaultKind};
pub use handle::{Config, Handle, Simulator};
pub use journal::{CallOutcome, Effect, JournalEntry, ListEffect, ProductChange, ProductEffect, Source};
pub use markets::{FixedPrice, Market, MarketCatalog, MarketCurrency, MarketRegion, Markets, PriceList};
pub use schema::API_VERSION;
pub use shop::{Product, Variant, VariantDetails};
pub use simulated::SIMULATED;
pub use simulation::{Held, ShopState};
pub use webhooks::Sent;
