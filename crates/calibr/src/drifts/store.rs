//! All SQL over `price_drifts` and `drift_policies`, and what is read beside them.

use std::collections::HashMap;

use channel::{ProductRef, VariantRef};
use jiff::Timestamp;
use kernel_core::{Ctx, Currency, Error, Money, ProjectId, Result, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::Serialize;
use uuid::Uuid;

use super::dto::Drift;
use super::model::Amounts;
use crate::ids::{ChannelId, DriftId, PriceChangeId, VariantId};

/// A variant of a shop with the price we hold.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub variant: VariantId,
    pub external: VariantRef,
    pub product: ProductRef,
    pub amounts: Amounts,
    /// A run has it in its hands.
    pub in_run: bool,
}

/// A drift as it is stored.
#[derive(Debug, Clone)]
pub(super) struct DriftRecord {
    pub shown: Drift,
    pub project: ProjectId,
    pub expected: Amounts,
    pub found: Option<Amounts>,
}

/// What `found` is compared with and noted under.
pub(super) struct Place<'a> {
    pub project: ProjectId,
    pub channel: ChannelId,
    pub surface: &'a str,
    pub currency: Currency,
    pub found_by: &'a str,
}

/// What we hold on the surface $3 of the shop $2.
const HELD: &str = "select r.variant_id, r.external_variant_id, r.external_product_id, p.unit_amount_minor,
        p.compare_at_minor, p.relative,
        exists (select 1 from rule_targets t join rule_runs u on u.tenant_id = t.tenant_id and u.id = t.run_id
            where t.tenant_id = r.tenant_id and t.variant_id = r.variant_id and u.channel_id = r.channel_id
              and u.state in ('queued', 'applying', 'paused', 'stopping') and t.state = 'applying') as in_run
     from channel_refs r
     join price_versions p on p.tenant_id = r.tenant_id and p.variant_id = r.variant_id and p.surface = $3
        and p.valid_to is null
     where r.tenant_id = $1 and r.channel_id = $2";

/// What we hold of one product of a shop on a surface.
pub(super) async fn held_of_product(
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    product: &str,
) -> Result<Vec<Held>> {
    let sql = format!("{HELD} and r.external_product_id = $4 order by r.variant_id");
    let rows = tx.query(&sql, &[&tx.tenant().0, &channel.0, &surface, &product]).await?;
    Ok(rows.iter().map(read_held).collect())
}

/// What we hold of the next variants after one.
pub(super) async fn held_after(
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    after: Option<VariantId>,
    limit: i64,
) -> Result<Vec<Held>> {
    let sql = format!("{HELD} and ($4::uuid is null or r.variant_id > $4) order by r.variant_id limit $5");
    let after = after.map(|variant| variant.0);
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &channel.0, &surface, &after, &limit]).await?;
    Ok(rows.iter().map(read_held).collect())
}

/// What we hold of variants by the vendor's ids.
pub(super) async fn held_of_variants(
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    variants: &[VariantRef],
) -> Result<Vec<Held>> {
    let external: Vec<&str> = variants.iter().map(|variant| variant.0.as_str()).collect();
    let sql = format!("{HELD} and r.external_variant_id = any($4) order by r.variant_id");
    let rows = tx.query(&sql, &[&tx.tenant().0, &channel.0, &surface, &external]).await?;
    Ok(rows.iter().map(read_held).collect())
}

/// The same of named variants, as it stands now.
pub(super) async fn held_again(
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    variants: &[Uuid],
) -> Result<Vec<Held>> {
    let sql = format!("{HELD} and r.variant_id = any($4) order by r.variant_id");
    let rows = tx.query(&sql, &[&tx.tenant().0, &channel.0, &surface, &variants]).await?;
    Ok(rows.iter().map(read_held).collect())
}

