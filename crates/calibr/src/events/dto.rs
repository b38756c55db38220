//! What the API shows of the event log and its delivery. Shared with the command line and with webhooks.

use jiff::Timestamp;
use kernel_core::{CorrelationId, RequestId};
use kernel_events::{ConsumerStatus, DeadLetterId, EventId, Logged, ReplayId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that happened to one thing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Id; the same wherever the event is delivered.
    #[schema(value_type = String)]
    pub id: EventId,
    /// Number in the log; a later event of the same thing has a higher one.
    pub position: i64,
    /// What happened, such as `price_change.approved`.
    pub r#type: String,
    /// Kind of the thing, such as `price_change`.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Who did it: an e-mail address, or `system:` and the name of a job.
    pub actor: String,
    /// The request that did it.
    #[schema(value_type = String)]
    pub request_id: RequestId,
    /// The intention it belongs to.
    #[schema(value_type = String)]
    pub correlation_id: CorrelationId,
    /// What happened, in detail; its shape follows from the type.
    pub payload: serde_json::Value,
}

impl From<Logged> for Event {
    fn from(event: Logged) -> Self {
        Self {
            payload: event.payload(),
            id: event.id,
            position: event.place.position,
            r#type: event.kind,
            entity_type: event.entity_type,
            entity_id: event.entity_id,
            occurred_at: event.occurred_at,
            actor: event.actor,
            request_id: RequestId(event.request_id),
            correlation_id: CorrelationId(event.correlation_id),
        }
    }
}

/// How a consumer fares with this organisation's events.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Consumer {
    /// Its name.
    pub name: String,
    /// Events not yet delivered for the first time; counted up to 100,000.
    pub behind: i64,
    /// Age in seconds of the oldest event that waits, for the first delivery or another; 0 if none does.
    pub age_s: i64,
    /// Deliveries that are tried again later, or wait behind one that is.
    pub retrying: i64,
    /// Dead letters that nobody has dealt with.
    pub dead: i64,
    /// Events a minute that it passed lately, rounded up; 0 after ten minutes without any.
    pub per_minute: i64,
    /// Why nothing can be delivered at present, if so.
    pub last_error: Option<String>,
    /// When something was last delivered to it.
    pub last_delivery_at: Option<Timestamp>,
    /// Seconds since a server last read for it; minutes say that none runs it any more.
    pub silent_s: Option<i64>,
}

impl Consumer {
    /// How it fares, and how fast it reads.
    pub(super) fn new(status: ConsumerStatus, per_minute: i64) -> Self {
        let ConsumerStatus { name, behind, age_s, retrying, dead, last_error, last_delivery_at, silent_s } =
            status;
        Self { name, behind, age_s, retrying, dead, per_minute, last_error, last_delivery_at, silent_s }
    }
}

/// A delivery that gave up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DeadLetter {
    /// Id.
    #[schema(value_type = String)]
    pub id: DeadLetterId,
    /// Which consumer did not take it.
    pub consumer: String,
    /// The event.
    #[schema(value_type = String)]
    pub event_id: EventId,
    /// Its number in the log.
    pub position: i64,
    /// What happened.
    pub r#type: String,
    /// Kind of the thing.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// `dead`, `retrying`, `settled` or `dropped`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it gave up the last time.
    pub reason: String,
    /// When it gave up the last time.
    pub died_at: Timestamp,
    /// What was said when it was dropped.
    pub note: Option<String>,
    /// Who retried or dropped it.
    pub decided_by: Option<String>,
    /// When it was retried, delivered or dropped.
    pub decided_at: Option<Timestamp>,
}

impl From<kernel_events::DeadLetter> for DeadLetter {
    fn from(letter: kernel_events::DeadLetter) -> Self {
        Self {
            id: letter.id,
            consumer: letter.consumer,
            event_id: letter.event_id,
            position: letter.position,
            r#type: letter.kind,
            entity_type: letter.entity_type,
            entity_id: letter.entity_id,
            state: letter.state,
            attempts: letter.attempts,
            reason: letter.reason,
            died_at: letter.died_at,
            note: letter.note,
            decided_by: letter.decided_by,
            decided_at: letter.decided_at,
        }
    }
}

/// Why a dead letter is given up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DropNote {
    /// In 1 to 500 characters.
    pub note: String,
}

/// Whose dead letters to retry.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryAll {
    /// Name of the consumer.
    pub consumer: String,
}

/// How many dead letters are being retried; 10,000 at most by one request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Retried {
    /// How many.
    pub retried: u64,
}

/// A span of events to deliver once more.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReplay {
    /// Name of the consumer.
    pub consumer: String,
    /// Number of the first event.
    pub from_position: i64,
    /// Number of the last event, which is delivered too.
    pub to_position: i64,
}

/// A replay and how far it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Replay {
    /// Id.
    #[schema(value_type = String)]
    pub id: ReplayId,
    /// Name of the consumer.
    pub consumer: String,
    /// Number of the first event.
    pub from_position: i64,
    /// Number of the last event.
    pub to_position: i64,
    /// Events handed over so far.
    pub delivered: i64,
    /// Who asked for it.
    pub requested_by: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its last event was handed over.
    pub finished_at: Option<Timestamp>,
}

impl From<kernel_events::Replay> for Replay {
    fn from(replay: kernel_events::Replay) -> Self {
        Self {
            id: replay.id,
            consumer: replay.consumer,
            from_position: replay.from_position,
            to_position: replay.to_position,
            delivered: replay.delivered,
            requested_by: replay.requested_by,
            created_at: replay.created_at,
            finished_at: replay.finished_at,
        }
    }
}
