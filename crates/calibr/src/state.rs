//! What every use case can reach. How it is put together stands in `app.rs`.

use std::sync::Arc;

use kernel_connect::Reach;
use kernel_core::Clock;
use kernel_db::Db;

use crate::catalog::Snapshots;
use crate::channels::Channels;

/// What every use case can reach.
#[derive(Clone)]
pub struct App {
    /// The way to rows.
    pub db: Db,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Connected shops.
    pub channels: Channels,
    /// Catalogues in memory.
    pub snapshots: Snapshots,
    /// How far webhooks may reach.
    pub webhook_reach: Reach,
}
