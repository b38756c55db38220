//! One condition of a search query, and whether it holds.

use super::money::parse_amount;
use super::shop::{Product, Variant};

/// One condition on a product or variant.
#[derive(Debug)]
pub(crate) struct Condition {
    pub(crate) field: Option<String>,
    pub(crate) comparator: Comparator,
    pub(crate) value: String,
    pub(crate) negated: bool,
}

/// How a value is compared with what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparator {
    Is,
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Condition {
    /// Whether it holds for a product, judged by itself and its variants.
    pub(crate) fn holds_for_product(&self, product: &Product) -> bool {
        let any_variant = |test: &dyn Fn(&Variant) -> bool| product.variants.iter().any(test);
        match self.field.as_deref() {
            Some("id") => self.number(product.id.cast_signed()),
            Some("handle") => self.text(&product.handle),
            Some("status") => self.text(&product.status),
            Some("created_at") => self.time(product.created_at),
            Some("updated_at") => self.time(product.updated_at),
            Some("inventory_total") => self.number(product.total_inventory()),
            Some("variant_id") => any_variant(&|variant| self.number(variant.id.cast_signed())),
            Some("sku" | "barcode" | "price") => any_variant(&|variant| self.of_variant(variant)),
            None => {
                self.of_product(product)
                    || any_variant(&|variant| self.text(variant.sku.as_deref().unwrap_or("")))
            }
            Some(_) => self.of_product(product),
        }
    }

    /// Whether it holds for one variant.
    pub(crate) fn holds_for_variant(&self, product: &Product, variant: &Variant) -> bool {
        match self.field.as_deref() {
            Some("id") => self.number(variant.id.cast_signed()),
            Some("product_id") => self.number(product.id.cast_signed()),
            Some("product_status") => self.text(&product.status),
            Some("inventory_quantity") => self.number(variant.inventory_quantity),
            Some("updated_at") => self.time(variant.updated_at),
            Some("title") => self.words(&variant.title()),
            Some("sku" | "barcode" | "price") => self.of_variant(variant),
            None => self.of_product(product) || self.words(&variant.title()) || self.of_variant(variant),
            Some(_) => self.of_product(product),
        }
    }

    fn of_product(&self, product: &Product) -> bool {
        match self.field.as_deref() {
            Some("title") | None => self.words(&product.title),
            Some("vendor") => self.text(&product.vendor),
            Some("product_type") => self.text(&product.product_type),
            Some("tag") => product.tags.iter().any(|tag| self.text(tag)),
            Some("tag_not") => !product.tags.iter().any(|tag| self.text(tag)),
            Some(_) => false,
        }
    }

    fn of_variant(&self, variant: &Variant) -> bool {
        match self.field.as_deref() {
            Some("barcode") => self.text(variant.barcode.as_deref().unwrap_or("")),
            Some("price") => {
                parse_amount(&self.value).is_some_and(|asked| self.compares(&variant.price, &asked))
            }
            _ => self.text(variant.sku.as_deref().unwrap_or("")),
        }
    }

    fn text(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        match self.value.strip_suffix('*') {
            Some(start) => text.starts_with(start),
            None => text == self.value,
        }
    }

    /// Every word asked for begins a word of the text.
    fn words(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let begins =
            |asked: &str| text.split_whitespace().any(|word| word.starts_with(asked.trim_end_matches('*')));
        self.value.split_whitespace().all(begins)
    }

    fn number(&self, number: i64) -> bool {
        self.value.parse().is_ok_and(|asked: i64| self.compares(&number, &asked))
    }

    /// A date alone means its midnight in UTC.
    fn time(&self, epoch_s: i64) -> bool {
        let asked = self.value.to_uppercase();
        let instant = asked.parse().or_else(|_| format!("{asked}T00:00:00Z").parse::<jiff::Timestamp>());
        instant.is_ok_and(|asked| self.compares(&epoch_s, &asked.as_second()))
    }

    fn compares<T: Ord>(&self, value: &T, asked: &T) -> bool {
        match self.comparator {
            Comparator::Is => value == asked,
            Comparator::Above => value > asked,
            Comparator::AtLeast => value >= asked,
            Comparator::Below => value < asked,
            Comparator::AtMost => value <= asked,
        }
    }
}
