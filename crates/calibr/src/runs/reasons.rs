//! The reasons of a run's targets, counted. SQL over `rule_targets`, read only.

use kernel_core::Result;
use kernel_db::TenantTx;

use super::dto::Reason;
use crate::ids::RunId;

/// A run has few reasons; what has more is shown by its most frequent ones.
const SHOWN: i64 = 50;

pub(super) async fn reasons_of(tx: &TenantTx, run: RunId) -> Result<Vec<Reason>> {
    let rows = tx
        .query(
            "select state, reason_code, min(reason) as reason, count(*) as count from rule_targets
             where tenant_id = $1 and run_id = $2 and reason_code is not null
             group by state, reason_code order by count(*) desc, state, reason_code limit $3",
            &[&tx.tenant().0, &run.0, &SHOWN],
        )
        .await?;
    let read = |row: &kernel_db::Row| Reason {
        state: row.get("state"),
        reason_code: row.get("reason_code"),
        reason: row.get("reason"),
        count: row.get("count"),
    };
    Ok(rows.iter().map(read).collect())
}
