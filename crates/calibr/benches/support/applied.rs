//! What a run records, beside the same rows as a database takes them fastest; and a shop that is never spoken to. All SQL
//! of this stands here.

use channel::{
    Access, BoxFuture, BulkPriceWriter, BulkRef, CataloguePage, CatalogueSource, Channel, ChannelError, Hear,
    NoticeSource, PriceLists, PriceReader, PriceWriter, ProductWrites, Result, ShopInfo, UploadedWrites,
    WriteOutcome,
};
use kernel_core::{CorrelationId, Ctx};
use kernel_jobs::{Job, JobId};
use serde_json::Value;

use super::Postgres;

/// The name of the shop.
pub const SHOP: &str = "still.myshopify.com";

/// The tables, and which of their rows the last run wrote.
const TABLES: [(&str, &str); 3] = [
    ("price_versions", "source_id = 'RUN'"),
    ("audit_records", "correlation_id = 'INTENTION' and action = 'price.applied'"),
    (
        "event_log",
        "correlation_id = 'INTENTION' and type in ('price.applied', 'run.progress', 'catalog.changed')",
    ),
];

impl Postgres {
    /// Says that the one shop has every variant.
    pub async fn refer_to_shop(&self) {
        self.batch(
            "insert into channel_refs (tenant_id, channel_id, variant_id, external_variant_id, external_product_id)
             select v.tenant_id, c.id, v.id, 'gid://shopify/ProductVariant/' || v.position,
                'gid://shopify/Product/' || p.handle
             from variants v join products p on p.tenant_id = v.tenant_id and p.id = v.product_id, channels c",
        )
        .await;
        self.batch("vacuum analyze").await;
    }

    /// Leases every batch that is queued, for a day.
    pub async fn lease_batches(&self, ctx: &Ctx) -> Vec<Job> {
        let sql = "update jobs set state = 'running', fence = 1, attempts = 1, lease_until = now() + interval '1 day'
             where kind = 'runs.apply_batch' and state = 'queued' returning id, kind, payload, correlation_id";
        let rows = self.owner().query(sql, &[]).await.expect("jobs");
        let job = |row: &kernel_db::Row| Job {
            id: JobId(row.get("id")),
            tenant: ctx.tenant,
            kind: row.get("kind"),
            payload: row.get("payload"),
            attempts: 1,
            fence: 1,
            correlation_id: CorrelationId(row.get("correlation_id")),
        };
        rows.iter().map(job).collect()
    }
}

/// Where the rows lie as COPY writes them, on the machine of the database.
fn file(folder: &str, table: &str) -> String {
    format!("{folder}/{table}.copy")
}

impl Postgres {
    /// Writes what the run recorded into files, and makes empty tables like those it stands in. Gives the numbers of rows.
    pub async fn gather(&self, run: &str, jobs: &[Job]) -> Value {
        let folder = self.data_folder().await;
        let intention = jobs.first().expect("a batch").correlation_id.0.to_string();
        let mut counts = serde_json::Map::new();
        for (table, of_run) in TABLES {
            let of_run = of_run.replace("RUN", run).replace("INTENTION", &intention);
            let to = file(&folder, table);
            self.batch(&format!(
                "drop table if exists bench_{table}; create table bench_{table} (like {table} including all);
                 copy (select * from {table} where {of_run}) to '{to}' (format binary)"
            ))
            .await;
            let sql = format!("select count(*) from {table} where {of_run}");
            counts.insert(table.to_owned(), self.one(&sql).await.get::<_, i64>(0).into());
        }
        Value::Object(counts)
    }

    /// Takes the files of [`Self::gather`] into their tables, in one transaction.
    pub async fn copy(&self) {
        let folder = self.data_folder().await;
        let copy = |(table, _): (&str, &str)| {
            format!("copy bench_{table} from '{}' (format binary);", file(&folder, table))
        };
        let all: String = TABLES.into_iter().map(copy).collect();
        self.batch(&format!("begin; {all} commit")).await;
    }
}

/// A shop that says who it is, and no more.
pub struct StillShop;

impl Channel for StillShop {
    fn kind(&self) -> &'static str {
        "shopify"
    }

    fn shop(&self) -> BoxFuture<'_, Result<ShopInfo>> {
        let currency = "EUR".parse().expect("a currency");
        let shop = ShopInfo {
            domain: SHOP.to_owned(),
            name: "Still".to_owned(),
            currency,
            time_zone: "UTC".to_owned(),
        };
        Box::pin(async { Ok(shop) })
    }

    fn catalogue(&self) -> Option<&dyn CatalogueSource> {
        None
    }

    fn price_reader(&self) -> Option<&dyn PriceReader> {
        None
    }

    fn price_writer(&self) -> Option<&dyn PriceWriter> {
        None
    }

    fn access(&self) -> Option<&dyn Access> {
        None
    }

    fn notices(&self) -> Option<&dyn NoticeSource> {
        None
    }

    fn bulk_price_writer(&self) -> Option<&dyn BulkPriceWriter> {
        Some(self)
    }

    fn price_lists(&self) -> Option<&dyn PriceLists> {
        None
    }
}

/// So many prices would be written in bulk, so the run is cut as such runs are.
impl BulkPriceWriter for StillShop {
    fn pays_off(&self, _: usize) -> bool {
        true
    }

    fn upload<'a>(&'a self, _: &'a [ProductWrites]) -> BoxFuture<'a, Result<UploadedWrites>> {
        Box::pin(async { Err(still()) })
    }

    fn start<'a>(&'a self, _: &'a str, _: &'a UploadedWrites) -> BoxFuture<'a, Result<BulkRef>> {
        Box::pin(async { Err(still()) })
    }

    fn outcomes<'a>(
        &'a self,
        _: &'a BulkRef,
        _: &'a [ProductWrites],
        _: Hear<'a>,
    ) -> BoxFuture<'a, Result<Vec<Vec<WriteOutcome>>>> {
        Box::pin(async { Err(still()) })
    }

    fn is_under_way<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Err(still()) })
    }
}

fn still() -> ChannelError {
    ChannelError::never("bench.still", "Nobody speaks to this shop.")
}
