//! All SQL over `channels`, `tenant_keys` and `credentials`.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, ProjectId, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use super::dto::Channel;
use crate::ids::ChannelId;

/// A channel with where it answers.
#[derive(Debug, Clone)]
pub struct ChannelRecord {
    /// What is shown of it.
    pub channel: Channel,
    /// The project it belongs to.
    pub project: ProjectId,
    /// Scheme and host of its API.
    pub base_url: String,
}

const COLUMNS: &str = "id, project_id, connector, name, state, base_url, created_at, ingested_at";

/// The channel with this id.
///
/// # Errors
/// There is none (404).
pub async fn channel_by_id(tx: &TenantTx, id: ChannelId) -> Result<ChannelRecord> {
    let sql = format!("select {COLUMNS} from channels where tenant_id = $1 and id = $2");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    Ok(read(&row.ok_or_else(|| Error::not_found("channel", id))?))
}

/// The channel that a project's prices are written to.
///
/// # Errors
/// `channel.none` (409): no shop is connected; `channel.several` (409): more than one.
pub async fn default_channel(tx: &TenantTx, project: ProjectId) -> Result<ChannelRecord> {
    let sql = format!(
        "select {COLUMNS} from channels where tenant_id = $1 and project_id = $2 order by id limit 2"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0]).await?;
    match rows.as_slice() {
        [row] => Ok(read(row)),
        [] => {
            let detail = "No shop is connected to this project, so nothing can be applied. \
                          Connect one, or export the price change as a file for the shop's importer.";
            Err(Error::conflict("channel.none", detail))
        }
        _ => Err(Error::conflict(
            "channel.several",
            "Several shops are connected; this version applies to one only.",
        )),
    }
}

/// Claims a channel until the transaction ends: its catalogue is read, or a run on it starts. `false` if another does.
///
/// # Errors
/// The database refused.
pub async fn claim(tx: &TenantTx, id: ChannelId) -> Result<bool> {
    let key = id.0.as_u64_pair().1.cast_signed();
    Ok(tx.query_one("select pg_try_advisory_xact_lock($1)", &[&key]).await?.get(0))
}

/// Whether a run is writing to a channel.
pub(super) async fn has_active_run(tx: &TenantTx, id: ChannelId) -> Result<bool> {
    let sql = "select exists (select 1 from rule_runs
            where tenant_id = $1 and channel_id = $2 and state in ('queued', 'applying'))";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &id.0]).await?.get(0))
}

pub(super) async fn channel_list(
    tx: &TenantTx,
    project: ProjectId,
    page: &PageRequest,
) -> Result<Page<Channel>> {
    let filter = ("channels", project);
    let after: Option<Uuid> = page.after(&filter)?;
    let sql = format!(
        "select {COLUMNS} from channels
         where tenant_id = $1 and project_id = $2 and ($3::uuid is null or id > $3) order by id limit $4"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(|row| read(row).channel).collect(), page, &filter, |channel| {
        channel.id.0
    }))
}

pub(super) async fn channel_insert(ctx: &Ctx, tx: &TenantTx, record: &ChannelRecord) -> Result<()> {
    let channel = &record.channel;
    tx.execute(
        "insert into channels (tenant_id, id, project_id, connector, name, base_url, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &ctx.tenant.0,
            &channel.id.0,
            &record.project.0,
            &channel.connector,
            &channel.name,
            &record.base_url,
            &channel.created_at,
        ],
    )
    .await
    .map_err(|error| match error.constraint() {
        Some("channels_name_unique") => {
            let detail = format!("The shop {} is connected already.", channel.name);
            Error::conflict("channel.connected_already", detail)
        }
        _ => error.into(),
    })?;
    Ok(())
}

pub(super) async fn channel_set_ingested(tx: &TenantTx, id: ChannelId, at: Timestamp) -> Result<()> {
    let sql = "update channels set ingested_at = $3 where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &at]).await?;
    Ok(())
}

