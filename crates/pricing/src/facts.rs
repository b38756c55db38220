//! What a rule may know about a variant. Borrowed, so that a million of them cost no copy.

use kernel_core::Currency;

/// One variant on one surface: what most rules ask, and behind one reference what few ask.
/// Amounts are minor units of the surface's currency, instants are seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy)]
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
    /// What one costs the merchant, without tax, in minor units.
    pub cost_minor: Option<i64>,
    /// What few rules ask.
    pub more: &'a MoreFacts<'a>,
}

/// What few rules ask about a variant.
#[derive(Debug, Clone, Copy)]
pub struct MoreFacts<'a> {
    /// Handles of the collections that the product is in.
    pub collections: Tags<'a>,
    /// Names of the channels in which the variant is sold.
    pub channels: Tags<'a>,
    /// Custom fields, each `key=value`.
    pub custom: Tags<'a>,
    /// How many are in stock; `None` if nobody counts.
    pub inventory: Option<i64>,
    /// When the product was made.
    pub created_at: Option<i64>,
    /// When the product last changed.
    pub updated_at: Option<i64>,
    /// The lowest price of a competitor.
    pub competitor_minor: Option<i64>,
    /// The manufacturer's suggested retail price.
    pub msrp_minor: Option<i64>,
    /// The lowest price the manufacturer lets people advertise.
    pub map_minor: Option<i64>,
    /// Prices on other surfaces in the same currency, by the surface's name.
    pub surfaces: &'a [(&'a str, i64)],
    /// Units sold in the last 30 days; `None` if nobody told.
    pub units_sold_30d: Option<i64>,
    /// The price without the sales that run now, in minor units; `None` if none runs.
    pub base_minor: Option<i64>,
    /// The compare-at price without the sales that run now, in minor units; `None` if none runs, or there is none.
    pub base_compare_at_minor: Option<i64>,
    /// Hexadecimal content hashes of the rules that hold while a sale runs, one per line, in the order in which they are
    /// asked.
    pub running_sales: Tags<'a>,
    /// The currency that the price really has; `None` if it is the surface's.
    pub other_currency: Option<Currency>,
    /// Every price from the start of what is remembered until now, oldest first. The last is the price now.
    pub history: &'a [PricePoint],
}

/// A price that held from an instant until the next point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PricePoint {
    /// From when, in seconds since 1970.
    pub from: i64,
    /// The price, in minor units.
    pub price_minor: i64,
    /// The compare-at price; above the price it announces a reduction.
    pub compare_at_minor: Option<i64>,
}

impl<'a> VariantFacts<'a> {
    /// The cost, where it can hold a price up: one of zero or below is a blank that somebody filled in, and not known.
    #[must_use]
    #[inline]
    pub fn known_cost(&self) -> Option<i64> {
        self.cost_minor.filter(|cost| mutant!("cost.zero_known", *cost > 0, *cost >= 0))
    }

    /// The variant as it would be without the sales that run; rules start from that.
    #[must_use]
    pub fn without_sales(&self) -> VariantFacts<'a> {
        match self.more.base_minor {
            None => *self,
            base => Self { price_minor: base, compare_at_minor: self.more.base_compare_at_minor, ..*self },
        }
    }
}

impl MoreFacts<'_> {
    /// Nothing known.
    pub const NONE: &'static MoreFacts<'static> = &MoreFacts {
        collections: Tags::Lines(""),
        channels: Tags::Lines(""),
        custom: Tags::Lines(""),
        inventory: None,
        created_at: None,
        updated_at: None,
        competitor_minor: None,
        msrp_minor: None,
        map_minor: None,
        surfaces: &[],
        units_sold_30d: None,
        base_minor: None,
        base_compare_at_minor: None,
        running_sales: Tags::Lines(""),
        other_currency: None,
        history: &[],
    };
}

impl Default for VariantFacts<'_> {
    fn default() -> Self {
        Self {
            key: 0,
            sku: "",
            title: "",
            vendor: "",
            product_type: "",
            tags: Tags::default(),
            price_minor: None,
            compare_at_minor: None,
            cost_minor: None,
            more: MoreFacts::NONE,
        }
    }
}

impl Default for MoreFacts<'_> {
    fn default() -> Self {
        *Self::NONE
    }
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

impl<'a> Tags<'a> {
    /// Each of them, in order. Does not allocate.
    pub fn iter(self) -> impl Iterator<Item = &'a str> + Clone {
        let (list, text): (&[String], &str) = match self {
            Self::List(list) => (list, ""),
            Self::Lines(text) => (&[], text),
        };
        list.iter().map(String::as_str).chain(text.lines())
    }

    /// Whether there is none.
    #[inline]
    #[must_use]
    pub fn is_empty(self) -> bool {
        matches!(self, Self::List([]) | Self::Lines(""))
    }

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
