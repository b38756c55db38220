//! Words for what happens again: `weekday at 06:00`, `first monday at 08:00`, `month on the last day at 23:00`.

use std::iter::Peekable;
use std::str::SplitAsciiWhitespace;

use jiff::civil::Weekday;

use super::pattern::{Days, Pattern};

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Which of the month; the last has no number.
const PLACES: [(&str, Option<i8>); 5] =
    [("first", Some(1)), ("second", Some(2)), ("third", Some(3)), ("fourth", Some(4)), ("last", None)];

/// Words that may come first.
const STARTS: [&str; 6] = ["minute", "hour", "day", "weekday", "weekend", "month"];

/// The pattern of a text in small letters.
pub(super) fn parse(text: &str) -> Result<Pattern, String> {
    let spaced = text.replace(',', " , ");
    let mut words = spaced.split_ascii_whitespace().peekable();
    if let Some(minutes) = interval(&mut words)? {
        return ended(&mut words).map(|()| minutes);
    }
    let days = days(&mut words)?;
    if words.next_if_eq(&"at").is_none() {
        return Err(match words.next() {
            Some(word) => format!("`{word}` is not known here; write `at` and a time such as `at 06:00`"),
            None => "does not say the time; write it like `weekday at 06:00`".to_owned(),
        });
    }
    let mut minutes = vec![time(&mut words)?];
    while and(&mut words) {
        minutes.push(time(&mut words)?);
    }
    ended(&mut words)?;
    let never = || format!("`{text}` never comes");
    Pattern::new(minutes, Pattern::ALL_MONTHS, days).ok_or_else(never)
}

type Words<'t> = Peekable<SplitAsciiWhitespace<'t>>;

/// `hour`, `2 hours`, `15 minutes`: counted from midnight, so that each day is like the other.
fn interval(words: &mut Words<'_>) -> Result<Option<Pattern>, String> {
    let count = words.peek().and_then(|word| word.parse::<usize>().ok());
    let (count, unit) = match count {
        Some(count) => {
            words.next();
            (count, words.next().unwrap_or_default())
        }
        None => match words.next_if(|word| ["minute", "hour"].contains(word)) {
            Some(unit) => (1, unit),
            None => return Ok(None),
        },
    };
    let (whole, minutes_each) = match unit {
        "minute" | "minutes" => (60, 1),
        "hour" | "hours" => (24, 60),
        _ => return Err(format!("`{count}` of what? write it like `15 minutes` or `2 hours`")),
    };
    if count == 0 || whole % count != 0 {
        return Err(format!("{count} {unit} do not divide {whole} evenly; write a number that does"));
    }
    let minutes = (0..24 * 60).step_by(count * minutes_each).collect();
    Ok(Pattern::new(minutes, Pattern::ALL_MONTHS, Days::ALL))
}

fn days(words: &mut Words<'_>) -> Result<Days, String> {
    let Some(word) = words.next() else {
        return Err("says nothing; write it like `weekday at 06:00`".to_owned());
    };
    if let Some((_, place)) = PLACES.iter().find(|(name, _)| *name == word) {
        let weekday = weekday(words.next().unwrap_or_default())?;
        if words.next_if_eq(&"of").is_some() {
            words.next_if_eq(&"the");
            expect(words, "month")?;
        }
        return Ok(place.map_or(Days::LastOfWeek(weekday), |nth| Days::NthOfWeek(nth, weekday)));
    }
    match word {
        "day" => Ok(Days::ALL),
        "weekday" => Ok(Days::OfWeek(0b001_1111)),
        "weekend" => Ok(Days::OfWeek(0b110_0000)),
        "month" => day_of_month(words),
        _ => weekdays(word, words),
    }
}

/// `monday to friday`, `monday, wednesday and friday`.
fn weekdays(first: &str, words: &mut Words<'_>) -> Result<Days, String> {
    let bit = |day: Weekday| 1_u8 << day.to_monday_zero_offset();
    let first = weekday(first)?;
    let mut days = bit(first);
    if words.next_if_eq(&"to").is_some() {
        let last = weekday(words.next().unwrap_or_default())?;
        let mut day = first;
        while day != last {
            day = day.next();
            days |= bit(day);
        }
        return Ok(Days::OfWeek(days));
    }
    while and(words) {
        days |= bit(weekday(words.next().unwrap_or_default())?);
    }
    Ok(Days::OfWeek(days))
}

/// After `month`: `on day 15`, `on the last day`.
fn day_of_month(words: &mut Words<'_>) -> Result<Days, String> {
    expect(words, "on")?;
    if words.next_if_eq(&"the").is_some() {
        expect(words, "last")?;
        expect(words, "day")?;
        return Ok(Days::LastOfMonth);
    }
    expect(words, "day")?;
    let word = words.next().unwrap_or_default();
    match word.parse::<u32>() {
        Ok(day) if (1..=28).contains(&day) => Ok(Days::OfMonth(1 << day)),
        Ok(29..=31) => {
            Err(format!("not every month has a day {word}; write `month on the last day`, or a day up to 28"))
        }
        _ => Err(format!("`{word}` is not a day of a month; write 1 to 28")),
    }
}

fn weekday(word: &str) -> Result<Weekday, String> {
    let found = WEEKDAYS.iter().find(|(name, _)| *name == word || name[..3] == *word);
    found.map(|(_, day)| *day).ok_or_else(|| {
        let known = WEEKDAYS.iter().map(|(name, _)| *name);
        let known = known.chain(STARTS).chain(PLACES.iter().map(|(name, _)| *name));
        match known.map(|name| (strsim::levenshtein(word, name), name)).min() {
            Some((off, name)) if off <= 2 => format!("`{word}` is not known here; did you mean `{name}`?"),
            _ => format!(
                "`{word}` is not known here; write `day`, `weekday`, `monday`, `first monday`, `month on day 1`, `15 minutes` or the five fields of cron"
            ),
        }
    })
}

/// `hh:mm`, as minutes since midnight.
fn time(words: &mut Words<'_>) -> Result<u16, String> {
    let Some(word) = words.next() else {
        return Err("ends where a time such as 06:00 is expected".to_owned());
    };
    let refused = || format!("`{word}` is not a time; write it like 06:00 or 17:30");
    let (hour, minute) = word.split_once(':').ok_or_else(refused)?;
    let part = |text: &str, below: u16| {
        let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|number| plain && *number < below)
    };
    Ok(part(hour, 24).ok_or_else(refused)? * 60 + part(minute, 60).ok_or_else(refused)?)
}

/// Steps over what stands between two items of a list.
fn and(words: &mut Words<'_>) -> bool {
    let comma = words.next_if_eq(&",").is_some();
    words.next_if_eq(&"and").is_some() || comma
}

fn expect(words: &mut Words<'_>, word: &str) -> Result<(), String> {
    match words.next() {
        Some(found) if found == word => Ok(()),
        Some(found) => Err(format!("`{found}` stands where `{word}` is expected")),
        None => Err(format!("ends where `{word}` is expected")),
    }
}

fn ended(words: &mut Words<'_>) -> Result<(), String> {
    words.next().map_or(Ok(()), |word| Err(format!("`{word}` and what follows is not understood; remove it")))
}
