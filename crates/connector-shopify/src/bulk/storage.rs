//! The storage service behind bulk operations. Addresses come from Shopify's answers, so that only hosts that can be its
//! storage are spoken to, and never with the shop's token.

use bytes::Bytes;
use channel::{ChannelError, Result, RetryClass};
use kernel_connect::{HttpClient, HttpError, HttpLimits, HttpRequest, HttpResponse};

use crate::again::Failure;
use crate::classify;
use crate::wire::bulk::StagedTarget;

/// Hosts where Shopify keeps files.
const HOSTS: [&str; 2] = ["storage.googleapis.com", "shopifycdn.com"];
/// A result is taken up to this size; a shop of a million variants leaves about a third of it.
const LIMITS: HttpLimits = HttpLimits {
    connect_timeout_ms: 5_000,
    total_timeout_ms: 10 * 60_000,
    response_bytes_max: 1024 * 1024 * 1024,
};
const CODE: &str = "shopify.storage";
const BOUNDARY: &str = "calibr-7f3c1b9e5d2a48c6";

/// Uploads lines to a staged target and returns their path for the operation.
pub(super) async fn upload(shop: &str, target: StagedTarget, lines: String) -> Result<String> {
    let key = target.parameters.iter().find(|one| one.name == "key").map(|one| one.value.clone());
    let (Some(url), Some(key)) = (target.url.as_deref(), key) else {
        return Err(failed("the place for the upload has no address"));
    };
    let mut body = String::with_capacity(lines.len() + 4096);
    for parameter in &target.parameters {
        field(&mut body, &format!("name=\"{}\"", parameter.name), &parameter.value);
    }
    // What stands after the file is not read by the storage service.
    field(&mut body, "name=\"file\"; filename=\"prices.jsonl\"", &lines);
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    let (client, path) = client(shop, url)?;
    let request =
        HttpRequest::post(path, body).content_type(&format!("multipart/form-data; boundary={BOUNDARY}"));
    let answer = send(&client, request).await?;
    match answer.status {
        200..=299 => Ok(key),
        status => Err(failed(&format!("the storage service refused the upload with HTTP {status}"))),
    }
}

/// Fetches a result.
pub(super) async fn download(shop: &str, url: &str) -> Result<Bytes, Failure> {
    let (client, path) = client(shop, url)?;
    let answer = send(&client, Ok(HttpRequest::get(path))).await?;
    let why = format!("the result could not be fetched: HTTP {}", answer.status);
    match answer.status {
        200 => Ok(answer.body),
        408 | 429 | 500.. => {
            Err(Failure { error: failed(&why), named_ms: classify::named_pause_ms(&answer) })
        }
        // What is wrong with its address stays so.
        _ => Err(ChannelError::never(CODE, why).into()),
    }
}

fn field(body: &mut String, name: &str, value: &str) {
    body.push_str(&format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {name}\r\n\r\n{value}\r\n"));
}

async fn send(client: &HttpClient, request: Result<HttpRequest, HttpError>) -> Result<HttpResponse> {
    let answer = client.send(request.map_err(|e| failed(&e.to_string()))?).await;
    answer.map_err(|e| failed(&e.to_string()))
}

/// A client for the host of `url`, and the path there.
fn client(shop: &str, url: &str) -> Result<(HttpClient, String)> {
    let (origin, path) = split(url).filter(|(origin, _)| is_storage(shop, origin)).ok_or_else(|| {
        let shown: String = url.split('?').next().unwrap_or_default().chars().take(100).collect();
        ChannelError::never(CODE, format!("`{shown}` is not where Shopify keeps files"))
    })?;
    let address = origin.parse().map_err(|_| failed("the storage service has no usable address"))?;
    let client = HttpClient::new(address, LIMITS).map_err(|e| failed(&e.to_string()))?;
    Ok((client, path))
}

fn split(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some((format!("{scheme}://{host}"), format!("/{path}")))
}

/// Storage is one of the known hosts over TLS; a simulated shop keeps its files itself.
fn is_storage(shop: &str, origin: &str) -> bool {
    if origin == shop.trim_end_matches('/') && origin.starts_with("http://") {
        return true;
    }
    let host = origin.strip_prefix("https://").unwrap_or_default();
    HOSTS
        .iter()
        .any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}

/// Nothing was started yet, or what is lost can be fetched again.
fn failed(why: &str) -> ChannelError {
    ChannelError::new(RetryClass::Backoff, CODE, why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_only_where_shopify_keeps_them() {
        let shop = "https://some-shop.myshopify.com";
        for good in
            ["https://shopify-staged-uploads.storage.googleapis.com/", "https://storage.googleapis.com/a?b=c"]
        {
            let (origin, _) = split(good).expect("an address");
            assert!(is_storage(shop, &origin), "{good}");
        }
        for bad in [
            "https://storage.googleapis.com.evil.example/x",
            "https://evilstorage.googleapis.com.example/x",
            "https://xstorage.googleapis.com/x",
            "http://storage.googleapis.com/x",
            "http://169.254.169.254/latest",
            "https://some-shop.myshopify.com/x",
        ] {
            let (origin, _) = split(bad).expect("an address");
            assert!(!is_storage(shop, &origin), "{bad}");
        }
        assert!(is_storage("http://127.0.0.1:80", "http://127.0.0.1:80"));
        assert!(!is_storage("http://127.0.0.1:80", "http://127.0.0.1:81"));
    }
}
