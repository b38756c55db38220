//! Following the end of the log for people: what came since a place, of some topics only. All of it below the watermark, so
//! that nothing comes in between later.

use kernel_db::{DbResult, TenantTx};

use crate::place::Place;
use crate::read::{COLUMNS, Logged, along_the_index, read};

/// Kinds of things, and single things of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topics {
    /// Every event about a thing of one of these kinds.
    pub kinds: Vec<String>,
    /// Every event about one of these things: kind and id.
    pub things: Vec<(String, String)>,
}

/// The end of the log as it stands: nothing before it is still to come.
///
/// # Errors
/// The database refused.
pub async fn log_end(tx: &TenantTx) -> DbResult<Place> {
    let row = tx.query_one("select calibr_event_epoch(), calibr_event_watermark()", &[]).await?;
    Ok(Place { epoch: row.get(0), tx_id: row.get(1), position: 0 })
}

/// The place of the tenant's event with the highest position before `end`; `None` if the log keeps none. Whoever goes on
/// from it may hear of something twice, but misses nothing.
///
/// # Errors
/// The database refused.
pub async fn newest_before(tx: &TenantTx, end: Place) -> DbResult<Option<Place>> {
    let rows = tx
        .query(
            "select epoch, tx_id, position from event_log
             where tenant_id = $1 and (epoch, tx_id, position) < ($2, $3, $4)
             order by position desc limit 1",
            &[&tx.tenant().0, &end.epoch, &end.tx_id, &end.position],
        )
        .await?;
    Ok(rows.first().map(|row| Place { epoch: row.get(0), tx_id: row.get(1), position: row.get(2) }))
}

/// The place of the event with a position; `None` if the log does not keep it any more.
///
/// # Errors
/// The database refused.
pub async fn place_at(tx: &TenantTx, position: i64) -> DbResult<Option<Place>> {
    let sql = "select epoch, tx_id, position from event_log where tenant_id = $1 and position = $2";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &position]).await?;
    Ok(row.map(|row| Place { epoch: row.get(0), tx_id: row.get(1), position: row.get(2) }))
}

/// Events of some topics after one place and before another, in order.
///
/// # Errors
/// The database refused.
pub async fn between(
    tx: &TenantTx,
    topics: &Topics,
    after: Place,
    end: Place,
    limit: i64,
) -> DbResult<Vec<Logged>> {
    along_the_index(tx).await?;
    let (kinds, ids): (Vec<&str>, Vec<&str>) =
        topics.things.iter().map(|(kind, id)| (kind.as_str(), id.as_str())).unzip();
    let sql = format!(
        "select {COLUMNS} from event_log e
         where e.tenant_id = $1 and (e.epoch, e.tx_id, e.position) > ($2, $3, $4)
           and (e.epoch, e.tx_id, e.position) < ($5, $6, $7)
           and (e.entity_type = any($8)
             or (e.entity_type, e.entity_id) in (select * from unnest($9::text[], $10::text[])))
         order by e.epoch, e.tx_id, e.position limit $11"
    );
    let rows = tx
        .query(
            &sql,
            &[
                &tx.tenant().0,
                &after.epoch,
                &after.tx_id,
                &after.position,
                &end.epoch,
                &end.tx_id,
                &end.position,
                &topics.kinds,
                &kinds,
                &ids,
                &limit,
            ],
        )
        .await?;
    Ok(rows.iter().map(read).collect())
}
