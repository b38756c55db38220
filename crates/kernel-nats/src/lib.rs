//! NATS JetStream as a transport of the event log, for those who outgrow one machine. An event is settled once a stream
//! has stored it. Events of one thing go one after the other, so that a lost one cannot come after a later one; a
//! repetition carries the same `Nats-Msg-Id`, which the stream drops within its window and an inbox by event id ever.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::stream::{Config as StreamConfig, StorageType};
use async_nats::jetstream::{self, Context};
use bytes::Bytes;
use futures_util::future::try_join_all;
use kernel_core::{Error, ErrorKind, Result};
use kernel_events::{Delivery, Settling, Sink, Verdict};

/// How long an acknowledgement may take.
const ACK_WITHIN: Duration = Duration::from_secs(5);
/// How long a stream knows a message id again.
const KNOWN_FOR: Duration = Duration::from_secs(600);

/// Where to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatsConfig {
    /// Address of a server, such as `nats://127.0.0.1:4222`; several are separated by commas.
    pub url: String,
    /// The stream, which is made if it is missing.
    pub stream: String,
    /// What subjects begin with; then come the tenant's id and the event's type.
    pub subject: String,
}

impl NatsConfig {
    /// The stream `CALIBR` with subjects below `calibr`.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), stream: "CALIBR".to_owned(), subject: "calibr".to_owned() }
    }
}

/// A sink that publishes to a stream.
pub struct Nats {
    jetstream: Context,
    client: async_nats::Client,
    config: NatsConfig,
    /// Whether the stream was there when last heard of: a server may come back without its store.
    has_stream: AtomicBool,
}

impl Nats {
    /// A sink; the server may be away, also now.
    ///
    /// # Errors
    /// The address is none.
    pub async fn connect(config: NatsConfig) -> Result<Self> {
        let options = async_nats::ConnectOptions::new().name("calibr").retry_on_initial_connect();
        let client = options.connect(&config.url).await.map_err(away)?;
        let mut jetstream = jetstream::new(client.clone());
        jetstream.set_timeout(ACK_WITHIN);
        Ok(Self { jetstream, client, config, has_stream: AtomicBool::new(false) })
    }

    async fn make_stream(&self) -> Result<()> {
        if self.has_stream.load(Ordering::Relaxed) {
            return Ok(());
        }
        let stream = StreamConfig {
            name: self.config.stream.clone(),
            subjects: vec![format!("{}.>", self.config.subject)],
            storage: StorageType::File,
            duplicate_window: KNOWN_FOR,
            ..StreamConfig::default()
        };
        self.jetstream.get_or_create_stream(stream).await.map_err(away)?;
        self.has_stream.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Publishes a batch in waves.
    async fn publish(&self, batch: &[Delivery]) -> Result<Vec<Verdict>> {
        let most = self.client.server_info().max_payload;
        let mut verdicts = vec![Verdict::Settled; batch.len()];
        for wave in waves(batch) {
            let mut sent = Vec::with_capacity(wave.len());
            for place in wave {
                let body = Bytes::from(batch[place].event.envelope());
                if body.len() > most {
                    let told = format!("{} bytes are more than the {most} that the server takes", body.len());
                    verdicts[place] = Verdict::Refused(told);
                    continue;
                }
                sent.push(self.send(&batch[place], body).await?);
            }
            // One that is not acknowledged may be stored or not. All come again, and the stream knows their ids.
            try_join_all(sent.into_iter().map(IntoFuture::into_future)).await.map_err(away)?;
        }
        Ok(verdicts)
    }

    /// Sends one message; the future ends with the stream's acknowledgement.
    async fn send(&self, delivery: &Delivery, body: Bytes) -> Result<PublishAckFuture> {
        let event = &delivery.event;
        let subject = format!("{}.{}.{}", self.config.subject, event.tenant, event.kind);
        let id = match delivery.replay {
            None => event.id.to_string(),
            // The stream must not take a replay for a repetition.
            Some(replay) => format!("{}/{replay}", event.id),
        };
        let mut headers = HeaderMap::new();
        headers.insert(async_nats::header::NATS_MESSAGE_ID, id.as_str());
        headers.insert("Calibr-Event-Id", event.id.to_string().as_str());
        self.jetstream.publish_with_headers(subject, headers, body).await.map_err(away)
    }
}

impl Sink for Nats {
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        Box::pin(async move {
            self.make_stream().await?;
            let published = self.publish(batch).await;
            if published.is_err() {
                // Perhaps since it is gone. Looking for it once more costs one question.
                self.has_stream.store(false, Ordering::Relaxed);
            }
            published
        })
    }
}

/// Places of the batch in waves: in the first the first event of each thing, in the second its second, and so on.
fn waves(batch: &[Delivery]) -> Vec<Vec<usize>> {
    let mut seen: HashMap<_, usize> = HashMap::new();
    let mut waves: Vec<Vec<usize>> = Vec::new();
    for (place, delivery) in batch.iter().enumerate() {
        let event = &delivery.event;
        let wave = seen
            .entry((delivery.replay, event.tenant, &event.entity_type, &event.entity_id))
            .and_modify(|wave| *wave += 1)
            .or_insert(0);
        if *wave == waves.len() {
            waves.push(Vec::new());
        }
        waves[*wave].push(place);
    }
    waves
}

fn away(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let detail = "NATS does not take events at present; they are kept and come later.";
    Error::new(ErrorKind::Unavailable, "nats.away", detail).caused_by(error)
}
