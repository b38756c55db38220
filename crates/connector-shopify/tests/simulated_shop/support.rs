//! A simulated shop and a client of it that share one clock. In tests with paused time it only moves when somebody
//! waits and nothing else is left to do.

use std::sync::Arc;

use channel::{Channel, PriceReader, PriceWriter, ProductRef, VariantRef};
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{MonotonicTime, Secret, SystemTime};
use kernel_core::{Currency, Money};
use simulators::shopify::{
    Catalogue, Clock, Config, Handle, JournalEntry, ProductRow, Simulator, VariantRow,
};

/// The simulator's side of the shared clock.
struct Shared(SystemTime);

impl Clock for Shared {
    fn monotonic_ms(&self) -> u64 {
        self.0.now_ms()
    }

    fn epoch_s(&self) -> i64 {
        1_790_000_000 + i64::try_from(self.0.now_ms() / 1000).unwrap_or(0)
    }
}

pub struct Shop {
    pub simulator: Handle,
    pub client: ShopifyClient,
    pub time: SystemTime,
}

/// A shop with `products` products of `variants` variants each; prices count up from 10.00 in steps of one cent and
/// every second variant has a compare-at price of 99.00.
pub async fn shop(products: u64, variants: u64) -> Shop {
    shop_with(products, variants, |_| (), |_| ()).await
}

pub async fn shop_with(
    products: u64,
    variants: u64,
    simulated: impl FnOnce(&mut Config),
    connected: impl FnOnce(&mut ShopifyConfig),
) -> Shop {
    let time = SystemTime::start();
    let mut config = Config::new(catalogue(products, variants));
    config.clock = Arc::new(Shared(time));
    simulated(&mut config);
    let simulator = Simulator::start(config).await.expect("the simulator starts");
    let mut config = ShopifyConfig::new(simulator.url.clone(), Secret::new(simulator.token.clone()));
    connected(&mut config);
    let client = ShopifyClient::new(config, Arc::new(time)).expect("a client");
    Shop { simulator, client, time }
}

fn catalogue(products: u64, variants: u64) -> Catalogue {
    let product = |p: u64| {
        let mut row = ProductRow::new(&format!("product-{p}"), &format!("Product {p}"));
        row.id = Some(1000 + p);
        row.tags = vec!["summer".to_owned()];
        row.option_names = vec!["Size".to_owned()];
        row.variants = (0..variants).map(|v| variant(p, v, p * variants + v)).collect();
        row
    };
    Catalogue::new((0..products).map(product).collect())
}

fn variant(product: u64, place: u64, number: u64) -> VariantRow {
    let cents = |cents: u64| format!("{}.{:02}", cents / 100, cents % 100).parse().expect("an amount");
    let mut row = VariantRow::new(cents(1000 + number));
    row.id = Some(500_000 + number);
    row.option_values = vec![format!("Size {place}")];
    row.sku = Some(format!("SKU-{product}-{place}"));
    row.compare_at = number.is_multiple_of(2).then(|| cents(9900));
    row.cost = Some(cents(400));
    row
}

impl Shop {
    pub fn reader(&self) -> &dyn PriceReader {
        self.client.price_reader().expect("Shopify can read prices")
    }

    pub fn writer(&self) -> &dyn PriceWriter {
        self.client.price_writer().expect("Shopify can write prices")
    }

    /// The entries of the journal whose operation has this name.
    pub fn calls(&self, operation: &str) -> Vec<JournalEntry> {
        let mut entries = self.simulator.journal();
        entries.retain(|entry| entry.operation_name.as_deref() == Some(operation));
        entries
    }

    /// The shop's own record of a variant: price and compare-at price as text.
    pub fn stored(&self, variant: u64) -> Option<(String, Option<String>)> {
        let state = self.simulator.state();
        let found = state.products.iter().flat_map(|p| &p.variants).find(|v| v.id == 500_000 + variant)?;
        Some((found.price.to_string(), found.compare_at.map(|amount| amount.to_string())))
    }
}

pub fn product(number: u64) -> ProductRef {
    ProductRef(format!("gid://shopify/Product/{}", 1000 + number))
}

pub fn variant_ref(number: u64) -> VariantRef {
    VariantRef(format!("gid://shopify/ProductVariant/{}", 500_000 + number))
}

pub fn eur(minor: i64) -> Money {
    let currency: Currency = "EUR".parse().expect("a currency");
    Money::from_minor(minor, currency)
}
