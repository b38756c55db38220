//! The frozen plan as bytes: its header, its rows, and the SHA-256 over both that an approval signs.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use kernel_core::Currency;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::evaluate::{Outcome, Row};
use crate::trace::PackedTrace;

const DOMAIN: &[u8] = b"calibr.plan.v3";

/// What a plan was computed from. If any of it moves, the plan is stale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanHeader {
    /// Version of the engine, [`crate::ENGINE_VERSION`].
    pub engine: String,
    /// Version of how guardrails judge, [`crate::GUARDRAIL_VERSION`].
    pub guardrails: String,
    /// Content hash of the guardrails that held.
    pub guardrail_settings: String,
    /// Ids of the waivers that were in force.
    pub waivers: Vec<String>,
    /// Id of the project.
    pub project: String,
    /// Id or name of the price surface.
    pub surface: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// Country whose law on price reductions held, where one was set.
    pub country: Option<String>,
    /// The tax of the surface, such as `19 % included`, where it is known.
    pub tax: Option<String>,
    /// The instant for which the prices were computed.
    pub instant: Timestamp,
    /// How far the catalogue had got.
    pub catalogue_watermark: i64,
    /// The rules in the order given; rows refer to their place.
    pub rules: Vec<PlanRule>,
}

/// One rule version of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanRule {
    /// Label shown in traces, such as `black-week v3`.
    pub label: String,
    /// Content hash of the version.
    pub content_hash: String,
}

/// One frozen row, as it is stored. Amounts are minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanRow<'a> {
    /// The variant.
    pub key: u128,
    /// Place of the rule that decided.
    pub rule_index: u32,
    /// How it came out.
    pub outcome: Outcome,
    /// The price before.
    pub before: Option<i64>,
    /// The price after.
    pub after: Option<i64>,
    /// The compare-at price before.
    pub compare_at_before: Option<i64>,
    /// The compare-at price after.
    pub compare_at_after: Option<i64>,
    /// The lowest price of the last 30 days, where the law on price reductions asks for it.
    pub prior: Option<i64>,
    /// The sales that make the price before what it is.
    pub sales_before: Option<PlanSales<'a>>,
    /// The sales that make the price after what it is.
    pub sales_after: Option<PlanSales<'a>>,
    /// The trace.
    pub trace: PackedTrace<'a>,
}

/// Sales that run, and what the price is without them. Amounts are minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanSales<'a> {
    /// The price without them.
    pub base: i64,
    /// The compare-at price without them.
    pub base_compare_at: Option<i64>,
    /// Content hashes of the rules that hold meanwhile, in the order in which they are asked.
    pub hashes: &'a [String],
}

/// SHA-256 of a plan; text is 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlanHash(pub [u8; 32]);

/// Hashes a plan row by row, in the order of the rows.
///
/// The hash runs over, in this order, all numbers big-endian:
/// 1. the 14 bytes `calibr.plan.v3`;
/// 2. the header: its length in bytes (8), then its canonical JSON;
/// 3. each row: variant key (16), place of the deciding rule (4), outcome (1 + length: text), then price before, price
///    after, compare-at before, compare-at after, lowest price of the last 30 days (each 1 byte, 0 for none, else 1 and 8
///    bytes of minor units), then the sales that run before and those that run after (each 1 byte, 0 for none, else 1,
///    price and compare-at price without them like the amounts above, the number of their hashes (4), and each hash: its
///    length (4) and its text), then the trace: number of its template (4), the length of its arguments in bytes (8) and the arguments;
/// 4. the number of rows (8), the number of templates (8), and each template: its length in bytes (8) and its text.
#[derive(Clone)]
pub struct PlanHasher {
    sha: Sha256,
    rows: u64,
}

impl PlanHeader {
    /// The one way to write the header: compact JSON, fields in a fixed order.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        serde_json::to_string(self).expect("a header has only texts, numbers and lists")
    }
}

impl<'a> PlanRow<'a> {
    /// The row of an evaluated variant for which no prior price is asked and on which no sale runs.
    #[must_use]
    pub fn new(key: u128, row: &Row, trace: PackedTrace<'a>) -> Self {
        Self {
            key,
            rule_index: row.rule_index,
            outcome: row.outcome,
            before: row.before,
            after: row.after,
            compare_at_before: row.compare_at_before,
            compare_at_after: row.compare_at_after,
            prior: None,
            sales_before: None,
            sales_after: None,
            trace,
        }
    }
}

impl PlanHasher {
    /// Starts with the header's canonical JSON, fresh or as it was stored.
    #[must_use]
    pub fn new(header_json: &str) -> Self {
        let mut sha = Sha256::new();
        sha.update(DOMAIN);
        sha.update((header_json.len() as u64).to_be_bytes());
        sha.update(header_json);
        Self { sha, rows: 0 }
    }

    /// Adds the next row.
    pub fn push(&mut self, row: &PlanRow<'_>) {
        let outcome = row.outcome.as_str();
        let mut bytes = [0_u8; 80];
        let mut end = 0;
        let mut put = |part: &[u8]| {
            bytes[end..end + part.len()].copy_from_slice(part);
            end += part.len();
        };
        put(&row.key.to_be_bytes());
        put(&row.rule_index.to_be_bytes());
        put(&[outcome.len() as u8]);
        put(outcome.as_bytes());
        for amount in [row.before, row.after, row.compare_at_before, row.compare_at_after, row.prior] {
            match amount {
                None => put(&[0]),
                Some(minor) => {
                    put(&[1]);
                    put(&minor.to_be_bytes());
                }
            }
        }
        self.sha.update(&bytes[..end]);
        self.push_sales(row.sales_before);
        self.push_sales(row.sales_after);
        self.sha.update(row.trace.template.to_be_bytes());
        self.sha.update((row.trace.arguments.len() as u64).to_be_bytes());
        self.sha.update(row.trace.arguments);
        self.rows += 1;
    }

    fn push_sales(&mut self, sales: Option<PlanSales<'_>>) {
        let Some(sales) = sales else { return self.sha.update([0]) };
        self.sha.update([1, 1]);
        self.sha.update(sales.base.to_be_bytes());
        match sales.base_compare_at {
            None => self.sha.update([0]),
            Some(minor) => {
                self.sha.update([1]);
                self.sha.update(minor.to_be_bytes());
            }
        }
        self.sha.update((sales.hashes.len() as u32).to_be_bytes());
        for hash in sales.hashes {
            self.sha.update((hash.len() as u32).to_be_bytes());
            self.sha.update(hash);
        }
    }

    /// The hash of header, rows and the templates of their traces, in order.
    #[must_use]
    pub fn finish<T: AsRef<str>>(mut self, templates: &[T]) -> PlanHash {
        self.sha.update(self.rows.to_be_bytes());
        self.sha.update((templates.len() as u64).to_be_bytes());
        for template in templates {
            self.sha.update((template.as_ref().len() as u64).to_be_bytes());
            self.sha.update(template.as_ref());
        }
        PlanHash(self.sha.finalize().into())
    }
}

impl fmt::Display for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for PlanHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a plan hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a plan hash is 64 hexadecimal digits")]
pub struct PlanHashError;

impl FromStr for PlanHash {
    type Err = PlanHashError;

    fn from_str(text: &str) -> Result<Self, PlanHashError> {
        let mut bytes = [0_u8; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(PlanHashError);
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            let pair = &text[place * 2..place * 2 + 2];
            if pair.starts_with('+') {
                return Err(PlanHashError);
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| PlanHashError)?;
        }
        Ok(Self(bytes))
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
