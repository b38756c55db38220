//! Following a run until it is settled: by its event stream, and by asking when the stream breaks.

use std::time::Duration;

use super::app::App;
use super::client::Client;
use super::exit::{CliError, Exit, Result};
use super::format;
use super::messages::{Progress, Start, Version};
use super::sse;
use crate::runs::dto::{Run, TargetCounts};

/// How often the server may be away in a row before watching is given up; about half a minute.
const ABSENCES_MAX: u32 = 12;

/// How long an event stream may be silent before it is opened anew.
const SILENCE_MAX: Duration = Duration::from_secs(45);

/// How watching ended.
#[derive(Debug)]
pub enum Watched {
    /// Every target is settled, or the run was paused.
    Settled(Box<Run>),
    /// Ctrl-C: the run goes on.
    Interrupted,
}

/// Follows a run. With `--json` each change is a message on stdout, else a bar on stderr.
///
/// # Errors
/// There is no such run, or the server stays away.
pub async fn watch(app: &App, client: &Client, run: Run) -> Result<Watched> {
    let bar = app.ui.targets_bar(run.total);
    if app.ui.json() {
        app.ui.message(&Version::of_this_build());
        app.ui.message(&Start::of(&run));
    }
    let mut last = None;
    let mut show = |run: &Run| {
        if last.as_ref() == Some(&run.counts) {
            return;
        }
        last = Some(run.counts.clone());
        bar.set_message(bar_words(&run.counts));
        bar.set_position(settled(&run.counts));
        if app.ui.json() {
            app.ui.message(&Progress::of(run));
        }
    };
    show(&run);
    // In this order, so that Ctrl-C is heeded before the first word is shown.
    let followed = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => Ok(Watched::Interrupted),
        followed = follow(app, client, run, &mut show) => followed.map(|run| Watched::Settled(Box::new(run))),
    };
    bar.finish_and_clear();
    followed
}

async fn follow(app: &App, client: &Client, mut run: Run, show: &mut impl FnMut(&Run)) -> Result<Run> {
    let path = format!("runs/{}", run.id);
    let mut absences = 0;
    // A paused run moves again only when somebody says so.
    while !run.settled && run.state != "paused" {
        // A stream that breaks or cannot be opened is no failure: what counts is what the server says when asked.
        stream(client, &path, show).await.ok();
        match client.fetch::<Run>(&path, &[]).await {
            Ok(now) => {
                absences = 0;
                show(&now);
                run = now;
            }
            Err(error) if error.exit == Exit::Failed && absences < ABSENCES_MAX => {
                if absences == 0 {
                    app.ui.warn(&format!(
                        "{} Trying again; the run does not depend on this command.",
                        error.message
                    ));
                }
                absences += 1;
            }
            Err(error) => return Err(error.next(format!("run watch {}", run.id))),
        }
        if !run.settled {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
    Ok(run)
}

async fn stream(client: &Client, path: &str, show: &mut impl FnMut(&Run)) -> Result<()> {
    let mut response = client.open(&format!("{path}/events"), &[]).await?;
    let mut parser = sse::Parser::default();
    let broken = |e: reqwest::Error| CliError::failed("answer.lost", e.to_string());
    // The server says something every 15 seconds; a longer silence is a dead connection.
    while let Ok(bytes) = tokio::time::timeout(SILENCE_MAX, response.chunk()).await {
        let Some(bytes) = bytes.map_err(broken)? else { break };
        for event in parser.push(&bytes) {
            match event.name.as_str() {
                "run" => {
                    if let Ok(run) = serde_json::from_str::<Run>(&event.data) {
                        show(&run);
                        if run.state == "paused" {
                            return Ok(());
                        }
                    }
                }
                "end" => return Ok(()),
                _ => {}
            }
        }
    }
    Ok(())
}

fn settled(counts: &TargetCounts) -> u64 {
    counts.applied + counts.failed + counts.conflict + counts.skipped + counts.rolled_back
}

fn bar_words(counts: &TargetCounts) -> String {
    let written = counts.applied + counts.rolled_back;
    let mut parts = vec![
        format!("{} written", format::count(written)),
        format!("{} sent", format::count(counts.applying)),
    ];
    parts.push(format!("{} failed", format::count(counts.failed)));
    if counts.conflict > 0 {
        parts.push(format!("{} changed meanwhile", format::count(counts.conflict)));
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_counts_what_is_settled_and_names_the_rest() {
        let counts =
            TargetCounts { applied: 1640, applying: 204, failed: 7, conflict: 2, ..TargetCounts::default() };
        assert_eq!(settled(&counts), 1649);
        assert_eq!(bar_words(&counts), "1,640 written  204 sent  7 failed  2 changed meanwhile");
    }
}
