//! Passwords, hashed with Argon2id at the crate's recommended cost (19 MiB, 2 passes, OWASP 2024).

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use kernel_core::{Error, Result};

/// The shortest password accepted.
const LENGTH_MIN: usize = 10;

/// Hashes a new password.
///
/// # Errors
/// `password.too_short` (422).
pub async fn hash_password(password: &str) -> Result<String> {
    if password.chars().count() < LENGTH_MIN {
        let detail = format!("A password has at least {LENGTH_MIN} characters.");
        return Err(Error::unprocessable("password.too_short", detail));
    }
    let password = password.to_owned();
    off_the_runtime(move || hash(&password)).await?
}

/// Whether `password` is the one that was hashed. Without a hash it takes as long and answers no, so that
/// timing does not tell which people exist.
///
/// # Errors
/// The stored hash is not readable.
pub async fn verify_password(password: &str, stored: Option<&str>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let (password, stored) = (password.to_owned(), stored.map(ToOwned::to_owned));
    off_the_runtime(move || {
        let known = stored.is_some();
        let stored = match stored {
            Some(stored) => stored,
            None => match NOBODY.get() {
                Some(nobody) => nobody.clone(),
                None => NOBODY.get_or_init(|| hash("nobody has this password").unwrap_or_default()).clone(),
            },
        };
        let parsed = PasswordHash::new(&stored).map_err(|e| Error::internal(e.to_string()))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

fn hash(password: &str) -> Result<String> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|e| Error::internal(e.to_string()))
}

async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
