//! Owned transactions. What is not committed is rolled back, also when the caller is cancelled.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Client, Object};
use kernel_core::{TenantId, failpoint};
use tokio::sync::Notify;
use tokio_postgres::types::{ToSql, Type};

use crate::{DbError, DbResult, Queries};

/// How long a rollback may take before the connection is thrown away instead.
const ROLLBACK_LIMIT: Duration = Duration::from_secs(5);

/// A transaction that sees exactly one tenant's rows.
pub struct TenantTx {
    tenant: TenantId,
    open: OpenTx,
    wake: Arc<Notify>,
    wakes: AtomicBool,
}

/// A transaction of the job runner or relay: all tenants' rows, in the few tables that grant it.
pub struct DispatchTx(OpenTx);

/// A transaction with no tenant that sees only the row whose credential or e-mail was presented.
pub struct SignInTx(OpenTx);

impl TenantTx {
    pub(crate) fn new(tenant: TenantId, open: OpenTx, wake: Arc<Notify>) -> Self {
        Self { tenant, open, wake, wakes: AtomicBool::new(false) }
    }

    /// The tenant whose rows are seen.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Lets whoever waits in this process for [`crate::Db::woken`] look at once when this transaction commits.
    pub fn wake_on_commit(&self) {
        self.wakes.store(true, Ordering::Relaxed);
    }

    /// Has Postgres count a table to which this transaction has added a great many rows, so that what reads them next is
    /// planned for them. The last thing before the commit: others who add as many wait, or go without.
    ///
    /// # Errors
    /// There is no such table.
    pub async fn analyze(&self, table: &str) -> DbResult<()> {
        self.execute("select calibr_analyze($1::text::regclass)", &[&table]).await?;
        Ok(())
    }

    /// Makes everything lasting.
    ///
    /// # Errors
    /// Also when a statement failed before: Postgres would answer such a commit with a silent rollback.
    /// [`DbError::Commit`]: the answer never came.
    pub async fn commit(self) -> DbResult<()> {
        self.open.commit().await?;
        if self.wakes.into_inner() {
            self.wake.notify_one();
        }
        Ok(())
    }
}

impl DispatchTx {
    pub(crate) fn new(open: OpenTx) -> Self {
        Self(open)
    }

    /// Makes everything lasting.
    ///
    /// # Errors
    /// See [`TenantTx::commit`].
    pub async fn commit(self) -> DbResult<()> {
        self.0.commit().await
    }
}

impl SignInTx {
    pub(crate) fn new(open: OpenTx) -> Self {
        Self(open)
    }

    /// Makes everything lasting.
    ///
    /// # Errors
    /// See [`TenantTx::commit`].
    pub async fn commit(self) -> DbResult<()> {
        self.0.commit().await
    }
}

impl Deref for TenantTx {
    type Target = Queries;

    fn deref(&self) -> &Queries {
        self.open.queries()
    }
}

impl Deref for DispatchTx {
    type Target = Queries;

    fn deref(&self) -> &Queries {
        self.0.queries()
    }
}

impl Deref for SignInTx {
    type Target = Queries;

    fn deref(&self) -> &Queries {
        self.0.queries()
    }
}

/// A begun transaction on a connection of the pool. The option is empty only after the end.
pub(crate) struct OpenTx(Option<Queries>);

impl OpenTx {
    /// Begins with `begin` (fixed text) and one local setting, both in one round trip.
    pub(crate) async fn begin(client: Client, begin: &str, setting: Option<(&str, &str)>) -> DbResult<Self> {
        let open = Self(Some(Queries::new(client)));
        let client = open.queries().client();
        match setting {
            None => client.batch_execute(begin).await?,
            Some((name, value)) => {
                let params: [(&(dyn ToSql + Sync), Type); 2] = [(&name, Type::TEXT), (&value, Type::TEXT)];
                let set = client.execute_typed("select set_config($1, $2, true)", &params);
                futures_util::future::try_join(client.batch_execute(begin), set).await?;
            }
        }
        Ok(open)
    }

    fn queries(&self) -> &Queries {
        self.0.as_ref().expect("a transaction is used only before its end")
    }

    /// The empty select fails in an aborted transaction, where a bare commit would quietly roll back.
    async fn commit(mut self) -> DbResult<()> {
        failpoint("db.commit.before").await.map_err(|error| DbError::Commit(error.into()))?;
        self.queries().batch_execute("select; commit").await.map_err(DbError::of_commit)?;
        self.0 = None;
        failpoint("db.commit.after").await.map_err(|error| DbError::Commit(error.into()))
    }
}

impl Drop for OpenTx {
    fn drop(&mut self) {
        let Some(queries) = self.0.take() else { return };
        let client = queries.into_client();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(roll_back(client));
            }
            Err(_) => drop(Object::take(client)),
        }
    }
}

/// The connection goes back to the pool only after the rollback; one that does not answer is closed.
async fn roll_back(client: Client) {
    let rolled_back = tokio::time::timeout(ROLLBACK_LIMIT, client.batch_execute("rollback")).await;
    if !matches!(rolled_back, Ok(Ok(()))) {
        tracing::warn!("A transaction could not be rolled back; its connection is closed.");
        drop(Object::take(client));
    }
}
