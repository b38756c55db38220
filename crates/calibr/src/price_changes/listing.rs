//! Listing the rows of a plan: filters, orders, how many rows have which outcome, and how change and margin are spread. All SQL
//! that does so.

use std::collections::BTreeMap;

use kernel_core::{Error, Result};
use kernel_db::TenantTx;
use kernel_db::paging::{Page, PageRequest};
use kernel_db::types::ToSql;
use serde::Serialize;
use uuid::Uuid;

use super::dto::{MarginCell, MarginSpread, RowCounts};
use super::margin::AgainstCosts;
use super::rows::{COLUMNS, StoredRow, TEMPLATE, read_row};
use crate::ids::{PriceChangeId, VariantId};

/// Which rows to list, and in which order.
#[derive(Debug, Clone, Serialize)]
pub(super) struct RowFilter {
    pub id: PriceChangeId,
    pub outcomes: Option<Vec<String>>,
    pub q: Option<String>,
    pub variant: Option<VariantId>,
    pub guardrail: Option<String>,
    /// Limits on the change in percent: at least, and less than.
    pub delta: [Option<Ratio>; 2],
    /// Limits on the margin afterwards in percent: at least, and less than.
    pub margin: [Option<Ratio>; 2],
    pub sort: Sort,
}

/// A percentage in ten-thousandths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Ratio(i64);

impl Ratio {
    /// Reads a decimal with up to four digits after the point.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain =
            |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if !plain(whole, 9) || !plain(fraction, 4) {
            return None;
        }
        let number = format!("{whole}{fraction:0<4}").parse::<i64>().ok()?;
        Some(Self(sign * number))
    }
}

/// What rows are ordered by; rows that are equal in it stay in plan order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Sort {
    by: By,
    descending: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
enum By {
    #[default]
    Row,
    Sku,
    Delta,
    Margin,
    After,
}

impl Sort {
    /// Reads a field, with a minus before it for the other way round.
    ///
    /// # Errors
    /// `query.invalid` (400): no field to sort by.
    pub fn parse(text: &str) -> Result<Self> {
        let (descending, field) = match text.strip_prefix('-') {
            Some(field) => (true, field),
            None => (false, text),
        };
        let by = match field {
            "row" => By::Row,
            "sku" => By::Sku,
            "delta_pct" => By::Delta,
            "margin_pct" => By::Margin,
            "after" => By::After,
            _ => {
                let field: String = field.chars().take(64).collect();
                let detail = format!(
                    "`{field}` is nothing to sort by. Known are row, sku, delta_pct, margin_pct and after; \
                     `-` before it turns the order round."
                );
                return Err(Error::invalid("query.invalid", detail.clone()).at("/sort", "unknown", detail));
            }
        };
        Ok(Self { by, descending })
    }

    /// The expression that rows are ordered by before their place, and its type. What is unknown counts as least.
    fn key(self) -> (&'static str, &'static str) {
        match self.by {
            By::Row => ("0::bigint", "bigint"),
            By::Sku => ("r.sku collate \"C\"", "text"),
            By::Delta => (
                "coalesce(trunc((r.after_minor - r.before_minor)::numeric * 1000000 / nullif(r.before_minor, 0))::bigint, \
                    -1000000000000)",
                "bigint",
            ),
            By::Margin => (
                "coalesce(trunc((m.net - m.cost) * 1000000 / nullif(m.net, 0))::bigint, -1000000000000)",
                "bigint",
            ),
            By::After => ("coalesce(r.after_minor, -1)", "bigint"),
        }
    }
}

/// The rows of a plan with their variants, and price and cost as they are subtracted; see [`params`] for what is bound.
const ROWS: &str = "price_change_rows r
     left join variants v on v.tenant_id = r.tenant_id and v.id = r.variant_id
     cross join lateral (
        select r.after_minor::numeric * $10::bigint as net, v.cost_minor::numeric * $11::bigint as cost) m
     where r.tenant_id = $1 and r.price_change_id = $2";

/// Every filter but that of outcomes; see [`params`] for what is bound.
const FILTERS: &str = " and ($3::text is null or r.sku ilike $3 or r.title ilike $3)
       and ($4::uuid is null or r.variant_id = $4)
       and ($5::text is null or $5 = any(r.violated) or $5 = any(r.near) or $5 = any(r.waived))
       and ($6::bigint is null or r.before_minor > 0
            and (r.after_minor - r.before_minor)::numeric * 1000000 >= $6::numeric * r.before_minor)
       and ($7::bigint is null or r.before_minor > 0
            and (r.after_minor - r.before_minor)::numeric * 1000000 < $7::numeric * r.before_minor)
       and ($8::bigint is null or m.net > 0 and (m.net - m.cost) * 1000000 >= $8::numeric * m.net)
       and ($9::bigint is null or m.net > 0 and (m.net - m.cost) * 1000000 < $9::numeric * m.net)";

