//! What the app has set up in the shop beside products: staged uploads, bulk operations, webhook subscriptions,
//! markets with their price lists.

use std::sync::Arc;

use super::bulk::BulkOperations;
use super::markets::Markets;
use super::staged::Uploads;
use super::webhooks::Subscriptions;

/// Everything that a mutation may change beside products; small enough to be copied before one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) bulk: BulkOperations,
    pub(crate) uploads: Uploads,
    pub(crate) subscriptions: Subscriptions,
    /// Shared with the copy that is kept until a mutation is through.
    pub(crate) markets: Arc<Markets>,
}
