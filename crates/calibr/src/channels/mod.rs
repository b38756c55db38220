//! Connected shops: connecting, reading their catalogue, and the open connections. Owns `channels`, and through the
//! kernel's vault `tenant_keys` and `credentials`; also `shop_consents` and `channel_progress`. Events out and audit: `channel.connected`, `channel.reconnected`,
//! `channel.token_renewed`.

mod api;
mod connect;
mod consent;
pub mod dto;
mod ingest;
mod live;
mod open;
pub mod progress;
mod renew;
mod store;

pub use api::{callbacks, routes};
pub(crate) use connect::refused;
pub use connect::{connect_channel, move_channel};
pub use ingest::ingest;
pub use live::LivePrices;
pub use open::{Channels, Connector};
pub use store::{channel_by_id, claim, default_channel, expect_ready};
pub(crate) use store::{expect_writable, forget_secrets, set_disconnected, set_missing_scopes};
