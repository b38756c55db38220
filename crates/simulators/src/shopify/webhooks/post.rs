//! A POST over plain HTTP to a receiver on this machine: all that a simulated delivery needs of a client.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The receiver must take the connection within this time.
const CONNECT: Duration = Duration::from_secs(1);

/// Posts a body and returns the status of the answer.
///
/// # Errors
/// No connection, or no answer that can be read.
pub(super) async fn post(uri: &str, headers: &[(&'static str, String)], body: &[u8]) -> io::Result<u16> {
    let unusable = || io::Error::new(io::ErrorKind::InvalidInput, "not an address on this machine");
    let rest = uri.strip_prefix("http://").ok_or_else(unusable)?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = tokio::time::timeout(CONNECT, TcpStream::connect(host)).await??;
    let mut head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.write_all(body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not an HTTP answer"))
}
