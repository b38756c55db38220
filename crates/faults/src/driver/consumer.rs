//! A consumer of the event log that notes what had an effect, and whether it got everything.
//! All SQL of that consumer.

use std::sync::Arc;

use kernel_core::{Actor, Clock, Ctx, Error, Result};
use kernel_db::Db;
use kernel_events::{Consumer, Delivery, InOrder, Relay, RelayConfig, first_time};

use super::arena::Arena;
use super::time::SeedTime;

const NAME: &str = "faults";
/// Long after this the log must have been delivered.
const PATIENCE_MS: i64 = 120_000;

/// A relay of its own life, with the one consumer.
pub(super) fn relay(arena: &Arena) -> Relay {
    let (db, time) = (arena.db.db.clone(), arena.time.clone());
    let sink = InOrder(move |delivery: Delivery| {
        let (db, time) = (db.clone(), time.clone());
        let taken: std::pin::Pin<Box<dyn Future<Output = Result<()>> + Send>> =
            Box::pin(async move { take(&db, &time, &delivery).await });
        taken
    });
    let clock: Arc<dyn Clock> = Arc::new(arena.time.0.clone());
    Relay::new(arena.db.db.clone(), clock, vec![Consumer::new(NAME, Arc::new(sink))], RelayConfig::default())
}

async fn take(db: &Db, time: &SeedTime, delivery: &Delivery) -> Result<()> {
    let ctx = Ctx::new(delivery.event.tenant, Actor::system(NAME), Arc::new(time.0.clone()));
    let tx = db.tenant_tx(ctx.tenant).await?;
    if first_time(&ctx, &tx, NAME, delivery).await? {
        let sql = "insert into faults.consumed (tenant_id, event_id) values ($1, $2)";
        tx.execute(sql, &[&ctx.tenant.0, &delivery.event.id.0]).await.map_err(Error::internal)?;
    }
    Ok(tx.commit().await?)
}

/// Delivers what is left when nothing goes wrong any more. Answers with the age of the oldest event that is still not
/// delivered, in milliseconds; zero if there is none.
pub(super) async fn drain(arena: &Arena, since: i64) -> anyhow::Result<i64> {
    let start_ms = arena.time.at_ms();
    loop {
        // A relay that died holds its place for as long as its lease.
        if let Err(error) = relay(arena).run_due().await {
            tracing::debug!(error = &error as &dyn std::error::Error, "The log could not be delivered yet.");
        }
        let sql = "select (extract(epoch from min(e.occurred_at)) * 1000)::bigint from event_log e
             where e.position > $1 and not exists (select 1 from faults.consumed c where c.tenant_id = e.tenant_id and c.event_id = e.id)";
        let oldest: Option<i64> = arena.owner.query_one(sql, &[&since]).await?.get(0);
        let Some(oldest_ms) = oldest else { return Ok(0) };
        if arena.time.at_ms() - start_ms > PATIENCE_MS {
            return Ok(arena.time.at_ms() - oldest_ms);
        }
        arena.time.pass(5_000);
    }
}
