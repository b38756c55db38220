//! `cargo xtask faults`: plays many seeds and prints what was met, or one seed and prints what it left.

use std::path::PathBuf;
use std::process::ExitCode;

use faults::driver::{Arena, Plan, campaign, play};
use faults::judge::judge;
use faults::real;

const HELP: &str = "\
cargo xtask faults --seeds N [--first N]    play so many seeds, from one on, and print the table of what was met
cargo xtask faults --seed N                 play one seed again and print what it left behind
cargo xtask faults --servers N [--first N]  the same with real servers, some worlds at once (--worlds N)
cargo xtask faults --server N               one seed of real servers again
";

/// Worlds of real servers, which mostly wait, for each core.
const WORLDS_PER_CORE: usize = 5;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str| {
        let place = words.iter().position(|word| word == name)?;
        words.get(place + 1)?.parse::<u64>().ok()
    };
    let first = number("--first").unwrap_or(0);
    let worlds = number("--worlds").and_then(|worlds| usize::try_from(worlds).ok());
    match ["--seed", "--seeds", "--server", "--servers"].map(number) {
        [Some(seed), None, None, None] => one(seed),
        [None, Some(count), None, None] => many(first, count),
        [None, None, Some(seed), None] => one_of_servers(seed),
        [None, None, None, Some(count)] => {
            many_of_servers(first, count, worlds.unwrap_or(cores() * WORLDS_PER_CORE))
        }
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
    let campaign = campaign(first..first.saturating_add(count));
    for (seed, reason) in &campaign.failures {
        println!("seed {seed} fails (`cargo xtask faults --seed {seed}`): {reason}\n");
    }
    println!("{campaign}");
    if campaign.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one_of_servers(seed: u64) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let plan = real::RealPlan::of(seed);
        println!("{plan:#?}");
        match real::play(&hurtable(), &plan).await {
            Ok(played) => {
                println!("{:#?}\nmet: {:?}", played.history, played.hits);
                let violations = judge(&played.history);
                violations.iter().for_each(|violation| println!("seed {seed} fails: {violation}"));
                if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
            }
            Err(error) => {
                println!("seed {seed} cannot be played to its end: {error:#}");
                ExitCode::FAILURE
            }
        }
    })
}

fn many_of_servers(first: u64, count: u64, worlds: usize) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let seeds = first..first.saturating_add(count);
    let campaign = runtime.block_on(real::real_campaign(&hurtable(), seeds, worlds));
    for (seed, reason) in &campaign.failures {
        println!("seed {seed} fails (`cargo xtask faults --server {seed}`): {reason}\n");
    }
    println!("{campaign}");
    if campaign.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// It is built beside this program.
fn hurtable() -> PathBuf {
    std::env::current_exe().expect("this program has a place").with_file_name("calibr-hurtable")
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}
