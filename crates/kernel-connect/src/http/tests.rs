//! The client against sockets that misbehave on purpose. Time is stopped and moved by the socket, so that a timeout
//! happens exactly when the other side has seen what it should see.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const LIMITS: HttpLimits =
    HttpLimits { connect_timeout_ms: 5_000, total_timeout_ms: 15_000, response_bytes_max: 1000 };

/// What the other side does with its one connection.
async fn serve<F: Future<Output = ()> + Send + 'static>(
    act: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        act(stream).await;
    });
    (address, task)
}

/// Reads until the body `{"q":1}` has come.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    while !seen.ends_with(b"{\"q\":1}") {
        let count = stream.read_buf(&mut seen).await.expect("the request comes");
        assert!(count > 0, "the request ends early");
    }
    String::from_utf8(seen).expect("text")
}

async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

fn request() -> HttpRequest {
    HttpRequest::post("/admin/api/graphql.json", "{\"q\":1}")
        .header("content-type", "application/json")
        .secret_header("x-access-token", &Secret::new("shpat_secret"))
        .expect("a header")
}

async fn send(address: &str) -> Result<HttpResponse, HttpError> {
    let address = format!("http://{address}").parse().expect("an address");
    HttpClient::new(address, LIMITS).expect("a client").send(request()).await
}

#[tokio::test]
async fn what_is_too_late_does_not_leave() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let client = HttpClient::new(address.parse().expect("an address"), LIMITS).expect("a client");
    let error = client.send_while(|| false, request()).await.expect_err("too late");
    assert_eq!((error.fault, error.may_have_arrived), (HttpFault::Timeout, false));
    let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(nobody.is_err(), "somebody came");
}

async fn answer_with(answer: impl Into<String>) -> Result<HttpResponse, HttpError> {
    let answer = answer.into();
    let (address, task) = serve(move |mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("written");
    })
    .await;
    let outcome = send(&address).await;
    task.await.expect("the other side is content");
    outcome
}

#[tokio::test]
async fn a_whole_answer_is_given_whatever_its_status_and_no_redirect_is_followed() {
    let answer = answer_with("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\nx-request-id: r1\r\ncontent-length: 4\r\n\r\nbody").await;
    let answer = answer.expect("an answer");
    assert_eq!(
        (answer.status, answer.header("x-request-id"), &answer.body[..]),
        (302, Some("r1"), &b"body"[..])
    );
}

#[tokio::test]
async fn the_request_carries_its_headers_and_hides_the_secret_from_debug_output() {
    let (address, task) = serve(|mut stream| async move {
        let seen = read_request(&mut stream).await.to_lowercase();
        assert!(seen.starts_with("post /admin/api/graphql.json http/1.1"), "{seen}");
        assert!(
            seen.contains("x-access-token: shpat_secret") && seen.contains("content-length: 7"),
            "{seen}"
        );
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.expect("written");
    })
    .await;
    assert_eq!(send(&address).await.expect("an answer").status, 200);
    task.await.expect("the other side is content");
    assert!(!format!("{:?}", request()).contains("shpat"));
}

#[tokio::test]
async fn nobody_listening_means_that_nothing_arrived() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let error = send(&address).await.expect_err("refused");
    assert_eq!((error.fault, error.may_have_arrived), (HttpFault::Connect, false));
}

#[tokio::test]
async fn a_timeout_after_the_request_was_read_may_have_arrived() {
    let (address, task) = serve(|mut stream| async move {
        read_request(&mut stream).await;
        pass(16).await;
        // Holds the connection open until the client has given up.
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap_or(0), 0);
    })
    .await;
    let error = send(&address).await.expect_err("no answer");
    assert_eq!((error.fault, error.may_have_arrived), (HttpFault::Timeout, true));
    assert!(error.detail.contains("15000 ms"), "{error}");
    task.await.expect("the other side is content");
}

#[tokio::test]
async fn a_timeout_while_the_connection_is_made_has_sent_nothing() {
    let (address, task) = serve(|mut stream| async move {
        let mut hello = [0; 1];
        stream.read_exact(&mut hello).await.expect("the start of a TLS handshake");
        pass(16).await;
        assert!(stream.read(&mut [0; 4096]).await.is_ok());
    })
    .await;
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let address = format!("https://{address}").parse().expect("an address");
    let error = HttpClient::with_tls(address, LIMITS, Reach::Anywhere, tls)
        .send(request())
        .await
        .expect_err("no answer");
    assert_eq!((error.fault, error.may_have_arrived), (HttpFault::Timeout, false));
    task.await.expect("the other side is content");
}

#[tokio::test]
async fn plain_text_where_tls_is_expected_sends_nothing() {
    let (address, task) = serve(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("written");
        let mut seen = Vec::new();
        let _ended = stream.read_to_end(&mut seen).await;
        assert!(!String::from_utf8_lossy(&seen).contains("shpat"), "the token went out unprotected");
    })
    .await;
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let address = format!("https://{address}").parse().expect("an address");
    let error = HttpClient::with_tls(address, LIMITS, Reach::Anywhere, tls)
        .send(request())
        .await
        .expect_err("no TLS");
    assert_eq!((error.fault, error.may_have_arrived), (HttpFault::Connect, false));
    task.await.expect("the other side is content");
}

#[tokio::test]
async fn a_connection_that_breaks_off_may_have_taken_the_request() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"] {
        let error = answer_with(answer).await.expect_err("no whole answer");
        assert_eq!((error.fault, error.may_have_arrived), (HttpFault::Interrupted, true), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_cut_off() {
    let full = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}", "x".repeat(1000));
    assert_eq!(answer_with(full).await.expect("within the limit").body.len(), 1000);
    let beyond = format!("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n{}", "x".repeat(1001));
    let error = answer_with(beyond).await.expect_err("too large");
    assert_eq!((error.fault, error.may_have_arrived), (HttpFault::TooLarge, true));
}
