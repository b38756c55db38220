//! How a simulated shop's cost bucket was used, and a client that knows nothing of it: it sends as fast as it can, and
//! tries again later when it is refused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use simulators::shopify::{CallOutcome, Handle, JournalEntry, Source, VariantRow};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

/// Calls at once, as many as the product has batches at work.
const AT_ONCE: usize = 6;
/// The first pause after a refusal; each further one is twice as long, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LAST_PAUSE: Duration = Duration::from_secs(8);

const WRITE: &str = "mutation Write($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
    productVariantsBulkUpdate(productId: $product, variants: $variants) {
        productVariants { id price } userErrors { message }
    }
}";

/// What somebody made of the bucket.
pub struct Use {
    points: u64,
    /// What the bucket held and what came back meanwhile.
    there: f64,
    calls: usize,
    throttled: usize,
    seconds: f64,
}

impl Use {
    /// Of what stands in the journal since the bucket was full.
    pub fn of(journal: &[JournalEntry], time: Duration, rate: u64) -> Self {
        let calls: Vec<&JournalEntry> = journal.iter().filter(|entry| entry.source == Source::Api).collect();
        let throttled = calls.iter().filter(|entry| entry.outcome == CallOutcome::Throttled).count();
        let seconds = time.as_secs_f64();
        Self {
            points: calls.iter().filter_map(|entry| entry.actual_cost).sum(),
            there: rate as f64 * (20.0 + seconds),
            calls: calls.len(),
            throttled,
            seconds,
        }
    }

    /// The share of what was there that was used.
    pub fn utilisation(&self) -> f64 {
        rounded(self.points as f64 / self.there)
    }

    /// The share of the calls that were refused.
    pub fn throttled_share(&self) -> f64 {
        rounded(self.throttled as f64 / self.calls as f64)
    }

    pub fn shown(&self) -> Value {
        json!({
            "utilisation": self.utilisation(), "throttled_share": self.throttled_share(), "points": self.points,
            "calls": self.calls, "throttled": self.throttled, "seconds": rounded(self.seconds),
        })
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// Raises every price of the shop by a cent, one call for each product. It reads nothing, neither before nor after.
pub async fn retry_only(sim: &Handle) {
    let cent = VariantRow::new("0.01".parse().expect("an amount")).price;
    let bodies = sim.state().products.into_iter().map(|product| {
        let gid = |kind: &str, id: u64| format!("gid://shopify/{kind}/{id}");
        let variants = product.variants.iter().map(|variant| {
            let price = (variant.price + cent).to_string();
            json!({ "id": gid("ProductVariant", variant.id), "price": price })
        });
        let variants: Vec<Value> = variants.collect();
        json!({ "query": WRITE, "variables": { "product": gid("Product", product.id), "variants": variants } })
    });
    let waiting = Arc::new(Mutex::new(bodies.collect::<Vec<Value>>()));
    let client = reqwest::Client::new();
    let mut senders = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (waiting, client) = (Arc::clone(&waiting), client.clone());
        let (url, token) = (sim.graphql_url.clone(), sim.token.clone());
        senders.spawn(async move {
            loop {
                let Some(body) = waiting.lock().await.pop() else { return };
                send(&client, &url, &token, &body).await;
            }
        });
    }
    while let Some(sender) = senders.join_next().await {
        sender.expect("a sender ends");
    }
}

/// Sends until it is taken.
async fn send(client: &reqwest::Client, url: &str, token: &str, body: &Value) {
    let mut pause = FIRST_PAUSE;
    loop {
        let request = client.post(url).header("x-shopify-access-token", token).json(body);
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        if answer["errors"][0]["extensions"]["code"] != "THROTTLED" {
            let errors = &answer["data"]["productVariantsBulkUpdate"]["userErrors"];
            assert_eq!(errors, &json!([]), "the shop refused: {answer}");
            return;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LAST_PAUSE);
    }
}
