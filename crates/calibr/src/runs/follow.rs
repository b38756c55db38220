//! Following a run as server-sent events. Each says how the run stands and bears the place in the event log up to which
//! that is told, so that whoever comes back with it hears only what is new.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::sse::Event;
use futures_util::Stream;
use kernel_core::{Ctx, Result};

use super::dto::Run;
use super::store;
use crate::ids::RunId;
use crate::state::App;

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
}

/// Changes of a run after `seen` until it is settled. A database that does not answer is asked again at the next look.
pub(super) fn changes(
    app: App,
    ctx: Ctx,
    id: RunId,
    seen: Option<i64>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let follower = Follower { app, ctx, id, seen, last: None, ended: false };
    futures_util::stream::unfold(follower, |mut follower| async move {
        if follower.ended {
            return None;
        }
        loop {
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
