//! All SQL over `rule_targets`. Statements of a batch name it, so that none reads the run from its beginning: without
//! statistics, as of a run that has just begun, the planner takes a run for a few rows.

use jiff::Timestamp;
use kernel_core::{Error, Result};
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use super::dto::TargetCounts;
use super::model::{Amounts, OpenTarget};
use super::store::RunRecord;
use crate::ids::{RunId, TargetId, VariantId};

/// A target on its way in.
#[derive(Debug, Clone)]
pub(super) struct NewTarget {
    pub row: i64,
    pub batch: i64,
    /// 0 is written first.
    pub wave: i64,
    pub variant: VariantId,
    /// The vendor's ids of variant and product; without them there is nothing to write to.
    pub external: Option<(String, String)>,
    pub sku: String,
    pub title: String,
    pub before: Amounts,
    pub after: Amounts,
}

pub(super) async fn targets_insert(
    tx: &TenantTx,
    run: RunId,
    targets: &[NewTarget],
    now: Timestamp,
) -> Result<()> {
    let columns = [
        "tenant_id",
        "run_id",
        "row",
        "id",
        "batch",
        "wave",
        "variant_id",
        "external_variant_id",
        "external_product_id",
        "sku",
        "title",
        "state",
        "before_minor",
        "after_minor",
        "compare_at_before_minor",
        "compare_at_after_minor",
        "before_relative",
        "after_relative",
        "reason_code",
        "reason",
        "settled_at",
        "fence",
        "attempts",
        "verified",
    ];
    let mut rows = tx.bulk_insert("rule_targets", &columns, "").await?;
    for target in targets {
        let there = target.external.is_some();
        let (variant, product) = target.external.clone().unwrap_or_default();
        rows.row(&[
            &tx.tenant().0,
            &run.0,
            &target.row,
            &TargetId::new().0,
            &target.batch,
            &target.wave,
            &target.variant.0,
            &variant,
            &product,
            &target.sku,
            &target.title,
            &if there { "queued" } else { "skipped" },
            &target.before.price_minor,
            &target.after.price_minor,
            &target.before.compare_at_minor,
            &target.after.compare_at_minor,
            &target.before.relative,
            &target.after.relative,
            &(!there).then_some("channel.not_there"),
            &(!there).then_some("The shop does not have this variant. Read the shop's catalogue again."),
            &(!there).then_some(now),
            &0_i64,
            &0_i64,
            &false,
        ])
        .await?;
    }
    rows.finish().await?;
    Ok(())
}

/// Stores the intent for every open target of a batch under the job's fence, and gives them out.
pub(super) async fn intents_store(
    tx: &TenantTx,
    run: RunId,
    batch: i64,
    fence: i64,
    now: Timestamp,
) -> Result<Vec<OpenTarget>> {
    let rows = tx
        .query(
            "with open as (
                select tenant_id, run_id, row, attempts from rule_targets
                where tenant_id = $1 and run_id = $2 and batch = $3 and state in ('queued', 'applying') and fence <= $4
                order by row for update)
             update rule_targets t set state = 'applying', fence = $4, attempts = open.attempts + 1,
                intent_at = coalesce(t.intent_at, $5)
             from open where t.tenant_id = open.tenant_id and t.run_id = open.run_id and t.row = open.row
             returning t.row, t.external_variant_id, t.external_product_id, t.before_minor, t.after_minor,
                t.compare_at_before_minor, t.compare_at_after_minor, t.before_relative, t.after_relative, t.sent_at, t.sent_in",
            &[&tx.tenant().0, &run.0, &batch, &fence, &now],
        )
        .await?;
    let mut targets: Vec<OpenTarget> = rows.iter().map(read_open).collect();
    targets.sort_by_key(|target| target.row);
    Ok(targets)
}

/// When a target may have left for the shop, and in which of the vendor's operations.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    row: i64,
    at: Option<Timestamp>,
    operation: Option<String>,
}

impl Sent {
    pub fn now(row: i64, at: Timestamp, operation: Option<String>) -> Self {
        Self { row, at: Some(at), operation }
    }

    /// What stood there before this attempt, which wrote nothing.
    pub fn as_before(target: &OpenTarget) -> Self {
        Self { row: target.row, at: target.sent_at, operation: target.sent_in.clone() }
    }
}

