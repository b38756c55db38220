//! Which variant a row of a file means. All SQL that looks variants up by SKU or id.

use std::collections::HashMap;

use kernel_core::{FieldError, Result};
use uuid::Uuid;

use super::Taking;
use super::cells::{Named, fault, shown};
use crate::ids::VariantId;

/// The variants of the project that some rows name.
pub(super) struct Found {
    by_sku: HashMap<String, Vec<Uuid>>,
    by_id: HashMap<Uuid, ()>,
}

/// Looks up what `named` name.
///
/// # Errors
/// The database refused.
pub(super) async fn find<'n>(taking: &Taking<'_>, named: impl Iterator<Item = &'n Named>) -> Result<Found> {
    let (mut skus, mut ids) = (Vec::new(), Vec::new());
    for named in named {
        match named {
            Named::Sku(sku) => skus.push(sku.as_str()),
            Named::Id(id) => ids.push(id.0),
        }
    }
    let (tenant, project) = (taking.tx.tenant().0, taking.project.id.0);
    let mut by_sku: HashMap<String, Vec<Uuid>> = HashMap::new();
    let sql = "select sku, id from variants where tenant_id = $1 and project_id = $2 and sku = any($3)";
    for row in taking.tx.query(sql, &[&tenant, &project, &skus]).await? {
        by_sku.entry(row.get("sku")).or_default().push(row.get("id"));
    }
    let sql = "select id from variants where tenant_id = $1 and project_id = $2 and id = any($3)";
    let rows = taking.tx.query(sql, &[&tenant, &project, &ids]).await?;
    Ok(Found { by_sku, by_id: rows.iter().map(|row| (row.get("id"), ())).collect() })
}

impl Found {
    /// The variant that a row names.
    ///
    /// # Errors
    /// There is none, or several have the SKU.
    pub(super) fn one(&self, line: u64, named: &Named) -> Result<Uuid, FieldError> {
        match named {
            Named::Id(id) if self.by_id.contains_key(&id.0) => Ok(id.0),
            Named::Id(id) => {
                let detail = format!("there is no variant {id} in this project");
                Err(fault(line, "variant.unknown", detail))
            }
            Named::Sku(sku) => match self.by_sku.get(sku).map_or(&[][..], Vec::as_slice) {
                [one] => Ok(*one),
                [] => {
                    let detail = format!(
                        "there is no variant with the SKU `{}` in this project; import it first, or mend the SKU",
                        shown(sku)
                    );
                    Err(fault(line, "variant.unknown", detail))
                }
                [first, .., last] => {
                    let detail = format!(
                        "several variants have the SKU `{}`, such as {} and {}; name them by `variant_id`",
                        shown(sku),
                        VariantId(*first),
                        VariantId(*last)
                    );
                    Err(fault(line, "variant.ambiguous", detail))
                }
            },
        }
    }
}
