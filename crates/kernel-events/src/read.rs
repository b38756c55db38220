//! Reading the log: in its order and below the watermark for consumers, and page by page for people.

use jiff::Timestamp;
use kernel_core::{CorrelationId, RequestId, Result, TenantId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{DbResult, Queries, Row, TenantTx};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::log::EventId;
use crate::place::Place;

/// An event as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Id; the same in every delivery.
    pub id: EventId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it stands.
    pub place: Place,
    /// What happened, such as `order.placed`.
    pub kind: String,
    /// Kind of the thing.
    pub entity_type: String,
    /// Id of the thing.
    pub entity_id: String,
    /// JSON as Postgres writes it; see [`Self::payload`].
    pub payload: String,
    /// Who did it, for people.
    pub actor: String,
    /// The request that did it.
    pub request_id: Uuid,
    /// The intention it belongs to.
    pub correlation_id: Uuid,
    /// When it happened.
    pub occurred_at: Timestamp,
}

impl Logged {
    /// What a consumer needs to know.
    ///
    /// # Panics
    /// Never: the column holds JSON.
    #[must_use]
    pub fn payload(&self) -> serde_json::Value {
        serde_json::from_str(&self.payload).expect("Postgres gives back the JSON it was given")
    }

    /// The event as receivers outside get it: JSON of `type`, `timestamp` and `data`, which is what the API shows.
    ///
    /// # Panics
    /// Never: the column holds JSON.
    #[must_use]
    pub fn envelope(&self) -> String {
        let payload = serde_json::from_str(&self.payload).expect("Postgres gives back the JSON it was given");
        let data = Shown {
            id: self.id,
            position: self.place.position,
            r#type: &self.kind,
            entity_type: &self.entity_type,
            entity_id: &self.entity_id,
            occurred_at: self.occurred_at,
            actor: &self.actor,
            request_id: RequestId(self.request_id),
            correlation_id: CorrelationId(self.correlation_id),
            payload,
        };
        let envelope = Envelope { r#type: &self.kind, timestamp: self.occurred_at, data };
        serde_json::to_string(&envelope).expect("texts, numbers and JSON are JSON")
    }
}

/// What receivers outside get, by the Standard Webhooks specification: a type, an instant, and the event itself.
#[derive(Serialize)]
struct Envelope<'a> {
    r#type: &'a str,
    timestamp: Timestamp,
    data: Shown<'a>,
}

/// An event as the API shows it.
#[derive(Serialize)]
struct Shown<'a> {
    id: EventId,
    position: i64,
    r#type: &'a str,
    entity_type: &'a str,
    entity_id: &'a str,
    occurred_at: Timestamp,
    actor: &'a str,
    request_id: RequestId,
    correlation_id: CorrelationId,
    payload: &'a RawValue,
}

/// Everything about an event, in the order [`read`] expects.
pub(crate) const COLUMNS: &str = "e.tenant_id, e.id, e.epoch, e.tx_id, e.position, e.type, e.entity_type, \
    e.entity_id, e.payload::text, e.actor, e.request_id, e.correlation_id, e.occurred_at";

/// How many columns that is; what follows belongs to the caller.
pub(crate) const WIDTH: usize = 13;

/// What no transaction that is still open can come before: everything below is settled, whatever committed when.
pub(crate) const BELOW_WATERMARK: &str =
    "(e.epoch, e.tx_id) < ((select calibr_event_epoch()), (select calibr_event_watermark()))";

/// Has this transaction read the log along its index from here on. Postgres expects hardly any row behind a comparison of
/// several columns, and would sort all that is left of the log for every batch.
pub(crate) async fn along_the_index(tx: &Queries) -> DbResult<()> {
    tx.execute("set local enable_sort = off", &[]).await?;
    Ok(())
}

