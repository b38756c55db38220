//! The frame around every answer: data, errors, and what it cost.

use serde::Deserialize;
use serde_json::value::RawValue;

/// A request.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Request<'a, V> {
    #[serde(rename = "operationName")]
    pub operation_name: &'a str,
    pub query: &'a str,
    pub variables: &'a V,
}

/// An answer. Data stays undecoded until the errors have been looked at: with errors it may have any holes.
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope<'a> {
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
    #[serde(default)]
    pub errors: Option<Errors>,
    #[serde(default)]
    pub extensions: Option<Extensions>,
}

/// Top-level errors: a list, or for failures before GraphQL a text or an object.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Errors {
    List(Vec<GraphqlError>),
    Text(String),
    Other(serde_json::Value),
}

#[derive(Debug, Deserialize)]
pub(crate) struct GraphqlError {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub extensions: Option<ErrorExtensions>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorExtensions {
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub required_access: Option<String>,
    #[serde(default)]
    pub request_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Extensions {
    #[serde(default)]
    pub cost: Option<Cost>,
    #[serde(default)]
    pub search: Vec<SearchNote>,
}

/// A search that Shopify understood otherwise than it was meant.
#[derive(Debug, Deserialize)]
pub(crate) struct SearchNote {
    #[serde(default)]
    pub warnings: Vec<serde_json::Value>,
}

/// What the operation cost and what is left, in points.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cost {
    #[serde(default)]
    pub requested_query_cost: Option<f64>,
    #[serde(default)]
    pub throttle_status: Option<ThrottleStatus>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThrottleStatus {
    pub maximum_available: f64,
    pub currently_available: f64,
    pub restore_rate: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_throttled_answer_is_understood() {
        let text = r#"{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED","documentation":"https://shopify.dev/api/usage/rate-limits"}}],"extensions":{"cost":{"requestedQueryCost":862,"actualQueryCost":null,"throttleStatus":{"maximumAvailable":4000.0,"currentlyAvailable":572,"restoreRate":200.0}}}}"#;
        let envelope: Envelope<'_> = serde_json::from_str(text).expect("decodes");
        assert!(envelope.data.is_none());
        let Some(Errors::List(errors)) = envelope.errors else { panic!("a list of errors") };
        let code = errors[0].extensions.as_ref().and_then(|e| e.code.as_deref());
        assert_eq!((errors[0].message.as_str(), code), ("Throttled", Some("THROTTLED")));
        let status = envelope.extensions.and_then(|e| e.cost).and_then(|c| c.throttle_status);
        assert_eq!(status.map(|s| s.currently_available as i64), Some(572));
    }

    #[test]
    fn errors_that_are_no_list_and_missing_parts_still_decode() {
        for text in [
            r#"{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}"#,
            r#"{"errors":{"query":"Required parameter missing or invalid"}}"#,
            r#"{"errors":[{"message":"x","extensions":{"code":null,"new":[1]}}],"extensions":{}}"#,
            r#"{"data":{"anything":1},"extensions":{"cost":{"requestedQueryCost":1}}}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<Envelope<'_>>(text).is_ok(), "{text}");
        }
    }
}
