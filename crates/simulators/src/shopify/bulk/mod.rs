//! Bulk operations: a query over the whole shop, or one mutation for every line of an uploaded file, five of each at a
//! time. They run beside the calls, report their state, and leave a file of lines in no order to rely on.

mod check;
mod list;
mod rows;
mod start;
mod syntax;
mod work;

use std::collections::VecDeque;

use axum::body::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::gid::gid;
use super::objects::{Resolved, date_time};

pub(crate) use list::{current, list};
pub(crate) use start::{cancel, run_mutation, run_query};
pub(crate) use work::set_to_work;

/// So many operations of one kind may be under way for one app and shop.
const SLOTS: usize = 5;
/// A result can be fetched for seven days.
const RESULT_LIVES_S: i64 = 7 * 86_400;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Query,
    Mutation,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Created,
    Running,
    Completed,
    Canceling,
    Canceled,
    Failed,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct BulkOperation {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) created_at: i64,
    pub(crate) completed_at: Option<i64>,
    /// The document as it was handed in.
    document: String,
    /// Who started it, which its lines are put down to.
    client: Option<String>,
    /// The uploaded lines of a mutation.
    input: Bytes,
    /// The children of a query's objects follow their parents at once.
    grouped: bool,
    rows: u64,
    root_rows: u64,
    output: Option<Output>,
}

/// A file of lines behind a signed address.
#[derive(Debug, Clone)]
struct Output {
    name: String,
    signature: String,
    expires: i64,
    lines: Bytes,
    url: String,
}

/// All operations of the app in this shop, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct BulkOperations {
    operations: Vec<BulkOperation>,
    /// Accepted and not yet set to work.
    waiting: VecDeque<u64>,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Query => "QUERY",
            Kind::Mutation => "MUTATION",
        }
    }
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Status::Created => "CREATED",
            Status::Running => "RUNNING",
            Status::Completed => "COMPLETED",
            Status::Canceling => "CANCELING",
            Status::Canceled => "CANCELED",
            Status::Failed => "FAILED",
        }
    }

    fn is_over(self) -> bool {
        matches!(self, Status::Completed | Status::Canceled | Status::Failed)
    }
}

impl BulkOperation {
    /// A field of `BulkOperation`.
    pub(crate) fn field<'a>(&self, field: &str) -> Option<Resolved<'a>> {
        let url = |whole: bool| {
            let there = self.output.as_ref().filter(|_| whole == (self.status == Status::Completed));
            json!(there.map(|output| output.url.as_str()))
        };
        Some(Resolved::from(match field {
            "id" => json!(gid("BulkOperation", self.id)),
            "status" => json!(self.status.name()),
            "type" => json!(self.kind.name()),
            "errorCode" => json!((self.status == Status::Failed).then_some("INTERNAL_SERVER_ERROR")),
            "createdAt" => json!(date_time(self.created_at)),
            "completedAt" => json!(self.completed_at.map(date_time)),
            "objectCount" => json!(self.rows.to_string()),
            "rootObjectCount" => json!(self.root_rows.to_string()),
            "fileSize" => json!(self.output.as_ref().map(|output| output.lines.len().to_string())),
            "url" => url(true),
            "partialDataUrl" => url(false),
            "query" => json!(self.document),
            _ => return None,
        }))
    }

    /// The body of `bulk_operations/finish`: its words are lower case.
    pub(crate) fn finish_payload(&self) -> Value {
        let error = (self.status == Status::Failed).then_some("internal_server_error");
        json!({
            "admin_graphql_api_id": gid("BulkOperation", self.id),
            "completed_at": self.completed_at.map(date_time),
            "created_at": date_time(self.created_at),
            "error_code": error,
            "status": self.status.name().to_lowercase(),
            "type": self.kind.name().to_lowercase(),
        })
    }

    /// Ends the operation with the lines it has, which may be none.
    fn end(&mut self, status: Status, lines: Vec<String>, now_s: i64, base_url: &str) {
        self.status = status;
        self.completed_at = Some(now_s);
        if lines.is_empty() {
            return;
        }
        let (name, signature) = (Uuid::now_v7().simple().to_string(), Uuid::now_v7().simple().to_string());
        let expires = now_s + RESULT_LIVES_S;
        let kind = "response-content-type=application%2Fjsonl";
        let url = format!(
            "{base_url}/bulk-operation-outputs/{name}?Expires={expires}&Signature={signature}&{kind}"
        );
        let lines = Bytes::from(lines.join("\n") + "\n");
        self.output = Some(Output { name, signature, expires, lines, url });
    }
}

impl BulkOperations {
    pub(crate) fn find(&self, id: u64) -> Option<&BulkOperation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    fn find_mut(&mut self, id: u64) -> Option<&mut BulkOperation> {
        self.operations.iter_mut().find(|operation| operation.id == id)
    }

    /// The lines behind a signed address.
    pub(crate) fn output(&self, name: &str, signature: &str, expires: i64) -> Option<Bytes> {
        let mut outputs = self.operations.iter().filter_map(|operation| operation.output.as_ref());
        let found = outputs.find(|one| one.name == name)?;
        (found.signature == signature && found.expires == expires).then(|| found.lines.clone())
    }

    /// Notes who started an operation.
    fn came_from(&mut self, id: u64, client: Option<&str>) {
        if let Some(operation) = self.find_mut(id) {
            operation.client = client.map(str::to_owned);
        }
    }

    /// Whether none is under way.
    pub(crate) fn all_over(&self) -> bool {
        self.operations.iter().all(|operation| operation.status.is_over())
    }

    /// Those of a kind that are not over.
    fn under_way(&self, kind: Kind) -> Vec<u64> {
        let of_kind = self.operations.iter().filter(|one| one.kind == kind && !one.status.is_over());
        of_kind.map(|one| one.id).collect()
    }

    fn add(&mut self, kind: Kind, document: &str, input: Bytes, grouped: bool, now_s: i64) -> u64 {
        let id = self.operations.last().map_or(7_000_000_000_001, |last| last.id + 32_768);
        self.operations.push(BulkOperation {
            id,
            kind,
            status: Status::Created,
            created_at: now_s,
            completed_at: None,
            document: document.to_owned(),
            client: None,
            input,
            grouped,
            rows: 0,
            root_rows: 0,
            output: None,
        });
        self.waiting.push_back(id);
        id
    }
}
