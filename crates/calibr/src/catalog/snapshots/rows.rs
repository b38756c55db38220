//! Filling a snapshot of the catalogue from the database: what belongs to variants is gathered table by table, which a
//! database reads fastest, and put together as the variants arrive in the order of their ids. All SQL that it takes.

use futures_util::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use kernel_core::{Currency, Error, ProjectId, Result};
use kernel_db::types::ToSql;
use kernel_db::{DbError, Row, TenantTx};
use pricing::{Snapshot, SnapshotBuilder};
use uuid::Uuid;

use super::gathered::Gathered;
use super::seen::Seen;
use crate::catalog::BASE;

/// Variants named in one statement.
const PART: usize = 4_000;
/// How far back prices are remembered.
const HISTORY: SignedDuration = SignedDuration::from_hours(120 * 24);

/// Lists are sent as lines of one text, which is read without taking it apart; a break inside a text becomes a space.
const VARIANTS: &str =
    "select v.id, v.product_id, v.sku, v.title, v.cost_minor, v.inventory_quantity, v.units_sold_30d,
        translate(array_to_string(v.custom, E'\\x1f'), E'\\x1f\\n', E'\\n ') as custom
     from variants v
     where v.tenant_id = $1 and v.project_id = $2";

const PRODUCTS: &str = "select id, title, vendor, product_type, created_at, updated_at,
        translate(array_to_string(tags, E'\\x1f'), E'\\x1f\\n', E'\\n ') as tags,
        translate(array_to_string(collections, E'\\x1f'), E'\\x1f\\n', E'\\n ') as collections
     from products
     where tenant_id = $1 and project_id = $2";

/// What is now on every surface, and what was on the base surface; empty spans hold nothing.
const PRICES: &str = "select variant_id, surface, currency, unit_amount_minor, compare_at_minor, valid_from,
        valid_to is null as is_now, base_minor, array_to_string(sales, E'\\n') as sales
     from price_versions
     where tenant_id = $1 and (valid_to is null or surface = $2 and valid_to > $3 and valid_to > valid_from)";

const REFERENCES: &str =
    "select variant_id, kind, currency, amount_minor from reference_prices where tenant_id = $1";

const CHANNELS: &str = "select r.variant_id, c.name
     from channels c
     join channel_refs r on r.tenant_id = c.tenant_id and r.channel_id = c.id
     where c.tenant_id = $1 and c.project_id = $2";

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// What is read: whose variants, and from when on their prices.
pub(super) struct Reading<'a> {
    tx: &'a TenantTx,
    project: ProjectId,
    currency: Currency,
    is_only_project: bool,
    since: Timestamp,
}

impl<'a> Reading<'a> {
    /// Prepares to read a project as it is at `now`.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn of(tx: &'a TenantTx, project: ProjectId, now: Timestamp) -> Result<Self> {
        let sql = "select currency, (select count(*) from projects p where p.tenant_id = j.tenant_id) = 1
             from projects j where tenant_id = $1 and id = $2";
        let row = tx.query_one(sql, &[&tx.tenant().0, &project.0]).await?;
        let currency = row.get::<_, &str>(0).parse().map_err(Error::internal)?;
        let since = now.checked_sub(HISTORY).map_err(Error::internal)?;
        Ok(Self { tx, project, currency, is_only_project: row.get(1), since })
    }

    /// The payloads of the events about the project that are seen now and were not then.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn unseen(&self, kind: &str, then: &Seen) -> Result<Vec<serde_json::Value>> {
        Ok(kernel_events::unseen(self.tx, kind, &self.project.to_string(), &then.text).await?)
    }

    /// Every variant of the project.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn all(&self) -> Result<Snapshot> {
        let mut builder = SnapshotBuilder::default();
        // Tables hold the variants of all projects of a tenant, of which there is mostly one.
        let of_project = match self.is_only_project {
            true => String::new(),
            false => {
                let project = self.project.0;
                format!(
                    " and variant_id in (select id from variants where tenant_id = $1 and project_id = '{project}')"
                )
            }
        };
        self.read(Named { products: "", variants: "", following: &of_project, ids: None }, &mut builder)
            .await?;
        Ok(builder.finish())
    }

    /// Those of `ids` that are there.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn some(&self, ids: &[Uuid]) -> Result<Snapshot> {
        let mut builder = SnapshotBuilder::default();
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        for ids in ids.chunks(PART) {
            let named = Named {
                products: " and id in (select product_id from variants where tenant_id = $1 and id = any($IDS))",
                variants: " and v.id = any($IDS)",
                following: " and variant_id = any($IDS)",
                ids: Some(ids),
            };
            self.read(named, &mut builder).await?;
        }
        Ok(builder.finish())
    }

    async fn read(&self, named: Named<'_>, builder: &mut SnapshotBuilder) -> Result<()> {
        let (tenant, project) = (self.tx.tenant().0, self.project.0);
        let mut gathered = Gathered::new(self.currency);
        let of_project: Params<'_> = &[&tenant, &project];
        self.each(PRODUCTS, of_project, named.products, &named, |row| gathered.product(row)).await?;
        let since: Params<'_> = &[&tenant, &BASE, &self.since];
        self.each(PRICES, since, named.following, &named, |row| gathered.price(&row)).await?;
        self.each(REFERENCES, &[&tenant], named.following, &named, |row| gathered.reference(&row)).await?;
        self.each(CHANNELS, of_project, named.following, &named, |row| gathered.channel(&row)).await?;
        gathered.sort();
        let order = format!("{} order by v.id", named.variants);
        self.each(VARIANTS, of_project, &order, &named, |row| gathered.variant(&row, builder)).await
    }

    /// Hands over rows as they arrive.
    async fn each(
        &self,
        select: &str,
        params: Params<'_>,
        which: &str,
        named: &Named<'_>,
        mut take: impl FnMut(Row) -> Result<()>,
    ) -> Result<()> {
        let mut params = params.to_vec();
        let sql = format!("{select}{}", which.replace("$IDS", &format!("${}", params.len() + 1)));
        params.extend(named.ids.as_ref().map(|ids| ids as &(dyn ToSql + Sync)));
        let rows = self.tx.query_stream(&sql, &params).await?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(DbError::from)? {
            take(row)?;
        }
        Ok(())
    }
}

/// Which rows of each table are read; `$IDS` stands for the ids.
struct Named<'a> {
    products: &'a str,
    variants: &'a str,
    following: &'a str,
    ids: Option<&'a [Uuid]>,
}