/// Notes when each of these targets, whose intent stands under this fence, may have left for the shop.
pub(super) async fn targets_set_sent(
    tx: &TenantTx,
    run: RunId,
    batch: i64,
    fence: i64,
    sent: &[Sent],
) -> Result<()> {
    let rows: Vec<i64> = sent.iter().map(|sent| sent.row).collect();
    let times: Vec<Option<Timestamp>> = sent.iter().map(|sent| sent.at).collect();
    let operations: Vec<Option<&str>> = sent.iter().map(|sent| sent.operation.as_deref()).collect();
    tx.execute(
        "update rule_targets t set sent_at = s.sent_at, sent_in = s.sent_in
         from unnest($4::bigint[], $5::timestamptz[], $6::text[]) as s (row, sent_at, sent_in)
         where t.tenant_id = $1 and t.run_id = $2 and t.batch = $7 and t.row = s.row and t.state = 'applying'
           and t.fence = $3",
        &[&tx.tenant().0, &run.0, &fence, &rows, &times, &operations, &batch],
    )
    .await?;
    Ok(())
}

/// Targets of a batch that were written but not yet read back.
pub(super) async fn targets_unverified(tx: &TenantTx, run: RunId, batch: i64) -> Result<Vec<OpenTarget>> {
    let rows = tx
        .query(
            "select row, external_variant_id, external_product_id, before_minor, after_minor, compare_at_before_minor,
                compare_at_after_minor, before_relative, after_relative, sent_at, sent_in
             from rule_targets
             where tenant_id = $1 and run_id = $2 and batch = $3 and state = 'applied' and not verified
               and reason_code is null
             order by row",
            &[&tx.tenant().0, &run.0, &batch],
        )
        .await?;
    Ok(rows.iter().map(read_open).collect())
}

/// The end of one target.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub row: i64,
    pub state: &'static str,
    pub observed: Option<Amounts>,
    pub code: Option<String>,
    pub reason: Option<String>,
}

/// A target as its settlement is told in audit and events.
#[derive(Debug, Clone)]
pub(super) struct SettledTarget {
    pub id: TargetId,
    pub variant: VariantId,
    pub state: String,
    pub before: Amounts,
    pub after: Amounts,
    pub observed: Option<Amounts>,
    pub code: Option<String>,
    pub reason: Option<String>,
    pub attempts: i64,
}

/// Settles targets whose intent stands under this fence; targets that another worker took over are left alone.
pub(super) async fn targets_settle(
    tx: &TenantTx,
    run: RunId,
    batch: i64,
    fence: i64,
    settled: &[Settled],
    now: Timestamp,
) -> Result<Vec<SettledTarget>> {
    let rows_of: Vec<i64> = settled.iter().map(|s| s.row).collect();
    let states: Vec<&str> = settled.iter().map(|s| s.state).collect();
    let observed: Vec<Option<i64>> = settled.iter().map(|s| s.observed.map(|o| o.price_minor)).collect();
    let compare_ats: Vec<Option<i64>> =
        settled.iter().map(|s| s.observed.and_then(|o| o.compare_at_minor)).collect();
    let codes: Vec<Option<&str>> = settled.iter().map(|s| s.code.as_deref()).collect();
    let reasons: Vec<Option<&str>> = settled.iter().map(|s| s.reason.as_deref()).collect();
    let rows = tx
        .query(
            "update rule_targets t set state = s.state, observed_minor = s.observed,
                compare_at_observed_minor = s.compare_at, reason_code = s.code, reason = s.reason, settled_at = $4
             from unnest($5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::text[])
                as s (row, state, observed, compare_at, code, reason)
             where t.tenant_id = $1 and t.run_id = $2 and t.batch = $11 and t.row = s.row and t.state = 'applying'
               and t.fence = $3
             returning t.*",
            &[
                &tx.tenant().0,
                &run.0,
                &fence,
                &now,
                &rows_of,
                &states,
                &observed,
                &compare_ats,
                &codes,
                &reasons,
                &batch,
            ],
        )
        .await?;
    Ok(rows.iter().map(read_settled).collect())
}

/// Notes what reading back found.
pub(super) async fn targets_verified(
    tx: &TenantTx,
    run: RunId,
    batch: i64,
    equal: &[i64],
    drifted: &[(i64, Option<Amounts>)],
) -> Result<()> {
    let sql = "update rule_targets set verified = true, observed_minor = after_minor,
            compare_at_observed_minor = compare_at_after_minor
         where tenant_id = $1 and run_id = $2 and batch = $4 and row = any($3) and state = 'applied'";
    tx.execute(sql, &[&tx.tenant().0, &run.0, &equal, &batch]).await?;
    let rows_of: Vec<i64> = drifted.iter().map(|(row, _)| *row).collect();
    let prices: Vec<Option<i64>> = drifted.iter().map(|(_, o)| o.map(|o| o.price_minor)).collect();
    let compare_ats: Vec<Option<i64>> =
        drifted.iter().map(|(_, o)| o.and_then(|o| o.compare_at_minor)).collect();
    tx.execute(
        "update rule_targets t set reason_code = 'drift.after_write', observed_minor = d.price,
                compare_at_observed_minor = d.compare_at,
                reason = 'Written, but reading back found another price: somebody changed it since.'
             from unnest($3::bigint[], $4::bigint[], $5::bigint[]) as d (row, price, compare_at)
             where t.tenant_id = $1 and t.run_id = $2 and t.batch = $6 and t.row = d.row and t.state = 'applied'",
        &[&tx.tenant().0, &run.0, &rows_of, &prices, &compare_ats, &batch],
    )
    .await?;
    Ok(())
}

