//! Open connections to shops, one per channel and process: its cost bucket must be counted in one place.

use std::collections::HashMap;
use std::sync::Arc;

use channel::Channel;
use kernel_connect::{DataKey, SealedDataKey, Secret, Vault};
use kernel_core::{Ctx, Error, Result};
use kernel_db::TenantTx;
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
    open: Arc<Mutex<HashMap<ChannelId, Arc<dyn Channel>>>>,
}

impl Channels {
    /// No connection yet; credentials are opened with `vault`.
    #[must_use]
    pub fn new(vault: Arc<Vault>, connectors: &'static [(&'static str, Connector)]) -> Self {
        Self { vault, connectors, open: Arc::default() }
    }

    /// The connection to a channel of the transaction's tenant.
    ///
    /// # Errors
    /// There is no such channel (404), or its credential cannot be opened.
    pub async fn get(&self, tx: &TenantTx, id: ChannelId) -> Result<Arc<dyn Channel>> {
        let record = store::channel_by_id(tx, id).await?;
        let mut open = self.open.lock().await;
        if let Some(connection) = open.get(&id) {
            return Ok(Arc::clone(connection));
        }
        let name = credential_name(&record.channel.connector, id);
        let sealed = store::credential_find(tx, &name).await?;
        let sealed = sealed.ok_or_else(|| Error::internal(format!("no credential {name}")))?;
        let key = store::tenant_key_find(tx).await?.ok_or_else(|| Error::internal("no tenant key"))?;
        let key = self.vault.open_data_key(tx.tenant(), &SealedDataKey(key)).map_err(Error::internal)?;
        let credential = key.open(&name, &sealed).map_err(Error::internal)?;
        let connection = self.connect(&record.channel.connector, &record.base_url, credential)?;
        open.insert(id, Arc::clone(&connection));
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

    /// Seals the credential of a channel and stores it.
    ///
    /// # Errors
    /// The vault stays shut, or the database refused.
    pub(super) async fn seal(
        &self,
        ctx: &Ctx,
        tx: &TenantTx,
        connector: &str,
        id: ChannelId,
        secret: &Secret,
    ) -> Result<()> {
        let key = self.tenant_key(ctx, tx).await?;
        let name = credential_name(connector, id);
        let sealed = key.seal(&name, secret).map_err(Error::internal)?;
        store::credential_upsert(ctx, tx, &name, &sealed).await?;
        self.forget(id).await;
        Ok(())
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

    async fn tenant_key(&self, ctx: &Ctx, tx: &TenantTx) -> Result<DataKey> {
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
