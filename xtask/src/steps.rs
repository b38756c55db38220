//! Steps that a person watches: each with its time, and a table at the end.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed(String),
    /// Not run, with the reason.
    LeftOut(String),
}

/// Steps that go on after a failure, so that one run tells everything that is wrong.
#[derive(Debug, Default)]
pub struct Steps {
    ended: Vec<(&'static str, Duration, Outcome)>,
}

impl Steps {
    /// Runs `work` under a heading and gives what it made, or `None` if it failed.
    pub fn run<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        eprintln!("\n── {name} ──");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        match result {
            Ok(made) => {
                eprintln!("✓ {name} ({})", seconds(took));
                self.ended.push((name, took, Outcome::Passed));
                Some(made)
            }
            Err(error) => {
                eprintln!("✗ {name}: {error:#}");
                self.ended.push((name, took, Outcome::Failed(format!("{error:#}"))));
                None
            }
        }
    }

    /// Notes that a step was not run, which the table shows.
    pub fn leave_out(&mut self, name: &'static str, why: &str) {
        eprintln!("\n── {name} ──\n- left out: {why}");
        self.ended.push((name, Duration::ZERO, Outcome::LeftOut(why.to_owned())));
    }

    /// Prints the table.
    ///
    /// # Errors
    /// A step failed.
    pub fn close(self) -> Result<()> {
        eprintln!("\n{}", self.table());
        let failed =
            self.ended.iter().filter(|(_, _, outcome)| matches!(outcome, Outcome::Failed(_))).count();
        match failed {
            0 => Ok(()),
            1 => bail!("1 step of {} failed", self.ended.len()),
            many => bail!("{many} steps of {} failed", self.ended.len()),
        }
    }

    fn table(&self) -> String {
        let width = self.ended.iter().map(|(name, _, _)| name.chars().count()).max().unwrap_or(0);
        let row = |(name, took, outcome): &(&str, Duration, Outcome)| {
            let (mark, note) = match outcome {
                Outcome::Passed => ("✓", String::new()),
                Outcome::Failed(why) => ("✗", format!("  {}", why.lines().next().unwrap_or_default())),
                Outcome::LeftOut(why) => ("-", format!("  left out: {why}")),
            };
            format!("{mark} {name:<width$} {:>9}{note}\n", seconds(*took))
        };
        let total = self.ended.iter().map(|(_, took, _)| *took).sum();
        let rows: String = self.ended.iter().map(row).collect();
        format!("{rows}  {:<width$} {:>9}", "all", seconds(total))
    }
}

/// One step of `up`: what is being done, then that it is done and how long it took. The first failure ends all.
///
/// # Errors
/// Those of `work`.
pub fn shown<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("  … {what}");
    let start = Instant::now();
    let made = work()?;
    eprintln!("  ✓ {what} ({})", seconds(start.elapsed()));
    Ok(made)
}

fn seconds(took: Duration) -> String {
    let tenths = took.as_millis() / 100;
    let (minutes, rest) = (tenths / 600, tenths % 600);
    match minutes {
        0 => format!("{}.{} s", rest / 10, rest % 10),
        _ => format!("{minutes} min {:02} s", rest / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_steps_run_after_a_failure_which_the_end_reports() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("first", || Ok(1)), Some(1));
        assert_eq!(steps.run("second", || bail::<()>("broken\nin detail")), None);
        assert_eq!(steps.run("third", || Ok(3)), Some(3));
        steps.leave_out("fourth", "asked for");
        let table = steps.table();
        assert!(
            table.contains("✓ first ") && table.contains("✗ second") && table.contains("  broken\n"),
            "{table}"
        );
        assert!(
            table.contains("✓ third") && table.contains("- fourth") && table.contains("left out: asked for")
        );
        assert_eq!(steps.close().expect_err("one failed").to_string(), "1 step of 4 failed");
    }

    #[test]
    fn all_passed_is_no_failure() {
        let mut steps = Steps::default();
        steps.run("only", || Ok(()));
        assert!(steps.close().is_ok());
    }

    #[test]
    fn times_are_short_to_read() {
        assert_eq!(seconds(Duration::from_millis(950)), "0.9 s");
        assert_eq!(seconds(Duration::from_millis(59_999)), "59.9 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }

    fn bail<T>(text: &str) -> Result<T> {
        Err(anyhow::anyhow!(text.to_owned()))
    }
}