/// The targets of a run that were never to be written.
pub(super) async fn targets_skipped(tx: &TenantTx, run: RunId) -> Result<Vec<SettledTarget>> {
    let sql =
        "select * from rule_targets where tenant_id = $1 and run_id = $2 and state = 'skipped' order by row";
    Ok(tx.query(sql, &[&tx.tenant().0, &run.0]).await?.iter().map(read_settled).collect())
}

/// Gives up reading back what a batch wrote.
pub(super) async fn targets_leave_unverified(tx: &TenantTx, run: RunId, batch: i64) -> Result<()> {
    let sql = "update rule_targets set reason_code = 'verify.no_answer',
            reason = 'Written, but the shop did not answer when it was to be read back.'
         where tenant_id = $1 and run_id = $2 and batch = $3 and state = 'applied' and not verified
           and reason_code is null";
    tx.execute(sql, &[&tx.tenant().0, &run.0, &batch]).await?;
    Ok(())
}

/// Marks targets of a run as taken back.
pub(super) async fn targets_rolled_back(tx: &TenantTx, run: RunId, variants: &[Uuid]) -> Result<()> {
    let sql = "update rule_targets set state = 'rolled_back'
         where tenant_id = $1 and run_id = $2 and variant_id = any($3) and state in ('applied', 'failed', 'conflict')";
    tx.execute(sql, &[&tx.tenant().0, &run.0, &variants]).await?;
    Ok(())
}

/// Targets that a run wrote, or may have written, and that were not taken back.
pub(super) const OURS: &str =
    "(state = 'applied' or (state in ('failed', 'conflict') and sent_at is not null))";

