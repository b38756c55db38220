//! Rows of price lists to and from Shopify's form, and the verdict on each row of a write.

use std::collections::{HashMap, HashSet};

use channel::{
    ChannelError, FixedPriceWrite, LivePrice, PriceList, PriceListRef, PriceOrigin, ProductRef, Result,
    VariantRef, WriteOutcome,
};
use kernel_core::{Money, MoneyError};

use super::{currency, money};
use crate::wire::MoneyV2;
use crate::wire::price_lists::{
    FixPricesPayload, FixedPriceInput, FreePricesPayload, ListPriceNode, MoneyInput, PriceListNode,
};
use crate::wire::prices::UserError;

/// The list that a node describes.
pub(crate) fn price_list(node: PriceListNode) -> Result<PriceList> {
    Ok(PriceList { currency: currency(&node.currency)?, id: PriceListRef(node.id), name: node.name })
}

/// One row of the write.
pub(crate) fn input(write: &FixedPriceWrite) -> FixedPriceInput<'_> {
    let money = |amount: Money| MoneyInput {
        amount: amount.to_decimal_string(),
        currency_code: amount.currency.to_string(),
    };
    FixedPriceInput {
        variant_id: write.variant.as_str(),
        price: money(write.price),
        compare_at_price: write.compare_at.map(money),
    }
}

/// A row as it was read.
pub(crate) fn row(node: ListPriceNode) -> Result<LivePrice> {
    let variant = VariantRef(node.variant.id);
    let odd =
        |what: String| ChannelError::never("shopify.unreadable", format!("the price of {variant} {what}"));
    let origin = match node.origin_type.as_str() {
        "FIXED" => PriceOrigin::Fixed,
        "RELATIVE" => PriceOrigin::Relative,
        other => return Err(odd(format!("is of the unknown kind {other}"))),
    };
    let amount = |money_v2: MoneyV2| -> Result<Money> {
        let unreadable = |e: MoneyError| odd(format!("has an amount we cannot represent: {e}"));
        money(&money_v2.amount, currency(&money_v2.currency_code)?).map_err(unreadable)
    };
    let price = amount(node.price)?;
    let compare_at = node.compare_at_price.map(amount).transpose()?;
    Ok(LivePrice { variant, product: ProductRef(node.variant.product.id), price, compare_at, origin })
}

/// One outcome for each row that was to be fixed. Applied is only what nobody objected to and what is echoed as sent.
pub(crate) fn fixed(writes: &[FixedPriceWrite], payload: FixPricesPayload) -> Vec<WriteOutcome> {
    let echoes = payload.prices.into_iter().flatten().filter_map(|node| row(node).ok());
    let mut echoes: HashMap<String, LivePrice> =
        echoes.map(|echo| (echo.variant.as_str().to_owned(), echo)).collect();
    let verdict = |(index, write): (usize, &FixedPriceWrite)| {
        let echoed = echoes.remove(write.variant.as_str());
        let as_sent = echoed.clone().filter(|echo| {
            echo.origin == PriceOrigin::Fixed
                && (echo.price, echo.compare_at) == (write.price, write.compare_at)
        });
        let done = as_sent.map(|echoed| WriteOutcome::Applied { echoed });
        outcome(&payload.user_errors, ("prices", index), done, echoed)
    };
    writes.iter().enumerate().map(verdict).collect()
}

/// One outcome for each row that was to be relative again.
pub(crate) fn freed(variants: &[VariantRef], payload: FreePricesPayload) -> Vec<WriteOutcome> {
    let gone: HashSet<String> = payload.deleted_fixed_price_variant_ids.into_iter().flatten().collect();
    let verdict = |(index, variant): (usize, &VariantRef)| {
        let done = gone.contains(variant.as_str()).then_some(WriteOutcome::Freed);
        outcome(&payload.user_errors, ("variantIds", index), done, None)
    };
    variants.iter().enumerate().map(verdict).collect()
}

/// Shopify takes all rows or none, so an objection to one of them stopped the others. `done` is what the answer shows of
/// the row if that is as it was sent.
fn outcome(
    errors: &[UserError],
    (argument, index): (&str, usize),
    done: Option<WriteOutcome>,
    echoed: Option<LivePrice>,
) -> WriteOutcome {
    if let Some((code, message)) = objection(errors, argument, index) {
        return WriteOutcome::Refused { code, message };
    }
    let unclear = |reason: &str| WriteOutcome::Unclear { echoed, reason: reason.to_owned() };
    match (errors.is_empty(), done) {
        (true, Some(done)) => done,
        (true, None) => unclear("Shopify raised no objection but does not show the row as it was sent"),
        (false, Some(_)) => {
            unclear("another row of the same write was refused, yet this one shows what was sent")
        }
        (false, None) => WriteOutcome::NotAttempted {
            reason: "another row of the same write was refused, so nothing was written".to_owned(),
        },
    }
}

/// What was said against a row, or against the call as a whole.
fn objection(errors: &[UserError], argument: &str, index: usize) -> Option<(Option<String>, String)> {
    let place = |error: &&UserError| error.index_under(argument);
    let own: Vec<&UserError> = errors.iter().filter(|error| place(error) == Some(index)).collect();
    let whole = || errors.iter().filter(|error| place(error).is_none()).collect();
    let about: Vec<&UserError> = if own.is_empty() { whole() } else { own };
    let messages: Vec<&str> = about.iter().map(|error| error.message.as_str()).collect();
    let code = about.iter().find_map(|error| error.code.clone());
    (!about.is_empty()).then(|| (code, messages.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> FixPricesPayload {
        serde_json::from_str(text).expect("decodes")
    }

    fn write(variant: &str) -> FixedPriceWrite {
        let price = Money::from_minor(1234, "USD".parse().expect("a currency"));
        FixedPriceWrite { variant: VariantRef(variant.to_owned()), price, compare_at: None }
    }

    fn echo(variant: &str, origin: &str, amount: &str) -> String {
        format!(
            r#"{{"originType":"{origin}","price":{{"amount":"{amount}","currencyCode":"USD"}},
                "compareAtPrice":null,"variant":{{"id":"{variant}","product":{{"id":"p"}}}}}}"#
        )
    }

    #[test]
    fn only_what_is_echoed_as_sent_is_applied() {
        let writes = [write("a"), write("b"), write("c"), write("d")];
        let echoes =
            [echo("a", "FIXED", "12.34"), echo("b", "FIXED", "12.35"), echo("c", "RELATIVE", "12.34")];
        let answer = format!(r#"{{"prices":[{}],"userErrors":[]}}"#, echoes.join(","));
        let outcomes = fixed(&writes, payload(&answer));
        assert!(
            matches!(&outcomes[0], WriteOutcome::Applied { echoed } if echoed.price.amount_minor == 1234)
        );
        for outcome in &outcomes[1..] {
            assert!(matches!(outcome, WriteOutcome::Unclear { .. }), "{outcome:?}");
        }
    }

    #[test]
    fn an_objection_without_a_row_is_to_every_row() {
        let answer =
            r#"{"prices":null,"userErrors":[{"field":["priceListId"],"message":"gone","code":null}]}"#;
        let outcomes = fixed(&[write("a"), write("b")], payload(answer));
        let refused = WriteOutcome::Refused { code: None, message: "gone".to_owned() };
        assert_eq!(outcomes, [refused.clone(), refused]);
    }
}
