//! A plan in the place of another, such as the same without some of its rows: whoever looks at one finds the other, and only
//! the new one can still be approved and applied. All SQL over which took whose place.

use kernel_core::{Ctx, Error, Result};
use kernel_db::{Row, TenantTx};

use super::dto::PriceChangeRef;
use super::model::State;
use super::store::{self, PriceChangeRecord};
use crate::ids::PriceChangeId;

/// Puts `new` in the place of `old`. What is approved and applied already stays as it is.
///
/// # Errors
/// There is no such plan (404); `price_change.replaces` (422): it is of another project or price surface.
pub(super) async fn replace(
    ctx: &Ctx,
    tx: &TenantTx,
    new: &PriceChangeRecord,
    old: PriceChangeId,
) -> Result<()> {
    let record = store::price_change_lock(tx, old).await?;
    if record.project != new.project || record.surface != new.surface {
        let detail = "A plan takes the place of one of the same project and the same prices only.";
        return Err(Error::unprocessable("price_change.replaces", detail).at("/replaces", "other", detail));
    }
    let sql = "update price_changes set replaces = $3 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &new.id.0, &old.0]).await?;
    if !record.state.awaits_apply() {
        return Ok(());
    }
    let reason = format!("{} was planned in its place.", new.title);
    store::transition(ctx, tx, &record, State::Stale, Some(&reason)).await
}

/// The plan whose place this one took, and the newest that took its place.
pub(super) async fn neighbours(
    tx: &TenantTx,
    id: PriceChangeId,
) -> Result<(Option<PriceChangeRef>, Option<PriceChangeRef>)> {
    let before = "select id, title from price_changes where tenant_id = $1
         and id = (select replaces from price_changes where tenant_id = $1 and id = $2)";
    let after =
        "select id, title from price_changes where tenant_id = $1 and replaces = $2 order by id desc limit 1";
    let read = |row: Row| PriceChangeRef { id: PriceChangeId(row.get("id")), title: row.get("title") };
    let params: [&(dyn kernel_db::types::ToSql + Sync); 2] = [&tx.tenant().0, &id.0];
    Ok((tx.query_opt(before, &params).await?.map(read), tx.query_opt(after, &params).await?.map(read)))
}
