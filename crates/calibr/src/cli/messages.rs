//! The messages of a JSON stream and of a failure, one line each. `calibr help json` promises them.

use jiff::Timestamp;
use kernel_core::FieldError;
use serde::Serialize;

use super::exit::{CliError, Exit};
use crate::ids::{PriceChangeId, RunId, VariantId};
use crate::runs::dto::{Run, Target, TargetCounts};

/// The version of these messages: the second number grows when fields are added, the first when one changes.
const UI_VERSION: &str = "1.0";

/// The first message of every stream.
#[derive(Debug, Serialize)]
pub struct Version {
    r#type: &'static str,
    calibr: &'static str,
    ui: &'static str,
}

/// A run has begun, or is being watched from now on.
#[derive(Debug, Serialize)]
pub struct Start<'a> {
    r#type: &'static str,
    run: RunId,
    price_change: PriceChangeId,
    channel: &'a str,
    total: u64,
    ts: Timestamp,
}

/// Something moved.
#[derive(Debug, Serialize)]
pub struct Progress<'a> {
    r#type: &'static str,
    run: RunId,
    state: &'a str,
    counts: &'a TargetCounts,
}

/// A target that was refused or had changed.
#[derive(Debug, Serialize)]
pub struct TargetDiagnostic<'a> {
    r#type: &'static str,
    severity: &'static str,
    code: Option<&'a str>,
    variant: VariantId,
    sku: &'a str,
    state: &'a str,
    detail: Option<&'a str>,
}

/// The last message of a stream.
#[derive(Debug, Serialize)]
pub struct End<'a> {
    r#type: &'static str,
    run: RunId,
    state: &'a str,
    total: u64,
    counts: &'a TargetCounts,
    exit_code: u8,
}

/// Why a command failed.
#[derive(Debug, Serialize)]
pub struct Diagnostic<'a> {
    r#type: &'static str,
    severity: &'static str,
    code: &'a str,
    detail: &'a str,
    errors: &'a [FieldError],
    request_id: Option<&'a str>,
    exit_code: u8,
}

impl Version {
    /// Of this build.
    #[must_use]
    pub fn of_this_build() -> Self {
        Self { r#type: "version", calibr: env!("CARGO_PKG_VERSION"), ui: UI_VERSION }
    }
}

impl<'a> Start<'a> {
    /// Of a run.
    #[must_use]
    pub fn of(run: &'a Run) -> Self {
        Self {
            r#type: if is_roll_back(run) { "roll_back.start" } else { "apply.start" },
            run: run.id,
            price_change: run.price_change_id,
            channel: &run.channel,
            total: run.total,
            ts: run.created_at,
        }
    }
}

impl<'a> Progress<'a> {
    /// Of a run.
    #[must_use]
    pub fn of(run: &'a Run) -> Self {
        let r#type = if is_roll_back(run) { "roll_back.progress" } else { "apply.progress" };
        Self { r#type, run: run.id, state: &run.state, counts: &run.counts }
    }
}

impl<'a> TargetDiagnostic<'a> {
    /// Of a target.
    #[must_use]
    pub fn of(target: &'a Target) -> Self {
        Self {
            r#type: "diagnostic",
            severity: "error",
            code: target.reason_code.as_deref(),
            variant: target.variant_id,
            sku: &target.sku,
            state: &target.state,
            detail: target.reason.as_deref(),
        }
    }
}

impl<'a> End<'a> {
    /// Of a settled run.
    #[must_use]
    pub fn of(run: &'a Run, exit: Exit) -> Self {
        Self {
            r#type: if is_roll_back(run) { "roll_back.end" } else { "apply.end" },
            run: run.id,
            state: &run.state,
            total: run.total,
            counts: &run.counts,
            exit_code: exit.code(),
        }
    }
}

impl<'a> Diagnostic<'a> {
    /// Of an error.
    #[must_use]
    pub fn of(error: &'a CliError) -> Self {
        Self {
            r#type: "diagnostic",
            severity: "error",
            code: &error.code,
            detail: &error.message,
            errors: &error.fields,
            request_id: error.request_id.as_deref(),
            exit_code: error.exit.code(),
        }
    }
}

fn is_roll_back(run: &Run) -> bool {
    run.kind == "roll_back"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(kind: &str) -> Run {
        let run = json!({"id": "run_00000000000000000000000001", "kind": kind, "state": "applied",
            "price_change_id": "pch_00000000000000000000000001", "title": "Summer", "reverses_run_id": null,
            "channel": "demo.myshopify.com", "channel_id": "chn_00000000000000000000000001", "total": 1, "counts": {"queued": 0, "applying": 0, "applied": 1,
                "failed": 0, "conflict": 0, "skipped": 0, "rolled_back": 0, "verified": 1},
            "actor": "a", "created_at": "2026-11-21T03:00:00Z", "finished_at": null, "settled": true});
        serde_json::from_value(run).expect("the run of the test is one")
    }

    #[test]
    fn a_stream_is_what_was_promised_to_the_letter() {
        let run = run("apply");
        let lines = [
            serde_json::to_string(&Version { calibr: "0.0.0", ..Version::of_this_build() }),
            serde_json::to_string(&Start::of(&run)),
            serde_json::to_string(&Progress::of(&run)),
            serde_json::to_string(&End::of(&run, Exit::Done)),
            serde_json::to_string(&Diagnostic::of(&CliError::usage("No."))),
        ];
        let text = lines.map(|line| line.expect("messages are JSON")).join("\n");
        insta::assert_snapshot!(text, @r#"
        {"type":"version","calibr":"0.0.0","ui":"1.0"}
        {"type":"apply.start","run":"run_00000000000000000000000001","price_change":"pch_00000000000000000000000001","channel":"demo.myshopify.com","total":1,"ts":"2026-11-21T03:00:00Z"}
        {"type":"apply.progress","run":"run_00000000000000000000000001","state":"applied","counts":{"queued":0,"applying":0,"applied":1,"failed":0,"conflict":0,"skipped":0,"rolled_back":0,"verified":1}}
        {"type":"apply.end","run":"run_00000000000000000000000001","state":"applied","total":1,"counts":{"queued":0,"applying":0,"applied":1,"failed":0,"conflict":0,"skipped":0,"rolled_back":0,"verified":1},"exit_code":0}
        {"type":"diagnostic","severity":"error","code":"usage","detail":"No.","errors":[],"request_id":null,"exit_code":2}
        "#);
    }

    #[test]
    fn the_way_back_has_its_own_words() {
        let run = run("roll_back");
        let types = [Start::of(&run).r#type, Progress::of(&run).r#type, End::of(&run, Exit::Done).r#type];
        assert_eq!(types, ["roll_back.start", "roll_back.progress", "roll_back.end"]);
    }
}
