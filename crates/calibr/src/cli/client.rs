//! The API from the outside: one host, one token, one project, one idempotency key for the whole command.

use std::time::Duration;

use kernel_core::FieldError;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::exit::{CliError, Exit, Result};

/// How often a read is tried before the failure is shown.
const READ_ATTEMPTS: u32 = 3;

/// Query parameters.
pub type Query<'a> = &'a [(&'a str, String)];

/// A way to the server.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    host: String,
    token: Option<String>,
    project: Option<String>,
    key: String,
}

/// An answer, as the server wrote it.
#[derive(Debug)]
pub struct Reply {
    /// The body.
    pub text: String,
    /// Whether this is the stored answer of an earlier request with the same key.
    pub replayed: bool,
}

/// One page of a list.
#[derive(Debug, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items.
    pub data: Vec<T>,
    /// Whether there are more.
    pub has_more: bool,
    /// Where the next page starts.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    title: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    detail: String,
    request_id: Option<String>,
    #[serde(default)]
    errors: Vec<FieldError>,
}

impl Reply {
    /// Reads the body as `T`.
    ///
    /// # Errors
    /// The server speaks another version than this command line.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.text).map_err(|e| {
            CliError::failed("answer.unreadable", format!("The server's answer could not be read: {e}."))
                .next("version")
        })
    }
}

impl Client {
    /// A client for `host`; `key` is sent with everything that starts work.
    ///
    /// # Errors
    /// The host is not an address.
    pub fn new(host: &str, token: Option<String>, project: Option<String>, key: String) -> Result<Self> {
        let host = normal_host(host)?;
        // Only the first caller in a process installs it; later ones find it there.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("calibr/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| CliError::failed("client", format!("No connection can be made: {e}.")))?;
        Ok(Self { http, host, token, project, key })
    }

    /// The same for what belongs to no project.
    #[must_use]
    pub fn without_project(mut self) -> Self {
        self.project = None;
        self
    }

