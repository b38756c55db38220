//! Live prices: reading them by id, and writing them with a verdict for each variant.

use kernel_core::Money;
use serde::{Deserialize, Serialize};

use crate::{BoxFuture, Hear, ProductRef, Result, VariantRef};

/// Where a price comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceOrigin {
    /// Set for this variant in this place. A base price always is.
    Fixed,
    /// Derived from the base price, which it follows.
    Relative,
}

/// What the vendor has at this moment, as the base price or in a price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LivePrice {
    /// The variant.
    pub variant: VariantRef,
    /// The product it belongs to.
    pub product: ProductRef,
    /// The price.
    pub price: Money,
    /// The struck-through price; `None` if there is none.
    pub compare_at: Option<Money>,
    /// Whether it is set or derived.
    pub origin: PriceOrigin,
}

/// A variant that was asked for and what the vendor has; `None` means it is no longer there.
pub type LiveReading = (VariantRef, Option<LivePrice>);

/// What to do with the struck-through price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompareAtWrite {
    /// Leave as it is; it is not mentioned to the vendor at all.
    Keep,
    /// Take it away.
    Clear,
    /// Set it.
    Set(Money),
}

/// One variant's new price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceWrite {
    /// The variant.
    pub variant: VariantRef,
    /// The product it belongs to.
    pub product: ProductRef,
    /// The base price to set.
    pub price: Money,
    /// The struck-through price.
    pub compare_at: CompareAtWrite,
}

/// What became of one [`PriceWrite`], or of one row of a price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum WriteOutcome {
    /// The vendor has it, and its echo agrees with what was sent.
    Applied {
        /// What the vendor says it has now.
        echoed: LivePrice,
    },
    /// A row of a price list follows the base price again; the vendor does not say which price that is.
    Freed,
    /// The vendor refused it; nothing of this variant changed.
    Refused {
        /// The vendor's code; vendors leave it out at times.
        code: Option<String>,
        /// The vendor's words.
        message: String,
    },
    /// Nothing was written because of something else, such as another variant of the same write.
    NotAttempted {
        /// Why.
        reason: String,
    },
    /// The vendor raised no objection, but does not show what was sent: read before doing anything else.
    Unclear {
        /// What the vendor says it has, if it says anything.
        echoed: Option<LivePrice>,
        /// What is odd.
        reason: String,
    },
}

/// Reads live prices by id, never through a search index.
pub trait PriceReader: Send + Sync {
    /// The live price of each of `variants`, in the same order.
    ///
    /// # Errors
    /// The vendor refused or did not answer; then nothing is known of any of them.
    fn read_prices<'a>(&'a self, variants: &'a [VariantRef]) -> BoxFuture<'a, Result<Vec<LiveReading>>>;
}

/// The writes of one product's variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductWrites {
    /// The product.
    pub product: ProductRef,
    /// Its variants' new prices.
    pub writes: Vec<PriceWrite>,
}

/// Writes that lie with the vendor; nothing is written before they are started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedWrites(pub String);

/// The vendor's own id of an operation that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkRef(pub String);

/// Writes the prices of many products in one operation that runs at the vendor's.
pub trait BulkPriceWriter: Send + Sync {
    /// Whether so many products are better written in bulk than one by one, as the vendor's limits stand now.
    fn pays_off(&self, products: usize) -> bool;

    /// Brings `writes` to the vendor. Nothing is written yet, and nothing need be done about an upload that is not used.
    ///
    /// # Errors
    /// The vendor refused or did not answer, or one of the writes must not be sent.
    fn upload<'a>(&'a self, writes: &'a [ProductWrites]) -> BoxFuture<'a, Result<UploadedWrites>>;

    /// Has what was uploaded written. `name` is unique to this attempt, so that an operation whose start went unanswered
    /// can be found again.
    ///
    /// # Errors
    /// It did not start; with [`crate::RetryClass::Unknown`] it may have: ask [`Self::is_under_way`] before reading.
    fn start<'a>(&'a self, name: &'a str, uploaded: &'a UploadedWrites) -> BoxFuture<'a, Result<BulkRef>>;

    /// Waits until the operation over these `writes` has ended. Outcomes come in the order of `writes`; what the vendor's
    /// result does not mention is [`WriteOutcome::Unclear`]. `hear` is told how many of the `writes` are carried out.
    ///
    /// # Errors
    /// Always [`crate::RetryClass::Unknown`]: it may have written, or may still do so. Ask [`Self::is_under_way`] before
    /// reading.
    fn outcomes<'a>(
        &'a self,
        operation: &'a BulkRef,
        writes: &'a [ProductWrites],
        hear: Hear<'a>,
    ) -> BoxFuture<'a, Result<Vec<Vec<WriteOutcome>>>>;

    /// Whether an operation of this name is not over yet.
    ///
    /// # Errors
    /// The vendor refused or did not answer.
    fn is_under_way<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>>;
}

/// Writes prices of one product's variants.
pub trait PriceWriter: Send + Sync {
    /// The most variants one call takes.
    fn max_variants_per_write(&self) -> usize;

    /// Sets `writes`, all of `product`, and answers with one outcome each, in the same order.
    ///
    /// # Errors
    /// The call as a whole failed. With [`crate::RetryClass::Unknown`] it may have happened all the same.
    fn write_prices<'a>(
        &'a self,
        product: &'a ProductRef,
        writes: &'a [PriceWrite],
    ) -> BoxFuture<'a, Result<Vec<WriteOutcome>>>;
}
