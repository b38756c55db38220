//! What a `productSet` that was asked for in the background leaves behind: an operation that tells its product.

use serde_json::json;

use super::super::bulk_input::UserError;
use super::super::gid::gid;
use super::super::objects::{Object, Resolved, World};
use super::super::stored::{Stored, or_null};

/// One `ProductSetOperation`. The simulated shop is through with it at once; only its first answer says otherwise.
#[derive(Debug, Clone)]
pub(crate) struct SetOperation {
    pub(crate) id: u64,
    product: Option<u64>,
    errors: Vec<UserError>,
}

/// All of them, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct SetOperations {
    all: Vec<SetOperation>,
}

const FIRST_ID: u64 = 79_454_830_898;

impl SetOperations {
    /// Keeps how a product was set. Returns the operation's number.
    pub(super) fn add(&mut self, product: Option<u64>, errors: Vec<UserError>) -> u64 {
        let id = self.all.last().map_or(FIRST_ID, |last| last.id + 1);
        self.all.push(SetOperation { id, product, errors });
        id
    }

    pub(crate) fn find(&self, id: u64) -> Option<&SetOperation> {
        self.all.iter().find(|one| one.id == id)
    }
}

impl<'a> World<'a> {
    pub(crate) fn set_operation(&self, operation: &SetOperation, field: &str) -> Option<Resolved<'a>> {
        Some(match field {
            "id" => json!(gid("ProductSetOperation", operation.id)).into(),
            "status" => json!("COMPLETE").into(),
            "product" => {
                let product = operation.product.and_then(|id| self.shop.product(id));
                or_null(product.map(Object::Product))
            }
            "userErrors" => {
                Resolved::List(operation.errors.iter().map(|one| self.show(&Stored::error(one))).collect())
            }
            _ => return None,
        })
    }
}
