//! Price lists: prices that a shop shows some of its customers in place of its base prices.

use kernel_core::{Currency, Money};
use serde::{Deserialize, Serialize};

use crate::{BoxFuture, LivePrice, PriceListRef, ProductRef, Result, VariantRef, WriteOutcome};

/// A price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// The vendor's id.
    pub id: PriceListRef,
    /// The name that the merchant gave it.
    pub name: String,
    /// The currency of its fixed prices.
    pub currency: Currency,
}

/// A part of a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// Its rows. One that follows the base price may be in the shop's currency instead of the list's.
    pub rows: Vec<LivePrice>,
    /// Where the next page starts; `None` after the last.
    pub next_cursor: Option<String>,
}

/// One row to be fixed. It replaces what the list has for the variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPriceWrite {
    /// The variant.
    pub variant: VariantRef,
    /// The price, in the list's currency.
    pub price: Money,
    /// The compare-at price, in the list's currency; `None`: the row has none afterwards.
    pub compare_at: Option<Money>,
}

/// Reads and writes price lists. What names a list fails for good when the shop has it no more, or has it in another
/// currency than told: with its currency a list loses all its fixed prices.
pub trait PriceLists: Send + Sync {
    /// All price lists of the shop; none is no error.
    ///
    /// # Errors
    /// The vendor refused or did not answer.
    fn lists(&self) -> BoxFuture<'_, Result<Vec<PriceList>>>;

    /// The page of a list at `cursor`, or the first. A cursor is only good for the reading it came from.
    ///
    /// # Errors
    /// The vendor refused or did not answer, or a row cannot be understood.
    fn list_page<'a>(
        &'a self,
        list: &'a PriceList,
        cursor: Option<String>,
    ) -> BoxFuture<'a, Result<ListPage>>;

    /// The rows of these products' variants in a list, in no order.
    ///
    /// # Errors
    /// The vendor refused or did not answer; then nothing is known of any of them.
    fn list_prices<'a>(
        &'a self,
        list: &'a PriceList,
        products: &'a [ProductRef],
    ) -> BoxFuture<'a, Result<Vec<LivePrice>>>;

    /// The most rows one write takes.
    fn max_rows_per_write(&self) -> usize;

    /// Fixes rows of a list. One outcome for each, in the same order.
    ///
    /// # Errors
    /// The call as a whole failed. With [`crate::RetryClass::Unknown`] it may have happened all the same.
    fn fix_list_prices<'a>(
        &'a self,
        list: &'a PriceList,
        writes: &'a [FixedPriceWrite],
    ) -> BoxFuture<'a, Result<Vec<WriteOutcome>>>;

    /// Makes fixed rows of a list follow the base price again. One outcome for each, in the same order:
    /// [`WriteOutcome::Freed`] if all is well.
    ///
    /// # Errors
    /// As [`Self::fix_list_prices`].
    fn free_list_prices<'a>(
        &'a self,
        list: &'a PriceList,
        variants: &'a [VariantRef],
    ) -> BoxFuture<'a, Result<Vec<WriteOutcome>>>;
}
