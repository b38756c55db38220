//! Shopify's search syntax, as far as a pricing app uses it: `sku:A1 -tag:sale updated_at:>='2026-01-01T00:00:00Z'`.
//!
//! A field that Shopify documents and this module lacks fails loudly; one that Shopify does not know is ignored with a
//! warning in `extensions.search`, as Shopify does.

use serde_json::{Value, json};

use super::errors::FieldError;
use super::search_condition::{Comparator, Condition};
use super::shop::{Product, Variant};

/// What a query looks through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Searched {
    Products,
    Variants,
}

const FIELDS: &[&str] =
    &["id", "title", "sku", "barcode", "vendor", "product_type", "tag", "tag_not", "updated_at", "price"];
const PRODUCT_FIELDS: &[&str] = &["handle", "status", "created_at", "inventory_total", "variant_id"];
const VARIANT_FIELDS: &[&str] = &["product_id", "product_status", "inventory_quantity"];
/// In Shopify's documentation of 2026-10, not here.
const NOT_SIMULATED: &[&str] = &[
    "bundles",
    "category_id",
    "collection",
    "collection_id",
    "combined_listing_role",
    "default",
    "delivery_profile_id",
    "description",
    "error_feedback",
    "exclude_composite",
    "exclude_variants_with_components",
    "gift_card",
    "has_only_composites",
    "has_only_default_variant",
    "has_variant_with_components",
    "is_price_reduced",
    "location_id",
    "managed",
    "managed_by",
    "mixed",
    "option1",
    "option2",
    "option3",
    "out_of_stock_somewhere",
    "product_configuration_owner",
    "product_ids",
    "product_publication_status",
    "publication_ids",
    "publishable_status",
    "published_at",
    "published_status",
    "requires_components",
    "taxable",
    "tracks_inventory",
    "variant_title",
];

/// A parsed query: alternatives of conditions that must all hold.
#[derive(Debug, Default)]
pub(crate) struct Search {
    alternatives: Vec<Vec<Condition>>,
}

/// What one token of a query turned out to be.
enum Parsed {
    Condition(Condition),
    /// Mis-read without a word, as Shopify does with an unquoted date.
    Ignored,
    Warning(Value),
}

impl Search {
    /// Parses a query. The second part is an entry of `extensions.search` when Shopify would warn.
    pub(crate) fn parse(
        query: &str,
        searched: Searched,
        path: &[Value],
    ) -> Result<(Self, Option<Value>), FieldError> {
        let mut alternatives = Vec::new();
        let mut all = Vec::new();
        let mut warnings = Vec::new();
        let mut negated = false;
        for token in tokens(query) {
            match token.as_str() {
                "AND" => {}
                "OR" => alternatives.push(std::mem::take(&mut all)),
                "NOT" => negated = true,
                _ => match condition_of(&token, std::mem::take(&mut negated), searched)? {
                    Parsed::Condition(condition) => all.push(condition),
                    Parsed::Ignored => {}
                    Parsed::Warning(warning) => warnings.push(warning),
                },
            }
        }
        alternatives.push(all);
        let warned = (!warnings.is_empty()).then(|| warning_entry(path, query, &warnings));
        Ok((Search { alternatives }, warned))
    }

    /// Whether nothing is searched for: then the answer is the list itself, not the index.
    pub(crate) fn is_empty(&self) -> bool {
        self.alternatives.iter().any(Vec::is_empty)
    }

    pub(crate) fn finds_product(&self, product: &Product) -> bool {
        self.holds(|condition| condition.holds_for_product(product))
    }

    pub(crate) fn finds_variant(&self, product: &Product, variant: &Variant) -> bool {
        self.holds(|condition| condition.holds_for_variant(product, variant))
    }

    fn holds(&self, test: impl Fn(&Condition) -> bool) -> bool {
        self.alternatives.iter().any(|all| all.iter().all(|one| test(one) != one.negated))
    }
}

/// The entry of `extensions.search` for a query whose every field is ignored.
pub(crate) fn ignored_query(path: &[Value], query: &str) -> Value {
    let warning = |token: &String| invalid_field(token.split(':').next().unwrap_or_default());
    warning_entry(path, query, &tokens(query).iter().map(warning).collect::<Vec<_>>())
}

fn warning_entry(path: &[Value], query: &str, warnings: &[Value]) -> Value {
    let parsed = match query.split_once(':') {
        Some((field, value)) => json!({ "field": field, "match_all": value }),
        None => json!({ "match_all": query }),
    };
    json!({ "path": path, "query": query, "parsed": parsed, "warnings": warnings })
}

fn invalid_field(field: &str) -> Value {
    json!({ "field": field, "message": "Invalid search field for this query.", "code": "invalid_field" })
}

