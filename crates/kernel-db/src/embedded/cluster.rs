//! The cluster on disk: made once, and freed from a server that outlived its Calibr.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::binaries::Binaries;
use super::folder::Folder;
use super::{EmbeddedError, OWNER};

/// How long a server may take to roll back, write its checkpoint and leave.
pub(super) const STOP_LIMIT: Duration = Duration::from_secs(30);

/// How often processes and files are looked at while waiting.
pub(super) const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Makes the cluster if there is none. A killed attempt leaves only a folder that the next one removes.
pub(super) fn initialise(
    folder: &Folder,
    binaries: &Binaries,
    throw_away: bool,
) -> Result<(), EmbeddedError> {
    if folder.cluster.exists() {
        return Ok(());
    }
    let half = folder.root.join("cluster-being-made");
    if half.exists() {
        fs::remove_dir_all(&half).map_err(EmbeddedError::io(format!("cannot remove {}", half.display())))?;
    }
    // With byte order for text and Unicode's letters; older versions take the letters from the system, if it can.
    let locales: &[&[&str]] = if binaries.major >= 17 {
        &[&["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]]
    } else {
        &[&["--locale=C", "--lc-ctype=C.UTF-8"], &["--locale=C"]]
    };
    let mut refusal = String::new();
    for locale in locales {
        let mut initdb = binaries.command("initdb", folder.account);
        initdb.arg("-D").arg(&half).args(["-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-instructions"]);
        initdb.arg(if throw_away { "--no-sync" } else { "--data-checksums" }).args(*locale);
        let done =
            initdb.stdin(Stdio::null()).output().map_err(EmbeddedError::io("cannot run Postgres' initdb"))?;
        if done.status.success() {
            return fs::rename(&half, &folder.cluster)
                .map_err(EmbeddedError::io(format!("cannot make {}", folder.cluster.display())));
        }
        refusal = String::from_utf8_lossy(&done.stderr).into_owned();
    }
    Err(EmbeddedError::Server { action: "make its cluster", log: half, tail: refusal })
}

/// Stops a server that still runs on the cluster although nobody holds our lock: its Calibr was killed. Also clears
/// away the pid file where its number now belongs to another program, or to a dead process that nobody waits for (as
/// in a container without an init): Postgres would take either for a running server.
pub(super) fn stop_orphan(folder: &Folder) -> Result<(), EmbeddedError> {
    let pid_file = folder.cluster.join("postmaster.pid");
    if let Some(pid) = read_pid(&pid_file).filter(|pid| exists(*pid)) {
        if is_running(pid) && works_in(pid, &folder.cluster) {
            tracing::info!(
                pid = pid.as_raw_nonzero().get(),
                "Stopping a Postgres left over from a killed calibr."
            );
            if !(stop(pid, Signal::INT) || stop(pid, Signal::QUIT)) {
                let (log, tail) = (folder.log.clone(), folder.log_tail());
                return Err(EmbeddedError::Server { action: "stop", log, tail });
            }
        }
        wait_for_backends(folder);
        remove_if_there(&pid_file)?;
    }
    // It holds the same number, and nobody listens.
    remove_if_there(&folder.socket.join(".s.PGSQL.5432.lock"))
}

/// Without its pid file Postgres cannot tell whether processes of a killed server still write, so they go first.
fn wait_for_backends(folder: &Folder) {
    let deadline = Instant::now() + STOP_LIMIT;
    while Instant::now() < deadline
        && processes().any(|other| is_running(other) && works_in(other, &folder.cluster))
    {
        std::thread::sleep(LOOK_AGAIN);
    }
}

fn remove_if_there(file: &Path) -> Result<(), EmbeddedError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(EmbeddedError::io(format!("cannot remove {}", file.display()))(error))
        }
        _ => Ok(()),
    }
}

/// Signals the server and waits until it is gone; `false` if it is not in time.
fn stop(pid: Pid, signal: Signal) -> bool {
    // It may be gone already, which is what is wanted.
    if kill_process(pid, signal).is_err() {
        return !is_running(pid);
    }
    let deadline = Instant::now() + STOP_LIMIT;
    while is_running(pid) {
        if Instant::now() > deadline {
            return false;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    true
}

fn read_pid(pid_file: &Path) -> Option<Pid> {
    let text = fs::read_to_string(pid_file).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

/// All processes, where the system shows them as files.
fn processes() -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
}

/// A process of another user counts too.
fn exists(pid: Pid) -> bool {
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

/// One that is dead but not yet waited for does not count.
fn is_running(pid: Pid) -> bool {
    exists(pid) && !is_zombie(pid)
}

fn is_zombie(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    // The state follows the name, which stands in parentheses and may hold anything.
    stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
}

/// Postgres makes its data directory its working directory.
fn works_in(pid: Pid, cluster: &Path) -> bool {
    let number = pid.as_raw_nonzero();
    if Path::new("/proc/self/cwd").exists() {
        let cwd: PathBuf = fs::read_link(format!("/proc/{number}/cwd")).unwrap_or_default();
        return cwd == cluster;
    }
    let asked = std::process::Command::new("ps").args(["-o", "args=", "-p", &number.to_string()]).output();
    asked.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains(&*cluster.to_string_lossy()))
}
