//! The folders of the private Postgres, and the lock that keeps a second process out.
//!
//! As root the account that runs Postgres may be unable to enter the data folder (a clone below `/root`). Then
//! `<data folder>/postgres` is a link to a folder of its own below `/var/lib/calibr`.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};

use super::EmbeddedError;
use super::account::Account;

/// Where root puts what the lent account must reach.
pub(super) const SHARED: &str = "/var/lib/calibr";

/// A socket's path must fit 104 bytes on macOS, 108 on Linux.
const SOCKET_PATH_MAX: usize = 100;

/// Everything that lies in one place for one server.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    /// All of it.
    pub(super) root: PathBuf,
    /// Postgres' own data directory.
    pub(super) cluster: PathBuf,
    /// Holds the socket, closed to everybody else.
    pub(super) socket: PathBuf,
    /// What the server says.
    pub(super) log: PathBuf,
    /// Under whom Postgres runs, if not ourselves.
    pub(super) account: Option<Account>,
}

impl Folder {
    /// The major version that made the cluster; `None` if there is none yet.
    pub(super) fn version(&self) -> Result<Option<u32>, EmbeddedError> {
        let file = self.cluster.join("PG_VERSION");
        match fs::read_to_string(&file) {
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EmbeddedError::io(format!("cannot read {}", file.display()))(error)),
        }
    }

    /// The last lines of the log, for an error.
    pub(super) fn log_tail(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

/// Makes what is missing.
pub(super) fn prepare(data_dir: &Path) -> Result<Folder, EmbeddedError> {
    let link = data_dir.join("postgres");
    let account = Account::choose(&link.join("cluster"))?;
    if !link.exists() {
        make_root(&link, data_dir, account)?;
    }
    let root =
        fs::canonicalize(&link).map_err(EmbeddedError::io(format!("cannot use {}", link.display())))?;
    if let Some(account) = account
        && !account.can_enter(&root)
    {
        return Err(unreachable(&root));
    }
    let socket = socket_folder(&root, account)?;
    Ok(Folder { cluster: root.join("cluster"), log: root.join("server.log"), root, socket, account })
}

fn make_root(link: &Path, data_dir: &Path, account: Option<Account>) -> Result<(), EmbeddedError> {
    let Some(account) = account.filter(|account| !account.can_enter(data_dir)) else {
        return make_private(link, account);
    };
    // A fresh name each time: whoever deletes the data folder starts anew, whoever moves it takes the link along.
    let elsewhere = Path::new(SHARED).join(uuid::Uuid::now_v7().simple().to_string());
    make_shared()?;
    make_private(&elsewhere, Some(account))?;
    if !account.can_enter(&elsewhere) {
        return Err(unreachable(&elsewhere));
    }
    symlink(&elsewhere, link).map_err(EmbeddedError::io(format!("cannot make {}", link.display())))
}

fn unreachable(folder: &Path) -> EmbeddedError {
    EmbeddedError::Unreachable(format!(
        "Postgres refuses to run as root, and the account it runs under instead cannot enter {}; choose a data folder \
         that others may enter, or start calibr as an ordinary user",
        folder.display()
    ))
}

/// Open to everybody; what lies in it is not.
pub(super) fn make_shared() -> Result<(), EmbeddedError> {
    fs::create_dir_all(SHARED)
        .and_then(|()| fs::set_permissions(SHARED, Permissions::from_mode(0o755)))
        .map_err(EmbeddedError::io(format!(
            "cannot make {SHARED}, where root keeps what Postgres must reach"
        )))
}

/// Postgres wants its folders closed to others.
fn make_private(folder: &Path, account: Option<Account>) -> Result<(), EmbeddedError> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(EmbeddedError::io(format!("cannot make {}", folder.display()))(error));
        }
        _ => {}
    }
    account.map_or(Ok(()), |account| account.own(folder))
}

/// Beside the cluster, or under a short name in the temporary folder where the path would be too long.
fn socket_folder(root: &Path, account: Option<Account>) -> Result<PathBuf, EmbeddedError> {
    let beside = root.join("socket");
    if beside.join(".s.PGSQL.5432.lock").as_os_str().len() <= SOCKET_PATH_MAX {
        make_private(&beside, account)?;
        return Ok(beside);
    }
    let digest = Sha256::digest(root.as_os_str().as_bytes());
    let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let short = Path::new("/tmp").join(format!("calibr-{name}"));
    make_private(&short, account)?;
    // Everybody may write to /tmp: a folder somebody else laid there is not ours to use.
    let made =
        fs::symlink_metadata(&short).map_err(EmbeddedError::io(format!("cannot use {}", short.display())))?;
    let owner =
        fs::metadata(root).map_err(EmbeddedError::io(format!("cannot use {}", root.display())))?.uid();
    if made.is_dir() && made.uid() == owner && made.mode() & 0o077 == 0 {
        return Ok(short);
    }
    Err(EmbeddedError::Unreachable(format!(
        "{} belongs to somebody else; choose a data folder with a shorter path",
        short.display()
    )))
}

/// The lock of a data folder. The kernel gives it up when its holder dies, so a stale one heals by itself.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

/// Given up in so many words: a child that is just being started still has the file open, and would hold the lock for as
/// long.
impl Drop for Lock {
    fn drop(&mut self) {
        if let Err(error) = flock(&self.file, FlockOperation::Unlock) {
            tracing::debug!(%error, "The lock of the data folder is given up by its end instead.");
        }
    }
}

impl Lock {
    /// Takes the lock without waiting.
    pub(super) fn take(data_dir: &Path) -> Result<Self, EmbeddedError> {
        let path = data_dir.join("postgres.lock");
        let cannot = || EmbeddedError::io(format!("cannot lock {}", path.display()));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(cannot())?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).map_err(cannot())?;
                return Err(EmbeddedError::InUse { folder: data_dir.to_owned(), pid: pid.trim().to_owned() });
            }
            Err(error) => return Err(cannot()(error.into())),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(cannot())?;
        writeln!(file, "{}", std::process::id()).map_err(cannot())?;
        Ok(Self { file })
    }
}
