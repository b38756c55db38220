//! How a command ends: exit codes, and the one error that every command returns.

use kernel_core::FieldError;

/// How a command ended. From 10 on it ended well, with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed; nothing, or nobody knows what, was changed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// Cancelled at a prompt.
    Cancelled = 3,
    /// Not signed in, or not allowed.
    NotAllowed = 4,
    /// Not found.
    NotFound = 5,
    /// A stale plan, or something changed underneath.
    Conflict = 6,
    /// There are changes; only said when asked for.
    Changes = 10,
    /// Guardrails stopped rows.
    Violations = 11,
    /// Waits for somebody's approval.
    WaitingForApproval = 12,
    /// Some prices were written and others not.
    PartlyApplied = 13,
    /// The shop differs from what was intended.
    Drift = 14,
    /// The audit chain is broken.
    AuditBroken = 15,
    /// Interrupted by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Every code with its meaning, in order; `calibr help exit-codes` prints it.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Done, "done"),
        (Self::Failed, "failed; nothing was changed, or it is unknown"),
        (Self::Usage, "wrong usage"),
        (Self::Cancelled, "cancelled at a prompt"),
        (Self::NotAllowed, "not signed in, or not allowed"),
        (Self::NotFound, "not found"),
        (Self::Conflict, "conflict: the plan is stale, or something changed underneath"),
        (Self::Changes, "changes present (plan --detailed-exitcode only)"),
        (Self::Violations, "guardrails stopped rows"),
        (Self::WaitingForApproval, "waiting for approval"),
        (Self::PartlyApplied, "partly applied"),
        (Self::Drift, "drift found"),
        (Self::AuditBroken, "audit chain broken"),
        (Self::Interrupted, "interrupted by Ctrl-C; a run that was started goes on"),
    ];

    /// The number the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// Why a command did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    /// The exit code.
    pub exit: Exit,
    /// Stable code for scripts.
    pub code: Box<str>,
    /// What happened and what did not.
    pub message: String,
    /// Places in the input.
    pub fields: Vec<FieldError>,
    /// What to do about it; a command is written as it is typed.
    pub next: Vec<String>,
    /// The request, for the operator's log.
    pub request_id: Option<String>,
}

/// The result of a step of a command.
pub type Result<T = Exit> = std::result::Result<T, CliError>;

impl CliError {
    /// An error that ends with `exit`.
    pub fn new(exit: Exit, code: impl Into<Box<str>>, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.into(),
            message: message.into(),
            fields: Vec::new(),
            next: Vec::new(),
            request_id: None,
        }
    }

    /// The command was typed wrongly.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// Something on this machine went wrong.
    pub fn failed(code: &str, message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, code, message)
    }

    /// There is no such thing.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, "not_found", message)
    }

    /// Adds a command to type next, without the leading `calibr`.
    #[must_use]
    pub fn next(mut self, command: impl Into<String>) -> Self {
        self.next.push(command.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_that_were_promised() {
        let codes = Exit::ALL.map(|(exit, _)| exit.code());
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 15, 130]);
    }
}
