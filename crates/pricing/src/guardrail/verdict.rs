//! What guardrails answer: a verdict for each, and all of one row together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::GuardrailKind;

/// How strictly a guardrail holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "GuardrailMode")]
pub enum Mode {
    /// What is outside never passes.
    Hard,
    /// What is outside passes only under a waiver.
    Soft,
    /// It is not asked.
    Off,
}

impl Mode {
    /// What most guardrails are unless the document says otherwise.
    pub(super) const fn hard() -> Self {
        Self::Hard
    }

    /// What guardrails are that people pass now and then with reason.
    pub(super) const fn soft() -> Self {
        Self::Soft
    }

    /// The word used in settings and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Off => "off",
        }
    }
}

/// What a limit or guardrail said of one row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It is not set, or the variant has nothing that it could hold against.
    #[default]
    NotSet,
    /// The price is inside.
    Passed,
    /// The price is inside, but close to the limit.
    Near,
    /// The price was moved to the limit.
    Limited,
    /// The price is outside, and somebody allowed that for now.
    Waived,
    /// The price may not be.
    Violated,
}

impl Verdict {
    /// The word used in the trace and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotSet => "not_set",
            Self::Passed => "passed",
            Self::Near => "near",
            Self::Limited => "limited",
            Self::Waived => "waived",
            Self::Violated => "violated",
        }
    }

    /// Violated unless it is allowed, and near only where it is allowed.
    #[inline]
    pub(crate) fn of(allowed: bool, near: bool) -> Self {
        match (allowed, near) {
            (false, _) => Self::Violated,
            (true, true) => Self::Near,
            (true, false) => Self::Passed,
        }
    }
}

/// What all guardrails said of one row, without allocation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GuardrailResults {
    pub(super) verdicts: [Verdict; GuardrailKind::ALL.len()],
    /// One bit for each soft guardrail.
    pub(super) soft: u32,
}

impl GuardrailResults {
    /// What one guardrail said.
    #[must_use]
    pub fn verdict(&self, kind: GuardrailKind) -> Verdict {
        self.verdicts[kind as usize]
    }

    /// Every guardrail that is set, with what it said.
    pub fn iter(&self) -> impl Iterator<Item = (GuardrailKind, Verdict)> + '_ {
        let set = |(_, verdict): &(GuardrailKind, Verdict)| *verdict != Verdict::NotSet;
        GuardrailKind::ALL.iter().map(|kind| (*kind, self.verdict(*kind))).filter(set)
    }

    /// The guardrail that stops the row: the first hard one, or else the first soft one.
    #[must_use]
    pub fn violated(&self) -> Option<GuardrailKind> {
        if mutant!(
            "guardrails.soft_ignored",
            !self.verdicts.contains(&Verdict::Violated),
            !self.stopping().any(|kind| !self.is_soft(kind))
        ) {
            return None;
        }
        self.stopping().find(|kind| !self.is_soft(*kind)).or_else(|| self.stopping().next())
    }

    /// Whether waivers alone could let the row pass: something stops it, and nothing of that is hard.
    #[must_use]
    pub fn waivers_would_free(&self) -> bool {
        self.violated().is_some_and(|kind| self.is_soft(kind))
    }

    /// Every guardrail that stops the row.
    pub fn stopping(&self) -> impl Iterator<Item = GuardrailKind> + '_ {
        self.iter().filter(|(_, verdict)| *verdict == Verdict::Violated).map(|(kind, _)| kind)
    }

    /// Whether a waiver can let what this guardrail stops pass.
    #[must_use]
    pub fn is_soft(&self, kind: GuardrailKind) -> bool {
        self.soft & (1 << kind as u32) != 0
    }
}
