//! Staged uploads: `stagedUploadsCreate` hands out a place, the storage service beside the API takes one file for it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::errors::FieldError;
use super::simulation::State;
use super::stored::{Outcome, Stored};

/// The largest file that the policy lets through, in bytes.
pub(crate) const UPLOAD_BYTES_MAX: usize = 104_857_600;
/// Path of the bucket on this server; the real one has a host of its own.
pub(crate) const BUCKET_PATH: &str = "/shopify-staged-uploads";

/// Places that were handed out, by key; with the file once it has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uploads {
    places: BTreeMap<String, Place>,
}

#[derive(Debug, Clone)]
struct Place {
    signature: String,
    file: Option<Bytes>,
}

/// Why storage refuses a file: the status and the code of its XML answer.
pub(crate) type Refused = (u16, &'static str);

impl Uploads {
    /// The file at this key, once it was uploaded.
    pub(crate) fn file(&self, key: &str) -> Option<&Bytes> {
        self.places.get(key)?.file.as_ref()
    }

    /// Takes a file for a place that was handed out with this signature, once.
    ///
    /// # Errors
    /// No such place, another signature, a second file, or a size outside the policy.
    pub(crate) fn take(
        &mut self,
        key: &str,
        signature: &str,
        file: Bytes,
        smallest: usize,
    ) -> Result<(), Refused> {
        let Some(place) = self.places.get_mut(key).filter(|place| place.signature == signature) else {
            return Err((403, "SignatureDoesNotMatch"));
        };
        match file.len() {
            size if size < smallest => return Err((400, "EntityTooSmall")),
            size if size > UPLOAD_BYTES_MAX => return Err((400, "EntityTooLarge")),
            _ if place.file.is_some() => return Err((412, "PreconditionFailed")),
            _ => place.file = Some(file),
        }
        Ok(())
    }
}

/// `stagedUploadsCreate`, for the variables of bulk mutations.
///
/// # Errors
/// Another kind of resource: not simulated.
pub(crate) fn create(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let wanted = arguments.get("input").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut targets = Vec::with_capacity(wanted.len());
    for input in &wanted {
        let resource = input["resource"].as_str().unwrap_or_default();
        if resource != "BULK_MUTATION_VARIABLES" {
            return Err(FieldError::Unsupported(format!("staged uploads of {resource}")));
        }
        targets.push(target(state, input, now_s));
    }
    Ok(Outcome::new(vec![("stagedTargets", Stored::List(targets))], &[]))
}

fn target(state: &mut State, input: &Value, now_s: i64) -> Stored {
    let file = input["filename"].as_str().unwrap_or_default();
    let kind = input["mimeType"].as_str().unwrap_or_default();
    let key = format!("tmp/{}/bulk/{}/{file}", state.settings.shop_id(), Uuid::now_v7());
    let signature = Uuid::now_v7().simple().to_string();
    state.registry.uploads.places.insert(key.clone(), Place { signature: signature.clone(), file: None });
    let bucket = format!("{}{BUCKET_PATH}/", state.settings.base_url);
    let (url, parameters) = match input["httpMethod"].as_str() {
        Some("POST") => (bucket, form_parameters(&key, kind, &signature, now_s)),
        _ => {
            let url = format!("{bucket}{key}?X-Goog-Expires=604800&X-Goog-Signature={signature}");
            (url, vec![("content_type", kind.to_owned()), ("acl", "private".to_owned())])
        }
    };
    let named = |(name, value): (&str, String)| {
        Stored::Plain(vec![("name", Stored::Json(name.into())), ("value", Stored::Json(value.into()))])
    };
    Stored::Plain(vec![
        ("url", Stored::Json(url.as_str().into())),
        ("resourceUrl", Stored::Json(url.as_str().into())),
        ("parameters", Stored::List(parameters.into_iter().map(named).collect())),
    ])
}

fn form_parameters(key: &str, kind: &str, signature: &str, now_s: i64) -> Vec<(&'static str, String)> {
    let at = |offset_s: i64, format: &str| {
        jiff::Timestamp::from_second(now_s + offset_s).unwrap_or_default().strftime(format).to_string()
    };
    let date = at(0, "%Y%m%dT%H%M%SZ");
    let credential = format!("simulated@shop.iam/{}/auto/storage/goog4_request", at(0, "%Y%m%d"));
    let policy = json!({
        "conditions": [
            { "Content-Type": kind }, { "success_action_status": "201" }, { "acl": "private" },
            ["content-length-range", 1, UPLOAD_BYTES_MAX], { "bucket": "shopify-staged-uploads" }, { "key": key },
        ],
        "expiration": at(86_400, "%Y-%m-%dT%H:%M:%SZ"),
    });
    vec![
        ("Content-Type", kind.to_owned()),
        ("success_action_status", "201".to_owned()),
        ("acl", "private".to_owned()),
        ("key", key.to_owned()),
        ("x-goog-date", date),
        ("x-goog-credential", credential),
        ("x-goog-algorithm", "GOOG4-RSA-SHA256".to_owned()),
        ("x-goog-signature", signature.to_owned()),
        ("policy", STANDARD.encode(policy.to_string())),
    ]
}
