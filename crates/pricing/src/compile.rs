//! The walk over a rule that makes it ready to run and collects every fault with its pointer.
//! Validation is the same walk without a currency, so what is valid cannot fail differently later.

use std::fmt::Display;

use kernel_core::{Currency, FieldError, Money};

use crate::amount::Amount;
use crate::context::{PricingContext, TaxFactor};

/// Where the walk is, for which currency, and what it found.
pub(crate) struct Compile {
    currency: Option<Currency>,
    context: Option<PricingContext>,
    path: String,
    faults: Vec<FieldError>,
    depth: usize,
    parts: usize,
}

/// Deepest nesting of selectors and of steps inside steps; what is deeper, nobody follows.
pub(crate) const DEPTH_MAX: usize = 12;
/// Most predicates and steps of one rule, wherever they stand.
pub(crate) const PARTS_MAX: usize = 500;

impl Compile {
    /// For one surface and instant; pointers start with `path`.
    pub(crate) fn for_context(context: &PricingContext, path: String) -> Self {
        Self {
            currency: Some(context.currency),
            context: Some(context.clone()),
            path,
            ..Self::for_validation()
        }
    }

    /// For a rule on its own: the first amount decides in which currency the others must be.
    pub(crate) fn for_validation() -> Self {
        Self { currency: None, context: None, path: String::new(), faults: Vec::new(), depth: 0, parts: 0 }
    }

    /// The currency of the surface; `None` when a rule is looked at on its own.
    pub(crate) fn surface_currency(&self) -> Option<Currency> {
        self.context.as_ref().map(|context| context.currency)
    }

    /// Where and when prices are computed; `None` when a rule is looked at on its own.
    pub(crate) fn context(&self) -> Option<&PricingContext> {
        self.context.as_ref()
    }

    /// The tax inside the prices that the shop keeps; none where they are net, or where nothing is known.
    pub(crate) fn included_tax(&self) -> TaxFactor {
        TaxFactor::included(self.context.as_ref().and_then(|context| context.tax))
    }

    /// Walks into a field or an item.
    pub(crate) fn inside<T>(&mut self, key: impl Display, walk: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(&key.to_string());
        let value = walk(self);
        self.path.truncate(length);
        value
    }

    /// Walks into something nested; `None`, with a fault, where that is too deep.
    pub(crate) fn deeper<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth == DEPTH_MAX {
            self.fault("too_deep", format!("nested deeper than {DEPTH_MAX} levels; write it flatter"));
            return None;
        }
        self.depth += 1;
        let value = walk(self);
        self.depth -= 1;
        Some(value)
    }

    /// Counts one predicate or step; the first beyond the bound is a fault.
    pub(crate) fn count_part(&mut self) {
        self.parts += 1;
        if self.parts == PARTS_MAX + 1 {
            let detail =
                format!("a rule has at most {PARTS_MAX} predicates and steps; split it into several");
            self.fault("too_many", detail);
        }
    }

    /// Notes a fault at the present place.
    pub(crate) fn fault(&mut self, code: &str, detail: impl Into<String>) {
        self.faults.push(FieldError {
            pointer: self.path.clone(),
            code: code.to_owned(),
            detail: detail.into(),
        });
    }

    /// The minor units of an amount; another currency than expected is a fault.
    pub(crate) fn minor(&mut self, amount: &Amount) -> i64 {
        let Money { amount_minor, currency } = amount.0;
        let expected = *self.currency.get_or_insert(currency);
        if expected != currency {
            let detail = if self.context.is_some() {
                format!(
                    "{amount} is not in {expected}, the currency of this price surface; write the amount in {expected}"
                )
            } else {
                format!(
                    "{amount} is in another currency than the {expected} above; a rule keeps to one currency"
                )
            };
            self.fault("currency_mismatch", detail);
        }
        amount_minor
    }

    /// Like [`Self::minor`] for an amount that must be above zero.
    pub(crate) fn positive_minor(&mut self, amount: &Amount) -> i64 {
        if amount.0.amount_minor <= 0 {
            self.fault("not_positive", format!("{amount} must be above zero"));
        }
        self.minor(amount)
    }

    /// What was found.
    pub(crate) fn into_faults(self) -> Vec<FieldError> {
        self.faults
    }
}
