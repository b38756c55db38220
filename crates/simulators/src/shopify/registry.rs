//! What the app has set up in the shop beside products: staged uploads, bulk operations, webhook subscriptions,
//! products set in the background, markets with their price lists.

use std::sync::Arc;

use super::bulk::BulkOperations;
use super::markets::Markets;
use super::product_writes::SetOperations;
use super::staged::Uploads;
use super::webhooks::Subscriptions;

/// Everything that a mutation may change beside products; small enough to be copied before one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) bulk: BulkOperations,
    pub(crate) uploads: Uploads,
    pub(crate) subscriptions: Subscriptions,
    /// Products that were set in the background.
    pub(crate) set_operations: SetOperations,
    /// Shared with the copy that is kept until a mutation is through.
    pub(crate) markets: Arc<Markets>,
}
