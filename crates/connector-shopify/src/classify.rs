//! What a failure means: whether Shopify may have carried the request out, and whether and when to send it again.

use std::collections::HashMap;

use channel::{ChannelError, RetryClass};
use kernel_connect::{HttpError, HttpFault, HttpResponse};
use serde_json::value::RawValue;

use crate::bucket::throttle_wait_ms;
use crate::operation::Kind;
use crate::wire::envelope::{Cost, Errors, GraphqlError};

/// The code for a token that the shop does not take.
pub(crate) const UNAUTHORIZED: &str = "shopify.unauthorized";
/// The wait when Shopify asks for one and does not say how long.
const WAIT_MS: u64 = 1000;

/// There is no answer.
pub(crate) fn no_answer(kind: Kind, error: &HttpError) -> ChannelError {
    let code = match error.fault {
        HttpFault::Request => return ChannelError::never("shopify.request", error.to_string()),
        HttpFault::Connect => "shopify.unreachable",
        HttpFault::Timeout => "shopify.timeout",
        HttpFault::Interrupted => "shopify.interrupted",
        HttpFault::TooLarge if kind != Kind::Write => {
            return ChannelError::never("shopify.too_large", format!("{error}; ask for smaller pages"));
        }
        HttpFault::TooLarge => "shopify.too_large",
    };
    let class = if error.may_have_arrived { lost(kind) } else { RetryClass::Backoff };
    ChannelError::new(class, code, error.to_string())
}

/// An answer whose status is not 200. Its body may be anything, so only its start is quoted.
pub(crate) fn status(kind: Kind, response: &HttpResponse) -> ChannelError {
    let (class, code, advice) = match response.status {
        401 => (
            RetryClass::Never,
            UNAUTHORIZED,
            "the access token is not valid (any more); connect the shop again",
        ),
        402 => (RetryClass::Never, "shopify.frozen", "the shop is frozen until its owner pays"),
        403 => (RetryClass::Never, "shopify.forbidden", "the shop does not let this app in"),
        404 => {
            (RetryClass::Never, "shopify.not_found", "there is no such shop, or not this version of the API")
        }
        423 => (RetryClass::Never, "shopify.locked", "the shop is locked; ask Shopify"),
        429 => (
            RetryClass::After { ms: named_pause_ms(response).unwrap_or(WAIT_MS) },
            "shopify.too_many_requests",
            "too many requests",
        ),
        430 => (RetryClass::Backoff, "shopify.rejected", "Shopify took the request for an attack"),
        408 | 500.. => (lost(kind), "shopify.server", "Shopify failed"),
        _ => (RetryClass::Never, "shopify.status", "Shopify refused the request"),
    };
    let detail = format!("HTTP {}: {advice} ({})", response.status, excerpt(&response.body));
    ChannelError::new(class, code, detail)
}

/// How long an answer asks us to stay away, in milliseconds, rounded up: Retry-After in seconds, which Shopify writes with
/// decimals ("4.0").
pub(crate) fn named_pause_ms(response: &HttpResponse) -> Option<u64> {
    let seconds = response.header("retry-after")?.trim().parse::<f64>().ok()?;
    (seconds.is_finite() && seconds >= 0.0).then(|| (seconds * 1000.0).ceil() as u64)
}

/// An answer that cannot be read although it came with status 200.
pub(crate) fn unreadable(kind: Kind, what: &str, error: &serde_json::Error) -> ChannelError {
    let class = match kind {
        Kind::Read | Kind::Prepare if error.is_data() => RetryClass::Never,
        _ => lost(kind),
    };
    ChannelError::new(class, "shopify.unreadable", format!("the answer to {what} cannot be read: {error}"))
}

/// Shopify served another version than the one asked for, so that nothing in the answer can be relied on.
pub(crate) fn version_mismatch(kind: Kind, asked: &str, served: &str) -> ChannelError {
    let class = if kind == Kind::Write { RetryClass::Unknown } else { RetryClass::Never };
    let message = format!("asked for version {asked} of the API, but {served} was served; update Calibr");
    ChannelError::new(class, "shopify.version", message)
}

