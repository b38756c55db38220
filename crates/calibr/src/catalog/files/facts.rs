//! Taking in what a file of facts says. All SQL that writes facts a product file does not tell.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use kernel_audit::Change;
use kernel_core::{Money, Result};
use kernel_db::Row;
use uuid::Uuid;

use super::Taking;
use super::cells::{Told, fault};
use super::facts_file::Said;
use super::find::find;
use crate::ids::VariantId;

/// The kinds of reference prices.
pub(super) const REFERENCES: [&str; 3] = ["competitor_lowest", "msrp", "map"];

/// What the file said so far that later rows must not contradict.
#[derive(Default)]
pub(super) struct Facts {
    /// The line of each variant.
    lines: HashMap<Uuid, u64>,
    products: HashMap<Uuid, OfProduct>,
}

/// What all variants of a product share, with the line that told it.
#[derive(Default, Clone)]
struct OfProduct {
    line: u64,
    collections: Told<Vec<String>>,
    created_at: Told<Timestamp>,
}

/// A variant's facts as they are, and then as they will be.
#[derive(Clone, PartialEq, Eq)]
struct Known {
    product: Uuid,
    cost: Option<i64>,
    inventory: Option<i64>,
    units_sold: Option<i64>,
    custom: BTreeMap<String, String>,
    references: [Option<i64>; 3],
    collections: Vec<String>,
    created_at: Option<Timestamp>,
}

impl Facts {
    /// Takes rows in.
    ///
    /// # Errors
    /// The database refused.
    pub(super) async fn take(&mut self, taking: &mut Taking<'_>, rows: Vec<Said>) -> Result<()> {
        let found = find(taking, rows.iter().map(|row| &row.variant)).await?;
        let mut named = Vec::with_capacity(rows.len());
        for row in rows {
            match found.one(row.line, &row.variant) {
                Ok(id) => named.push((id, row)),
                Err(refused) => taking.refuse(vec![refused]),
            }
        }
        let known = known(taking, named.iter().map(|(id, _)| *id).collect()).await?;
        let mut changed: BTreeMap<Uuid, (Known, Known)> = BTreeMap::new();
        for (id, row) in named {
            let Some(before) = known.get(&id) else { continue };
            if let Some(refused) = self.contradiction(id, before.product, &row) {
                taking.refuse(vec![refused]);
                continue;
            }
            let after = before.with(&row);
            if after == *before {
                taking.report.unchanged += 1;
            } else {
                taking.report.taken += 1;
                changed.insert(id, (before.clone(), after));
            }
        }
        write_variants(taking, &changed).await?;
        write_references(taking, &changed).await?;
        record(taking, &changed).await?;
        write_products(taking, &changed).await
    }

    /// What speaks against a row in what the file said before; else the row is remembered.
    fn contradiction(&mut self, id: Uuid, product: Uuid, row: &Said) -> Option<kernel_core::FieldError> {
        if let Some(line) = self.lines.get(&id) {
            let detail = format!("line {line} told the facts of {} already; keep one of them", VariantId(id));
            return Some(fault(row.line, "variant.repeated", detail));
        }
        let said = self
            .products
            .entry(product)
            .or_insert_with(|| OfProduct { line: row.line, ..OfProduct::default() });
        let differs = |one: bool, column: &str| {
            let detail = format!(
                "line {} says something else in `{column}` for another variant of the same product; say the same in both",
                said.line
            );
            one.then(|| fault(row.line, "product.contradiction", detail))
        };
        let collections =
            said.collections.is_some() && row.collections.is_some() && said.collections != row.collections;
        let created_at =
            said.created_at.is_some() && row.created_at.is_some() && said.created_at != row.created_at;
        if let Some(refused) =
            differs(collections, "collections").or_else(|| differs(created_at, "created_at"))
        {
            return Some(refused);
        }
        said.collections = said.collections.take().or_else(|| row.collections.clone());
        said.created_at = said.created_at.or(row.created_at);
        self.lines.insert(id, row.line);
        None
    }
}