/// Splits at blanks outside quotes; quotes stay, so that a quoted date can be told from a bare one.
fn tokens(query: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quote = None;
    for c in query.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c.is_whitespace() => {
                tokens.push(std::mem::take(&mut token));
                continue;
            }
            _ => {}
        }
        token.push(c);
    }
    tokens.push(token);
    tokens.retain(|token| !token.is_empty());
    tokens
}

fn condition_of(token: &str, negated: bool, searched: Searched) -> Result<Parsed, FieldError> {
    if token.contains(['(', ')']) {
        return Err(FieldError::Unsupported(format!("brackets in the search query {token:?}")));
    }
    let (negated, token) = match token.strip_prefix('-') {
        Some(rest) => (!negated, rest),
        None => (negated, token),
    };
    let Some((field, rest)) = token.split_once(':').filter(|(field, _)| !field.starts_with(['\'', '"']))
    else {
        let value = unquoted(token).to_lowercase();
        return Ok(Parsed::Condition(Condition { field: None, comparator: Comparator::Is, value, negated }));
    };
    let own = if searched == Searched::Products { PRODUCT_FIELDS } else { VARIANT_FIELDS };
    if !FIELDS.contains(&field) && !own.contains(&field) {
        if NOT_SIMULATED.contains(&field) {
            return Err(FieldError::Unsupported(format!("search field {field}")));
        }
        return Ok(Parsed::Warning(invalid_field(field)));
    }
    let (comparator, value) = comparator_of(rest);
    if field.ends_with("_at") && value.contains(':') && unquoted(value) == value {
        return Ok(Parsed::Ignored);
    }
    let value = unquoted(value).to_lowercase();
    Ok(Parsed::Condition(Condition { field: Some(field.to_owned()), comparator, value, negated }))
}

/// Takes a comparator off the front of a value.
pub(crate) fn comparator_of(text: &str) -> (Comparator, &str) {
    let signs = [
        (">=", Comparator::AtLeast),
        ("<=", Comparator::AtMost),
        (">", Comparator::Above),
        ("<", Comparator::Below),
    ];
    let found = signs.iter().find_map(|(sign, comparator)| Some((*comparator, text.strip_prefix(sign)?)));
    found.unwrap_or((Comparator::Is, text))
}

fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('\'').or_else(|| inner('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shopify::{Catalogue, ProductRow, VariantRow};

    fn found(query: &str) -> Vec<String> {
        let variant =
            |sku: &str, price: i64| VariantRow { sku: Some(sku.to_owned()), ..VariantRow::new(price.into()) };
        let row = |handle: &str, tag: &str, sku: &str, price: i64| ProductRow {
            tags: vec![tag.to_owned()],
            vendor: "Nord Wand".to_owned(),
            ..ProductRow::new(handle, &format!("The {handle} tent")).with_variant(variant(sku, price))
        };
        let catalogue = Catalogue::new(vec![row("alpha", "sale", "A-1", 10), row("beta", "new", "B-1", 20)]);
        let shop = crate::shopify::shop::Shop::new(&catalogue, 1_767_225_600, 0);
        let (search, _) = Search::parse(query, Searched::Products, &[]).expect("a query");
        let hits = shop.products().iter().filter(|product| search.finds_product(product));
        hits.map(|product| product.handle.clone()).collect()
    }

    #[test]
    fn conditions_select_what_they_say() {
        assert_eq!(found(""), ["alpha", "beta"]);
        assert_eq!(found("sku:a-1"), ["alpha"]);
        assert_eq!(found("-sku:A-1"), ["beta"]);
        assert_eq!(found("NOT tag:sale"), ["beta"]);
        assert_eq!(found("tag:sale OR price:>=20"), ["alpha", "beta"]);
        assert_eq!(found("tag:sale price:>=20"), [""; 0]);
        assert_eq!(found("vendor:'Nord Wand' title:bet*"), ["beta"]);
        assert_eq!(found("created_at:>'2026-01-01T00:00:00Z'"), [""; 0]);
        assert_eq!(found("created_at:>='2026-01-01T00:00:00Z'"), ["alpha", "beta"]);
        assert_eq!(
            found("created_at:<2026-01-01T00:00:00Z"),
            ["alpha", "beta"],
            "an unquoted time is mis-read"
        );
        assert_eq!(found("tent"), ["alpha", "beta"]);
    }

    #[test]
    fn unknown_fields_warn_and_unsimulated_ones_fail() {
        let (search, warning) = Search::parse("colour:red", Searched::Products, &[]).expect("a query");
        assert!(search.alternatives.iter().all(Vec::is_empty));
        assert_eq!(warning.expect("a warning")["warnings"][0]["code"], "invalid_field");
        assert!(matches!(
            Search::parse("gift_card:true", Searched::Products, &[]),
            Err(FieldError::Unsupported(_))
        ));
    }
}
