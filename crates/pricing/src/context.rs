//! Where and when prices are computed: the surface with its currency and tax, and the instant.

use std::fmt;

use jiff::Timestamp;
use kernel_core::Currency;

use crate::decimal::Decimal;

/// Most decimals of a tax rate; so products with it stay far inside 128 bits.
const RATE_DECIMALS_MAX: u32 = 4;

/// Where and when prices are computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricingContext {
    /// Name of the price surface, such as `base`.
    pub surface: String,
    /// Name of the market that sees the surface; `None` for the shop's base price.
    pub market: Option<String>,
    /// ISO 3166 code of the country whose law on price reductions holds; `None` for the default of the guardrails.
    pub country: Option<String>,
    /// Currency of every amount.
    pub currency: Currency,
    /// The tax of the surface, if it is known.
    pub tax: Option<Tax>,
    /// The instant for which prices are computed.
    pub instant: Timestamp,
}

/// The tax on a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tax {
    /// The rate in percent.
    pub(crate) rate: Decimal,
    /// Whether the prices kept by the shop include it; those that people see always do.
    pub(crate) prices_include: bool,
}

/// What the tax makes of a price: `net = price × without / with`. Both are above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaxFactor {
    /// Parts of the price with the tax.
    pub with: i128,
    /// Parts of the price without it.
    pub without: i128,
}

impl TaxFactor {
    /// No tax.
    pub(crate) const NONE: Self = Self { with: 1, without: 1 };

    /// The tax inside the prices that the shop keeps; none where they are net, or where nothing is known.
    #[must_use]
    pub fn included(tax: Option<Tax>) -> Self {
        tax.filter(|tax| tax.prices_include).map_or(Self::NONE, Tax::factor)
    }
}

impl PricingContext {
    /// The shop's base price, with nothing known about tax and law.
    #[must_use]
    pub fn base(currency: Currency, instant: Timestamp) -> Self {
        Self { surface: "base".to_owned(), market: None, country: None, currency, tax: None, instant }
    }
}

impl PricingContext {
    /// The tax between the prices that the shop keeps and those that people see; none where they are the same.
    pub(crate) fn displayed_tax(&self) -> TaxFactor {
        self.tax.filter(|tax| !tax.prices_include).map_or(TaxFactor::NONE, Tax::factor)
    }
}

impl Tax {
    /// A rate in percent such as `19` or `8.1`, from 0 to 100.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the rate.
    pub fn new(rate: &str, prices_include: bool) -> Result<Self, String> {
        let parsed = Decimal::parse(rate)?;
        let hundred = 100 * 10_i64.pow(parsed.scale());
        if parsed.units() < 0 || parsed.units() > hundred {
            return Err(format!("a tax of {rate} percent is not between 0 and 100"));
        }
        if parsed.scale() > RATE_DECIMALS_MAX {
            return Err(format!("a tax of {rate} percent has more than {RATE_DECIMALS_MAX} decimals"));
        }
        Ok(Self { rate: parsed, prices_include })
    }

    /// What lies between a net price and what people pay.
    pub(crate) fn factor(self) -> TaxFactor {
        let without = 100 * 10_i128.pow(self.rate.scale());
        TaxFactor { with: without + i128::from(self.rate.units()), without }
    }
}

impl fmt::Display for Tax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} % {}", self.rate, if self.prices_include { "included" } else { "on top" })
    }
}
