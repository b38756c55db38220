//! `calibr up` as a child on a folder of its own, and commands typed beside it.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::shop::Shop;

/// A first start makes a database cluster; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// One machine: the data folder of the server, and the configuration and files of whoever types.
pub struct Machine {
    folder: TempDir,
}

/// A running `calibr up`. Dropped, it is killed, and its Postgres with it.
pub struct Up {
    child: Child,
    pub host: String,
    pub password: String,
    pub shop: Shop,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Machine {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and answers with its path as text.
    pub fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("a file");
        shown(&self.path(name))
    }

    /// Starts everything and waits for the welcome.
    pub async fn up(&self) -> Up {
        // Only the first test of the process installs it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let mut child = self.command(&self.up_arguments()).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let welcome = async {
            let mut welcome = String::new();
            while let Some(line) = lines.next_line().await.expect("text") {
                welcome += &format!("{line}\n");
                if line.contains("Ctrl-C stops everything") {
                    break;
                }
            }
            welcome
        };
        let welcome = tokio::time::timeout(PATIENCE, welcome).await.expect("a welcome in time");
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let after = |words: &str| {
            let line = welcome.lines().find_map(|line| line.split_once(words));
            line.unwrap_or_else(|| panic!("no {words:?} in:\n{welcome}")).1.trim().to_owned()
        };
        let shop = Shop::at(after("The simulated shop:").trim_end_matches("/__sim/state"));
        Up { child, host: after("Calibr is ready:"), password: after("Sign in with the password"), shop }
    }

    /// Starts everything where that must fail.
    pub async fn up_refused(&self) -> Ran {
        tokio::time::timeout(PATIENCE, ran(self.command(&self.up_arguments()))).await.expect("an end in time")
    }

    fn up_arguments(&self) -> [String; 5] {
        ["up", "--port", "0", "--data", &shown(&self.path("data"))].map(str::to_owned)
    }

    fn command(&self, args: &[String]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_calibr"));
        for name in ["DATABASE_URL", "CALIBR_MASTER_KEY", "CALIBR_TOKEN", "CALIBR_HOST", "CALIBR_PROFILE"] {
            command.env_remove(name);
        }
        command
            .args(args)
            .env("CALIBR_CONFIG_DIR", self.path("config"))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Types a command as somebody who has signed in.
    pub async fn calibr(&self, up: &Up, who: &str, args: &[&str]) -> Ran {
        let mut all = vec!["--host".to_owned(), up.host.clone(), "--as".to_owned(), who.to_owned()];
        all.extend(args.iter().map(|arg| (*arg).to_owned()));
        ran(self.command(&all)).await
    }

    /// The same where it must end well; answers with stdout.
    pub async fn done(&self, up: &Up, who: &str, args: &[&str]) -> String {
        let ran = self.calibr(up, who, args).await;
        assert_eq!(ran.code, Some(0), "{args:?}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    }

    /// The same with `--json`; answers with the document.
    pub async fn json(&self, up: &Up, who: &str, args: &[&str]) -> Value {
        let text = self.done(up, who, &[args, &["--json"]].concat()).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error} in {text}"))
    }

    /// Signs two people in, under the names `editor` and `approver`.
    pub async fn sign_in(&self, up: &Up) {
        let password = self.file("password", &format!("{}\n", up.password));
        for who in ["editor", "approver"] {
            let email = format!("{who}@demo.test");
            self.done(up, who, &["login", "--email", &email, "--password-file", &password]).await;
        }
    }
}

impl Up {
    /// Ctrl-C's sibling: everything stops, in order and in time.
    pub async fn stop(mut self) {
        self.signal(Signal::TERM);
        let ended = tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await;
        let status: Option<ExitStatus> = ended.ok().and_then(Result::ok);
        assert!(status.is_some_and(|status| status.success()), "{status:?}");
    }

    /// `kill -9`.
    pub async fn kill(mut self) {
        self.child.start_kill().expect("it lives");
        self.child.wait().await.expect("its end");
    }

    fn signal(&self, signal: Signal) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("it lives"), signal).expect("a signal");
    }
}

async fn ran(mut command: Command) -> Ran {
    let mut child = command.spawn().expect("the binary starts");
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let mut out = child.stdout.take().expect("a pipe");
    let mut err = child.stderr.take().expect("a pipe");
    let reading =
        futures_util::future::try_join(out.read_to_string(&mut stdout), err.read_to_string(&mut stderr));
    reading.await.expect("text");
    let code = child.wait().await.expect("its end").code();
    Ran { code, stdout, stderr }
}

fn shown(path: &Path) -> String {
    path.to_str().expect("a path of text").to_owned()
}
