//! Requests that may be repeated: the same `Idempotency-Key` with the same body does its work once and gets the
//! first answer again. Owns the table `idempotency_keys`. Answers are kept for 7 days.

use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use kernel_core::failpoint::carry;
use kernel_core::{Ctx, Error, ErrorKind, Result};
use kernel_db::Db;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::{Caller, Kernel, Problem, ProblemBody};

const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Headers of the answer that are kept, and their columns.
const KEPT_HEADERS: [(HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "content_type"), (header::LOCATION, "location")];
const KEY_BYTES_MAX: usize = 255;
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A request that has not ended by now died with its server.
const IN_FLIGHT_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Middleware for operations that start work: requires the key, refuses it with another body, replays the answer.
///
/// # Errors
/// `idempotency.missing` (400), `idempotency.mismatch` (422), `idempotency.in_flight` (409).
pub async fn idempotent(
    Extension(kernel): Extension<Kernel>,
    Caller(ctx): Caller,
    request: Request,
    next: Next,
) -> std::result::Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let body = http_body_util::Limited::new(body, BODY_BYTES_MAX).collect().await.map_err(|source| {
        Error::invalid("body.unreadable", "The body did not arrive whole, or is too large.").caused_by(source)
    })?;
    let body = body.to_bytes();
    let operation = format!("{} {}", parts.method, parts.uri);
    match begin(&kernel.db, &ctx, &parts.headers, &operation, Sha256::digest(&body).as_slice()).await? {
        Begin::Replay(response) => Ok(response),
        Begin::New(key) => Ok(key.run(next.run(Request::from_parts(parts, Body::from(body)))).await?),
    }
}

/// Puts [`idempotent`] around a route's own methods, and around nothing else of it.
pub fn once<S: Clone + Send + Sync + 'static>(routes: MethodRouter<S>) -> MethodRouter<S> {
    routes.route_layer(from_fn(idempotent))
}

/// Whether a request is new.
pub enum Begin {
    /// It is: do the work with [`Idempotency::run`].
    New(Idempotency),
    /// It was answered before; this is the answer.
    Replay(Response),
}

/// A key that is in flight.
pub struct Idempotency {
    db: Db,
    ctx: Ctx,
    key: String,
}

/// Looks at the key of a request for `operation` whose body has the given digest.
///
/// # Errors
/// See [`idempotent`].
pub async fn begin(db: &Db, ctx: &Ctx, headers: &HeaderMap, operation: &str, digest: &[u8]) -> Result<Begin> {
    let key = key(headers)?;
    let actor = ctx.actor.user().map(|user| user.to_string()).unwrap_or_default();
    let mut fingerprint = Sha256::new();
    for part in [actor.as_bytes(), operation.as_bytes(), digest] {
        fingerprint.update((part.len() as u64).to_be_bytes());
        fingerprint.update(part);
    }
    let fingerprint = hex(&fingerprint.finalize());
    let (now, db) = (ctx.now(), db.clone());
    let tx = db.tenant_tx(ctx.tenant).await?;
    tx.execute(
        "delete from idempotency_keys where tenant_id = $1 and key = $2
            and (created_at < $3 or (status is null and created_at < $4))",
        &[&ctx.tenant.0, &key, &before(now, KEPT)?, &before(now, IN_FLIGHT_MAX)?],
    )
    .await?;
    let inserted = tx
        .execute(
            "insert into idempotency_keys (tenant_id, key, fingerprint, created_at) values ($1, $2, $3, $4)
             on conflict do nothing",
            &[&ctx.tenant.0, &key, &fingerprint, &now],
        )
        .await?;
    if inserted == 1 {
        tx.commit().await?;
        return Ok(Begin::New(Idempotency { db, ctx: ctx.clone(), key }));
    }
    let row = tx
        .query_one(
            "select fingerprint, status, content_type, location, body from idempotency_keys
             where tenant_id = $1 and key = $2",
            &[&ctx.tenant.0, &key],
        )
        .await?;
    if row.get::<_, String>("fingerprint") != fingerprint {
        let detail = "This Idempotency-Key was used for another request. Take a new key.";
        return Err(Error::unprocessable("idempotency.mismatch", detail));
    }
    let status =
        row.get::<_, Option<i32>>("status").and_then(|status| StatusCode::from_u16(status as u16).ok());
    let Some(status) = status else {
        let detail = "The first request with this Idempotency-Key is still under way. Try again shortly.";
        return Err(Error::conflict("idempotency.in_flight", detail));
    };
    let body = row.get::<_, Option<Vec<u8>>>("body").unwrap_or_default();
    let problem: Option<ProblemBody> =
        status.is_client_error().then(|| serde_json::from_slice(&body).ok()).flatten();
    let mut response = (status, body).into_response();
    // A refusal bears the id of the request that it answers.
    if let Some(problem) = problem {
        response.extensions_mut().insert(problem);
    }
    for (name, column) in KEPT_HEADERS {
        let text: Option<String> = row.get(column);
        if let Some(Ok(value)) = text.map(|text| HeaderValue::from_str(&text)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    Ok(Begin::Replay(response))
}

impl Idempotency {
    /// Does the work to its end even if the caller goes away meanwhile, and keeps the answer. A failure of ours (5xx) is
    /// forgotten, so that the request can be repeated.
    ///
    /// # Errors
    /// The database refused.
    pub async fn run(self, work: impl Future<Output = Response> + Send + 'static) -> Result<Response> {
        let work = tokio::spawn(carry(work.in_current_span()));
        let ended = async move {
            let failed = |panic| Problem(Error::internal(panic)).into_response();
            self.finish(work.await.unwrap_or_else(failed)).await
        };
        tokio::spawn(ended.in_current_span()).await.map_err(Error::internal)?
    }

    async fn finish(self, response: Response) -> Result<Response> {
        let tx = self.db.tenant_tx(self.ctx.tenant).await?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map_err(Error::internal)?.to_bytes();
        if parts.status.is_server_error() {
            let sql = "delete from idempotency_keys where tenant_id = $1 and key = $2";
            tx.execute(sql, &[&self.ctx.tenant.0, &self.key]).await?;
        } else {
            let [content_type, location] =
                KEPT_HEADERS.map(|(name, _)| parts.headers.get(name).and_then(|value| value.to_str().ok()));
            tx.execute(
                "update idempotency_keys set status = $3, content_type = $4, body = $5, location = $6
                 where tenant_id = $1 and key = $2",
                &[
                    &self.ctx.tenant.0,
                    &self.key,
                    &i32::from(parts.status.as_u16()),
                    &content_type,
                    &bytes.as_ref(),
                    &location,
                ],
            )
            .await?;
        }
        tx.commit().await?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }
}

fn key(headers: &HeaderMap) -> Result<String> {
    let key =
        headers.get(KEY_HEADER).and_then(|value| value.to_str().ok()).map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        let detail = "Send an `Idempotency-Key` of 1 to 255 characters, fresh for each new request: \
                      a repetition with the same key is then done only once.";
        return Err(Error::new(ErrorKind::Invalid, "idempotency.missing", detail));
    }
    Ok(key.to_owned())
}

fn before(now: Timestamp, span: SignedDuration) -> Result<Timestamp> {
    now.checked_sub(span).map_err(Error::internal)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
