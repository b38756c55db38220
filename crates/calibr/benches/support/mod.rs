//! What the benches share: a catalogue that is the same on every run, times with their spread, a durable Postgres.
#![allow(dead_code, missing_docs, unused_imports)]

pub mod applied;
pub mod bare;
pub mod bucket;
mod catalogue;
mod filled;
pub mod log;
pub mod peers;
mod postgres;
pub mod served;
mod times;
pub mod work;

pub use catalogue::Catalogue;
pub use postgres::Postgres;
pub use times::Times;

/// The `place`th number on the command line, or `otherwise`. Words that are no numbers are cargo's.
pub fn argument(place: usize, otherwise: usize) -> usize {
    std::env::args().skip(1).filter_map(|word| word.parse().ok()).nth(place - 1).unwrap_or(otherwise)
}

/// Megabytes of a process, by a name of `/proc/PID/status` such as `VmRSS`.
pub fn memory_mb(pid: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux has /proc");
    let line = status.lines().find(|line| line.starts_with(name)).expect("the name is there");
    let kb: f64 =
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number of kB");
    (kb / 102.4).round() / 10.0
}
