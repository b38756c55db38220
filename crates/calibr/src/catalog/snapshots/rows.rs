//! Filling a snapshot of the catalogue from the database, part by part in the order of the variants' ids.
//! All SQL that it takes.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use kernel_core::{Currency, Error, ProjectId, Result};
use kernel_db::types::ToSql;
use kernel_db::{Row, TenantTx};
use pricing::{MoreFacts, PricePoint, Snapshot, SnapshotBuilder, Tags, VariantFacts};
use uuid::Uuid;

use super::seen::Seen;
use crate::catalog::BASE;
use crate::catalog::facts::full_title;

/// Variants read at once.
const PART: i64 = 4_000;
/// How far back prices are remembered.
const HISTORY: SignedDuration = SignedDuration::from_hours(120 * 24);

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Which variants: all between two, or these.
#[derive(Clone, Copy)]
enum Which<'a> {
    Between(Uuid, Uuid),
    Named(&'a [Uuid]),
}

/// What is read: whose variants, and from when on their prices.
pub(super) struct Reading<'a> {
    tx: &'a TenantTx,
    project: ProjectId,
    currency: Currency,
    since: Timestamp,
}

impl<'a> Reading<'a> {
    /// Prepares to read a project as it is at `now`.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn of(tx: &'a TenantTx, project: ProjectId, now: Timestamp) -> Result<Self> {
        let sql = "select currency from projects where tenant_id = $1 and id = $2";
        let row = tx.query_one(sql, &[&tx.tenant().0, &project.0]).await?;
        let currency = row.get::<_, &str>(0).parse().map_err(Error::internal)?;
        let since = now.checked_sub(HISTORY).map_err(Error::internal)?;
        Ok(Self { tx, project, currency, since })
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
        let mut last = Uuid::nil();
        loop {
            let sql = format!("{VARIANTS} and v.project_id = $2 and v.id > $3 order by v.id limit $4");
            let params: Params<'_> = &[&self.tx.tenant().0, &self.project.0, &last, &PART];
            let variants = self.tx.query(&sql, params).await?;
            let Some(row) = variants.last() else { return Ok(builder.finish()) };
            last = row.get(0);
            self.add(&variants, Which::Between(variants[0].get(0), last), &mut builder).await?;
        }
    }

    /// Those of `ids` that are there.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn some(&self, ids: &[Uuid]) -> Result<Snapshot> {
        let mut builder = SnapshotBuilder::default();
        for ids in ids.chunks(PART as usize) {
            let sql = format!("{VARIANTS} and v.project_id = $2 and v.id = any($3) order by v.id");
            let variants = self.tx.query(&sql, &[&self.tx.tenant().0, &self.project.0, &ids]).await?;
            self.add(&variants, Which::Named(ids), &mut builder).await?;
        }
        Ok(builder.finish())
    }
}

/// Texts of a list are sent as lines of one text, which is read without taking it apart; a break inside becomes a space.
const VARIANTS: &str =
    "select v.id, v.product_id, v.sku, v.title, v.cost_minor, v.inventory_quantity, v.units_sold_30d,
        translate(array_to_string(v.custom, E'\\x1f'), E'\\x1f\\n', E'\\n ') as custom
     from variants v
     where v.tenant_id = $1";

const PRODUCTS: &str = "select id, title, vendor, product_type, created_at, updated_at,
        translate(array_to_string(tags, E'\\x1f'), E'\\x1f\\n', E'\\n ') as tags,
        translate(array_to_string(collections, E'\\x1f'), E'\\x1f\\n', E'\\n ') as collections
     from products
     where tenant_id = $1 and id = any($2)";

/// What is now on every surface, and what was on the base surface; empty spans hold nothing.
const PRICES: &str = "select variant_id, surface, currency, unit_amount_minor, compare_at_minor, valid_from,
        valid_to is null as is_now, base_minor, array_to_string(sales, E'\\n') as sales
     from price_versions
     where tenant_id = $1 and (valid_to is null or surface = $2 and valid_to > $3 and valid_to > valid_from)";
const PRICES_ORDER: &str = "order by variant_id, surface, valid_from";

const REFERENCES: &str = "select variant_id, kind, currency, amount_minor from reference_prices
     where tenant_id = $1";
const REFERENCES_ORDER: &str = "order by variant_id";

const CHANNELS: &str = "select r.variant_id, c.name
     from channels c
     join channel_refs r on r.tenant_id = c.tenant_id and r.channel_id = c.id
     where c.tenant_id = $1 and c.project_id = $2";
const CHANNELS_ORDER: &str = "order by variant_id, c.name";

impl Reading<'_> {
    /// Adds variants, given in the order of their ids, with everything that belongs to them.
    async fn add(&self, variants: &[Row], which: Which<'_>, builder: &mut SnapshotBuilder) -> Result<()> {
        let mut products: Vec<Uuid> = variants.iter().map(|row| row.get(1)).collect();
        products.sort_unstable();
        products.dedup();
        let (tenant, project) = (self.tx.tenant().0, self.project.0);
        let (products, prices, references, channels) = futures_util::future::try_join4(
            async { Ok(self.tx.query(PRODUCTS, &[&tenant, &products]).await?) },
            self.following(PRICES, &[&tenant, &BASE, &self.since], which, PRICES_ORDER),
            self.following(REFERENCES, &[&tenant], which, REFERENCES_ORDER),
            self.following(CHANNELS, &[&tenant, &project], which, CHANNELS_ORDER),
        )
        .await?;
        let products: HashMap<Uuid, &Row> = products.iter().map(|row| (row.get(0), row)).collect();
        let mut part = Part {
            currency: self.currency,
            prices: Following::of(&prices),
            references: Following::of(&references),
            channels: Following::of(&channels),
            room: Room::default(),
        };
        for variant in variants {
            let product: Uuid = variant.get(1);
            let product =
                products.get(&product).ok_or_else(|| Error::internal("a variant without its product"))?;
            part.add(variant, product, builder)?;
        }
        Ok(())
    }

    /// What belongs to some variants, in their order.
    async fn following(
        &self,
        select: &str,
        params: Params<'_>,
        which: Which<'_>,
        order: &str,
    ) -> Result<Vec<Row>> {
        let (next, mut params) = (params.len() + 1, params.to_vec());
        let sql = match &which {
            Which::Between(first, last) => {
                params.extend([first as &(dyn ToSql + Sync), last]);
                format!("{select} and variant_id >= ${next} and variant_id <= ${} {order}", next + 1)
            }
            Which::Named(ids) => {
                params.push(ids);
                format!("{select} and variant_id = any(${next}) {order}")
            }
        };
        Ok(self.tx.query(&sql, &params).await?)
    }
}

