//! The pool. Every connection starts as `calibr_app`, whoever the URL names.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::QueueMode;
use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use kernel_core::TenantId;
use tokio::sync::Notify;
use tokio_postgres::NoTls;

use crate::config::with_settings;
use crate::tx::{DispatchTx, OpenTx, SignInTx, TenantTx};
use crate::{APP_ROLE, DbError, DbResult, IntoConfig, Migrations};

/// How long a caller waits for a free connection, or for a new one.
const CONNECTION_LIMIT: Duration = Duration::from_secs(10);

/// Settings of every pooled connection. An abandoned transaction would hold back vacuum and the event relay.
const SETTINGS: [(&str, &str); 5] = [
    ("role", APP_ROLE),
    ("timezone", "UTC"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("jit", "off"),
];

/// What policies of the sign-in tables look for.
const SIGN_IN_KEYS: [&str; 2] = ["credential_hash", "sign_in_email"];

/// The pool of connections; cloning is cheap.
#[derive(Clone)]
pub struct Db {
    pool: Pool,
    wake: Arc<Notify>,
}

impl Db {
    /// Connects as `calibr_app` with at most `pool_size` connections and checks that the role cannot bypass
    /// row-level security.
    ///
    /// # Errors
    /// No server answers, the database has not been migrated, or the role is too powerful.
    pub async fn connect(database: impl IntoConfig, pool_size: usize) -> DbResult<Self> {
        let config = with_settings(database.into_config()?, &SETTINGS)?;
        let manager =
            Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(pool_size)
            // The connection that was used last knows the statements and their plans.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(CONNECTION_LIMIT))
            .create_timeout(Some(CONNECTION_LIMIT))
            .build()
            .map_err(|error| DbError::Setup(error.to_string()))?;
        let db = Self { pool, wake: Arc::default() };
        db.check_role().await?;
        Ok(db)
    }

    /// A transaction that sees the rows of `tenant` and no others.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn tenant_tx(&self, tenant: TenantId) -> DbResult<TenantTx> {
        self.begin_for(tenant, "begin").await
    }

    /// The same over one snapshot and read-only: all its statements see the database at one instant.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn repeatable_read(&self, tenant: TenantId) -> DbResult<TenantTx> {
        self.begin_for(tenant, "begin isolation level repeatable read read only").await
    }

    /// A transaction as `calibr_dispatch`, for the job runner and the event relay.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn dispatch_tx(&self) -> DbResult<DispatchTx> {
        // A stopped process must not keep a job's row to itself for long.
        let begin =
            "begin; set local role calibr_dispatch; set local idle_in_transaction_session_timeout = '5s'";
        Ok(DispatchTx::new(OpenTx::begin(self.client().await?, begin, None).await?))
    }

    /// A transaction with no tenant but `calibr.<key>` set to `value`, so that policies of the sign-in tables show
    /// exactly the row presented. Keys: `credential_hash`, `sign_in_email`.
    ///
    /// # Errors
    /// Another key, or no connection could be had.
    pub async fn sign_in_tx(&self, key: &str, value: &str) -> DbResult<SignInTx> {
        if !SIGN_IN_KEYS.contains(&key) {
            return Err(DbError::UnknownSignInKey(key.to_owned()));
        }
        let name = format!("calibr.{key}");
        let open = OpenTx::begin(self.client().await?, "begin", Some((&name, value))).await?;
        Ok(SignInTx::new(open))
    }

    /// Ends when a transaction of this process committed that asked for it; one waiter for each such commit.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Answers when a connection works; for health checks.
    ///
    /// # Errors
    /// No connection could be had.
    pub async fn ping(&self) -> DbResult<()> {
        Ok(self.client().await?.batch_execute("select").await?)
    }

    /// Checks that the database has exactly the migrations of this binary.
    ///
    /// # Errors
    /// It has fewer or more; the text says what to do.
    pub async fn check_schema(&self) -> DbResult<()> {
        let sql = "select coalesce(max(number), 0) from schema_migrations";
        let found: i32 = self.client().await?.query_one(sql, &[]).await?.get(0);
        let wanted = Migrations::embedded().latest();
        if found == wanted {
            return Ok(());
        }
        Err(DbError::Setup(format!(
            "The database is at migration {found}, this binary at {wanted}. {}",
            if found < wanted { "Run `calibr migrate`." } else { "Start a newer calibr." },
        )))
    }

    async fn begin_for(&self, tenant: TenantId, begin: &str) -> DbResult<TenantTx> {
        let id = tenant.0.to_string();
        let open = OpenTx::begin(self.client().await?, begin, Some(("calibr.tenant_id", &id))).await?;
        Ok(TenantTx::new(tenant, open, Arc::clone(&self.wake)))
    }

    async fn client(&self) -> DbResult<Client> {
        Ok(self.pool.get().await?)
    }

    async fn check_role(&self) -> DbResult<()> {
        let client = self.client().await.map_err(explain_missing_role)?;
        let sql = "select current_user::text, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
                   from pg_roles where rolname = current_user";
        let row = client.query_one(sql, &[]).await?;
        let (role, powerful): (String, bool) = (row.get(0), row.get(1));
        if role == APP_ROLE && !powerful {
            return Ok(());
        }
        Err(DbError::Setup(format!(
            "Connections run as `{role}`, which must be `{APP_ROLE}` without special rights. Run `calibr migrate`; \
             a connection pooler must pass on startup options."
        )))
    }
}

/// 22023: the startup option names a role that does not exist or that the user may not take.
fn explain_missing_role(error: DbError) -> DbError {
    match error.code() {
        Some("22023" | "42501" | "3D000") => DbError::Setup(format!(
            "The database is not ready for Calibr: it or the role `{APP_ROLE}` does not exist, or this user may not \
             take that role. Run `calibr migrate` with the owner's DATABASE_URL."
        )),
        _ => error,
    }
}