/// Sets where the shop of this name answers. `None` if it is not connected.
pub(super) async fn channel_set_base_url(
    tx: &TenantTx,
    name: &str,
    base_url: &str,
) -> Result<Option<ChannelRecord>> {
    let sql =
        format!("update channels set base_url = $3 where tenant_id = $1 and name = $2 returning {COLUMNS}");
    Ok(tx.query(&sql, &[&tx.tenant().0, &name, &base_url]).await?.first().map(read))
}

/// Notes that a shop shut us out. `false` if that was known.
pub(crate) async fn set_disconnected(tx: &TenantTx, id: ChannelId) -> Result<bool> {
    let sql =
        "update channels set state = 'disconnected' where tenant_id = $1 and id = $2 and state = 'connected'";
    Ok(tx.execute(sql, &[&tx.tenant().0, &id.0]).await? == 1)
}

/// Forgets every secret of a channel.
pub(crate) async fn forget_secrets(tx: &TenantTx, id: ChannelId) -> Result<()> {
    let sql = "delete from credentials where tenant_id = $1 and name like '%/' || $2";
    tx.execute(sql, &[&tx.tenant().0, &id.to_string()]).await?;
    Ok(())
}

/// Connects a shop again that had shut us out. `None` if there is no such one.
pub(super) async fn channel_reconnect(
    tx: &TenantTx,
    project: ProjectId,
    name: &str,
    base_url: &str,
) -> Result<Option<ChannelRecord>> {
    let sql = format!(
        "update channels set state = 'connected', base_url = $4
         where tenant_id = $1 and project_id = $2 and name = $3 and state = 'disconnected' returning {COLUMNS}"
    );
    Ok(tx.query_opt(&sql, &[&tx.tenant().0, &project.0, &name, &base_url]).await?.as_ref().map(read))
}

pub(super) async fn tenant_key_find(tx: &TenantTx) -> Result<Option<Vec<u8>>> {
    let sql = "select sealed_key from tenant_keys where tenant_id = $1";
    Ok(tx.query_opt(sql, &[&tx.tenant().0]).await?.map(|row| row.get("sealed_key")))
}

/// Stores the key unless another request was quicker; answers with the one that stands.
pub(super) async fn tenant_key_insert(ctx: &Ctx, tx: &TenantTx, sealed: &[u8]) -> Result<Vec<u8>> {
    tx.execute(
        "insert into tenant_keys (tenant_id, sealed_key, created_at) values ($1, $2, $3) on conflict do nothing",
        &[&ctx.tenant.0, &sealed, &ctx.now()],
    )
    .await?;
    tenant_key_find(tx).await?.ok_or_else(|| Error::internal("a key that was just stored is not there"))
}

pub(super) async fn credential_upsert(ctx: &Ctx, tx: &TenantTx, name: &str, sealed: &[u8]) -> Result<()> {
    tx.execute(
        "insert into credentials (tenant_id, name, sealed, updated_at) values ($1, $2, $3, $4)
         on conflict (tenant_id, name) do update set sealed = excluded.sealed, updated_at = excluded.updated_at",
        &[&ctx.tenant.0, &name, &sealed, &ctx.now()],
    )
    .await?;
    Ok(())
}

pub(super) async fn credential_delete(tx: &TenantTx, name: &str) -> Result<()> {
    let sql = "delete from credentials where tenant_id = $1 and name = $2";
    tx.execute(sql, &[&tx.tenant().0, &name]).await?;
    Ok(())
}

pub(super) async fn credential_find(tx: &TenantTx, name: &str) -> Result<Option<Vec<u8>>> {
    let sql = "select sealed from credentials where tenant_id = $1 and name = $2";
    Ok(tx.query_opt(sql, &[&tx.tenant().0, &name]).await?.map(|row| row.get("sealed")))
}

fn read(row: &Row) -> ChannelRecord {
    ChannelRecord {
        channel: Channel {
            id: ChannelId(row.get("id")),
            connector: row.get("connector"),
            name: row.get("name"),
            state: row.get("state"),
            created_at: row.get("created_at"),
            ingested_at: row.get("ingested_at"),
        },
        project: ProjectId(row.get("project_id")),
        base_url: row.get("base_url"),
    }
}
