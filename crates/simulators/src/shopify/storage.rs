//! The storage service that Shopify leaves files to: it takes staged uploads and gives out the results of bulk operations.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use serde::Deserialize;

use super::faults::{CallShape, FaultKind};
use super::listener::Cutter;
use super::simulation::Simulation;
use super::staged::{BUCKET_PATH, Refused, UPLOAD_BYTES_MAX};

/// The routes of the storage service.
pub(crate) fn routes() -> Router<Arc<Simulation>> {
    Router::new()
        .route(&format!("{BUCKET_PATH}/"), post(upload_form))
        .route(&format!("{BUCKET_PATH}/{{*key}}"), put(upload))
        .route("/bulk-operation-outputs/{name}", get(result))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES_MAX + 65_536))
}

/// A form whose last field is the file; what comes after it is not read.
async fn upload_form(State(simulation): State<Arc<Simulation>>, mut form: Multipart) -> Response {
    let (mut key, mut signature, mut policy) = (String::new(), String::new(), false);
    loop {
        let Ok(Some(field)) = form.next_field().await else { return refuse((400, "InvalidArgument")) };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let Ok(file) = field.bytes().await else { return refuse((400, "IncompleteBody")) };
            if !policy {
                return refuse((400, "InvalidPolicyDocument"));
            }
            let taken = simulation.state().registry.uploads.take(&key, &signature, file, 1);
            return taken.map_or_else(refuse, |()| created(&key));
        }
        let Ok(text) = field.text().await else { return refuse((400, "InvalidArgument")) };
        match name.as_str() {
            "key" => key = text,
            "x-goog-signature" => signature = text,
            "policy" => policy = true,
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct Signed {
    #[serde(rename = "X-Goog-Signature", default)]
    signature: String,
}

async fn upload(
    State(simulation): State<Arc<Simulation>>,
    Path(key): Path<String>,
    Query(signed): Query<Signed>,
    file: Bytes,
) -> Response {
    let taken = simulation.state().registry.uploads.take(&key, &signed.signature, file, 0);
    taken.map_or_else(refuse, |()| StatusCode::OK.into_response())
}

#[derive(Deserialize)]
struct Expiring {
    #[serde(rename = "Expires", default)]
    expires: i64,
    #[serde(rename = "Signature", default)]
    signature: String,
}

async fn result(
    State(simulation): State<Arc<Simulation>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    Path(name): Path<String>,
    Query(Expiring { expires, signature }): Query<Expiring>,
) -> Response {
    let shape = CallShape { kind: "bulk_result", operation_name: None, root_fields: &[] };
    let hits = simulation.state().faults.take(&shape);
    for fault in hits {
        match fault {
            FaultKind::HttpErrorBeforeCommit { status } => return refuse((status, "InternalError")),
            FaultKind::TimeoutBeforeCommit { .. } => {
                cutter.cut();
                return ().into_response();
            }
            _ => {}
        }
    }
    let now_s = simulation.clock.epoch_s();
    let found = simulation.state().registry.bulk.output(&name, &signature, expires);
    match found {
        None => refuse((403, "SignatureDoesNotMatch")),
        Some(_) if expires < now_s => refuse((400, "ExpiredToken")),
        Some(lines) => ([(header::CONTENT_TYPE, "application/jsonl")], lines).into_response(),
    }
}

fn created(key: &str) -> Response {
    let bucket = "shopify-staged-uploads";
    let body = format!(
        "<?xml version='1.0' encoding='UTF-8'?><PostResponse><Location>https://storage.googleapis.com/{bucket}/{key}\
         </Location><Bucket>{bucket}</Bucket><Key>{key}</Key><ETag>\"simulated\"</ETag></PostResponse>"
    );
    (StatusCode::CREATED, xml(), body).into_response()
}

fn refuse((status, code): Refused) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body = format!("<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code></Error>");
    (status, xml(), body).into_response()
}

fn xml() -> [(HeaderName, &'static str); 1] {
    [(header::CONTENT_TYPE, "application/xml; charset=UTF-8")]
}
