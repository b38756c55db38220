//! Ids for what comes from a file. They follow from the handle and the option values alone, so that the same file, or
//! a newer export of the same shop, gives the same ids. SKUs do not identify: they may be empty or stand twice.
//!
//! A variant's id is a hash over handle and option values. Only if two variants of a product agree in those is the SKU
//! added, and if they agree in that too, their number within the product.

use std::collections::HashSet;

use channel::{ProductRef, VariantRef};
use sha2::{Digest, Sha256};

pub(super) fn product_ref(handle: &str) -> ProductRef {
    ProductRef(format!("csv-product-{}", hash(&["product", handle])))
}

/// Gives out the ids of one product's variants.
#[derive(Debug, Default)]
pub(super) struct VariantIds {
    given: HashSet<String>,
}

impl VariantIds {
    pub(super) fn next(&mut self, handle: &str, option_values: &[&str], sku: Option<&str>) -> VariantRef {
        let mut parts = vec!["variant", handle];
        parts.extend(option_values);
        let mut id = hash(&parts);
        if self.given.contains(&id) {
            parts.extend(["sku", sku.unwrap_or_default()]);
            id = hash(&parts);
        }
        if self.given.contains(&id) {
            let number = self.given.len().to_string();
            parts.extend(["number", &number]);
            id = hash(&parts);
        }
        self.given.insert(id.clone());
        VariantRef(format!("csv-variant-{id}"))
    }
}

/// The first 16 bytes of SHA-256 over the parts, each with its length before it, in hex.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    hasher.finalize()[..16].iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_handle_and_options_not_on_sku_or_order() {
        let mut ids = VariantIds::default();
        let small = ids.next("shirt", &["Small", "Red"], Some("A"));
        let large = ids.next("shirt", &["Large", "Red"], Some("A"));
        let mut other = VariantIds::default();
        assert_eq!(other.next("shirt", &["Large", "Red"], None), large);
        assert_eq!(other.next("shirt", &["Small", "Red"], Some("B")), small);
        assert_ne!(small, large);
        assert_ne!(VariantIds::default().next("shirt", &["Small Red"], None), small);
        assert_ne!(VariantIds::default().next("shirts", &["Small", "Red"], None), small);
    }

    #[test]
    fn variants_that_look_the_same_stay_distinct() {
        let mut ids = VariantIds::default();
        let all: HashSet<VariantRef> =
            [Some("A"), Some("B"), Some("B"), Some("B"), None].map(|sku| ids.next("h", &["x"], sku)).into();
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn ids_are_the_same_on_every_machine() {
        assert_eq!(product_ref("ocean-blue-shirt").as_str().len(), "csv-product-".len() + 32);
        // The first 32 digits of: printf '\0\0\0\0\0\0\0\007product\0\0\0\0\0\0\0\001a' | sha256sum
        assert_eq!(product_ref("a").as_str(), "csv-product-7027594a3f197bc71f55374d03981afa");
    }
}
