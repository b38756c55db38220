//! Faults: what goes wrong, for which calls, how often. Seeded, so that a run can be repeated exactly.

use serde::{Deserialize, Serialize};

use super::edit::VariantEdit;

/// A fault to be applied to coming calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Which calls: a root field (`productVariantsBulkUpdate`), the document's name for its operation, `query`,
    /// `mutation`, `bulk_result` for fetching what a bulk operation left, `token` for asking for one, or any call when absent.
    #[serde(default)]
    pub operation: Option<String>,
    /// How many matching calls are let through first.
    #[serde(default)]
    pub skip: u64,
    /// How many calls it hits. Absent: one, or without end when `per_mille` is given.
    #[serde(default)]
    pub times: Option<u64>,
    /// The chance of each matching call, in thousandths. Absent: every one.
    #[serde(default)]
    pub per_mille: Option<u32>,
    /// Where the chance starts.
    #[serde(default)]
    pub seed: u64,
}

/// What happens to a call. *Before* and *after* mean the commit of its writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The connection ends without an answer; nothing was written.
    TimeoutBeforeCommit {
        /// How long the connection is held first.
        #[serde(default)]
        hold_ms: u64,
    },
    /// The connection ends without an answer; the writes stand.
    TimeoutAfterCommit {
        /// How long the connection is held first.
        #[serde(default)]
        hold_ms: u64,
    },
    /// The call waits before it does anything, and goes on when released even if its client is gone by then.
    HoldBeforeCommit {
        /// Released by itself after this time; absent: only by the control plane.
        #[serde(default)]
        hold_ms: Option<u64>,
    },
    /// The writes stand, the answer waits.
    HoldAfterCommit {
        /// Released by itself after this time; absent: only by the control plane.
        #[serde(default)]
        hold_ms: Option<u64>,
    },
    /// A gateway's HTML error page; nothing was written.
    HttpErrorBeforeCommit {
        /// 402, 403, 404, 423 answer as Shopify's own, 429 and 5xx as a gateway.
        status: u16,
    },
    /// A gateway's HTML error page; the writes stand.
    HttpErrorAfterCommit {
        /// As above.
        status: u16,
    },
    /// The connection ends in the middle of the answer; the writes stand.
    CutAnswer {
        /// How many bytes of its body still come.
        after_bytes: usize,
    },
    /// `INTERNAL_SERVER_ERROR` with HTTP 200; nothing was written.
    InternalErrorBeforeCommit,
    /// `INTERNAL_SERVER_ERROR` with HTTP 200; the writes stand.
    InternalErrorAfterCommit,
    /// Every access token that was granted for a time has ended when the call arrives, which is refused.
    ExpireTokens,
    /// `THROTTLED`, whatever the bucket holds, as if another process of the app had drained it.
    Throttle,
    /// The merchant edits the shop right after the call was executed and before its answer arrives.
    MerchantEdit {
        /// The edits.
        edits: Vec<VariantEdit>,
    },
    /// An amount with three decimals is stored a thousandfold, as one shop reported.
    MisstoreThreeDecimals,
    /// A bulk operation fails after so many lines; what it did until then stands and can be fetched. For the operations
    /// `bulk`, `bulk_query` or `bulk_mutation`.
    BulkFails {
        /// How many lines are still carried out.
        after_lines: usize,
    },
    /// A bulk operation stops after so many rows until it is released, and its counts with it. For
    /// the same operations.
    BulkHolds {
        /// How many rows it has by then.
        after_rows: usize,
    },
    /// A webhook is never sent. For the operation `webhook`, or a topic such as `products/update`, as the next three.
    WebhookLost,
    /// A webhook is delivered twice, with the same ids.
    WebhookTwice,
    /// A webhook comes after so many later ones.
    WebhookLate {
        /// How many overtake it.
        behind: usize,
    },
    /// A webhook is first tried after so many seconds on the shop's clock.
    WebhookDelayed {
        /// How many.
        by_s: u32,
    },
    /// The result of a bulk operation, though reported as complete, lacks every so-maniest line.
    BulkLosesLines {
        /// Which lines are missing: 3 means every third.
        every: usize,
    },
}

impl Fault {
    /// A fault that hits the next call of `operation`.
    pub fn once(kind: FaultKind, operation: &str) -> Self {
        Self { kind, operation: Some(operation.to_owned()), skip: 0, times: None, per_mille: None, seed: 0 }
    }

    /// A fault that hits each call of `operation` with a chance of `per_mille` thousandths.
    pub fn seeded(kind: FaultKind, operation: &str, per_mille: u32, seed: u64) -> Self {
        Self { per_mille: Some(per_mille), seed, ..Self::once(kind, operation) }
    }

    /// The same fault for the next `times` matching calls.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }
}