/// Top-level errors of an answer with status 200.
pub(crate) fn errors(kind: Kind, errors: &Errors, cost: Option<&Cost>) -> ChannelError {
    let list = match errors {
        Errors::List(list) => list,
        Errors::Text(text) => return ChannelError::new(lost(kind), "shopify.errors", shorten(text)),
        Errors::Other(value) => {
            return ChannelError::new(lost(kind), "shopify.errors", shorten(&value.to_string()));
        }
    };
    // Several errors: the one that allows least decides.
    let classified = list.iter().map(|error| one_error(kind, error, cost));
    classified.max_by_key(|error| severity(error.class)).unwrap_or_else(|| {
        ChannelError::new(lost(kind), "shopify.errors", "an empty list of errors, and no data")
    })
}

/// A write that gives data beside its errors was carried out, whatever the errors say: one of them may only be about
/// showing the result.
pub(crate) fn despite_data(kind: Kind, error: ChannelError, data: Option<&RawValue>) -> ChannelError {
    let fields: Option<HashMap<&str, &RawValue>> =
        data.and_then(|data| serde_json::from_str(data.get()).ok());
    let executed = fields.is_some_and(|fields| fields.values().any(|value| value.get() != "null"));
    match kind {
        Kind::Write if executed => ChannelError { class: RetryClass::Unknown, ..error },
        _ => error,
    }
}

fn one_error(kind: Kind, error: &GraphqlError, cost: Option<&Cost>) -> ChannelError {
    let extensions = error.extensions.as_ref();
    let code = extensions.and_then(|e| e.code.as_deref()).unwrap_or_default();
    let (class, ours) = match code {
        "THROTTLED" => (RetryClass::After { ms: throttled_ms(cost) }, "shopify.throttled"),
        "MAX_COST_EXCEEDED" => (RetryClass::Never, "shopify.max_cost"),
        "ACCESS_DENIED" => (RetryClass::Never, "shopify.access_denied"),
        "SHOP_INACTIVE" => (RetryClass::Never, "shopify.inactive"),
        "RESOURCE_NOT_FOUND"
        | "BAD_REQUEST"
        | "INVALID_VARIABLE"
        | "undefinedField"
        | "argumentNotAccepted"
        | "argumentLiteralsIncompatible"
        | "missingRequiredArguments"
        | "parseError" => (RetryClass::Never, "shopify.invalid"),
        "INTERNAL_SERVER_ERROR" => (lost(kind), "shopify.server"),
        _ => (lost(kind), "shopify.errors"),
    };
    let mut message = shorten(&error.message);
    if let Some(access) = extensions.and_then(|e| e.required_access.as_deref()) {
        message.push_str(&format!(" Grant {} and connect the shop again.", shorten(access)));
    }
    if let Some(id) = extensions.and_then(|e| e.request_id.as_deref()) {
        message.push_str(&format!(" (request {})", shorten(id)));
    }
    ChannelError::new(class, ours, message)
}

/// What a failure on Shopify's side means: a read can be repeated, a write may have happened.
fn lost(kind: Kind) -> RetryClass {
    match kind {
        Kind::Read | Kind::Prepare => RetryClass::Backoff,
        Kind::Write => RetryClass::Unknown,
    }
}

fn severity(class: RetryClass) -> u8 {
    match class {
        RetryClass::After { .. } => 0,
        RetryClass::Backoff => 1,
        RetryClass::Never => 2,
        RetryClass::Unknown => 3,
    }
}

fn throttled_ms(cost: Option<&Cost>) -> u64 {
    let requested = cost.and_then(|c| c.requested_query_cost);
    let status = cost.and_then(|c| c.throttle_status.as_ref());
    match (requested, status) {
        (Some(requested), Some(status)) => throttle_wait_ms(requested, status),
        _ => WAIT_MS,
    }
}