impl Known {
    fn with(&self, row: &Said) -> Self {
        let mut custom = self.custom.clone();
        for (key, value) in &row.custom {
            match value {
                Some(value) => drop(custom.insert(key.clone(), value.clone())),
                None => drop(custom.remove(key)),
            }
        }
        let mut references = self.references;
        for (reference, told) in references.iter_mut().zip(row.references) {
            *reference = told.unwrap_or(*reference);
        }
        Self {
            product: self.product,
            cost: row.cost.unwrap_or(self.cost),
            inventory: row.inventory.unwrap_or(self.inventory),
            units_sold: row.units_sold.unwrap_or(self.units_sold),
            custom,
            references,
            collections: match &row.collections {
                Some(told) => told.clone().unwrap_or_default(),
                None => self.collections.clone(),
            },
            created_at: row.created_at.unwrap_or(self.created_at),
        }
    }
}

/// The facts of these variants, which nobody else changes until the end.
async fn known(taking: &Taking<'_>, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Known>> {
    let sql = "select v.id, v.product_id, v.cost_minor, v.inventory_quantity, v.units_sold_30d, v.custom,
            p.collections, p.created_at,
            array(select r.amount_minor from unnest($3::text[]) with ordinality as wanted (kind, place)
                left join reference_prices r on r.tenant_id = v.tenant_id and r.variant_id = v.id
                    and r.kind = wanted.kind order by wanted.place) as amounts
         from variants v
         join products p on p.tenant_id = v.tenant_id and p.id = v.product_id
         where v.tenant_id = $1 and v.id = any($2)
         order by v.id for no key update of v, p";
    let rows = taking.tx.query(sql, &[&taking.tx.tenant().0, &ids, &&REFERENCES[..]]).await?;
    let read = |row: &Row| {
        let amounts: Vec<Option<i64>> = row.get("amounts");
        let custom: Vec<String> = row.get("custom");
        let pairs = custom.iter().filter_map(|field| field.split_once('='));
        let known = Known {
            product: row.get("product_id"),
            cost: row.get("cost_minor"),
            inventory: row.get("inventory_quantity"),
            units_sold: row.get("units_sold_30d"),
            custom: pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            references: [0, 1, 2].map(|place| amounts.get(place).copied().flatten()),
            collections: row.get("collections"),
            created_at: row.get("created_at"),
        };
        (row.get("id"), known)
    };
    Ok(rows.iter().map(read).collect())
}

type Changed = BTreeMap<Uuid, (Known, Known)>;

async fn write_variants(taking: &mut Taking<'_>, changed: &Changed) -> Result<()> {
    let ids: Vec<Uuid> = changed.keys().copied().collect();
    let column = |read: fn(&Known) -> Option<i64>| -> Vec<Option<i64>> {
        changed.values().map(|(_, after)| read(after)).collect()
    };
    let custom = changed.values().map(|(_, after)| {
        after.custom.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("\u{1f}")
    });
    taking
        .tx
        .execute(
            "update variants v set cost_minor = f.cost, inventory_quantity = f.inventory, units_sold_30d = f.units,
                custom = coalesce(string_to_array(nullif(f.custom, ''), E'\\x1f'), '{}'), updated_at = $2
             from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[])
                as f (id, cost, inventory, units, custom)
             where v.tenant_id = $1 and v.id = f.id",
            &[
                &taking.tx.tenant().0,
                &taking.ctx.now(),
                &ids,
                &column(|known| known.cost),
                &column(|known| known.inventory),
                &column(|known| known.units_sold),
                &custom.collect::<Vec<_>>(),
            ],
        )
        .await?;
    taking.touched.add(ids);
    Ok(())
}

