//! Price lists of a shop's markets: reading rows, fixing them, and making them relative again, which is how a row that
//! was relative before is rolled back. No webhook tells of changes in them.

use std::collections::HashSet;

use channel::{ChannelError, ProductRef, Result, RetryClass, VariantRef};
use kernel_core::{Currency, Money};

use crate::client::ShopifyClient;
use crate::ingest::next;
use crate::mapping::price_lists as mapping;
use crate::operation::{
    FIX_LIST_PRICES, FREE_LIST_PRICES, READ_LIST_PRICES, READ_PRICE_LISTS, connection_cost,
};
use crate::prices::expect_id;
use crate::wire::price_lists::{
    FixPricesData, FixPricesVariables, FreePricesData, FreePricesVariables, ListPricesData,
    ListPricesVariables, PriceListsData, PriceListsVariables,
};

/// The most rows one request takes or gives.
const ROWS_MAX: usize = 250;
/// Pages after which a list is taken to go in circles: more than Shopify has lists or variants of a product.
const PAGES_MAX: usize = 100;
/// A mutation, and the variant of a row.
const WRITE_COST: u64 = 11;

/// A price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceList {
    /// Shopify's id of it.
    pub id: String,
    /// The name that the merchant gave it.
    pub name: String,
    /// The currency of its fixed prices.
    pub currency: Currency,
}

/// Where a price of a list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceOrigin {
    /// Set for this variant in this list.
    Fixed,
    /// Derived from the shop's own price; follows it.
    Relative,
}

/// The row of a variant in a price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPrice {
    /// The variant.
    pub variant: VariantRef,
    /// Whether it is fixed. A row that was relative is rolled back with [`ShopifyClient::free_list_prices`].
    pub origin: PriceOrigin,
    /// The price: in the list's currency when fixed, in the shop's when relative.
    pub price: Money,
    /// The compare-at price, in the same currency.
    pub compare_at: Option<Money>,
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

/// What became of one row of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListWriteOutcome {
    /// Nobody objected and the row is shown as it was sent.
    Applied,
    /// Shopify refused the row. `PRICE_NOT_FIXED` means that it is relative already.
    Refused {
        /// Shopify's code, if it gave one.
        code: Option<String>,
        /// Shopify's words.
        message: String,
    },
    /// Nothing was written because of another row.
    NotAttempted {
        /// Why.
        reason: String,
    },
    /// Only reading can tell.
    Unclear {
        /// What is odd.
        reason: String,
    },
}

impl ShopifyClient {
    /// All price lists of the shop.
    ///
    /// # Errors
    /// As any read; a list in a currency that is not known here.
    pub async fn price_lists(&self) -> Result<Vec<PriceList>> {
        let (mut lists, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let variables = PriceListsVariables { first: ROWS_MAX, after };
            let guess = connection_cost(ROWS_MAX, 1);
            let data: PriceListsData = self.execute(&READ_PRICE_LISTS, &variables, ROWS_MAX, guess).await?;
            for node in data.price_lists.nodes {
                lists.push(mapping::price_list(node)?);
            }
            after = next(&data.price_lists.page_info)?;
            if after.is_none() {
                return Ok(lists);
            }
        }
        Err(endless("the price lists"))
    }

    /// The rows of one product's variants in a list. `None` when the shop has no such list any more.
    ///
    /// # Errors
    /// As any read; a row whose kind or amount cannot be understood.
    pub async fn list_prices(
        &self,
        list: &PriceList,
        product: &ProductRef,
    ) -> Result<Option<Vec<ListPrice>>> {
        expect_id("PriceList", &list.id)?;
        expect_id("Product", product.as_str())?;
        // The filter wants the number alone: with the whole id it finds nothing.
        let number = product.as_str().rsplit('/').next().unwrap_or_default();
        let (mut rows, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let filter = format!("product_id:{number}");
            let variables = ListPricesVariables { list: &list.id, filter, first: ROWS_MAX, after };
            // The list, and each row with its variant.
            let guess = 1 + connection_cost(ROWS_MAX, 2);
            let data: ListPricesData = self.execute(&READ_LIST_PRICES, &variables, ROWS_MAX, guess).await?;
            let Some(found) = data.price_list else { return Ok(None) };
            for node in found.prices.nodes {
                rows.push(mapping::row(node)?);
            }
            after = next(&found.prices.page_info)?;
            if after.is_none() {
                return Ok(Some(rows));
            }
        }
        Err(endless("the prices of a list"))
    }

