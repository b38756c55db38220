//! The throw-away Postgres of a test run: one given by `CALIBR_TEST_PG`, or one per test process.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kernel_db::{Config, EmbeddedConfig, EmbeddedPostgres, IntoConfig};
use tokio::sync::OnceCell;

/// Bytes that all tests together never fill: a hundred databases at once, and the log.
const ROOM_MIN: u64 = 8 << 30;

/// How to connect to the test server as its owner; the database in it is `postgres`.
///
/// # Panics
/// No Postgres can be found or started; the text says where it was looked for.
pub async fn server() -> Config {
    static SERVER: OnceCell<Config> = OnceCell::const_new();
    SERVER.get_or_init(start).await.clone()
}

async fn start() -> Config {
    if let Ok(given) = std::env::var("CALIBR_TEST_PG") {
        return given.as_str().into_config().expect("CALIBR_TEST_PG is a connection string");
    }
    let folder = tempfile::Builder::new().prefix("calibr-test-").tempdir_in(scratch());
    let folder = folder.expect("a temporary folder");
    let data_dir = folder.keep();
    let cluster = EmbeddedPostgres::start(EmbeddedConfig { data_dir: data_dir.clone(), throw_away: true })
        .await
        .unwrap_or_else(|error| panic!("tests need Postgres: {error}"));
    clean_up_after_us(cluster.pid(), &data_dir, cluster.folder());
    let mut config = cluster.config();
    config.dbname("postgres");
    // The server lives as long as this process, which has no later moment to stop it.
    std::mem::forget(cluster);
    config
}

/// Where its files go: into memory where there is room, since each test's database is a thousand files for a second. `TMPDIR`
/// says otherwise.
fn scratch() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).map_or(0, |of| of.f_bavail * of.f_frsize);
    match std::env::var_os("TMPDIR") {
        None if room >= ROOM_MIN => memory.to_owned(),
        _ => std::env::temp_dir(),
    }
}

/// Leaves a small process behind that waits for our end (its input closes), stops the server where the kernel does
/// not, and removes the folders.
fn clean_up_after_us(pid: u32, data_dir: &Path, folder: &Path) {
    let script = "cat >/dev/null; kill -QUIT \"$0\" 2>/dev/null; tries=0
                  while [ -e \"$1\" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done; rm -rf \"$@\"";
    let pid_file = folder.join("cluster/postmaster.pid");
    let folders: [PathBuf; 3] = [pid_file, data_dir.to_owned(), folder.to_owned()];
    let mut cleaner = Command::new("sh");
    cleaner.args(["-c", script, &pid.to_string()]).args(folders);
    cleaner.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    std::os::unix::process::CommandExt::process_group(&mut cleaner, 0);
    // Forgotten on purpose: its input must stay open until the very end.
    std::mem::forget(cleaner.spawn().expect("a shell"));
}
