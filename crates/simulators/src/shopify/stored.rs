//! What a mutation leaves for its payload: owned values that name objects of the shop, shown after the call is over.

use serde_json::Value;

use super::bulk_input::UserError;
use super::journal::ListEffect;
use super::objects::{Object, Resolved, World, texts};
use super::product_writes::ProductWrite;
use super::shop::Variant;

/// What one mutation did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// The payload's fields.
    pub(crate) payload: Vec<(&'static str, Stored)>,
    /// Accepted writes to variants, whether or not they changed anything: before and after.
    pub(crate) writes: Vec<(Variant, Variant)>,
    /// Accepted writes to whole products.
    pub(crate) products: Vec<ProductWrite>,
    /// Accepted writes to price lists.
    pub(crate) list_effects: Vec<ListEffect>,
    /// Whether there are entries in `userErrors`.
    pub(crate) refused: bool,
}

/// A value of a payload.
#[derive(Debug, Clone)]
pub(crate) enum Stored {
    Json(Value),
    Plain(Vec<(&'static str, Stored)>),
    List(Vec<Stored>),
    Product(u64),
    /// Null when the shop no longer has it; left out of a list then.
    Variant(u64),
    BulkOperation(u64),
    /// The shop itself.
    Shop,
    Subscription(u64),
    Market(u64),
    Catalog(u64),
    PriceList(u64),
    /// A row of a price list: its number and the variant's.
    ListPrice(u64, u64),
}

impl Outcome {
    /// An outcome with these fields and `userErrors`.
    pub(crate) fn new(mut payload: Vec<(&'static str, Stored)>, errors: &[UserError]) -> Self {
        payload.push(("userErrors", Stored::List(errors.iter().map(Stored::error).collect())));
        Self { payload, refused: !errors.is_empty(), ..Self::default() }
    }
}

impl Stored {
    pub(crate) fn null() -> Self {
        Stored::Json(Value::Null)
    }

    pub(crate) fn error(error: &UserError) -> Self {
        let field = error.field.as_ref().map_or(Value::Null, |parts| parts.clone().into());
        Stored::Plain(vec![
            ("field", Stored::Json(field)),
            ("message", Stored::Json(error.message.clone().into())),
            ("code", Stored::Json(error.code.into())),
        ])
    }
}

impl<'a> World<'a> {
    /// The payload of a mutation over the shop as it is after the call.
    pub(crate) fn payload(&self, outcome: &Outcome) -> Resolved<'a> {
        Resolved::plain(outcome.payload.iter().map(|(name, value)| (*name, self.show(value))).collect())
    }

    pub(crate) fn show(&self, value: &Stored) -> Resolved<'a> {
        match value {
            Stored::Json(Value::Array(items)) if items.iter().all(Value::is_string) => {
                let words: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                texts(&words)
            }
            Stored::Json(json) => json.clone().into(),
            Stored::Plain(fields) => {
                Resolved::plain(fields.iter().map(|(name, value)| (*name, self.show(value))).collect())
            }
            Stored::List(items) => {
                let gone =
                    |item: &&Stored| matches!(item, Stored::Variant(id) if self.shop.variant(*id).is_none());
                Resolved::List(items.iter().filter(|item| !gone(item)).map(|item| self.show(item)).collect())
            }
            Stored::Product(id) => or_null(self.shop.product(*id).map(Object::Product)),
            Stored::Variant(id) => or_null(self.shop.variant(*id).map(|(p, v)| Object::Variant(p, v))),
            Stored::Subscription(id) => {
                or_null(self.registry.subscriptions.find(*id).map(Object::Subscription))
            }
            Stored::Market(id) => or_null(self.registry.markets.market(*id).map(Object::Market)),
            Stored::Catalog(id) => or_null(self.registry.markets.catalog(*id).map(Object::Catalog)),
            Stored::PriceList(id) => or_null(self.registry.markets.price_list(*id).map(Object::PriceList)),
            Stored::ListPrice(list, variant) => {
                let list = self.registry.markets.price_list(*list);
                let row = list.zip(self.shop.variant(*variant));
                or_null(row.map(|(list, (product, variant))| Object::ListPrice(list, product, variant)))
            }
            Stored::Shop => Resolved::Object(Object::Shop),
            Stored::BulkOperation(id) => or_null(self.registry.bulk.find(*id).map(Object::BulkOperation)),
        }
    }
}

/// An object that may be missing.
pub(crate) fn or_null<'a>(object: Option<Object<'a>>) -> Resolved<'a> {
    object.map_or_else(Resolved::null, Resolved::Object)
}
