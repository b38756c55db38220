//! Staged uploads: `stagedUploadsCreate` hands out a place, the storage service beside the API takes one file for it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::bulk_input::UserError;
use super::errors::{FieldError, Refusal};
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

/// What files of a kind are kept under.
struct Purpose {
    folder: &'static str,
    /// Whether the answer tells the file's own address, or only where it is sent to.
    tells_address: bool,
    /// The largest file that the policy lets through, in bytes.
    bytes_max: usize,
}

/// The largest file of any other kind than the variables of bulk mutations.
const OTHER_BYTES_MAX: usize = 20_971_520;

/// The kinds that were recorded; an image that is posted is kept with products, one that is put with files.
fn purpose(resource: &str, posted: bool) -> Option<Purpose> {
    let (folder, tells_address) = match resource {
        "BULK_MUTATION_VARIABLES" => ("bulk", false),
        "DISPUTE_FILE_UPLOAD" => ("payments_file_uploads", true),
        "FILE" => ("files", true),
        "IMAGE" if posted => ("products", true),
        "IMAGE" => ("files", true),
        "RETURN_LABEL" => ("return_labels", true),
        "URL_REDIRECT_IMPORT" => ("redirect_imports", false),
        _ => return None,
    };
    let bytes_max = if folder == "bulk" { UPLOAD_BYTES_MAX } else { OTHER_BYTES_MAX };
    Some(Purpose { folder, tells_address, bytes_max })
}

/// What is wrong with one wanted upload.
fn complaint(input: &Value, index: usize) -> Option<UserError> {
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    let about =
        |name: &str, words: String| Some(UserError::new(&["input", &index.to_string(), name], None, words));
    let sized = match text("resource") {
        "MODEL_3D" => Some("3D model"),
        "VIDEO" => Some("video"),
        _ => None,
    };
    if let Some(kind) = sized.filter(|_| input["fileSize"].is_null()) {
        return about("fileSize", format!("file size is required for {kind} resources"));
    }
    if text("resource") == "IMAGE" && !text("mimeType").starts_with("image/") {
        let words = format!("{}: ({}) is not a recognized format", text("filename"), text("mimeType"));
        return about("mimeType", words);
    }
    None
}

/// `stagedUploadsCreate`.
///
/// # Errors
/// A refusal of the whole field, or a kind of file that is not simulated.
pub(crate) fn create(
    state: &mut State,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    let wanted = arguments.get("input").and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut targets, mut errors) = (Vec::with_capacity(wanted.len()), Vec::new());
    for (index, input) in wanted.iter().enumerate() {
        let resource = input["resource"].as_str().unwrap_or_default();
        if resource == "SHOP_IMAGE" {
            return Err(Refusal::access_denied_to("stagedUploadsCreate"));
        }
        if let Some(error) = complaint(input, index) {
            errors.push(error);
            targets.push(shown(Value::Null, Value::Null, Vec::new()));
            continue;
        }
        let Some(purpose) = purpose(resource, input["httpMethod"] == "POST") else {
            return Err(FieldError::Unsupported(format!("staged uploads of {resource}")));
        };
        targets.push(target(state, &purpose, input, now_s));
    }
    Ok(Outcome::new(vec![("stagedTargets", Stored::List(targets))], &errors))
}

fn target(state: &mut State, purpose: &Purpose, input: &Value, now_s: i64) -> Stored {
    let file = input["filename"].as_str().unwrap_or_default();
    let kind = input["mimeType"].as_str().unwrap_or_default();
    let key = format!("tmp/{}/{}/{}/{file}", state.settings.shop_id(), purpose.folder, Uuid::now_v7());
    let signature = Uuid::now_v7().simple().to_string();
    state.registry.uploads.places.insert(key.clone(), Place { signature: signature.clone(), file: None });
    let bucket = format!("{}{BUCKET_PATH}/", state.settings.base_url);
    let (url, parameters) = match input["httpMethod"].as_str() {
        Some("POST") => (bucket.clone(), form_parameters(&key, kind, &signature, purpose.bytes_max, now_s)),
        _ => {
            let url = format!("{bucket}{key}?X-Goog-Expires=604800&X-Goog-Signature={signature}");
            (url, vec![("content_type", kind.to_owned()), ("acl", "private".to_owned())])
        }
    };
    let address = if purpose.tells_address { format!("{bucket}{key}") } else { url.clone() };
    shown(url.into(), address.into(), parameters)
}

fn shown(url: Value, address: Value, parameters: Vec<(&'static str, String)>) -> Stored {
    let named = |(name, value): (&str, String)| {
        Stored::Plain(vec![("name", Stored::Json(name.into())), ("value", Stored::Json(value.into()))])
    };
    Stored::Plain(vec![
        ("url", Stored::Json(url)),
        ("resourceUrl", Stored::Json(address)),
        ("parameters", Stored::List(parameters.into_iter().map(named).collect())),
    ])
}

fn form_parameters(
    key: &str,
    kind: &str,
    signature: &str,
    bytes_max: usize,
    now_s: i64,
) -> Vec<(&'static str, String)> {
    let at = |offset_s: i64, format: &str| {
        jiff::Timestamp::from_second(now_s + offset_s).unwrap_or_default().strftime(format).to_string()
    };
    let date = at(0, "%Y%m%dT%H%M%SZ");
    let credential = format!("simulated@shop.iam/{}/auto/storage/goog4_request", at(0, "%Y%m%d"));
    let policy = json!({
        "conditions": [
            { "Content-Type": kind }, { "success_action_status": "201" }, { "acl": "private" },
            ["content-length-range", 1, bytes_max], { "bucket": "shopify-staged-uploads" }, { "key": key },
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
