//! Writing the prices of many products in one bulk operation: a line for each call that would have been made.

use std::collections::HashMap;

use channel::{BoxFuture, BulkPriceWriter, ChannelError, ProductWrites, Result, RetryClass, WriteOutcome};
use kernel_core::Currency;

use super::{Over, is_over};
use crate::client::ShopifyClient;
use crate::mapping;
use crate::operation::WRITE_PRICES;
use crate::wire::bulk::ResultLine;
use crate::wire::prices::WritePricesVariables;

/// Points of one write: the mutation, and its variants rounded up.
const WRITE_COST: u64 = 11;
/// The largest upload, below Shopify's 100 MB.
const UPLOAD_BYTES_MAX: usize = 95 * 1024 * 1024;

impl BulkPriceWriter for ShopifyClient {
    fn pays_off(&self, products: usize) -> bool {
        self.time_for_points(WRITE_COST * products as u64) > self.config.bulk_after_ms
    }

    fn write_many<'a>(
        &'a self,
        name: &'a str,
        writes: &'a [ProductWrites],
    ) -> BoxFuture<'a, Result<Vec<Vec<WriteOutcome>>>> {
        Box::pin(self.write_in_bulk(name, writes))
    }

    fn is_under_way<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let found = self.find_mutation(&mark(name)).await?;
            Ok(found.is_some_and(|operation| !is_over(&operation.status)))
        })
    }
}

/// A line of the upload: a part of one product's writes that fits into one call.
struct Line<'a> {
    product: usize,
    part: &'a ProductWrites,
    from: usize,
    to: usize,
}

impl ShopifyClient {
    async fn write_in_bulk(&self, name: &str, writes: &[ProductWrites]) -> Result<Vec<Vec<WriteOutcome>>> {
        let currency = self.currency().await?;
        let at_once = self.config.variants_per_write;
        let mut lines = Vec::new();
        for (product, part) in writes.iter().enumerate() {
            for from in (0..part.writes.len()).step_by(at_once) {
                let to = (from + at_once).min(part.writes.len());
                crate::prices::check(&part.product, &part.writes[from..to], currency, at_once)?;
                lines.push(Line { product, part, from, to });
            }
        }
        let mut outcomes: Vec<Vec<WriteOutcome>> =
            writes.iter().map(|part| vec![unmentioned("nothing was asked for"); part.writes.len()]).collect();
        if lines.is_empty() {
            return Ok(outcomes);
        }
        let id = self.start_mutation(&mark(name), WRITE_PRICES.document, upload_of(&lines)?).await?;
        let over = self.await_end(&id).await.map_err(after_start)?;
        let answers = read_lines(&over);
        for (number, line) in lines.iter().enumerate() {
            let told = outcomes_of(line, answers.get(&number).copied(), currency, &over);
            outcomes[line.product][line.from..line.to].clone_from_slice(&told);
        }
        Ok(outcomes)
    }
}

/// What stands in the document of an operation with this name.
fn mark(name: &str) -> String {
    let plain: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
    format!("calibr {plain}")
}

/// Once an operation runs, no failure of ours says that it does not.
fn after_start(error: ChannelError) -> ChannelError {
    ChannelError { class: RetryClass::Unknown, ..error }
}

fn unmentioned(reason: &str) -> WriteOutcome {
    WriteOutcome::Unclear { echoed: None, reason: reason.to_owned() }
}

fn upload_of(lines: &[Line<'_>]) -> Result<String> {
    let mut text = String::new();
    for line in lines {
        let variables = WritePricesVariables {
            product_id: line.part.product.0.clone(),
            variants: line.part.writes[line.from..line.to].iter().map(mapping::prices::input).collect(),
        };
        let written = serde_json::to_string(&variables);
        text.push_str(&written.map_err(|e| ChannelError::never("shopify.request", e.to_string()))?);
        text.push('\n');
    }
    if text.len() > UPLOAD_BYTES_MAX {
        let message = format!("{} MB are too many for one bulk operation", text.len() / 1_048_576);
        return Err(ChannelError::never("shopify.too_large", message));
    }
    Ok(text)
}

/// The lines of the result by their numbers; what cannot be read counts as missing.
fn read_lines(over: &Over) -> HashMap<usize, &[u8]> {
    let lines = over.lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let numbered = lines.filter_map(|line| {
        #[derive(serde::Deserialize)]
        struct Numbered {
            #[serde(rename = "__lineNumber")]
            number: usize,
        }
        let head: Numbered = serde_json::from_slice(line).ok()?;
        Some((head.number, line))
    });
    numbered.collect()
}

fn outcomes_of(line: &Line<'_>, answer: Option<&[u8]>, currency: Currency, over: &Over) -> Vec<WriteOutcome> {
    let writes = &line.part.writes[line.from..line.to];
    let unclear = |reason: &str| vec![unmentioned(reason); writes.len()];
    let Some(answer) = answer else {
        let reason = if over.whole { "the result does not mention it" } else { over.reason.as_str() };
        return unclear(reason);
    };
    let Ok(answer) = serde_json::from_slice::<ResultLine>(answer) else {
        return unclear("its line of the result cannot be read");
    };
    tracing::trace!(line = answer.line, "A line of a bulk result.");
    match answer.data.and_then(|data| data.product_variants_bulk_update) {
        Some(payload) => mapping::prices::outcomes(&line.part.product, writes, payload, currency),
        None => {
            let errors = answer.errors.map(|errors| errors.to_string()).unwrap_or_default();
            let shown: String = errors.chars().take(300).collect();
            unclear(&format!("its line of the result has no data: {shown}"))
        }
    }
}
