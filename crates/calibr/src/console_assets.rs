//! Serves the built console from inside the binary (a debug build reads `console/dist`, with the same answers).
//!
//! Hashed assets never change and may be kept for ever; every page is `index.html`, which is asked for anew each time.

use axum::body::Body;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use kernel_core::Error;
use kernel_http::Problem;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
#[allow_missing = true]
struct Dist;

/// The digest of the console's first page, whose scripts bear digests in their names: another console has another one.
/// None if there is no console.
#[must_use]
pub fn fingerprint() -> Option<[u8; 32]> {
    Dist::get(INDEX).map(|file| file.metadata.sha256_hash())
}

const INDEX: &str = "index.html";

/// Styles may be inline because the component library writes its variables into a style element.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Calibr</title>\
     <body style=\"font:1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem\">\
     <h1>The console has not been built</h1>\
     <p>The server runs and its API answers under <code>/api/v1</code>; only these pages are missing.</p>\
     <p>Build them with <code>npm --prefix console ci &amp;&amp; npm --prefix console run build</code>, then build the \
     server again if it is a release build. <code>cargo xtask up</code> does all of it.</p></body></html>";

/// Answers everything that no route of the API takes: the router's fallback.
pub async fn console(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let reads = method == Method::GET || method == Method::HEAD;
    if !reads || path == "api" || path.starts_with("api/") {
        return Problem(Error::not_found("operation", format!("{method} /{path}"))).into_response();
    }
    if let Some(response) = asset(path, &headers) {
        return response;
    }
    if !accepts_html(&headers) {
        return Problem(Error::not_found("file", format!("/{path}"))).into_response();
    }
    let mut response = index(&headers);
    let own = response.headers_mut();
    own.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    own.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn asset(path: &str, headers: &HeaderMap) -> Option<Response> {
    let servable = !path.is_empty() && path != INDEX && !path.ends_with(".br") && !path.ends_with(".gz");
    let plain = servable.then(|| Dist::get(path)).flatten()?;
    let hashed = path.starts_with("assets/");
    let lifetime = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    Some(file(path, plain, lifetime, headers))
}

fn index(headers: &HeaderMap) -> Response {
    match Dist::get(INDEX) {
        Some(plain) => file(INDEX, plain, "no-cache", headers),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    }
}

/// The file in the best encoding that the caller takes, or 304 if the caller already has it.
fn file(path: &str, plain: EmbeddedFile, lifetime: &'static str, headers: &HeaderMap) -> Response {
    let etag = etag(&plain);
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|list| {
            list.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*")
        })
    });
    let encoded = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(name, _)| accepts_encoding(headers, name))
        .find_map(|(name, suffix)| Dist::get(&format!("{path}{suffix}")).map(|file| (name, file)));
    let (encoding, content) = match encoded {
        Some((name, file)) => (Some(name), file.data),
        None => (None, plain.data),
    };
    let (status, body) = if known {
        (StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        (StatusCode::OK, Body::from(content.into_owned()))
    };
    let mut response = (status, body).into_response();
    let own = response.headers_mut();
    own.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    own.insert(CACHE_CONTROL, HeaderValue::from_static(lifetime));
    own.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    own.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        own.insert(ETAG, etag);
    }
    if let (Some(name), false) = (encoding, known) {
        own.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT).iter().any(|value| value.to_str().is_ok_and(|types| types.contains("text/html")))
}

/// Whether `name` is named and not refused with `q=0`.
fn accepts_encoding(headers: &HeaderMap, name: &str) -> bool {
    let refused =
        |weight: &str| weight.trim().trim_start_matches("q=").trim_end_matches(['0', '.']).is_empty();
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|offer| {
            let (coding, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
            coding.trim().eq_ignore_ascii_case(name) && !refused(weight)
        })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("ico") => "image/x-icon",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn ask(
        method: Method,
        path: &str,
        with: &[(axum::http::HeaderName, &str)],
    ) -> (StatusCode, HeaderMap, Vec<u8>) {
        let headers =
            with.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header value"))).collect();
        let response = console(method, path.parse().expect("a path"), headers).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body in memory");
        (parts.status, parts.headers, body.to_vec())
    }

    fn browser() -> [(axum::http::HeaderName, &'static str); 1] {
        [(ACCEPT, "text/html,application/xhtml+xml")]
    }

    /// A test binary may be built before the console; then there is one answer to check, and it must be clear.
    fn built() -> bool {
        Dist::get(INDEX).is_some()
    }

    #[tokio::test]
    async fn an_unknown_operation_is_a_problem_and_never_a_page() {
        for (method, path) in
            [(Method::GET, "/api/v1/nothing"), (Method::GET, "/api"), (Method::POST, "/demo/catalog")]
        {
            let (status, headers, _) = ask(method, path, &browser()).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(headers[CONTENT_TYPE], "application/problem+json", "{path}");
        }
    }

    #[tokio::test]
    async fn only_a_caller_that_takes_html_gets_a_page() {
        let (status, headers, _) =
            ask(Method::GET, "/demo/price-changes/pch_1", &[(ACCEPT, "application/json")]).await;
        assert_eq!(
            (status, &headers[CONTENT_TYPE]),
            (StatusCode::NOT_FOUND, &HeaderValue::from_static("application/problem+json"))
        );
        let (status, headers, body) = ask(Method::GET, "/demo/price-changes/pch_1", &browser()).await;
        assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(headers.contains_key(CONTENT_SECURITY_POLICY));
        let page = String::from_utf8_lossy(&body).into_owned();
        if built() {
            assert_eq!(status, StatusCode::OK);
            assert!(page.contains("id=\"root\""), "{page}");
        } else {
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
            assert!(page.contains("The console has not been built"), "{page}");
        }
    }

    #[tokio::test]
    async fn hashed_assets_are_kept_for_ever_and_the_page_is_asked_for_anew() {
        let Some(script) = Dist::iter().find(|name| name.starts_with("assets/") && name.ends_with(".js"))
        else {
            assert!(!built(), "a built console has scripts");
            return;
        };
        let path = format!("/{script}");
        let (status, headers, plain) = ask(Method::GET, &path, &[]).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(headers[CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(!headers.contains_key(CONTENT_ENCODING));

        let (_, headers, small) = ask(Method::GET, &path, &[(ACCEPT_ENCODING, "gzip, br;q=0.9")]).await;
        assert_eq!(headers[CONTENT_ENCODING], "br");
        assert!(small.len() < plain.len());
        let (_, headers, _) = ask(Method::GET, &path, &[(ACCEPT_ENCODING, "br;q=0, gzip")]).await;
        assert_eq!(headers[CONTENT_ENCODING], "gzip");

        let (_, headers, _) = ask(Method::GET, "/", &browser()).await;
        assert_eq!(headers[CACHE_CONTROL], "no-cache");
        let etag = headers[ETAG].to_str().expect("an ASCII tag").to_owned();
        let (status, _, body) = ask(Method::GET, "/", &[(ACCEPT, "text/html"), (IF_NONE_MATCH, &etag)]).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0));
    }

    #[tokio::test]
    async fn nothing_outside_the_console_is_served() {
        for path in
            ["/../../../Cargo.toml", "/assets/../../package.json", "/%2e%2e/package.json", "/index.html.br"]
        {
            let (status, _, _) = ask(Method::GET, path, &[]).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
