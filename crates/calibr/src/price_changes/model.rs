//! What may be done with a price change, decided from its state alone. Pure.

use kernel_core::{Actor, Role};

use super::dto::{Check, Comment};
use crate::rules::dto::PlanVerdict;

/// The state of a price change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Planned, with nothing to apply, or stopped as a whole by a guardrail.
    Planned,
    /// Waits for somebody other than its author.
    PendingApproval,
    /// May be applied.
    Approved,
    /// Approved, and waits for its instant.
    Scheduled,
    /// A run is writing.
    Applying,
    /// Every row was written.
    Applied,
    /// Some rows were written.
    PartiallyApplied,
    /// No row was written.
    Failed,
    /// Somebody said no.
    Rejected,
    /// The catalogue moved under it; only a new plan leads on.
    Stale,
    /// A run is taking it back.
    RollingBack,
    /// Taken back.
    RolledBack,
}

impl State {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Planned, "planned"),
        (Self::PendingApproval, "pending_approval"),
        (Self::Approved, "approved"),
        (Self::Scheduled, "scheduled"),
        (Self::Applying, "applying"),
        (Self::Applied, "applied"),
        (Self::PartiallyApplied, "partially_applied"),
        (Self::Failed, "failed"),
        (Self::Rejected, "rejected"),
        (Self::Stale, "stale"),
        (Self::RollingBack, "rolling_back"),
        (Self::RolledBack, "rolled_back"),
    ];

    /// The word in the database and the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    /// The words of all states.
    #[must_use]
    pub fn words() -> [&'static str; 12] {
        Self::ALL.map(|(_, word)| word)
    }

    /// Reads the word; `None` if there is no such state.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }

    /// Whether this state may be followed by that one.
    #[must_use]
    pub fn may_become(self, to: Self) -> bool {
        match self {
            Self::Planned | Self::Rejected | Self::Stale => false,
            Self::PendingApproval => matches!(to, Self::Approved | Self::Rejected | Self::Stale),
            Self::Approved => {
                matches!(to, Self::Scheduled | Self::Applying | Self::Rejected | Self::Stale)
            }
            Self::Scheduled => {
                matches!(to, Self::Approved | Self::Applying | Self::Rejected | Self::Stale)
            }
            Self::Applying => matches!(to, Self::Applied | Self::PartiallyApplied | Self::Failed),
            Self::Applied | Self::RolledBack => to == Self::RollingBack,
            Self::PartiallyApplied | Self::Failed => matches!(to, Self::Applying | Self::RollingBack),
            Self::RollingBack => matches!(to, Self::RolledBack | Self::PartiallyApplied),
        }
    }

    /// Whether the plan can still be overtaken by the catalogue.
    #[must_use]
    pub fn awaits_apply(self) -> bool {
        matches!(self, Self::PendingApproval | Self::Approved | Self::Scheduled)
    }
}

/// What the verdict depends on.
pub(super) struct Standing<'a> {
    pub state: State,
    pub is_author: bool,
    pub actor: &'a Actor,
    pub rows_to_apply: u64,
    pub rows_blocked: u64,
    /// The title of the plan that took its place.
    pub replaced_by: Option<&'a str>,
    /// Why the plan can no longer be used, where it cannot.
    pub stale: Option<String>,
    /// What guardrails say against the plan as a whole.
    pub stopped: Vec<PlanVerdict>,
    /// What stands in the way beside the plan itself.
    pub hindrances: Vec<Check>,
    pub approvals: usize,
    /// What an approver asked for and nobody has answered.
    pub changes_asked: Option<Comment>,
    /// Targets of the newest run that the shop refused.
    pub rows_failed: u64,
    /// Whether something of the newest apply run is, or may be, in the shop still.
    pub is_written: bool,
    /// Whether these are base prices, which a product file can hold.
    pub is_base: bool,
}

