//! The event log and its delivery. An event is appended in the transaction of the change itself and never altered;
//! consumers follow the log, each with a cursor of its own, at least once and in order per thing. What fails is tried
//! again and then becomes a dead letter, which a person retries or drops.
//! Owns `event_log`, `event_keys`, `event_epochs`, `event_consumers`, `event_deliveries`, `dlq_event_log`,
//! `event_replays` and `event_inbox`.

mod consumers;
mod dead_letters;
mod drain;
mod drained;
mod epoch;
mod inbox;
mod keep;
mod ledger;
mod log;
mod pace;
mod place;
mod rates;
mod read;
mod relay;
mod replays;
mod sink;
mod tail;

pub use consumers::{ConsumerStatus, consumer_exists, forget_consumer, statuses};
pub use dead_letters::{
    DeadLetter, DeadLetterFilter, DeadLetterId, dead_letters, drop_dead_letter, retry_dead_letter,
    retry_dead_letters,
};
pub use drained::{DrainReport, Reported, Reporting, take_drain_report};
pub use epoch::open_log;
pub use inbox::first_time;
pub use keep::{Kept, keep};
pub use log::{Event, EventId, append, last_place, unseen};
pub use place::{Place, TxId};
pub use rates::rates;
pub use read::{EventFilter, Logged, event_at, events};
pub use relay::{Consumer, Relay, RelayConfig};
pub use replays::{NewReplay, Replay, ReplayId, replays, request_replay};
pub use sink::{Delivery, InOrder, Settling, Sink, Verdict};
pub use tail::{Topics, between, log_end, newest_before, place_at};
