//! People, sessions, tokens and projects. Owns the tables `tenants` and `projects`; people and credentials are the kernel's.
//! Events out: `project.updated`. Audit: the same, `token.created`, `token.revoked`; both: `member.added`, `.updated`,
//! `.password_reset`, `.password_changed`.

mod api;
pub mod dto;
mod members;
mod members_api;
mod projects;
mod scopes;
mod settings;

pub use api::routes;
pub use projects::{
    NewProject, create_project, create_tenant, list_projects, project_by_id, project_hold, resolve_project,
};
pub use scopes::{RIGHTS, RightRow};
pub use settings::pricing_context;
