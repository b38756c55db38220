//! Starting again: the data is reused, a second server on one folder is refused, and a killed one leaves nothing in the way.

use serde_json::Value;

use crate::demo::{Machine, Up};
use crate::shop::{assert_written_once, moved, tents_cheaper};

const RULE: &str =
    "schema: rule.v1\nname: tents\nselect: { product_type: { is: Tents } }\nsteps:\n  - percent: -12\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_goes_on_where_the_first_was_stopped_or_killed() {
    let machine = Machine::new();
    let up = machine.up().await;
    machine.sign_in(&up).await;
    let (password, before) = (up.password.clone(), up.shop.state().await);
    let id = approved(&machine, &up).await;

    let refused = machine.up_refused().await;
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("is in use by process"), "{}", refused.stderr);
    assert_eq!(up.shop.state().await, before, "the running one was disturbed");
    up.stop().await;

    let up = machine.up().await;
    assert_eq!(up.password, password);
    machine.sign_in(&up).await;
    let people = machine.json(&up, "approver", &["whoami"]).await;
    assert_eq!(people["email"], "approver@demo.test");
    let mark = up.shop.journal(0).await.len();
    let moves = tents_cheaper(&before);
    machine.done(&up, "editor", &["apply", &id, "--yes"]).await;
    assert_written_once(&up.shop.journal(mark).await, &moves);
    let applied = moved(&before, &moves);
    assert_eq!(up.shop.state().await, applied);
    up.kill().await;

    let up = machine.up().await;
    machine.sign_in(&up).await;
    assert_eq!(up.shop.state().await, applied, "the shop forgot what was written");
    let change = machine.json(&up, "editor", &["price-change", "show", &id]).await;
    assert_eq!(change["state"], "applied", "{change}");
    machine.done(&up, "editor", &["rollback", &id, "--yes"]).await;
    assert_eq!(up.shop.state().await, before);
    up.stop().await;
}

/// What the merchant changed after the plan stays, and is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_moved_in_the_shop_is_a_conflict_and_stays() {
    let machine = Machine::new();
    let up = machine.up().await;
    machine.sign_in(&up).await;
    let before = up.shop.state().await;
    let id = approved(&machine, &up).await;
    up.shop.edit("TE-005", "171.00").await;
    let edited = up.shop.state().await;
    let mark = up.shop.journal(0).await.len();
    let ran = machine.calibr(&up, "editor", &["apply", &id, "--yes", "--json"]).await;
    assert_eq!(ran.code, Some(13), "{}", ran.stderr);
    let end: Value = serde_json::from_str(ran.stdout.lines().last().expect("a line")).expect("JSON");
    let run = end["run"].as_str().expect("an id");
    let conflicts = machine.json(&up, "editor", &["run", "results", run, "--failed"]).await;
    let conflicts = conflicts["data"].as_array().expect("targets");
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert_eq!(
        (&conflicts[0]["sku"], &conflicts[0]["reason_code"]),
        (&"TE-005".into(), &"conflict.price_moved".into())
    );

    let mut moves = tents_cheaper(&before);
    let count = moves.len();
    moves.retain(|_, (from, _)| *from != 17990);
    assert_eq!(moves.len(), count - 1, "one tent costs 179.90");
    assert_written_once(&up.shop.journal(mark).await, &moves);
    assert_eq!(up.shop.state().await, moved(&edited, &moves));
    machine.done(&up, "editor", &["rollback", run, "--yes"]).await;
    assert_eq!(up.shop.state().await, edited, "the merchant's price was touched");
    up.stop().await;
}

async fn approved(machine: &Machine, up: &Up) -> String {
    let file = machine.file("rule.yaml", RULE);
    let id = machine.done(up, "editor", &["plan", "-f", &file, "--quiet"]).await.trim().to_owned();
    machine.done(up, "approver", &["price-change", "approve", &id]).await;
    id
}