async fn write_references(taking: &Taking<'_>, changed: &Changed) -> Result<()> {
    let (mut ids, mut kinds, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    for (id, (before, after)) in changed {
        for (place, kind) in REFERENCES.into_iter().enumerate() {
            if before.references[place] != after.references[place] {
                ids.push(*id);
                kinds.push(kind);
                amounts.push(after.references[place]);
            }
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    let tenant = taking.tx.tenant().0;
    let delete =
        "delete from reference_prices r using unnest($2::uuid[], $3::text[]) as told (variant_id, kind)
         where r.tenant_id = $1 and r.variant_id = told.variant_id and r.kind = told.kind";
    taking.tx.execute(delete, &[&tenant, &ids, &kinds]).await?;
    taking
        .tx
        .execute(
            "insert into reference_prices (tenant_id, variant_id, kind, currency, amount_minor, source, observed_at)
             select $1, told.variant_id, told.kind, $2, told.amount, $3, $4
             from unnest($5::uuid[], $6::text[], $7::bigint[]) as told (variant_id, kind, amount)
             where told.amount is not null",
            &[
                &tenant,
                &taking.project.currency.code(),
                &taking.report.id.to_string(),
                &taking.ctx.now(),
                &ids,
                &kinds,
                &amounts,
            ],
        )
        .await?;
    Ok(())
}

/// Puts into the audit what guardrails rest on: a cost or a reference price told lower than it is lets prices pass.
async fn record(taking: &Taking<'_>, changed: &Changed) -> Result<()> {
    let currency = taking.project.currency;
    let shown = |known: &Known| {
        let money = |minor: Option<i64>| minor.map(|minor| Money::from_minor(minor, currency));
        let references = REFERENCES.into_iter().zip(known.references);
        let amounts = std::iter::once(("cost", known.cost)).chain(references);
        serde_json::json!(amounts.map(|(name, minor)| (name, money(minor))).collect::<BTreeMap<_, _>>())
    };
    let moved = changed
        .iter()
        .filter(|(_, (before, after))| (before.cost, before.references) != (after.cost, after.references));
    let changes = moved.map(|(id, (before, after))| Change {
        action: "variant.facts_changed",
        entity_type: "variant",
        entity_id: VariantId(*id).to_string(),
        before: Some(shown(before)),
        after: Some(shown(after)),
        reason: Some(format!("told by the file {}", taking.report.id)),
    });
    Ok(kernel_audit::record(taking.ctx, &taking.tx, &changes.collect::<Vec<_>>()).await?)
}

/// What changes of a product: its collections, and when it was made.
type NewOfProduct<'a> = (Option<&'a Vec<String>>, Told<Timestamp>);

/// Writes what whole products have, and notes all their variants.
async fn write_products(taking: &mut Taking<'_>, changed: &Changed) -> Result<()> {
    let mut products: BTreeMap<Uuid, &Known> = BTreeMap::new();
    let mut told: BTreeMap<Uuid, NewOfProduct<'_>> = BTreeMap::new();
    for (before, after) in changed.values() {
        let product = told.entry(after.product).or_default();
        if before.collections != after.collections {
            product.0 = Some(&after.collections);
        }
        if before.created_at != after.created_at {
            product.1 = Some(after.created_at);
        }
        products.insert(after.product, before);
    }
    told.retain(|_, (collections, created_at)| collections.is_some() || created_at.is_some());
    if told.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = told.keys().copied().collect();
    let collections =
        told.iter().map(|(id, (told, _))| told.unwrap_or(&products[id].collections).join("\u{1f}"));
    let created_at = told.iter().map(|(id, (_, told))| told.unwrap_or(products[id].created_at));
    let tenant = taking.tx.tenant().0;
    taking
        .tx
        .execute(
            "update products p set collections = coalesce(string_to_array(nullif(f.collections, ''), E'\\x1f'), '{}'),
                created_at = f.created_at
             from unnest($2::uuid[], $3::text[], $4::timestamptz[]) as f (id, collections, created_at)
             where p.tenant_id = $1 and p.id = f.id",
            &[&tenant, &ids, &collections.collect::<Vec<_>>(), &created_at.collect::<Vec<_>>()],
        )
        .await?;
    let sql = "select id from variants where tenant_id = $1 and product_id = any($2)";
    let rows = taking.tx.query(sql, &[&tenant, &ids]).await?;
    taking.touched.add(rows.iter().map(|row| row.get("id")));
    Ok(())
}
