//! Signing by the Standard Webhooks specification, version 1: <https://www.standardwebhooks.com>. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kernel_connect::Secret;
use kernel_core::{Error, Result};
use sha2::Sha256;

/// What a secret begins with when people see it.
const PREFIX: &str = "whsec_";
/// Bytes of a fresh secret; the specification asks for 24 to 64.
const BYTES: usize = 32;

/// A random secret as people see it: `whsec_` and base64.
///
/// # Errors
/// The system gives no random bytes.
pub(super) fn fresh_secret() -> Result<Secret> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(Secret::new(format!("{PREFIX}{}", STANDARD.encode(bytes))))
}

/// The header `webhook-signature`: one signature for each secret, the newest first, so that a receiver that knows any of
/// them can check.
///
/// # Errors
/// A secret is not one of ours.
pub(super) fn signatures(secrets: &[Secret], id: &str, timestamp_s: i64, body: &str) -> Result<String> {
    let signed: Result<Vec<String>> =
        secrets.iter().map(|secret| signature(secret, id, timestamp_s, body)).collect();
    Ok(signed?.join(" "))
}

fn signature(secret: &Secret, id: &str, timestamp_s: i64, body: &str) -> Result<String> {
    let damaged = || Error::internal("a webhook secret is not whsec_ and base64");
    let key = secret.expose().strip_prefix(PREFIX).ok_or_else(damaged)?;
    let key = STANDARD.decode(key).map_err(|_| damaged())?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| damaged())?;
    mac.update(format!("{id}.{timestamp_s}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_example_of_the_specification_has_its_signature() {
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = signatures(
            std::slice::from_ref(&secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.expect("signed"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_are_random_and_long_enough() {
        let (one, two) = (fresh_secret().expect("random"), fresh_secret().expect("random"));
        assert_ne!(one, two);
        let bytes = STANDARD.decode(one.expose().strip_prefix(PREFIX).expect("a prefix")).expect("base64");
        assert!((24..=64).contains(&bytes.len()));
    }
}
