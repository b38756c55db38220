//! Two thousand seeds: every failpoint meets every hurt, and nothing that must hold is broken.

use faults::driver::campaign;

const SEEDS: u64 = 2_000;

#[test]
fn nothing_is_lost_doubled_or_left_behind() {
    let campaign = campaign(0..SEEDS);
    println!("{campaign}");
    for (seed, reason) in &campaign.failures {
        println!("seed {seed} fails (`cargo xtask faults --seed {seed}`): {reason}\n");
    }
    assert_eq!(campaign.failed, 0, "the seeds above fail");
    assert_eq!(campaign.played, SEEDS);
    assert_eq!(campaign.missed(), [], "no seed met these");
}
