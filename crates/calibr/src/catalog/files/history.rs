//! Putting told prices of the past between those recorded: staged first, since a file may be in any order.
//! All SQL that it takes.

use std::collections::HashMap;

use kernel_core::Result;
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use super::Taking;
use super::find::find;
use super::history_file::{Fit, PastPrice, Said, Told, fit};
use crate::ids::PriceVersionId;

/// Variants whose prices are looked at together.
const VARIANTS: i64 = 1_000;

/// Makes room for the rows.
///
/// # Errors
/// The database refused.
pub(super) async fn begin(tx: &TenantTx) -> Result<()> {
    let sql = "create temp table told_prices (line bigint not null, variant_id uuid not null, surface text not null,
            amount bigint not null, compare_at bigint, valid_from timestamptz not null, valid_to timestamptz)
         on commit drop";
    Ok(tx.batch_execute(sql).await?)
}

/// Keeps rows until all have been read.
///
/// # Errors
/// The database refused.
pub(super) async fn stage(taking: &mut Taking<'_>, rows: Vec<Said>) -> Result<()> {
    let found = find(taking, rows.iter().map(|row| &row.variant)).await?;
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        match found.one(row.line, &row.variant) {
            Ok(variant) => {
                told.push(Told { line: row.line, variant, surface: row.surface, price: row.price })
            }
            Err(refused) => taking.refuse(vec![refused]),
        }
    }
    taking
        .tx
        .execute(
            "insert into told_prices select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[],
                $5::bigint[], $6::timestamptz[], $7::timestamptz[])",
            &[
                &told.iter().map(|row| row.line as i64).collect::<Vec<_>>(),
                &told.iter().map(|row| row.variant).collect::<Vec<_>>(),
                &told.iter().map(|row| row.surface.as_str()).collect::<Vec<_>>(),
                &told.iter().map(|row| row.price.amount_minor).collect::<Vec<_>>(),
                &told.iter().map(|row| row.price.compare_at_minor).collect::<Vec<_>>(),
                &told.iter().map(|row| row.price.from).collect::<Vec<_>>(),
                &told.iter().map(|row| row.price.to).collect::<Vec<_>>(),
            ],
        )
        .await?;
    Ok(())
}

/// Takes in what was staged, variant by variant.
///
/// # Errors
/// The database refused.
pub(super) async fn take_staged(taking: &mut Taking<'_>) -> Result<()> {
    taking.tx.batch_execute("create index on told_prices (variant_id); analyze told_prices").await?;
    let mut last = Uuid::nil();
    loop {
        let sql =
            "select distinct variant_id from told_prices where variant_id > $1 order by variant_id limit $2";
        let rows = taking.tx.query(sql, &[&last, &VARIANTS]).await?;
        let variants: Vec<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        let Some(end) = variants.last() else { return Ok(()) };
        last = *end;
        take_variants(taking, &variants).await?;
    }
}

async fn take_variants(taking: &mut Taking<'_>, variants: &[Uuid]) -> Result<()> {
    let tenant = taking.tx.tenant().0;
    // Nobody records a price of these meanwhile.
    let lock = "select 1 from variants where tenant_id = $1 and id = any($2) order by id for no key update";
    taking.tx.execute(lock, &[&tenant, &variants]).await?;
    let sql = "select variant_id, surface, unit_amount_minor as amount, compare_at_minor as compare_at, valid_from, valid_to
         from price_versions where tenant_id = $1 and variant_id = any($2) order by valid_from, id";
    let mut recorded: HashMap<(Uuid, String), Vec<PastPrice>> = HashMap::new();
    for row in taking.tx.query(sql, &[&tenant, &variants]).await? {
        recorded.entry((row.get("variant_id"), row.get("surface"))).or_default().push(price(&row));
    }
    let sql = "select line, variant_id, surface, amount, compare_at, valid_from, valid_to
         from told_prices where variant_id = any($1) order by variant_id, surface, valid_from, line";
    let rows = taking.tx.query(sql, &[&variants]).await?;
    let told: Vec<Told> = rows.iter().map(read).collect();
    let mut new = Vec::new();
    for group in told.chunk_by(|one, next| (one.variant, &one.surface) == (next.variant, &next.surface)) {
        let known = recorded.get(&(group[0].variant, group[0].surface.clone()));
        for (row, fit) in group.iter().zip(fit(group, known.map_or(&[][..], Vec::as_slice))) {
            match fit {
                Fit::New { to } => {
                    let price = PastPrice { to, ..row.price };
                    new.push(Told { price, ..row.clone() });
                }
                Fit::Recorded => taking.report.unchanged += 1,
                Fit::Refused(refused) => taking.refuse(vec![refused]),
            }
        }
    }
    insert(taking, &new).await
}

async fn insert(taking: &mut Taking<'_>, new: &[Told]) -> Result<()> {
    let ids: Vec<Uuid> = new.iter().map(|_| PriceVersionId::new().0).collect();
    taking
        .tx
        .execute(
            "insert into price_versions (tenant_id, id, variant_id, surface, currency, unit_amount_minor, compare_at_minor, \
                valid_from, valid_to, source, source_id, actor)
             select $1, p.id, p.variant_id, p.surface, $2, p.amount, p.compare_at, p.valid_from, p.valid_to, 'history', $3, $4
             from unnest($5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::bigint[], $10::timestamptz[],
                $11::timestamptz[]) as p (id, variant_id, surface, amount, compare_at, valid_from, valid_to)",
            &[
                &taking.tx.tenant().0,
                &taking.project.currency.code(),
                &taking.report.id.to_string(),
                &taking.ctx.actor.label,
                &ids,
                &new.iter().map(|row| row.variant).collect::<Vec<_>>(),
                &new.iter().map(|row| row.surface.as_str()).collect::<Vec<_>>(),
                &new.iter().map(|row| row.price.amount_minor).collect::<Vec<_>>(),
                &new.iter().map(|row| row.price.compare_at_minor).collect::<Vec<_>>(),
                &new.iter().map(|row| row.price.from).collect::<Vec<_>>(),
                &new.iter().map(|row| row.price.to).collect::<Vec<_>>(),
            ],
        )
        .await?;
    taking.report.taken += new.len() as u64;
    taking.touched.add(new.iter().map(|row| row.variant));
    Ok(())
}

fn read(row: &Row) -> Told {
    Told {
        line: row.get::<_, i64>("line").unsigned_abs(),
        variant: row.get("variant_id"),
        surface: row.get("surface"),
        price: price(row),
    }
}

fn price(row: &Row) -> PastPrice {
    PastPrice {
        amount_minor: row.get("amount"),
        compare_at_minor: row.get("compare_at"),
        from: row.get("valid_from"),
        to: row.get("valid_to"),
    }
}
