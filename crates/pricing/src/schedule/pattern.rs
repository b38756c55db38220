//! Which minutes of which days: what both ways of writing `every` are read into.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time, Weekday, date};

const MINUTES_PER_DAY: u32 = 24 * 60;

/// Days to look through: from one 29 February to the next it can be eight years.
const DAYS_TO_LOOK_MAX: usize = 9 * 366;

/// Times on the wall. Never without any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    /// Minutes since midnight, ascending.
    minutes: Vec<u16>,
    /// Bit `n` is month `n`, from 1.
    months: u16,
    days: Days,
}

/// Which days of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Days {
    /// Bit `n` is day `n`, from 1.
    OfMonth(u32),
    /// Whichever comes last.
    LastOfMonth,
    /// Bit 0 is Monday.
    OfWeek(u8),
    /// The first (1) to fourth (4) such weekday of a month.
    NthOfWeek(i8, Weekday),
    /// The last such weekday of a month.
    LastOfWeek(Weekday),
}

impl Days {
    pub(super) const ALL: Self = Self::OfWeek(0b111_1111);

    fn has(self, day: Date) -> bool {
        match self {
            Self::OfMonth(days) => days >> day.day() & 1 == 1,
            Self::LastOfMonth => day.day() == day.days_in_month(),
            Self::OfWeek(days) => days >> day.weekday().to_monday_zero_offset() & 1 == 1,
            Self::NthOfWeek(nth, weekday) => day.weekday() == weekday && (day.day() - 1) / 7 + 1 == nth,
            Self::LastOfWeek(weekday) => day.weekday() == weekday && day.day() + 7 > day.days_in_month(),
        }
    }
}

impl Pattern {
    pub(super) const ALL_MONTHS: u16 = 0b1_1111_1111_1110;

    /// `None` if no day ever fits, such as 30 February, or no minute.
    pub(super) fn new(mut minutes: Vec<u16>, months: u16, days: Days) -> Option<Self> {
        minutes.sort_unstable();
        minutes.dedup();
        let pattern = Self { minutes, months, days };
        pattern.next(date(2001, 1, 1).to_datetime(Time::midnight())).is_some().then_some(pattern)
    }

    /// The first time after `clock`.
    pub(super) fn next(&self, clock: DateTime) -> Option<DateTime> {
        let today = clock.date();
        let minute = minute_of(clock);
        if self.has(today)
            && let Some(later) = self.minutes.iter().find(|m| **m > minute)
        {
            return Some(at(today, *later));
        }
        let mut day = today;
        for _ in 0..DAYS_TO_LOOK_MAX {
            day = day.tomorrow().ok()?;
            if self.has(day) {
                return self.minutes.first().map(|minute| at(day, *minute));
            }
        }
        None
    }

    /// The last time that is not after `clock`.
    pub(super) fn last(&self, clock: DateTime) -> Option<DateTime> {
        let today = clock.date();
        let minute = minute_of(clock);
        if self.has(today)
            && let Some(earlier) = self.minutes.iter().rev().find(|m| **m <= minute)
        {
            return Some(at(today, *earlier));
        }
        let mut day = today;
        for _ in 0..DAYS_TO_LOOK_MAX {
            day = day.yesterday().ok()?;
            if self.has(day) {
                return self.minutes.last().map(|minute| at(day, *minute));
            }
        }
        None
    }

    /// The shortest time on the wall from one time to the next.
    pub(super) fn shortest_period_minutes(&self) -> u32 {
        let within = self.minutes.windows(2).map(|pair| u32::from(pair[1] - pair[0])).min();
        let (Some(first), Some(last)) = (self.minutes.first(), self.minutes.last()) else { return 0 };
        let over_night = self.shortest_days() * MINUTES_PER_DAY + u32::from(*first) - u32::from(*last);
        within.map_or(over_night, |within| within.min(over_night))
    }

    /// The fewest days from one fitting day to the next. Weekdays and dates come together again after 28 years.
    fn shortest_days(&self) -> u32 {
        let (mut day, end) = (date(2001, 1, 1), date(2030, 1, 1));
        let (mut before, mut fewest) = (None, u32::MAX);
        while day < end && fewest > 1 {
            if self.has(day) {
                if let Some(before) = before {
                    let days = Span::get_days(&(day - before)).unsigned_abs();
                    fewest = fewest.min(days);
                }
                before = Some(day);
            }
            day = day.tomorrow().unwrap_or(end);
        }
        fewest.min(DAYS_TO_LOOK_MAX as u32)
    }

    fn has(&self, day: Date) -> bool {
        self.months >> day.month() & 1 == 1 && self.days.has(day)
    }
}

fn minute_of(clock: DateTime) -> u16 {
    clock.hour().unsigned_abs() as u16 * 60 + clock.minute().unsigned_abs() as u16
}

fn at(day: Date, minute: u16) -> DateTime {
    day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0)
}
