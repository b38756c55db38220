//! Telling what keeps the catalogue in memory which variants changed, in the transaction that changes them.

use std::collections::BTreeSet;

use kernel_core::{Ctx, ProjectId, Result};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::json;
use uuid::Uuid;

use crate::ids::VariantId;

/// The kind of event.
pub(super) const CHANGED: &str = "catalog.changed";
/// Variants named by one event.
const NAMED_BY_ONE: usize = 1_000;
/// Beyond this many, reading the whole catalogue again is as quick as reading each.
const NAMED_MOST: usize = 10_000;

/// Which variants of a project a transaction changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Touched {
    /// These.
    Named(BTreeSet<Uuid>),
    /// More than are worth naming.
    All,
}

impl Default for Touched {
    fn default() -> Self {
        Self::Named(BTreeSet::new())
    }
}

impl Touched {
    pub(super) fn add(&mut self, variants: impl IntoIterator<Item = Uuid>) {
        let Self::Named(named) = self else { return };
        named.extend(variants);
        if named.len() > NAMED_MOST {
            *self = Self::All;
        }
    }

    pub(super) fn is_all(&self) -> bool {
        *self == Self::All
    }

    /// Appends the events; none if nothing was touched.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn tell(&self, ctx: &Ctx, tx: &TenantTx, project: ProjectId) -> Result<()> {
        let payloads = match self {
            Self::All => vec![json!({ "project": project, "all": true })],
            Self::Named(named) => {
                let ids: Vec<VariantId> = named.iter().map(|id| VariantId(*id)).collect();
                ids.chunks(NAMED_BY_ONE).map(|ids| json!({ "project": project, "variants": ids })).collect()
            }
        };
        let events = payloads.into_iter().map(|payload| Event {
            key: format!("{CHANGED}/{}", Uuid::now_v7().simple()),
            kind: CHANGED,
            entity_type: "project",
            entity_id: project.to_string(),
            payload,
        });
        Ok(kernel_events::append(ctx, tx, &events.collect::<Vec<_>>()).await?)
    }
}
