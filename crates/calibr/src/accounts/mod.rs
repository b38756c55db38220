//! People, sessions, tokens and projects. Owns the tables `tenants` and `projects`; people and credentials are the kernel's.
//! Events out: `project.updated`. Audit: the same, `token.created`, `token.revoked`.

mod api;
pub mod dto;
mod projects;
mod scopes;
mod settings;

pub use api::routes;
pub use projects::{
    NewProject, create_project, create_tenant, list_projects, project_by_id, project_hold, resolve_project,
};
pub use scopes::SCOPES;
pub use settings::pricing_context;
