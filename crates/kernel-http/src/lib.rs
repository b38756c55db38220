//! The HTTP glue every feature shares: who calls, what came in, how errors, lists and repeated requests are answered.

mod body;
mod caller;
mod idempotency;
mod list;
mod metrics;
mod parameters;
mod precondition;
mod problem;
mod request;

pub use body::{ApiJson, ApiPath, Document, Validation};
pub use caller::{Caller, Kernel, SESSION_COOKIE, cookie_value};
pub use idempotency::{Begin, Idempotency, begin, idempotent, once};
pub use list::{ListQuery, NoFilter, PageBody, PageParams, ProjectParam};
pub use metrics::{install_metrics, render_metrics, tidy_metrics};
pub use parameters::{KnownParameters, refuse_unknown_parameters};
pub use precondition::{IfMatch, Versioned};
pub use problem::{Problem, ProblemBody, wrong_method};
pub use request::{REQUEST_ID_HEADER, track_request};

/// What a handler answers with.
pub type ApiResult<T> = std::result::Result<T, Problem>;
