//! The request journal: every call in order of arrival, what became of it, and what it changed in the shop.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::gid::gid;
use super::markets::FixedPrice;
use super::money::money_string;
use super::shop::Variant;

/// One line of the journal. Lines are only added; a line is completed once, when its call is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// From 1 upwards, in order of arrival.
    pub sequence: u64,
    /// Who acted.
    pub source: Source,
    /// Milliseconds of the steady clock at arrival.
    pub arrived_ms: u64,
    /// The value of `x-request-id` in the answer.
    pub request_id: String,
    /// Who the caller says it is: its `user-agent`.
    #[serde(default)]
    pub client: Option<String>,
    /// `query`, `mutation`, or empty when the document could not be read.
    pub kind: String,
    /// The name that the document gives its operation, if any.
    pub operation_name: Option<String>,
    /// The selected root fields, without aliases.
    pub root_fields: Vec<String>,
    /// The variables as they were sent.
    pub variables: Value,
    /// How the call ended.
    pub outcome: CallOutcome,
    /// Kinds of the faults that were applied to it.
    pub faults: Vec<String>,
    /// Points asked for and charged.
    pub requested_cost: Option<u64>,
    /// Points charged.
    pub actual_cost: Option<u64>,
    /// Whether an answer was handed to the network. A client that died may still not have got it.
    pub answered: bool,
    /// Accepted writes, in order.
    pub effects: Vec<Effect>,
    /// Accepted writes to price lists, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list_effects: Vec<ListEffect>,
    /// Products that were created, written as a whole or deleted, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub product_effects: Vec<ProductEffect>,
    /// Place among all entries in the order in which they took effect, from 1; 0 while it has not.
    #[serde(default)]
    pub took_effect: u64,
}

/// Who changed or read the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A call to the Admin API.
    Api,
    /// Someone in the shop's own admin: an edit through the control plane or a scripted one.
    Merchant,
    /// Read back from the state file after a restart.
    Replayed,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Not over yet.
    InFlight,
    /// Data without errors of any kind.
    Ok,
    /// Data, with entries in some `userErrors`.
    UserErrors,
    /// Executed, with entries in `errors`.
    FieldErrors,
    /// Refused before execution: document, variables, body.
    Invalid,
    /// Bad token.
    Unauthorized,
    /// Throttled by the bucket or by a fault.
    Throttled,
    /// Above the limit of a single query.
    MaxCostExceeded,
    /// Something that the simulator does not have.
    Unsupported,
    /// An HTTP error by a fault.
    HttpError,
    /// `INTERNAL_SERVER_ERROR` by a fault.
    InternalError,
    /// The connection was dropped without an answer by a fault.
    Dropped,
}

/// One accepted write to one variant, whether or not it changed a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The variant's gid.
    pub variant_id: String,
    /// The price before, two decimals.
    pub old_price: String,
    /// The price after; `None` when the variant was deleted.
    pub new_price: Option<String>,
    /// The compare-at price before.
    pub old_compare_at: Option<String>,
    /// The compare-at price after.
    pub new_compare_at: Option<String>,
    /// Whether any field of the variant is different now.
    pub changed: bool,
}

impl Effect {
    /// The effect of a write.
    pub(crate) fn of_write(before: &Variant, after: &Variant) -> Self {
        let same_time = Variant { updated_at: before.updated_at, ..after.clone() };
        Self {
            variant_id: gid("ProductVariant", before.id),
            old_price: money_string(before.price),
            new_price: Some(money_string(after.price)),
            old_compare_at: before.compare_at.map(money_string),
            new_compare_at: after.compare_at.map(money_string),
            changed: same_time != *before,
        }
    }

    /// The effect of a deletion.
    pub(crate) fn of_deletion(before: &Variant) -> Self {
        Self {
            variant_id: gid("ProductVariant", before.id),
            old_price: money_string(before.price),
            new_price: None,
            old_compare_at: before.compare_at.map(money_string),
            new_compare_at: None,
            changed: true,
        }
    }
}

/// One accepted write to a variant's row in a price list, whether or not it changed a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListEffect {
    /// The price list's gid.
    pub price_list_id: String,
    /// The variant's gid.
    pub variant_id: String,
    /// The fixed price before, in the list's currency; `None`: it was relative.
    pub old_price: Option<String>,
    /// The fixed price after; `None`: it is relative now.
    pub new_price: Option<String>,
    /// The fixed compare-at price before.
    pub old_compare_at: Option<String>,
    /// The fixed compare-at price after.
    pub new_compare_at: Option<String>,
}

impl ListEffect {
    /// The effect of a write to a row.
    pub(crate) fn new(
        list: u64,
        variant: u64,
        before: Option<&FixedPrice>,
        after: Option<&FixedPrice>,
    ) -> Self {
        let price = |row: Option<&FixedPrice>| row.map(|row| money_string(row.price));
        let compare_at = |row: Option<&FixedPrice>| row?.compare_at.map(money_string);
        Self {
            price_list_id: gid("PriceList", list),
            variant_id: gid("ProductVariant", variant),
            old_price: price(before),
            new_price: price(after),
            old_compare_at: compare_at(before),
            new_compare_at: compare_at(after),
        }
    }
}

/// What became of one product as a whole. The prices of variants that were there before are in [`Effect`]s.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductEffect {
    /// The product's gid.
    pub product_id: String,
    /// What became of it.
    pub change: ProductChange,
}

/// What a write made of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductChange {
    /// It is new.
    Created,
    /// Its fields, options or variants were written.
    Changed,
    /// It is gone.
    Deleted,
}

/// The entries so far.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<JournalEntry>,
    last_sequence: u64,
    last_effect: u64,
}

impl Journal {
    /// Opens an entry and returns its sequence number.
    pub(crate) fn open(&mut self, source: Source, arrived_ms: u64, request_id: &str) -> u64 {
        self.last_sequence += 1;
        self.entries.push(JournalEntry {
            sequence: self.last_sequence,
            source,
            arrived_ms,
            request_id: request_id.to_owned(),
            client: None,
            kind: String::new(),
            operation_name: None,
            root_fields: Vec::new(),
            variables: Value::Null,
            outcome: CallOutcome::InFlight,
            faults: Vec::new(),
            requested_cost: None,
            actual_cost: None,
            answered: false,
            effects: Vec::new(),
            list_effects: Vec::new(),
            product_effects: Vec::new(),
            took_effect: 0,
        });
        self.last_sequence
    }

    /// Changes an open entry. Does nothing when a reset has thrown it away.
    pub(crate) fn note(&mut self, sequence: u64, change: impl FnOnce(&mut JournalEntry)) {
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| entry.sequence == sequence) {
            change(entry);
        }
    }

    /// Notes that an entry takes effect now, and changes it.
    pub(crate) fn takes_effect(&mut self, sequence: u64, change: impl FnOnce(&mut JournalEntry)) {
        self.last_effect += 1;
        let place = self.last_effect;
        self.note(sequence, |entry| {
            entry.took_effect = place;
            change(entry);
        });
    }

    pub(crate) fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// Throws the entries away; numbers go on, so that an entry of before is never taken for one of after.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
