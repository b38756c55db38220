//! All SQL over `channels`, `tenant_keys`, `credentials` and `shop_consents`.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, ProjectId, Result, UserId};
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
    /// When its access token ends, if it does.
    pub token_ends_at: Option<Timestamp>,
}

impl ChannelRecord {
    fn is_connected(&self) -> bool {
        self.channel.state == "connected"
    }

    /// Makes sure that the shop has not shut us out, as far as we know.
    ///
    /// # Errors
    /// `channel.disconnected` (409).
    pub(super) fn expect_connected(&self) -> Result<()> {
        if self.is_connected() { Ok(()) } else { Err(disconnected(&self.channel.name)) }
    }
}

const COLUMNS: &str =
    "id, project_id, connector, name, state, base_url, created_at, ingested_at, token_ends_at";

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
/// `channel.none` (409): no shop is connected; `channel.disconnected` (409): one was; `channel.several` (409): more than one
/// is.
pub async fn default_channel(tx: &TenantTx, project: ProjectId) -> Result<ChannelRecord> {
    let sql = format!(
        "select {COLUMNS} from channels where tenant_id = $1 and project_id = $2 order by state = 'disconnected', id limit 2"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0]).await?;
    let channels: Vec<ChannelRecord> = rows.iter().map(read).collect();
    let (connected, gone): (Vec<_>, Vec<_>) = channels.into_iter().partition(ChannelRecord::is_connected);
    match (connected.as_slice(), gone.as_slice()) {
        ([channel], _) => Ok(channel.clone()),
        ([], [gone, ..]) => Err(disconnected(&gone.channel.name)),
        ([], []) => {
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

/// A project's prices can be written to its shop now, as far as we know without asking it.
///
/// # Errors
/// As [`default_channel`]; `channel.scopes` (409): the shop does not let us write; `channel.busy` (409): a run does.
pub async fn expect_ready(tx: &TenantTx, project: ProjectId) -> Result<()> {
    let Channel { id, name, .. } = default_channel(tx, project).await?.channel;
    expect_writable(tx, id).await?;
    if has_active_run(tx, id).await? {
        let detail = format!("Another run is writing to {name}. Wait until it has ended.");
        return Err(Error::conflict("channel.busy", detail));
    }
    Ok(())
}

fn disconnected(name: &str) -> Error {
    let detail =
        format!("{name} has shut Calibr out or sells in another currency now. Connect the shop again.");
    Error::conflict("channel.disconnected", detail)
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
            where tenant_id = $1 and channel_id = $2 and state in ('queued', 'applying', 'paused', 'stopping'))";
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
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &project.0, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(|row| read(row).channel).collect(), page, &filter, |channel| {
        channel.id.0
    }))
}

/// Adds a shop to a project; `false` if it is there already.
pub(super) async fn channel_insert(ctx: &Ctx, tx: &TenantTx, record: &ChannelRecord) -> Result<bool> {
    let channel = &record.channel;
    let inserted = tx
        .execute(
            "insert into channels (tenant_id, id, project_id, connector, name, base_url, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict on constraint channels_name_unique do nothing",
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
        .await?;
    Ok(inserted == 1)
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

/// Notes which scopes that our work needs are not granted; `false` if nothing is new.
pub(crate) async fn set_missing_scopes(tx: &TenantTx, id: ChannelId, missing: &[String]) -> Result<bool> {
    let sql = "update channels set missing_scopes = $3
         where tenant_id = $1 and id = $2 and missing_scopes is distinct from $3";
    Ok(tx.execute(sql, &[&tx.tenant().0, &id.0, &missing]).await? == 1)
}

/// Makes sure that the shop lets prices be written, as far as it told us.
///
/// # Errors
/// `channel.disconnected` (409): it shut us out; `channel.scopes` (409): it took a scope away.
pub(crate) async fn expect_writable(tx: &TenantTx, id: ChannelId) -> Result<()> {
    let sql = "select name, state, missing_scopes from channels where tenant_id = $1 and id = $2";
    let Some(row) = tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await? else { return Ok(()) };
    let (name, missing): (&str, Vec<String>) = (row.get("name"), row.get("missing_scopes"));
    if row.get::<_, &str>("state") == "disconnected" {
        return Err(disconnected(name));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "{name} no longer lets Calibr write prices: {} is not granted any more. Grant it in the shop's admin, then try again.",
        missing.join(", ")
    );
    Err(Error::conflict("channel.scopes", detail))
}

/// Forgets every secret of a channel.
pub(crate) async fn forget_secrets(tx: &TenantTx, id: ChannelId) -> Result<()> {
    let sql = "delete from credentials where tenant_id = $1 and name like '%/' || $2";
    tx.execute(sql, &[&tx.tenant().0, &id.to_string()]).await?;
    Ok(())
}

/// Connects a shop of a project again, with another credential; what was known of the old one is forgotten. `None` if it
/// was never connected.
pub(super) async fn channel_reconnect(
    tx: &TenantTx,
    project: ProjectId,
    connector: &str,
    name: &str,
    base_url: &str,
) -> Result<Option<ChannelRecord>> {
    let sql = format!(
        "update channels set state = 'connected', base_url = $5, token_ends_at = null, client_id = null,
            renewing_until = null, missing_scopes = '{{}}'
         where tenant_id = $1 and project_id = $2 and connector = $3 and name = $4 returning {COLUMNS}"
    );
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &project.0, &connector, &name, &base_url]).await?;
    Ok(row.as_ref().map(read))
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
            reading: None,
        },
        project: ProjectId(row.get("project_id")),
        base_url: row.get("base_url"),
        token_ends_at: row.get("token_ends_at"),
    }
}

