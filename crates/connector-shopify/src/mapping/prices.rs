//! Prices to and from Shopify's form, and the verdict on each variant of a write.

use std::collections::HashMap;

use channel::{
    ChannelError, CompareAtWrite, LivePrice, LiveReading, PriceOrigin, PriceWrite, ProductRef, Result,
    VariantRef, WriteOutcome,
};
use kernel_core::{Currency, MoneyError};

use super::money;
use crate::wire::prices::{EchoedVariant, PriceNode, UserError, VariantPriceInput, WritePricesPayload};

/// One variant of a write. The amount carries exactly the currency's digits: more of them have been stored a thousand
/// times too large.
pub(crate) fn input(write: &PriceWrite) -> VariantPriceInput {
    VariantPriceInput {
        id: write.variant.0.clone(),
        price: write.price.to_decimal_string(),
        compare_at_price: match write.compare_at {
            CompareAtWrite::Keep => None,
            CompareAtWrite::Clear => Some(None),
            CompareAtWrite::Set(amount) => Some(Some(amount.to_decimal_string())),
        },
    }
}

/// A node that was read by id; `None` if there is no such variant any more.
pub(crate) fn reading(
    asked: &VariantRef,
    node: Option<PriceNode>,
    currency: Currency,
) -> Result<LiveReading> {
    let odd =
        |what: &str| ChannelError::never("shopify.unreadable", format!("the answer for {asked} {what}"));
    let Some(node) = node else { return Ok((asked.clone(), None)) };
    if node.type_name != "ProductVariant" || node.id.as_deref() != Some(asked.as_str()) {
        return Err(odd("is about something else"));
    }
    let (Some(price), Some(product)) = (node.price, node.product) else {
        return Err(odd("has no price or product"));
    };
    let unreadable = |e: MoneyError| odd(&format!("has an amount we cannot represent: {e}"));
    let compare_at = node.compare_at_price.map(|text| money(&text, currency)).transpose();
    let live = LivePrice {
        variant: asked.clone(),
        product: ProductRef(product.id),
        price: money(&price, currency).map_err(unreadable)?,
        compare_at: compare_at.map_err(unreadable)?,
        origin: PriceOrigin::Fixed,
    };
    Ok((asked.clone(), Some(live)))
}

/// One outcome for each of `writes`. That Shopify lists a variant in its answer does not mean that it was written: it
/// also lists those it refused. Applied is only what nobody objected to and what is echoed as it was sent.
pub(crate) fn outcomes(
    product: &ProductRef,
    writes: &[PriceWrite],
    payload: WritePricesPayload,
    currency: Currency,
) -> Vec<WriteOutcome> {
    let listed = payload.product_variants.is_some();
    let echoes: HashMap<String, EchoedVariant> = payload
        .product_variants
        .into_iter()
        .flatten()
        .flatten()
        .map(|echo| (echo.id.clone(), echo))
        .collect();
    let errors = &payload.user_errors;
    let verdict = |(index, write): (usize, &PriceWrite)| {
        if let Some(refusal) = refusal(errors, index) {
            return refusal;
        }
        let echoed = echoes.get(write.variant.as_str()).and_then(|echo| live(product, echo, currency).ok());
        let as_sent = echoed.as_ref().is_some_and(|echo| agrees(echo, write));
        match (errors.is_empty(), echoed) {
            (true, Some(echoed)) if as_sent => WriteOutcome::Applied { echoed },
            (true, echoed) => WriteOutcome::Unclear { echoed, reason: unclear_reason(listed) },
            // The write is all or nothing, so an objection to another variant stopped this one. If it nevertheless
            // looks as it was sent, only reading it can tell whether it always did.
            (false, Some(echoed)) if as_sent => WriteOutcome::Unclear {
                echoed: Some(echoed),
                reason: "another variant of the same write was refused, yet this one shows the new price"
                    .to_owned(),
            },
            (false, _) => WriteOutcome::NotAttempted {
                reason: "another variant of the same write was refused, so nothing was written".to_owned(),
            },
        }
    };
    writes.iter().enumerate().map(verdict).collect()
}

fn unclear_reason(listed: bool) -> String {
    match listed {
        true => "Shopify raised no objection but shows another price than was sent".to_owned(),
        false => "Shopify raised no objection but does not show the variant".to_owned(),
    }
}

/// The objection to the variant at `index`, or to the request as a whole. Several are joined; the first code counts.
fn refusal(errors: &[UserError], index: usize) -> Option<WriteOutcome> {
    let own: Vec<&UserError> = errors.iter().filter(|error| error.variant_index() == Some(index)).collect();
    let whole = || errors.iter().filter(|error| error.variant_index().is_none()).collect();
    let about: Vec<&UserError> = if own.is_empty() { whole() } else { own };
    if about.is_empty() {
        return None;
    }
    let messages: Vec<&str> = about.iter().map(|error| error.message.as_str()).collect();
    let code = about.iter().find_map(|error| error.code.clone());
    Some(WriteOutcome::Refused { code, message: messages.join("; ") })
}

fn live(product: &ProductRef, echo: &EchoedVariant, currency: Currency) -> Result<LivePrice, MoneyError> {
    Ok(LivePrice {
        variant: VariantRef(echo.id.clone()),
        product: product.clone(),
        price: money(&echo.price, currency)?,
        compare_at: echo.compare_at_price.as_deref().map(|text| money(text, currency)).transpose()?,
        origin: PriceOrigin::Fixed,
    })
}

fn agrees(echo: &LivePrice, write: &PriceWrite) -> bool {
    let compare_at = match write.compare_at {
        CompareAtWrite::Keep => true,
        CompareAtWrite::Clear => echo.compare_at.is_none(),
        CompareAtWrite::Set(amount) => echo.compare_at == Some(amount),
    };
    compare_at && echo.price == write.price
}

#[cfg(test)]
#[path = "prices_tests.rs"]
mod tests;
