//! Filling a snapshot of the catalogue from the database, table by table and in no order, which a database reads fastest.
//! All SQL that it takes.

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Currency, Error, ProjectId, Result};
use kernel_db::TenantTx;
use pricing::Snapshot;
use uuid::Uuid;

use super::gathered::Gathered;
use super::packed::packed;
use super::seen::Seen;
use crate::catalog::{BASE, REMEMBERED_DAYS, Surface};

/// Variants named in one statement.
const PART: usize = 4_000;
/// How far back prices are remembered.
const HISTORY: SignedDuration = SignedDuration::from_hours(REMEMBERED_DAYS * 24);
/// The days before a reduction that the law looks at, with what calendars and zones add.
const WINDOW_DAYS: u32 = 33;

const PRODUCTS: &str = "select id, title, vendor, product_type, tags, collections, created_at, updated_at
     from products";

const VARIANTS: &str =
    "select id, product_id, sku, title, custom, cost_minor, inventory_quantity, units_sold_30d from variants";

const PRICE_COLUMNS: &str =
    "select variant_id, surface, currency, unit_amount_minor, compare_at_minor, valid_from,
        valid_to is null, base_minor, base_compare_at_minor, sales";

const REFERENCES: &str = "select variant_id, kind, currency, amount_minor from reference_prices";

const CHANNELS: &str = "select r.variant_id, c.name
     from channels c
     join channel_refs r on r.tenant_id = c.tenant_id and r.channel_id = c.id";

/// What is read: whose variants, the prices of which surface, and from when on.
pub(super) struct Reading<'a> {
    tx: &'a TenantTx,
    project: ProjectId,
    /// Small letters, digits, `-` and `_`.
    surface: String,
    currency: Currency,
    /// Whether costs are in that currency.
    has_costs: bool,
    is_only_project: bool,
    since: Timestamp,
}

impl<'a> Reading<'a> {
    /// Prepares to read a project as it is at `now`, with its base prices unless a surface is named.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn of(
        tx: &'a TenantTx,
        project: ProjectId,
        surface: Option<&Surface>,
        now: Timestamp,
    ) -> Result<Self> {
        let sql = "select currency, (select count(*) from projects p where p.tenant_id = j.tenant_id) = 1
             from projects j where tenant_id = $1 and id = $2";
        let row = tx.query_one(sql, &[&tx.tenant().0, &project.0]).await?;
        let ours: Currency = row.get::<_, &str>(0).parse().map_err(Error::internal)?;
        let currency = surface.map_or(ours, |surface| surface.currency);
        let has_costs = currency == ours;
        let surface = surface.map_or(BASE, |surface| &surface.name).to_owned();
        let since = now.checked_sub(HISTORY).map_err(Error::internal)?;
        Ok(Self { tx, project, surface, currency, has_costs, is_only_project: row.get(1), since })
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
        // Tables hold the variants of all projects of a tenant, of which there is mostly one.
        let following = match self.is_only_project {
            true => String::new(),
            false => format!(" and variant_id in (select id from variants where {})", self.of_project("")),
        };
        self.read(Named { products: String::new(), variants: String::new(), following }).await
    }

    /// Those of `ids` that are there.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn some(&self, ids: &[Uuid]) -> Result<Snapshot> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        let mut snapshot = Snapshot::default();
        for ids in ids.chunks(PART) {
            let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
            let named = format!("= any('{{{}}}')", ids.join(","));
            let tenant = self.tx.tenant().0;
            let products =
                format!("select product_id from variants where tenant_id = '{tenant}' and id {named}");
            let part = self.read(Named {
                products: format!(" and id in ({products})"),
                variants: format!(" and id {named}"),
                following: format!(" and variant_id {named}"),
            });
            snapshot.append(part.await?);
        }
        Ok(snapshot)
    }

    async fn read(&self, named: Named) -> Result<Snapshot> {
        let Named { products, variants, following } = named;
        let (tx, tenant, since) = (self.tx, self.tx.tenant().0, self.since);
        let (of_project, of_channels) = (self.of_project(""), self.of_project("c."));
        let mut gathered = Gathered::new(&self.surface, self.currency, self.has_costs);
        let sql = format!("{PRODUCTS} where {of_project}{products}");
        tx.copy_out(&sql, |row| gathered.product(row)).await?;
        let sql = format!("{VARIANTS} where {of_project}{variants}");
        tx.copy_out(&sql, |row| gathered.variant(row)).await?;
        // What is now on every surface, and what was on this one; empty spans hold nothing.
        let held = format!("surface = '{}' and valid_to > '{since}' and valid_to > valid_from", self.surface);
        let sql = format!(
            "{PRICE_COLUMNS} from price_versions where tenant_id = '{tenant}' and (valid_to is null or {held}){following}"
        );
        tx.copy_out(&sql, |row| gathered.price(row)).await?;
        tx.copy_out(&self.before_reductions(&following), |row| gathered.price(row)).await?;
        let sql = format!("{REFERENCES} where tenant_id = '{tenant}'{following}");
        tx.copy_out(&sql, |row| gathered.reference(row)).await?;
        let sql = format!("{CHANNELS} where {of_channels}{following}");
        tx.copy_out(&sql, |row| gathered.channel(row)).await?;
        tokio::task::spawn_blocking(|| packed(gathered)).await.map_err(Error::internal)
    }

    /// Older prices of variants whose reduction runs longer than prices are remembered: those of the days before it began,
    /// from which the law counts it. What is old is looked for first, since mostly there is none.
    fn before_reductions(&self, following: &str) -> String {
        let base = format!("tenant_id = '{}' and surface = '{}'", self.tx.tenant().0, self.surface);
        format!(
            "with older as materialized (
                select * from price_versions
                where {base} and valid_to <= '{}' and valid_to > valid_from{following})
             {PRICE_COLUMNS} from older o
             where variant_id in (select variant_id from price_versions
                where {base} and valid_to is null and compare_at_minor > unit_amount_minor)
             and valid_to > coalesce((select max(u.valid_to) from price_versions u
                where u.tenant_id = o.tenant_id and u.surface = o.surface and u.variant_id = o.variant_id
                    and u.valid_to > u.valid_from and coalesce(u.compare_at_minor, 0) <= u.unit_amount_minor),
                '-infinity') - interval '{WINDOW_DAYS} days'",
            self.since
        )
    }

    /// The rows of the project in the table called `table`.
    fn of_project(&self, table: &str) -> String {
        format!("{table}tenant_id = '{}' and {table}project_id = '{}'", self.tx.tenant().0, self.project.0)
    }
}

/// Which rows of each table are read, as a further condition.
struct Named {
    products: String,
    variants: String,
    following: String,
}