/// A token that ends, and what is known for renewing it.
pub(super) struct TokenRecord {
    pub ends_at: Option<Timestamp>,
    pub client_id: Option<String>,
    pub base_url: String,
    /// Until when somebody renews it.
    pub renewing_until: Option<Timestamp>,
}

/// The token of a channel, whose row is held until the transaction ends. Rows that refer to it may still be stored.
pub(super) async fn token_lock(tx: &TenantTx, id: ChannelId) -> Result<TokenRecord> {
    let sql =
        "select token_ends_at, client_id, base_url, renewing_until from channels where tenant_id = $1 and id = $2
         for no key update";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await?;
    let row = row.ok_or_else(|| Error::not_found("channel", id))?;
    Ok(TokenRecord {
        ends_at: row.get("token_ends_at"),
        client_id: row.get("client_id"),
        base_url: row.get("base_url"),
        renewing_until: row.get("renewing_until"),
    })
}

/// Notes that somebody renews a token until then. Answers with the instant as it is stored.
pub(super) async fn token_claim(tx: &TenantTx, id: ChannelId, until: Timestamp) -> Result<Timestamp> {
    let sql =
        "update channels set renewing_until = $3 where tenant_id = $1 and id = $2 returning renewing_until";
    Ok(tx.query_one(sql, &[&tx.tenant().0, &id.0, &until]).await?.get(0))
}

/// Notes that nobody renews a token.
pub(super) async fn token_release(tx: &TenantTx, id: ChannelId) -> Result<()> {
    let sql = "update channels set renewing_until = null where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0]).await?;
    Ok(())
}

pub(super) async fn token_set(
    tx: &TenantTx,
    id: ChannelId,
    ends_at: Option<Timestamp>,
    client_id: &str,
) -> Result<()> {
    let sql = "update channels set token_ends_at = $3, client_id = $4, renewing_until = null
         where tenant_id = $1 and id = $2";
    tx.execute(sql, &[&tx.tenant().0, &id.0, &ends_at, &client_id]).await?;
    Ok(())
}

/// A consent that was asked for.
pub(super) struct ConsentRecord {
    pub project: ProjectId,
    pub shop_domain: String,
    pub base_url: String,
    pub client_id: String,
    pub sealed_secret: Vec<u8>,
    pub asked_by: UserId,
    pub asked_by_label: String,
    pub asked_at: Timestamp,
}

/// Stores a consent, and forgets those that nobody came back from.
pub(super) async fn consent_insert(tx: &TenantTx, digest: &[u8], record: &ConsentRecord) -> Result<()> {
    let sql =
        "delete from shop_consents where tenant_id = $1 and asked_at < $2::timestamptz - interval '1 day'";
    tx.execute(sql, &[&tx.tenant().0, &record.asked_at]).await?;
    tx.execute(
        "insert into shop_consents (tenant_id, state_digest, project_id, shop_domain, base_url, client_id, sealed_secret,
            asked_by, asked_by_label, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            &tx.tenant().0,
            &digest,
            &record.project.0,
            &record.shop_domain,
            &record.base_url,
            &record.client_id,
            &record.sealed_secret,
            &record.asked_by.0,
            &record.asked_by_label,
            &record.asked_at,
        ],
    )
    .await?;
    Ok(())
}

/// Takes a consent away: it is good once.
pub(super) async fn consent_take(tx: &TenantTx, digest: &[u8]) -> Result<Option<ConsentRecord>> {
    let sql = "delete from shop_consents where tenant_id = $1 and state_digest = $2 returning *";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &digest]).await?;
    Ok(row.map(|row| ConsentRecord {
        project: ProjectId(row.get("project_id")),
        shop_domain: row.get("shop_domain"),
        base_url: row.get("base_url"),
        client_id: row.get("client_id"),
        sealed_secret: row.get("sealed_secret"),
        asked_by: UserId(row.get("asked_by")),
        asked_by_label: row.get("asked_by_label"),
        asked_at: row.get("asked_at"),
    }))
}
