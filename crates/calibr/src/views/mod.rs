//! Lists as a person likes to see them: a name for a query, kept per person, project and list.
//! Owns `saved_views`. Audit: `view.saved`, `view.deleted`.

mod api;
pub mod dto;
mod store;

pub use api::routes;
