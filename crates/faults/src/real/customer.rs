//! A customer who has every event sent to an address of its own, and what of the event log is not delivered yet.
//! All SQL over what consumers of real servers got.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use kernel_core::TenantId;
use kernel_events::EventId;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::collect::TOLD_OF;
use crate::history::Delivery;

type Seen = Arc<Mutex<Vec<String>>>;

/// Takes everything, and knows a repetition by its id.
pub(super) struct Customer {
    pub url: String,
    seen: Seen,
    serving: JoinHandle<()>,
}

impl Customer {
    pub async fn listens() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let seen = Seen::default();
        let router = Router::new().route("/", post(take)).with_state(Arc::clone(&seen));
        let serving = tokio::spawn(async move {
            // It ends with this value, and not before.
            drop(axum::serve(listener, router).await);
        });
        Ok(Self { url, seen, serving })
    }

    /// What was committed since it listens, against what servers entered for it, in their order, and against what arrived,
    /// for which no order is promised.
    pub async fn deliveries(&self, owner: &Client, tenant: TenantId) -> anyhow::Result<Vec<Delivery>> {
        let committed = format!(
            "select e.position, {TOLD_OF}, e.id from event_log e
             where e.tenant_id = $1
               and e.occurred_at >= (select min(created_at) from webhook_endpoints where tenant_id = $1)
             order by e.position"
        );
        let rows = owner.query(&committed, &[&tenant.0]).await?;
        let committed: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        // Asked for again after an answer that was lost, it may listen twice.
        let entered = "select position from webhook_deliveries where tenant_id = $1 and endpoint_id =
            (select id from webhook_endpoints where tenant_id = $1 order by created_at limit 1) order by id";
        let entered = owner.query(entered, &[&tenant.0]).await?.iter().map(|row| row.get(0)).collect();
        let positions: HashMap<Uuid, i64> = rows.iter().map(|row| (row.get(2), row.get(0))).collect();
        let seen: BTreeSet<EventId> = {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.iter().map(|id| id.parse()).collect::<Result<_, _>>()?
        };
        // What nobody committed has no place.
        let mut arrived: Vec<i64> =
            seen.iter().map(|id| positions.get(&id.0).copied().unwrap_or(-1)).collect();
        arrived.sort_unstable();
        Ok(vec![
            Delivery { committed: committed.clone(), consumed: entered },
            Delivery { committed, consumed: arrived },
        ])
    }
}

impl Drop for Customer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(seen): State<Seen>, headers: HeaderMap) {
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(id.to_owned());
}

/// The consumers of every server. One that has not come to its first event yet has no place in the log.
const CONSUMERS: [&str; 2] = ["audit", "webhooks"];

/// Age of the oldest event that a consumer of the servers did not get yet, in milliseconds; `None` if there is none.
pub(super) async fn lag_ms(owner: &Client) -> anyhow::Result<Option<i64>> {
    let sql = "select (extract(epoch from clock_timestamp() - min(e.occurred_at)) * 1000)::bigint
         from event_log e cross join unnest($1::text[]) as known (name) left join event_consumers c using (name)
         where c.name is null or (e.epoch, e.tx_id, e.position) > (c.epoch, c.tx_id, c.position)
            or exists (select 1 from event_deliveries d where d.consumer = c.name and d.event_id = e.id)";
    Ok(owner.query_one(sql, &[&CONSUMERS.as_slice()]).await?.get(0))
}
