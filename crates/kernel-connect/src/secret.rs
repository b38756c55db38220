//! A text that must never be printed, and a broom for texts that may contain one.

use std::fmt;

use zeroize::Zeroizing;

const MASK: &str = "[redacted]";

/// A credential. It shows itself as `[redacted]`, cannot be serialised, and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a credential.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The credential itself, for the one place that sends or seals it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Takes `secret` out of a vendor's words before they reach a log, an error or a person.
#[must_use]
pub fn redact(text: &str, secret: &Secret) -> String {
    if secret.expose().is_empty() {
        return text.to_owned();
    }
    text.replace(secret.expose(), MASK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_nothing_of_itself() {
        let secret = Secret::new("shpat_12345");
        for shown in [format!("{secret}"), format!("{secret:?}"), format!("{:#?}", Some(&secret))] {
            assert!(!shown.contains("shpat") && shown.contains("[redacted]"), "{shown}");
        }
    }

    #[test]
    fn a_vendor_that_repeats_the_secret_is_muted() {
        let secret = Secret::new("shpat_1");
        assert_eq!(redact("token shpat_1 is not shpat_1!", &secret), "token [redacted] is not [redacted]!");
        assert_eq!(redact("nothing", &Secret::new("")), "nothing");
    }
}
