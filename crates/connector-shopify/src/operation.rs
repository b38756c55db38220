//! The operations this connector knows: their documents, whether they write, and what they cost before Shopify has said.

/// Whether a lost answer may hide a change, and whether the call is sent again then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A query: changes nothing, and is sent again.
    Read,
    /// A mutation that changes no goods and no price. Each takes something up at Shopify's, so it is not sent again unseen.
    Prepare,
    /// A mutation that may have happened.
    Write,
}

/// One GraphQL operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Its name, as in the document.
    pub name: &'static str,
    pub document: &'static str,
    pub kind: Kind,
}

pub(crate) const READ_SHOP: Operation =
    Operation { name: "ReadShop", document: include_str!("documents/read_shop.graphql"), kind: Kind::Read };

pub(crate) const READ_PRODUCTS: Operation = Operation {
    name: "ReadProducts",
    document: include_str!("documents/read_products.graphql"),
    kind: Kind::Read,
};

pub(crate) const READ_PRODUCT_VARIANTS: Operation = Operation {
    name: "ReadProductVariants",
    document: include_str!("documents/read_product_variants.graphql"),
    kind: Kind::Read,
};

pub(crate) const READ_PRICES: Operation = Operation {
    name: "ReadPrices",
    document: include_str!("documents/read_prices.graphql"),
    kind: Kind::Read,
};

pub(crate) const WRITE_PRICES: Operation = Operation {
    name: "WritePrices",
    document: include_str!("documents/write_prices.graphql"),
    kind: Kind::Write,
};

pub(crate) const READ_SIZE: Operation =
    Operation { name: "ReadSize", document: include_str!("documents/read_size.graphql"), kind: Kind::Read };

pub(crate) const STAGE_UPLOAD: Operation = Operation {
    name: "StageUpload",
    document: include_str!("documents/stage_upload.graphql"),
    // A place that nothing is put into changes nothing.
    kind: Kind::Prepare,
};

pub(crate) const RUN_BULK_QUERY: Operation = Operation {
    name: "RunBulkQuery",
    document: include_str!("documents/run_bulk_query.graphql"),
    // A query that runs unseen changes nothing.
    kind: Kind::Prepare,
};

pub(crate) const RUN_BULK_MUTATION: Operation = Operation {
    name: "RunBulkMutation",
    document: include_str!("documents/run_bulk_mutation.graphql"),
    kind: Kind::Write,
};

pub(crate) const READ_BULK_OPERATION: Operation = Operation {
    name: "ReadBulkOperation",
    document: include_str!("documents/read_bulk_operation.graphql"),
    kind: Kind::Read,
};

pub(crate) const LIST_BULK_MUTATIONS: Operation = Operation {
    name: "ListBulkMutations",
    document: include_str!("documents/list_bulk_mutations.graphql"),
    kind: Kind::Read,
};

pub(crate) const READ_PRICE_LISTS: Operation = Operation {
    name: "ReadPriceLists",
    document: include_str!("documents/read_price_lists.graphql"),
    kind: Kind::Read,
};

pub(crate) const READ_LIST_PRICES: Operation = Operation {
    name: "ReadListPrices",
    document: include_str!("documents/read_list_prices.graphql"),
    kind: Kind::Read,
};

pub(crate) const FIX_LIST_PRICES: Operation = Operation {
    name: "FixListPrices",
    document: include_str!("documents/fix_list_prices.graphql"),
    kind: Kind::Write,
};

pub(crate) const FREE_LIST_PRICES: Operation = Operation {
    name: "FreeListPrices",
    document: include_str!("documents/free_list_prices.graphql"),
    kind: Kind::Write,
};

pub(crate) const READ_SCOPES: Operation = Operation {
    name: "ReadScopes",
    document: include_str!("documents/read_scopes.graphql"),
    kind: Kind::Read,
};

pub(crate) const SUBSCRIBE: Operation = Operation {
    name: "Subscribe",
    document: include_str!("documents/subscribe.graphql"),
    // Asked twice, the second is refused as taken: nothing happens twice.
    kind: Kind::Prepare,
};

/// The query that runs in bulk to read the whole catalogue.
pub(crate) const BULK_PRODUCTS: &str = include_str!("documents/bulk_products.graphql");

/// Every document by operation name, for the tests that check them against the official schema.
#[cfg(test)]
pub(crate) const ALL_OPERATIONS: [&Operation; 17] = [
    &READ_SHOP,
    &READ_PRODUCTS,
    &READ_PRODUCT_VARIANTS,
    &READ_PRICES,
    &WRITE_PRICES,
    &READ_SIZE,
    &STAGE_UPLOAD,
    &RUN_BULK_QUERY,
    &RUN_BULK_MUTATION,
    &READ_BULK_OPERATION,
    &READ_SCOPES,
    &SUBSCRIBE,
    &LIST_BULK_MUTATIONS,
    &READ_PRICE_LISTS,
    &READ_LIST_PRICES,
    &FIX_LIST_PRICES,
    &FREE_LIST_PRICES,
];

/// The cost of a connection of `first` items whose node costs `node`, by the formula measured on recorded answers:
/// 2 + max(1, ⌊2·ln first⌋) · node. Only a first guess; what Shopify reports replaces it.
pub(crate) fn connection_cost(first: usize, node: u64) -> u64 {
    // ⌊2·ln n⌋ for n up to 250 without floats: the smallest n that reaches each step.
    const STEPS: [usize; 11] = [2, 3, 5, 8, 13, 21, 34, 55, 91, 149, 245];
    let factor = STEPS.iter().filter(|step| first >= **step).count() as u64;
    2 + factor.max(1) * node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_agree_with_the_logarithm() {
        for first in 1..=250_usize {
            let factor = (2.0 * (first as f64).ln()).floor().max(1.0) as u64;
            assert_eq!(connection_cost(first, 1), 2 + factor, "first: {first}");
        }
    }

    #[test]
    fn each_document_holds_the_operation_it_is_named_after() {
        for Operation { name, document, .. } in ALL_OPERATIONS {
            assert!(document.contains(&format!(" {name}")), "{name}");
        }
    }

    #[test]
    fn only_queries_are_sent_again() {
        for Operation { name, document, kind } in ALL_OPERATIONS {
            let is_query = document.contains(&format!("query {name}"));
            assert_eq!(*kind == Kind::Read, is_query, "{name}");
        }
    }
}
