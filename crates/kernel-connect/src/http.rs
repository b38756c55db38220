//! Outbound HTTP/1.1 with a time limit, a size limit and no redirects. Every failure says whether the request may have
//! reached the other side, since a write that may have happened must not be repeated blindly: that needs to see the
//! connection take the body, which is why this stands on hyper and not on a client above it.

mod address;
mod body;
mod reach;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::Method;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::rt::{TokioExecutor, TokioTimer};

pub use address::{Address, AddressError};
use body::{Handover, WatchedBody};
pub use reach::Reach;
use reach::Resolver;

use kernel_core::failpoint;

use crate::Secret;

/// How long and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpLimits {
    /// For the connection, in milliseconds.
    pub connect_timeout_ms: u64,
    /// For everything from the first byte sent to the last received, in milliseconds.
    pub total_timeout_ms: u64,
    /// The largest answer taken, in bytes.
    pub response_bytes_max: usize,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self { connect_timeout_ms: 5_000, total_timeout_ms: 15_000, response_bytes_max: 32 * 1024 * 1024 }
    }
}

/// A GET or POST to one host. Headers added as secrets are hidden in debug output.
#[derive(Debug)]
pub struct HttpRequest {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl HttpRequest {
    /// A POST of `body` to `path`, which starts with a slash.
    pub fn post(path: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, path: path.into(), headers: HeaderMap::new(), body: body.into() }
    }

    /// A GET of `path`, which starts with a slash and may have a query.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// Says what the body is.
    ///
    /// # Errors
    /// The text has characters that no header may have.
    pub fn content_type(mut self, kind: &str) -> Result<Self, HttpError> {
        let value = HeaderValue::from_str(kind).map_err(|_| {
            HttpError::not_sent(HttpFault::Request, format!("`{kind}` is not a content type"))
        })?;
        self.headers.insert(hyper::header::CONTENT_TYPE, value);
        Ok(self)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    /// Adds a header whose value is made up for this request.
    ///
    /// # Errors
    /// The value has characters that no header may have.
    pub fn value_header(mut self, name: &'static str, value: &str) -> Result<Self, HttpError> {
        let value = HeaderValue::from_str(value).map_err(|_| {
            let detail = format!("the value for `{name}` has characters that no header may have");
            HttpError::not_sent(HttpFault::Request, detail)
        })?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Adds a header whose value is a credential.
    ///
    /// # Errors
    /// The credential has characters that no header may have.
    pub fn secret_header(mut self, name: &'static str, value: &Secret) -> Result<Self, HttpError> {
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
            HttpError::not_sent(
                HttpFault::Request,
                format!("the credential for `{name}` has characters that no header may have"),
            )
        })?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }
}

/// An answer, whatever its status.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl HttpResponse {
    /// A header as text; `None` if it is absent or not text. Names are lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpFault {
    /// The request cannot be written down.
    Request,
    /// No connection: name, network, refused, certificate.
    Connect,
    /// The time limit ran out.
    Timeout,
    /// The connection broke.
    Interrupted,
    /// The answer is larger than the limit.
    TooLarge,
}

/// There is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct HttpError {
    /// What went wrong.
    pub fault: HttpFault,
    /// Whether the other side may have received the whole request.
    pub may_have_arrived: bool,
    /// For people and logs; holds no header and no body.
    pub detail: String,
}

impl HttpError {
    fn not_sent(fault: HttpFault, detail: String) -> Self {
        Self { fault, may_have_arrived: false, detail }
    }
}