/// What [`FILTERS`] binds.
struct Bound {
    tenant: Uuid,
    id: Uuid,
    pattern: Option<String>,
    variant: Option<Uuid>,
    guardrail: Option<String>,
    limits: [Option<i64>; 4],
    /// None, under which there is no margin, where costs are in another currency.
    factors: [Option<i64>; 2],
}

fn bound(tx: &TenantTx, filter: &RowFilter, costs: Option<AgainstCosts>) -> Result<Bound> {
    let [delta_from, delta_below] = filter.delta;
    let [margin_from, margin_below] = filter.margin;
    Ok(Bound {
        tenant: tx.tenant().0,
        id: filter.id.0,
        pattern: crate::catalog::contains(filter.q.as_deref()),
        variant: filter.variant.map(|variant| variant.0),
        guardrail: filter.guardrail.clone(),
        limits: [delta_from, delta_below, margin_from, margin_below]
            .map(|ratio| ratio.map(|Ratio(number)| number)),
        factors: costs.map(AgainstCosts::factors).transpose()?.map_or([None; 2], |factors| factors.map(Some)),
    })
}

fn params(bound: &Bound) -> Vec<&(dyn ToSql + Sync)> {
    let Bound { tenant, id, pattern, variant, guardrail, limits, factors } = bound;
    let mut params: Vec<&(dyn ToSql + Sync)> = vec![tenant, id, pattern, variant, guardrail];
    params.extend(limits.iter().chain(factors).map(|number| number as &(dyn ToSql + Sync)));
    params
}

/// A row with what it is ordered by: a text or a number.
type Keyed = (Option<String>, Option<i64>, StoredRow);

/// The rows of a plan that a filter lets through, page by page.
///
/// # Errors
/// The cursor is not for this filter and order, or the database refused.
pub(super) async fn row_list(
    tx: &TenantTx,
    filter: &RowFilter,
    costs: Option<AgainstCosts>,
    page: &PageRequest,
) -> Result<Page<StoredRow>> {
    let after: Option<(Option<String>, Option<i64>, i64)> = page.after(filter)?;
    let (key, kind) = filter.sort.key();
    let (beyond, order) = if filter.sort.descending { ("<", "desc") } else { (">", "asc") };
    let (place, by) = match filter.sort.by {
        // Along the primary key, which a comparison of several columns would not be.
        By::Row => (format!("found.row {beyond} $15"), format!("found.row {order}")),
        by => {
            let value = if by == By::Sku { "$13::text collate \"C\"" } else { "$14::bigint" };
            let place = format!("(found.key, found.row) {beyond} ({value}, $15)");
            (place, format!("found.key {order}, found.row {order}"))
        }
    };
    // The key of each row travels with it, since the cursor needs it and only the database computes it. Templates are joined to
    // the page alone: how many rows have one is guessed wrongly, and a whole plan would be read for a page.
    let sql = format!(
        "select {COLUMNS}, r.cost_minor, r.key from (
            select * from (
                select r.*, v.cost_minor, {key} as key from {ROWS} {FILTERS}
                   and ($12::text[] is null or r.outcome = any($12))) as found
            where ($15::bigint is null or {place}) and ($13::text is null or true) and ($14::bigint is null or true)
            order by {by} limit $16) r
         {TEMPLATE} order by {}",
        by.replace("found.", "r."),
    );
    let (text, number, row) =
        after.map_or((None, None, None), |(text, number, row)| (text, number, Some(row)));
    let (bound, fetch) = (bound(tx, filter, costs)?, page.fetch());
    let mut params = params(&bound);
    let more: [&(dyn ToSql + Sync); 5] = [&filter.outcomes, &text, &number, &row, &fetch];
    params.extend(more);
    let found = tx.query_list(&sql, &params).await?;
    let is_text = kind == "text";
    let rows: Result<Vec<Keyed>> = found
        .iter()
        .map(|row| {
            let text = is_text.then(|| row.get("key"));
            let number = (!is_text).then(|| row.get("key"));
            Ok((text, number, read_row(row)?))
        })
        .collect();
    let page = Page::from_rows(rows?, page, filter, |(text, number, row)| (text.clone(), *number, row.row));
    Ok(page.map(|(_, _, row)| row))
}

