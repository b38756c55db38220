//! The last digits of a price: `.99` in each whole unit, `9.90` in each ten, `90` in each hundred.

use kernel_core::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compile::Compile;

/// Longest ending, in digits.
const DIGITS_MAX: usize = 9;

/// The last digits of a price as text, so that leading and trailing zeros count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Ending(String);

impl JsonSchema for Ending {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Ending".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": r"^([0-9]+|[0-9]*\.[0-9]+)$", "maxLength": 10 })
    }
}

impl Ending {
    /// The distance between two prices with this ending, and the ending itself, in minor units. Without a currency only
    /// what does not depend on it is checked. `mend` follows the sentence that tells of a currency too coarse.
    pub(crate) fn ready(&self, currency: Option<Currency>, mend: &str, compile: &mut Compile) -> (i64, i64) {
        let text = self.0.as_str();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.len() + fraction.len();
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if digits == 0 || digits > DIGITS_MAX || !plain(whole) || !plain(fraction) || text.ends_with('.') {
            let shown: String = text.chars().take(20).collect();
            compile.fault(
                "invalid_value",
                format!("`{shown}` is not an ending; write the last digits such as .99, 9.90 or 90"),
            );
            return (1, 0);
        }
        if whole == "0" && !fraction.is_empty() {
            compile.fault(
                "ambiguous",
                format!(
                    "`{text}` could mean each whole unit or each ten; write `.{fraction}` for each whole unit"
                ),
            );
            return (1, 0);
        }
        let Some(currency) = currency else { return (1, 0) };
        let offset = whole_minor(&format!("0{text}"), currency, mend, compile);
        let step = 10_i64.pow(whole.len() as u32).saturating_mul(currency.minor_per_major());
        (step, offset)
    }
}

/// The minor units of a number of major units; more decimals than the currency has are a fault.
pub(crate) fn whole_minor(text: &str, currency: Currency, mend: &str, compile: &mut Compile) -> i64 {
    match Money::parse(text, currency) {
        Ok(money) => money.amount_minor,
        Err(e) => {
            compile.fault("wrong_decimals", format!("{e}{}", mend.replace("CODE", currency.code())));
            1
        }
    }
}
