//! Waivers let pass what a soft guardrail stops: only that, only for whom, only until when.

use jiff::Timestamp;
use pricing::{DayTotals, Guardrails, Outcome, PlanGuardrailKind, Verdict};

use crate::support::{NOW, Try, context, guardrails, plan, shop};

fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant")
}

fn floor(mode: &str) -> Guardrails {
    guardrails(&format!("floor: {{ mode: {mode}, price: 10.00 EUR }}"))
}

fn outcome(guardrails: Guardrails) -> (Outcome, &'static str) {
    let row = Try::under(guardrails).row(1_200, 900);
    (row.outcome, row.guardrails.verdict(pricing::GuardrailKind::Floor).as_str())
}

#[test]
fn a_waiver_holds_until_its_instant() {
    for (until, expected) in [(NOW + 1, (Outcome::Cut, "waived")), (NOW, (Outcome::Blocked, "violated"))] {
        let mut soft = floor("soft");
        soft.waive("floor", None, instant(until)).expect("known");
        assert_eq!(outcome(soft), expected);
    }
    assert_eq!(outcome(floor("soft")), (Outcome::Blocked, "violated"));
}

#[test]
fn a_hard_guardrail_cannot_be_waived() {
    let mut hard = floor("hard");
    hard.waive("floor", None, instant(NOW + 1)).expect("known");
    assert_eq!(outcome(hard), (Outcome::Blocked, "violated"));
}

#[test]
fn a_waiver_reaches_only_its_guardrail_and_its_rule() {
    let mut other = floor("soft");
    other.waive("ceiling", None, instant(NOW + 1)).expect("known");
    other.waive("floor", Some("another rule"), instant(NOW + 1)).expect("known");
    assert_eq!(outcome(other.clone()), (Outcome::Blocked, "violated"));
    other.waive("floor", Some("test"), instant(NOW + 1)).expect("known");
    assert_eq!(outcome(other), (Outcome::Cut, "waived"));
    let unknown = floor("soft").waive("flor", None, instant(NOW + 1)).expect_err("misspelt");
    assert_eq!(unknown.to_string(), "`flor` is not a guardrail");
}

#[test]
fn waivers_stay_when_documents_are_laid_over_one_another() {
    let mut base = Guardrails::none();
    base.waive("floor", None, instant(NOW + 1)).expect("known");
    assert_eq!(outcome(floor("soft").over(&base)), (Outcome::Cut, "waived"));
}

#[test]
fn a_whole_plan_is_waived_only_for_every_rule() {
    let today = DayTotals::default();
    let verdict = |rule: Option<&str>| {
        let mut some = guardrails("blast_radius: { rows: 2 }");
        some.waive("blast_radius", rule, instant(NOW + 1)).expect("known");
        let (_, verdicts) =
            plan("steps: [{ percent: 5 }]", &some, &context("EUR"), &shop([1_000; 3]), &today);
        assert_eq!(verdicts.0[0].kind, PlanGuardrailKind::BlastRadius);
        verdicts.0[0].verdict
    };
    assert_eq!(verdict(None), Verdict::Waived);
    assert_eq!(verdict(Some("test")), Verdict::Violated);
}
