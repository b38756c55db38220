//! Which fields are simulated. A document that selects any other field fails loudly before it has any effect.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Operation, Selection, SelectionSet};

/// Every simulated type with its simulated fields.
pub const SIMULATED: &[(&str, &[&str])] = &[
    (
        "QueryRoot",
        &[
            "bulkOperation",
            "bulkOperations",
            "currentBulkOperation",
            "inventoryItem",
            "node",
            "nodes",
            "product",
            "productVariant",
            "productVariants",
            "productVariantsCount",
            "products",
            "productsCount",
            "shop",
        ],
    ),
    (
        "Mutation",
        &[
            "bulkOperationCancel",
            "bulkOperationRunMutation",
            "bulkOperationRunQuery",
            "productVariantsBulkUpdate",
            "stagedUploadsCreate",
        ],
    ),
    (
        "BulkOperation",
        &[
            "completedAt",
            "createdAt",
            "errorCode",
            "fileSize",
            "id",
            "objectCount",
            "partialDataUrl",
            "query",
            "rootObjectCount",
            "status",
            "type",
            "url",
        ],
    ),
    ("BulkOperationCancelPayload", &["bulkOperation", "userErrors"]),
    ("BulkOperationConnection", &["edges", "nodes", "pageInfo"]),
    ("BulkOperationEdge", &["cursor", "node"]),
    ("BulkOperationRunMutationPayload", &["bulkOperation", "userErrors"]),
    ("BulkOperationRunQueryPayload", &["bulkOperation", "userErrors"]),
    ("BulkMutationUserError", &["code", "field", "message"]),
    ("BulkOperationUserError", &["code", "field", "message"]),
    ("StagedMediaUploadTarget", &["parameters", "resourceUrl", "url"]),
    ("StagedUploadParameter", &["name", "value"]),
    ("StagedUploadsCreatePayload", &["stagedTargets", "userErrors"]),
    ("UserError", &["field", "message"]),
    (
        "Shop",
        &[
            "contactEmail",
            "createdAt",
            "currencyCode",
            "email",
            "enabledPresentmentCurrencies",
            "ianaTimezone",
            "id",
            "myshopifyDomain",
            "name",
            "plan",
            "primaryDomain",
            "taxesIncluded",
            "unitSystem",
            "updatedAt",
            "url",
            "weightUnit",
        ],
    ),
    ("ShopPlan", &["displayName", "partnerDevelopment", "publicDisplayName", "shopifyPlus"]),
    ("Domain", &["host", "id", "sslEnabled", "url"]),
    (
        "Product",
        &[
            "bodyHtml",
            "category",
            "collections",
            "combinedListing",
            "combinedListingRole",
            "compareAtPriceRange",
            "createdAt",
            "descriptionHtml",
            "featuredImage",
            "featuredMedia",
            "giftCardTemplateSuffix",
            "handle",
            "hasOnlyDefaultVariant",
            "hasOutOfStockVariants",
            "hasVariantsThatRequiresComponents",
            "id",
            "images",
            "isGiftCard",
            "legacyResourceId",
            "media",
            "mediaCount",
            "metafield",
            "metafields",
            "onlineStorePreviewUrl",
            "onlineStoreUrl",
            "options",
            "priceRangeV2",
            "productType",
            "publishedAt",
            "requiresSellingPlan",
            "seo",
            "status",
            "tags",
            "templateSuffix",
            "title",
            "totalInventory",
            "totalVariants",
            "tracksInventory",
            "updatedAt",
            "variants",
            "variantsCount",
            "vendor",
        ],
    ),
    (
        "ProductVariant",
        &[
            "availableForSale",
            "barcode",
            "compareAtPrice",
            "createdAt",
            "displayName",
            "id",
            "image",
            "inventoryItem",
            "inventoryPolicy",
            "inventoryQuantity",
            "legacyResourceId",
            "media",
            "metafield",
            "metafields",
            "position",
            "price",
            "product",
            "requiresComponents",
            "selectedOptions",
            "sellableOnlineQuantity",
            "showUnitPrice",
            "sku",
            "taxCode",
            "taxable",
            "title",
            "unitPrice",
            "unitPriceMeasurement",
            "updatedAt",
        ],
    ),
    (
        "InventoryItem",
        &[
            "countryCodeOfOrigin",
            "createdAt",
            "harmonizedSystemCode",
            "id",
            "legacyResourceId",
            "measurement",
            "provinceCodeOfOrigin",
            "requiresShipping",
            "sku",
            "tracked",
            "unitCost",
            "updatedAt",
            "variant",
            "variants",
        ],
    ),
    ("InventoryItemMeasurement", &["weight"]),
    ("Weight", &["unit", "value"]),
    ("ProductVariantsBulkUpdatePayload", &["product", "productVariants", "userErrors"]),
    ("ProductVariantsBulkUpdateUserError", &["code", "field", "message"]),
    ("ProductCompareAtPriceRange", &["maxVariantCompareAtPrice", "minVariantCompareAtPrice"]),
    ("ProductPriceRangeV2", &["maxVariantPrice", "minVariantPrice"]),
    ("MoneyV2", &["amount", "currencyCode"]),
    ("Count", &["count", "precision"]),
    ("SEO", &["description", "title"]),
    ("ProductOption", &["id", "name", "optionValues", "position", "values"]),
    ("ProductOptionValue", &["hasVariants", "id", "name"]),
    ("SelectedOption", &["name", "optionValue", "value"]),
    ("UnitPriceMeasurement", &["quantityUnit", "quantityValue", "referenceUnit", "referenceValue"]),
    ("PageInfo", &["endCursor", "hasNextPage", "hasPreviousPage", "startCursor"]),
    ("ProductConnection", &["edges", "nodes", "pageInfo"]),
    ("ProductEdge", &["cursor", "node"]),
    ("ProductVariantConnection", &["edges", "nodes", "pageInfo"]),
    ("ProductVariantEdge", &["cursor", "node"]),
    ("Node", &["id"]),
];

/// Connections that are always empty here and fields that are always null: what hangs below is never reached.
const NEVER_REACHED: &[&str] = &[
    "CollectionConnection",
    "CombinedListing",
    "Image",
    "ImageConnection",
    "Media",
    "MediaConnection",
    "Metafield",
    "MetafieldConnection",
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
