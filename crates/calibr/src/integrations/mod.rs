//! What shops tell us: webhooks as hints, each proven, told apart from its repetitions, and followed by reading the shop
//! through the tenant's own token. Also how a connection fares. Owns `channel_hooks` and `shop_notices`.
//! Jobs: `integrations.notice`. Events out and audit: `channel.listening`, `channel.scopes_changed`, `channel.disconnected`,
//! `channel.redacted`, `privacy.requested`.

mod address;
mod api;
pub mod dto;
mod follow;
mod health;
mod intake;
mod listen;
mod store;
mod tell;

pub use api::routes;
pub use follow::{NOTICE, notice_job};
pub use intake::hooks;
