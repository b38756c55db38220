//! Reading live prices by id and writing new ones, one product at a time.

use std::collections::HashSet;

use channel::{
    BoxFuture, ChannelError, CompareAtWrite, LiveReading, PriceReader, PriceWrite, PriceWriter, ProductRef,
    Result, RetryClass, VariantRef, WriteOutcome,
};
use kernel_core::Currency;

use crate::client::ShopifyClient;
use crate::mapping::{self, is_id_of};
use crate::operation::{READ_PRICES, WRITE_PRICES};
use crate::wire::prices::{ReadPricesData, ReadPricesVariables, WritePricesData, WritePricesVariables};

/// The most ids one request takes.
const IDS_MAX: usize = 250;
/// Points of one write of a few prices: the mutation, and its variants rounded up.
pub(crate) const WRITE_COST: u64 = 11;

impl PriceReader for ShopifyClient {
    fn read_prices<'a>(&'a self, variants: &'a [VariantRef]) -> BoxFuture<'a, Result<Vec<LiveReading>>> {
        Box::pin(self.read_by_id(variants))
    }
}

impl PriceWriter for ShopifyClient {
    fn max_variants_per_write(&self) -> usize {
        self.config.variants_per_write
    }

    fn write_prices<'a>(
        &'a self,
        product: &'a ProductRef,
        writes: &'a [PriceWrite],
    ) -> BoxFuture<'a, Result<Vec<WriteOutcome>>> {
        Box::pin(self.write(product, writes))
    }
}

impl ShopifyClient {
    async fn read_by_id(&self, variants: &[VariantRef]) -> Result<Vec<LiveReading>> {
        let mut readings = Vec::with_capacity(variants.len());
        for chunk in variants.chunks(IDS_MAX) {
            for variant in chunk {
                expect_id("ProductVariant", variant.as_str())?;
            }
            let variables = ReadPricesVariables { ids: chunk.iter().map(VariantRef::as_str).collect() };
            // The variant and its product for each id, and the shop.
            let guess = 1 + 2 * chunk.len() as u64;
            let data: ReadPricesData = self.execute(&READ_PRICES, &variables, chunk.len(), guess).await?;
            let currency = self.see_currency(&data.shop.currency_code)?;
            if data.nodes.len() != chunk.len() {
                let message =
                    format!("asked for {} variants, {} were answered", chunk.len(), data.nodes.len());
                return Err(ChannelError::never("shopify.unreadable", message));
            }
            for (variant, node) in chunk.iter().zip(data.nodes) {
                readings.push(mapping::prices::reading(variant, node, currency)?);
            }
        }
        Ok(readings)
    }

    async fn write(&self, product: &ProductRef, writes: &[PriceWrite]) -> Result<Vec<WriteOutcome>> {
        if writes.is_empty() {
            return Ok(Vec::new());
        }
        let currency = self.currency().await?;
        check(product, writes, currency, self.config.variants_per_write)?;
        let variables = WritePricesVariables {
            product_id: product.0.clone(),
            variants: writes.iter().map(mapping::prices::input).collect(),
        };
        // 10 for the mutation and 0.2 for each variant, rounded up.
        let guess = 10 + (writes.len() as u64).div_ceil(5);
        let data: WritePricesData = self.execute(&WRITE_PRICES, &variables, writes.len(), guess).await?;
        let Some(payload) = data.product_variants_bulk_update else {
            let message = "the answer to the write is empty";
            return Err(ChannelError::new(RetryClass::Unknown, "shopify.unreadable", message));
        };
        Ok(mapping::prices::outcomes(product, writes, payload, currency))
    }
}

/// Refuses what must not be sent; nothing has been written then.
pub(crate) fn check(
    product: &ProductRef,
    writes: &[PriceWrite],
    currency: Currency,
    variants_max: usize,
) -> Result<()> {
    let refused = |message: String| Err(ChannelError::never("shopify.invalid_write", message));
    if writes.len() > variants_max {
        return refused(format!("{} variants in one write; at most {variants_max} are taken", writes.len()));
    }
    expect_id("Product", product.as_str())?;
    let mut seen = HashSet::new();
    for write in writes {
        let variant = &write.variant;
        expect_id("ProductVariant", variant.as_str())?;
        if write.product != *product {
            return refused(format!("{variant} belongs to {}, not to {product}", write.product));
        }
        if !seen.insert(variant) {
            return refused(format!("{variant} stands twice in one write"));
        }
        let compare_at = match write.compare_at {
            CompareAtWrite::Set(amount) => Some(amount),
            CompareAtWrite::Keep | CompareAtWrite::Clear => None,
        };
        for amount in [Some(write.price), compare_at].into_iter().flatten() {
            if amount.currency != currency {
                return refused(format!(
                    "{variant} has a price in {}, but the shop has {currency}",
                    amount.currency
                ));
            }
            if amount.amount_minor < 0 {
                return refused(format!("{variant} has the negative price {amount}"));
            }
        }
    }
    Ok(())
}

/// Refuses an id that is not Shopify's own of this kind.
pub(crate) fn expect_id(kind: &str, id: &str) -> Result<()> {
    if is_id_of(kind, id) {
        return Ok(());
    }
    let shown: String = id.chars().take(100).collect();
    let message =
        format!("`{shown}` is not Shopify's id of a {kind}; read the catalogue from the shop first");
    Err(ChannelError::never("shopify.foreign_id", message))
}