impl FaultKind {
    /// The name in JSON and in the journal.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TimeoutBeforeCommit { .. } => "timeout_before_commit",
            Self::TimeoutAfterCommit { .. } => "timeout_after_commit",
            Self::HoldBeforeCommit { .. } => "hold_before_commit",
            Self::HoldAfterCommit { .. } => "hold_after_commit",
            Self::HttpErrorBeforeCommit { .. } => "http_error_before_commit",
            Self::HttpErrorAfterCommit { .. } => "http_error_after_commit",
            Self::CutAnswer { .. } => "cut_answer",
            Self::InternalErrorBeforeCommit => "internal_error_before_commit",
            Self::InternalErrorAfterCommit => "internal_error_after_commit",
            Self::ExpireTokens => "expire_tokens",
            Self::Throttle => "throttle",
            Self::MerchantEdit { .. } => "merchant_edit",
            Self::MisstoreThreeDecimals => "misstore_three_decimals",
            Self::WebhookLost => "webhook_lost",
            Self::WebhookTwice => "webhook_twice",
            Self::WebhookLate { .. } => "webhook_late",
            Self::WebhookDelayed { .. } => "webhook_delayed",
            Self::BulkHolds { .. } => "bulk_holds",
            Self::BulkFails { .. } => "bulk_fails",
            Self::BulkLosesLines { .. } => "bulk_loses_lines",
        }
    }
}

/// A fault in force.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    skip_left: u64,
    times_left: Option<u64>,
    random: SplitMix,
}

/// The faults in force, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
}

/// What a fault's `operation` is compared with.
pub(crate) struct CallShape<'a> {
    pub(crate) kind: &'a str,
    pub(crate) operation_name: Option<&'a str>,
    pub(crate) root_fields: &'a [String],
}

impl CallShape<'_> {
    fn is(&self, operation: &str) -> bool {
        self.kind == operation
            || self.operation_name == Some(operation)
            || self.root_fields.iter().any(|field| field == operation)
    }
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        let times_left = match (fault.times, fault.per_mille) {
            (None, None) => Some(1),
            (times, _) => times,
        };
        let random = SplitMix { state: fault.seed };
        self.armed.push(Armed { skip_left: fault.skip, times_left, random, fault });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    /// Faults that may still hit something.
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.armed.iter().map(|armed| Fault { times: armed.times_left, ..armed.fault.clone() }).collect()
    }

    /// The faults that hit this call; each is used up once.
    pub(crate) fn take(&mut self, call: &CallShape<'_>) -> Vec<FaultKind> {
        let mut hits = Vec::new();
        for armed in &mut self.armed {
            if armed.hits(call) {
                hits.push(armed.fault.kind.clone());
            }
        }
        self.armed.retain(|armed| armed.times_left != Some(0));
        hits
    }
}

impl Armed {
    fn hits(&mut self, call: &CallShape<'_>) -> bool {
        if !self.fault.operation.as_deref().is_none_or(|operation| call.is(operation)) {
            return false;
        }
        if self.skip_left > 0 {
            self.skip_left -= 1;
            return false;
        }
        if self.fault.per_mille.is_some_and(|chance| self.random.below(1000) >= u64::from(chance)) {
            return false;
        }
        if let Some(times) = &mut self.times_left {
            *times = times.saturating_sub(1);
        }
        true
    }
}

/// SplitMix64: small, seedable, the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct SplitMix {
    pub(crate) state: u64,
}

impl SplitMix {
    /// A number from 0 up to but not including `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(faults: &mut Faults, calls: usize) -> usize {
        let roots = ["products".to_owned()];
        let call = || CallShape { kind: "query", operation_name: Some("Ingest"), root_fields: &roots };
        (0..calls).map(|_| faults.take(&call()).len()).sum()
    }

    #[test]
    fn scripted_faults_hit_as_often_as_told() {
        let mut faults = Faults::default();
        faults.add(Fault { skip: 1, ..Fault::once(FaultKind::Throttle, "Ingest").times(2) });
        faults.add(Fault::once(FaultKind::Throttle, "productVariantsBulkUpdate"));
        assert_eq!(hits(&mut faults, 1), 0);
        assert_eq!(hits(&mut faults, 10), 2);
        assert_eq!(faults.list().len(), 1, "the other operation's fault still waits");
    }

    #[test]
    fn seeded_faults_repeat_themselves_and_keep_their_share() {
        let run = |seed| {
            let mut faults = Faults::default();
            faults.add(Fault::seeded(FaultKind::Throttle, "query", 100, seed));
            let each: Vec<usize> = (0..2000).map(|_| hits(&mut faults, 1)).collect();
            each
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        assert!((150..250).contains(&run(7).iter().sum::<usize>()));
    }

    #[test]
    fn the_control_plane_writes_faults_flat() {
        let text =
            r#"{"kind":"timeout_after_commit","operation":"productVariantsBulkUpdate","per_mille":100}"#;
        let fault: Fault = serde_json::from_str(text).expect("a fault");
        assert_eq!(fault.kind, FaultKind::TimeoutAfterCommit { hold_ms: 0 });
        assert!(serde_json::from_str::<Fault>(r#"{"kind":"no_such_fault"}"#).is_err());
    }
}
