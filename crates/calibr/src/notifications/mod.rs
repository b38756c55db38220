//! What a person should know of: made on the spot from what other features keep, so that nothing is told twice or lost.
//! Owns `notification_marks`, which say up to when somebody has read.

mod api;
pub mod dto;
mod store;

pub use api::routes;
