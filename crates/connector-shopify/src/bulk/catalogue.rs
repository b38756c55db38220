//! Reading the whole catalogue in bulk, where reading it page by page would wait long for the cost bucket. The result is
//! trusted only as far as its counts agree: a product that lacks variants is read again, and a result that lacks
//! products makes way for reading page by page.

use std::collections::HashMap;

use bytes::Bytes;
use channel::{CataloguePage, ChannelError, Hear, LeftOut, Progress, Result};
use kernel_core::Currency;
use serde::Deserialize;

use super::Over;
use crate::client::{ShopifyClient, lock};
use crate::mapping;
use crate::operation::{BULK_PRODUCTS, READ_SIZE};
use crate::wire::bulk::{Count, RowHead, SizeData};
use crate::wire::catalogue::{Product, Variant};

/// How a cursor into a bulk result begins.
const CURSOR: &str = "bulk:";
/// Products handed out at once.
const PRODUCTS_PER_PAGE: usize = 250;

/// A fetched result with the place of every row.
pub(crate) struct WholeCatalogue {
    lines: Bytes,
    products: Vec<Places>,
    currency: Currency,
}

/// Where a product and its variants stand in the lines.
struct Places {
    product: (usize, usize),
    variants: Vec<(usize, usize)>,
}

/// A product with how many variants it says it has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BulkProduct {
    #[serde(flatten)]
    product: Product,
    variants_count: Option<Count>,
}

impl ShopifyClient {
    /// The page at a cursor into a bulk result, or the first if bulk is the quicker way. `None`: read page by page.
    pub(crate) async fn bulk_page(
        &self,
        cursor: Option<&str>,
        hear: Hear<'_>,
    ) -> Result<Option<CataloguePage>> {
        if let Some(cursor) = cursor {
            let start = cursor.strip_prefix(CURSOR).and_then(|start| start.parse().ok());
            return match start {
                Some(start) => self.page_of_whole(start).await.map(Some),
                None => Ok(None),
            };
        }
        let size = self.size().await?;
        let expected = size.rows();
        hear(Progress { done: 0, expected });
        if !self.bulk_reading_pays_off(&size) {
            return Ok(None);
        }
        match self.read_whole(&|done| hear(Progress { done, expected })).await {
            Ok(whole) => *lock(&self.whole_catalogue) = Some(whole),
            Err(error) => {
                tracing::warn!(%error, "The catalogue could not be read in bulk; reading page by page.");
                hear(Progress { done: 0, expected });
                return Ok(None);
            }
        }
        self.page_of_whole(0).await.map(Some)
    }

    async fn size(&self) -> Result<SizeData> {
        let none = serde_json::Map::new();
        self.execute(&READ_SIZE, &none, 1, 20).await
    }

    fn bulk_reading_pays_off(&self, size: &SizeData) -> bool {
        let products = size.products_count.map_or(0, |count| count.count);
        let pages = products.div_ceil(self.config.products_per_page as u64);
        self.time_for_points(pages * self.page_cost()) > self.config.bulk_after_ms
    }

    async fn read_whole(&self, counted: &(dyn Fn(u64) + Send + Sync)) -> Result<WholeCatalogue> {
        let currency = self.currency().await?;
        let query = match self.config.read_cost {
            true => BULK_PRODUCTS.to_owned(),
            false => BULK_PRODUCTS.replace("@include(if: true)", "@include(if: false)"),
        };
        let id = self.start_query(&query).await?;
        let over = self.await_end(&id, counted).await?;
        let products = places(&over)?;
        Ok(WholeCatalogue { lines: over.lines, products, currency })
    }

    async fn page_of_whole(&self, start: usize) -> Result<CataloguePage> {
        let (taken, currency, end) = {
            let mut whole = lock(&self.whole_catalogue);
            let Some(found) = whole.as_ref() else {
                let message = "the catalogue that was read in bulk is no longer here; read it again";
                return Err(ChannelError::never("shopify.bulk_gone", message));
            };
            let end = (start + PRODUCTS_PER_PAGE).min(found.products.len());
            let places = found.products.get(start..end).unwrap_or_default();
            let taken: Vec<(Product, u64)> =
                places.iter().map(|one| found.read(one)).collect::<Result<_>>()?;
            let (currency, total) = (found.currency, found.products.len());
            if end >= total {
                *whole = None;
            }
            (taken, currency, (end < total).then_some(end))
        };
        let mut left_out: Vec<LeftOut> = Vec::new();
        let mut products = Vec::with_capacity(taken.len());
        for (mut product, expected) in taken {
            if product.variants.nodes.len() as u64 != expected && !self.read_again(&mut product).await? {
                continue;
            }
            products.push(mapping::catalogue::product(product, currency, &mut left_out));
        }
        let next_cursor = end.map(|end| format!("{CURSOR}{end}"));
        Ok(CataloguePage { products, left_out, next_cursor })
    }
}

impl WholeCatalogue {
    fn read(&self, places: &Places) -> Result<(Product, u64)> {
        let at = |(from, to): (usize, usize)| self.lines.get(from..to).unwrap_or_default();
        let read: BulkProduct = serde_json::from_slice(at(places.product)).map_err(unreadable)?;
        let mut product = read.product;
        for place in &places.variants {
            let variant: Variant = serde_json::from_slice(at(*place)).map_err(unreadable)?;
            product.variants.nodes.push(variant);
        }
        // Rows come in no order; the vendor's own is that of its ids.
        product.variants.nodes.sort_by_key(|variant| number_of(&variant.id));
        let expected = read.variants_count.map_or(product.variants.nodes.len() as u64, |count| count.count);
        Ok((product, expected))
    }
}

fn number_of(id: &str) -> u64 {
    id.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or(u64::MAX)
}

/// Where every product and its variants stand, whatever the order of the rows.
fn places(over: &Over) -> Result<Vec<Places>> {
    let incomplete = |why: &str| ChannelError::never("shopify.bulk_incomplete", why.to_owned());
    if !over.whole {
        return Err(incomplete(&over.reason));
    }
    let mut products: Vec<Places> = Vec::new();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    let mut variants: Vec<(String, (usize, usize))> = Vec::new();
    let mut from = 0;
    for line in over.lines.split(|byte| *byte == b'\n') {
        let place = (from, from + line.len());
        from = place.1 + 1;
        if line.is_empty() {
            continue;
        }
        let head: RowHead = serde_json::from_slice(line).map_err(unreadable)?;
        match head.parent {
            Some(parent) => variants.push((parent, place)),
            None => {
                by_id.insert(head.id, products.len());
                products.push(Places { product: place, variants: Vec::new() });
            }
        }
    }
    if over.root_rows.is_some_and(|rows| rows != products.len() as u64) {
        return Err(incomplete("the result lacks products"));
    }
    for (parent, place) in variants {
        let Some(product) = by_id.get(&parent) else {
            return Err(incomplete("a variant's product is missing"));
        };
        products[*product].variants.push(place);
    }
    Ok(products)
}

fn unreadable(error: serde_json::Error) -> ChannelError {
    ChannelError::never("shopify.unreadable", format!("a row of a bulk result cannot be read: {error}"))
}
