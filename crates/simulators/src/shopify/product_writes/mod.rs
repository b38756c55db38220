//! Mutations that write whole products: creating, setting and deleting them, their options, variants that come and go.
//!
//! Calibr creates nothing in a shop; merchants and other apps do, and their shops' recorded answers replay on this.

mod create;
mod draft;
mod operations;
mod options;
mod set;
mod variants;

use serde_json::{Map, Value};

use super::errors::{FieldError, Refusal};
use super::gid::{gid, parse_gid};
use super::journal::{Effect, ProductChange, ProductEffect};
use super::shop::{Product, Shop};
use super::simulation::State;
use super::state_file::Commit;
use super::stored::Outcome;
use super::webhooks;

pub(crate) use operations::{SetOperation, SetOperations};

/// A product before and after a write. `None`: there was none, or there is none any more.
#[derive(Debug, Clone)]
pub(crate) struct ProductWrite {
    before: Option<Product>,
    after: Option<Product>,
}

/// The mutations of this folder.
///
/// # Errors
/// A refusal of the whole field, or something that is not simulated.
pub(crate) fn run(
    state: &mut State,
    mutation: &str,
    arguments: &Map<String, Value>,
    now_s: i64,
) -> Result<Outcome, FieldError> {
    state.settings.require(mutation, "write_products")?;
    match mutation {
        "productCreate" => create::create(state, arguments, now_s),
        "productDelete" => create::delete(state, arguments),
        "productOptionsCreate" => create::create_options(state, arguments, now_s),
        "productSet" => set::set(state, arguments, now_s),
        "productVariantsBulkCreate" => variants::bulk_create(state, arguments, now_s),
        _ => variants::bulk_delete(state, arguments, now_s),
    }
}

/// Puts a product in place.
pub(crate) fn put(shop: &mut Shop, after: Product, now_s: i64) -> ProductWrite {
    let before = shop.product(after.id).cloned();
    shop.put_product(after.clone(), now_s);
    ProductWrite { before, after: Some(after) }
}

/// Removes a product; `None` when there is none.
pub(crate) fn remove(shop: &mut Shop, id: u64) -> Option<ProductWrite> {
    shop.remove_product(id).map(|gone| ProductWrite { before: Some(gone), after: None })
}

impl ProductWrite {
    fn id(&self) -> u64 {
        self.before.as_ref().or(self.after.as_ref()).map_or(0, |product| product.id)
    }

    /// Makes the write undone.
    pub(crate) fn take_back(&self, shop: &mut Shop, now_s: i64) {
        match &self.before {
            Some(before) => shop.put_product(before.clone(), now_s),
            None => drop(shop.remove_product(self.id())),
        }
    }

    /// Adds the write to what is made durable.
    pub(crate) fn add_to(&self, commit: &mut Commit) {
        match &self.after {
            Some(after) => commit.products.push(after.clone()),
            None => commit.deleted_products.push(self.id()),
        }
    }

    /// For the journal: what became of the variants that were there before.
    pub(crate) fn effects(&self) -> Vec<Effect> {
        let after = |id: u64| self.after.iter().flat_map(|one| &one.variants).find(|one| one.id == id);
        let known = self.before.iter().flat_map(|product| &product.variants);
        let effect = known.filter_map(|before| match after(before.id) {
            Some(same) if same == before => None,
            Some(after) => Some(Effect::of_write(before, after)),
            None => Some(Effect::of_deletion(before)),
        });
        effect.collect()
    }

    /// For the journal: what became of the product.
    pub(crate) fn effect(&self) -> ProductEffect {
        let change = match (&self.before, &self.after) {
            (None, _) => ProductChange::Created,
            (Some(_), Some(_)) => ProductChange::Changed,
            (Some(_), None) => ProductChange::Deleted,
        };
        ProductEffect { product_id: gid("Product", self.id()), change }
    }
}

/// Says to those who wanted to know that products came, changed and went.
pub(crate) fn tell(state: &mut State, writes: &[ProductWrite], now_s: i64) {
    for write in writes {
        match write.effect().change {
            ProductChange::Created => webhooks::product_created(state, write.id(), now_s),
            ProductChange::Changed => webhooks::products_changed(state, &[write.id()], now_s),
            ProductChange::Deleted => webhooks::product_deleted(state, write.id(), now_s),
        }
    }
}

/// The number in the gid of a product that an argument holds.
fn product_number(id: Option<&Value>) -> Result<u64, FieldError> {
    let id = id.and_then(Value::as_str).unwrap_or_default();
    let parsed = parse_gid(id).filter(|parsed| parsed.kind == "Product");
    parsed.map(|parsed| parsed.number).ok_or_else(|| Refusal::invalid_id(id))
}

/// The first of `names` that an input sets, as something that is not simulated.
fn refuse_given(input: &Map<String, Value>, kind: &str, names: &[&str]) -> Result<(), FieldError> {
    let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    match names.iter().find(|name| input.get(**name).is_some_and(|value| !empty(value))) {
        Some(name) => Err(FieldError::Unsupported(format!("input field {kind}.{name}"))),
        None => Ok(()),
    }
}

fn list<'v>(input: &'v Map<String, Value>, name: &str) -> &'v [Value] {
    input.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
