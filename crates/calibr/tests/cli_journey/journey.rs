//! From a rule to the shop and back.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::{Machine, Up};
use crate::shop::{Moves, amount, assert_written_once, back, cents, moved, tents_cheaper, variants};

const RULE: &str = "schema: rule.v1\nname: tents cheaper\nselect: { product_type: { is: Tents } }\n\
                    steps:\n  - percent: -12\n";

/// A person at the keyboard, between two files and a shop.
struct Journey {
    machine: Machine,
    up: Up,
    before: Value,
    moves: Moves,
    /// SKU to price, before and after.
    by_sku: BTreeMap<String, (i64, i64)>,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_travels_from_a_rule_to_the_shop_and_back() {
    let journey = Journey::begin().await;
    journey.take_in_the_catalogue().await;
    journey.push_the_rule().await;
    let id = journey.plan().await;
    journey.approve(&id).await;
    let run = journey.apply(&id).await;
    journey.explain().await;
    journey.export(&id).await;
    journey.look_at_the_audit(&id).await;
    journey.roll_back(&run).await;
    journey.up.stop().await;
}

impl Journey {
    async fn begin() -> Self {
        let machine = Machine::new();
        let up = machine.up().await;
        machine.sign_in(&up).await;
        let before = up.shop.state().await;
        let moves = tents_cheaper(&before);
        assert!(moves.len() > 10, "the demo shop has tents");
        let tents = variants(&before).into_iter().filter(|(kind, _)| *kind == "Tents");
        let by_sku = tents
            .map(|(_, tent)| {
                let before = cents(&tent["price"]);
                (tent["sku"].as_str().expect("a SKU").to_owned(), (before, (before * 88 + 50) / 100))
            })
            .collect();
        Self { machine, up, before, moves, by_sku }
    }

    async fn editor(&self, args: &[&str]) -> Value {
        self.machine.json(&self.up, "editor", args).await
    }

    async fn take_in_the_catalogue(&self) {
        let all = variants(&self.before).len() as u64;
        let read = self.editor(&["catalog", "import", "--channel", "calibr-demo.myshopify.com"]).await;
        assert_eq!(
            (read["variants"].as_u64(), read["refused_count"].as_u64()),
            (Some(all), Some(0)),
            "{read}"
        );
        // What is written out comes back in without changing anything.
        let file = self.machine.path("catalogue.csv");
        let file = file.to_str().expect("a path");
        self.machine.done(&self.up, "editor", &["catalog", "export", "--output", file]).await;
        let taken = self.editor(&["catalog", "import", file]).await;
        assert_eq!(
            (taken["variants"].as_u64(), taken["prices_changed"].as_u64()),
            (Some(all), Some(0)),
            "{taken}"
        );
        let listed = self.editor(&["catalog", "ls", "--all"]).await;
        assert_eq!(listed["data"].as_array().map(Vec::len), Some(all as usize));
    }

    async fn push_the_rule(&self) {
        let broken = self.machine.file("broken.yaml", &RULE.replace("steps", "stepps"));
        let ran = self.machine.calibr(&self.up, "editor", &["rules", "push", "-f", &broken]).await;
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        assert!(ran.stderr.contains("stepps") && ran.stderr.contains("broken.yaml"), "{}", ran.stderr);
        let file = self.machine.file("rule.yaml", RULE);
        for _ in 0..2 {
            self.machine.done(&self.up, "editor", &["rules", "push", "-f", &file]).await;
        }
        let rules = self.editor(&["rules", "ls"]).await;
        let rules = rules["data"].as_array().expect("rules");
        assert_eq!(rules.len(), 1, "a refused rule was stored");
        assert_eq!((&rules[0]["name"], &rules[0]["version"]), (&"tents cheaper".into(), &1.into()));
    }

    async fn plan(&self) -> String {
        let args = ["plan", "--rule", "tents cheaper", "--title", "Tents", "--detailed-exitcode", "--json"];
        let ran = self.machine.calibr(&self.up, "editor", &args).await;
        assert_eq!(ran.code, Some(10), "{}", ran.stderr);
        let plan: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let count = self.moves.len() as u64;
        assert_eq!(plan["impact"]["counts"]["cut"].as_u64(), Some(count), "{plan}");
        let id = plan["id"].as_str().expect("an id").to_owned();
        let rows = self.editor(&["price-change", "rows", &id, "--all"]).await;
        let planned: BTreeMap<String, (i64, i64)> = rows["data"]
            .as_array()
            .expect("rows")
            .iter()
            .map(|row| {
                let (before, after) = (cents(&row["before"]["amount"]), cents(&row["after"]["amount"]));
                (row["sku"].as_str().expect("a SKU").to_owned(), (before, after))
            })
            .collect();
        assert_eq!(planned, self.by_sku);
        id
    }

    async fn approve(&self, id: &str) {
        let ran = self.machine.calibr(&self.up, "editor", &["price-change", "approve", id]).await;
        assert_eq!(ran.code, Some(4), "{}", ran.stderr);
        let args = ["plan", "--rule", "tents cheaper", "--title", "Mine", "--quiet"];
        let own = self.machine.done(&self.up, "approver", &args).await;
        let args = ["price-change", "approve", own.trim()];
        let ran = self.machine.calibr(&self.up, "approver", &args).await;
        assert_eq!(ran.code, Some(4), "approved by its own author: {}", ran.stderr);
        assert!(ran.stderr.contains("price_change.own"), "{}", ran.stderr);
        let ran = self.machine.calibr(&self.up, "editor", &["apply", id, "--yes"]).await;
        assert_eq!(ran.code, Some(12), "{}", ran.stderr);
        self.machine.done(&self.up, "approver", &["price-change", "approve", id, "-m", "looks right"]).await;
    }

