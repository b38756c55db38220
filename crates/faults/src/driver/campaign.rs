//! Many seeds at once: threads with arenas of their own, and one table of everything that was met.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Arena, Hurt, Plan, Played, pairs, play};
use crate::judge::{Excused, excused, judge};

/// After so many seeds a database is full enough of what killed requests left behind.
const SEEDS_PER_ARENA: usize = 100;

/// Reasons are kept of so many failed seeds; the others are counted.
const REASONS_MAX: usize = 50;
/// How often it is told how far the seeds are.
const TELLS_EVERY: Duration = Duration::from_secs(30);

/// What many seeds gave. However many they are, it stays of one size.
#[derive(Debug, Default)]
pub struct Campaign {
    /// Seeds played.
    pub played: u64,
    /// How many of them failed.
    pub failed: u64,
    /// The first that failed, with the reason.
    pub failures: Vec<(u64, String)>,
    /// How often each pair of point and hurt was met.
    pub hits: BTreeMap<(&'static str, Hurt), usize>,
    /// What cannot be ruled out, and how often it was seen.
    pub excused: Excused,
}

/// Plays seeds on all cores, and says now and then on standard error how far it is.
///
/// # Panics
/// No database can be had.
#[must_use]
pub fn campaign(seeds: Range<u64>) -> Campaign {
    let next = AtomicU64::new(seeds.start);
    let campaign = Mutex::new(Campaign::default());
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let (seeds, campaign) = (&seeds, &campaign);
        scope.spawn(move || {
            let began = Instant::now();
            while is_done.recv_timeout(TELLS_EVERY) == Err(RecvTimeoutError::Timeout) {
                eprintln!(
                    "{}",
                    campaign.lock().unwrap_or_else(PoisonError::into_inner).progress(seeds, began)
                );
            }
        });
        // The teller ends when the last of these is gone.
        let done = done;
        for _ in 0..threads() {
            let (next, done) = (&next, done.clone());
            scope.spawn(move || {
                let _done = done;
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.expect("a runtime").block_on(play_from(next, seeds.end, campaign));
            });
        }
    });
    let mut campaign = campaign.into_inner().unwrap_or_else(PoisonError::into_inner);
    campaign.failures.sort();
    campaign
}

/// Three for two cores: a thread waits for Postgres now and then, which another uses.
fn threads() -> usize {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    cores + cores / 2
}

async fn play_from(next: &AtomicU64, end: u64, campaign: &Mutex<Campaign>) {
    let mut arena = None;
    let mut played_here = 0;
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end {
            return;
        }
        if arena.is_none() || played_here % SEEDS_PER_ARENA == 0 {
            arena = Some(Arena::new().await.expect("an arena"));
        }
        played_here += 1;
        let Some(here) = &arena else { return };
        let result = play_and_judge(here, Plan::of(seed)).await;
        let mut campaign = campaign.lock().unwrap_or_else(PoisonError::into_inner);
        campaign.played += 1;
        match result {
            Ok(played) => campaign.add(&played),
            Err(reason) => {
                campaign.failed += 1;
                if campaign.failures.len() < REASONS_MAX {
                    campaign.failures.push((seed, reason));
                }
                // Whatever it left behind must not disturb the next.
                arena = None;
            }
        }
    }
}

/// Plays a seed and judges what it left.
///
/// # Errors
/// Everything that does not hold, as text.
async fn play_and_judge(arena: &Arena, plan: Plan) -> Result<Played, String> {
    let spelled_out = format!("{plan:?}");
    let played = play(arena, plan).await.map_err(|error| format!("{error:#}\n{spelled_out}"))?;
    let mut violations = judge(&played.history);
    violations.extend(played.neighbour.iter().flat_map(judge));
    if violations.is_empty() {
        return Ok(played);
    }
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    Err(format!("{}\n{spelled_out}", lines.join("\n")))
}

impl Campaign {
    fn add(&mut self, played: &Played) {
        for hit in &played.hits {
            *self.hits.entry(*hit).or_default() += 1;
        }
        let excused = excused(&played.history);
        self.excused.window_ms_max = self.excused.window_ms_max.max(excused.window_ms_max);
        self.excused.overwritten_in_window += excused.overwritten_in_window;
        self.excused.looked_like_ours += excused.looked_like_ours;
    }

    fn progress(&self, seeds: &Range<u64>, began: Instant) -> String {
        let (played, elapsed_s) = (self.played, began.elapsed().as_secs().max(1));
        let all = seeds.end - seeds.start;
        let tenths = played * 10 / elapsed_s;
        let left_s = (elapsed_s * (all - played)).checked_div(played).unwrap_or_default();
        format!(
            "{played} of {all} seeds, {} failed; {}.{} a second, {} minutes to go",
            self.failed,
            tenths / 10,
            tenths % 10,
            left_s.div_ceil(60)
        )
    }

    /// Pairs that no seed met.
    #[must_use]
    pub fn missed(&self) -> Vec<(&'static str, Hurt)> {
        pairs().filter(|pair| !self.hits.contains_key(pair)).collect()
    }
}

impl fmt::Display for Campaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<32}", "times met")?;
        for hurt in Hurt::ALL {
            write!(f, "{:>7}", format!("{hurt:?}").to_lowercase())?;
        }
        writeln!(f)?;
        for point in crate::points::POINTS {
            write!(f, "{point:<32}")?;
            for hurt in Hurt::ALL {
                write!(f, "{:>7}", self.hits.get(&(*point, hurt)).copied().unwrap_or_default())?;
            }
            writeln!(f)?;
        }
        let Excused { window_ms_max, overwritten_in_window, looked_like_ours } = &self.excused;
        writeln!(f, "{} seeds, {} failed", self.played, self.failed)?;
        writeln!(f, "pairs that no seed met: {}", self.missed().len())?;
        writeln!(
            f,
            "longest window between reading and writing: {} ms; edits written over in it: {overwritten_in_window}; \
             edits that looked like ours: {looked_like_ours}",
            window_ms_max.unwrap_or_default()
        )
    }
}
