//! The command line against a server that answers as the API promises: what is sent, what is shown, how it ends.

#[allow(dead_code)]
mod support_cli;

use std::io::{BufRead, BufReader};

use axum::body::Body;
use axum::http::Response;
use serde_json::{Value, json};
use support_cli::{Asked, Ran, Stub, calibr, ok, page, problem, run};

const PCH: &str = "pch_00000000000000000000000001";
const RUN: &str = "run_00000000000000000000000001";
const RUL: &str = "rul_00000000000000000000000001";

async fn signed_in(stub: &Stub, args: &[&str]) -> Ran {
    let config = tempfile::tempdir().expect("a folder");
    let mut command = calibr(config.path(), args);
    command.env("CALIBR_HOST", &stub.host).env("CALIBR_TOKEN", "cal_secret");
    run(command).await
}

fn impact(blocked: u64) -> Value {
    json!({"counts": {"raise": 0, "cut": 2, "same": 0, "blocked": blocked, "skipped": 0, "not_selected": 1},
        "median_change_pct": "-20.00", "largest_change_pct": "-20.02", "histogram": []})
}

fn price_change(state: &str, allowed: &[&str], blocked: u64) -> Value {
    json!({"id": PCH, "title": "Summer", "note": null, "state": state, "plan_hash": "9f3c", "currency": "EUR",
        "planned_at": "2026-11-21T03:00:00Z", "author": "editor@demo.test",
        "rules": [{"rule_id": RUL, "name": "summer", "version": 1, "content_hash": "aa"}],
        "impact": impact(blocked), "verdicts": [], "rows_to_apply": 2, "decisions": [],
        "checks": [{"code": "approvals", "status": "wait", "detail": "Nobody has approved it."}],
        "allowed": allowed, "runs": []})
}

fn the_run(state: &str, applied: u64, failed: u64, settled: bool) -> Value {
    json!({"id": RUN, "kind": "apply", "state": state, "price_change_id": PCH, "title": "Summer",
        "reverses_run_id": null, "channel": "demo.myshopify.com",
        "channel_id": "chn_00000000000000000000000001", "total": 2,
        "counts": {"queued": 2 - applied - failed, "applying": 0, "applied": applied, "failed": failed,
            "conflict": 0, "skipped": 0, "rolled_back": 0, "verified": applied},
        "actor": "approver@demo.test", "created_at": "2026-11-21T03:00:00Z",
        "finished_at": settled.then_some("2026-11-21T03:01:24Z"), "settled": settled})
}

fn row(outcome: &str, sku: &str, reason: Option<&str>) -> Value {
    let euro = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    json!({"row": 1, "variant_id": "var_00000000000000000000000001", "sku": sku, "title": "Fjell tent",
        "outcome": outcome, "before": euro("50.00"), "after": euro("39.99"), "compare_at_before": null,
        "compare_at_after": null, "change_pct": "-20.02", "rule": "summer v1", "reason": reason,
        "violated": reason.map(|_| "slip").into_iter().collect::<Vec<_>>(), "near": [], "waived": [],
        "prior_price": null, "trace": null})
}

fn pushed() -> Value {
    json!({"outcome": "created", "rule": {"id": RUL, "name": "summer", "version": 1, "content_hash": "aa",
        "document": {}, "created_by": "editor@demo.test", "created_at": "2026-11-21T03:00:00Z"}})
}

fn stream(events: &[(&str, Value)]) -> Response<Body> {
    let text: String = events.iter().map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).collect();
    Response::builder().header("content-type", "text/event-stream").body(Body::from(text)).expect("an answer")
}

