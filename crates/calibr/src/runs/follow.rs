//! Following a run as server-sent events. Each says how the run stands and bears the place in the event log up to which
//! that is told, so that whoever comes back with it hears only what is new.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use axum::response::sse::Event;
use futures_util::Stream;
use kernel_core::{Ctx, Result};

use super::dto::Run;
use super::store;
use crate::ids::RunId;
use crate::state::App;

/// The longest that a stream stays open. Whoever comes back must show again that they may read.
const STAY: Duration = Duration::from_secs(600);
/// How often the run is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// The place up to which a client says it has heard; one that is no place counts as none.
pub(super) fn seen(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}

struct Follower {
    app: App,
    ctx: Ctx,
    id: RunId,
    seen: Option<i64>,
    last: Option<String>,
    ended: bool,
    ends_at: Instant,
}

/// Changes of a run after `seen` until it is settled, or for ten minutes. A database that does not answer is asked again at the next look.
pub(super) fn changes(
    app: App,
    ctx: Ctx,
    id: RunId,
    seen: Option<i64>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    changes_for(app, ctx, id, seen, STAY)
}

fn changes_for(
    app: App,
    ctx: Ctx,
    id: RunId,
    seen: Option<i64>,
    stay: Duration,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let ends_at = Instant::now() + stay;
    let follower = Follower { app, ctx, id, seen, last: None, ended: false, ends_at };
    futures_util::stream::unfold(follower, |mut follower| async move {
        if follower.ended {
            return None;
        }
        // Also a run that has news at every look is told of no longer than that.
        while Instant::now() < follower.ends_at {
            if let Ok((run, place)) = follower.look().await
                && let Ok(json) = serde_json::to_string(&run)
                && let Some(kind) = follower.news(&run, place, &json)
            {
                let event = Event::default().event(kind).id(place.to_string()).data(&json);
                follower.ended = kind == "end";
                follower.seen = Some(place);
                follower.last = Some(json);
                return Some((Ok(event), follower));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        None
    })
}

impl Follower {
    /// The run, and the place of the last that the log says about it. The log is read first: what is told in between is in
    /// the run already, and is told again at the next look.
    async fn look(&self) -> Result<(Run, i64)> {
        let tx = self.app.db.tenant_tx(self.ctx.tenant).await?;
        let place = kernel_events::last_place(&tx, "run", &self.id.to_string()).await?;
        let run = store::run_by_id(&tx, self.id).await?;
        Ok((store::shown(&tx, run).await?, place.unwrap_or_default()))
    }

    /// What to tell, if anything: a change, or that there will be none.
    fn news(&self, run: &Run, place: i64, json: &str) -> Option<&'static str> {
        let heard = match &self.last {
            Some(last) => last == json,
            // Nothing was told in this connection yet, but perhaps in one before. How far the shop is, no log tells.
            None => self.seen.is_some_and(|seen| seen >= place) && run.operation.is_none(),
        };
        match (heard, run.settled) {
            (false, _) => Some("run"),
            (true, true) => Some("end"),
            (true, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::StreamExt;
    use kernel_connect::{MasterKeys, Vault};
    use kernel_core::Role;
    use kernel_test::{FixedClock, TestDb};

    use super::*;

    #[tokio::test]
    async fn a_stream_ends_after_its_time_whatever_the_run_does() {
        rustls::crypto::ring::default_provider().install_default().ok();
        let db = TestDb::new().await;
        let clock = FixedClock::at(kernel_test::epoch());
        let ctx = kernel_test::ctx_at(kernel_test::tenant(&db.db).await, Role::Viewer, &clock);
        let keys = MasterKeys::parse("QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=", "test").expect("a key");
        let app = App::new(db.db.clone(), Arc::new(clock), Vault::new(keys));
        let stay = Duration::from_millis(50);
        let told = changes_for(app, ctx, RunId::new(), None, stay).count();
        let told = tokio::time::timeout(Duration::from_secs(30), told).await.expect("it ends");
        assert_eq!(told, 0, "there is no such run");
    }
}
