//! Files that tell what a shop's product file does not: facts that rules ask about, and prices of the past.
//! Strict: an unknown column refuses the file; a bad row is refused with its line, and good rows go in.
//! Owns `reference_prices`.

mod cells;
mod facts;
mod facts_file;
mod find;
mod history;
mod history_file;
mod table;

use jiff::tz::TimeZone;
use kernel_audit::Change;
use kernel_core::{Ctx, Error, FieldError, Result};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::json;

use self::cells::Place;
use self::table::{Row, Table};
use super::changed::Touched;
use super::dto::UploadReport;
use super::upload::{Purpose, Upload};
use crate::accounts::{self, dto::Project};
use crate::ids::ImportId;
use crate::state::App;

/// Rows taken in at once.
const BATCH: usize = 1_000;
/// How many refused rows a report names.
const REPORTED_MAX: usize = 1_000;

/// Takes a file of facts into a project: all good rows, or nothing if the file cannot be read.
///
/// # Errors
/// A column is unknown or the file is no table (422), there is no such project (404).
pub(super) async fn take_facts(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    file: Upload,
) -> Result<UploadReport> {
    let mut taking = Taking::begin(app, ctx, project, file).await?;
    let columns = facts_file::Columns::of(&taking.table)?;
    let mut facts = facts::Facts::default();
    while let Some(rows) = taking.next().await? {
        let rows = taking.read(&rows, |row, names, place| columns.read(row, names, place));
        facts.take(&mut taking, rows).await?;
    }
    taking.finish("catalog.facts_told").await
}

/// Takes a file of past prices into a project. Nothing that is recorded changes.
///
/// # Errors
/// See [`take_facts`].
pub(super) async fn take_history(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    file: Upload,
) -> Result<UploadReport> {
    let mut taking = Taking::begin(app, ctx, project, file).await?;
    let columns = history_file::Columns::of(&taking.table)?;
    history::begin(&taking.tx).await?;
    let now = ctx.now();
    while let Some(rows) = taking.next().await? {
        let rows = taking.read(&rows, |row, names, place| columns.read(row, names, place, now));
        history::stage(&mut taking, rows).await?;
    }
    history::take_staged(&mut taking).await?;
    taking.finish("catalog.history_told").await
}

/// A file being taken in. Dropping it takes nothing in.
struct Taking<'a> {
    ctx: &'a Ctx,
    tx: TenantTx,
    project: Project,
    place: Place,
    table: Table,
    report: UploadReport,
    touched: Touched,
    purpose: Purpose,
}

impl<'a> Taking<'a> {
    async fn begin(app: &App, ctx: &'a Ctx, project: Option<&str>, file: Upload) -> Result<Self> {
        let tx = app.db.tenant_tx(ctx.tenant).await?;
        let project = accounts::resolve_project(&tx, project).await?;
        let zone = TimeZone::get(&project.time_zone).map_err(Error::internal)?;
        let place = Place { currency: project.currency, zone };
        let report = UploadReport {
            id: ImportId::new(),
            rows: 0,
            taken: 0,
            unchanged: 0,
            refused_count: 0,
            refused: Vec::new(),
        };
        let purpose = file.purpose;
        let table = blocking(move || Table::open(file.into_file())).await?;
        Ok(Self { ctx, tx, project, place, table, report, touched: Touched::default(), purpose })
    }

    /// The next rows; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<Row>>> {
        let rows = self.table.batch(BATCH)?;
        self.report.rows += rows.len() as u64;
        Ok((!rows.is_empty()).then_some(rows))
    }

    /// What the rows say; those that say nothing usable are refused.
    fn read<T>(
        &mut self,
        rows: &[Row],
        read: impl Fn(&Row, &[String], &Place) -> Result<T, Vec<FieldError>>,
    ) -> Vec<T> {
        let mut said = Vec::with_capacity(rows.len());
        for row in rows {
            match read(row, &self.table.columns, &self.place) {
                Ok(row) => said.push(row),
                Err(faults) => self.refuse(faults),
            }
        }
        said
    }

    /// Notes a row that was not taken, with everything that is wrong with it.
    fn refuse(&mut self, faults: Vec<FieldError>) {
        self.report.refused_count += 1;
        let room = REPORTED_MAX.saturating_sub(self.report.refused.len());
        self.report.refused.extend(faults.into_iter().take(room));
    }

    async fn finish(self, action: &'static str) -> Result<UploadReport> {
        let Self { ctx, tx, project, mut report, touched, purpose, .. } = self;
        let line = |fault: &FieldError| {
            let digits = fault.pointer.trim_start_matches("line ").split(',').next().unwrap_or_default();
            digits.parse::<u64>().unwrap_or(u64::MAX)
        };
        report.refused.sort_by_key(line);
        if purpose == Purpose::Try {
            return Ok(report);
        }
        let counts = json!({
            "project": project.slug, "rows": report.rows, "taken": report.taken, "unchanged": report.unchanged,
            "refused": report.refused_count,
        });
        let entity_id = report.id.to_string();
        let change = Change {
            action,
            entity_type: "import",
            entity_id: entity_id.clone(),
            before: None,
            after: Some(counts.clone()),
            reason: None,
        };
        kernel_audit::record(ctx, &tx, &[change]).await?;
        let key = format!("{action}/{entity_id}");
        let event = Event { key, kind: action, entity_type: "import", entity_id, payload: counts };
        kernel_events::append(ctx, &tx, &[event]).await?;
        touched.tell(ctx, &tx, project.id).await?;
        tx.commit().await?;
        Ok(report)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
