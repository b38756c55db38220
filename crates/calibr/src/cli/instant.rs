//! Reading an instant that somebody typed.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::{Disambiguation, OffsetConflict, TimeZone};

/// Refuses what is not exactly one instant, instead of choosing one.
const STRICT: DateTimeParser =
    DateTimeParser::new().disambiguation(Disambiguation::Reject).offset_conflict(OffsetConflict::Reject);

/// Reads `2026-11-27T00:00Z`, `2026-11-27T00:00+01:00` or `2026-11-27T00:00[Europe/Berlin]`; the time may be left out.
///
/// # Errors
/// Without an offset or a zone it is not an instant; in a gap or overlap of a zone it is none or two.
pub fn read(text: &str) -> Result<Timestamp, String> {
    let Some((_, zone)) = text.strip_suffix(']').and_then(|rest| rest.split_once('[')) else {
        return text.parse().map_err(|_| {
            format!("`{text}` is not an instant; write 2026-11-27T00:00Z or 2026-11-27T00:00[Europe/Berlin]")
        });
    };
    TimeZone::get(zone).map_err(|_| format!("`{zone}` is not a time zone such as Europe/Berlin"))?;
    STRICT.parse_zoned(text).map(|zoned| zoned.timestamp()).map_err(|_| {
        format!("`{text}` is not one instant: in a change of clocks a time happens twice or never; write it with its offset, such as +01:00")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_need_an_offset_or_a_zone() {
        let at = |text| read(text).map(|t| t.to_string());
        assert_eq!(at("2026-11-27T00:00Z").as_deref(), Ok("2026-11-27T00:00:00Z"));
        assert_eq!(at("2026-11-27T00:00:30+01:00").as_deref(), Ok("2026-11-26T23:00:30Z"));
        assert_eq!(at("2026-11-27T00:00[Europe/Berlin]").as_deref(), Ok("2026-11-26T23:00:00Z"));
        assert_eq!(at("2026-07-01[Europe/Berlin]").as_deref(), Ok("2026-06-30T22:00:00Z"));
        for text in ["2026-11-27", "2026-11-27T00:00", "tomorrow", "", "2026-11-27T00:00[Mars/Base]"] {
            assert!(at(text).is_err(), "{text}");
        }
    }

    #[test]
    fn wall_times_that_do_not_exist_or_exist_twice_are_refused() {
        assert!(read("2026-03-29T02:30[Europe/Berlin]").unwrap_err().contains("twice or never"));
        assert!(read("2026-10-25T02:30[Europe/Berlin]").unwrap_err().contains("twice or never"));
        assert!(read("2026-10-25T02:30+02:00[Europe/Berlin]").is_ok());
        assert!(read("2026-10-25T12:30+02:00[Europe/Berlin]").is_err(), "the offset is not Berlin's then");
    }
}
