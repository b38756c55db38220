//! Master keys: from the environment, or from a file that is made on first use and only its owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::VaultError;
use super::blob::{self, Key};

/// The environment variable that takes precedence over the file.
const ENVIRONMENT: &str = "CALIBR_MASTER_KEY";

/// One master key.
pub struct MasterKey(pub(super) Key);

/// The current master key and those before it, which only open.
pub struct MasterKeys {
    current: MasterKey,
    former: Vec<MasterKey>,
}

impl MasterKeys {
    /// Takes the keys from `CALIBR_MASTER_KEY` if it is set, else from `file`, which is made with a random key if it is
    /// not there.
    ///
    /// # Errors
    /// The variable or file holds no key, or the file cannot be used or can be read by others.
    pub fn load(file: &Path) -> Result<Self, VaultError> {
        match std::env::var(ENVIRONMENT) {
            Ok(text) => Self::parse(&Zeroizing::new(text), ENVIRONMENT),
            Err(std::env::VarError::NotUnicode(_)) => Err(VaultError::NotAKey(ENVIRONMENT.to_owned())),
            Err(std::env::VarError::NotPresent) => Self::from_file(file),
        }
    }

    /// Takes the keys from `file`, which is made with a random key and mode 0600 if it is not there.
    ///
    /// # Errors
    /// The file holds no key, cannot be used, or can be read by others.
    pub fn from_file(file: &Path) -> Result<Self, VaultError> {
        let refused = |source| VaultError::File { path: file.to_owned(), source };
        if !file.try_exists().map_err(refused)? {
            create(file, &Key::random()?).map_err(refused)?;
        }
        let text = Zeroizing::new(fs::read_to_string(file).map_err(refused)?);
        if others_may_read(file).map_err(refused)? {
            return Err(VaultError::Exposed(file.to_owned()));
        }
        Self::parse(&text, &file.display().to_string())
    }

    /// Reads keys in base64, the current one first; `origin` names them in errors.
    ///
    /// # Errors
    /// There is none, or one of them is not 32 bytes.
    pub fn parse(text: &str, origin: &str) -> Result<Self, VaultError> {
        let not_a_key = || VaultError::NotAKey(origin.to_owned());
        let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
        let mut keys = words.map(|word| {
            let bytes = STANDARD.decode(word).map(Zeroizing::new).map_err(|_| not_a_key())?;
            let bytes = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| not_a_key())?);
            Ok(MasterKey(Key::from_bytes(&bytes)))
        });
        Ok(Self { current: keys.next().ok_or_else(not_a_key)??, former: keys.collect::<Result<_, _>>()? })
    }

    /// The id of the key that seals, as it stands in sealed blobs and logs.
    #[must_use]
    pub fn current_id(&self) -> String {
        blob::hex(&self.current.0.id())
    }

    pub(super) fn current(&self) -> &MasterKey {
        &self.current
    }

    pub(super) fn find(&self, id: [u8; 8]) -> Option<&MasterKey> {
        std::iter::once(&self.current).chain(&self.former).find(|key| key.0.id() == id)
    }
}

/// Writes the key beside `file` and links it into place, so that nobody ever reads half a key and, of two processes
/// that start at once, the second takes the first one's key.
fn create(file: &Path, key: &Key) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let draft =
        folder.join(format!(".{name}.{}", blob::hex(&Key::random().map_err(std::io::Error::other)?.id())));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let text = Zeroizing::new(STANDARD.encode(key.bytes()) + "\n");
    let mut written = options.open(&draft)?;
    written.write_all(text.as_bytes())?;
    written.sync_all()?;
    let linked = match fs::hard_link(&draft, file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    };
    fs::remove_file(&draft)?;
    linked?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(unix)]
fn others_may_read(file: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(file)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_may_read(_: &Path) -> std::io::Result<bool> {
    Ok(false)
}
