//! Following the event log as server-sent events: one stream for all that a page shows.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use axum::response::sse::Event as Told;
use futures_util::{Stream, stream};
use kernel_core::{Ctx, Error, Result};
use kernel_events::{Place, Topics, between, log_end, newest_before, place_at};

use super::dto::Event;
use crate::state::App;

/// The longest that a stream stays open. Whoever comes back must show again that they may read.
pub(super) const SECONDS_MAX: u16 = 600;
const TOPICS_MAX: usize = 50;
/// How often the log is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(3);
/// Events told from one look at the log.
const EVENTS_MAX: i64 = 200;

/// Reads what somebody wants to hear of.
///
/// # Errors
/// `query.invalid` (400): nothing, too much, or no topic.
pub(super) fn topics(text: &str) -> Result<Topics> {
    let refused =
        |detail: String| Error::invalid("query.invalid", detail.clone()).at("/topics", "invalid", detail);
    let words: Vec<&str> = text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
    if words.is_empty() || words.len() > TOPICS_MAX {
        return Err(refused(format!("Name 1 to {TOPICS_MAX} topics, separated by commas.")));
    }
    let mut topics = Topics::default();
    let plain = |text: &str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    for word in words {
        match word.split_once(':') {
            None if plain(word) => topics.kinds.push(word.to_owned()),
            Some((kind, id)) if plain(kind) && plain(id) => {
                topics.things.push((kind.to_owned(), id.to_owned()));
            }
            _ => {
                let word: String = word.chars().take(64).collect();
                return Err(refused(format!("`{word}` is no topic. Write `run` or `run:run_…`.")));
            }
        }
    }
    Ok(topics)
}

/// The place up to which somebody says they have heard; one that is no place counts as one that is gone.
pub(super) fn heard(headers: &HeaderMap) -> Option<i64> {
    let text = headers.get("last-event-id")?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.parse().unwrap_or(-1))
}

struct Follower {
    app: App,
    ctx: Ctx,
    topics: Topics,
    heard: Option<i64>,
    /// Up to where everything was told; known after the first look.
    place: Option<Place>,
    waiting: VecDeque<Told>,
    ends_at: Instant,
    over: bool,
}

/// Events after `heard`, or from now on, until `stay` is over. A database that does not answer is asked again.
pub(super) fn follow(
    app: App,
    ctx: Ctx,
    topics: Topics,
    heard: Option<i64>,
    stay: Duration,
) -> impl Stream<Item = Result<Told, Infallible>> {
    let ends_at = Instant::now() + stay;
    let follower =
        Follower { app, ctx, topics, heard, place: None, waiting: VecDeque::new(), ends_at, over: false };
    stream::unfold(follower, |mut follower| async move {
        loop {
            if let Some(told) = follower.waiting.pop_front() {
                return Some((Ok(told), follower));
            }
            if follower.over {
                return None;
            }
            let looked = follower.look().await;
            if let Err(error) = &looked {
                tracing::warn!(error = %error, "A stream could not look at the event log.");
            }
            // Whatever is left is told before the end.
            follower.over = Instant::now() >= follower.ends_at && !matches!(looked, Ok(true));
            if follower.waiting.is_empty() && !follower.over {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    })
}

impl Follower {
    /// Looks at the log once; whether there is more at once.
    async fn look(&mut self) -> Result<bool> {
        let tx = self.app.db.tenant_tx(self.ctx.tenant).await?;
        let end = log_end(&tx).await?;
        let place = match self.place {
            Some(place) => place,
            None => {
                let newest = newest_before(&tx, end).await?;
                let (place, greeting) = match self.heard {
                    // 0 says that there was nothing yet.
                    Some(0) => (Place::default(), "open"),
                    Some(heard) => match place_at(&tx, heard).await?.filter(|place| *place < end) {
                        Some(place) => (place, "open"),
                        None => (end, "reset"),
                    },
                    None => (end, "open"),
                };
                let id = if place == end { newest.map_or(0, |place| place.position) } else { place.position };
                let told = Told::default().event(greeting).id(id.to_string()).retry(RETRY).data("{}");
                self.waiting.push_back(told);
                place
            }
        };
        let events = between(&tx, &self.topics, place, end, EVENTS_MAX).await?;
        let more = events.len() as i64 == EVENTS_MAX;
        // A look that found all goes on at the end, so that events of others are passed once.
        self.place = Some(match events.last() {
            Some(last) if more => last.place,
            _ => end,
        });
        for event in events {
            let event = Event::from(event);
            let json = serde_json::to_string(&event).map_err(Error::internal)?;
            self.waiting
                .push_back(Told::default().event(&event.r#type).id(event.position.to_string()).data(json));
        }
        Ok(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_kinds_and_things() {
        let read = topics("run:run_1, price_change,run:run_2,").expect("topics");
        assert_eq!(read.kinds, ["price_change"]);
        assert_eq!(read.things, [("run".into(), "run_1".into()), ("run".to_owned(), "run_2".to_owned())]);
        let many = vec!["run"; TOPICS_MAX + 1].join(",");
        for wrong in ["", " , ", "Run", "run:", ":run_1", "run:run_1:2", "run run", &"x".repeat(65), &many] {
            assert!(topics(wrong).is_err(), "{wrong}");
        }
    }
}
