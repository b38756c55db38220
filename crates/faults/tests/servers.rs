//! As many seeds of real servers as there are failpoints: each point is met, by hurts in turn, and nothing that must hold
//! is broken.

use std::path::Path;

use faults::points::POINTS;
use faults::real::real_campaign;

const BINARY: &str = env!("CARGO_BIN_EXE_calibr-hurtable");

/// Worlds mostly wait: for leases, for writes that may still arrive, for servers that sleep.
const WORLDS: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_die_sleep_fail_and_lose_their_database_lose_nothing() {
    let seeds = POINTS.len() as u64;
    let campaign = real_campaign(Path::new(BINARY), 0..seeds, WORLDS).await;
    println!("{campaign}");
    for (seed, reason) in &campaign.failures {
        println!("seed {seed} fails (`cargo xtask faults --server {seed}`): {reason}\n");
    }
    assert_eq!(campaign.failed, 0, "the seeds above fail");
    assert_eq!(campaign.played, seeds);
    assert_eq!(campaign.missed_points(), [""; 0], "no seed met these");
}
