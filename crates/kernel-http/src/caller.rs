//! Who calls: from a session cookie or a bearer token to a context.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use kernel_auth::{Credential, authenticate};
use kernel_core::{Clock, Ctx, Error, ErrorKind, RequestId, Result};
use kernel_db::Db;

use crate::Problem;

/// The cookie that carries a session's secret.
pub const SESSION_COOKIE: &str = "calibr_session";

/// What the glue needs: laid into every request as an extension, so that any router can use it.
#[derive(Clone)]
pub struct Kernel {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// A request by somebody known. What they may do is the use case's question.
pub struct Caller(pub Ctx);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        if let Some(ctx) = parts.extensions.get::<Ctx>() {
            return Ok(Self(ctx.clone()));
        }
        let kernel = parts.extensions.get::<Kernel>().cloned();
        let kernel = kernel.ok_or_else(|| Error::internal("the router lacks the Kernel extension"))?;
        let found = authenticate(&kernel.db, kernel.clock.as_ref(), credential(parts)?).await?;
        let mut ctx = Ctx::new(found.tenant, found.actor, kernel.clock);
        if let Some(id) = parts.extensions.get::<RequestId>() {
            ctx.request_id = *id;
        }
        parts.extensions.insert(ctx.clone());
        Ok(Self(ctx))
    }
}

fn credential(parts: &Parts) -> Result<Credential<'_>> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        return token.map(|t| Credential::Token(t.trim())).ok_or_else(|| {
            let detail = "Send `Authorization: Bearer` and an API token.";
            Error::new(ErrorKind::Unauthenticated, "credential.malformed", detail)
        });
    }
    let Some(secret) = cookie_value(&parts.headers, SESSION_COOKIE) else {
        let detail = "Sign in, or send an API token as `Authorization: Bearer …`.";
        return Err(Error::new(ErrorKind::Unauthenticated, "credential.missing", detail));
    };
    if !is_safe(&parts.method) && !is_same_origin(&parts.headers) {
        let detail = "A request with the session cookie must come from Calibr's own pages.";
        return Err(Error::new(ErrorKind::Forbidden, "origin.foreign", detail));
    }
    Ok(Credential::Session(secret))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers say where a request comes from; a page of another site cannot forge either header.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, authority)| authority == host)
        }
        _ => false,
    }
}

/// The value of a cookie.
#[must_use]
pub fn cookie_value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}
