//! The address that a shop's webhooks come to: tenant, channel and a secret that only that shop was told.

use kernel_core::{Error, Result, TenantId};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::ids::ChannelId;

/// The route, with its parts in braces.
pub(super) const ROUTE: &str = "/hooks/shopify/{tenant}/{channel}/{secret}";

/// A fresh secret of 256 bits, in letters that need no escape.
pub(super) fn fresh_secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is stored of a secret.
pub(super) fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// Whether this is the secret behind a stored digest, in constant time.
pub(super) fn fits(secret: &str, stored: &[u8]) -> bool {
    digest(secret).ct_eq(stored).into()
}

/// The whole address.
pub(super) fn address(public_url: &str, tenant: TenantId, channel: ChannelId, secret: &str) -> String {
    format!("{}/hooks/shopify/{tenant}/{channel}/{secret}", public_url.trim_end_matches('/'))
}
