//! The developer commands: set up and start, test, generate, check the house rules, measure.

mod bench;
mod binary;
mod codegen;
mod console;
mod demo;
mod faults;
mod journey;
mod postgres;
mod repo;
mod rust;
mod shell;
mod steps;
mod test;
mod tidy;
mod tools;
mod up;

use std::process::ExitCode;

const HELP: &str = "\
Calibr's developer commands

  cargo xtask up [ARGS…]        set up what is missing, build and start everything; ARGS go to `calibr up`
                                (--no-demo, --port N, --data DIR; the data is kept in .calibr of this repository);
                                --release builds with optimisation, which takes twice as long
  cargo xtask calibr ARGS…      the calibr command, built first if its sources changed
  cargo xtask test              all checks and tests; installs what they need;
                                --release walks the browser journey on the optimised binary, as before a release
  cargo xtask test --quick      format, house rules, clippy and unit tests only
  cargo xtask codegen           write schemas/*.json and console/src/api/schema.d.ts anew
  cargo xtask tidy              check the house rules that no compiler knows
  cargo xtask faults --seeds N  hurt the server at every boundary in N ways and judge what is left; --seed N repeats one;
                                --servers N does so with real servers that are killed and stopped; --server N repeats one
  cargo xtask bench NAME        measure; without a NAME, list what can be measured
";

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let command = if words.is_empty() { String::new() } else { words.remove(0) };
    // `cargo xtask up -- --no-demo` and `cargo xtask up --no-demo` mean the same.
    if words.first().is_some_and(|word| word == "--") {
        words.remove(0);
    }
    let result = match command.as_str() {
        "up" => up::up(&words),
        "calibr" => binary::run(&words),
        "test" => test::test(&words),
        "codegen" => refuse_words(&words).and_then(|()| codegen::write()),
        "tidy" => refuse_words(&words).and_then(|()| tidy::run()),
        "bench" => bench::run(&words),
        "faults" => faults::run(&words),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => {
            eprint!("{HELP}");
            if !unknown.is_empty() {
                eprintln!("\nerror: there is no command `{unknown}`");
            }
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn refuse_words(words: &[String]) -> anyhow::Result<()> {
    match words.first() {
        Some(word) => anyhow::bail!("`{word}` is not understood; this command takes nothing more"),
        None => Ok(()),
    }
}
