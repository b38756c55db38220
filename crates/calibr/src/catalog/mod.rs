//! The catalogue: products, variants, every price they had, and what else rules ask about them.
//! Owns `products`, `variants`, `price_versions`, `price_surfaces`, `channel_refs`, `reference_prices`.
//! Events out: `catalog.imported`, and `catalog.changed` with every write; `catalog.facts_told`, `catalog.history_told`.
//! Audit: `catalog.imported`, `catalog.facts_told`, `catalog.history_told`, `price.recorded`.

mod api;
mod changed;
pub mod dto;
mod export;
mod facets;
mod facts;
mod files;
mod import;
mod prices;
mod snapshots;
mod store;
mod surfaces;
mod upload;

pub use api::routes;
pub use export::{Export, PriceOverrides, export_products};
pub use facts::watermark;
pub use import::{Import, ImportSource};
pub use prices::{CurrentPrice, NewPrice, Origin, RunningSales, current_prices, end_prices, record_prices};
pub use snapshots::{Snapshots, snapshot, surface_snapshot};
pub(crate) use store::contains;
pub use store::{ExternalRef, external_refs, price_at, variant_by_id};
pub use surfaces::{Surface, list_after, list_of, relative_on, surface_named, surface_of_variant};

/// The price surface of the shop's base price.
pub const BASE: &str = "base";
/// Prices of so many days are kept in memory.
pub const REMEMBERED_DAYS: i64 = 120;
