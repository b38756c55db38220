//! Under whom Postgres runs. It refuses root, so root lends it another account.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::EmbeddedError;

/// A user and group by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// The account to run under: none (ourselves) unless we are root. A cluster made earlier keeps its owner.
    pub(super) fn choose(cluster: &Path) -> Result<Option<Self>, EmbeddedError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        if let Ok(made) = std::fs::metadata(cluster)
            && made.uid() != 0
        {
            return Ok(Some(Self { uid: made.uid(), gid: made.gid() }));
        }
        ["postgres", "nobody"].into_iter().find_map(Self::named).map(Some).ok_or_else(|| {
            EmbeddedError::Unreachable(
                "Postgres refuses to run as root and there is neither an account `postgres` nor `nobody` to lend it; \
                 start calibr as an ordinary user"
                    .to_owned(),
            )
        })
    }

    /// Asks `id`, which knows accounts from wherever the system keeps them.
    fn named(name: &str) -> Option<Self> {
        let number = |flag| {
            let answer = Command::new("id").args([flag, name]).stderr(Stdio::null()).output().ok()?;
            String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
        };
        Some(Self { uid: number("-u")?, gid: number("-g")? })
    }

    /// Whether the account can enter `folder`, asked of the system itself because of access lists and mounts.
    pub(super) fn can_enter(self, folder: &Path) -> bool {
        let mut test = Command::new("test");
        test.arg("-x").arg(folder);
        self.apply(&mut test);
        test.status().is_ok_and(|status| status.success())
    }

    /// Makes `command` run under this account.
    pub(super) fn apply(self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives `folder` to the account.
    pub(super) fn own(self, folder: &Path) -> Result<(), EmbeddedError> {
        std::os::unix::fs::chown(folder, Some(self.uid), Some(self.gid)).map_err(EmbeddedError::io(format!(
            "cannot give {} to user {}",
            folder.display(),
            self.uid
        )))
    }
}
