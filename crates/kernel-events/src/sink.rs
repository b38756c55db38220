//! The port to whatever takes events: it gets a batch in order and says of each what became of it.

use std::collections::HashSet;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt;
use kernel_core::{ErrorKind, Result, TenantId};

use crate::read::Logged;
use crate::replays::ReplayId;

/// One event on its way to one consumer. It may come more than once; see [`crate::first_time`].
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// What happened.
    pub event: Logged,
    /// How often it was tried before.
    pub attempts: i32,
    /// The replay it belongs to, if it is not delivered because it is new.
    pub replay: Option<ReplayId>,
}

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Taken for good.
    Settled,
    /// To be tried again; the reason is kept.
    Failed(String),
    /// Not worth trying again: it becomes a dead letter at once.
    Refused(String),
    /// Not tried, since an earlier event of the same thing failed.
    Held,
}

/// The verdicts of a batch, in its order. An error means that nothing could be tried, such as a server that is away:
/// the whole batch comes again later and no event is blamed.
pub type Settling<'a> = Pin<Box<dyn Future<Output = Result<Vec<Verdict>>> + Send + 'a>>;

/// Takes events. An implementation that tries events of one thing must stop with it at the first that fails, and
/// answer [`Verdict::Held`] for the rest.
pub trait Sink: Send + Sync {
    /// Takes a batch, in order.
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a>;
}

/// A sink that hands events to a function one after the other. An error of the function is a failure of that event,
/// also a panic; one that says the input is wrong is a refusal.
pub struct InOrder<F>(pub F);

impl<F> Sink for InOrder<F>
where
    F: Fn(Delivery) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync,
{
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        Box::pin(async move {
            let mut verdicts = Vec::with_capacity(batch.len());
            let mut stopped: HashSet<Thing<'_>> = HashSet::new();
            for delivery in batch {
                let thing = Thing::of(delivery);
                if stopped.contains(&thing) {
                    verdicts.push(Verdict::Held);
                    continue;
                }
                let handled = AssertUnwindSafe((self.0)(delivery.clone())).catch_unwind().await;
                let verdict = verdict(handled);
                if verdict == Verdict::Settled || matches!(verdict, Verdict::Refused(_)) {
                    verdicts.push(verdict);
                    continue;
                }
                stopped.insert(thing);
                verdicts.push(verdict);
            }
            Ok(verdicts)
        })
    }
}

fn verdict(handled: std::thread::Result<Result<()>>) -> Verdict {
    match handled {
        Ok(Ok(())) => Verdict::Settled,
        Ok(Err(error)) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Unprocessable) => {
            Verdict::Refused(chain(&error))
        }
        Ok(Err(error)) => Verdict::Failed(chain(&error)),
        Err(_) => Verdict::Failed("the handler panicked".to_owned()),
    }
}

/// What order is kept for: one thing of one tenant, apart in each replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Thing<'a> {
    pub replay: Option<ReplayId>,
    pub tenant: TenantId,
    pub entity_type: &'a str,
    pub entity_id: &'a str,
}

impl<'a> Thing<'a> {
    pub fn of(delivery: &'a Delivery) -> Self {
        let Logged { tenant, entity_type, entity_id, .. } = &delivery.event;
        Self { replay: delivery.replay, tenant: *tenant, entity_type, entity_id }
    }
}

/// An error with its causes in one line.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |e| e.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
