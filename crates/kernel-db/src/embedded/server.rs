//! The server process: started by a thread that lives as long as it does, stopped by a signal.

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::EmbeddedError;
use super::binaries::Binaries;
use super::cluster::{LOOK_AGAIN, STOP_LIMIT};
use super::folder::Folder;

/// Recovery after a crash reads the log written since the last checkpoint, which can take minutes.
const START_LIMIT: Duration = Duration::from_secs(300);

/// Backends of a killed server notice within moments; until then they hold its shared memory.
const SHARED_MEMORY_LIMIT: Duration = Duration::from_secs(15);

/// A longer log is set aside at the next start.
const LOG_BYTES_MAX: u64 = 10_000_000;

const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "port=5432",
    "timezone=UTC",
    "log_timezone=UTC",
    "max_connections=200",
];

const THROW_AWAY: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
];

/// A running server.
#[derive(Debug)]
pub(super) struct Server {
    pid: Pid,
    /// Receives once, when the process has ended.
    ended: std::sync::Mutex<Receiver<()>>,
    folder: Folder,
    throw_away: bool,
}

impl Server {
    /// Starts the server and waits until it takes connections.
    pub(super) fn start(
        folder: &Folder,
        binaries: &Binaries,
        throw_away: bool,
    ) -> Result<Self, EmbeddedError> {
        let started = Instant::now();
        loop {
            let server = Self::spawn(folder, binaries, throw_away)?;
            if server.wait_ready()? {
                return Ok(server);
            }
            let tail = folder.log_tail();
            if !tail.contains("is still in use") || started.elapsed() > SHARED_MEMORY_LIMIT {
                return Err(EmbeddedError::Server { action: "start", log: folder.log.clone(), tail });
            }
            std::thread::sleep(LOOK_AGAIN * 20);
        }
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Stops it: committed work is kept, open transactions are rolled back.
    pub(super) fn stop(&mut self) -> Result<(), EmbeddedError> {
        self.stop_with([Signal::INT, Signal::QUIT])
    }

    fn stop_with(&mut self, signals: [Signal; 2]) -> Result<(), EmbeddedError> {
        let ended = self.ended.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Once it has ended its number may belong to another program.
        if ended.try_recv() == Err(TryRecvError::Disconnected) {
            return Ok(());
        }
        for signal in signals {
            // A signal to a process that has ended meanwhile does nothing; its end is what is waited for.
            if let Err(error) = kill_process(self.pid, signal) {
                tracing::debug!(%error, "Postgres has ended before it was told to.");
            }
            match ended.recv_timeout(STOP_LIMIT) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        Err(EmbeddedError::Server {
            action: "stop",
            log: self.folder.log.clone(),
            tail: self.folder.log_tail(),
        })
    }

    fn spawn(folder: &Folder, binaries: &Binaries, throw_away: bool) -> Result<Self, EmbeddedError> {
        let mut command = command(folder, binaries, throw_away)?;
        die_with_parent(&mut command, last_signal(throw_away));
        let (tell_started, started) = channel();
        let (tell_ended, ended) = channel();
        // The kernel ties the child to the thread that made it, not to the process: this one stays until the end.
        std::thread::Builder::new()
            .name("calibr-postgres".to_owned())
            .spawn(move || {
                let spawned = command.spawn();
                let child =
                    spawned.as_ref().map(Child::id).map_err(|error| std::io::Error::from(error.kind()));
                let told = tell_started.send(child).is_ok();
                if let (true, Ok(mut child)) = (told, spawned) {
                    match child.wait() {
                        Ok(status) => tracing::info!(%status, "Postgres has ended."),
                        Err(error) => tracing::error!(%error, "Postgres cannot be waited for."),
                    }
                }
                drop(tell_ended);
            })
            .map_err(EmbeddedError::io("cannot start a thread for Postgres"))?;
        let child = started.recv().unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into()));
        let number = child.map_err(EmbeddedError::io("cannot start Postgres"))?;
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
        Ok(Self {
            pid: pid.expect("a process that was started has a positive number"),
            ended: ended.into(),
            folder: folder.clone(),
            throw_away,
        })
    }

    /// `false` if it ended instead. Postgres writes `ready` as the eighth line of its pid file.
    fn wait_ready(&self) -> Result<bool, EmbeddedError> {
        let pid_file = self.folder.cluster.join("postmaster.pid");
        let own_number = self.pid().to_string();
        let deadline = Instant::now() + START_LIMIT;
        let ended = self.ended.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while Instant::now() < deadline {
            let text = fs::read_to_string(&pid_file).unwrap_or_default();
            let mut lines = text.lines().map(str::trim);
            if lines.next() == Some(&own_number) && lines.nth(6) == Some("ready") {
                return Ok(true);
            }
            if ended.recv_timeout(LOOK_AGAIN) == Err(RecvTimeoutError::Disconnected) {
                return Ok(false);
            }
        }
        Err(EmbeddedError::Server {
            action: "start in time",
            log: self.folder.log.clone(),
            tail: self.folder.log_tail(),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let signal = last_signal(self.throw_away);
        if let Err(error) = self.stop_with([signal, Signal::QUIT]) {
            tracing::error!(%error, "The private Postgres could not be stopped.");
        }
        let short = !self.folder.socket.starts_with(&self.folder.root);
        if short && let Err(error) = fs::remove_dir(&self.folder.socket) {
            tracing::debug!(%error, "The folder of Postgres' socket stays behind.");
        }
    }
}

/// What the server is sent when nobody has time: a throw-away one need not write anything.
fn last_signal(throw_away: bool) -> Signal {
    if throw_away { Signal::QUIT } else { Signal::INT }
}

fn command(folder: &Folder, binaries: &Binaries, throw_away: bool) -> Result<Command, EmbeddedError> {
    let log = open_log(folder)?;
    let log_too = log.try_clone().map_err(EmbeddedError::io("cannot write Postgres' log"))?;
    let mut command = binaries.command("postgres", folder.account);
    command.arg("-D").arg(&folder.cluster).arg("-k").arg(&folder.socket);
    let more: &[&str] = if throw_away { &THROW_AWAY } else { &[] };
    for setting in SETTINGS.iter().chain(more) {
        command.args(["-c", setting]);
    }
    // A group of its own, so that Ctrl-C in a terminal reaches calibr first, which then stops Postgres in order.
    command.stdin(Stdio::null()).stdout(log).stderr(log_too).process_group(0);
    Ok(command)
}

fn open_log(folder: &Folder) -> Result<File, EmbeddedError> {
    let cannot = || EmbeddedError::io(format!("cannot write {}", folder.log.display()));
    if fs::metadata(&folder.log).is_ok_and(|log| log.len() > LOG_BYTES_MAX) {
        fs::rename(&folder.log, folder.log.with_extension("log.before")).map_err(cannot())?;
    }
    OpenOptions::new().append(true).create(true).open(&folder.log).map_err(cannot())
}

/// Lets the kernel send `signal` to the server when the thread that made it is gone. Elsewhere than on Linux a server
/// that outlives its Calibr is stopped by the next start.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn die_with_parent(command: &mut Command, signal: Signal) {
    let parent = rustix::process::getpid();
    let ask_kernel = move || {
        rustix::process::set_parent_process_death_signal(Some(signal))?;
        if rustix::process::getppid() == Some(parent) {
            return Ok(());
        }
        Err(std::io::ErrorKind::BrokenPipe.into())
    };
    // SAFETY: between fork and exec only two system calls are made; nothing is allocated and no lock is taken.
    unsafe {
        command.pre_exec(ask_kernel);
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_command: &mut Command, _signal: Signal) {}
