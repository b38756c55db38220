//! The event log read with nothing around it: by key, and as one COPY. Reads the same columns into the same shape. SQL of
//! its own.

use futures_util::TryStreamExt;
use kernel_core::TenantId;
use kernel_db::types::Type;
use kernel_events::{EventId, Logged, Place};
use tokio_postgres::binary_copy::BinaryCopyOutStream;

use super::Postgres;

const COLUMNS: &str = "tenant_id, id, epoch, tx_id, position, type, entity_type, entity_id, payload::text, actor, \
    request_id, correlation_id, occurred_at";
const TYPES: [Type; 13] = [
    Type::UUID,
    Type::UUID,
    Type::INT4,
    Type::XID8,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::UUID,
    Type::UUID,
    Type::TIMESTAMPTZ,
];

/// Rows of queries and of COPY are of two types with the same method.
macro_rules! logged {
    ($row:expr) => {
        Logged {
            tenant: TenantId($row.get(0)),
            id: EventId($row.get(1)),
            place: Place { epoch: $row.get(2), tx_id: $row.get(3), position: $row.get(4) },
            kind: $row.get(5),
            entity_type: $row.get(6),
            entity_id: $row.get(7),
            payload: $row.get(8),
            actor: $row.get(9),
            request_id: $row.get(10),
            correlation_id: $row.get(11),
            occurred_at: $row.get(12),
        }
    };
}
/// A thousand rows after the last, until there is none.
pub async fn keyset(postgres: &Postgres, mut take: impl FnMut(&Logged)) {
    let sql = format!(
        "select {COLUMNS} from event_log where (epoch, tx_id, position) > ($1, $2, $3)
         order by epoch, tx_id, position limit 1000"
    );
    // As the product reads it: along the index.
    postgres.batch("set enable_sort = off").await;
    let statement = postgres.owner().prepare(&sql).await.expect("it is understood");
    let mut last = Place::default();
    loop {
        let after: [&(dyn kernel_db::types::ToSql + Sync); 3] = [&last.epoch, &last.tx_id, &last.position];
        let rows = postgres.owner().query(&statement, &after).await.expect("rows");
        if rows.is_empty() {
            postgres.batch("reset enable_sort").await;
            return;
        }
        for row in &rows {
            let event = logged!(row);
            last = event.place;
            take(&event);
        }
    }
}

/// All rows as one binary COPY, decoded.
pub async fn copied(postgres: &Postgres, mut take: impl FnMut(&Logged)) {
    let sql = format!("copy (select {COLUMNS} from event_log) to stdout (format binary)");
    let out = postgres.owner().copy_out(&sql).await.expect("copy begins");
    let mut rows = std::pin::pin!(BinaryCopyOutStream::new(out, &TYPES));
    while let Some(row) = rows.try_next().await.expect("a row") {
        take(&logged!(row));
    }
}