fn excerpt(body: &[u8]) -> String {
    let start = &body[..body.len().min(400)];
    shorten(&String::from_utf8_lossy(start).split_whitespace().collect::<Vec<_>>().join(" "))
}

fn shorten(text: &str) -> String {
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::envelope::Envelope;

    fn classify(kind: Kind, body: &str) -> ChannelError {
        let envelope: Envelope<'_> = serde_json::from_str(body).expect("decodes");
        let cost = envelope.extensions.and_then(|e| e.cost);
        despite_data(kind, errors(kind, &envelope.errors.expect("has errors"), cost.as_ref()), envelope.data)
    }

    #[test]
    fn a_throttled_request_may_come_again_when_the_bucket_holds_it() {
        let body = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{"requestedQueryCost":862,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":4000.0,"currentlyAvailable":572,"restoreRate":200.0}}}}"#;
        for kind in [Kind::Read, Kind::Write] {
            assert_eq!(classify(kind, body).class, RetryClass::After { ms: 1450 });
        }
        let bare = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}]}"#;
        assert_eq!(classify(Kind::Write, bare).class, RetryClass::After { ms: WAIT_MS });
    }

    #[test]
    fn shopifys_own_failures_hide_a_write_but_not_a_read() {
        let bodies = [
            r#"{"errors":[{"message":"Internal error.","extensions":{"code":"INTERNAL_SERVER_ERROR","requestId":"r-1"}}]}"#,
            r#"{"errors":[{"message":"who knows","extensions":{"code":"BRAND_NEW"}}]}"#,
            r#"{"errors":[{"message":"no code"}]}"#,
            r#"{"errors":"odd"}"#,
            r#"{"errors":{"odd":true}}"#,
            r#"{"errors":[]}"#,
        ];
        for body in bodies {
            assert_eq!(classify(Kind::Read, body).class, RetryClass::Backoff, "{body}");
            assert_eq!(classify(Kind::Write, body).class, RetryClass::Unknown, "{body}");
        }
    }

    #[test]
    fn refusals_are_final_and_say_what_to_do() {
        let denied = r#"{"errors":[{"message":"Access denied for shop field.","extensions":{"code":"ACCESS_DENIED","requiredAccess":"`write_products` access scope."}}],"data":null}"#;
        let error = classify(Kind::Write, denied);
        assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.access_denied"));
        assert!(error.message.contains("`write_products`"), "{}", error.message);
        for code in
            ["MAX_COST_EXCEEDED", "SHOP_INACTIVE", "INVALID_VARIABLE", "undefinedField", "RESOURCE_NOT_FOUND"]
        {
            let body = format!(r#"{{"errors":[{{"message":"m","extensions":{{"code":"{code}"}}}}]}}"#);
            assert_eq!(classify(Kind::Write, &body).class, RetryClass::Never, "{code}");
        }
    }

    #[test]
    fn of_several_errors_the_one_that_allows_least_decides() {
        let body = r#"{"errors":[{"message":"a","extensions":{"code":"THROTTLED"}},{"message":"b","extensions":{"code":"INTERNAL_SERVER_ERROR"}},{"message":"c","extensions":{"code":"ACCESS_DENIED"}}]}"#;
        assert_eq!(classify(Kind::Write, body).class, RetryClass::Unknown);
        assert_eq!(classify(Kind::Read, body).class, RetryClass::Never);
    }

    #[test]
    fn a_write_that_shows_a_result_beside_an_error_may_have_happened() {
        let errors = r#""errors":[{"message":"m","extensions":{"code":"ACCESS_DENIED"}}]"#;
        for (data, class) in [
            (r#"{"productVariantsBulkUpdate":{"userErrors":[]}}"#, RetryClass::Unknown),
            (r#"{"productVariantsBulkUpdate":null}"#, RetryClass::Never),
            ("null", RetryClass::Never),
        ] {
            let body = format!(r#"{{"data":{data},{errors}}}"#);
            assert_eq!(classify(Kind::Write, &body).class, class, "{data}");
            assert_eq!(classify(Kind::Read, &body).class, RetryClass::Never);
        }
    }
}