/// Rows of a part that begin with the id of their variant, in its order.
struct Following<'r> {
    rows: &'r [Row],
}

impl<'r> Following<'r> {
    fn of(rows: &'r [Row]) -> Self {
        Self { rows }
    }

    /// The rows of this variant; those of variants before it, which belong to other projects, are passed over.
    fn of_variant(&mut self, id: Uuid) -> &'r [Row] {
        let before = self.rows.iter().take_while(|row| row.get::<_, Uuid>(0) < id).count();
        let here = self.rows[before..].iter().take_while(|row| row.get::<_, Uuid>(0) == id).count();
        let found = &self.rows[before..before + here];
        self.rows = &self.rows[before + here..];
        found
    }
}

/// What follows the variants of a part.
struct Part<'r> {
    currency: Currency,
    prices: Following<'r>,
    references: Following<'r>,
    channels: Following<'r>,
    room: Room,
}

/// Room for what a variant has several of, used again for the next.
#[derive(Default)]
struct Room {
    title: String,
    channels: String,
    history: Vec<PricePoint>,
}

impl Part<'_> {
    fn add(&mut self, variant: &Row, product: &Row, builder: &mut SnapshotBuilder) -> Result<()> {
        let id: Uuid = variant.get(0);
        let prices = self.prices.of_variant(id);
        let references = self.references.of_variant(id);
        self.room.name_channels(self.channels.of_variant(id));
        let currency = self.currency.code();
        let now = prices.iter().find(|row| is_base(row) && row.get("is_now"));
        let ours = |row: &&Row| row.get::<_, &str>("currency") == currency;
        let surfaces: Vec<(&str, i64)> = prices
            .iter()
            .filter(|row| !is_base(row))
            .filter(ours)
            .map(|row| (row.get("surface"), row.get("unit_amount_minor")))
            .collect();
        // Without a price now there is nothing that its history would lead to.
        let history = prices.iter().filter(|row| now.is_some() && is_base(row)).filter(ours);
        self.room.history.clear();
        self.room.history.extend(history.map(point));
        let reference = |kind: &str| {
            let mut found = references.iter().filter(ours).filter(|row| row.get::<_, &str>("kind") == kind);
            found.next().map(|row| row.get("amount_minor"))
        };
        let other_currency = now.filter(|row| !ours(row)).map(|row| row.get::<_, &str>("currency").parse());
        let more = MoreFacts {
            collections: Tags::Lines(product.get("collections")),
            channels: Tags::Lines(&self.room.channels),
            custom: Tags::Lines(variant.get("custom")),
            inventory: variant.get("inventory_quantity"),
            created_at: product.get::<_, Option<Timestamp>>("created_at").map(Timestamp::as_second),
            updated_at: Some(product.get::<_, Timestamp>("updated_at").as_second()),
            competitor_minor: reference("competitor_lowest"),
            msrp_minor: reference("msrp"),
            map_minor: reference("map"),
            surfaces: &surfaces,
            units_sold_30d: variant.get("units_sold_30d"),
            base_minor: now.and_then(|row| row.get("base_minor")),
            running_sales: Tags::Lines(now.and_then(|row| row.get("sales")).unwrap_or_default()),
            other_currency: other_currency.transpose().map_err(Error::internal)?,
            history: &self.room.history,
        };
        let title = match variant.get::<_, &str>("title") {
            "" => product.get("title"),
            title => {
                self.room.title = full_title(product.get("title"), title);
                self.room.title.as_str()
            }
        };
        builder.push(&VariantFacts {
            key: id.as_u128(),
            sku: variant.get("sku"),
            title,
            vendor: product.get("vendor"),
            product_type: product.get("product_type"),
            tags: Tags::Lines(product.get("tags")),
            price_minor: now.map(|row| row.get("unit_amount_minor")),
            compare_at_minor: now.and_then(|row| row.get("compare_at_minor")),
            cost_minor: variant.get("cost_minor"),
            more: &more,
        });
        Ok(())
    }
}

impl Room {
    fn name_channels(&mut self, rows: &[Row]) {
        self.channels.clear();
        for row in rows {
            if !self.channels.is_empty() {
                self.channels.push('\n');
            }
            self.channels.push_str(row.get("name"));
        }
    }
}

fn is_base(row: &Row) -> bool {
    row.get::<_, &str>("surface") == BASE
}

fn point(row: &Row) -> PricePoint {
    PricePoint {
        from: row.get::<_, Timestamp>("valid_from").as_second(),
        price_minor: row.get("unit_amount_minor"),
        compare_at_minor: row.get("compare_at_minor"),
    }
}
