//! Time for pacing: a count of milliseconds that only grows, and waiting for it, handed in so that both sides of a
//! test can share it. A tokio runtime with paused time stops it and moves it on when nothing else is left to do.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

/// Milliseconds that only grow, and a way to wait for them.
pub trait MonotonicTime: Send + Sync {
    /// Milliseconds since some fixed moment of this process.
    fn now_ms(&self) -> u64;

    /// Completes when at least `ms` milliseconds have passed.
    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The time of the running tokio: the machine's, unless a test has paused it.
#[derive(Debug, Clone, Copy)]
pub struct SystemTime {
    start: Instant,
}

impl SystemTime {
    /// Starts counting now.
    #[must_use]
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }
}

impl MonotonicTime for SystemTime {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(Duration::from_millis(ms)))
    }
}
