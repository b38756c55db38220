//! The catalogue: products, variants, and every price they had.
//! Owns `products`, `variants`, `price_versions`, `channel_refs`. Events out: `catalog.imported`.
//! Audit: `catalog.imported`, `price.recorded`.

mod api;
pub mod dto;
mod export;
mod facts;
mod import;
mod prices;
mod store;
mod upload;

pub use api::routes;
pub use export::{Export, PriceOverrides, export_products};
pub use facts::{CatalogueRow, catalogue_rows, watermark};
pub use import::{Import, ImportSource};
pub use prices::{CurrentPrice, NewPrice, Origin, current_prices, record_prices};
pub(crate) use store::contains;
pub use store::{ExternalRef, external_refs, price_at, variant_by_id};

/// The price surface of the shop's base price.
pub const BASE: &str = "base";
