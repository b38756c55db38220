//! Who is signed in where: one file in the configuration folder that only its owner can read.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::exit::{CliError, Result};

/// The profile used when none is named.
pub const DEFAULT_PROFILE: &str = "default";

/// Everything that was stored.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Credentials {
    /// The server of the last sign-in.
    pub host: Option<String>,
    /// Profiles by server and name.
    #[serde(default)]
    pub hosts: BTreeMap<String, BTreeMap<String, Profile>>,
}

/// One signed-in person on one server.
#[derive(Clone, Serialize, Deserialize)]
pub struct Profile {
    /// The person.
    pub email: String,
    /// What the person may do, when signing in.
    pub role: kernel_core::Role,
    /// Id of the token, to end it when signing out.
    pub token_id: String,
    /// The token's secret.
    pub token: String,
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Profile({}, {})", self.email, self.token_id)
    }
}

impl Credentials {
    /// Reads the file; no file is the same as an empty one.
    ///
    /// # Errors
    /// The file cannot be read or is not ours.
    pub fn load(path: &Path) -> Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => serde_json::from_str(&text).map_err(|e| {
                let message =
                    format!("{} cannot be read ({e}). Remove it and sign in again.", path.display());
                CliError::failed("credentials", message).next("login")
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(file_error(path, &e)),
        }
    }

    /// Writes the file whole, readable by its owner only.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let text =
            serde_json::to_string_pretty(self).map_err(|e| CliError::failed("credentials", e.to_string()))?;
        write_private(path, &text).map_err(|e| file_error(path, &e))
    }

    /// The profile `name` on `host`.
    #[must_use]
    pub fn profile(&self, host: &str, name: &str) -> Option<&Profile> {
        self.hosts.get(host)?.get(name)
    }

    /// Another person on `host` who may approve: proposed where the author may not.
    #[must_use]
    pub fn approver_besides(&self, host: &str, name: &str) -> Option<&str> {
        let profiles = self.hosts.get(host)?;
        let mine = profiles.get(name).map(|profile| profile.email.as_str());
        let other = profiles.iter().find(|(_, profile)| {
            Some(profile.email.as_str()) != mine && profile.role >= kernel_core::Role::Approver
        });
        other.map(|(name, _)| name.as_str())
    }
}

/// Where the file is: `CALIBR_CONFIG_DIR`, else the system's place for configuration.
///
/// # Errors
/// The environment names no home.
pub fn path() -> Result<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = var("CALIBR_CONFIG_DIR")
        .or_else(|| var("XDG_CONFIG_HOME").map(|base| base.join("calibr")))
        .or_else(|| var("APPDATA").map(|base| base.join("calibr")))
        .or_else(|| var("HOME").map(|home| home.join(".config").join("calibr")));
    folder.map(|folder| folder.join("credentials.json")).ok_or_else(|| {
        CliError::failed(
            "credentials",
            "There is no home folder to keep the sign-in. Set CALIBR_CONFIG_DIR or CALIBR_TOKEN.",
        )
    })
}

/// Written beside and renamed: a crash leaves the old file, and no instant exists at which others can read it.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

fn file_error(path: &Path, error: &std::io::Error) -> CliError {
    CliError::failed("credentials", format!("{}: {error}.", path.display()))
}

#[cfg(test)]
mod tests {
    use kernel_core::Role;

    use super::*;

    fn profile(email: &str, role: Role) -> Profile {
        Profile { email: email.into(), role, token_id: "tok_1".into(), token: "cal_secret".into() }
    }

    fn two_people() -> Credentials {
        let mut all = Credentials::default();
        let host = all.hosts.entry("http://a".into()).or_default();
        host.insert("default".into(), profile("editor@demo.test", Role::Editor));
        host.insert("viewer".into(), profile("viewer@demo.test", Role::Viewer));
        host.insert("second".into(), profile("approver@demo.test", Role::Approver));
        all
    }

    #[test]
    fn what_was_stored_comes_back_and_only_the_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep").join("credentials.json");
        assert!(Credentials::load(&path).unwrap().hosts.is_empty());
        two_people().save(&path).unwrap();
        two_people().save(&path).unwrap();
        let back = Credentials::load(&path).unwrap();
        assert_eq!(back.profile("http://a", "default").unwrap().token, "cal_secret");
        assert!(back.profile("http://b", "default").is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn another_person_who_may_approve_is_found() {
        assert_eq!(two_people().approver_besides("http://a", "default"), Some("second"));
        assert_eq!(two_people().approver_besides("http://a", "second"), None);
        assert_eq!(two_people().approver_besides("http://b", "default"), None);
    }

    #[test]
    fn a_secret_is_never_printed() {
        assert!(!format!("{:?}", two_people()).contains("cal_secret"));
    }
}
