//! Bulk inserts under row-level security: `COPY BINARY` into a temporary table, then one `INSERT … SELECT`.

use std::pin::Pin;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use crate::queries::Params;
use crate::{DbResult, Queries};

/// An open bulk insert. Dropping it inserts nothing.
pub struct BulkInsert<'tx> {
    queries: &'tx Queries,
    writer: Pin<Box<BinaryCopyInWriter>>,
    insert: String,
}

impl Queries {
    /// Starts a bulk insert into `columns` of `table`; `conflict` is empty or an `on conflict …` clause. All three are
    /// fixed text of a store, never text from outside. One at a time per table and transaction.
    ///
    /// # Errors
    /// There is no such table or column, or the role may not insert.
    pub async fn bulk_insert(
        &self,
        table: &str,
        columns: &[&str],
        conflict: &str,
    ) -> DbResult<BulkInsert<'_>> {
        let columns = columns.join(", ");
        let shape = self.client().prepare(&format!("select {columns} from {table}")).await?;
        let types: Vec<Type> = shape.columns().iter().map(|column| column.type_().clone()).collect();
        let stage = format!("pg_temp.bulk_{table}");
        self.batch_execute(&format!(
            "drop table if exists {stage};
             create temp table bulk_{table} on commit drop as select {columns} from {table} with no data"
        ))
        .await?;
        let sink = self.copy_in(&format!("copy {stage} ({columns}) from stdin (format binary)")).await?;
        Ok(BulkInsert {
            queries: self,
            writer: Box::pin(BinaryCopyInWriter::new(sink, &types)),
            insert: format!("insert into {table} ({columns}) select {columns} from {stage} {conflict}"),
        })
    }
}

impl BulkInsert<'_> {
    /// Adds one row, in the order of the columns and with exactly their types (an `i32` for `int`, not an `i64`).
    ///
    /// # Errors
    /// A value does not fit its column, or the connection broke.
    pub async fn row(&mut self, values: Params<'_>) -> DbResult<()> {
        Ok(self.writer.as_mut().write(values).await?)
    }

    /// Inserts the rows and says how many.
    ///
    /// # Errors
    /// A constraint or a policy refused them.
    pub async fn finish(mut self) -> DbResult<u64> {
        self.writer.as_mut().finish().await?;
        Ok(self.queries.client().execute(&self.insert, &[]).await?)
    }
}
