//! Taking a shop's price lists in with its catalogue, page by page in the import's transaction.
//! All SQL that it takes.

use std::collections::HashMap;

use channel::{LivePrice, PriceList, PriceOrigin};
use kernel_core::{Error, Result};
use uuid::Uuid;

use super::name_for;
use super::store::{self, Found};
use crate::catalog::import::{Import, ImportSource};
use crate::catalog::prices::{NewPrice, Origin, write_prices};
use crate::ids::{ChannelId, VariantId};

/// A list that is being taken in.
pub struct ListTaking<'a> {
    list: &'a PriceList,
    name: String,
    fixed_rows: i64,
    relative_rows: i64,
}

/// The price a surface has, as far as it tells whether it moved.
type Held = (String, i64, Option<i64>, bool);

impl Import<'_> {
    /// Begins to take a list in.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin_list<'l>(&mut self, list: &'l PriceList) -> Result<ListTaking<'l>> {
        let channel = self.channel()?;
        let (own, others) = store::names(&self.tx, self.project.id, channel, list.id.as_str()).await?;
        let name = own.unwrap_or_else(|| name_for(&list.name, |name| others.iter().any(|o| o == name)));
        let sql = "create temp table if not exists listed_variants (variant_id uuid not null) on commit drop;
             truncate listed_variants";
        self.tx.batch_execute(sql).await?;
        self.report.price_lists += 1;
        Ok(ListTaking { list, name, fixed_rows: 0, relative_rows: 0 })
    }

    /// Takes rows in. A row that follows the base price is kept where it is shown in the list's currency; in another there
    /// is nothing to compute with. Variants that the catalogue does not have are left out.
    ///
    /// # Errors
    /// The database refused; nothing of the import will be there.
    pub async fn take_rows(&mut self, taking: &mut ListTaking<'_>, rows: &[LivePrice]) -> Result<()> {
        let held = self.held(taking, rows).await?;
        let (mut listed, mut moved) = (Vec::new(), Vec::new());
        for row in rows {
            let Some((variant, held)) = held.get(row.variant.as_str()) else { continue };
            let relative = row.origin == PriceOrigin::Relative;
            *(if relative { &mut taking.relative_rows } else { &mut taking.fixed_rows }) += 1;
            if row.price.currency != taking.list.currency {
                continue;
            }
            listed.push(*variant);
            let compare_at = row.compare_at.map(|amount| amount.amount_minor);
            let seen = (row.price.currency.code(), row.price.amount_minor, compare_at, relative);
            if held
                .as_ref()
                .map(|(code, minor, compare_at, relative)| (code.as_str(), *minor, *compare_at, *relative))
                != Some(seen)
            {
                let (price, compare_at) = (row.price, row.compare_at);
                moved.push(NewPrice {
                    variant: VariantId(*variant),
                    price,
                    compare_at,
                    running: None,
                    relative,
                });
            }
        }
        let sql = "insert into listed_variants select unnest($1::uuid[])";
        self.tx.execute(sql, &[&listed]).await?;
        self.touched.add(moved.iter().map(|price| price.variant.0));
        let source_id = self.channel()?.to_string();
        let origin = Origin {
            surface: &taking.name,
            source: "ingest",
            source_id: &source_id,
            actor: &self.ctx.actor.label,
        };
        write_prices(self.ctx, &self.tx, origin, &moved).await
    }

    /// Ends a list: rows that it no longer has, or has in another currency, have no price on it any more.
    ///
    /// # Errors
    /// The database refused; nothing of the import will be there.
    pub async fn end_list(&mut self, taking: ListTaking<'_>) -> Result<String> {
        let ListTaking { list, name, fixed_rows, relative_rows } = taking;
        self.end_prices(&name, "variant_id not in (select variant_id from listed_variants)").await?;
        let (project, channel) = (self.project.id, self.channel()?);
        let found = Found { project, channel, name: &name, list, fixed_rows, relative_rows };
        store::surface_upsert(&self.tx, &found, self.ctx.now()).await?;
        Ok(name)
    }

    /// Notes that the shop has no other lists than these.
    ///
    /// # Errors
    /// The database refused; nothing of the import will be there.
    pub async fn end_lists(&mut self, there: &[String]) -> Result<()> {
        let gone = store::surfaces_gone(&self.tx, self.channel()?, there, self.ctx.now()).await?;
        for name in gone {
            self.end_prices(&name, "true").await?;
        }
        Ok(())
    }

    /// What we hold of these rows, by the vendor's id of the variant.
    async fn held(
        &self,
        taking: &ListTaking<'_>,
        rows: &[LivePrice],
    ) -> Result<HashMap<String, (Uuid, Option<Held>)>> {
        let externals: Vec<&str> = rows.iter().map(|row| row.variant.as_str()).collect();
        let found = self
            .tx
            .query(
                "select r.external_variant_id, r.variant_id, pv.currency, pv.unit_amount_minor, pv.compare_at_minor,
                    pv.relative
                 from channel_refs r
                 left join lateral (
                    select currency, unit_amount_minor, compare_at_minor, relative from price_versions p
                    where p.tenant_id = r.tenant_id and p.variant_id = r.variant_id and p.surface = $3
                      and p.valid_to is null limit 1) pv on true
                 where r.tenant_id = $1 and r.channel_id = $2 and r.external_variant_id = any($4)",
                &[&self.ctx.tenant.0, &self.channel()?.0, &taking.name, &externals],
            )
            .await?;
        let read = |row: &kernel_db::Row| {
            let held = row.get::<_, Option<String>>("currency").map(|currency| {
                (currency, row.get("unit_amount_minor"), row.get("compare_at_minor"), row.get("relative"))
            });
            (row.get("external_variant_id"), (row.get("variant_id"), held))
        };
        Ok(found.iter().map(read).collect())
    }

    /// Ends the prices of a surface of which `which` is true.
    async fn end_prices(&mut self, surface: &str, which: &str) -> Result<()> {
        // More than are worth naming are not asked for.
        let sql = format!(
            "with ended as (
                update price_versions set valid_to = greatest($4, valid_from)
                where tenant_id = $1 and surface = $3 and valid_to is null and {which}
                  and variant_id in (select id from variants where tenant_id = $1 and project_id = $2)
                returning variant_id)
             select variant_id from ended limit 10001"
        );
        let rows =
            self.tx.query(&sql, &[&self.ctx.tenant.0, &self.project.id.0, &surface, &self.ctx.now()]).await?;
        self.touched.add(rows.iter().map(|row| row.get("variant_id")));
        Ok(())
    }

    fn channel(&self) -> Result<ChannelId> {
        match self.source {
            ImportSource::Channel(channel) => Ok(channel),
            ImportSource::File => Err(Error::internal("a file has no price lists")),
        }
    }
}
