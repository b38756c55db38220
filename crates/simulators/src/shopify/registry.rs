//! What the app has set up in the shop beside products: staged uploads and bulk operations.

use super::bulk::BulkOperations;
use super::staged::Uploads;

/// Everything that a mutation may change beside products; small enough to be copied before one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) bulk: BulkOperations,
    pub(crate) uploads: Uploads,
}
