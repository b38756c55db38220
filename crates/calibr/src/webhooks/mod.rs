//! Webhooks: events sent to customers' own addresses, signed by the Standard Webhooks specification.
//! Owns `webhook_endpoints`, `webhook_secrets`, `webhook_deliveries` and `webhook_attempts`. A delivery goes
//! `pending → delivered | failed`, and back to `pending` when it is sent again; or `pending → dropped` with its webhook.
//! Consumer of the log: `webhooks`.
//! Jobs: `webhooks.deliver`. Events out: `webhook_endpoint.created`, `webhook_endpoint.secret_rotated`,
//! `webhook_endpoint.disabled`, `webhook_endpoint.enabled`, `webhook_endpoint.deleted`, `webhook_delivery.resent`. Audit: the same.

mod api;
mod deliver;
pub mod dto;
mod endpoints;
mod fan_out;
mod model;
mod resend;
mod secrets;
mod sign;
mod store;

pub use api::routes;
pub use deliver::{DELIVER, deliver};
pub use fan_out::consumer;
