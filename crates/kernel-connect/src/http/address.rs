//! Where a client connects to: scheme, host and port, nothing else. Plain http is for this machine only.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;

/// An origin such as `https://some-shop.myshopify.com` or `http://127.0.0.1:8080`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    https: bool,
    authority: String,
}

/// Why a text is not an address to connect to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not scheme, host and port.
    #[error(
        "`{0}` is not an address; write a scheme, a host and nothing after it, such as https://shop.example"
    )]
    Malformed(String),
    /// A credential would travel unprotected.
    #[error(
        "`{0}` is plain http to another machine; use https, or a loopback address such as http://127.0.0.1:8080"
    )]
    Unprotected(String),
}

impl Address {
    /// The host, if it is a number and not a name.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let uri: Uri = self.authority.parse().ok()?;
        let host = uri.host()?;
        host.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let shown: String = text.chars().take(200).collect();
        let uri: Uri = text.parse().map_err(|_| AddressError::Malformed(shown.clone()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(AddressError::Malformed(shown));
        };
        let bare = uri.path_and_query().is_none_or(|rest| rest.as_str() == "/");
        if !bare || authority.as_str().contains('@') || !matches!(scheme, "http" | "https") {
            return Err(AddressError::Malformed(shown));
        }
        if scheme == "http" && !is_loopback(authority.host()) {
            return Err(AddressError::Unprotected(shown));
        }
        Ok(Self { https: scheme == "https", authority: authority.as_str().to_owned() })
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_and_shown_without_a_path() {
        for (text, shown, https) in [
            ("https://some-shop.myshopify.com", "https://some-shop.myshopify.com", true),
            ("https://shop.example:8443/", "https://shop.example:8443", true),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", false),
            ("http://localhost:1", "http://localhost:1", false),
            ("http://[::1]:9", "http://[::1]:9", false),
        ] {
            let address: Address = text.parse().expect(text);
            assert_eq!((address.to_string().as_str(), address.is_https()), (shown, https));
        }
    }

    #[test]
    fn credentials_never_travel_unprotected_or_astray() {
        for text in ["http://shop.example", "http://10.0.0.1:80", "http://localhost.evil.example"] {
            assert!(matches!(text.parse::<Address>(), Err(AddressError::Unprotected(_))), "{text}");
        }
        for text in [
            "",
            "shop.example",
            "ftp://shop.example",
            "https://u:p@shop.example",
            "https://shop.example/admin",
            "https://shop.example/?q=1",
            "/x",
        ] {
            assert!(matches!(text.parse::<Address>(), Err(AddressError::Malformed(_))), "{text}");
        }
    }
}
