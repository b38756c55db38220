//! A server with its demo in a data folder of its own: started, killed, started again on the same port, stopped.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{binary, shell};

/// So long may the first start take: a cluster, migrations, a shop's catalogue.
const READY_WITHIN: Duration = Duration::from_secs(180);

/// What the server says when it is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// Where the console is.
    pub url: String,
    /// Everybody's password.
    pub password: String,
    /// An address of the simulated shop. It is another one after every start.
    pub shop: String,
}

/// The server and the folder of its data.
pub struct Demo {
    program: PathBuf,
    folder: PathBuf,
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Demo {
    /// Starts `program` on any free port with a folder that nobody used.
    ///
    /// # Errors
    /// There is no room for a folder, or the program cannot be started.
    pub fn start(program: PathBuf) -> Result<Self> {
        let folder = fresh_folder()?;
        let (child, lines) = spawn(&program, &folder, "0")?;
        Ok(Self { program, folder, child, lines, said: Vec::new() })
    }

    /// Waits until it has said what people need.
    ///
    /// # Errors
    /// It did not become ready.
    pub fn welcome(&mut self) -> Result<Welcome> {
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

    /// Ends it as a power cut would.
    ///
    /// # Errors
    /// It had ended before.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the server ended by itself ({status})");
        }
        self.child.kill()?;
        self.child.wait()?;
        self.said.extend(self.lines.iter());
        self.said.push("(killed)".to_owned());
        Ok(())
    }

    /// Starts it again after [`Demo::kill`], where people have it open.
    ///
    /// # Errors
    /// It cannot be started, or did not become ready.
    pub fn start_again(&mut self, at: &Welcome) -> Result<Welcome> {
        let port = at.url.rsplit(':').next().map(|port| port.trim_end_matches('/')).unwrap_or_default();
        (self.child, self.lines) = spawn(&self.program, &self.folder, port)?;
        self.welcome()
    }

    /// As Ctrl-C does it. A server that is gone already has failed.
    ///
    /// # Errors
    /// It ended by itself, or not cleanly.
    pub fn stop(&mut self) -> Result<()> {
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

    /// Removes its data.
    ///
    /// # Errors
    /// Something in the folder cannot be removed.
    pub fn remove(self) -> Result<()> {
        std::fs::remove_dir_all(&self.folder)
            .with_context(|| format!("cannot remove {}", self.folder.display()))
    }

    /// Everything it said, and where its data is.
    pub fn said(&mut self) -> String {
        self.said.extend(self.lines.iter());
        format!("The server said (its data is kept in {}):\n{}", self.folder.display(), self.said.join("\n"))
    }
}

fn spawn(program: &Path, folder: &Path, port: &str) -> Result<(Child, Receiver<String>)> {
    let mut command = binary::command(program.to_owned());
    shell::without_settings(&mut command);
    binary::settle_home(&mut command).args(["up", "--port", port, "--data"]).arg(folder);
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let output = child.stderr.take().context("the server has an output")?;
    Ok((child, follow(output)))
}

/// Open to others, because as root the private Postgres runs under another account that must get in.
fn fresh_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("calibr-journey-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
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
    use std::process::Command;

    use super::*;

    /// A stand-in that speaks like the server and stops like it.
    fn stand_in(script: &str) -> Demo {
        let mut command = Command::new("sh");
        let mut child = command
            .args(["-c", script])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a shell");
        let output = child.stderr.take().expect("an output");
        let (program, folder) = (PathBuf::from("sh"), PathBuf::from("nowhere"));
        Demo { program, folder, child, lines: follow(output), said: Vec::new() }
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
        assert!(server.kill().expect_err("it is gone").to_string().contains("ended by itself"));
        assert!(server.said().ends_with("error: port taken"));
    }
}
