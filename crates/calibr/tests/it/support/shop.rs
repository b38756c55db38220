//! Simulated shops: their goods, connecting them, and what their journal says was written.

use std::sync::Arc;

use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::SystemTime;
use kernel_core::Role;
use serde_json::json;
use simulators::shopify::{
    Catalogue, Config, Effect, Handle, JournalEntry, ProductRow, Simulator, Source, Variant, VariantRow,
};

use super::{Tenant, TestApp};

/// The product's connector, which asks for nothing twice by itself.
pub const CURT: &[(&str, Connector)] = &[("shopify", |base_url, token| {
    let config = ShopifyConfig { read_retries_max: 0, ..ShopifyConfig::new(base_url, token) };
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SystemTime::start()))?))
})];

/// A connected shop whose catalogue was read in.
pub struct Shop {
    pub sim: Handle,
    /// The channel's id.
    pub channel: String,
}

impl Shop {
    /// Every variant the shop has now.
    pub fn variants(&self) -> Vec<Variant> {
        self.sim.state().products.into_iter().flat_map(|product| product.variants).collect()
    }

    /// The shop's price and compare-at price of a SKU, as text.
    pub fn price_of(&self, sku: &str) -> (String, Option<String>) {
        let variants = self.variants();
        let found = variants.iter().find(|variant| variant.sku.as_deref() == Some(sku)).expect(sku);
        (found.price.to_string(), found.compare_at.map(|amount| amount.to_string()))
    }
}

impl TestApp {
    /// A shop with `catalogue`, connected to the home tenant's project and read in.
    pub async fn shop(&self, catalogue: Catalogue) -> Shop {
        self.shop_of(&self.home, sim_config(catalogue)).await
    }

    /// The same for any tenant and shop.
    pub async fn shop_of(&self, tenant: &Tenant, config: Config) -> Shop {
        let shop_domain = config.domain.clone();
        let sim = Simulator::start(config).await.expect("a shop");
        let new = json!({ "shop_domain": shop_domain, "access_token": sim.token.clone(), "base_url": sim.url.clone() });
        let path = format!("/channels?project={}", tenant.project);
        let channel = self.person(tenant, Role::Admin).post(&path, new).await.expect(201);
        let channel = channel["id"].as_str().expect("an id").to_owned();
        let shop = Shop { sim, channel };
        self.ingest_of(tenant, &shop).await;
        shop
    }

    /// Reads the shop's catalogue again.
    pub async fn ingest(&self, shop: &Shop) {
        self.ingest_of(&self.home, shop).await;
    }

    async fn ingest_of(&self, tenant: &Tenant, shop: &Shop) {
        let path = format!("/channels/{}/ingest", shop.channel);
        self.person(tenant, Role::Editor).post(&path, json!({})).await.expect(200);
    }
}

/// A shop that is never short of points and whose lists show writes at once.
pub fn sim_config(catalogue: Catalogue) -> Config {
    Config { rate: 2000, search_lag_s: 0, ..Config::new(catalogue) }
}

/// `products` products of `variants` variants each. Prices count up from 20.00 in steps of 1.37, every third variant has
/// a compare-at price, every second product the tag `sale`; vendors and types alternate.
pub fn goods(products: usize, variants: usize) -> Catalogue {
    Catalogue::new((0..products).map(|product| product_row(product, variants)).collect())
}

fn product_row(p: usize, variants: usize) -> ProductRow {
    let mut row = ProductRow::new(&format!("goods-{p}"), &format!("Goods {p}"));
    row.vendor = ["Fjell", "Nordlys"][p % 2].to_owned();
    row.product_type = ["Tents", "Mugs", "Jackets"][p % 3].to_owned();
    row.tags = if p.is_multiple_of(2) { vec!["sale".to_owned()] } else { Vec::new() };
    row.option_names = vec!["Size".to_owned()];
    row.variants = (0..variants).map(|v| variant_row(p, v, p * variants + v)).collect();
    row
}

fn variant_row(p: usize, v: usize, number: usize) -> VariantRow {
    let cents = |cents: usize| format!("{}.{:02}", cents / 100, cents % 100);
    let price = 2000 + 137 * number;
    VariantRow {
        option_values: vec![format!("Size {v}")],
        sku: Some(format!("S-{p}-{v}")),
        compare_at: number.is_multiple_of(3).then(|| cents(price + 1000).parse().expect("an amount")),
        cost: Some(cents(price / 2).parse().expect("an amount")),
        inventory_quantity: 7,
        tracked: true,
        ..VariantRow::new(cents(price).parse().expect("an amount"))
    }
}

/// What Calibr wrote to the shop, in order: the calls and their effects.
pub fn writes(journal: &[JournalEntry]) -> Vec<(&JournalEntry, &Effect)> {
    let api = journal.iter().filter(|entry| entry.source == Source::Api);
    api.flat_map(|entry| entry.effects.iter().map(move |effect| (entry, effect))).collect()
}

/// Shopify's id of a variant.
pub fn gid(variant: &Variant) -> String {
    format!("gid://shopify/ProductVariant/{}", variant.id)
}