    /// Fixes rows of a list: all, or none when Shopify objects to one. One outcome for each.
    ///
    /// # Errors
    /// `Never` when nothing was sent; `Unknown` when the rows may be fixed although no answer came.
    pub async fn fix_list_prices(
        &self,
        list: &PriceList,
        writes: &[FixedPriceWrite],
    ) -> Result<Vec<ListWriteOutcome>> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        check_rows(list, writes.iter().map(|write| &write.variant))?;
        writes.iter().try_for_each(|write| check_amounts(list, write))?;
        let prices = writes.iter().map(mapping::input).collect();
        let variables = FixPricesVariables { list: &list.id, prices };
        let data: FixPricesData =
            self.execute(&FIX_LIST_PRICES, &variables, writes.len(), WRITE_COST).await?;
        let payload = data.price_list_fixed_prices_add.ok_or_else(empty)?;
        Ok(mapping::fixed(writes, payload))
    }

    /// Makes fixed rows of a list relative again: all, or none when Shopify objects to one. One outcome for each.
    ///
    /// # Errors
    /// `Never` when nothing was sent; `Unknown` when the rows may be relative although no answer came.
    pub async fn free_list_prices(
        &self,
        list: &PriceList,
        variants: &[VariantRef],
    ) -> Result<Vec<ListWriteOutcome>> {
        if variants.is_empty() {
            return Ok(Vec::new());
        }
        check_rows(list, variants.iter())?;
        let ids = variants.iter().map(VariantRef::as_str).collect();
        let variables = FreePricesVariables { list: &list.id, variants: ids };
        let data: FreePricesData =
            self.execute(&FREE_LIST_PRICES, &variables, variants.len(), WRITE_COST).await?;
        let payload = data.price_list_fixed_prices_delete.ok_or_else(empty)?;
        Ok(mapping::freed(variants, payload))
    }
}

/// Refuses what must not be sent; nothing has been written then.
fn check_rows<'a>(list: &PriceList, variants: impl ExactSizeIterator<Item = &'a VariantRef>) -> Result<()> {
    expect_id("PriceList", &list.id)?;
    if variants.len() > ROWS_MAX {
        return refused(format!("{} rows in one write; at most {ROWS_MAX} are taken", variants.len()));
    }
    let mut seen = HashSet::new();
    for variant in variants {
        expect_id("ProductVariant", variant.as_str())?;
        if !seen.insert(variant) {
            return refused(format!("{variant} stands twice in one write"));
        }
    }
    Ok(())
}

fn check_amounts(list: &PriceList, write: &FixedPriceWrite) -> Result<()> {
    let FixedPriceWrite { variant, price, compare_at } = write;
    for amount in [Some(*price), *compare_at].into_iter().flatten() {
        if amount.currency != list.currency {
            let (given, wanted) = (amount.currency, list.currency);
            return refused(format!("{variant} has a price in {given}, but the list is in {wanted}"));
        }
        if amount.amount_minor < 0 {
            return refused(format!("{variant} has the negative price {amount}"));
        }
    }
    Ok(())
}

fn refused<T>(message: String) -> Result<T> {
    Err(ChannelError::never("shopify.invalid_write", message))
}

fn empty() -> ChannelError {
    ChannelError::new(RetryClass::Unknown, "shopify.unreadable", "the answer to the write is empty")
}

fn endless(what: &str) -> ChannelError {
    ChannelError::never("shopify.endless", format!("{what} do not come to an end"))
}