    async fn apply(&self, id: &str) -> String {
        let ran = self.machine.calibr(&self.up, "editor", &["apply", id]).await;
        assert_eq!(ran.code, Some(2), "nobody was there to agree: {}", ran.stderr);
        let mark = self.up.shop.journal(0).await.len();
        let stream = self.machine.done(&self.up, "editor", &["apply", id, "--yes", "--json"]).await;
        let run = run_of(&stream);
        assert_written_once(&self.up.shop.journal(mark).await, &self.moves);
        assert_eq!(self.up.shop.state().await, moved(&self.before, &self.moves));
        let results = self.editor(&["run", "results", &run, "--all"]).await;
        let results = results["data"].as_array().expect("targets");
        assert_eq!(results.len(), self.moves.len());
        for target in results {
            assert_eq!(
                (&target["state"], &target["verified"]),
                (&"applied".into(), &true.into()),
                "{target}"
            );
        }
        run
    }

    async fn explain(&self) {
        let (sku, (before, after)) = self.by_sku.iter().next().expect("a tent");
        let words = self.machine.done(&self.up, "editor", &["explain", sku]).await;
        for part in
            ["tents cheaper v1", "percent", "-12 %", "rounding", &amount(*after), "approver@demo.test"]
        {
            assert!(words.contains(part), "{part} is missing in:\n{words}");
        }
        let told = self.editor(&["explain", sku]).await;
        let trace: Value = serde_json::from_str(told["trace"].as_str().expect("a trace")).expect("JSON");
        for amount in [amount(*before), amount(*after)] {
            assert!(trace.to_string().contains(&format!("\"{amount}\"")), "{amount} is missing in {trace}");
        }
        let history = self.editor(&["price", "history", sku]).await;
        let history = history["data"].as_array().expect("prices");
        let prices: Vec<(i64, &str)> = history
            .iter()
            .map(|price| (cents(&price["price"]["amount"]), price["source"].as_str().expect("a source")))
            .collect();
        assert_eq!(prices, [(*after, "price_change"), (*before, "ingest")]);
        let at = history[1]["valid_from"].as_str().expect("an instant");
        let then = self.editor(&["explain", sku, "--at", at]).await;
        assert_eq!((cents(&then["price"]["price"]["amount"]), &then["trace"]), (*before, &Value::Null));
    }

    async fn export(&self, id: &str) {
        let text = self.machine.done(&self.up, "editor", &["export", id]).await;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let place = |name| header.iter().position(|column| column == name).expect("the column");
        let (sku, price) = (place("Variant SKU"), place("Variant Price"));
        let rows = reader.records().map(|row| row.expect("a row"));
        let exported: BTreeMap<String, i64> =
            rows.map(|row| (row[sku].to_owned(), cents(&row[price].into()))).collect();
        let planned: BTreeMap<String, i64> =
            self.by_sku.iter().map(|(sku, (_, after))| (sku.clone(), *after)).collect();
        assert_eq!(exported, planned);
    }

    async fn look_at_the_audit(&self, id: &str) {
        let records = self.editor(&["audit", "ls", "--entity", id, "--all"]).await;
        let records = records["data"].as_array().expect("records");
        let by = |action: &str| -> Vec<&str> {
            let of = records.iter().filter(|record| record["action"] == action);
            of.map(|record| record["actor"].as_str().expect("an actor")).collect()
        };
        assert_eq!(by("price_change.approved"), ["approver@demo.test"], "{records:?}");
        let applied = self.editor(&["audit", "ls", "--action", "price.applied", "--all"]).await;
        let applied = applied["data"].as_array().expect("records");
        assert_eq!(applied.len(), self.moves.len());
        assert!(applied.iter().all(|record| record["actor"] == "editor@demo.test"), "{applied:?}");
    }

    async fn roll_back(&self, run: &str) {
        let mark = self.up.shop.journal(0).await.len();
        let stream = self.machine.done(&self.up, "editor", &["rollback", run, "--yes", "--json"]).await;
        assert_written_once(&self.up.shop.journal(mark).await, &back(&self.moves));
        assert_eq!(self.up.shop.state().await, self.before, "the shop is not as it was");
        let way_back = self.editor(&["run", "show", &run_of(&stream)]).await;
        assert_eq!((&way_back["kind"], &way_back["state"]), (&"roll_back".into(), &"applied".into()));
        let run_now = self.editor(&["run", "show", run]).await;
        assert_eq!(run_now["state"], "rolled_back", "{run_now}");
        let ran = self.machine.calibr(&self.up, "editor", &["rollback", run, "--yes"]).await;
        assert_eq!(ran.code, Some(6), "taken back twice: {}", ran.stderr);
        let sku = self.by_sku.keys().next().expect("a tent");
        let history = self.editor(&["price", "history", sku]).await;
        assert_eq!(history["data"][0]["source"], "roll_back", "{history}");
    }
}

/// The run that a stream of messages tells of, after a look at its end.
pub fn run_of(stream: &str) -> String {
    let end: Value =
        stream.lines().last().map(|line| serde_json::from_str(line).expect("JSON")).expect("a line");
    assert_eq!((&end["state"], &end["exit_code"]), (&"applied".into(), &0.into()), "{stream}");
    end["run"].as_str().expect("an id").to_owned()
}
