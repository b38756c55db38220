//! The statements a transaction can run. Statements are prepared once per connection and kept.

use bytes::Buf;
use deadpool_postgres::{Client, tokio_postgres::Statement};
use tokio_postgres::{CopyInSink, Row, RowStream, types::ToSql};

use crate::DbResult;

/// Parameters of a statement, in the order of `$1`, `$2`, ….
pub type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// One open transaction, whatever it may see. Every kind of transaction derefs to it.
pub struct Queries {
    client: Client,
}

impl Queries {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    pub(crate) fn into_client(self) -> Client {
        self.client
    }

    /// All rows.
    ///
    /// # Errors
    /// As for every method here: Postgres refused the statement, or the connection broke.
    pub async fn query(&self, sql: &str, params: Params<'_>) -> DbResult<Vec<Row>> {
        Ok(self.client.query(&self.prepared(sql).await?, params).await?)
    }

    /// The rows of a list, planned for these values: a list has filters that are mostly not asked for (`$3 is null or …`), and
    /// a plan that serves any value reads a whole table for one page. What follows in the transaction is planned so too.
    ///
    /// # Errors
    /// See [`Self::query`].
    pub async fn query_list(&self, sql: &str, params: Params<'_>) -> DbResult<Vec<Row>> {
        let plan_for_values = self.client.batch_execute("set local plan_cache_mode = force_custom_plan");
        let (statement, ()) = tokio::try_join!(self.prepared(sql), async { Ok(plan_for_values.await?) })?;
        Ok(self.client.query(&statement, params).await?)
    }

    /// At most one row.
    ///
    /// # Errors
    /// Also if there are more.
    pub async fn query_opt(&self, sql: &str, params: Params<'_>) -> DbResult<Option<Row>> {
        Ok(self.client.query_opt(&self.prepared(sql).await?, params).await?)
    }

    /// Exactly one row.
    ///
    /// # Errors
    /// Also if there are none or more.
    pub async fn query_one(&self, sql: &str, params: Params<'_>) -> DbResult<Row> {
        Ok(self.client.query_one(&self.prepared(sql).await?, params).await?)
    }

    /// Runs the statement and says how many rows it touched.
    ///
    /// # Errors
    /// See [`Self::query`].
    pub async fn execute(&self, sql: &str, params: Params<'_>) -> DbResult<u64> {
        Ok(self.client.execute(&self.prepared(sql).await?, params).await?)
    }

    /// Rows as they arrive, for results that do not fit in memory. Errors can also come with a row.
    ///
    /// # Errors
    /// See [`Self::query`].
    pub async fn query_stream(&self, sql: &str, params: Params<'_>) -> DbResult<RowStream> {
        let statement = self.prepared(sql).await?;
        Ok(self.client.query_raw(&statement, params.iter().copied()).await?)
    }

    /// Opens `COPY … FROM STDIN`. Postgres refuses it on tables with row-level security: copy into a temporary
    /// table, or use [`Self::bulk_insert`], which does that.
    ///
    /// # Errors
    /// See [`Self::query`].
    pub async fn copy_in<B: Buf + Send + 'static>(&self, sql: &str) -> DbResult<CopyInSink<B>> {
        Ok(self.client.copy_in(sql).await?)
    }

    /// Runs several statements without parameters, separated by semicolons. Never with text from outside.
    ///
    /// # Errors
    /// See [`Self::query`].
    pub async fn batch_execute(&self, sql: &str) -> DbResult<()> {
        Ok(self.client.batch_execute(sql).await?)
    }

    pub(crate) async fn prepared(&self, sql: &str) -> DbResult<Statement> {
        Ok(self.client.prepare_cached(sql).await?)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}
