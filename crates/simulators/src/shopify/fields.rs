//! Which fields are simulated. A document that selects any other field fails loudly before it has any effect.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};

use super::simulated::SIMULATED;

/// Connections that are always empty here and fields that are always null: what hangs below is never reached.
const NEVER_REACHED: &[&str] = &[
    "CollectionConnection",
    "CombinedListing",
    "DraftOrderConnection",
    "Image",
    "ImageConnection",
    "MarketPriceInclusions",
    "Media",
    "MediaConnection",
    "Metafield",
    "MetafieldConnection",
    "OrderConnection",
    "QuantityPriceBreak",
    "QuantityPriceBreakEdge",
    "ProductDeleteOperation",
    "ResourceOperation",
    "TaxonomyCategory",
];

/// The first thing that the operation selects and the simulator lacks.
pub(crate) fn missing(document: &ExecutableDocument, operation: &Operation) -> Option<String> {
    missing_in(document, &operation.selection_set, 0)
}

fn missing_in(document: &ExecutableDocument, set: &SelectionSet, depth: usize) -> Option<String> {
    let parent = set.ty.as_str();
    if NEVER_REACHED.contains(&parent) || depth > 60 {
        return None;
    }
    let known = SIMULATED.iter().find(|(name, _)| *name == parent).map(|(_, fields)| *fields);
    set.selections.iter().find_map(|selection| match selection {
        Selection::Field(field) if field.name == "__typename" => None,
        Selection::Field(field) => match known {
            Some(fields) if fields.contains(&field.name.as_str()) => {
                missing_in(document, &field.selection_set, depth + 1)
            }
            Some(_) => Some(format!("field {parent}.{}", field.name)),
            // A type that no simulated field returns can only be meant by a fragment that never applies.
            None => None,
        },
        Selection::InlineFragment(inline) => missing_in(document, &inline.selection_set, depth + 1),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.fragment_name)?;
            missing_in(document, &fragment.selection_set, depth + 1)
        }
    })
}
