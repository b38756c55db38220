//! Times of rounds: median, least, most.

use std::hint::black_box;
use std::time::Instant;

/// Seconds of each round.
#[derive(Default)]
pub struct Times(Vec<f64>);

impl Times {
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = black_box(work());
        self.0.push(start.elapsed().as_secs_f64());
        result
    }

    pub async fn time_async<T>(&mut self, work: impl Future<Output = T>) -> T {
        let start = Instant::now();
        let result = work.await;
        self.0.push(start.elapsed().as_secs_f64());
        result
    }

    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn median(&self) -> f64 {
        self.sorted()[self.0.len() / 2]
    }

    /// The ratio of the medians.
    pub fn ratio(&self, peer: &Self) -> f64 {
        rounded(self.median() / peer.median())
    }

    /// Median and spread, times `unit`.
    pub fn shown(&self, unit: f64) -> serde_json::Value {
        let sorted = self.sorted();
        serde_json::json!({
            "median": rounded(self.median() * unit),
            "min": rounded(sorted[0] * unit),
            "max": rounded(sorted[sorted.len() - 1] * unit),
        })
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
