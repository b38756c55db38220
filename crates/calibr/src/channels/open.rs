//! Open connections to shops, one per channel and process: its cost bucket must be counted in one place.

use std::collections::HashMap;
use std::sync::Arc;

use channel::Channel;
use jiff::Timestamp;
use kernel_connect::{DataKey, SealedDataKey, Secret, Vault};
use kernel_core::{Clock, Ctx, Error, Result};
use kernel_db::{Db, TenantTx};
use tokio::sync::Mutex;

use super::store;
use crate::ids::ChannelId;

/// How a connector opens a channel, from where it answers and its credential.
pub type Connector = fn(base_url: &str, credential: Secret) -> channel::Result<Arc<dyn Channel>>;

/// The connections of this process.
#[derive(Clone)]
pub struct Channels {
    vault: Arc<Vault>,
    connectors: &'static [(&'static str, Connector)],
    open: Arc<Mutex<HashMap<ChannelId, OpenChannel>>>,
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
}

/// A connection, and when its token ends, if it does.
struct OpenChannel {
    token_ends_at: Option<Timestamp>,
    connection: Arc<dyn Channel>,
}

impl Channels {
    /// No connection yet; credentials are opened with `vault`.
    #[must_use]
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        vault: Arc<Vault>,
        connectors: &'static [(&'static str, Connector)],
    ) -> Self {
        Self { vault, connectors, open: Arc::default(), db, clock }
    }

    /// The connection to a channel of the transaction's tenant.
    ///
    /// # Errors
    /// There is no such channel (404), or its credential cannot be opened.
    pub async fn get(&self, tx: &TenantTx, id: ChannelId) -> Result<Arc<dyn Channel>> {
        let mut record = store::channel_by_id(tx, id).await?;
        let mut open = self.open.lock().await;
        if self.ends_soon(record.token_ends_at) {
            self.renew(tx.tenant(), id).await?;
            record = store::channel_by_id(tx, id).await?;
        }
        // Another process may have renewed the token that a connection here still has.
        if let Some(known) = open.get(&id).filter(|known| known.token_ends_at == record.token_ends_at) {
            return Ok(Arc::clone(&known.connection));
        }
        let name = credential_name(&record.channel.connector, id);
        let sealed = store::credential_find(tx, &name).await?;
        let sealed = sealed.ok_or_else(|| Error::internal(format!("no credential {name}")))?;
        let key = store::tenant_key_find(tx).await?.ok_or_else(|| Error::internal("no tenant key"))?;
        let key = self.vault.open_data_key(tx.tenant(), &SealedDataKey(key)).map_err(Error::internal)?;
        let credential = key.open(&name, &sealed).map_err(Error::internal)?;
        let connection = self.connect(&record.channel.connector, &record.base_url, credential)?;
        let token_ends_at = record.token_ends_at;
        open.insert(id, OpenChannel { token_ends_at, connection: Arc::clone(&connection) });
        Ok(connection)
    }

    /// A connection that is not kept, to try a credential.
    ///
    /// # Errors
    /// `channel.refused` (422): the address or credential cannot be used.
    pub fn connect(&self, connector: &str, base_url: &str, credential: Secret) -> Result<Arc<dyn Channel>> {
        let connect = self.connectors.iter().find(|(name, _)| *name == connector);
        let (_, connect) = connect.ok_or_else(|| Error::not_found("connector", connector))?;
        connect(base_url, credential).map_err(|error| Error::unprocessable("channel.refused", error.message))
    }

    /// Seals the credential of a channel and stores it. The open connection is to be forgotten once that is committed.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub(super) async fn seal_credential(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        connector: &str,
        id: ChannelId,
        secret: &Secret,
    ) -> Result<()> {
        let name = credential_name(connector, id);
        let sealed = self.seal_blob(ctx, tx, &name, secret).await?;
        store::credential_upsert(ctx, tx, &name, &sealed).await
    }

    /// Seals a secret that is kept elsewhere, under a name.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub(super) async fn seal_blob(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        name: &str,
        secret: &Secret,
    ) -> Result<Vec<u8>> {
        self.tenant_key(ctx, tx).await?.seal(name, secret).map_err(Error::internal)
    }

    /// Opens what [`Self::seal_blob`] sealed under the same name.
    ///
    /// # Errors
    /// The vault stays shut, or the bytes are damaged.
    pub(super) async fn open_blob(&self, tx: &TenantTx, name: &str, sealed: &[u8]) -> Result<Secret> {
        let key = store::tenant_key_find(tx).await?.ok_or_else(|| Error::internal("no tenant key"))?;
        let key = self.vault.open_data_key(tx.tenant(), &SealedDataKey(key)).map_err(Error::internal)?;
        key.open(name, sealed).map_err(Error::internal)
    }

    /// Seals a further secret of a channel, such as the one that signs its webhooks. An empty one is forgotten.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub(crate) async fn seal_secret(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        id: ChannelId,
        what: &str,
        secret: &Secret,
    ) -> Result<()> {
        let name = secret_name(what, id);
        if secret.expose().is_empty() {
            return store::credential_delete(tx, &name).await;
        }
        let key = self.tenant_key(ctx, tx).await?;
        let sealed = key.seal(&name, secret).map_err(Error::internal)?;
        store::credential_upsert(ctx, tx, &name, &sealed).await
    }

    /// Opens a further secret of a channel, if there is one.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub(crate) async fn open_secret(
        &self,
        tx: &TenantTx,
        id: ChannelId,
        what: &str,
    ) -> Result<Option<Secret>> {
        let name = secret_name(what, id);
        let (Some(sealed), Some(key)) =
            (store::credential_find(tx, &name).await?, store::tenant_key_find(tx).await?)
        else {
            return Ok(None);
        };
        let key = self.vault.open_data_key(tx.tenant(), &SealedDataKey(key)).map_err(Error::internal)?;
        key.open(&name, &sealed).map(Some).map_err(Error::internal)
    }

    /// Drops the open connection, so that the next use opens it anew.
    pub(crate) async fn forget(&self, id: ChannelId) {
        self.open.lock().await.remove(&id);
    }

    /// The tenant's data key, made on first use. Seals what belongs to no channel too.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub async fn tenant_key(&self, ctx: &Ctx, tx: &TenantTx) -> Result<DataKey> {
        let sealed = match store::tenant_key_find(tx).await? {
            Some(sealed) => sealed,
            None => {
                let fresh = self.vault.new_data_key(ctx.tenant).map_err(Error::internal)?;
                store::tenant_key_insert(ctx, tx, &fresh.0).await?
            }
        };
        self.vault.open_data_key(ctx.tenant, &SealedDataKey(sealed)).map_err(Error::internal)
    }
}

fn secret_name(what: &str, id: ChannelId) -> String {
    format!("channel/{what}/{id}")
}

fn credential_name(connector: &str, id: ChannelId) -> String {
    format!("{connector}/access_token/{id}")
}
