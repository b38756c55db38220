//! Somebody who takes webhooks: notes what comes and answers as told. It checks signatures by its own arithmetic.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A request that came.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Whether one of the signatures is that of `secret`, by RFC 2104 written out.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a prefix")).expect("base64");
        let padded = |pad: u8| {
            let mut block = [pad; 64];
            block.iter_mut().zip(&key).for_each(|(byte, of_key)| *byte ^= of_key);
            block
        };
        let text = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
        let outer = Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize();
        let expected = format!("v1,{}", STANDARD.encode(outer));
        self.signature.split(' ').any(|signature| signature == expected)
    }
}

/// A receiver on a port of its own, for as long as it is kept.
pub struct Receiver {
    pub url: String,
    notes: Notes,
    serving: tokio::task::JoinHandle<()>,
}

#[derive(Clone, Default)]
struct Notes {
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    /// One that answers 204.
    pub async fn start() -> Self {
        let notes = Notes::default();
        let router = Router::new().fallback(take).with_state(notes.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hooks?of=calibr", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("a server");
        });
        Self { url, notes, serving }
    }

    /// What to answer to the next requests.
    pub fn answer(&self, statuses: impl IntoIterator<Item = u16>) {
        self.notes.answers.lock().expect("no panic").extend(statuses);
    }

    /// What came, oldest first.
    pub fn received(&self) -> Vec<Received> {
        self.notes.received.lock().expect("no panic").clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(notes): State<Notes>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().expect("a plain header").to_owned();
    notes.received.lock().expect("no panic").push(Received {
        path: uri.to_string(),
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp").parse().expect("seconds"),
        signature: header("webhook-signature"),
        body: String::from_utf8(body.to_vec()).expect("a text"),
    });
    let status = notes.answers.lock().expect("no panic").pop_front().unwrap_or(204);
    StatusCode::from_u16(status).expect("a status")
}