fn read_held(row: &Row) -> Held {
    Held {
        variant: VariantId(row.get("variant_id")),
        external: VariantRef(row.get("external_variant_id")),
        product: ProductRef(row.get("external_product_id")),
        amounts: Amounts {
            price_minor: row.get("unit_amount_minor"),
            compare_at_minor: row.get("compare_at_minor"),
            relative: row.get("relative"),
        },
        in_run: row.get("in_run"),
    }
}

/// How many variants of a shop can be compared.
pub(super) async fn held_count(tx: &TenantTx, channel: ChannelId) -> Result<i64> {
    let sql = "select count(*) from channel_refs where tenant_id = $1 and channel_id = $2";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &channel.0]).await?.get(0))
}

/// Notes a difference. Answers with its id if it is new, or another than was noted before.
pub(super) async fn drift_note(
    ctx: &Ctx,
    tx: &TenantTx,
    place: &Place<'_>,
    held: &Held,
    found: Option<Amounts>,
) -> Result<Option<DriftId>> {
    let (price, compare_at) = (found.map(|f| f.price_minor), found.and_then(|f| f.compare_at_minor));
    let relative = found.is_some_and(|f| f.relative);
    let row = tx
        .query_one(
            "with known as (
                select found_minor, found_compare_at_minor, found_relative from price_drifts
                where tenant_id = $1 and channel_id = $3 and surface = $13 and variant_id = $4 and state = 'open'),
             noted as (
                insert into price_drifts (tenant_id, id, project_id, channel_id, variant_id, currency, expected_minor,
                    expected_compare_at_minor, found_minor, found_compare_at_minor, found_by, first_seen_at, last_seen_at,
                    surface, expected_relative, found_relative)
                values ($1, $2, $5, $3, $4, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15)
                on conflict (tenant_id, channel_id, surface, variant_id) where state = 'open' do update
                    set found_minor = excluded.found_minor, found_compare_at_minor = excluded.found_compare_at_minor,
                        found_relative = excluded.found_relative, last_seen_at = excluded.last_seen_at
                returning id)
             select n.id, not exists (
                select 1 from known k where k.found_minor is not distinct from $9
                    and k.found_compare_at_minor is not distinct from $10 and k.found_relative = $15) as fresh
             from noted n",
            &[
                &ctx.tenant.0,
                &DriftId::new().0,
                &place.channel.0,
                &held.variant.0,
                &place.project.0,
                &place.currency.code(),
                &held.amounts.price_minor,
                &held.amounts.compare_at_minor,
                &price,
                &compare_at,
                &place.found_by,
                &ctx.now(),
                &place.surface,
                &held.amounts.relative,
                &relative,
            ],
        )
        .await?;
    Ok(row.get::<_, bool>("fresh").then(|| DriftId(row.get("id"))))
}

/// Drifts of some variants on which `policy` is to act: open, or to be put back by a plan that was not made by `since`.
pub(super) async fn drifts_waiting(
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    variants: &[Uuid],
    (policy, since): (&str, Timestamp),
) -> Result<Vec<DriftId>> {
    let sql = "select id from price_drifts where tenant_id = $1 and channel_id = $2 and variant_id = any($3)
           and (state = 'open' or $4 = state and state = 'put_back' and price_change_id is null and settled_at < $5)
           and surface = $6
         order by id";
    let rows = tx.query(sql, &[&tx.tenant().0, &channel.0, &variants, &policy, &since, &surface]).await?;
    Ok(rows.iter().map(|row| DriftId(row.get("id"))).collect())
}

/// What is known of some variants on a surface, as the price in the shop: of open drifts, and of those to be put back that have
/// no plan yet.
pub(super) async fn drifts_known(
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    variants: &[Uuid],
) -> Result<HashMap<Uuid, Option<Amounts>>> {
    let sql = "select variant_id, found_minor, found_compare_at_minor, found_relative from price_drifts
         where tenant_id = $1 and channel_id = $2 and surface = $3 and variant_id = any($4)
           and (state = 'open' or state = 'put_back' and price_change_id is null)";
    let rows = tx.query(sql, &[&tx.tenant().0, &channel.0, &surface, &variants]).await?;
    Ok(rows.iter().map(|row| (row.get("variant_id"), read_found(row))).collect())
}

