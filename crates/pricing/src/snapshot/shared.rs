//! The texts that variants share, which rules ask.

use crate::facts::{MoreFacts, Tags, VariantFacts};

/// A text that variants share; its number is its place in a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SharedText {
    Vendor,
    ProductType,
    Tags,
    Collections,
    Channels,
    Custom,
}

impl SharedText {
    /// A variant of which nothing but this text is known.
    #[inline]
    pub(super) fn with<T>(self, text: &str, use_facts: impl FnOnce(&VariantFacts<'_>) -> T) -> T {
        let mut more = MoreFacts::default();
        let mut facts = VariantFacts::default();
        let lines = Tags::Lines(text);
        match self {
            Self::Vendor => facts.vendor = text,
            Self::ProductType => facts.product_type = text,
            Self::Tags => facts.tags = lines,
            Self::Collections => more.collections = lines,
            Self::Channels => more.channels = lines,
            Self::Custom => more.custom = lines,
        }
        use_facts(&VariantFacts { more: &more, ..facts })
    }
}