/// What a run wrote, or may have written, as targets of the way back: before and after change places.
pub(super) async fn targets_to_roll_back(tx: &TenantTx, run: RunId) -> Result<Vec<NewTarget>> {
    let sql = format!(
        "select row, variant_id, external_variant_id, external_product_id, sku, title, before_minor, after_minor,
            compare_at_before_minor, compare_at_after_minor, before_relative, after_relative
         from rule_targets where tenant_id = $1 and run_id = $2 and {OURS} order by external_product_id, row"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &run.0]).await?;
    let read = |row: &Row| {
        let (before, after) = read_amounts(row);
        NewTarget {
            row: row.get("row"),
            batch: 0,
            wave: 0,
            variant: VariantId(row.get("variant_id")),
            external: Some((row.get("external_variant_id"), row.get("external_product_id"))),
            sku: row.get("sku"),
            title: row.get("title"),
            before: after,
            after: before,
        }
    };
    Ok(rows.iter().map(read).collect())
}

/// Whether a target is still to be written or to be read back; of one batch or wave, if one is named.
pub(super) async fn has_open_targets(
    tx: &TenantTx,
    run: RunId,
    batch: Option<i64>,
    wave: Option<i64>,
) -> Result<bool> {
    let of = "tenant_id = $1 and run_id = $2 and ($3::bigint is null or batch = $3) and ($4::bigint is null or wave = $4)";
    let sql = format!(
        "select exists (select 1 from rule_targets where {of} and state in ('queued', 'applying'))
            or exists (select 1 from rule_targets where {of}
                and state = 'applied' and not verified and reason_code is null)"
    );
    Ok(tx.query_one(&sql, &[&tx.tenant().0, &run.0, &batch, &wave]).await?.get(0))
}

/// Variants whose targets have not left for the shop.
pub(super) async fn variants_waiting(tx: &TenantTx, run: RunId) -> Result<Vec<Uuid>> {
    let sql = "select variant_id from rule_targets
         where tenant_id = $1 and run_id = $2 and state in ('queued', 'applying') and sent_at is null";
    let rows = tx.query(sql, &[&tx.tenant().0, &run.0]).await?;
    Ok(rows.iter().map(|row| row.get("variant_id")).collect())
}

/// What a run wrote and nothing known to us has changed since: the price that holds is the one it wrote.
pub(super) async fn targets_still_ours(tx: &TenantTx, run: &RunRecord) -> Result<Vec<OpenTarget>> {
    let rows = tx
        .query(
            "select t.row, t.external_variant_id, t.external_product_id, t.before_minor, t.after_minor,
                t.compare_at_before_minor, t.compare_at_after_minor, t.before_relative, t.after_relative, t.sent_at, t.sent_in
             from rule_targets t
             where t.tenant_id = $1 and t.run_id = $2 and t.state = 'applied' and exists (
                select 1 from price_versions pv where pv.tenant_id = t.tenant_id and pv.variant_id = t.variant_id
                  and pv.surface = $4 and pv.valid_to is null and pv.source_id = $3)
             order by t.row",
            &[&tx.tenant().0, &run.id.0, &run.id.to_string(), &run.surface],
        )
        .await?;
    Ok(rows.iter().map(read_open).collect())
}

/// Notes what the shop has in place of what was written.
pub(super) async fn targets_drifted(
    tx: &TenantTx,
    run: RunId,
    drifted: &[(i64, Option<Amounts>)],
) -> Result<()> {
    let rows_of: Vec<i64> = drifted.iter().map(|(row, _)| *row).collect();
    let prices: Vec<Option<i64>> = drifted.iter().map(|(_, o)| o.map(|o| o.price_minor)).collect();
    let compare_ats: Vec<Option<i64>> =
        drifted.iter().map(|(_, o)| o.and_then(|o| o.compare_at_minor)).collect();
    tx.execute(
        "update rule_targets t set reason_code = 'drift.since', observed_minor = d.price,
                compare_at_observed_minor = d.compare_at,
                reason = 'Written, but somebody changed the price in the shop since.'
             from unnest($3::bigint[], $4::bigint[], $5::bigint[]) as d (row, price, compare_at)
             where t.tenant_id = $1 and t.run_id = $2 and t.row = d.row and t.state = 'applied'
               and (t.observed_minor, t.compare_at_observed_minor) is distinct from (d.price, d.compare_at)",
        &[&tx.tenant().0, &run.0, &rows_of, &prices, &compare_ats],
    )
    .await?;
    Ok(())
}

pub(super) async fn counts(tx: &TenantTx, run: RunId) -> Result<TargetCounts> {
    let sql = "select state, count(*) as n, count(*) filter (where verified) as verified
         from rule_targets where tenant_id = $1 and run_id = $2 group by state";
    let rows = tx.query(sql, &[&tx.tenant().0, &run.0]).await?;
    let mut counts = TargetCounts::default();
    for row in &rows {
        let n = row.get::<_, i64>("n").unsigned_abs();
        match row.get::<_, &str>("state") {
            "queued" => counts.queued = n,
            "applying" => counts.applying = n,
            "applied" => counts.applied = n,
            "failed" => counts.failed = n,
            "conflict" => counts.conflict = n,
            "skipped" => counts.skipped = n,
            "rolled_back" => counts.rolled_back = n,
            other => return Err(Error::internal(format!("unknown state {other}"))),
        }
        counts.verified += row.get::<_, i64>("verified").unsigned_abs();
    }
    Ok(counts)
}

pub(super) fn read_amounts(row: &Row) -> (Amounts, Amounts) {
    let amounts = |price: &str, compare_at: &str, relative: &str| Amounts {
        price_minor: row.get(price),
        compare_at_minor: row.get(compare_at),
        relative: row.get(relative),
    };
    (
        amounts("before_minor", "compare_at_before_minor", "before_relative"),
        amounts("after_minor", "compare_at_after_minor", "after_relative"),
    )
}

pub(super) fn read_observed(row: &Row) -> Option<Amounts> {
    let price_minor = row.get::<_, Option<i64>>("observed_minor")?;
    Some(Amounts::set(price_minor, row.get("compare_at_observed_minor")))
}

pub(super) fn read_open(row: &Row) -> OpenTarget {
    let (before, after) = read_amounts(row);
    OpenTarget {
        row: row.get("row"),
        variant: row.get::<_, &str>("external_variant_id").into(),
        product: row.get::<_, &str>("external_product_id").into(),
        before,
        after,
        sent_at: row.get("sent_at"),
        sent_in: row.get("sent_in"),
    }
}

pub(super) fn read_settled(row: &Row) -> SettledTarget {
    let (before, after) = read_amounts(row);
    SettledTarget {
        id: TargetId(row.get("id")),
        variant: VariantId(row.get("variant_id")),
        state: row.get("state"),
        before,
        after,
        observed: read_observed(row),
        code: row.get("reason_code"),
        reason: row.get("reason"),
        attempts: row.get("attempts"),
    }
}

#[cfg(test)]
#[path = "targets_tests.rs"]
mod tests;
