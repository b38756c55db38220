//! One record when a consumer has no dead letter left open: what became of them, and who decided.

use std::sync::Arc;

use kernel_core::{CorrelationId, Ctx, Result};
use kernel_db::TenantTx;
use kernel_events::{DrainReport, Reporting, take_drain_report};
use serde_json::json;

use super::act::tell;
use crate::state::App;

/// What the relay calls when retried letters have gone through.
#[must_use]
pub fn reporting(app: App) -> Reporting {
    Arc::new(move |tenant, consumer| {
        let app = app.clone();
        Box::pin(async move {
            let ctx = Ctx::for_job(tenant, "events", CorrelationId::new(), Arc::clone(&app.clock));
            let tx = app.db.tenant_tx(tenant).await?;
            report(&ctx, &tx, &consumer).await?;
            Ok(tx.commit().await?)
        })
    })
}

/// Writes the report if it is due.
pub(super) async fn report(ctx: &Ctx, tx: &TenantTx, consumer: &str) -> Result<()> {
    let Some(report) = take_drain_report(ctx, tx, consumer).await? else { return Ok(()) };
    let DrainReport { letters, retried, settled, dropped, decided_by, since } = report;
    let after = json!({
        "consumer": consumer, "letters": letters, "retried": retried, "settled": settled, "dropped": dropped,
        "decided_by": decided_by, "since": since,
    });
    tell(ctx, tx, "dead_letters.drained", ("consumer", consumer.to_owned()), None, after).await
}
