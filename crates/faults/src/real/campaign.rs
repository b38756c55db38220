//! Many seeds of real servers, several worlds at once, and one table of everything that was met.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::plan::{Hurt, RealPlan};
use super::play::{Played, play};
use crate::judge::{Excused, excused, judge};
use crate::points::POINTS;

/// Reasons are kept of so many failed seeds; the others are counted.
const REASONS_MAX: usize = 50;
/// How often it is told how far the seeds are.
const TELLS_EVERY: Duration = Duration::from_secs(30);

/// What many seeds gave.
#[derive(Debug, Default)]
pub struct RealCampaign {
    /// Seeds played.
    pub played: u64,
    /// How many of them failed.
    pub failed: u64,
    /// The first that failed, with the reason.
    pub failures: Vec<(u64, String)>,
    /// How often each pair of point and hurt was met.
    pub hits: BTreeMap<(&'static str, Hurt), usize>,
    /// Servers started.
    pub servers: usize,
    /// The longest time from a fault to the end of all work and the delivery of every event, in milliseconds.
    pub recovery_ms_max: i64,
    /// What cannot be ruled out, and how often it was seen.
    pub excused: Excused,
    /// How long it all took.
    pub took: Duration,
}

/// Plays seeds with servers from `binary`, in so many worlds at once.
pub async fn real_campaign(binary: &Path, seeds: Range<u64>, worlds: usize) -> RealCampaign {
    let began = Instant::now();
    let (next, end) = (Arc::new(AtomicU64::new(seeds.start)), seeds.end);
    let (send, mut results) = tokio::sync::mpsc::unbounded_channel();
    let mut playing = JoinSet::new();
    for _ in 0..worlds {
        let (next, send, binary) = (Arc::clone(&next), send.clone(), binary.to_owned());
        playing.spawn(async move {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= end || send.send((seed, play_and_judge(&binary, seed).await)).is_err() {
                    return;
                }
            }
        });
    }
    drop(send);
    let mut campaign = RealCampaign::default();
    let mut ticks = tokio::time::interval(TELLS_EVERY);
    ticks.tick().await;
    loop {
        tokio::select! {
            result = results.recv() => match result {
                Some((seed, result)) => campaign.add(seed, result),
                None => break,
            },
            _ = ticks.tick() => {
                let RealCampaign { played, failed, .. } = campaign;
                eprintln!("{played} of {} seeds, {failed} failed", seeds.end - seeds.start);
            }
        }
    }
    campaign.failures.sort();
    campaign.took = began.elapsed();
    campaign
}

/// Plays a seed and judges what it left.
///
/// # Errors
/// Everything that does not hold, as text.
async fn play_and_judge(binary: &Path, seed: u64) -> Result<Played, String> {
    let plan = RealPlan::of(seed);
    let played = play(binary, &plan).await.map_err(|error| format!("{error:#}\n{plan:?}"))?;
    let violations = judge(&played.history);
    if violations.is_empty() {
        return Ok(played);
    }
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    Err(format!("{}\nmet {:?}\n{plan:?}", lines.join("\n"), played.hits))
}

impl RealCampaign {
    fn add(&mut self, seed: u64, result: Result<Played, String>) {
        self.played += 1;
        match result {
            Ok(played) => {
                for hit in &played.hits {
                    *self.hits.entry(*hit).or_default() += 1;
                }
                self.servers += played.servers;
                self.recovery_ms_max = self.recovery_ms_max.max(played.history.recovery.after_ms);
                let excused = excused(&played.history);
                self.excused.window_ms_max = self.excused.window_ms_max.max(excused.window_ms_max);
                self.excused.overwritten_in_window += excused.overwritten_in_window;
                self.excused.looked_like_ours += excused.looked_like_ours;
            }
            Err(reason) => {
                self.failed += 1;
                // Whoever plays thousands wants to know at once.
                eprintln!("seed {seed} fails: {}", reason.lines().next().unwrap_or_default());
                if self.failures.len() < REASONS_MAX {
                    self.failures.push((seed, reason));
                }
            }
        }
    }

    /// Points that no seed met in any way.
    #[must_use]
    pub fn missed_points(&self) -> Vec<&'static str> {
        let is_met = |point: &&&str| self.hits.keys().any(|(met, _)| met == *point);
        POINTS.iter().filter(|point| !is_met(point)).copied().collect()
    }

    /// Pairs that no seed met.
    #[must_use]
    pub fn missed(&self) -> usize {
        super::pairs().filter(|pair| !self.hits.contains_key(pair)).count()
    }
}

impl fmt::Display for RealCampaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<38}", "times met by real servers")?;
        for hurt in Hurt::ALL {
            write!(f, "{:>8}", hurt.word())?;
        }
        writeln!(f)?;
        for point in POINTS {
            write!(f, "{point:<38}")?;
            for hurt in Hurt::ALL {
                write!(f, "{:>8}", self.hits.get(&(*point, hurt)).copied().unwrap_or_default())?;
            }
            writeln!(f)?;
        }
        let Excused { window_ms_max, overwritten_in_window, looked_like_ours } = &self.excused;
        let (seconds, servers) = (self.took.as_secs(), self.servers);
        writeln!(f, "{} seeds, {} failed; {servers} servers in {seconds} s", self.played, self.failed)?;
        let (met, missed) = (self.hits.len(), self.missed());
        writeln!(
            f,
            "pairs met: {met} of {}; points that no seed met: {}",
            met + missed,
            self.missed_points().len()
        )?;
        writeln!(f, "slowest recovery after a fault: {} ms", self.recovery_ms_max)?;
        writeln!(
            f,
            "longest window between reading and writing: {} ms; edits written over in it: {overwritten_in_window}; \
             edits that looked like ours: {looked_like_ours}",
            window_ms_max.unwrap_or_default()
        )
    }
}