fn read_found(row: &Row) -> Option<Amounts> {
    Some(Amounts {
        price_minor: row.get::<_, Option<i64>>("found_minor")?,
        compare_at_minor: row.get("found_compare_at_minor"),
        relative: row.get("found_relative"),
    })
}

/// Ends the open drifts of variants whose prices agree again; answers with their ids.
pub(super) async fn drifts_end(
    ctx: &Ctx,
    tx: &TenantTx,
    (channel, surface): (ChannelId, &str),
    variants: &[Uuid],
) -> Result<Vec<DriftId>> {
    let rows = tx
        .query(
            "update price_drifts set state = 'ended', settled_at = $4, settled_by = $5
             where tenant_id = $1 and channel_id = $2 and surface = $6 and variant_id = any($3) and state = 'open'
             returning id",
            &[&ctx.tenant.0, &channel.0, &variants, &ctx.now(), &ctx.actor.label, &surface],
        )
        .await?;
    Ok(rows.iter().map(|row| DriftId(row.get("id"))).collect())
}

const SHOWN: &str = "select d.*, v.sku, concat_ws(' / ', p.title, nullif(v.title, '')) as shown_title
     from price_drifts d
     join variants v on v.tenant_id = d.tenant_id and v.id = d.variant_id
     join products p on p.tenant_id = v.tenant_id and p.id = v.product_id
     where d.tenant_id = $1";

/// Which drifts to list; also binds a cursor to them.
#[derive(Debug, Serialize)]
pub(super) struct DriftFilter {
    pub project: ProjectId,
    /// All of them if empty.
    pub states: Vec<String>,
    pub channel: Option<ChannelId>,
    pub variant: Option<VariantId>,
    pub surface: Option<String>,
    pub q: Option<String>,
}

pub(super) async fn drift_list(
    tx: &TenantTx,
    filter: &DriftFilter,
    page: &PageRequest,
) -> Result<Page<Drift>> {
    let place = ("drifts", filter);
    let after: Option<Uuid> = page.after(&place)?;
    let (channel, variant) = (filter.channel.map(|id| id.0), filter.variant.map(|id| id.0));
    let pattern = crate::catalog::contains(filter.q.as_deref());
    let sql = format!(
        "{SHOWN} and d.project_id = $2 and ($3::uuid is null or d.id < $3) and (cardinality($4::text[]) = 0 or d.state = any($4))
           and ($5::uuid is null or d.channel_id = $5)
           and ($6::text is null or v.sku ilike $6 or v.title ilike $6 or p.title ilike $6)
           and ($7::uuid is null or d.variant_id = $7) and ($9::text is null or d.surface = $9)
         order by d.id desc limit $8"
    );
    let rows = tx
        .query_list(
            &sql,
            &[
                &tx.tenant().0,
                &filter.project.0,
                &after,
                &filter.states,
                &channel,
                &pattern,
                &variant,
                &page.fetch(),
                &filter.surface,
            ],
        )
        .await?;
    let drifts: Result<Vec<Drift>> = rows.iter().map(|row| Ok(read(row)?.shown)).collect();
    Ok(Page::from_rows(drifts?, page, &place, |drift| drift.id.0))
}

/// Drifts by id, held until the transaction ends, in the order of their ids.
pub(super) async fn drifts_lock(tx: &TenantTx, ids: &[Uuid]) -> Result<Vec<DriftRecord>> {
    let sql = format!("{SHOWN} and d.id = any($2) order by d.id for update of d");
    let rows = tx.query(&sql, &[&tx.tenant().0, &ids]).await?;
    rows.iter().map(read).collect()
}