fn of_apply(asked: &Asked, end: &Value) -> Response<Body> {
    match asked.line.as_str() {
        line if line.ends_with("/apply") => ok(the_run("queued", 0, 0, false)),
        line if line.ends_with("/events") => {
            stream(&[("run", the_run("applying", 1, 0, false)), ("run", end.clone()), ("end", json!({}))])
        }
        line if line.contains("/targets") => page(json!([{
            "id": "tgt_00000000000000000000000001", "variant_id": "var_00000000000000000000000001", "sku": "T-889",
            "title": "Fjell tent", "state": "failed", "before": {"amount": "50.00", "currency": "EUR"},
            "after": {"amount": "39.99", "currency": "EUR"}, "compare_at_before": null, "compare_at_after": null,
            "observed": null, "compare_at_observed": null, "reason_code": "channel.rejected",
            "reason": "The price is too low.", "attempts": 1, "settled_at": null, "verified": false}])),
        line if line.ends_with("/rollback") => {
            ok(json!({"prices": 2, "changed": 1, "unsure": 0, "changed_since": [{
            "variant_id": "var_00000000000000000000000001", "sku": "T-889", "title": "Fjell tent",
            "written": {"amount": "39.99", "currency": "EUR"}, "now": {"amount": "35.00", "currency": "EUR"}}]}))
        }
        line if line.contains("/runs/") => ok(end.clone()),
        _ => ok(price_change("approved", &["apply"], 0)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_keeps_a_token_and_never_the_password() {
    let me = json!({"tenant_id": "ten_00000000000000000000000001", "tenant_name": "Demo",
        "user_id": "usr_00000000000000000000000001", "email": "approver@demo.test", "role": "approver", "scopes": []});
    let stub = Stub::start(move |asked, _| match asked.line.as_str() {
        "POST /api/v1/session" => {
            let mut answer = ok(me.clone());
            let cookie = "calibr_session=abc; HttpOnly; SameSite=Lax".parse().expect("a header");
            answer.headers_mut().insert("set-cookie", cookie);
            answer
        }
        "POST /api/v1/tokens" => ok(json!({"id": "tok_00000000000000000000000001", "name": "x", "scopes": ["*"],
            "created_at": "2026-11-21T03:00:00Z", "expires_at": "2027-02-19T03:00:00Z", "secret": "cal_stored"})),
        _ => ok(me.clone()),
    })
    .await;
    let config = tempfile::tempdir().expect("a folder");
    let password = config.path().join("password");
    std::fs::write(&password, "correct horse\n").expect("a file");
    let args = ["login", "--as", "approver", "--host", &stub.host, "--email", "approver@demo.test"];
    let file = ["--password-file", password.to_str().expect("a path")];
    let ran = run(calibr(config.path(), &[&args[..], &file[..]].concat())).await;
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("as approver@demo.test (approver)"), "{}", ran.stderr);

    let asked = stub.asked();
    assert_eq!(asked[0].json(), json!({"email": "approver@demo.test", "password": "correct horse"}));
    assert_eq!(asked[1].header("cookie"), "calibr_session=abc");
    assert_eq!(asked[1].header("sec-fetch-site"), "none");
    assert_eq!(asked[2].line, "DELETE /api/v1/session");
    let stored = std::fs::read_to_string(config.path().join("credentials.json")).expect("it was stored");
    assert!(stored.contains("cal_stored") && !stored.contains("correct horse"), "{stored}");

    // The server is remembered, the profile has to be named.
    let ran = run(calibr(config.path(), &["whoami", "--profile", "approver"])).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(stub.asked()[3].header("authorization"), "Bearer cal_stored");
    let ran = run(calibr(config.path(), &["whoami"])).await;
    assert_eq!(ran.code, Some(4));

    let ran = run(calibr(config.path(), &["logout", "--profile", "approver"])).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(stub.lines()[4], "DELETE /api/v1/tokens/tok_00000000000000000000000001");
    let ran = run(calibr(config.path(), &["whoami", "--profile", "approver"])).await;
    assert_eq!(ran.code, Some(4));
}

async fn plan_stub(blocked: u64) -> Stub {
    Stub::start(move |asked, _| match asked.line.as_str() {
        "POST /api/v1/rules" => ok(pushed()),
        "POST /api/v1/price-changes" => ok(price_change("pending_approval", &[], blocked)),
        line if line.contains("outcome=blocked") => {
            page(json!([row("blocked", "T-1", Some("blocked.slip"))]))
        }
        _ => page(json!([row("cut", "T-889", None), row("cut", "T-102", None)])),
    })
    .await
}

fn rule_file() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("b.yaml"), "name: b").expect("a file");
    std::fs::write(folder.path().join("a.json"), "{}").expect("a file");
    std::fs::write(folder.path().join("notes.txt"), "no rule").expect("a file");
    let path = folder.path().to_str().expect("a path").to_owned();
    (folder, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_stores_its_rules_and_shows_what_would_happen() {
    let stub = plan_stub(1).await;
    let (_folder, rules) = rule_file();
    let ran = signed_in(&stub, &["plan", "-f", &rules, "--note", "sale", "--idempotency-key", "k"]).await;
    assert_eq!(ran.code, Some(11), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
      ▼ 2 down   ▲ 0 up   ⛔ 1 blocked   = 0 same   · 1 not selected
      median −20.00 %   largest −20.02 %
         SKU    TITLE         OLD    NEW    CHANGE  BY
      ▼  T-889  Fjell tent  50.00  39.99  −20.02 %  summer v1
      ▼  T-102  Fjell tent  50.00  39.99  −20.02 %  summer v1
          SKU  TITLE         OLD    NEW    CHANGE  BY         WHY
      ⛔  T-1  Fjell tent  50.00  39.99  −20.02 %  summer v1  blocked: slip

    Price change pch_00000000000000000000000001 is planned. 2 prices would change, once somebody other than editor@demo.test approves. Guardrails stopped 1 row, which will not be written.
    ");
    insta::assert_snapshot!(ran.stderr, @"Next: calibr price-change rows pch_00000000000000000000000001   |   calibr price-change approve pch_00000000000000000000000001");

    let asked = stub.asked();
    let sent: Vec<_> = asked
        .iter()
        .filter(|asked| asked.line.starts_with("POST"))
        .map(|asked| [asked.header("content-type"), asked.header("idempotency-key"), &asked.body].join(" "))
        .collect();
    let plan = format!(
        r#"{{"title":"summer, summer","note":"sale","rules":["{RUL}","{RUL}"],"at":null,"ends":[],"exclude":[],"surface":null,"replaces":null}}"#
    );
    let expected = [
        "application/json k-rule-1 {}".to_owned(),
        "application/yaml k-rule-2 name: b".to_owned(),
        format!("application/json k {plan}"),
    ];
    assert_eq!(sent, expected);
    assert!(asked.iter().all(|asked| asked.header("authorization") == "Bearer cal_secret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_for_scripts_is_an_id_or_the_document() {
    let stub = plan_stub(0).await;
    let (_folder, rules) = rule_file();
    let ran = signed_in(&stub, &["plan", "-f", &rules, "-q"]).await;
    assert_eq!((ran.code, ran.stdout, ran.stderr), (Some(0), format!("{PCH}\n"), String::new()));
    let ran = signed_in(&stub, &["plan", "-f", &rules, "--json", "--detailed-exitcode"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(10), ""));
    let document: Value = serde_json::from_str(&ran.stdout).expect("one document");
    assert_eq!(document, price_change("pending_approval", &[], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_ends_sales_leaves_variants_out_and_says_what_stops_the_whole() {
    const VAR: &str = "var_00000000000000000000000001";
    let stub = Stub::start(|asked, _| match asked.line.as_str() {
        "POST /api/v1/price-changes" => {
            let mut change = price_change("planned", &[], 0);
            change["impact"]["guardrails"] =
                json!([{"guardrail": "maximum_move", "violated": 0, "near": 1, "waived": 0}]);
            change["impact"]["margin"] =
                json!({"before_pct": "40.00", "after_pct": "31.25", "cost_known_pct": "50.00"});
            change["verdicts"] = json!([{"guardrail": "blast_radius", "mode": "hard", "verdict": "violated",
                "value": "41 % of the catalogue", "limit": "30 %", "detail": "Plan fewer variants.", "rows": 2}]);
            ok(change)
        }
        line if line.starts_with("GET /api/v1/rules") => page(json!([pushed()["rule"]])),
        line if line.starts_with("GET /api/v1/catalog/variants") => page(json!([{"id": VAR,
            "product_id": "prd_00000000000000000000000001", "product_title": "Peg", "title": "", "sku": "T-1",
            "vendor": "", "product_type": "", "tags": [], "price": null, "compare_at": null, "cost": null,
            "channel_refs": {}, "price_since": null, "price_source": null}])),
        _ => {
            let mut near = row("cut", "T-889", None);
            near["near"] = json!(["maximum_move"]);
            near["prior_price"] = json!({"amount": "45.00", "currency": "EUR"});
            page(json!([near]))
        }
    })
    .await;
    let ran = signed_in(
        &stub,
        &["plan", "--end", "summer", "--exclude", "T-1", "--replaces", PCH, "--at", "2027-01-02T00:00Z"],
    )
    .await;
    assert_eq!(ran.code, Some(11), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
      ▼ 2 down   ▲ 0 up   = 0 same   · 1 not selected
      median −20.00 %   largest −20.02 %
      margin 40.00 % → 31.25 %   cost known of 50.00 %
      ! maximum move: 1 near
      ⛔ blast radius (hard): violated at 41 % of the catalogue, limit 30 %. Plan fewer variants.
         SKU    TITLE         OLD    NEW    CHANGE  30 DAYS LOW  BY         ALSO
      ▼  T-889  Fjell tent  50.00  39.99  −20.02 %        45.00  summer v1  near: maximum move
        … 1 more: calibr price-change rows pch_00000000000000000000000001 --outcome raise,cut --all

    Price change pch_00000000000000000000000001 is planned. It cannot be applied as it is: blast radius.
    ");
    let sent = stub.asked().into_iter().find(|asked| asked.line.starts_with("POST")).expect("it was asked");
    assert_eq!(
        sent.json(),
        json!({"title": "end of summer", "note": null, "rules": [], "at": "2027-01-02T00:00:00Z", "ends": [RUL],
            "exclude": [VAR], "surface": null, "replaces": PCH})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_learns_its_country_and_tax() {
    let stub = Stub::start(|_, _| {
        ok(json!({"id": "prj_00000000000000000000000001", "slug": "demo", "name": "Demo shop", "currency": "EUR",
            "time_zone": "Europe/Berlin", "country": "DE", "tax_rate_pct": "19", "prices_include_tax": false,
            "version": 7, "changed_by": null, "changed_at": null}))
    })
    .await;
    let ran =
        signed_in(&stub, &["projects", "set", "demo", "--country", "DE", "--tax", "19", "--net-prices"])
            .await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    Demo shop
      id         prj_00000000000000000000000001
      slug       demo
      currency   EUR
      time zone  Europe/Berlin
      country    DE
      tax        19 %
      prices     without tax
    ");
    let ran = signed_in(&stub, &["projects", "set", "demo", "--no-tax"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let (read, written): (Vec<_>, Vec<_>) =
        stub.asked().into_iter().partition(|asked| asked.line.starts_with("GET"));
    assert!(read.iter().all(|asked| asked.line == "GET /api/v1/projects/demo"), "{:?}", stub.lines());
    assert!(written.iter().all(|asked| asked.header("if-match") == "\"v7\""));
    let sent: Vec<_> = written.iter().map(|asked| (asked.line.clone(), asked.json())).collect();
    let line = "PATCH /api/v1/projects/demo".to_owned();
    let first = json!({"country": "DE", "tax_rate_pct": "19", "prices_include_tax": false});
    assert_eq!(sent, [(line.clone(), first), (line, json!({"tax_rate_pct": null}))]);
    for args in
        [&["demo"][..], &["demo", "--tax", "1", "--no-tax"], &["demo", "--net-prices", "--gross-prices"]]
    {
        let ran = signed_in(&stub, &[&["projects", "set"][..], args].concat()).await;
        assert_eq!(ran.code, Some(2), "{args:?}");
    }
    let ran = signed_in(&stub, &["projects", "set", "../tokens", "--no-tax"]).await;
    assert_eq!((ran.code, stub.asked().len()), (Some(5), 4), "what is no slug is not asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn applying_follows_the_run_to_its_end() {
    let stub = Stub::start(|asked, _| of_apply(asked, &the_run("applied", 2, 0, true))).await;
    let ran = signed_in(&stub, &["apply", PCH, "--yes"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, "Applied: 2 of 2 prices in 1m24s. 2 read back and found equal.\n");
    assert_eq!(ran.stderr, format!("Next: calibr run results {RUN}   |   calibr rollback {RUN}\n"));
    let apply = stub.asked().into_iter().find(|asked| asked.line.ends_with("/apply")).expect("it was sent");
    assert_eq!(apply.json(), json!({"plan_hash": "9f3c"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partly_applied_run_is_told_line_by_line() {
    let stub = Stub::start(|asked, _| of_apply(asked, &the_run("partially_applied", 1, 1, true))).await;
    let ran = signed_in(&stub, &["apply", PCH, "--yes", "--json"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(13), ""));
    let messages: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a message per line")).collect();
    let types: Vec<_> = messages.iter().map(|message| message["type"].as_str().unwrap_or_default()).collect();
    let progress = "apply.progress";
    assert_eq!(types, ["version", "apply.start", progress, progress, progress, "diagnostic", "apply.end"]);
    assert_eq!(messages[0]["ui"], "1.0");
    assert_eq!(messages[5]["code"], "channel.rejected");
    assert_eq!(messages[6]["exit_code"], 13);
    assert_eq!(messages[6]["counts"]["failed"], 1);

    let ran = signed_in(&stub, &["run", "results", RUN, "--failed"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
       SKU    TITLE       STATE     OLD    NEW  IN SHOP  WHY
    ✗  T-889  Fjell tent  failed  50.00  39.99        –  The price is too low.
    ");
    assert!(stub.lines().last().expect("it was asked").contains("state=failed%2Cconflict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyboard_consent_has_to_be_written() {
    let stub = Stub::start(|asked, _| of_apply(asked, &the_run("applied", 2, 0, true))).await;
    let ran = signed_in(&stub, &["apply", PCH]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    let ran = signed_in(&stub, &["rollback", RUN]).await;
    assert_eq!(ran.code, Some(2));
    // What it would have done is told all the same.
    let told = "2 prices go back to what was there before. Changed again since, and left out: 1.
  T-889 Fjell tent: 39.99 EUR was written, 35.00 EUR now";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    assert!(stub.lines().iter().all(|line| line.starts_with("GET")), "{:?}", stub.lines());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unapproved_plan_waits_and_says_for_whom() {
    let stub = Stub::start(|asked, _| match asked.line.starts_with("POST") {
        true => problem(409, "price_change.not_approved", "Nobody has approved it yet."),
        false => ok(price_change("pending_approval", &[], 0)),
    })
    .await;
    let ran = signed_in(&stub, &["apply", PCH, "--yes"]).await;
    assert_eq!(ran.code, Some(12));
    insta::assert_snapshot!(ran.stderr, @r"
    error: Nobody has approved it yet.
      price_change.not_approved · req_1
    Next: calibr price-change approve pch_00000000000000000000000001   |   calibr price-change show pch_00000000000000000000000001
    ");
    let ran = signed_in(&stub, &["apply", PCH, "--yes", "--json"]).await;
    let diagnostic: Value = serde_json::from_str(&ran.stderr).expect("one line of JSON");
    assert_eq!(
        (diagnostic["code"].as_str(), diagnostic["exit_code"].as_i64()),
        (Some("price_change.not_approved"), Some(12))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_does_not_wait_for_approval() {
    let stub = Stub::start(|asked, _| match asked.line.starts_with("POST") {
        true => problem(409, "price_change.not_approved", "It is rejected."),
        false => ok(price_change("rejected", &[], 0)),
    })
    .await;
    let ran = signed_in(&stub, &["apply", PCH, "--yes"]).await;
    assert_eq!(ran.code, Some(6), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_sign_the_plan_that_was_read() {
    let stub = Stub::start(|asked, _| match asked.line.rsplit('/').next() {
        Some("approve") => ok(price_change("approved", &["apply"], 0)),
        Some("reject") => problem(403, "price_change.own", "You planned it yourself."),
        _ => ok(price_change("pending_approval", &["approve", "reject"], 0)),
    })
    .await;
    let ran = signed_in(&stub, &["price-change", "approve", PCH, "-m", "fine"]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.ends_with(&format!("Price change {PCH} is approved.\n")), "{}", ran.stdout);
    assert_eq!(ran.stderr, format!("Next: calibr apply {PCH}\n"));
    assert_eq!(stub.asked()[1].json(), json!({"plan_hash": "9f3c", "comment": "fine"}));

    let ran = signed_in(&stub, &["price-change", "reject", PCH, "-m", "no", "--plan-hash", "aaaa"]).await;
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.stderr.contains("You planned it yourself.") && ran.stderr.contains("req_1"),
        "{}",
        ran.stderr
    );
    assert_eq!(stub.asked()[2].json(), json!({"plan_hash": "aaaa", "comment": "no"}));
    let ran = signed_in(&stub, &["price-change", "reject", PCH]).await;
    assert_eq!((ran.code, stub.asked().len()), (Some(2), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_tried_again_and_acts_never() {
    let busy = |before: usize| {
        let mut answer = problem(503, "unavailable", "The database is away.");
        answer.headers_mut().insert("retry-after", "0".parse().expect("a header"));
        if before < 2 { answer } else { ok(price_change("planned", &[], 0)) }
    };
    let stub = Stub::start(move |_, before| busy(before)).await;
    let ran = signed_in(&stub, &["price-change", "show", PCH]).await;
    assert_eq!((ran.code, stub.asked().len()), (Some(0), 3), "{}", ran.stderr);

    let stub = Stub::start(move |_, before| busy(before)).await;
    let (_folder, rules) = rule_file();
    let ran = signed_in(&stub, &["rules", "push", "-f", &rules]).await;
    assert_eq!((ran.code, stub.asked().len()), (Some(1), 1), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_end_with_the_promised_codes() {
    for (status, code, exit) in [
        (401, "token.expired", 4),
        (404, "not_found", 5),
        (412, "price_change.stale", 6),
        (422, "idempotency.mismatch", 6),
        (400, "project.required", 2),
        (500, "internal", 1),
    ] {
        let stub = Stub::start(move |_, _| problem(status, code, "No.")).await;
        let ran = signed_in(&stub, &["price-change", "show", PCH]).await;
        assert_eq!(ran.code, Some(exit), "{code}: {}", ran.stderr);
        assert!(ran.stderr.contains("No."), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let stub = Stub::start(|_, _| page(json!([]))).await;
    let ran = signed_in(&stub, &["price-change", "show", "pch_../../tokens"]).await;
    assert_eq!((ran.code, stub.asked().len()), (Some(2), 0), "what is no id is not asked for");
    let ran = signed_in(&stub, &["explain", "T-889"]).await;
    assert_eq!(ran.code, Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_page_by_page() {
    let stub = Stub::start(|asked, _| {
        let item = |n: usize| {
            json!({"id": PCH, "title": format!("change {n}"), "state": "applied",
            "planned_at": "2026-11-21T03:00:00Z", "author": "a", "rows_to_apply": 1200, "rows_blocked": 0})
        };
        match asked.line.contains("cursor=second%26page") {
            true => page(json!([item(3)])),
            false => ok(json!({"data": [item(1), item(2)], "has_more": true, "next_cursor": "second&page"})),
        }
    })
    .await;
    let ran =
        signed_in(&stub, &["price-change", "ls", "--all", "--state", "applied,failed", "--project", "demo"])
            .await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    ID                              TITLE     STATE    PRICES  BLOCKED  BY  PLANNED (UTC)
    pch_00000000000000000000000001  change 1  applied   1,200        0  a   2026-11-21 03:00:00
    pch_00000000000000000000000001  change 2  applied   1,200        0  a   2026-11-21 03:00:00
    pch_00000000000000000000000001  change 3  applied   1,200        0  a   2026-11-21 03:00:00
    ");
    assert_eq!(stub.lines()[0], "GET /api/v1/price-changes?state=applied%2Cfailed&limit=1000&project=demo");
    let ran = signed_in(&stub, &["price-change", "ls", "--limit", "2", "--json"]).await;
    let document: Value = serde_json::from_str(&ran.stdout).expect("one document");
    assert_eq!(document["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(document["has_more"], true);
    assert_eq!(stub.lines()[2], "GET /api/v1/price-changes?limit=2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_is_streamed_in_and_its_report_told_by_line() {
    let stub = Stub::start(|asked, _| match asked.body.contains("broken") {
        true => {
            let body = json!({"code": "csv.header", "detail": "The header cannot be used.", "request_id": "req_1",
                "errors": [{"pointer": "line 1", "code": "csv.header", "detail": "There is no column `Handle`."}]});
            Response::builder().status(422).body(Body::from(body.to_string())).expect("an answer")
        }
        false => ok(json!({"id": "imp_00000000000000000000000001", "products": 1, "variants": 1200, "variants_new": 1,
            "prices_changed": 0, "refused_count": 1, "changed": [],
            "refused": [{"pointer": "line 7", "code": "price", "detail": "`x` is not an amount."}]})),
    })
    .await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("products.csv");
    let content = "Handle,Variant Price\n".to_owned() + &"tent,9.90\n".repeat(20_000);
    std::fs::write(&file, &content).expect("a file");
    let path = file.to_str().expect("a path");
    let ran = signed_in(&stub, &["catalog", "import", path]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @r"
    1,200 variants in 1 product: 1 new, 0 with another price, 1 refused
    Refused
      line 7  `x` is not an amount.
    ");
    let asked = &stub.asked()[0];
    assert_eq!((asked.header("content-type"), asked.body == content), ("text/csv", true));
    assert!(!asked.header("idempotency-key").is_empty());

    std::fs::write(&file, "broken").expect("a file");
    let ran = signed_in(&stub, &["catalog", "import", path]).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("line 1  There is no column `Handle`."), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_names_the_key_that_repeats_it_safely() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let host = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut bytes = [0; 64];
            tokio::io::AsyncReadExt::read(&mut socket, &mut bytes).await.ok();
        }
    });
    let config = tempfile::tempdir().expect("a folder");
    let (_folder, rules) = rule_file();
    let mut command = calibr(config.path(), &["rules", "push", "-f", &rules, "--idempotency-key", "mine"]);
    command.env("CALIBR_HOST", host).env("CALIBR_TOKEN", "cal_secret");
    let ran = run(command).await;
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("--idempotency-key mine"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_event_stream_is_no_failure() {
    let stub = Stub::start(|asked, before| match asked.line.ends_with("/events") {
        true => problem(500, "internal", "No."),
        false if before == 0 => ok(the_run("queued", 0, 0, false)),
        false => ok(the_run("applied", 2, 0, true)),
    })
    .await;
    let ran = signed_in(&stub, &["run", "watch", RUN, "-q"]).await;
    assert_eq!((ran.code, ran.stdout, ran.stderr), (Some(0), format!("{RUN}\n"), String::new()));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_watcher_says_that_the_run_goes_on() {
    let stub = Stub::start(|asked, _| match asked.line.ends_with("/events") {
        true => {
            let first = format!("event: run\ndata: {}\n\n", the_run("applying", 1, 0, false));
            let first = futures_util::stream::once(async move { Ok::<_, std::io::Error>(first) });
            let open = futures_util::StreamExt::chain(first, futures_util::stream::pending());
            Response::builder().body(Body::from_stream(open)).expect("an answer")
        }
        false => ok(the_run("queued", 0, 0, false)),
    })
    .await;
    let config = tempfile::tempdir().expect("a folder");
    let mut command = calibr(config.path(), &["run", "watch", RUN, "--json"]).into_std();
    command.env("CALIBR_HOST", &stub.host).env("CALIBR_TOKEN", "cal_secret");
    let mut child = command.spawn().expect("the binary starts");
    let mut lines =
        BufReader::new(child.stdout.take().expect("a pipe")).lines().map(|line| line.expect("a line"));
    assert!(lines.any(|line| line.contains(r#""applied":1"#)), "the stream was followed");
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}
