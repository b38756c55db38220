//! One key, and the bytes it seals.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::VaultError;

const VERSION: u8 = 1;
const ID_END: usize = 9;
const NONCE_END: usize = ID_END + 24;

/// A symmetric key of 32 bytes.
pub(super) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(super) fn random() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(VaultError::Random)?;
        Ok(Self(bytes))
    }

    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }

    /// Names the key without telling it: the start of a hash.
    pub(super) fn id(&self) -> [u8; 8] {
        let hash = Sha256::new().chain_update(b"calibr key id").chain_update(self.bytes()).finalize();
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        id
    }

    pub(super) fn seal(&self, plain: &[u8], context: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; 24];
        getrandom::fill(&mut nonce).map_err(VaultError::Random)?;
        let head = [&[VERSION][..], &self.id()].concat();
        let bound = [head.as_slice(), context].concat();
        let payload = Payload { msg: plain, aad: &bound };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a credential is far below the cipher's limit of 256 GB");
        Ok([head.as_slice(), &nonce, &sealed].concat())
    }

    pub(super) fn open(&self, blob: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        key_id(blob)?;
        let nonce: [u8; 24] =
            blob.get(ID_END..NONCE_END).and_then(|bytes| bytes.try_into().ok()).ok_or(VaultError::Damaged)?;
        let bound = [&blob[..ID_END], context].concat();
        let payload = Payload { msg: &blob[NONCE_END..], aad: &bound };
        let plain = self.cipher().decrypt(&XNonce::from(nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| VaultError::Damaged)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes().try_into().expect("a key has 32 bytes"))
    }
}

/// The id of the key that sealed `blob`.
pub(super) fn key_id(blob: &[u8]) -> Result<[u8; 8], VaultError> {
    match blob.first() {
        Some(&VERSION) => {}
        Some(&version) => return Err(VaultError::Version(version)),
        None => return Err(VaultError::Damaged),
    }
    let id = blob.get(1..ID_END).and_then(|bytes| bytes.try_into().ok());
    id.ok_or(VaultError::Damaged)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