pub(super) async fn drifts_settle(ctx: &Ctx, tx: &TenantTx, ids: &[Uuid], state: &str) -> Result<()> {
    tx.execute(
        "update price_drifts set state = $3, settled_at = $4, settled_by = $5 where tenant_id = $1 and id = any($2)",
        &[&ctx.tenant.0, &ids, &state, &ctx.now(), &ctx.actor.label],
    )
    .await?;
    Ok(())
}

pub(super) async fn drifts_set_price_change(
    tx: &TenantTx,
    ids: &[Uuid],
    price_change: PriceChangeId,
) -> Result<()> {
    let sql = "update price_drifts set price_change_id = $3 where tenant_id = $1 and id = any($2)";
    tx.execute(sql, &[&tx.tenant().0, &ids, &price_change.0]).await?;
    Ok(())
}

/// Variants of a project with these SKUs.
pub(super) async fn variants_by_sku(
    tx: &TenantTx,
    project: ProjectId,
    skus: &[String],
) -> Result<Vec<VariantId>> {
    let sql = "select id from variants where tenant_id = $1 and project_id = $2 and sku = any($3)";
    let rows = tx.query(sql, &[&tx.tenant().0, &project.0, &skus]).await?;
    Ok(rows.iter().map(|row| VariantId(row.get("id"))).collect())
}

/// A project's policy, and who set it. `None`: `hold`.
pub(super) async fn policy_find(
    tx: &TenantTx,
    project: ProjectId,
) -> Result<Option<(String, UserId, String)>> {
    let sql =
        "select policy, set_by, set_by_label from drift_policies where tenant_id = $1 and project_id = $2";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &project.0]).await?;
    Ok(row.map(|row| (row.get("policy"), UserId(row.get("set_by")), row.get("set_by_label"))))
}

pub(super) async fn policy_upsert(
    ctx: &Ctx,
    tx: &TenantTx,
    project: ProjectId,
    policy: &str,
    by: UserId,
) -> Result<()> {
    tx.execute(
        "insert into drift_policies (tenant_id, project_id, policy, set_by, set_by_label, set_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, project_id) do update
            set policy = excluded.policy, set_by = excluded.set_by, set_by_label = excluded.set_by_label,
                set_at = excluded.set_at",
        &[&ctx.tenant.0, &project.0, &policy, &by.0, &ctx.actor.label, &ctx.now()],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<DriftRecord> {
    let currency: Currency = row.get::<_, &str>("currency").parse().map_err(Error::internal)?;
    let money =
        |column: &str| row.get::<_, Option<i64>>(column).map(|minor| Money::from_minor(minor, currency));
    let expected_minor: i64 = row.get("expected_minor");
    let settled: Option<Timestamp> = row.get("settled_at");
    let shown = Drift {
        id: DriftId(row.get("id")),
        channel: ChannelId(row.get("channel_id")),
        surface: row.get("surface"),
        variant: VariantId(row.get("variant_id")),
        sku: row.get("sku"),
        title: row.get("shown_title"),
        state: row.get("state"),
        expected: Money::from_minor(expected_minor, currency),
        expected_compare_at: money("expected_compare_at_minor"),
        expected_relative: row.get("expected_relative"),
        found: money("found_minor"),
        found_compare_at: money("found_compare_at_minor"),
        found_relative: row.get("found_relative"),
        found_by: row.get("found_by"),
        first_seen_at: row.get("first_seen_at"),
        last_seen_at: row.get("last_seen_at"),
        settled_at: settled,
        settled_by: row.get("settled_by"),
        price_change: row.get::<_, Option<Uuid>>("price_change_id").map(PriceChangeId),
    };
    Ok(DriftRecord {
        shown,
        project: ProjectId(row.get("project_id")),
        expected: Amounts {
            price_minor: expected_minor,
            compare_at_minor: row.get("expected_compare_at_minor"),
            relative: row.get("expected_relative"),
        },
        found: read_found(row),
    })
}
