//! The private Postgres: starting, stopping, being killed, and every state it can be found in afterwards.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use kernel_db::{
    Config, Db, DbError, EmbeddedConfig, EmbeddedError, EmbeddedPostgres, MigrationError, migrate,
};
use kernel_test::connect;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

const HOLD: &str = "CALIBR_TEST_HOLD";

async fn start(folder: &Path) -> Result<EmbeddedPostgres, EmbeddedError> {
    EmbeddedPostgres::start(EmbeddedConfig { data_dir: folder.to_owned(), throw_away: true }).await
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Another process that holds a server on a folder, and the number of that server.
struct Holder {
    process: Child,
    server: Pid,
    _output: BufReader<ChildStdout>,
}

impl Holder {
    fn start(folder: &Path) -> Self {
        let this_test = "embedded::a_server_starts_works_and_stops";
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", this_test, "--nocapture"])
            .env(HOLD, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let mut lines = output.by_ref().lines();
        let number = lines.find_map(|line| line.expect("a line").strip_prefix("server ").map(str::to_owned));
        let number = number.expect("a started server").parse().expect("a number");
        Self { process, server: Pid::from_raw(number).expect("a process id"), _output: output }
    }

    /// `kill -9`; the process is gone afterwards, what becomes of its server is another matter.
    fn kill(&mut self) {
        self.process.kill().expect("a running process");
        self.process.wait().expect("its end");
    }

    fn wait_until_server_is_gone(&self) {
        while is_alive(self.server) {
            std::thread::yield_now();
        }
    }
}

/// A dead process that nobody has waited for yet does not count.
fn is_alive(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

async fn write_row(config: &Config) {
    let mut config = config.clone();
    config.dbname("postgres");
    let statements = "create table if not exists kept (at timestamptz); insert into kept values (now())";
    connect(&config).await.batch_execute(statements).await.expect("a row");
}

async fn rows(config: &Config) -> i64 {
    let mut config = config.clone();
    config.dbname("postgres");
    connect(&config).await.query_one("select count(*) from kept", &[]).await.expect("a row").get(0)
}

/// Doubles as the other process of the tests below: then it holds the server until its input closes.
#[tokio::test]
async fn a_server_starts_works_and_stops() {
    let held = std::env::var_os(HOLD).map(PathBuf::from);
    let own = held.is_none().then(folder);
    let data_dir = own.as_ref().map(|own| own.path().to_owned()).or(held.clone()).expect("one of the two");
    // What the other tests kill must be lasting, for them to count what is left.
    let lasting = EmbeddedConfig { data_dir, throw_away: false };
    let server = EmbeddedPostgres::start(lasting).await.expect("a server");
    write_row(&server.config()).await;
    let pid = Pid::from_raw(i32::try_from(server.pid()).expect("a number")).expect("a process id");
    println!("\nserver {}", server.pid());
    if held.is_some() {
        std::io::stdin().read_to_end(&mut Vec::new()).expect("the end of the input");
    }
    server.stop().await.expect("a clean stop");
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_lasting_server_keeps_its_rows_and_stops_without_need_of_recovery() {
    let folder = folder();
    let config = EmbeddedConfig { data_dir: folder.path().to_owned(), throw_away: false };
    for before in 0..2 {
        let server = EmbeddedPostgres::start(config.clone()).await.expect("a server");
        write_row(&server.config()).await;
        assert_eq!(rows(&server.config()).await, before + 1);
        server.stop().await.expect("a clean stop");
    }
    let log = std::fs::read_to_string(folder.path().join("postgres/server.log")).expect("a log");
    assert!(log.contains("database system is shut down") && !log.contains("recovery"), "{log}");
}

#[tokio::test]
async fn it_listens_on_no_network_and_in_a_closed_folder() {
    let folder = folder();
    let server = start(folder.path()).await.expect("a server");
    let mut config = server.config();
    config.dbname("postgres");
    let client = connect(&config).await;
    let row = client.query_one("select current_setting('listen_addresses')", &[]).await.expect("a row");
    assert_eq!(row.get::<_, String>(0), "");
    let socket = std::fs::metadata(server.folder().join("socket")).expect("a folder");
    assert_eq!(socket.permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn two_processes_on_one_folder_are_a_clear_error_that_names_the_first() {
    let folder = folder();
    let mut holder = Holder::start(folder.path());
    let error = start(folder.path()).await.expect_err("a folder in use");
    let text = error.to_string();
    assert!(
        matches!(error, EmbeddedError::InUse { .. }) && text.contains(&holder.process.id().to_string()),
        "{text}"
    );
    assert!(is_alive(holder.server), "the first one is not disturbed");
    drop(holder.process.stdin.take());
    assert!(holder.process.wait().expect("its end").success());
    start(folder.path()).await.expect("a free folder").stop().await.expect("a clean stop");
}

#[tokio::test]
async fn when_its_calibr_is_killed_the_server_goes_too_and_the_next_start_works() {
    let folder = folder();
    let mut holder = Holder::start(folder.path());
    holder.kill();
    holder.wait_until_server_is_gone();
    let server = start(folder.path()).await.expect("a healed folder");
    write_row(&server.config()).await;
    assert_eq!(rows(&server.config()).await, 2);
}

#[tokio::test]
async fn when_both_are_killed_the_stale_pid_file_heals() {
    let folder = folder();
    let mut holder = Holder::start(folder.path());
    kill_process(holder.server, Signal::KILL).expect("a running server");
    holder.kill();
    holder.wait_until_server_is_gone();
    assert!(folder.path().join("postgres/cluster/postmaster.pid").exists());
    start(folder.path()).await.expect("a healed folder");
}

#[tokio::test]
async fn a_pid_file_whose_number_now_belongs_to_somebody_else_heals() {
    let folder = folder();
    start(folder.path()).await.expect("a server").stop().await.expect("a clean stop");
    let mut stranger = Command::new("cat").stdin(Stdio::piped()).spawn().expect("another program");
    let pid_file = folder.path().join("postgres/cluster/postmaster.pid");
    std::fs::write(&pid_file, format!("{}\n", stranger.id())).expect("a pid file");
    start(folder.path()).await.expect("a healed folder");
    assert!(stranger.try_wait().expect("its state").is_none(), "the stranger is left alone");
    drop(stranger.stdin.take());
    stranger.wait().expect("its end");
}

#[tokio::test]
async fn a_server_that_outlived_its_calibr_is_stopped_and_replaced() {
    let folder = folder();
    let server = start(folder.path()).await.expect("a server");
    let mut again = same_command(server.pid());
    server.stop().await.expect("a clean stop");
    // Started by hand it is tied to nobody, like one whose calibr was killed where the kernel does not take it along.
    let mut orphan = again.spawn().expect("a server by hand");
    let pid_file = folder.path().join("postgres/cluster/postmaster.pid");
    while !std::fs::read_to_string(&pid_file).is_ok_and(|text| text.contains("ready")) {
        std::thread::yield_now();
    }
    let server = start(folder.path()).await.expect("a server of our own");
    assert_ne!(server.pid(), orphan.id());
    assert!(orphan.wait().expect("its end").success(), "it was asked to stop, not shot");
    write_row(&server.config()).await;
}

/// What a process was started with, to start it again under the same account.
fn same_command(pid: u32) -> Command {
    let file = |name: &str| PathBuf::from(format!("/proc/{pid}/{name}"));
    let line = std::fs::read(file("cmdline")).expect("a command line");
    let words = line.split(|byte| *byte == 0).filter(|word| !word.is_empty()).map(OsStr::from_bytes);
    let mut command = Command::new(std::fs::read_link(file("exe")).expect("a program"));
    let account = std::fs::metadata(file("stat")).expect("a process");
    command.args(words.skip(1)).current_dir("/").stderr(Stdio::null()).stdout(Stdio::null());
    if geteuid().is_root() {
        command.uid(account.uid()).gid(account.gid());
    }
    command
}

#[tokio::test]
async fn a_half_made_cluster_is_made_anew() {
    let folder = folder();
    start(folder.path()).await.expect("a server").stop().await.expect("a clean stop");
    let root = folder.path().join("postgres");
    std::fs::rename(root.join("cluster"), root.join("cluster-being-made")).expect("a half-made cluster");
    std::fs::remove_file(root.join("cluster-being-made/PG_VERSION")).expect("a missing file");
    start(folder.path()).await.expect("a server");
    assert!(!root.join("cluster-being-made").exists());
}

#[tokio::test]
async fn a_cluster_of_a_version_that_is_not_here_says_so() {
    let folder = folder();
    start(folder.path()).await.expect("a server").stop().await.expect("a clean stop");
    std::fs::write(folder.path().join("postgres/cluster/PG_VERSION"), "11\n").expect("an old version");
    let text = start(folder.path()).await.expect_err("no such programs").to_string();
    assert!(text.contains("Postgres 11") && text.contains("CALIBR_PG_BIN"), "{text}");
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let folder = folder();
    let deep = folder.path().join("a".repeat(60)).join("b".repeat(60));
    let server = start(&deep).await.expect("a server");
    write_row(&server.config()).await;
    let url = server.url();
    let (_, name) = url.split_once("%2Ftmp%2Fcalibr-").expect("a short folder");
    let short = Path::new("/tmp").join(format!("calibr-{}", &name[..16]));
    assert!(short.exists());
    server.stop().await.expect("a clean stop");
    assert!(!short.exists(), "nothing is left behind");
}

#[tokio::test]
async fn it_never_runs_as_root_and_root_can_keep_it_where_others_may_not_enter() {
    let folder = folder();
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700)).expect("a closed folder");
    let inside = folder.path().join("data");
    let server = start(&inside).await.expect("a server");
    write_row(&server.config()).await;
    let owner = std::fs::metadata(format!("/proc/{}", server.pid())).expect("a process").uid();
    let elsewhere = server.folder().to_owned();
    server.stop().await.expect("a clean stop");
    if geteuid().is_root() {
        assert_ne!(owner, 0);
        assert!(elsewhere.starts_with("/var/lib/calibr"), "{}", elsewhere.display());
        let again = start(&inside).await.expect("the same server");
        assert_eq!((again.folder(), rows(&again.config()).await), (&*elsewhere, 1));
        again.stop().await.expect("a clean stop");
        std::fs::remove_dir_all(elsewhere).expect("nothing is left behind");
    } else {
        assert_eq!(owner, geteuid().as_raw());
        assert!(elsewhere.starts_with(folder.path().canonicalize().expect("a folder")));
    }
}

#[tokio::test]
async fn an_owner_who_is_no_superuser_is_enough_and_a_powerful_role_is_refused() {
    let folder = folder();
    let server = start(folder.path()).await.expect("a server");
    let mut config = server.config();
    config.dbname("postgres");
    let superuser = connect(&config).await;
    for statement in ["create role shop login createrole", "create database shop owner shop"] {
        superuser.batch_execute(statement).await.expect("an ordinary owner");
    }
    config.user("shop").dbname("shop");
    migrate(&config).await.expect("migrations by an ordinary owner");
    migrate(&config).await.expect("nothing to do the second time");
    let db = Db::connect(&config, 1).await.expect("a pool of an ordinary owner");
    let tenant = kernel_test::tenant(&db).await;
    db.dispatch_tx().await.expect("a transaction").commit().await.expect("a commit");
    let seen = db.tenant_tx(tenant).await.expect("a transaction").query("select from tenants", &[]).await;
    assert_eq!(seen.expect("rows").len(), 1);

    superuser.batch_execute("alter role calibr_app bypassrls").await.expect("too much power");
    let refused = migrate(&config).await.expect_err("a powerful role");
    assert!(matches!(refused, MigrationError::Db(DbError::Setup(text)) if text.contains("calibr_app")));
    let refused = Db::connect(&config, 1).await.map(|_| ());
    assert!(matches!(refused, Err(DbError::Setup(_))), "{refused:?}");
}
