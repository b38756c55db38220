//! Nothing is written while a freeze lasts: Black Friday, stocktaking, the night of a migration.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Guardrail, Mode, Planned, Setting, Verdict, missing};
use crate::analyse::{Condition, RuleTraits};
use crate::compile::Compile;
use crate::read::given;
use crate::schedule::Schedule;
use crate::trace::{Part, StepWriter};

/// A freeze that begins within this time is near.
const NEAR: SignedDuration = SignedDuration::from_hours(24);
const WINDOWS_MAX: usize = 100;

/// Stops every row that would write something while one of the windows lasts. Near: a window begins within 24 hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Freeze {
    /// How strictly it holds; hard unless said otherwise.
    #[serde(default = "Mode::hard")]
    mode: Mode,
    /// When nothing is written.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    windows: Option<Vec<FreezeWindow>>,
}

/// One window in which nothing is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FreezeWindow {
    /// From when until when, once or again and again.
    when: Schedule,
    /// What people call it.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What the windows mean at the instant of the set.
#[derive(Debug)]
pub(crate) struct ReadyFreeze {
    state: State,
    reason: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Soon,
    Frozen,
}

impl Setting for Freeze {
    type Ready = ReadyFreeze;

    fn mode(&self) -> Mode {
        self.mode
    }

    fn ready(&self, compile: &mut Compile) -> ReadyFreeze {
        let windows = self.windows.as_deref().unwrap_or_default();
        if windows.is_empty() || windows.len() > WINDOWS_MAX {
            let write = format!("1 to {WINDOWS_MAX} windows, each with `when`");
            missing(self.mode, "windows", &write, (), compile);
        }
        let mut ready = ReadyFreeze { state: State::Open, reason: "".into() };
        for (place, window) in windows.iter().enumerate() {
            compile.inside("windows", |c| c.inside(place, |c| c.inside("when", |c| window.when.check(c))));
            let state = window.state(compile);
            if state == State::Frozen && ready.state != State::Frozen || ready.state == State::Open {
                ready = ReadyFreeze { state, reason: window.reason.as_deref().unwrap_or("").into() };
            }
        }
        ready
    }
}

impl FreezeWindow {
    fn state(&self, compile: &Compile) -> State {
        let (Some(context), Ok(timetable)) = (compile.context(), self.when.timetable()) else {
            return State::Open;
        };
        let now = context.instant;
        if timetable.is_active(now) {
            return State::Frozen;
        }
        let soon = timetable.next_change(now).is_some_and(|change| change.at.duration_since(now) <= NEAR);
        if soon { State::Soon } else { State::Open }
    }
}

impl Guardrail for ReadyFreeze {
    #[inline]
    fn judge(&self, planned: &Planned<'_>) -> Verdict {
        match self.state {
            State::Frozen if planned.writes() => Verdict::Violated,
            State::Soon => Verdict::Near,
            State::Frozen | State::Open => Verdict::Passed,
        }
    }

    fn passes(&self, _: &RuleTraits) -> Condition<'static> {
        Condition::Always(self.state != State::Frozen)
    }

    fn note(&self, _: &Planned<'_>, step: &mut StepWriter<'_>) {
        step.value(&[Part::Word(match self.state {
            State::Open => "open",
            State::Soon => "a freeze begins within 24 hours",
            State::Frozen => "frozen",
        })]);
        match &*self.reason {
            "" => step.reason(&[Part::Word("nothing is written during a freeze")]),
            reason => step.reason(&[Part::Word("nothing is written during a freeze: "), Part::Word(reason)]),
        };
    }
}
