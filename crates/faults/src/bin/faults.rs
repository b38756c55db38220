//! `cargo xtask faults`: plays many seeds and prints what was met, or one seed and prints what it left.

use std::process::ExitCode;

use faults::driver::{Arena, Plan, campaign, play};
use faults::judge::judge;

const HELP: &str = "\
cargo xtask faults --seeds N [--first N]  play so many seeds, from one on, and print the table of what was met
cargo xtask faults --seed N               play one seed again and print what it left behind
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| {
        let place = words.iter().position(|word| word == name)?;
        words.get(place + 1)?.parse::<u64>().ok()
    };
    match (number("--seed"), number("--seeds")) {
        (Some(seed), None) => one(seed),
        (None, Some(count)) => many(number("--first").unwrap_or(0), count),
        _ => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn one(seed: u64) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let plan = Plan::of(seed);
        println!("{plan:#?}");
        let arena = Arena::new().await.expect("a database");
        let played = match play(&arena, plan).await {
            Ok(played) => played,
            Err(error) => {
                println!("seed {seed} cannot be played to its end: {error:#}");
                return ExitCode::FAILURE;
            }
        };
        println!("{:#?}\nmet: {:?}", played.history, played.hits);
        let mut violations = judge(&played.history);
        violations.extend(played.neighbour.iter().flat_map(judge));
        violations.iter().for_each(|violation| println!("seed {seed} fails: {violation}"));
        if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    })
}

fn many(first: u64, count: u64) -> ExitCode {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let campaign = campaign(first..first.saturating_add(count), threads);
    for (seed, reason) in &campaign.failures {
        println!("seed {seed} fails (`cargo xtask faults --seed {seed}`): {reason}\n");
    }
    println!("{campaign}");
    if campaign.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