/// The next events of all tenants after a place, in order.
pub(crate) async fn after(tx: &Queries, place: Place, limit: i64) -> DbResult<Vec<Logged>> {
    along_the_index(tx).await?;
    let sql = format!(
        "select {COLUMNS} from event_log e
         where (e.epoch, e.tx_id, e.position) > ($1, $2, $3) and {BELOW_WATERMARK}
         order by e.epoch, e.tx_id, e.position limit $4"
    );
    let rows = tx.query(&sql, &[&place.epoch, &place.tx_id, &place.position, &limit]).await?;
    Ok(rows.iter().map(read).collect())
}

/// By number, since a batch has thousands of rows.
pub(crate) fn read(row: &Row) -> Logged {
    Logged {
        tenant: TenantId(row.get(0)),
        id: EventId(row.get(1)),
        place: Place { epoch: row.get(2), tx_id: row.get(3), position: row.get(4) },
        kind: row.get(5),
        entity_type: row.get(6),
        entity_id: row.get(7),
        payload: row.get(8),
        actor: row.get(9),
        request_id: row.get(10),
        correlation_id: row.get(11),
        occurred_at: row.get(12),
    }
}

/// Which events to list. Empty fields do not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EventFilter {
    /// What happened, exactly.
    pub kind: Option<String>,
    /// Kind of the thing.
    pub entity_type: Option<String>,
    /// Id of the thing.
    pub entity_id: Option<String>,
    /// The intention.
    pub correlation_id: Option<Uuid>,
    /// Only events after this one, oldest first. Without it the newest come first.
    pub after: Option<EventId>,
}

/// Lists a tenant's events below the watermark, so that whoever goes on after the last one misses none.
///
/// # Errors
/// The cursor is not for this filter, there is no event `after`, or the database refused.
pub async fn events(tx: &TenantTx, filter: &EventFilter, page: &PageRequest) -> Result<Page<Logged>> {
    let start = match filter.after {
        Some(id) => Some(place_of(tx, id).await?),
        None => None,
    };
    let cursor: Option<Place> = page.after(filter)?;
    let place = cursor.or(start);
    let (beyond, order) = if filter.after.is_some() { (">", "asc") } else { ("<", "desc") };
    let sql = format!(
        "select {COLUMNS} from event_log e
         where e.tenant_id = $1 and ($2::text is null or e.type = $2) and ($3::text is null or e.entity_type = $3)
           and ($4::text is null or e.entity_id = $4) and ($5::uuid is null or e.correlation_id = $5)
           and ($6::int is null or (e.epoch, e.tx_id, e.position) {beyond} ($6, $7, $8)) and {BELOW_WATERMARK}
         order by e.epoch {order}, e.tx_id {order}, e.position {order} limit $9"
    );
    let rows = tx
        .query_list(
            &sql,
            &[
                &tx.tenant().0,
                &filter.kind,
                &filter.entity_type,
                &filter.entity_id,
                &filter.correlation_id,
                &place.map(|place| place.epoch),
                &place.map(|place| place.tx_id),
                &place.map(|place| place.position),
                &page.fetch(),
            ],
        )
        .await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, filter, |event| event.place))
}

/// The event at a position, if the log still keeps it.
///
/// # Errors
/// The database refused.
pub async fn event_at(tx: &TenantTx, position: i64, occurred_at: Timestamp) -> DbResult<Option<Logged>> {
    let sql = format!(
        "select {COLUMNS} from event_log e where e.tenant_id = $1 and e.position = $2 and e.occurred_at = $3"
    );
    Ok(tx.query_opt(&sql, &[&tx.tenant().0, &position, &occurred_at]).await?.map(|row| read(&row)))
}

async fn place_of(tx: &TenantTx, id: EventId) -> Result<Place> {
    let sql = "select epoch, tx_id, position from event_log where tenant_id = $1 and id = $2";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0]).await?;
    let row = row.ok_or_else(|| kernel_core::Error::not_found("event", id))?;
    Ok(Place { epoch: row.get(0), tx_id: row.get(1), position: row.get(2) })
}
