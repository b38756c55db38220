//! Real servers: processes of their own over a real Postgres and a simulated shop, and a clock that nobody can move. Seeds
//! hurt them at failpoints, one server takes over from the other, and the judge sees what is left.

mod campaign;
mod customer;
mod database;
mod fleet;
mod hooks;
pub mod notes;
mod plan;
mod play;
mod server;
mod wait;
mod world;

use std::time::Duration;

pub use campaign::{RealCampaign, real_campaign};
pub use plan::{Hurt, RealPlan, pairs};
pub use play::{Played, play};
pub use server::Server;
pub use world::RealWorld;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(300);
