//! What a rule may know about a variant. Borrowed, so that a million of them cost no copy.

/// One variant on one surface. Amounts are minor units of the surface's currency.
#[derive(Debug, Clone, Copy, Default)]
pub struct VariantFacts<'a> {
    /// The variant's id, in whichever way the caller numbers its variants; it only passes through.
    pub key: u128,
    /// SKU; empty if there is none.
    pub sku: &'a str,
    /// Product and variant title.
    pub title: &'a str,
    /// Vendor; empty if there is none.
    pub vendor: &'a str,
    /// Product type; empty if there is none.
    pub product_type: &'a str,
    /// Tags of the product.
    pub tags: Tags<'a>,
    /// The price, in minor units.
    pub price_minor: Option<i64>,
    /// The compare-at price, in minor units.
    pub compare_at_minor: Option<i64>,
}

/// The tags of a product in the shape the caller has them.
#[derive(Debug, Clone, Copy)]
pub enum Tags<'a> {
    /// As a list of owned texts.
    List(&'a [String]),
    /// One tag per line of one text; the shape that costs the least to keep for many variants.
    Lines(&'a str),
}

impl Default for Tags<'_> {
    fn default() -> Self {
        Self::List(&[])
    }
}

impl Tags<'_> {
    /// Whether any tag passes the test.
    #[inline]
    pub(crate) fn any(&self, mut test: impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::List(tags) => tags.iter().any(|tag| test(tag)),
            Self::Lines("") => false,
            Self::Lines(text) => {
                let mut rest = *text;
                // Tags are short: looking at each byte is faster here than the search that splitting uses.
                while let Some(end) = rest.bytes().position(|byte| byte == b'\n') {
                    if test(&rest[..end]) {
                        return true;
                    }
                    rest = &rest[end + 1..];
                }
                test(rest)
            }
        }
    }
}
