//! What is decided about webhooks without asking anybody: addresses, which events, when to try again. Pure.

use jiff::{SignedDuration, Timestamp};
use kernel_connect::{Address, Reach};
use kernel_core::{Error, Result};

/// The state of an endpoint that somebody deleted.
pub(super) const DELETED: &str = "deleted";

/// When to try again after each failure. Together about three days, as the specification recommends.
const WAITS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// An endpoint where nothing arrived for so long is disabled.
const FAILING_MOST: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The answer of a receiver that wants no more.
const GONE: u16 = 410;

const URL_BYTES_MAX: usize = 2_000;

/// Where an endpoint is: an origin and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub address: Address,
    /// Path and query.
    pub path: String,
}

impl Target {
    /// Reads a URL. What a name leads to is only known when it is connected to; a number is judged here.
    ///
    /// # Errors
    /// `webhook.url` (422): not an https address, with a user in it, or one that may not be reached.
    pub fn read(url: &str, reach: Reach) -> Result<Self> {
        let refused = |why: &str| {
            let detail =
                format!("Webhooks go to an https address such as https://shop.example/calibr. {why}");
            Error::unprocessable("webhook.url", detail.clone()).at("/url", "invalid_value", detail)
        };
        if url.len() > URL_BYTES_MAX {
            return Err(refused("This one is too long."));
        }
        let parsed = reqwest::Url::parse(url).map_err(|e| refused(&format!("This one is none: {e}.")))?;
        if !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
            return Err(refused("Leave out the user, the password and what follows a #."));
        }
        let origin = parsed.origin().ascii_serialization();
        let address: Address = origin.parse().map_err(|e| refused(&format!("{e}.")))?;
        if address.ip().is_some_and(|ip| !reach.allows(ip))
            || (!address.is_https() && reach != Reach::Anywhere)
        {
            return Err(refused("This one lies inside the server's own network."));
        }
        let path = match parsed.query() {
            Some(query) => format!("{}?{query}", parsed.path()),
            None => parsed.path().to_owned(),
        };
        Ok(Self { address, path })
    }
}

/// Whether an endpoint that asks for `wanted` gets events of this type. `price.*` stands for all that begin so.
pub(super) fn wants(wanted: &[String], kind: &str) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|word| match word.strip_suffix('*') {
            Some(start) => kind.starts_with(start),
            None => word == kind,
        })
}

/// Whether a text can be asked for.
pub(super) fn is_wish(word: &str) -> bool {
    let name = word.strip_suffix(".*").unwrap_or(word);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    !name.is_empty() && name.len() <= 100 && name.chars().all(plain)
}

/// How a receiver answered: a status, or why there was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub status: Option<u16>,
    pub error: Option<String>,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It arrived.
    Delivered,
    /// Try again then.
    Again(Timestamp),
    /// Enough was tried.
    Failed,
    /// The receiver wants no more, or has not answered well for too long.
    Disable(&'static str),
}

/// Decides after the attempt number `tries` (from 1), at an endpoint that has failed since `failing_since`.
pub(super) fn next(
    reply: &Reply,
    tries: i32,
    failing_since: Option<Timestamp>,
    now: Timestamp,
) -> Result<Next> {
    match reply.status {
        Some(200..=299) => return Ok(Next::Delivered),
        Some(GONE) => return Ok(Next::Disable("the receiver answered 410 Gone")),
        _ => {}
    }
    if failing_since.is_some_and(|since| now.duration_since(since) >= FAILING_MOST) {
        return Ok(Next::Disable("nothing has arrived for five days"));
    }
    let wait = usize::try_from(tries - 1).ok().and_then(|step| WAITS.get(step));
    match wait {
        Some(wait) => Ok(Next::Again(now.checked_add(*wait).map_err(Error::internal)?)),
        None => Ok(Next::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_outside_are_taken() {
        let target =
            Target::read("https://shop.example:8443/a/b?c=d", Reach::PublicOnly).expect("an address");
        assert_eq!(target.address.to_string(), "https://shop.example:8443");
        assert_eq!(target.path, "/a/b?c=d");
        for url in [
            "http://shop.example/",
            "http://127.0.0.1/",
            "http://localhost:8080/",
            "https://127.0.0.1/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://user@shop.example/",
            "https://shop.example/#part",
            "ftp://shop.example/",
            "shop.example",
            "",
        ] {
            assert!(Target::read(url, Reach::PublicOnly).is_err(), "{url}");
        }
        assert!(Target::read("http://127.0.0.1:9/", Reach::Anywhere).is_ok());
    }

    #[test]
    fn wishes_are_names_or_beginnings() {
        let wanted = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(wants(&[], "price.applied"));
        assert!(wants(&wanted(&["price.*"]), "price.applied"));
        assert!(!wants(&wanted(&["price.*"]), "price_change.approved"));
        assert!(wants(&wanted(&["run.started", "price.applied"]), "price.applied"));
        assert!(!wants(&wanted(&["price.app"]), "price.applied"));
        assert!(is_wish("price_change.approved") && is_wish("price.*"));
        assert!(!is_wish("*") && !is_wish("") && !is_wish("Price") && !is_wish("a*b") && !is_wish(".*"));
    }

    #[test]
    fn waits_grow_and_end() {
        let now: Timestamp = "2026-11-02T09:00:00Z".parse().expect("an instant");
        let busy = Reply { status: Some(503), error: None };
        let mut waits = Vec::new();
        while let Next::Again(at) = next(&busy, waits.len() as i32 + 1, Some(now), now).expect("decided") {
            waits.push(at.duration_since(now));
        }
        assert_eq!(next(&busy, 10, Some(now), now).expect("decided"), Next::Failed);
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]) && waits.len() == 9, "{waits:?}");
        let gone = Reply { status: Some(410), error: None };
        assert!(matches!(next(&gone, 1, None, now).expect("decided"), Next::Disable(_)));
        let later = now.checked_add(SignedDuration::from_hours(121)).expect("an instant");
        assert!(matches!(next(&busy, 1, Some(now), later).expect("decided"), Next::Disable(_)));
        let fine = Reply { status: Some(204), error: None };
        assert_eq!(next(&fine, 9, Some(now), later).expect("decided"), Next::Delivered);
    }
}
