//! The consumer `webhooks` of the event log: for every endpoint that wants an event a delivery and its job, in one
//! transaction per tenant. The unique delivery is the inbox: what comes twice is entered once.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel_core::{CorrelationId, Ctx, Result, TenantId};
use kernel_events::{Consumer, Delivery, Settling, Sink, Verdict};
use kernel_jobs::{Limit, NewJob};
use serde_json::{Value, json};

use super::deliver::DELIVER;
use super::dto::Webhook;
use super::model::wants;
use super::store::{self, NewDelivery};
use crate::ids::{WebhookDeliveryId, WebhookId};
use crate::state::App;

/// Deliveries to one endpoint on their way at once: a slow one must not keep all workers busy.
const SENT_AT_ONCE: u32 = 2;

/// The consumer that turns events into deliveries.
#[must_use]
pub fn consumer(app: App) -> Consumer {
    Consumer::new("webhooks", Arc::new(FanOut(app)))
}

struct FanOut(App);

impl Sink for FanOut {
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        Box::pin(async move {
            let with_endpoints = store::tenants_with_endpoints(&self.0.db).await?;
            let mut of_tenants: BTreeMap<TenantId, Vec<&Delivery>> = BTreeMap::new();
            for delivery in batch {
                let tenant = delivery.event.tenant;
                if with_endpoints.contains(&tenant.0) {
                    of_tenants.entry(tenant).or_default().push(delivery);
                }
            }
            // A database that does not answer stops the batch as a whole; nothing is blamed on an event.
            for (tenant, deliveries) in of_tenants {
                self.enter(tenant, &deliveries).await?;
            }
            Ok(vec![Verdict::Settled; batch.len()])
        })
    }
}

impl FanOut {
    async fn enter(&self, tenant: TenantId, deliveries: &[&Delivery]) -> Result<()> {
        let correlation = CorrelationId::new();
        let ctx = Ctx::for_job(tenant, "webhooks", correlation, Arc::clone(&self.0.clock));
        let tx = self.0.db.tenant_tx(tenant).await?;
        let endpoints = store::endpoints_enabled(&tx).await?;
        let new: Vec<NewDelivery<'_>> = deliveries
            .iter()
            .flat_map(|delivery| endpoints.iter().filter_map(|endpoint| new_delivery(endpoint, delivery)))
            .collect();
        let entered = store::deliveries_insert(&ctx, &tx, &new).await?;
        let jobs: Vec<NewJob> = entered.iter().map(|(id, endpoint)| job(&ctx, *id, *endpoint)).collect();
        kernel_jobs::enqueue(&ctx, &tx, &jobs).await?;
        Ok(tx.commit().await?)
    }
}

fn new_delivery<'a>(endpoint: &Webhook, delivery: &'a Delivery) -> Option<NewDelivery<'a>> {
    let event = &delivery.event;
    let since = event.occurred_at >= endpoint.created_at || delivery.replay.is_some();
    (since && wants(&endpoint.event_types, &event.kind)).then(|| NewDelivery {
        id: WebhookDeliveryId::new(),
        endpoint: endpoint.id,
        event,
        replay: delivery.replay,
    })
}

/// The job that sends a delivery now.
pub(super) fn job(ctx: &Ctx, id: WebhookDeliveryId, endpoint: WebhookId) -> NewJob {
    let limit = Limit { key: endpoint.to_string(), running: SENT_AT_ONCE };
    NewJob { limit: Some(limit), ..NewJob::new(DELIVER, payload(id), ctx.now()) }
}

/// What that job is told.
pub(super) fn payload(id: WebhookDeliveryId) -> Value {
    json!({ "delivery": id })
}