    /// The address of the server.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Reads. Tried again when the server is busy or away for a moment.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn get(&self, path: &str, query: Query<'_>) -> Result<Reply> {
        let mut attempt = 1;
        loop {
            let sent = self.request(Method::GET, path, query)?.timeout(Duration::from_secs(120)).send().await;
            let wait = match &sent {
                Ok(response) => wait_before_retry(response, attempt),
                Err(e) if e.is_connect() => Some(backoff(attempt)),
                Err(_) => None,
            };
            match wait {
                Some(wait) if attempt < READ_ATTEMPTS => tokio::time::sleep(wait).await,
                _ => return self.reply(sent, false).await,
            }
            attempt += 1;
        }
    }

    /// Reads and decodes.
    ///
    /// # Errors
    /// The server refused, cannot be reached, or is not understood.
    pub async fn fetch<T: DeserializeOwned>(&self, path: &str, query: Query<'_>) -> Result<T> {
        self.get(path, query).await?.read()
    }

    /// Reads a list until `limit` items are there. The items stay as the server wrote them if `T` is raw JSON.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        query: Query<'_>,
        limit: usize,
    ) -> Result<Page<T>> {
        let mut all = Page { data: Vec::new(), has_more: true, next_cursor: None };
        while all.has_more && all.data.len() < limit {
            let mut query = query.to_vec();
            query.push(("limit", (limit - all.data.len()).min(1000).to_string()));
            if let Some(cursor) = &all.next_cursor {
                query.push(("cursor", cursor.clone()));
            }
            let page: Page<T> = self.fetch(path, &query).await?;
            all.data.extend(page.data);
            all.has_more = page.has_more && page.next_cursor.is_some();
            all.next_cursor = page.next_cursor;
        }
        Ok(all)
    }

    /// Starts work. `step` tells apart several requests of one command; sent once, never repeated by itself.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn post<B: Serialize>(&self, path: &str, step: &str, body: &B) -> Result<Reply> {
        let body = serde_json::to_vec(body).map_err(|e| CliError::failed("client", e.to_string()))?;
        self.post_body(path, step, "application/json", body).await
    }

    /// Starts work with a body of any type.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn post_body(
        &self,
        path: &str,
        step: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Result<Reply> {
        let key = if step.is_empty() { self.key.clone() } else { format!("{}-{step}", self.key) };
        let request = self
            .request(Method::POST, path, &[])?
            .header("Idempotency-Key", key)
            .header(CONTENT_TYPE, content_type)
            .body(body);
        self.reply(request.send().await, true).await
    }

    /// Opens an answer to be read as it comes: an export or an event stream.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn open(&self, path: &str, query: Query<'_>) -> Result<Response> {
        let sent = self.request(Method::GET, path, query)?.send().await;
        let response = sent.map_err(|e| self.unreachable(&e, false))?;
        if response.status().is_success() { Ok(response) } else { Err(self.refusal(response).await) }
    }

    /// A request with the address, the token and the project filled in; for what the other methods do not cover.
    ///
    /// # Errors
    /// The path is not one.
    pub fn request(&self, method: Method, path: &str, query: Query<'_>) -> Result<RequestBuilder> {
        let mut url = Url::parse(&format!("{}/api/v1/{path}", self.host))
            .map_err(|e| CliError::usage(format!("`{path}` cannot be asked for: {e}.")))?;
        for (name, value) in query {
            url.query_pairs_mut().append_pair(name, value);
        }
        if let Some(project) = &self.project {
            url.query_pairs_mut().append_pair("project", project);
        }
        let request = self.http.request(method, url);
        Ok(match &self.token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        })
    }

    /// Turns what came back into a reply or an error.
    ///
    /// # Errors
    /// The server refused or cannot be reached.
    pub async fn reply(&self, sent: reqwest::Result<Response>, starts_work: bool) -> Result<Reply> {
        let response = sent.map_err(|e| self.unreachable(&e, starts_work))?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        let replayed = response.headers().contains_key("idempotency-replayed");
        let text = response.text().await.map_err(|e| self.unreachable(&e, starts_work))?;
        Ok(Reply { text, replayed })
    }

    async fn refusal(&self, response: Response) -> CliError {
        let status = response.status();
        let header_id = response.headers().get("request-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let text = response.text().await.unwrap_or_default();
        let problem: Problem = serde_json::from_str(&text).unwrap_or_default();
        refusal(status, problem, header_id)
    }

    fn unreachable(&self, error: &reqwest::Error, starts_work: bool) -> CliError {
        if error.is_connect() {
            let message = format!("No answer from {}. Is Calibr running there?", self.host);
            return CliError::failed("unreachable", message).next("up").next("login --host ADDRESS");
        }
        if starts_work {
            let message = format!(
                "The connection broke before the answer came, so it is unknown whether it was done. \
                 Type the same command again with --idempotency-key {}: it will be done once.",
                self.key
            );
            return CliError::failed("answer.lost", message);
        }
        CliError::failed("answer.lost", format!("The connection to {} broke.", self.host))
    }
}

/// The error for a refusal. The exit code follows from the status, and from the code where one status means several things.
fn refusal(status: StatusCode, problem: Problem, header_id: Option<String>) -> CliError {
    let exit = match (status.as_u16(), problem.code.as_str()) {
        (_, "price_change.not_approved") => Exit::WaitingForApproval,
        (_, "project.required") => Exit::Usage,
        (401 | 403, _) => Exit::NotAllowed,
        (404, _) => Exit::NotFound,
        (409 | 412 | 423, _) | (_, "idempotency.mismatch") => Exit::Conflict,
        _ => Exit::Failed,
    };
    let fallback = format!("The server answered {status}.");
    let message = [problem.detail, problem.title, fallback].into_iter().find(|text| !text.is_empty());
    let code = if problem.code.is_empty() { format!("http.{}", status.as_u16()) } else { problem.code };
    let mut error = CliError::new(exit, code, message.unwrap_or_default());
    error.fields = problem.errors;
    error.request_id = problem.request_id.or(header_id);
    if status == StatusCode::UNAUTHORIZED {
        error = error.next("login");
    }
    error
}

