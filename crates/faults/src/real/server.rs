//! A server in a process of its own: started, stopped, woken and killed by signals.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::PATIENCE;

/// So long after its death the work of a server is taken over.
const LEASE_SECONDS: &str = "3";
/// Lines of a log that are told of a failure.
const TOLD_LINES: usize = 40;

/// What a server is started with.
pub(super) struct Start<'a> {
    pub binary: &'a Path,
    /// Its data and its log.
    pub folder: &'a Path,
    pub number: usize,
    pub database: String,
    pub failpoints: &'a str,
}

/// A running server. Dropped, it is killed, even if it sleeps.
pub struct Server {
    child: Child,
    pid: u32,
    log: PathBuf,
}

impl Server {
    pub(super) fn spawn(start: &Start<'_>) -> anyhow::Result<Self> {
        let log = start.folder.join(format!("server-{}.log", start.number));
        let child = Command::new(start.binary)
            .arg(LEASE_SECONDS)
            .arg(start.folder)
            .env("DATABASE_URL", &start.database)
            .env("CALIBR_FAILPOINTS", start.failpoints)
            .env("CALIBR_FAILPOINTS_NOTES", start.folder)
            .env("CALIBR_WEBHOOKS_INSIDE", "1")
            .env_remove("CALIBR_MASTER_KEY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", start.binary.display()))?;
        let pid = child.id().context("it lives")?;
        Ok(Self { child, pid, log })
    }

    /// Where it answers, once it does.
    pub(super) fn address(&self) -> anyhow::Result<Option<String>> {
        let log = fs::read_to_string(&self.log)?;
        // A line that is not yet written to its end is none.
        let whole = log.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let line = whole.lines().find(|line| line.contains("Calibr answers on "));
        Ok(line.and_then(|line| line.rsplit(' ').next()).map(str::to_owned))
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Its process, also after its end.
    pub(super) const fn pid(&self) -> u32 {
        self.pid
    }

    /// Wakes it from a stop.
    pub(super) fn wake(&self) -> anyhow::Result<()> {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(kill_process(pid.context("it lives")?, Signal::CONT)?)
    }

    /// The end of what it said.
    pub(super) fn said(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(TOLD_LINES)..].join("\n")
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// It was gone already.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }

    /// Waits until it is gone by itself.
    ///
    /// # Errors
    /// Its end cannot be seen.
    pub async fn is_gone(&mut self) -> anyhow::Result<()> {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.context("it lives on")??;
        Ok(())
    }
}
