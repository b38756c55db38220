//! Reading an instant that somebody typed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads `2026-11-27T00:00Z`, `2026-11-27T00:00+01:00` or `2026-11-27T00:00[Europe/Berlin]`; the time may be left out.
///
/// # Errors
/// Without an offset or a zone it is not an instant; in a gap or overlap of a zone it is none or two.
pub fn read(text: &str) -> Result<Timestamp, String> {
    if let Some((wall, zone)) = text.strip_suffix(']').and_then(|rest| rest.split_once('['))
        && let Ok(wall) = wall.parse::<DateTime>()
    {
        let zone =
            TimeZone::get(zone).map_err(|_| format!("`{zone}` is not a time zone such as Europe/Berlin"))?;
        let instant = zone.into_ambiguous_zoned(wall).unambiguous();
        return instant.map(|zoned| zoned.timestamp()).map_err(|_| {
            format!("`{text}` happens twice or never, since the clocks change then; write an offset such as +01:00")
        });
    }
    text.parse().map_err(|_| {
        format!("`{text}` is not an instant; write 2026-11-27T00:00Z or 2026-11-27T00:00[Europe/Berlin]")
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
    }
}
