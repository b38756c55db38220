//! Connected shops: connecting, reading their catalogue, and the open connections. Owns `channels`, and through the
//! kernel's vault `tenant_keys` and `credentials`. Events out: `channel.connected`. Audit: the same.

mod api;
mod connect;
pub mod dto;
mod ingest;
mod open;
mod store;

pub use api::routes;
pub(crate) use connect::refused;
pub use connect::{connect_channel, move_channel};
pub use ingest::ingest;
pub use open::{Channels, Connector};
pub use store::{channel_by_id, claim, default_channel};
pub(crate) use store::{forget_secrets, set_disconnected};
