//! Freezing a plan: a thread decides every variant, writes its trace and hashes its row, while the rows before it are on
//! their way to the database.

use std::collections::HashSet;
use std::sync::Arc;

use kernel_core::{Error, Result};
use kernel_db::TenantTx;
use pricing::{
    DayTotals, Decision, Outcome, PackedTrace, PlanHash, PlanHasher, PlanRow, PlanVerdicts, Row, Snapshot,
    Summary, SummaryBuilder, TraceTemplates, Tracer, VariantFacts,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::rows::{self, NewRow, RowSales};
use crate::ids::PriceChangeId;
use crate::rules::ReadyRules;

/// Rows that go from the thread to the database at once; a few such parcels wait at most.
const PARCEL_ROWS: usize = 2_048;
const PARCELS_WAITING: usize = 4;

/// What is to be frozen.
pub(super) struct Draft {
    pub snapshot: Arc<Snapshot>,
    pub rules: ReadyRules,
    /// Variants to leave out.
    pub exclude: HashSet<u128>,
    /// What other plans move on the same day.
    pub today: DayTotals,
    /// The header's canonical JSON.
    pub header: String,
}

/// What came of it, beside the stored rows.
pub(super) struct Frozen {
    pub summary: Summary,
    /// What the guardrails say that look at the whole.
    pub verdicts: PlanVerdicts,
    /// What this plan adds to its day.
    pub totals: DayTotals,
    pub plan_hash: PlanHash,
    pub rows_to_apply: i64,
}

/// Decides every variant and stores the rows that a rule selected, in the order of the variants.
pub(super) async fn freeze(tx: &TenantTx, id: PriceChangeId, draft: Draft) -> Result<Frozen> {
    let (parcels, mut arriving) = mpsc::channel(PARCELS_WAITING);
    let deciding = tokio::task::spawn_blocking(move || decide(&draft, &parcels));
    let mut rows = rows::rows_begin(tx).await?;
    let mut place = 1;
    while let Some(parcel) = arriving.recv().await {
        let parcel: Parcel = parcel;
        for row in parcel.rows(place) {
            rows::row_add(&mut rows, tx.tenant(), id, &row).await?;
            place += 1;
        }
    }
    rows.finish().await?;
    let (frozen, templates) = deciding.await.map_err(Error::internal)?;
    rows::templates_insert(tx, id, &templates).await?;
    Ok(frozen)
}

/// Runs to the end, or until nobody takes the rows any more.
fn decide(draft: &Draft, parcels: &mpsc::Sender<Parcel>) -> (Frozen, TraceTemplates) {
    let mut hasher = PlanHasher::new(&draft.header);
    let mut summary = SummaryBuilder::default();
    let mut aggregate = draft.rules.rules().aggregate();
    let mut tracer = Tracer::default();
    let mut parcel = Parcel::default();
    let mut rows_to_apply = 0;
    let excluded = draft.exclude.iter().filter(|key| draft.snapshot.place_of(**key).is_some()).count();
    let mut others = draft.snapshot.len() - excluded;
    draft.rules.rules().for_each_candidate(&draft.snapshot, |_, facts| {
        if parcels.is_closed() || draft.exclude.contains(&facts.key) {
            return;
        }
        others -= 1;
        let decision = draft.rules.decide(facts);
        summary.push(facts, &decision);
        aggregate.push(&decision, facts);
        let Decision::Row(row) = decision else { return };
        let trace = draft.rules.pack(facts, &mut tracer);
        let prior = draft.rules.rules().prior_price(facts, &row);
        let sales = RowSales::of(draft.rules.rules(), facts, &row).map(Box::new);
        let planned = PlanRow { prior, ..PlanRow::new(facts.key, &row, trace) };
        hasher.push(&sales.as_ref().map_or(planned, |sales| sales.beside(planned)));
        let is_same = row.outcome == Outcome::Same;
        let only_sales = is_same && sales.as_ref().is_some_and(|sales| sales.changes());
        rows_to_apply += i64::from(row.writes() || only_sales);
        parcel.push(facts, (row, prior, sales), trace);
        if parcel.rows.len() == PARCEL_ROWS {
            let full = std::mem::take(&mut parcel);
            drop(parcels.blocking_send(full));
        }
    });
    drop(parcels.blocking_send(parcel));
    summary.push_not_selected(others);
    let templates = tracer.templates().clone();
    let plan_hash = hasher.finish(templates.texts());
    let summary = summary.finish(draft.rules.rules().context().tax);
    let verdicts = aggregate.finish(&draft.today, draft.snapshot.len() as u64);
    (Frozen { summary, verdicts, totals: aggregate.totals(), plan_hash, rows_to_apply }, templates)
}

/// Rows on their way, their texts and trace arguments in one piece each.
#[derive(Default)]
struct Parcel {
    rows: Vec<Decided>,
    texts: String,
    arguments: Vec<u8>,
}

struct Decided {
    key: u128,
    row: Row,
    template: u32,
    prior: Option<i64>,
    /// Few rows have to do with a sale.
    sales: Option<Box<RowSales>>,
    /// Where the SKU, the title and the trace's arguments end; each begins where the row before ended.
    ends: [usize; 3],
}

impl Parcel {
    fn push(
        &mut self,
        facts: &VariantFacts<'_>,
        (row, prior, sales): (Row, Option<i64>, Option<Box<RowSales>>),
        trace: PackedTrace<'_>,
    ) {
        self.texts.push_str(facts.sku);
        let sku_end = self.texts.len();
        self.texts.push_str(facts.title);
        self.arguments.extend_from_slice(trace.arguments);
        let ends = [sku_end, self.texts.len(), self.arguments.len()];
        self.rows.push(Decided { key: facts.key, row, template: trace.template, prior, sales, ends });
    }

    /// The rows with their place in the plan, the first at `place`.
    fn rows(&self, place: i64) -> impl Iterator<Item = NewRow<'_>> {
        let mut starts = [0; 2];
        (place..).zip(&self.rows).map(move |(place, decided)| {
            let [sku_end, title_end, arguments_end] = decided.ends;
            let [text_start, arguments_start] = starts;
            starts = [title_end, arguments_end];
            NewRow {
                place,
                variant: Uuid::from_u128(decided.key),
                sku: &self.texts[text_start..sku_end],
                title: &self.texts[sku_end..title_end],
                row: &decided.row,
                prior: decided.prior,
                sales: decided.sales.as_deref(),
                trace: PackedTrace {
                    template: decided.template,
                    arguments: &self.arguments[arguments_start..arguments_end],
                },
            }
        })
    }
}
