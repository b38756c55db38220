//! Envelope encryption of credentials: each tenant has a random data key, which a master key seals; the data key seals
//! the secrets. Pure: where the sealed bytes are kept is the application's business.
//!
//! A sealed blob is `version (1) ‖ id of the sealing key (8) ‖ nonce (24) ‖ XChaCha20-Poly1305 ciphertext and tag`.
//! Version, key id, tenant and name are bound as associated data, so that a blob moved to another tenant or name does not open.

mod blob;
mod master;

use std::path::PathBuf;

use kernel_core::TenantId;
use zeroize::Zeroizing;

pub use master::{MasterKey, MasterKeys};

use crate::Secret;
use blob::Key;

/// Why the vault stays shut. Never holds a secret or a key.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The master key file cannot be read or made.
    #[error("the master key file {path} cannot be used; check the folder and its permissions")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others may read the master key.
    #[error("the master key file {0} can be read by others; run: chmod 600 {0}")]
    Exposed(PathBuf),
    /// The text is not a list of keys.
    #[error(
        "{0} holds no master key; it needs 32 random bytes in base64, or several separated by commas or lines, the newest first"
    )]
    NotAKey(String),
    /// Sealed with a key that is not here.
    #[error("sealed with key {0}, which is not among the master keys; add it after the current key")]
    UnknownKey(String),
    /// Not made by this vault, or of another tenant or name, or damaged.
    #[error("the sealed bytes do not open: damaged, or of another tenant or name")]
    Damaged,
    /// Written by a newer Calibr.
    #[error("the sealed bytes have version {0}, which this version does not know")]
    Version(u8),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

/// A tenant's data key under a master key: what the application stores, once per tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedDataKey(pub Vec<u8>);

/// Opens and makes data keys.
pub struct Vault {
    masters: MasterKeys,
}

/// A tenant's opened data key; wiped when dropped.
pub struct DataKey {
    tenant: TenantId,
    key: Key,
}

impl Vault {
    /// A vault under `masters`.
    #[must_use]
    pub fn new(masters: MasterKeys) -> Self {
        Self { masters }
    }

    /// Makes a random data key for `tenant` and seals it under the current master key.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn new_data_key(&self, tenant: TenantId) -> Result<SealedDataKey, VaultError> {
        self.seal_data_key(&DataKey { tenant, key: Key::random()? })
    }

    /// Opens `tenant`'s data key.
    ///
    /// # Errors
    /// Its master key is not here, or the bytes are damaged or another tenant's.
    pub fn open_data_key(&self, tenant: TenantId, sealed: &SealedDataKey) -> Result<DataKey, VaultError> {
        let id = blob::key_id(&sealed.0)?;
        let master = self.masters.find(id).ok_or_else(|| VaultError::UnknownKey(blob::hex(&id)))?;
        let bytes = master.0.open(&sealed.0, &context("data-key", tenant, ""))?;
        let bytes: Zeroizing<[u8; 32]> =
            Zeroizing::new(bytes.as_slice().try_into().map_err(|_| VaultError::Damaged)?);
        Ok(DataKey { tenant, key: Key::from_bytes(&bytes) })
    }

    /// Seals `key` again under the current master key; the secrets under it stay as they are.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn seal_data_key(&self, key: &DataKey) -> Result<SealedDataKey, VaultError> {
        let context = context("data-key", key.tenant, "");
        self.masters.current().0.seal(key.key.bytes(), &context).map(SealedDataKey)
    }
}

impl DataKey {
    /// Seals `secret` under `name`, such as `shopify/access_token/chn_…`.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn seal(&self, name: &str, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        self.key.seal(secret.expose().as_bytes(), &context("secret", self.tenant, name))
    }

    /// Opens what [`Self::seal`] made under the same `name`.
    ///
    /// # Errors
    /// Of another tenant, name or key, or damaged.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Secret, VaultError> {
        let bytes = self.key.open(sealed, &context("secret", self.tenant, name))?;
        std::str::from_utf8(&bytes).map(Secret::new).map_err(|_| VaultError::Damaged)
    }
}

/// What a blob is bound to; lengths stand before the parts so that no two bindings look alike.
fn context(kind: &str, tenant: TenantId, name: &str) -> Vec<u8> {
    let tenant = tenant.to_string();
    let parts = ["calibr.vault", kind, tenant.as_str(), name];
    parts.iter().flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.bytes())).collect()
}