/// What became of a plan, once nothing can be asked of it any more.
fn outcome(state: State) -> Option<Check> {
    let (status, detail) = match state {
        State::Planned | State::PendingApproval | State::Approved | State::Scheduled | State::Stale => {
            return None;
        }
        State::Rejected => ("block", "Somebody declined this plan."),
        State::Applying => ("wait", "A run is writing it to the shop."),
        State::Applied => ("pass", "Every price was written to the shop."),
        State::PartiallyApplied => ("warn", "Some of its prices are in the shop, and some are not."),
        State::Failed => ("warn", "None of its prices was written."),
        State::RollingBack => ("wait", "A run is taking it back."),
        State::RolledBack => ("pass", "It was taken back."),
    };
    Some(check("outcome", status, detail))
}

pub(super) fn check(code: &str, status: &str, detail: impl Into<String>) -> Check {
    Check { code: code.to_owned(), status: status.to_owned(), detail: detail.into() }
}

/// Every reason for or against applying, in the order people read them; of a plan that is over, what became of it.
pub(super) fn checks(standing: &Standing<'_>) -> Vec<Check> {
    if let Some(outcome) = outcome(standing.state) {
        return vec![outcome];
    }
    let mut checks = Vec::new();
    if let (State::Stale, Some(title)) = (standing.state, standing.replaced_by) {
        return vec![check("replaced", "block", format!("{title} was planned in its place."))];
    }
    checks.push(match (standing.state, &standing.stale) {
        (_, Some(why)) => check("fresh", "block", format!("{why} Plan again.")),
        (State::Stale, None) => check(
            "fresh",
            "block",
            "The catalogue or the guardrails moved since this was planned. Plan again.",
        ),
        (_, None) => check("fresh", "pass", "No planned price moved since this was planned."),
    });
    for verdict in &standing.stopped {
        let next = if verdict.mode == "soft" { " A waiver can let it pass." } else { "" };
        let detail =
            format!("{} ({}, limit {}).{next}", capital(&verdict.detail), verdict.value, verdict.limit);
        checks.push(check(&format!("guardrail.{}", verdict.guardrail), "block", detail));
    }
    checks.push(match standing.rows_to_apply {
        0 => check("rows", "block", "The rules give the prices you already have: nothing to apply."),
        rows if standing.stopped.is_empty() => {
            check("rows", "pass", format!("{rows} {} will be written.", prices(rows)))
        }
        rows => check("rows", "pass", format!("{rows} {} would be written.", prices(rows))),
    });
    if standing.rows_blocked > 0 {
        let (rows, words) = (standing.rows_blocked, prices(standing.rows_blocked));
        checks.push(check(
            "violations",
            "warn",
            format!("{rows} {words} break a guardrail and will not be written."),
        ));
    }
    checks.push(if !standing.stopped.is_empty() {
        check("approvals", "block", "Nobody can approve what a guardrail stops.")
    } else if standing.approvals > 0 {
        check("approvals", "pass", "Approved by somebody other than its author.")
    } else {
        check("approvals", "wait", "Waits for the approval of somebody other than its author.")
    });
    if let Some(asked) = standing.changes_asked.as_ref().filter(|_| standing.state == State::PendingApproval)
    {
        let what = asked.body.as_deref().unwrap_or_default();
        checks.push(check("changes_asked", "warn", format!("{} asked for changes: {what}", asked.author)));
    }
    checks.extend(standing.hindrances.iter().cloned());
    checks
}

