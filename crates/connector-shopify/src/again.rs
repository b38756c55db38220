//! Asking again: a reading whose answer was lost is asked for a few more times with growing pauses, since it changes
//! nothing. Never used for a write, whose lost answer is settled by reading.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use channel::{ChannelError, Result, RetryClass};
use kernel_connect::MonotonicTime;

/// Each pause is twice the one before, from the first to the longest; jitter adds up to as much again.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_LONGEST: Duration = Duration::from_secs(8);

/// A call that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub error: ChannelError,
    /// How long the other side wants us to stay away, in milliseconds.
    pub named_ms: Option<u64>,
}

impl Failure {
    /// Whether the same call may go well in a moment.
    fn passes(&self) -> bool {
        match self.error.class {
            // What was taken for an attack looks more like one the sooner it comes again.
            RetryClass::Backoff => self.error.code != "shopify.rejected",
            RetryClass::After { .. } => self.error.code == "shopify.too_many_requests",
            RetryClass::Never | RetryClass::Unknown => false,
        }
    }
}

impl From<ChannelError> for Failure {
    fn from(error: ChannelError) -> Self {
        Self { error, named_ms: None }
    }
}

/// How much longer a reading is asked for again.
pub(crate) struct Patience<'a> {
    what: &'static str,
    time: &'a dyn MonotonicTime,
    pauses: ExponentialBackoff,
    until_ms: u64,
}

impl<'a> Patience<'a> {
    /// For `retries_max` further attempts at `what`. No pause begins that would end after `until_ms` of `time`.
    pub(crate) fn new(
        time: &'a dyn MonotonicTime,
        what: &'static str,
        retries_max: u32,
        until_ms: u64,
    ) -> Self {
        let pauses = ExponentialBuilder::default()
            .with_min_delay(PAUSE_FIRST)
            .with_max_delay(PAUSE_LONGEST)
            .with_max_times(retries_max as usize)
            .with_jitter()
            .build();
        Self { what, time, pauses, until_ms }
    }

    /// Waits until the call may be made again.
    ///
    /// # Errors
    /// The failure, if it stays so or the patience is at its end.
    pub(crate) async fn after(&mut self, failure: Failure) -> Result<()> {
        let pause = if failure.passes() { self.pauses.next() } else { None };
        let pause = pause.map(|pause| pause.max(Duration::from_millis(failure.named_ms.unwrap_or_default())));
        let error = failure.error;
        let Some(pause_ms) = pause.map(whole_ms).filter(|ms| self.ends_ms(*ms) <= self.until_ms) else {
            return Err(error);
        };
        tracing::info!(operation = self.what, %error, pause_ms, "A reading went wrong and is asked for again.");
        self.time.wait(pause_ms).await;
        Ok(())
    }

    fn ends_ms(&self, pause_ms: u64) -> u64 {
        self.time.now_ms().saturating_add(pause_ms)
    }
}

fn whole_ms(pause: Duration) -> u64 {
    u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)
}
