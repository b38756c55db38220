//! Query parameters that an operation does not know are refused: one that is ignored misleads, most of all where work is
//! started. What is known stands in the OpenAPI document, so that document and answers cannot differ.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use kernel_core::{Error, Result};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use crate::Problem;

/// Clients name their project in every request, also where an id says enough.
const ALWAYS_KNOWN: &str = "project";

/// The query parameters of every operation.
#[derive(Debug, Clone)]
pub struct KnownParameters(Arc<BTreeMap<(String, String), BTreeSet<String>>>);

impl KnownParameters {
    /// Those of a document.
    #[must_use]
    pub fn of(document: &OpenApi) -> Self {
        let mut known = BTreeMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                if let Some(operation) = operation {
                    known.insert((method.to_string(), path.clone()), query_parameters(operation));
                }
            }
        }
        Self(Arc::new(known))
    }

    fn check(&self, method: &Method, path: &str, query: &str) -> Result<()> {
        let method = if *method == Method::HEAD { Method::GET } else { method.clone() };
        let Some(known) = self.0.get(&(method.to_string(), path.to_owned())) else { return Ok(()) };
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|error| {
            Error::invalid("query.invalid", format!("The query cannot be read: {error}."))
        })?;
        let unknown = pairs.into_iter().find(|(name, _)| name != ALWAYS_KNOWN && !known.contains(name));
        let Some((unknown, _)) = unknown else { return Ok(()) };
        let unknown: String = unknown.chars().take(64).collect();
        let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let hint = if names.is_empty() {
            "It takes none.".to_owned()
        } else {
            format!("Known are {}.", names.join(", "))
        };
        let detail = format!("`{unknown}` is not a parameter of this operation. {hint}");
        Err(Error::invalid("query.invalid", detail.clone()).at(format!("/{unknown}"), "unknown", detail))
    }
}

/// The document is made from the handlers, where parameters are written out, never referred to.
fn query_parameters(operation: &Operation) -> BTreeSet<String> {
    let written_out = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    let of_query = written_out.filter(|parameter| parameter.parameter_in == ParameterIn::Query);
    of_query.map(|parameter| parameter.name.clone()).collect()
}

/// Middleware for matched routes.
///
/// # Errors
/// `query.invalid` (400): a parameter that the operation does not know.
pub async fn refuse_unknown_parameters(
    State(known): State<KnownParameters>,
    request: Request,
    next: Next,
) -> std::result::Result<Response, Problem> {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if let Some(query) = request.uri().query() {
        known.check(request.method(), path, query)?;
    }
    Ok(next.run(request).await)
}
