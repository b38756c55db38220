//! A schedule that can be asked: whether it is in force, what comes next, and what somebody who slept has missed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::lasting::Lasting;
use super::pattern::Pattern;
use super::tick;

/// Most missed changes that are listed one by one.
const MISSED_MAX: usize = 1_000;

/// A schedule ready to be asked.
#[derive(Debug, Clone)]
pub struct Timetable {
    zone: TimeZone,
    plan: Plan,
}

#[derive(Debug, Clone)]
enum Plan {
    Once(Window),
    Recurring {
        pattern: Pattern,
        lasting: Option<Lasting>,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    },
}

/// A span of time in which the rule is in force: its start belongs to it, its end does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant.
    pub starts_at: Timestamp,
    /// The first instant after it; `None` if it does not end.
    pub ends_at: Option<Timestamp>,
}

/// An instant at which something has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: ChangeKind,
}

/// What has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The rule comes into force, or is computed anew where one window follows the other.
    Starts,
    /// Prices return to what they would be without the rule.
    Ends,
}

/// What somebody who slept has missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatchUp {
    /// The missed changes, oldest first, at most a thousand.
    pub missed: Vec<Change>,
    /// Whether there were more than are listed.
    pub more: bool,
    /// The only change that has to be carried out now: the last one. What came before it is over.
    pub counts: Option<Change>,
}

impl Window {
    fn has(&self, instant: Timestamp) -> bool {
        self.starts_at <= instant && self.ends_at.is_none_or(|end| instant < end)
    }
}

impl Timetable {
    pub(super) fn once(zone: TimeZone, window: Window) -> Self {
        Self { zone, plan: Plan::Once(window) }
    }

    pub(super) fn recurring(
        zone: TimeZone,
        pattern: Pattern,
        lasting: Option<Lasting>,
        from: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Self {
        Self { zone, plan: Plan::Recurring { pattern, lasting, from, until } }
    }

    /// The zone whose clocks are meant.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether prices return by themselves at some time.
    #[must_use]
    pub fn returns(&self) -> bool {
        match &self.plan {
            Plan::Once(window) => window.ends_at.is_some(),
            Plan::Recurring { lasting, until, .. } => lasting.is_some() || until.is_some(),
        }
    }

    /// Whether the rule is in force.
    #[must_use]
    pub fn is_active(&self, instant: Timestamp) -> bool {
        self.window_at(instant).is_some()
    }

    /// The window in which the instant lies. Of a rule that repeats without `for`, it lasts until the next time.
    #[must_use]
    pub fn window_at(&self, instant: Timestamp) -> Option<Window> {
        let window = match &self.plan {
            Plan::Once(window) => *window,
            Plan::Recurring { .. } => self.last_window(instant)?,
        };
        window.has(instant).then_some(window)
    }

    /// The first change after the instant.
    #[must_use]
    pub fn next_change(&self, after: Timestamp) -> Option<Change> {
        let (start, end) = match &self.plan {
            Plan::Once(window) => (Some(window.starts_at), window.ends_at),
            Plan::Recurring { .. } => {
                (self.next_tick(after).map(|(at, _)| at), self.window_at(after).and_then(|w| w.ends_at))
            }
        };
        let start = start.filter(|at| *at > after).map(|at| Change { at, kind: ChangeKind::Starts });
        let end = end.filter(|at| *at > after).map(|at| Change { at, kind: ChangeKind::Ends });
        match (start, end) {
            (Some(start), Some(end)) if end.at < start.at => Some(end),
            (start, end) => start.or(end),
        }
    }

    /// All changes after the instant, one after the other.
    pub fn changes_after(&self, after: Timestamp) -> impl Iterator<Item = Change> {
        std::iter::successors(self.next_change(after), |change| self.next_change(change.at))
    }

    /// What has to be done at `now` by somebody who last looked at `last`: changes after `last`, up to and with `now`.
    #[must_use]
    pub fn ticks_between(&self, last: Timestamp, now: Timestamp) -> CatchUp {
        let mut missed: Vec<Change> =
            self.changes_after(last).take_while(|change| change.at <= now).take(MISSED_MAX + 1).collect();
        let more = missed.len() > MISSED_MAX;
        missed.truncate(MISSED_MAX);
        let counts = if more { self.last_change(now) } else { missed.last().copied() };
        CatchUp { missed, more, counts }
    }

    /// The next `count` windows that start after the instant.
    #[must_use]
    pub fn preview(&self, after: Timestamp, count: usize) -> Vec<Window> {
        let starts = self.changes_after(after).filter(|change| change.kind == ChangeKind::Starts);
        starts.filter_map(|change| self.window_at(change.at)).take(count).collect()
    }

    /// Whether nothing ever starts.
    pub(super) fn never(&self) -> bool {
        match &self.plan {
            Plan::Once(_) => false,
            Plan::Recurring { .. } => self.next_tick(Timestamp::UNIX_EPOCH).is_none(),
        }
    }

    /// The last change up to the instant.
    fn last_change(&self, instant: Timestamp) -> Option<Change> {
        let window = match &self.plan {
            Plan::Once(window) => Some(*window).filter(|window| window.starts_at <= instant),
            Plan::Recurring { .. } => self.last_window(instant),
        }?;
        Some(match window.ends_at.filter(|end| *end <= instant) {
            Some(at) => Change { at, kind: ChangeKind::Ends },
            None => Change { at: window.starts_at, kind: ChangeKind::Starts },
        })
    }

    /// The last window that starts up to the instant, over or not.
    fn last_window(&self, instant: Timestamp) -> Option<Window> {
        let Plan::Recurring { lasting, until, .. } = &self.plan else { return None };
        let (starts_at, clock) = self.last_tick(instant)?;
        let next = self.next_tick(starts_at).map(|(at, _)| at);
        let own = lasting.and_then(|lasting| lasting.end(starts_at, clock, &self.zone));
        // A day that is shorter than its clock says brings the next time early: then that one takes over.
        let ends_at = [own, next, *until].into_iter().flatten().min();
        Some(Window { starts_at, ends_at })
    }

    /// The first time after the instant, with what the clock on the wall was meant to show.
    fn next_tick(&self, after: Timestamp) -> Option<(Timestamp, DateTime)> {
        let Plan::Recurring { pattern, from, until, .. } = &self.plan else { return None };
        let before = from.and_then(|from| Timestamp::from_second(from.as_second() - 1).ok());
        let after = before.map_or(after, |before| before.max(after));
        let mut clock = self.zone.to_datetime(after);
        loop {
            clock = pattern.next(clock)?;
            let at = tick::instant(&self.zone, clock)?;
            if at > after {
                return until.is_none_or(|until| at < until).then_some((at, clock));
            }
        }
    }

    /// The last time up to the instant.
    fn last_tick(&self, instant: Timestamp) -> Option<(Timestamp, DateTime)> {
        let Plan::Recurring { pattern, from, until, .. } = &self.plan else { return None };
        let last = until.and_then(|until| Timestamp::from_nanosecond(until.as_nanosecond() - 1).ok());
        let instant = last.map_or(instant, |last| last.min(instant));
        let mut clock = tick::latest_clock(&self.zone, instant);
        loop {
            clock = pattern.last(clock)?;
            let at = tick::instant(&self.zone, clock)?;
            if at <= instant {
                return from.is_none_or(|from| at >= from).then_some((at, clock));
            }
            clock = clock.checked_sub(jiff::Span::new().minutes(1)).ok()?;
        }
    }
}
