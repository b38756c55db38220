//! Time for pacing: a count of milliseconds that only grows, and waiting for it, handed in so that tests own both.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Milliseconds that only grow, and a way to wait for them.
pub trait MonotonicTime: Send + Sync {
    /// Milliseconds since some fixed moment of this process.
    fn now_ms(&self) -> u64;

    /// Completes when at least `ms` milliseconds have passed.
    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The machine's time; needs a running tokio.
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

/// Time that stands still until it is moved; waiting moves it. Copies show the same time.
#[derive(Debug, Clone, Default)]
pub struct ManualTime {
    now_ms: Arc<AtomicU64>,
    waited_ms: Arc<AtomicU64>,
}

impl ManualTime {
    /// Moves the time on.
    pub fn advance(&self, ms: u64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// All milliseconds that anyone waited.
    #[must_use]
    pub fn waited_ms(&self) -> u64 {
        self.waited_ms.load(Ordering::SeqCst)
    }
}

impl MonotonicTime for ManualTime {
    fn now_ms(&self) -> u64 {
        self.now_ms.load(Ordering::SeqCst)
    }

    fn wait(&self, ms: u64) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.advance(ms);
        self.waited_ms.fetch_add(ms, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}
