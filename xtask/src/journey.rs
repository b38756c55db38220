//! The real binary with its demo, in a data folder of its own: driven by the browser journey, or measured.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{binary, console, shell};

/// So long may the first start take: a cluster, migrations, a shop's catalogue.
const READY_WITHIN: Duration = Duration::from_secs(180);

/// Starts `program` with a fresh demo, drives it with the browser at `chromium`, and stops it.
///
/// # Errors
/// The server did not start, a step of the journey failed, or the server did not stop cleanly.
pub fn run(program: PathBuf, chromium: &Path) -> Result<()> {
    let mut walk = shell::npm(&console::e2e());
    walk.args(["run", "--silent", "test"]).env("CALIBR_CHROMIUM", chromium);
    beside(program, walk)
}

/// Starts `program` with a fresh demo, runs `visitor` with where it is and how to sign in, and stops it.
///
/// # Errors
/// The server did not start, the visitor failed, or the server did not stop cleanly.
pub fn beside(program: PathBuf, mut visitor: Command) -> Result<()> {
    let folder = fresh_folder()?;
    let mut server = Server::start(program, &folder)?;
    let walked = server.welcome().and_then(|Welcome { url, password, shop }| {
        visitor.env("CALIBR_URL", url).env("CALIBR_PASSWORD", password).env("CALIBR_SHOP", shop);
        shell::run(&mut visitor)
    });
    let stopped = server.stop();
    if walked.is_err() || stopped.is_err() {
        eprintln!("The server said (its data is kept in {}):\n{}", folder.display(), server.said());
    } else {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    walked.and(stopped)
}

/// Looks at every state of the built gallery with the browser at `chromium`. It takes no server.
///
/// # Errors
/// A state is not as it should be.
pub fn gallery(chromium: &Path) -> Result<()> {
    let mut look = shell::npm(&console::e2e());
    look.args(["run", "--silent", "gallery"]);
    shell::run(look.env("CALIBR_CHROMIUM", chromium))
}

/// Open to others, because as root the private Postgres runs under another account that must get in.
fn fresh_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("calibr-journey-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// What the server says when it is ready.
#[derive(Debug, PartialEq, Eq)]
struct Welcome {
    url: String,
    password: String,
    /// An address of the simulated shop.
    shop: String,
}

struct Server {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Server {
    fn start(program: PathBuf, folder: &Path) -> Result<Self> {
        let mut command = binary::command(program);
        shell::without_settings(&mut command);
        binary::settle_home(&mut command).args(["up", "--port", "0", "--data"]).arg(folder);
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let output = child.stderr.take().context("the server has an output")?;
        Ok(Self { child, lines: follow(output), said: Vec::new() })
    }

    /// Waits until it has said what people need.
    fn welcome(&mut self) -> Result<Welcome> {
        let until = Instant::now() + READY_WITHIN;
        let (mut url, mut password, mut shop) = (None, None, None);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                bail!("the server did not say that it is ready");
            };
            url = url.or_else(|| after(&line, "Calibr is ready:"));
            password = password.or_else(|| after(&line, "Sign in with the password"));
            shop = shop.or_else(|| after(&line, "The simulated shop:"));
            self.said.push(line);
            if let (Some(url), Some(password), Some(shop)) = (&url, &password, &shop) {
                return Ok(Welcome { url: url.clone(), password: password.clone(), shop: shop.clone() });
            }
        }
    }

    /// As Ctrl-C does it. A server that is gone already has failed.
    fn stop(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the server ended by itself ({status})");
        }
        shell::terminate(self.child.id())?;
        let status = self.child.wait()?;
        if !status.success() {
            bail!("the server did not stop cleanly ({status})");
        }
        Ok(())
    }

    fn said(&mut self) -> String {
        self.said.extend(self.lines.iter());
        self.said.join("\n")
    }
}

/// Reads on until the end, so that the server never waits for a reader.
fn follow(output: ChildStderr) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn after(line: &str, words: &str) -> Option<String> {
    let rest = line.trim().strip_prefix(words)?.trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stand-in that speaks like the server and stops like it.
    fn stand_in(script: &str) -> Server {
        let mut command = Command::new("sh");
        let mut child = command
            .args(["-c", script])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let output = child.stderr.take().expect("an output");
        Server { child, lines: follow(output), said: Vec::new() }
    }

    #[test]
    fn address_and_password_are_read_and_the_server_is_stopped() {
        let script =
            "trap 'echo Stopping >&2; exit 0' TERM; echo '  Calibr is ready:  http://127.0.0.1:1' >&2
                      echo '  Sign in with the password  abc' >&2
                      echo '  The simulated shop:  http://127.0.0.1:2/' >&2; while :; do read line </dev/null; done";
        let mut server = stand_in(script);
        let expected = Welcome {
            url: "http://127.0.0.1:1".to_owned(),
            password: "abc".to_owned(),
            shop: "http://127.0.0.1:2/".to_owned(),
        };
        assert_eq!(server.welcome().expect("it is ready"), expected);
        server.stop().expect("it stops");
        assert!(server.said().ends_with("Stopping"));
    }

    #[test]
    fn a_server_that_ends_early_is_a_failure_with_its_words() {
        let mut server = stand_in("echo 'error: port taken' >&2; exit 1");
        assert!(server.welcome().is_err());
        server.child.wait().expect("it has ended");
        assert!(server.stop().expect_err("it is gone").to_string().contains("ended by itself"));
        assert_eq!(server.said(), "error: port taken");
    }
}
