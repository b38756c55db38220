//! The price of a query in points, by the formula that recorded answers obey.
//!
//! Scalars are free, an object costs 1, a connection of N nodes 2 + max(1, floor(2·ln N)) times one node, a count at the
//! root 10, a mutation 10 plus what hangs below its payload's objects, and 0.2 per variant that is written.

use std::collections::HashMap;

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Value as Literal;
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Node, Schema};
use serde_json::{Map, Value};

use super::{validate, variables};

/// A single query above this many points is refused whatever the bucket holds.
pub(crate) const MAX_QUERY_COST: u64 = 1000;

const CONNECTION_BASE: u64 = 2;
const ROOT_COUNT: u64 = 10;
const MUTATION_BASE: u64 = 10;

/// What an execution really met: per selected field the largest connection, or zero for an object that was null.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    sizes: HashMap<usize, u64>,
}

impl Observed {
    /// Notes that `field` gave a connection with this many nodes, or an object (1), or null (0).
    pub(crate) fn note(&mut self, field: &Field, size: u64) {
        let seen = self.sizes.entry(address(field)).or_default();
        *seen = size.max(*seen);
    }

    fn size(&self, field: &Field) -> u64 {
        self.sizes.get(&address(field)).copied().unwrap_or(0)
    }
}

/// A field of a document that is kept in place while its address is used as a key.
fn address(field: &Field) -> usize {
    std::ptr::from_ref(field).addr()
}

/// One validated operation with its variables.
#[derive(Clone, Copy)]
pub(crate) struct Priced<'a> {
    pub(crate) schema: &'a Valid<Schema>,
    pub(crate) document: &'a Valid<ExecutableDocument>,
    pub(crate) operation: &'a Operation,
    pub(crate) variables: &'a Map<String, Value>,
}

impl Priced<'_> {
    /// `requestedQueryCost`: what admission is decided on.
    pub(crate) fn requested(&self) -> u64 {
        self.total(None)
    }

    /// `actualQueryCost`: the same formula over what was really there. Shopify's own formula is not known.
    pub(crate) fn actual(&self, observed: &Observed) -> u64 {
        self.total(Some(observed)).min(self.requested())
    }

    fn total(&self, observed: Option<&Observed>) -> u64 {
        let walk = Walk { priced: *self, observed };
        if self.operation.is_mutation() {
            return walk.fields(&self.operation.selection_set, &|field| walk.mutation(field));
        }
        walk.fields(&self.operation.selection_set, &|field| match field.ty().inner_named_type().as_str() {
            "Count" => ROOT_COUNT,
            _ => walk.field(field),
        })
    }
}

struct Walk<'a> {
    priced: Priced<'a>,
    observed: Option<&'a Observed>,
}

