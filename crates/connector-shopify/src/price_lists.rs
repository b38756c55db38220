//! Price lists of a shop's markets: reading rows, fixing them, and making them relative again, which is how a row that
//! was relative before is rolled back. No webhook tells of changes in them.

use std::collections::HashSet;

use channel::{
    BoxFuture, ChannelError, FixedPriceWrite, ListPage, LivePrice, PriceList, PriceLists, ProductRef, Result,
    RetryClass, VariantRef, WriteOutcome,
};

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
/// Lists asked for at once. Few shops have more, and each asked for costs points whether or not it is there.
const LISTS_AT_ONCE: usize = 50;
/// Pages after which a list is taken to go in circles: more than Shopify has lists or variants of a product.
const PAGES_MAX: usize = 100;
/// A mutation, and the variant of a row with its product.
const WRITE_COST: u64 = 12;

impl PriceLists for ShopifyClient {
    fn lists(&self) -> BoxFuture<'_, Result<Vec<PriceList>>> {
        Box::pin(self.read_lists())
    }

    fn list_page<'a>(
        &'a self,
        list: &'a PriceList,
        cursor: Option<String>,
    ) -> BoxFuture<'a, Result<ListPage>> {
        Box::pin(self.read_list_page(list, None, cursor))
    }

    fn list_prices<'a>(
        &'a self,
        list: &'a PriceList,
        products: &'a [ProductRef],
    ) -> BoxFuture<'a, Result<Vec<LivePrice>>> {
        Box::pin(async move {
            let mut rows = Vec::new();
            for product in products {
                rows.extend(self.rows_of_product(list, product).await?);
            }
            Ok(rows)
        })
    }

    fn max_rows_per_write(&self) -> usize {
        ROWS_MAX
    }

    fn fix_list_prices<'a>(
        &'a self,
        list: &'a PriceList,
        writes: &'a [FixedPriceWrite],
    ) -> BoxFuture<'a, Result<Vec<WriteOutcome>>> {
        Box::pin(self.fix(list, writes))
    }

    fn free_list_prices<'a>(
        &'a self,
        list: &'a PriceList,
        variants: &'a [VariantRef],
    ) -> BoxFuture<'a, Result<Vec<WriteOutcome>>> {
        Box::pin(self.free(list, variants))
    }
}

impl ShopifyClient {
    async fn read_lists(&self) -> Result<Vec<PriceList>> {
        let (mut lists, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let variables = PriceListsVariables { first: LISTS_AT_ONCE, after };
            let guess = connection_cost(LISTS_AT_ONCE, 1);
            let data: PriceListsData =
                self.execute(&READ_PRICE_LISTS, &variables, LISTS_AT_ONCE, guess).await?;
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

    /// A page of a list, of one product if there is a filter.
    async fn read_list_page(
        &self,
        list: &PriceList,
        filter: Option<String>,
        after: Option<String>,
    ) -> Result<ListPage> {
        expect_id("PriceList", list.id.as_str())?;
        let cursor = after.clone();
        let variables = ListPricesVariables { list: list.id.as_str(), filter, first: ROWS_MAX, after };
        // The list, and each row with its variant and product.
        let guess = 1 + connection_cost(ROWS_MAX, 3);
        let data: ListPricesData = self.execute(&READ_LIST_PRICES, &variables, ROWS_MAX, guess).await?;
        let Some(found) = data.price_list else {
            let message = format!("The shop has no price list {} any more.", list.name);
            return Err(ChannelError::never("shopify.price_list_gone", message));
        };
        if found.currency != list.currency.code() {
            let message = format!(
                "The price list {} is in {} now and no longer in {}; with its currency it lost its fixed prices.",
                list.name, found.currency, list.currency
            );
            return Err(ChannelError::never("shopify.price_list_currency", message));
        }
        let rows = found.prices.nodes.into_iter().map(mapping::row).collect::<Result<_>>()?;
        let next_cursor = next(&found.prices.page_info)?;
        if next_cursor.is_some() && next_cursor == cursor {
            return Err(endless("a page of a list"));
        }
        Ok(ListPage { rows, next_cursor })
    }

    async fn rows_of_product(&self, list: &PriceList, product: &ProductRef) -> Result<Vec<LivePrice>> {
        expect_id("Product", product.as_str())?;
        // The filter wants the number alone: with the whole id it finds nothing.
        let number = product.as_str().rsplit('/').next().unwrap_or_default();
        let filter = format!("product_id:{number}");
        let (mut rows, mut after) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let page = self.read_list_page(list, Some(filter.clone()), after).await?;
            rows.extend(page.rows);
            after = page.next_cursor;
            if after.is_none() {
                return Ok(rows);
            }
        }
        Err(endless("the prices of a list"))
    }

    /// All rows, or none when Shopify objects to one.
    async fn fix(&self, list: &PriceList, writes: &[FixedPriceWrite]) -> Result<Vec<WriteOutcome>> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        check_rows(list, writes.iter().map(|write| &write.variant))?;
        writes.iter().try_for_each(|write| check_amounts(list, write))?;
        let prices = writes.iter().map(mapping::input).collect();
        let variables = FixPricesVariables { list: list.id.as_str(), prices };
        let data: FixPricesData =
            self.execute(&FIX_LIST_PRICES, &variables, writes.len(), WRITE_COST).await?;
        let payload = data.price_list_fixed_prices_add.ok_or_else(empty)?;
        Ok(mapping::fixed(writes, payload))
    }

    /// All rows, or none when Shopify objects to one.
    async fn free(&self, list: &PriceList, variants: &[VariantRef]) -> Result<Vec<WriteOutcome>> {
        if variants.is_empty() {
            return Ok(Vec::new());
        }
        check_rows(list, variants.iter())?;
        let ids = variants.iter().map(VariantRef::as_str).collect();
        let variables = FreePricesVariables { list: list.id.as_str(), variants: ids };
        let data: FreePricesData =
            self.execute(&FREE_LIST_PRICES, &variables, variants.len(), WRITE_COST).await?;
        let payload = data.price_list_fixed_prices_delete.ok_or_else(empty)?;
        Ok(mapping::freed(variants, payload))
    }
}

/// Refuses what must not be sent; nothing has been written then.
fn check_rows<'a>(list: &PriceList, variants: impl ExactSizeIterator<Item = &'a VariantRef>) -> Result<()> {
    expect_id("PriceList", list.id.as_str())?;
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
