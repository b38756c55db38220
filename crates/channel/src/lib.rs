//! The port to a sales channel: neutral catalogue and price types, and small capability traits a connector implements.
//! Std futures only, so that nothing here ties the house to a runtime or a vendor.

mod access;
mod catalogue;
mod error;
mod price_lists;
mod prices;
mod progress;

use std::future::Future;
use std::pin::Pin;

pub use access::{Access, Budget, NoticeSource};
pub use catalogue::{
    CataloguePage, CatalogueSource, ChannelProduct, ChannelVariant, LeftOut, OptionValue, PriceListRef,
    ProductRef, ProductStatus, ShopInfo, VariantRef,
};
pub use error::{CREDENTIAL_RENEWED, ChannelError, Result, RetryClass};
pub use price_lists::{FixedPriceWrite, ListPage, PriceList, PriceLists};
pub use prices::{
    BulkPriceWriter, BulkRef, CompareAtWrite, LivePrice, LiveReading, PriceOrigin, PriceReader, PriceWrite,
    PriceWriter, ProductWrites, UploadedWrites, WriteOutcome,
};
pub use progress::{Hear, Progress};

/// A future behind a pointer, so that the capability traits can be used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One connected shop or account. A capability the vendor does not offer is `None`; nothing pretends.
pub trait Channel: Send + Sync {
    /// The connector's name as it stands in the database and the API, such as `shopify`.
    fn kind(&self) -> &'static str;

    /// Reads who the shop says it is.
    ///
    /// # Errors
    /// The vendor refused or did not answer.
    fn shop(&self) -> BoxFuture<'_, Result<ShopInfo>>;

    /// Reading the whole catalogue.
    fn catalogue(&self) -> Option<&dyn CatalogueSource>;

    /// Reading live prices by id.
    fn price_reader(&self) -> Option<&dyn PriceReader>;

    /// Writing prices.
    fn price_writer(&self) -> Option<&dyn PriceWriter>;

    /// What the shop grants, and what is left of its budget.
    fn access(&self) -> Option<&dyn Access>;

    /// Being told of changes.
    fn notices(&self) -> Option<&dyn NoticeSource>;

    /// Writing the prices of many products in one operation.
    fn bulk_price_writer(&self) -> Option<&dyn BulkPriceWriter>;

    /// Prices of their own for some customers.
    fn price_lists(&self) -> Option<&dyn PriceLists>;
}
