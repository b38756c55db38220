//! All SQL over `price_surfaces`, and which prices of a surface follow the base price.

use std::collections::HashSet;

use jiff::Timestamp;
use kernel_core::{Currency, Error, ProjectId, Result};
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use crate::ids::{ChannelId, VariantId};

/// A surface as it is stored.
#[derive(Debug, Clone)]
pub(super) struct SurfaceRecord {
    pub name: String,
    pub channel: ChannelId,
    pub title: String,
    pub currency: Currency,
    pub fixed_rows: i64,
    pub relative_rows: i64,
    pub read_at: Timestamp,
    pub gone_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "name, channel_id, external_id, title, currency, fixed_rows, relative_rows, read_at, gone_at";

pub(super) async fn surface_find(
    tx: &TenantTx,
    project: ProjectId,
    name: &str,
) -> Result<Option<SurfaceRecord>> {
    let sql = format!(
        "select {COLUMNS} from price_surfaces where tenant_id = $1 and project_id = $2 and name = $3"
    );
    tx.query_opt(&sql, &[&tx.tenant().0, &project.0, &name]).await?.as_ref().map(read).transpose()
}

/// Whether the project of a variant has, or had, a surface with this name.
pub(super) async fn surface_has(tx: &TenantTx, variant: VariantId, name: &str) -> Result<bool> {
    let sql = "select exists (select 1 from variants v
            join price_surfaces s on s.tenant_id = v.tenant_id and s.project_id = v.project_id and s.name = $3
         where v.tenant_id = $1 and v.id = $2)";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &variant.0, &name]).await?.get(0))
}

/// The surfaces of a project by name.
pub(super) async fn surface_list(tx: &TenantTx, project: ProjectId) -> Result<Vec<SurfaceRecord>> {
    let sql = format!(
        "select {COLUMNS} from price_surfaces where tenant_id = $1 and project_id = $2 order by name"
    );
    tx.query(&sql, &[&tx.tenant().0, &project.0]).await?.iter().map(read).collect()
}

/// The price list of a channel behind a surface, as it was last read.
///
/// # Errors
/// There is none (404).
pub async fn list_of(tx: &TenantTx, channel: ChannelId, name: &str) -> Result<channel::PriceList> {
    let sql = format!(
        "select {COLUMNS} from price_surfaces where tenant_id = $1 and channel_id = $2 and name = $3"
    );
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &channel.0, &name]).await?;
    let row = row.ok_or_else(|| Error::not_found("price surface", name))?;
    let SurfaceRecord { title, currency, .. } = read(&row)?;
    Ok(channel::PriceList { id: channel::PriceListRef(row.get("external_id")), name: title, currency })
}

/// The first price list of a channel by name, or the one after `before`; lists that the shop has no more are passed over.
///
/// # Errors
/// The database refused.
pub async fn list_after(tx: &TenantTx, channel: ChannelId, before: Option<&str>) -> Result<Option<String>> {
    let sql = "select min(name) from price_surfaces
         where tenant_id = $1 and channel_id = $2 and gone_at is null and ($3::text is null or name > $3)";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &channel.0, &before]).await?.get(0))
}

/// Those of `variants` whose price on a surface follows the base price.
///
/// # Errors
/// The database refused.
pub async fn relative_on(tx: &TenantTx, surface: &str, variants: &[Uuid]) -> Result<HashSet<Uuid>> {
    let sql = "select variant_id from price_versions
         where tenant_id = $1 and surface = $2 and variant_id = any($3) and valid_to is null and relative";
    let rows = tx.query(sql, &[&tx.tenant().0, &surface, &variants]).await?;
    Ok(rows.iter().map(|row| row.get("variant_id")).collect())
}

/// What a project's surface with this list is called, and the names of all others.
pub(super) async fn names(
    tx: &TenantTx,
    project: ProjectId,
    channel: ChannelId,
    external: &str,
) -> Result<(Option<String>, Vec<String>)> {
    let sql =
        "select name, channel_id, external_id from price_surfaces where tenant_id = $1 and project_id = $2";
    let (mut own, mut others) = (None, Vec::new());
    for row in tx.query(sql, &[&tx.tenant().0, &project.0]).await? {
        let name: String = row.get("name");
        match (row.get::<_, Uuid>("channel_id"), row.get::<_, &str>("external_id")) {
            (id, list) if id == channel.0 && list == external => own = Some(name),
            _ => others.push(name),
        }
    }
    Ok((own, others))
}

/// What reading a list found.
pub(super) struct Found<'a> {
    pub project: ProjectId,
    pub channel: ChannelId,
    pub name: &'a str,
    pub list: &'a channel::PriceList,
    pub fixed_rows: i64,
    pub relative_rows: i64,
}

pub(super) async fn surface_upsert(tx: &TenantTx, found: &Found<'_>, now: Timestamp) -> Result<()> {
    tx.execute(
        "insert into price_surfaces (tenant_id, project_id, name, channel_id, external_id, title, currency, fixed_rows, \
            relative_rows, read_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (tenant_id, project_id, name) do update set title = excluded.title, currency = excluded.currency,
            fixed_rows = excluded.fixed_rows, relative_rows = excluded.relative_rows, read_at = excluded.read_at,
            gone_at = null",
        &[
            &tx.tenant().0,
            &found.project.0,
            &found.name,
            &found.channel.0,
            &found.list.id.as_str(),
            &found.list.name,
            &found.list.currency.code(),
            &found.fixed_rows,
            &found.relative_rows,
            &now,
        ],
    )
    .await?;
    Ok(())
}

/// Notes that a shop has none but these any more, and answers with the names of those that are gone.
pub(super) async fn surfaces_gone(
    tx: &TenantTx,
    channel: ChannelId,
    there: &[String],
    now: Timestamp,
) -> Result<Vec<String>> {
    let sql = "update price_surfaces set gone_at = $4, fixed_rows = 0, relative_rows = 0
         where tenant_id = $1 and channel_id = $2 and name <> all($3) and gone_at is null returning name";
    let rows = tx.query(sql, &[&tx.tenant().0, &channel.0, &there, &now]).await?;
    Ok(rows.iter().map(|row| row.get("name")).collect())
}

fn read(row: &Row) -> Result<SurfaceRecord> {
    Ok(SurfaceRecord {
        name: row.get("name"),
        channel: ChannelId(row.get("channel_id")),
        title: row.get("title"),
        currency: row.get::<_, &str>("currency").parse().map_err(Error::internal)?,
        fixed_rows: row.get("fixed_rows"),
        relative_rows: row.get("relative_rows"),
        read_at: row.get("read_at"),
        gone_at: row.get("gone_at"),
    })
}