/// What this actor may do now.
pub(super) fn allowed(standing: &Standing<'_>) -> Vec<String> {
    let role = standing.actor.role;
    let fresh = standing.stale.is_none();
    let state = standing.state;
    let hindered = standing.hindrances.iter().any(|hindrance| hindrance.status == "block");
    let ended = matches!(state, State::Applied | State::PartiallyApplied | State::Failed);
    let may = [
        (
            "approve",
            role >= Role::Approver && !standing.is_author && state == State::PendingApproval && fresh,
        ),
        ("reject", role >= Role::Approver && state.awaits_apply()),
        ("request_review", role >= Role::Editor && state == State::PendingApproval),
        ("ask_for_changes", role >= Role::Approver && !standing.is_author && state == State::PendingApproval),
        ("apply", role >= Role::Editor && state == State::Approved && fresh && !hindered),
        ("unschedule", role >= Role::Editor && state == State::Scheduled),
        (
            "export",
            role >= Role::Editor
                && standing.is_base
                && (state == State::Approved && fresh
                    || matches!(state, State::Applying | State::Applied | State::PartiallyApplied)),
        ),
        ("roll_back", role >= Role::Editor && standing.is_written && (ended || state == State::RolledBack)),
        ("retry_failed", role >= Role::Editor && standing.rows_failed > 0 && ended),
    ];
    may.into_iter().filter(|(_, may)| *may).map(|(act, _)| act.to_owned()).collect()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The noun for so many of them.
pub(super) fn prices(count: impl Into<i128>) -> &'static str {
    if count.into() == 1 { "price" } else { "prices" }
}

#[cfg(test)]
mod tests {
    use kernel_core::ActorKind;

    use super::*;

    fn standing(actor: &Actor, state: State, is_author: bool) -> Standing<'_> {
        Standing {
            state,
            is_author,
            actor,
            rows_to_apply: 3,
            rows_blocked: 0,
            replaced_by: None,
            stale: None,
            stopped: Vec::new(),
            hindrances: Vec::new(),
            approvals: 0,
            changes_asked: None,
            rows_failed: 0,
            is_written: false,
            is_base: true,
        }
    }

    fn approver() -> Actor {
        Actor { kind: ActorKind::User(kernel_core::UserId::new()), role: Role::Approver, label: "a".into() }
    }

    #[test]
    fn the_author_may_reject_but_never_approve() {
        let actor = approver();
        assert_eq!(allowed(&standing(&actor, State::PendingApproval, true)), ["reject", "request_review"]);
        assert_eq!(
            allowed(&standing(&actor, State::PendingApproval, false)),
            ["approve", "reject", "request_review", "ask_for_changes"]
        );
    }

    #[test]
    fn nothing_is_applied_that_is_not_approved_or_has_moved() {
        let actor = approver();
        for (state, _) in State::ALL {
            let may_apply = allowed(&standing(&actor, state, false)).contains(&"apply".to_owned());
            assert_eq!(may_apply, state == State::Approved, "{state:?}");
        }
        let why = Some("1 planned price moved since this was planned.".to_owned());
        let moved = Standing { stale: why, ..standing(&actor, State::Approved, false) };
        assert_eq!(allowed(&moved), ["reject"]);
        assert!(checks(&moved).iter().any(|check| check.code == "fresh" && check.status == "block"));
    }

    #[test]
    fn what_is_in_the_way_is_told_and_stops_the_act_unless_it_passes_by_itself() {
        let actor = approver();
        let may_apply = |status: &str| {
            let hindrances = vec![check("channel.busy", status, "Another run is writing.")];
            let standing = Standing { hindrances, ..standing(&actor, State::Approved, false) };
            assert!(checks(&standing).iter().any(|check| check.code == "channel.busy"));
            allowed(&standing).contains(&"apply".to_owned())
        };
        assert_eq!((may_apply("block"), may_apply("wait")), (false, true));
    }

    #[test]
    fn of_a_plan_that_is_over_nothing_is_said_but_what_became_of_it() {
        let actor = approver();
        for (state, word) in State::ALL {
            let told = checks(&standing(&actor, state, false));
            let is_over = told.iter().any(|check| check.code == "outcome");
            assert_eq!(told.iter().any(|check| check.detail.contains("will be written")), !is_over, "{word}");
            assert_eq!(is_over, !(state.awaits_apply() || word == "planned" || word == "stale"), "{word}");
        }
    }
}
