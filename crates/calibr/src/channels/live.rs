//! The prices that a shop shows now, on one of its price surfaces.

use std::collections::HashMap;
use std::sync::Arc;

use channel::{
    Channel, ChannelError, LiveReading, PriceList, PriceLists, PriceReader, ProductRef, VariantRef,
};
use kernel_core::{Ctx, Currency, Result};

use crate::catalog::{BASE, list_of};
use crate::ids::ChannelId;
use crate::state::App;

/// The most ids a shop is asked for at once.
const READ_AT_ONCE: usize = 250;

/// A shop seen by one of its surfaces: its base prices, or one of its price lists.
pub struct LivePrices {
    /// The connection to the shop.
    pub connection: Arc<dyn Channel>,
    /// The price list; none for the base prices.
    pub list: Option<PriceList>,
}

impl LivePrices {
    /// The prices of a shop on a surface.
    ///
    /// # Errors
    /// The connection cannot be opened, it never had such a list (404), or the database refused.
    pub async fn of(app: &App, ctx: &Ctx, channel: ChannelId, surface: &str) -> Result<Self> {
        let connection = app.channels.open(ctx.tenant, channel).await?;
        let list = match surface {
            BASE => None,
            name => Some(list_of(&app.db.tenant_tx(ctx.tenant).await?, channel, name).await?),
        };
        Ok(Self { connection, list })
    }

    /// The same, in the currency that a plan is in: reading refuses a list that is in another by now.
    #[must_use]
    pub fn in_currency(self, currency: Currency) -> Self {
        Self { list: self.list.map(|list| PriceList { currency, ..list }), ..self }
    }

    /// What the shop shows of these variants now, in their order.
    ///
    /// # Errors
    /// The shop refused or did not answer; then nothing is known of any of them.
    pub async fn read(&self, asked: &[(VariantRef, ProductRef)]) -> channel::Result<Vec<LiveReading>> {
        if let Some(list) = &self.list {
            return self.read_list(list, asked).await;
        }
        let reader: &dyn PriceReader = self
            .connection
            .price_reader()
            .ok_or_else(|| ChannelError::never("channel.no_reader", "This connector cannot read prices."))?;
        let variants: Vec<VariantRef> = asked.iter().map(|(variant, _)| variant.clone()).collect();
        let mut live = Vec::with_capacity(variants.len());
        for part in variants.chunks(READ_AT_ONCE) {
            live.extend(reader.read_prices(part).await?);
        }
        Ok(live)
    }

    async fn read_list(
        &self,
        list: &PriceList,
        asked: &[(VariantRef, ProductRef)],
    ) -> channel::Result<Vec<LiveReading>> {
        let mut products: Vec<ProductRef> = asked.iter().map(|(_, product)| product.clone()).collect();
        products.sort_unstable();
        products.dedup();
        let rows = self.lists()?.list_prices(list, &products).await?;
        let rows: HashMap<VariantRef, _> = rows.into_iter().map(|row| (row.variant.clone(), row)).collect();
        Ok(asked.iter().map(|(variant, _)| (variant.clone(), rows.get(variant).cloned())).collect())
    }

    /// The way to the shop's price lists.
    ///
    /// # Errors
    /// Its connector has none.
    pub fn lists(&self) -> channel::Result<&dyn PriceLists> {
        let missing = || ChannelError::never("channel.no_price_lists", "This connector has no price lists.");
        self.connection.price_lists().ok_or_else(missing)
    }
}
