//! What the app has set up in the shop beside products: staged uploads, bulk operations, webhook subscriptions.

use super::bulk::BulkOperations;
use super::staged::Uploads;
use super::webhooks::Subscriptions;

/// Everything that a mutation may change beside products; small enough to be copied before one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) bulk: BulkOperations,
    pub(crate) uploads: Uploads,
    pub(crate) subscriptions: Subscriptions,
}
