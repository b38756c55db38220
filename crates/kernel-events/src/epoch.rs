//! Lives of the log. Transaction ids order the log only within one server; a restore into another begins a new life.

use kernel_db::{Db, DbResult};

/// Begins a new life of the log if the database came from another server, and says which life it is. To be called by a
/// server before it appends anything.
///
/// # Errors
/// The database refused.
pub async fn open_log(db: &Db) -> DbResult<i32> {
    let tx = db.dispatch_tx().await?;
    // The second of two servers that start at once finds the number taken, which is as well.
    tx.execute(
        "insert into event_epochs (epoch, system_identifier)
         select coalesce(last.epoch, 0) + 1, here.system_identifier
         from (select system_identifier from pg_control_system()) as here
         left join (select epoch, system_identifier from event_epochs order by epoch desc limit 1) as last on true
         where last.system_identifier is distinct from here.system_identifier
         on conflict (epoch) do nothing",
        &[],
    )
    .await?;
    let epoch = tx.query_one("select calibr_event_epoch()", &[]).await?.get(0);
    tx.commit().await?;
    Ok(epoch)
}