fn wait_before_retry(response: &Response, attempt: u32) -> Option<Duration> {
    if !matches!(response.status().as_u16(), 429 | 502 | 503 | 504) {
        return None;
    }
    let told = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse().ok());
    Some(told.map_or_else(|| backoff(attempt), |seconds: u64| Duration::from_secs(seconds.min(30))))
}

fn backoff(attempt: u32) -> Duration {
    Duration::from_millis(200 * u64::from(attempt) * u64::from(attempt))
}

/// `localhost:7400` becomes `http://localhost:7400`; any other name without a scheme gets https.
///
/// # Errors
/// Not an address of a web server.
pub fn normal_host(host: &str) -> Result<String> {
    let refused = || {
        CliError::usage(format!(
            "`{host}` is not an address. Write it as https://calibr.example.com or 127.0.0.1:7400."
        ))
    };
    let trimmed = host.trim();
    let with_scheme = if trimmed.contains("://") {
        trimmed.to_owned()
    } else {
        let scheme = if is_this_machine(trimmed) { "http" } else { "https" };
        format!("{scheme}://{trimmed}")
    };
    let url = Url::parse(&with_scheme).map_err(|_| refused())?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_plain || url.host_str().is_none() {
        return Err(refused());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// Whether what is sent to `host` stays on this machine or is encrypted.
#[must_use]
pub fn is_private(host: &str) -> bool {
    host.starts_with("https://") || is_this_machine(host.trim_start_matches("http://"))
}

fn is_this_machine(authority: &str) -> bool {
    let name = authority.split('/').next().unwrap_or(authority);
    let name = if name.starts_with('[') { name } else { name.split(':').next().unwrap_or(name) };
    name == "localhost" || name.starts_with("127.") || name.starts_with("[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(status: u16, code: &str) -> Exit {
        let problem = Problem { code: code.to_owned(), ..Problem::default() };
        refusal(StatusCode::from_u16(status).unwrap(), problem, None).exit
    }

    #[test]
    fn exit_codes_follow_from_status_and_code() {
        assert_eq!(exit(401, "token.expired"), Exit::NotAllowed);
        assert_eq!(exit(403, "price_change.own"), Exit::NotAllowed);
        assert_eq!(exit(404, "not_found"), Exit::NotFound);
        assert_eq!(exit(409, "price_change.state"), Exit::Conflict);
        assert_eq!(exit(409, "price_change.not_approved"), Exit::WaitingForApproval);
        assert_eq!(exit(412, "price_change.stale"), Exit::Conflict);
        assert_eq!(exit(422, "idempotency.mismatch"), Exit::Conflict);
        assert_eq!(exit(422, "rule.invalid"), Exit::Failed);
        assert_eq!(exit(400, "project.required"), Exit::Usage);
        assert_eq!(exit(500, ""), Exit::Failed);
    }

    #[test]
    fn a_refusal_without_a_body_still_says_something() {
        let error = refusal(StatusCode::BAD_GATEWAY, Problem::default(), Some("req_1".into()));
        assert_eq!(error.message, "The server answered 502 Bad Gateway.");
        assert_eq!((&*error.code, error.request_id.as_deref()), ("http.502", Some("req_1")));
    }

    #[test]
    fn addresses_are_completed_or_refused() {
        let read = |host| normal_host(host).ok();
        assert_eq!(read("localhost:7400").as_deref(), Some("http://localhost:7400"));
        assert_eq!(read("127.0.0.1:7400/").as_deref(), Some("http://127.0.0.1:7400"));
        assert_eq!(read("calibr.example.com").as_deref(), Some("https://calibr.example.com"));
        assert_eq!(read("https://example.com/calibr/").as_deref(), Some("https://example.com/calibr"));
        for host in ["", "ftp://example.com", "https://", "https://a:b@example.com", "http://x?y"] {
            assert_eq!(read(host), None, "{host}");
        }
    }

    #[test]
    fn a_token_in_the_clear_is_noticed() {
        assert!(
            is_private("http://127.0.0.1:7400")
                && is_private("https://example.com")
                && is_private("http://[::1]:1")
        );
        assert!(!is_private("http://example.com"));
        assert!(!is_private("http://localhost.example.com"));
    }
}
