//! The five fields of cron: minute, hour, day of the month, month, day of the week.
//! What programs read differently is refused: both kinds of day at once, steps from a single number, seconds.

use std::ops::RangeInclusive;

use super::pattern::{Days, Pattern};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// One of the five fields.
struct Field {
    name: &'static str,
    range: RangeInclusive<u32>,
    /// Names, the first of which stands for the start of the range.
    names: &'static [&'static str],
}

pub(super) fn parse(words: &[&str]) -> Result<Pattern, String> {
    let [minute, hour, day, month, weekday] = words else {
        return Err(format!(
            "cron has five fields (minute, hour, day of the month, month, day of the week), not {}; words such as `weekday at 06:00` are read too",
            words.len()
        ));
    };
    let minutes = Field { name: "minute", range: 0..=59, names: &[] }.read(minute)?;
    let hours = Field { name: "hour", range: 0..=23, names: &[] }.read(hour)?;
    let days = Field { name: "day of the month", range: 1..=31, names: &[] }.read(day)?;
    let months = Field { name: "month", range: 1..=12, names: &MONTHS }.read(month)?;
    let weekdays = Field { name: "day of the week", range: 0..=7, names: &WEEKDAYS }.read(weekday)?;
    let days = match (*day, *weekday) {
        ("*", _) => Days::OfWeek(from_monday(weekdays)),
        (_, "*") => Days::OfMonth(days as u32),
        _ => {
            let detail = "a day of the month and a day of the week together mean either to some programs and both to others; leave one as `*`, or write `first monday at 06:00`";
            return Err(detail.to_owned());
        }
    };
    let times = bits(hours).flat_map(|hour| bits(minutes).map(move |minute| (hour * 60 + minute) as u16));
    Pattern::new(times.collect(), months as u16, days)
        .ok_or_else(|| format!("`{}` never comes: no month has that day", words.join(" ")))
}

/// Cron counts from Sunday, which is both 0 and 7; we count from Monday.
fn from_monday(weekdays: u64) -> u8 {
    let sunday = (weekdays | weekdays >> 7) & 1;
    (weekdays >> 1 & 0b11_1111 | sunday << 6) as u8
}

fn bits(set: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |bit| set >> bit & 1 == 1)
}

impl Field {
    /// The numbers of a list as bits.
    fn read(&self, text: &str) -> Result<u64, String> {
        text.split(',').try_fold(0, |set, item| Ok(set | self.item(item)?))
    }

    fn item(&self, item: &str) -> Result<u64, String> {
        let (span, step) = match item.split_once('/') {
            Some((span, step)) => (span, Some(step)),
            None => (item, None),
        };
        let (first, last) = if span == "*" {
            (*self.range.start(), *self.range.end())
        } else if let Some((first, last)) = span.split_once('-') {
            (self.number(first)?, self.number(last)?)
        } else if step.is_some() {
            return Err(format!(
                "`{item}` steps from one {0}; write `*/…` or a span such as `a-b/…`",
                self.name
            ));
        } else {
            let only = self.number(span)?;
            (only, only)
        };
        if first > last {
            return Err(format!("`{item}` runs backwards; write two spans with a comma"));
        }
        let step = match step.map(str::parse::<usize>) {
            None => 1,
            Some(Ok(step)) if step > 0 && step <= *self.range.end() as usize => step,
            Some(_) => return Err(format!("`{item}` has no step that can be used")),
        };
        Ok((first..=last).step_by(step).fold(0, |set, number| set | 1 << number))
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let named = self.names.iter().position(|name| *name == text);
        let number = match named {
            Some(place) => Some(place as u32 + self.range.start()),
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            None => None,
        };
        number.filter(|number| self.range.contains(number)).ok_or_else(|| {
            let (first, last) = (self.range.start(), self.range.end());
            format!("`{text}` is not a {}; write {first} to {last}", self.name)
        })
    }
}
