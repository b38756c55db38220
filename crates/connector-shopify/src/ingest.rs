//! Reading the whole catalogue: pages of products, and for those with more variants than a page holds, the rest of
//! them, so that nothing is cut off in silence.

use std::collections::HashSet;

use channel::{BoxFuture, CataloguePage, CatalogueSource, ChannelError, Hear, LeftOut, Result};

use crate::client::ShopifyClient;
use crate::mapping;
use crate::operation::{READ_PRODUCT_VARIANTS, READ_PRODUCTS, connection_cost};
use crate::wire::PageInfo;
use crate::wire::catalogue::{
    Product, ProductVariantsData, ProductVariantsVariables, ProductsData, ProductsVariables, Variant,
};

/// Shopify's own limit; a product that goes on beyond it is an answer that goes in circles.
const VARIANTS_MAX: usize = 2048;

/// Points for one variant: itself, its options and its inventory item.
const VARIANT_COST: u64 = 3;

impl CatalogueSource for ShopifyClient {
    fn page<'a>(&'a self, cursor: Option<String>, hear: Hear<'a>) -> BoxFuture<'a, Result<CataloguePage>> {
        Box::pin(self.read_page(cursor, hear))
    }
}

impl ShopifyClient {
    async fn read_page(&self, cursor: Option<String>, hear: Hear<'_>) -> Result<CataloguePage> {
        if let Some(page) = self.bulk_page(cursor.as_deref(), hear).await? {
            return Ok(page);
        }
        let (products, variants) = (self.config.products_per_page, self.config.variants_per_page);
        let with_cost = self.config.read_cost;
        let variables = ProductsVariables { products, variants, after: cursor.clone(), with_cost };
        let data: ProductsData =
            self.execute(&READ_PRODUCTS, &variables, products, page_cost(products, variants)).await?;
        let currency = self.see_currency(&data.shop.currency_code)?;
        let mut left_out: Vec<LeftOut> = Vec::new();
        let mut page = Vec::with_capacity(data.products.nodes.len());
        for mut product in data.products.nodes {
            let after = next(&product.variants.page_info)?.map(Some);
            if self.complete(&mut product, after).await? {
                page.push(mapping::catalogue::product(product, currency, &mut left_out));
            }
        }
        let next_cursor = next(&data.products.page_info)?;
        if next_cursor.is_some() && next_cursor == cursor {
            return Err(ChannelError::never("shopify.endless", "a page of products leads to itself"));
        }
        Ok(CataloguePage { products: page, left_out, next_cursor })
    }

    /// Points of one page of products.
    pub(crate) fn page_cost(&self) -> u64 {
        page_cost(self.config.products_per_page, self.config.variants_per_page)
    }

    /// Reads all variants of a product anew. Returns false if the product was deleted meanwhile.
    pub(crate) async fn read_again(&self, product: &mut Product) -> Result<bool> {
        product.variants.nodes.clear();
        self.complete(product, Some(None)).await
    }

    /// Reads the variants at a place in their list and beyond. Returns false if the product was deleted meanwhile.
    async fn complete(&self, product: &mut Product, mut after: Option<Option<String>>) -> Result<bool> {
        let mut seen: HashSet<String> = product.variants.nodes.iter().map(|v| v.id.clone()).collect();
        while let Some(cursor) = after {
            let variants = self.config.variants_per_page;
            let variables = ProductVariantsVariables {
                product: &product.id,
                variants,
                after: cursor,
                with_cost: self.config.read_cost,
            };
            let guess = rest_cost(variants);
            let data: ProductVariantsData =
                self.execute(&READ_PRODUCT_VARIANTS, &variables, variants, guess).await?;
            let Some(more) = data.product else { return Ok(false) };
            after = next(&more.variants.page_info)?.map(Some);
            // A variant that moved between two pages may come twice.
            let known = product.variants.nodes.len();
            let fresh = |variant: &Variant| seen.insert(variant.id.clone());
            product.variants.nodes.extend(more.variants.nodes.into_iter().filter(fresh));
            let count = product.variants.nodes.len();
            if count > VARIANTS_MAX || (count == known && after.is_some()) {
                let message = format!("the variants of {} do not come to an end after {count}", product.id);
                return Err(ChannelError::never("shopify.endless", message));
            }
        }
        Ok(true)
    }
}

/// The shop, and the page of products with their variants.
fn page_cost(products: usize, variants: usize) -> u64 {
    1 + connection_cost(products, rest_cost(variants))
}

/// A product and a page of its variants.
fn rest_cost(variants: usize) -> u64 {
    1 + connection_cost(variants, VARIANT_COST)
}

/// Where a connection goes on; `None` at its end.
pub(crate) fn next(page: &PageInfo) -> Result<Option<String>> {
    match (page.has_next_page, &page.end_cursor) {
        (false, _) => Ok(None),
        (true, Some(cursor)) => Ok(Some(cursor.clone())),
        (true, None) => {
            Err(ChannelError::never("shopify.unreadable", "a page goes on but does not say where"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_guess_is_what_the_formula_gives_by_hand() {
        // 2 variants: 2 + 1·3 = 5, with their product 6. 50 products: 2 + 7·6 = 44, with the shop 45.
        assert_eq!((rest_cost(2), page_cost(50, 2)), (6, 45));
        // 100 variants: 2 + 9·3 = 29, with their product 30. 50 products: 2 + 7·30 = 212, with the shop 213.
        assert_eq!((rest_cost(100), page_cost(50, 100)), (30, 213));
        assert!(page_cost(250, 250) <= 1000, "the largest page stays below what a single query may cost");
    }
}