impl Walk<'_> {
    /// Sums `price` over the fields of a selection, fragments included. Of fragments on concrete types only one can
    /// apply, so the dearest counts; those on the type itself or on an interface count always.
    fn fields(&self, set: &SelectionSet, price: &dyn Fn(&Field) -> u64) -> u64 {
        let mut always = 0;
        let mut by_type: HashMap<&str, u64> = HashMap::new();
        for selection in set.selections.iter().filter(|selection| !self.is_skipped(selection)) {
            let (kind, inner) = match selection {
                Selection::Field(field) => {
                    always += price(field);
                    continue;
                }
                Selection::InlineFragment(inline) => {
                    (inline.type_condition.as_ref().unwrap_or(&set.ty), &inline.selection_set)
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = self.priced.document.fragments.get(&spread.fragment_name) else {
                        continue;
                    };
                    (fragment.type_condition(), &fragment.selection_set)
                }
            };
            let cost = self.fields(inner, price);
            let concrete = matches!(self.priced.schema.types.get(kind), Some(ExtendedType::Object(_)));
            if concrete && *kind != set.ty {
                *by_type.entry(kind).or_default() += cost;
            } else {
                always += cost;
            }
        }
        always + by_type.into_values().max().unwrap_or(0)
    }

    fn children(&self, field: &Field) -> u64 {
        self.fields(&field.selection_set, &|child| self.field(child))
    }

    fn field(&self, field: &Field) -> u64 {
        let name = field.ty().inner_named_type().as_str();
        if self.is_leaf(name) || name == "PageInfo" {
            return 0;
        }
        if name.ends_with("Connection") {
            return self.connection(field);
        }
        if self.observed.is_some_and(|observed| observed.size(field) == 0) {
            return 1;
        }
        let own = u64::from(!is_free(name));
        own + self.children(field)
    }

    fn connection(&self, field: &Field) -> u64 {
        let size = match self.observed {
            Some(observed) => observed.size(field),
            None => self.page_size(field),
        };
        if size == 0 {
            return CONNECTION_BASE;
        }
        let node = self.fields(&field.selection_set, &|part| match part.name.as_str() {
            "nodes" => 1 + self.children(part),
            "edges" => {
                1 + self.fields(&part.selection_set, &|inner| match inner.name.as_str() {
                    "node" => self.children(inner),
                    _ => 0,
                })
            }
            _ => 0,
        });
        CONNECTION_BASE + page_weight(size) * node
    }

    fn mutation(&self, field: &Field) -> u64 {
        let below = self.fields(&field.selection_set, &|payload| match payload.name.as_str() {
            "userErrors" => 0,
            _ => self.children(payload),
        });
        MUTATION_BASE + below + self.bulk_surcharge(field)
    }

    /// Tenths of a point per variant, metafield and media that are written together, rounded once.
    fn bulk_surcharge(&self, field: &Field) -> u64 {
        let (variants, own_metafields) = match field.name.as_str() {
            "productVariantsBulkCreate" | "productVariantsBulkUpdate" => {
                (self.list_argument(field, "variants"), 0)
            }
            "productSet" => {
                let input = self.list_argument(field, "input").into_iter().next().unwrap_or_default();
                let list = |name: &str| input[name].as_array().cloned().unwrap_or_default();
                (list("variants"), list("metafields").len() as u64)
            }
            _ => return 0,
        };
        let inner = |name: &str| -> u64 {
            let lists = variants.iter().filter_map(|variant| variant.get(name)?.as_array());
            lists.map(|list| list.len() as u64).sum()
        };
        let media = self.list_argument(field, "media").len() as u64;
        let tenths = 2 * variants.len() as u64
            + 4 * (own_metafields + inner("metafields"))
            + 6 * inner("mediaSrc")
            + 19 * media;
        (tenths + 5) / 10
    }

    fn list_argument(&self, field: &Field, name: &str) -> Vec<Value> {
        match field.specified_argument_by_name(name).map(AsRef::as_ref) {
            Some(Literal::Variable(variable)) => match self.priced.variables.get(variable.as_str()) {
                Some(Value::Array(items)) => items.clone(),
                Some(Value::Null) | None => Vec::new(),
                Some(single) => vec![single.clone()],
            },
            Some(Literal::List(items)) => vec![Value::Null; items.len()],
            _ => Vec::new(),
        }
    }

    fn page_size(&self, field: &Field) -> u64 {
        let size = |name: &str| self.integer(field.specified_argument_by_name(name)?);
        size("first").or_else(|| size("last")).unwrap_or(0)
    }

    fn integer(&self, literal: &Node<Literal>) -> Option<u64> {
        match literal.as_ref() {
            Literal::Int(number) => u64::try_from(number.try_to_i32().ok()?).ok(),
            Literal::Variable(name) => self.priced.variables.get(name.as_str())?.as_u64(),
            _ => None,
        }
    }

    fn is_leaf(&self, name: &str) -> bool {
        let kind = self.priced.schema.types.get(name);
        matches!(kind, Some(ExtendedType::Scalar(_) | ExtendedType::Enum(_)))
    }

    fn is_skipped(&self, selection: &Selection) -> bool {
        super::executor::is_left_out(selection, self.priced.variables)
    }
}

/// Value objects that Shopify does not charge for.
fn is_free(name: &str) -> bool {
    matches!(name, "MoneyV2" | "MoneyBag" | "MailingAddress" | "InventoryItemMeasurement" | "Weight")
}

/// floor(2·ln size), at least 1.
fn page_weight(size: u64) -> u64 {
    ((2.0 * (size as f64).ln()).floor() as u64).max(1)
}

/// A document's price, without executing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPrice {
    /// `requestedQueryCost`.
    pub requested: u64,
    /// The selected root fields, without aliases.
    pub root_fields: Vec<String>,
}

/// Prices a document of one operation, for comparing the formula with recorded costs. The inner error holds the entries
/// of `errors` that the document or its variables earn.
///
/// # Errors
/// Only if the schema in the repository is damaged.
pub fn document_price(
    source: &str,
    given: &Map<String, Value>,
) -> anyhow::Result<Result<DocumentPrice, Vec<Value>>> {
    let schema = super::schema::official()?;
    let price = || {
        let document = validate::validate(schema, source)?;
        let operation = document.operations.get(None).map_err(|_| Vec::new())?;
        let variables = &variables::coerce(schema, &document, operation, given)?;
        let root_fields = operation.root_fields(&document).map(|field| field.name.to_string()).collect();
        let requested = Priced { schema, document: &document, operation, variables }.requested();
        Ok(DocumentPrice { requested, root_fields })
    };
    Ok(price())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_weigh_as_recorded() {
        let weights: Vec<u64> = [1, 2, 3, 5, 10, 50, 250].map(page_weight).to_vec();
        assert_eq!(weights, [1, 1, 2, 3, 4, 7, 11]);
    }
}
