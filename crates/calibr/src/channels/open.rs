//! Open connections to shops, one per channel and process: its cost bucket must be counted in one place.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use channel::Channel;
use kernel_connect::{Credential, DataKey, Renew, Renewal, SealedDataKey, Secret, Vault};
use kernel_core::{Clock, Ctx, Error, ErrorKind, Result, TenantId};
use kernel_db::{Db, TenantTx};

use super::renew::{Stale, Turns};
use super::store;
use crate::ids::ChannelId;

/// How a connector opens a channel, from where it answers and its credential.
pub type Connector = fn(base_url: &str, credential: Credential) -> channel::Result<Arc<dyn Channel>>;

/// The connections of this process.
#[derive(Clone)]
pub struct Channels {
    vault: Arc<Vault>,
    connectors: &'static [(&'static str, Connector)],
    open: Arc<Mutex<HashMap<ChannelId, OpenChannel>>>,
    pub(super) turns: Turns,
    pub(super) db: Db,
    pub(super) clock: Arc<dyn Clock>,
}

/// A connection, and what it was opened with.
struct OpenChannel {
    base_url: String,
    /// The credential as it was stored: no two are sealed to the same bytes.
    sealed: Vec<u8>,
    credential: Credential,
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
        Self { vault, connectors, open: Arc::default(), turns: Turns::default(), db, clock }
    }

    /// The connection to a channel, whose token is renewed first if it ends soon. Not to be asked for inside a transaction:
    /// the shop may take its time.
    ///
    /// # Errors
    /// There is no such channel (404), its credential cannot be opened, or its token has ended and is not renewed.
    pub async fn open(&self, tenant: TenantId, id: ChannelId) -> Result<Arc<dyn Channel>> {
        let tx = self.db.tenant_tx(tenant).await?;
        let ends_at = store::channel_by_id(&tx, id).await?.token_ends_at;
        if !self.ends_soon(ends_at) {
            return self.known(&tx, id).await;
        }
        drop(tx);
        match self.renew(tenant, id, Stale::EndsSoon).await {
            Ok(_) => {}
            Err(error) if error.kind == ErrorKind::Unavailable && self.is_good(ends_at) => {
                tracing::info!(channel = %id, error = error.detail, "A token is not renewed yet, and good for a while.");
            }
            Err(error) => return Err(error),
        }
        let tx = self.db.tenant_tx(tenant).await?;
        self.known(&tx, id).await
    }

    /// The connection to a channel of the transaction's tenant with the token of now, for what asks the shop nothing.
    ///
    /// # Errors
    /// There is no such channel (404), or its credential cannot be opened.
    pub async fn known(&self, tx: &TenantTx, id: ChannelId) -> Result<Arc<dyn Channel>> {
        let record = store::channel_by_id(tx, id).await?;
        let (sealed, secret) = self.open_credential(tx, &record.channel.connector, id).await?;
        let mut open = self.opened();
        if let Some(known) = open.get_mut(&id).filter(|known| known.base_url == record.base_url) {
            // Another process may have renewed the token, or somebody connected the shop again.
            if known.sealed != sealed {
                known.credential.replace(secret);
                known.sealed = sealed;
            }
            return Ok(Arc::clone(&known.connection));
        }
        let credential = Credential::renewable(secret, self.renewing(tx.tenant(), id));
        let connection = self.connect(&record.channel.connector, &record.base_url, credential.clone())?;
        let base_url = record.base_url;
        open.insert(id, OpenChannel { base_url, sealed, credential, connection: Arc::clone(&connection) });
        Ok(connection)
    }

    /// What a connection asks when the shop refuses its token.
    fn renewing(&self, tenant: TenantId, id: ChannelId) -> Renew {
        // Without the connections, of which the one that asks is a part.
        let channels = Self { open: Arc::default(), ..self.clone() };
        Arc::new(move |refused| {
            let channels = channels.clone();
            Box::pin(async move {
                match channels.renew(tenant, id, Stale::Refused(refused)).await {
                    Ok(Some(secret)) => Renewal::Renewed(secret),
                    Ok(None) => Renewal::None,
                    Err(error) if error.kind == ErrorKind::Unprocessable => {
                        tracing::info!(channel = %id, error = error.detail, "A token is not renewed any more.");
                        Renewal::None
                    }
                    Err(error) => Renewal::Later(error.detail),
                }
            })
        })
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<ChannelId, OpenChannel>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The credential of a channel, as it is stored and as it is.
    pub(super) async fn open_credential(
        &self,
        tx: &TenantTx,
        connector: &str,
        id: ChannelId,
    ) -> Result<(Vec<u8>, Secret)> {
        let name = credential_name(connector, id);
        let sealed = store::credential_find(tx, &name).await?;
        let sealed = sealed.ok_or_else(|| Error::internal(format!("no credential {name}")))?;
        let secret = self.open_blob(tx, &name, &sealed).await?;
        Ok((sealed, secret))
    }

    /// A connection that is not kept, to try a credential.
    ///
    /// # Errors
    /// `channel.refused` (422): the address or credential cannot be used.
    pub fn connect(
        &self,
        connector: &str,
        base_url: &str,
        credential: Credential,
    ) -> Result<Arc<dyn Channel>> {
        let connect = self.connectors.iter().find(|(name, _)| *name == connector);
        let (_, connect) = connect.ok_or_else(|| Error::not_found("connector", connector))?;
        connect(base_url, credential).map_err(|error| Error::unprocessable("channel.refused", error.message))
    }

    /// Seals the credential of a channel and stores it. Connections take it up when they are next opened or refused.
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
    pub(crate) fn forget(&self, id: ChannelId) {
        self.opened().remove(&id);
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
