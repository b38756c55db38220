//! Calibr's preview beside other people's engines, in one program: `preview [VARIANTS] [ROUNDS]`. All must agree on the
//! result before any time counts. Prints one line of JSON, all times in nanoseconds per variant.

mod by_cel;
mod by_hand;
mod by_sql;
mod by_zen;
mod by_zen_graph;
#[path = "../../crates/calibr/benches/support/catalogue.rs"]
mod catalogue;
mod ours;
mod tally;
#[path = "../../crates/calibr/benches/support/times.rs"]
#[allow(dead_code)]
mod times;

use std::hint::black_box;
use std::process::ExitCode;

use catalogue::Catalogue;
use times::Times;

/// The interpreting peers get the first so many variants: what counts is the time for one.
const PEER_VARIANTS: usize = 100_000;

/// The peers that interpret, each with its variants made ready beforehand.
struct Interpreters<'c> {
    cel: by_cel::Peer<'c>,
    zen: by_zen::Peer,
    zen_graph: by_zen_graph::Peer,
}

#[derive(Default)]
struct Measured {
    ours: Times,
    snapshot: Times,
    summary: Times,
    by_hand: Times,
    sql: Times,
    zen: Times,
    zen_graph: Times,
    cel: Times,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() != Some("preview") {
        eprintln!("usage: bench-peers preview [VARIANTS] [ROUNDS]");
        return ExitCode::from(2);
    }
    let mut number = |otherwise| words.next().and_then(|word| word.parse().ok()).unwrap_or(otherwise);
    let (variants, rounds): (usize, usize) = (number(1_000_000), number(9).max(7));
    preview(variants, rounds).await;
    ExitCode::SUCCESS
}

async fn preview(variants: usize, rounds: usize) {
    let catalogue = Catalogue::new(variants);
    let facts = catalogue.facts();
    let few = &facts[..variants.min(PEER_VARIANTS)];
    let (rules, snapshot) = (ours::rules(), ours::snapshot(&facts));
    let postgres = by_sql::Peer::start(&facts).await;
    let peers = Interpreters {
        cel: by_cel::Peer::new(few),
        zen: by_zen::Peer::new(few),
        zen_graph: by_zen_graph::Peer::new(few),
    };

    let expected = by_hand::tally(&facts);
    assert_eq!(ours::tally(&rules, &facts), expected, "the engine and the loop disagree");
    assert_eq!(ours::tally_snapshot(&rules, &snapshot), expected, "the snapshot and the loop disagree");
    assert_eq!(postgres.tally().await, expected, "SQL and the loop disagree");
    let expected = by_hand::tally(few);
    assert_eq!(peers.zen.tally(), expected, "ZEN's expressions and the loop disagree");
    assert_eq!(peers.zen_graph.tally().await, expected, "ZEN's graph and the loop disagree");
    assert_eq!(peers.cel.tally(), expected, "CEL and the loop disagree");

    let mut measured = Measured::default();
    for _ in 0..rounds {
        measured.ours.time(|| ours::tally(&rules, black_box(&facts)));
        measured.by_hand.time(|| by_hand::tally(black_box(&facts)));
        measured.snapshot.time(|| ours::tally_snapshot(&rules, black_box(&snapshot)));
        measured.summary.time(|| ours::summary(&rules, black_box(&snapshot)));
        measured.sql.time_async(postgres.tally()).await;
        measured.zen.time(|| peers.zen.tally());
        measured.zen_graph.time_async(peers.zen_graph.tally()).await;
        measured.cel.time(|| peers.cel.tally());
    }
    let mut planning = Times::default();
    let (rows, bytes) = planning.time(|| ours::plan(&rules, &facts));
    let mut line = measured.shown(variants, few.len());
    line["rounds"] = rounds.into();
    line["plan_ns_per_row"] = (planning.median() * 1e9 / rows as f64).round().into();
    line["trace_bytes"] = (bytes / rows.max(1)).into();
    println!("{line}");
    postgres.stop().await;
}

impl Measured {
    fn shown(&self, variants: usize, peer_variants: usize) -> serde_json::Value {
        let each = 1e9 / variants as f64;
        let of_few = 1e9 / peer_variants as f64;
        let ratio = |own: &Times, peer: &Times, peer_each: f64| {
            let ratio = own.median() * each / (peer.median() * peer_each);
            (ratio * 10_000.0).round() / 10_000.0
        };
        let ours = |peer: &Times, peer_each: f64| ratio(&self.ours, peer, peer_each);
        serde_json::json!({
            "bench": "preview", "unit": "ns/variant",
            "variants": variants, "zen_variants": peer_variants, "cel_variants": peer_variants,
            "ours": self.ours.shown(each), "ours_from_snapshot": self.snapshot.shown(each),
            "ours_with_summary": self.summary.shown(each),
            "loop": self.by_hand.shown(each), "sql": self.sql.shown(each),
            "zen": self.zen.shown(of_few), "zen_graph": self.zen_graph.shown(of_few), "cel": self.cel.shown(of_few),
            "ratio_to_loop": ours(&self.by_hand, each), "ratio_to_sql": ours(&self.sql, each),
            "ratio_to_zen": ours(&self.zen, of_few), "ratio_to_zen_graph": ours(&self.zen_graph, of_few),
            "ratio_to_cel": ours(&self.cel, of_few),
            "snapshot_ratio_to_loop": ratio(&self.snapshot, &self.by_hand, each),
            "snapshot_ratio_to_sql": ratio(&self.snapshot, &self.sql, each),
        })
    }
}
