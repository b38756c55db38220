//! When a rule is in force: at an instant, until another with the return that follows, or again and again.
//! Wall clocks are read in a zone of the IANA database that comes with the program, never in the machine's zone files.

mod cron;
mod lasting;
mod pattern;
mod recurrence;
mod tick;
mod timetable;
mod wall_clock;
mod words;
mod zone;

use jiff::tz::TimeZone;
use kernel_core::FieldError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;
use crate::read::given;

use lasting::Lasting;
use recurrence::Recurrence;
pub use timetable::{CatchUp, Change, ChangeKind, Timetable, Window};
use wall_clock::WallClock;
use zone::ZoneName;
pub use zone::time_zone_data_version;

/// When a rule is in force. Either `at`, with or without `until`; or `every`, with or without `for`, in which case
/// `at` and `until` bound the repetition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Whose clocks are meant.
    zone: ZoneName,
    /// From when.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    at: Option<WallClock>,
    /// Until when; then the price returns to what it would be without the rule.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    until: Option<WallClock>,
    /// Again and again.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    every: Option<Recurrence>,
    /// How long each time, after which the price returns; without it until the next time.
    #[serde(default, rename = "for", deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    lasting: Option<Lasting>,
}

impl Schedule {
    /// The schedule ready to be asked. What it answers depends on the document and on
    /// [`time_zone_data_version`] alone.
    ///
    /// # Errors
    /// Every fault found, with its JSON pointer below the schedule and how to mend it.
    pub fn timetable(&self) -> Result<Timetable, Vec<FieldError>> {
        let mut compile = Compile::for_validation();
        let timetable = self.ready(&mut compile);
        let faults = compile.into_faults();
        match timetable {
            Some(timetable) if faults.is_empty() => Ok(timetable),
            _ => Err(faults),
        }
    }

    /// Notes every fault of meaning.
    pub(crate) fn check(&self, compile: &mut Compile) {
        let _ready = self.ready(compile);
    }

    /// `None` only together with a fault.
    fn ready(&self, compile: &mut Compile) -> Option<Timetable> {
        self.check_fields(compile);
        let zone = compile.inside("zone", |c| self.zone.ready(c))?;
        let mut instant = |key, clock: &Option<WallClock>| match clock {
            Some(clock) => compile.inside(key, |c| clock.ready(&self.zone, &zone, c)).map(Some),
            None => Some(None),
        };
        let (at, until) = (instant("at", &self.at), instant("until", &self.until));
        let (at, until) = (at?, until?);
        if let (Some(at), Some(until)) = (at, until)
            && until <= at
        {
            let detail = "does not lie after `at`; write a later time";
            compile.inside("until", |c| c.fault("ends_before_start", detail));
            return None;
        }
        match &self.every {
            Some(every) => self.recurring(every, zone, (at, until), compile),
            None => Some(Timetable::once(zone, Window { starts_at: at?, ends_at: until })),
        }
    }

    fn check_fields(&self, compile: &mut Compile) {
        if self.every.is_some() {
            return;
        }
        if self.at.is_none() {
            let detail = "says nothing about when; write `at`, or `every` for what happens again and again";
            compile.fault("empty", detail);
        }
        if self.lasting.is_some() {
            let detail = "belongs to `every`; to end something that happens once write `until`";
            compile.inside("for", |c| c.fault("not_recurring", detail));
        }
    }

    fn recurring(
        &self,
        every: &Recurrence,
        zone: TimeZone,
        (from, until): (Option<jiff::Timestamp>, Option<jiff::Timestamp>),
        compile: &mut Compile,
    ) -> Option<Timetable> {
        let pattern = every.pattern();
        let period_minutes = pattern.shortest_period_minutes();
        if let Some(lasting) = self.lasting.filter(|lasting| lasting.minutes_at_most() > period_minutes) {
            let period = Lasting::from_minutes(period_minutes);
            let detail = format!(
                "{lasting} is longer than the {period} from one time to the next; write at most {period}"
            );
            compile.inside("for", |c| c.fault("window_too_long", detail));
            return None;
        }
        let timetable = Timetable::recurring(zone, pattern.clone(), self.lasting, from, until);
        if from.is_some() && until.is_some() && timetable.never() {
            let detail = "never comes between `at` and `until`; write other bounds or another time";
            compile.inside("every", |c| c.fault("never", detail));
            return None;
        }
        Some(timetable)
    }
}
