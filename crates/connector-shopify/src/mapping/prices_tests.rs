//! Verdicts on writes, from answers in the form that real shops were recorded to give.

use kernel_core::Money;

use super::*;

const RED: &str = "gid://shopify/ProductVariant/51488193315122";
const BLUE: &str = "gid://shopify/ProductVariant/51488193380658";

fn eur() -> Currency {
    "EUR".parse().expect("a currency")
}

fn write(variant: &str, minor: i64, compare_at: CompareAtWrite) -> PriceWrite {
    let price = Money::from_minor(minor, eur());
    PriceWrite { variant: variant.into(), product: "gid://shopify/Product/1".into(), price, compare_at }
}

fn judge(writes: &[PriceWrite], payload: &str) -> Vec<&'static str> {
    let payload = serde_json::from_str(payload).expect("decodes");
    let word = |outcome: &WriteOutcome| match outcome {
        WriteOutcome::Applied { .. } | WriteOutcome::Freed => "applied",
        WriteOutcome::Refused { .. } => "refused",
        WriteOutcome::NotAttempted { .. } => "not attempted",
        WriteOutcome::Unclear { .. } => "unclear",
    };
    outcomes(&"gid://shopify/Product/1".into(), writes, payload, eur()).iter().map(word).collect()
}

#[test]
fn both_echoed_as_sent_are_applied_whatever_the_zeros() {
    let writes = [write(RED, 999, CompareAtWrite::Keep), write(BLUE, 1200, CompareAtWrite::Clear)];
    let answer = format!(
        r#"{{"productVariants":[{{"id":"{BLUE}","price":"12.0","compareAtPrice":null}},{{"id":"{RED}","price":"9.990","compareAtPrice":"20.00"}}],"userErrors":[]}}"#
    );
    assert_eq!(judge(&writes, &answer), ["applied", "applied"]);
}

#[test]
fn a_listed_variant_with_an_objection_is_refused_and_stops_the_others() {
    let writes = [write(RED, 999, CompareAtWrite::Keep), write(BLUE, 1500, CompareAtWrite::Keep)];
    let answer = format!(
        r#"{{"productVariants":[{{"id":"{RED}","price":"0.00","compareAtPrice":null}},{{"id":"{BLUE}","price":"11.00","compareAtPrice":null}}],
        "userErrors":[{{"field":["variants","1","price"],"message":"Price must be greater than or equal to 0","code":"GREATER_THAN_OR_EQUAL_TO"}}]}}"#
    );
    assert_eq!(judge(&writes, &answer), ["not attempted", "refused"]);
    let partial = answer.replace(r#""price":"0.00""#, r#""price":"9.99""#);
    assert_eq!(judge(&writes, &partial), ["unclear", "refused"]);
}

#[test]
fn a_deleted_variant_refuses_the_batch_and_a_missing_code_is_no_obstacle() {
    let writes = [write(RED, 999, CompareAtWrite::Keep), write(BLUE, 1500, CompareAtWrite::Keep)];
    let deleted = r#"{"productVariants":null,"userErrors":[{"field":["variants","1","id"],"message":"Product variant does not exist","code":"PRODUCT_VARIANT_DOES_NOT_EXIST"}]}"#;
    assert_eq!(judge(&writes, deleted), ["not attempted", "refused"]);
    let no_code = r#"{"productVariants":null,"userErrors":[{"field":["variants","0"],"message":"must be greater than or equal to 0","code":null}]}"#;
    assert_eq!(judge(&writes, no_code), ["refused", "not attempted"]);
    let product = r#"{"productVariants":null,"userErrors":[{"field":["productId"],"message":"Product does not exist","code":"PRODUCT_DOES_NOT_EXIST"}]}"#;
    assert_eq!(judge(&writes, product), ["refused", "refused"]);
}

#[test]
fn silence_is_not_consent() {
    let writes = [write(RED, 999, CompareAtWrite::Keep)];
    let thousandfold = format!(
        r#"{{"productVariants":[{{"id":"{RED}","price":"9990.00","compareAtPrice":null}}],"userErrors":[]}}"#
    );
    for answer in [
        thousandfold.as_str(),
        r#"{"productVariants":[],"userErrors":[]}"#,
        r#"{"productVariants":[null]}"#,
        "{}",
    ] {
        assert_eq!(judge(&writes, answer), ["unclear"], "{answer}");
    }
    let kept = format!(
        r#"{{"productVariants":[{{"id":"{RED}","price":"9.99","compareAtPrice":"20.00"}}],"userErrors":[]}}"#
    );
    assert_eq!(judge(&[write(RED, 999, CompareAtWrite::Clear)], &kept), ["unclear"]);
    let set = CompareAtWrite::Set(Money::from_minor(2000, eur()));
    assert_eq!(judge(&[write(RED, 999, set)], &kept), ["applied"]);
}

#[test]
fn several_objections_to_one_variant_are_all_told() {
    let errors: Vec<UserError> = serde_json::from_str(
        r#"[{"field":["variants","0","compareAtPrice"],"message":"must be less than 1000000000000000000","code":null},
            {"field":["variants","0","price"],"message":"Price must be greater than or equal to 0","code":"GREATER_THAN_OR_EQUAL_TO"}]"#,
    )
    .expect("decodes");
    let Some(WriteOutcome::Refused { code, message }) = refusal(&errors, 0) else { panic!("refused") };
    assert_eq!(code.as_deref(), Some("GREATER_THAN_OR_EQUAL_TO"));
    assert!(message.contains("less than") && message.contains("greater"), "{message}");
}

#[test]
fn a_price_is_sent_with_the_digits_of_its_currency() {
    let yen = Money::from_minor(1200, "JPY".parse().expect("a currency"));
    let variant = input(&PriceWrite { price: yen, ..write(RED, 0, CompareAtWrite::Keep) });
    assert_eq!((variant.price.as_str(), variant.compare_at_price), ("1200", None));
    let variant = input(&write(RED, 5, CompareAtWrite::Set(Money::from_minor(1000, eur()))));
    assert_eq!((variant.price.as_str(), variant.compare_at_price), ("0.05", Some(Some("10.00".into()))));
}
