//! Another tenant that is at work meanwhile: its own shop, prices and rule, hurt by nobody but the servers that die with its
//! work in their hands and a shop that loses answers.

use std::sync::Arc;

use serde_json::json;
use simulators::shopify::{Config, Fault as ShopFault, FaultKind, Handle, ShopState, Simulator};

use super::arena::{Arena, Tenant};
use super::calls::Caller;
use super::plan::Plan;
use super::{Planned, WRITE, approved, goods, text};
use crate::collect::Source;

/// Its products have other prices than ours, so that a price of one in the shop of the other shows.
const SEED_APART: u64 = 25;

/// A tenant next door, and its shop.
pub(super) struct Neighbour {
    pub shop: Handle,
    pub work: Work,
}

/// What it is about to do.
pub(super) struct Work {
    project: String,
    before: ShopState,
    planned: Planned,
}

impl Neighbour {
    /// Connects its shop, reads it, and plans a fifth off everything.
    pub async fn moves_in(arena: &Arena, tenant: &Tenant, plan: &Plan) -> anyhow::Result<Self> {
        let project = format!("n{}-{}", plan.seed, uuid::Uuid::now_v7().simple());
        arena.project(tenant, &project).await?;
        let its = Plan { seed: plan.seed + SEED_APART, products: 2, variants: 2, ..plan.clone() };
        let domain = format!("{project}.myshopify.com");
        let shop = Simulator::start(Config {
            domain: domain.clone(),
            rate: 1000,
            token: format!("shpat_of_{project}"),
            clock: Arc::new(arena.time.clone()),
            ..Config::new(goods(&its))
        })
        .await?;
        let before = shop.state();
        let caller = |token| Caller { api: &arena.api, token };
        let (editor, approver) = (caller(&tenant.editor), caller(&tenant.approver));
        let url = json!({ "shop_domain": domain, "access_token": shop.token, "base_url": shop.url });
        let channel = caller(&tenant.admin).post(&format!("/channels?project={project}"), &url).await?;
        editor.post(&format!("/channels/{}/ingest", text(&channel["id"])?), &json!({})).await?;
        let rule = json!({ "schema": "rule.v1", "name": "a fifth off", "select": { "all_variants": true },
            "steps": [{ "percent": "-20" }] });
        let planned = approved(&editor, &approver, &project, &rule).await?;
        for (kind, per_mille, chances) in [
            (FaultKind::TimeoutAfterCommit { hold_ms: 0 }, 200, plan.random),
            (FaultKind::Throttle, 100, plan.random.wrapping_add(1)),
        ] {
            shop.add_fault(ShopFault::seeded(kind, WRITE, per_mille, chances).times(4));
        }
        Ok(Self { shop, work: Work { project, before, planned } })
    }
}

impl Work {
    /// Starts its run.
    pub async fn begin(&self, arena: &Arena, tenant: &Tenant) -> anyhow::Result<()> {
        let editor = Caller { api: &arena.api, token: &tenant.editor };
        let Planned { id, hash } = &self.planned;
        editor.post(&format!("/price-changes/{id}/apply"), &json!({ "plan_hash": hash })).await?;
        Ok(())
    }

    /// Where its history is to be gathered from.
    pub fn source<'a>(
        &'a self,
        arena: &'a Arena,
        tenant: &Tenant,
        shop: &'a Handle,
        since: i64,
    ) -> Source<'a> {
        Source {
            owner: &arena.owner,
            tenant: tenant.id,
            project: &self.project,
            shop,
            before: &self.before,
            since,
        }
    }
}