/// A client for one address.
#[derive(Clone)]
pub struct HttpClient {
    inner: Client<HttpsConnector<HttpConnector<Resolver>>, WatchedBody>,
    address: Address,
    limits: HttpLimits,
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("address", &self.address)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl HttpClient {
    /// A client for `address`. The system's certificates are only loaded when the address is https.
    ///
    /// # Errors
    /// The system has no certificates to trust.
    pub fn new(address: Address, limits: HttpLimits) -> Result<Self, HttpError> {
        Self::within(address, limits, Reach::Anywhere)
    }

    /// The same that connects no further than `reach`.
    ///
    /// # Errors
    /// The address is a number beyond the reach, or the system has no certificates to trust.
    pub fn within(address: Address, limits: HttpLimits, reach: Reach) -> Result<Self, HttpError> {
        // The connector resolves names only.
        if address.ip().is_some_and(|ip| !reach.allows(ip)) {
            let detail = format!("{address} may not be reached from here");
            return Err(HttpError::not_sent(HttpFault::Connect, detail));
        }
        let tls = tls_config(&address)?;
        Ok(Self::with_tls(address, limits, reach, tls))
    }

    fn with_tls(address: Address, limits: HttpLimits, reach: Reach, tls: rustls::ClientConfig) -> Self {
        let mut connector = HttpConnector::new_with_resolver(Resolver { reach, system: GaiResolver::new() });
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_millis(limits.connect_timeout_ms)));
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
        let connector = if address.is_https() {
            builder.https_only().enable_http1().wrap_connector(connector)
        } else {
            builder.https_or_http().enable_http1().wrap_connector(connector)
        };
        let inner = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .build(connector);
        Self { inner, address, limits }
    }

    /// Sends `request` and reads the whole answer. Redirects are answers like any other.
    ///
    /// # Errors
    /// There is no whole answer; the error says whether the request may have arrived.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.send_while(|| true, request).await
    }

    /// The same, unless `in_time` says no right before the request leaves: a process that slept, or waited for its turn,
    /// must not send what another may have sent meanwhile.
    ///
    /// # Errors
    /// See [`Self::send`].
    pub async fn send_while(
        &self,
        in_time: impl FnOnce() -> bool,
        request: HttpRequest,
    ) -> Result<HttpResponse, HttpError> {
        let handover = Arc::new(Handover::default());
        let request = self.build(request, Arc::clone(&handover))?;
        let hurt = |may_have_arrived| {
            move |error: kernel_core::Error| HttpError {
                fault: HttpFault::Interrupted,
                may_have_arrived,
                detail: error.to_string(),
            }
        };
        failpoint("http.send.before").await.map_err(hurt(false))?;
        if !in_time() {
            return Err(HttpError::not_sent(
                HttpFault::Timeout,
                format!("it is too late to ask {}", self.address),
            ));
        }
        let exchange = self.exchange(request, &handover);
        let limit = Duration::from_millis(self.limits.total_timeout_ms);
        let response = tokio::time::timeout(limit, exchange).await.unwrap_or_else(|_| {
            Err(HttpError {
                fault: HttpFault::Timeout,
                may_have_arrived: handover.complete(),
                detail: format!("{} did not answer within {} ms", self.address, self.limits.total_timeout_ms),
            })
        })?;
        failpoint("http.send.after").await.map_err(hurt(true))?;
        Ok(response)
    }

    fn build(
        &self,
        request: HttpRequest,
        handover: Arc<Handover>,
    ) -> Result<hyper::Request<WatchedBody>, HttpError> {
        let mut built = hyper::Request::builder()
            .method(request.method)
            .uri(format!("{}{}", self.address, request.path))
            .body(WatchedBody::new(request.body, handover))
            .map_err(|e| {
                HttpError::not_sent(HttpFault::Request, format!("`{}` is not a path: {e}", request.path))
            })?;
        *built.headers_mut() = request.headers;
        Ok(built)
    }

    async fn exchange(
        &self,
        request: hyper::Request<WatchedBody>,
        handover: &Handover,
    ) -> Result<HttpResponse, HttpError> {
        let response = self.inner.request(request).await.map_err(|error| HttpError {
            fault: if error.is_connect() { HttpFault::Connect } else { HttpFault::Interrupted },
            may_have_arrived: !error.is_connect() && handover.complete(),
            detail: format!("{}: {}", self.address, chain(&error)),
        })?;
        let (head, body) = response.into_parts();
        let collected = Limited::new(body, self.limits.response_bytes_max).collect().await;
        let body = collected.map_err(|error| {
            let too_large = error.is::<LengthLimitError>();
            HttpError {
                fault: if too_large { HttpFault::TooLarge } else { HttpFault::Interrupted },
                may_have_arrived: true,
                detail: match too_large {
                    true => {
                        format!("{} sent more than {} bytes", self.address, self.limits.response_bytes_max)
                    }
                    false => format!("{} broke off its answer: {}", self.address, chain(error.as_ref())),
                },
            }
        })?;
        Ok(HttpResponse { status: head.status.as_u16(), headers: head.headers, body: body.to_bytes() })
    }
}

fn tls_config(address: &Address) -> Result<rustls::ClientConfig, HttpError> {
    let refused = |e: rustls::Error| {
        let advice = "install the system's certificates (ca-certificates) or set SSL_CERT_FILE";
        HttpError::not_sent(HttpFault::Connect, format!("TLS cannot be set up for {address}: {e}; {advice}"))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().map_err(refused)?;
    if address.is_https() {
        return Ok(builder.try_with_platform_verifier().map_err(refused)?.with_no_client_auth());
    }
    Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

/// An error with its causes in one line: the outermost alone mostly says "client error".
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
