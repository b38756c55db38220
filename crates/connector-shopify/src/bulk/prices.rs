//! Writing the prices of many products in one bulk operation: a line for each call that would have been made.

use std::collections::HashMap;

use channel::{
    BoxFuture, BulkPriceWriter, BulkRef, ChannelError, Hear, PriceWrite, ProductWrites, Progress, Result,
    RetryClass, UploadedWrites, WriteOutcome,
};
use kernel_core::Currency;

use super::{Over, is_over};
use crate::client::ShopifyClient;
use crate::mapping;
use crate::operation::WRITE_PRICES;
use crate::prices::WRITE_COST;
use crate::wire::bulk::ResultLine;
use crate::wire::prices::WritePricesVariables;

/// The largest upload, below Shopify's 100 MB.
const UPLOAD_BYTES_MAX: usize = 95 * 1024 * 1024;

impl BulkPriceWriter for ShopifyClient {
    fn pays_off(&self, products: usize) -> bool {
        self.time_for_points(WRITE_COST * products as u64) >= self.config.bulk_write_after_ms
    }

    fn upload<'a>(&'a self, writes: &'a [ProductWrites]) -> BoxFuture<'a, Result<UploadedWrites>> {
        Box::pin(async move {
            let currency = self.currency().await?;
            let at_once = self.config.variants_per_write;
            let lines = lines_of(writes, at_once);
            for line in &lines {
                crate::prices::check(&line.part.product, line.writes(), currency, at_once)?;
            }
            self.upload_lines(upload_of(&lines)?).await.map(UploadedWrites)
        })
    }

    fn start<'a>(&'a self, name: &'a str, uploaded: &'a UploadedWrites) -> BoxFuture<'a, Result<BulkRef>> {
        Box::pin(async move {
            let id = self.start_mutation(&mark(name), WRITE_PRICES.document, &uploaded.0).await?;
            Ok(BulkRef(id))
        })
    }

    fn outcomes<'a>(
        &'a self,
        operation: &'a BulkRef,
        writes: &'a [ProductWrites],
        hear: Hear<'a>,
    ) -> BoxFuture<'a, Result<Vec<Vec<WriteOutcome>>>> {
        Box::pin(async move { self.outcomes_of_all(operation, writes, hear).await.map_err(after_start) })
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

impl Line<'_> {
    fn writes(&self) -> &[PriceWrite] {
        &self.part.writes[self.from..self.to]
    }
}

/// The same lines, in the same order, whenever they are asked for.
fn lines_of(writes: &[ProductWrites], at_once: usize) -> Vec<Line<'_>> {
    let parts = writes.iter().enumerate().flat_map(|(product, part)| {
        let starts = (0..part.writes.len()).step_by(at_once);
        starts.map(move |from| Line { product, part, from, to: (from + at_once).min(part.writes.len()) })
    });
    parts.collect()
}

impl ShopifyClient {
    async fn outcomes_of_all(
        &self,
        operation: &BulkRef,
        writes: &[ProductWrites],
        hear: Hear<'_>,
    ) -> Result<Vec<Vec<WriteOutcome>>> {
        let currency = self.currency().await?;
        let lines = lines_of(writes, self.config.variants_per_write);
        let (all, all_lines) = (writes.len() as u64, lines.len() as u64);
        // A row of the result is a line of the upload, and few products take more than one.
        let counted = |rows: u64| {
            let done = rows.min(all_lines).saturating_mul(all) / all_lines.max(1);
            hear(Progress { done, expected: Some(all) });
        };
        counted(0);
        let over = self.await_end(&operation.0, &counted).await?;
        let answers = read_lines(&over);
        let mut outcomes: Vec<Vec<WriteOutcome>> =
            writes.iter().map(|part| vec![unmentioned("nothing was asked for"); part.writes.len()]).collect();
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
            variants: line.writes().iter().map(mapping::prices::input).collect(),
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
    let writes = line.writes();
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