/// How many rows have which outcome, of those that the filter lets through whatever outcomes it names.
///
/// # Errors
/// The database refused.
pub(super) async fn row_counts(
    tx: &TenantTx,
    filter: &RowFilter,
    costs: Option<AgainstCosts>,
) -> Result<RowCounts> {
    let sql = format!("select r.outcome, count(*) as rows from {ROWS} {FILTERS} group by r.outcome");
    let bound = bound(tx, filter, costs)?;
    let mut counts = RowCounts::default();
    for row in tx.query_list(&sql, &params(&bound)).await? {
        let (outcome, rows): (&str, i64) = (row.get("outcome"), row.get("rows"));
        let rows = rows.unsigned_abs();
        counts.total += rows;
        match outcome {
            "raise" => counts.raise = rows,
            "cut" => counts.cut = rows,
            "same" => counts.same = rows,
            "blocked" => counts.blocked = rows,
            _ => counts.skipped += rows,
        }
    }
    Ok(counts)
}

/// Columns of 5 % from -100 to 200, and lines of 5 points from -100 to 100.
const SPREAD_COLUMNS: i32 = 60;
const SPREAD_LINES: i32 = 40;
const SPREAD_STEP: i32 = 5;

/// How change and margin afterwards are spread over the rows that the filter lets through.
///
/// # Errors
/// The database refused.
pub(super) async fn margin_spread(
    tx: &TenantTx,
    filter: &RowFilter,
    costs: Option<AgainstCosts>,
) -> Result<MarginSpread> {
    // Both by their exact proportion: three times the price before is a change of 200 %, no cost a margin of 100 %.
    let sql = format!(
        "select case when is_placed then width_bucket(after, 0, 3 * before, {SPREAD_COLUMNS}) end as across,
            case when is_placed then width_bucket(net - cost, -net, net, {SPREAD_LINES}) end as upwards,
            count(*) filter (where outcome <> 'blocked') as rows, count(*) filter (where outcome = 'blocked') as blocked
         from (
            select r.outcome, r.before_minor::numeric as before, r.after_minor::numeric as after, m.net, m.cost,
                r.before_minor > 0 and m.net > 0 and m.cost is not null as is_placed
            from {ROWS} {FILTERS} and ($12::text[] is null or r.outcome = any($12))) as found
         group by across, upwards"
    );
    let bound = bound(tx, filter, costs)?;
    let mut params = params(&bound);
    params.push(&filter.outcomes);
    let (mut cells, mut beyond, mut without) = (BTreeMap::new(), 0, 0);
    for row in tx.query_list(&sql, &params).await? {
        let [rows, blocked] = ["rows", "blocked"].map(|name| row.get::<_, i64>(name).unsigned_abs());
        let (Some(across), Some(upwards)) = (row.get::<_, Option<i32>>("across"), row.get("upwards")) else {
            without += rows + blocked;
            continue;
        };
        if !(1..=SPREAD_COLUMNS).contains(&across) || upwards < 1 {
            beyond += rows + blocked;
        }
        let place = (across.clamp(1, SPREAD_COLUMNS), i32::clamp(upwards, 1, SPREAD_LINES));
        let (all, stopped) = cells.entry(place).or_insert((0, 0));
        (*all, *stopped) = (*all + rows, *stopped + blocked);
    }
    let edge = |place: i32| (SPREAD_STEP * place - 100).to_string();
    let cell = |((across, upwards), (rows, blocked))| MarginCell {
        change_from_pct: edge(across - 1),
        change_to_pct: edge(across),
        margin_from_pct: edge(upwards - 1),
        margin_to_pct: edge(upwards),
        rows,
        blocked,
    };
    Ok(MarginSpread { cells: cells.into_iter().map(cell).collect(), beyond, without })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_exactly() {
        for (text, number) in [
            ("10", 100_000),
            ("-35.0", -350_000),
            ("0.0001", 1),
            ("-0.5", -5_000),
            ("999999999", 9_999_999_990_000),
        ] {
            assert_eq!(Ratio::parse(text), Some(Ratio(number)), "{text}");
        }
        for text in ["", "-", "1.", ".5", "1.00001", "+1", "1e3", "1,5", "--1", "1234567890", "ten"] {
            assert_eq!(Ratio::parse(text), None, "{text}");
        }
    }
}
