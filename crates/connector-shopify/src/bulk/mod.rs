//! Bulk operations: starting one, waiting until it is over, fetching its lines. They take next to nothing from the cost
//! bucket, run five of a kind at once, and their lines come in no order.

mod catalogue;
mod prices;
mod storage;

use bytes::Bytes;
use channel::{ChannelError, Result, RetryClass};

use crate::client::ShopifyClient;
use crate::operation::{
    LIST_BULK_MUTATIONS, READ_BULK_OPERATION, RUN_BULK_MUTATION, RUN_BULK_QUERY, STAGE_UPLOAD,
};
use crate::wire::bulk::{
    Listed, Operation, OperationData, OperationVariables, OperationsData, RunData, RunMutationVariables,
    RunPayload, RunQueryVariables, StageData, StageVariables, StagedUploadInput,
};

pub(crate) use catalogue::WholeCatalogue;

/// The first look at a running operation, in milliseconds; later ones come after growing pauses.
const LOOK_MS_FIRST: u64 = 500;
const LOOK_MS_LAST: u64 = 10_000;
/// When to try again after all slots were taken.
const SLOTS_TAKEN_MS: u64 = 15_000;

/// An operation that is over, with the lines it left.
#[derive(Debug)]
pub(crate) struct Over {
    /// Whether it came to its end; otherwise the lines are what it did until it failed.
    pub whole: bool,
    /// How many rows it says it has that have no parent.
    pub root_rows: Option<u64>,
    pub lines: Bytes,
    /// Why it is not whole.
    pub reason: String,
}

impl ShopifyClient {
    /// Has a query run over the whole shop. Returns the operation's id.
    async fn start_query(&self, query: &str) -> Result<String> {
        let data: RunData = self.execute(&RUN_BULK_QUERY, &RunQueryVariables { query }, 1, 10).await?;
        started(data)
    }

    /// Has a mutation run for each line of an upload. Returns the operation's id. `mark` stands in the document, so that the
    /// operation can be found if its start goes unanswered.
    async fn start_mutation(&self, mark: &str, mutation: &str, path: &str) -> Result<String> {
        let marked = format!("# {mark}\n{mutation}");
        let variables = RunMutationVariables { mutation: &marked, path };
        match self.execute::<_, RunData>(&RUN_BULK_MUTATION, &variables, 1, 10).await {
            Ok(data) => started(data),
            Err(error) if error.may_have_happened() => match self.find_mutation(mark).await {
                Ok(Some(found)) => Ok(found.id),
                _ => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    /// The operation with this mark among the newest.
    async fn find_mutation(&self, mark: &str) -> Result<Option<Listed>> {
        let none = serde_json::Map::new();
        let data: OperationsData = self.execute(&LIST_BULK_MUTATIONS, &none, 1, 10).await?;
        let marked = format!("# {mark}\n");
        Ok(data.bulk_operations.nodes.into_iter().find(|one| one.query.starts_with(&marked)))
    }

    /// Puts lines where an operation finds them, and answers with their place.
    async fn upload_lines(&self, lines: String) -> Result<String> {
        let input = StagedUploadInput {
            resource: "BULK_MUTATION_VARIABLES",
            filename: "prices.jsonl",
            mime_type: "text/jsonl",
            http_method: "POST",
        };
        let data: StageData = self.execute(&STAGE_UPLOAD, &StageVariables { input: [input] }, 1, 11).await?;
        let payload = data.staged_uploads_create;
        let complaint = payload.as_ref().and_then(|p| p.user_errors.first()).map(|e| e.message.clone());
        let target = payload.and_then(|p| p.staged_targets).and_then(|list| list.into_iter().next());
        let Some(target) = target.filter(|_| complaint.is_none()) else {
            let why = complaint.unwrap_or_else(|| "no place was named".to_owned());
            return Err(ChannelError::new(RetryClass::Backoff, "shopify.upload", why));
        };
        storage::upload(&self.config.base_url, target, lines).await
    }

    /// Waits until an operation is over and fetches what it left. `counted` hears how many rows it says it has, at each look.
    ///
    /// # Errors
    /// It is still running after the longest wait, or cannot be looked at: it may go on without us.
    async fn await_end(&self, id: &str, counted: &(dyn Fn(u64) + Send + Sync)) -> Result<Over> {
        let begun_ms = self.time.now_ms();
        let mut pause_ms = LOOK_MS_FIRST;
        loop {
            let looked: Result<OperationData> =
                self.execute(&READ_BULK_OPERATION, &OperationVariables { id }, 1, 1).await;
            match looked {
                Ok(OperationData { bulk_operation: Some(operation) }) if is_over(&operation.status) => {
                    return self.fetch(operation).await;
                }
                Ok(OperationData { bulk_operation: Some(operation) }) => {
                    if let Some(rows) = count(operation.object_count) {
                        counted(rows);
                    }
                }
                Ok(OperationData { bulk_operation: None }) => return Err(unknown("it is no longer there")),
                Err(error) if error.class == RetryClass::Never => return Err(unknown(&error.message)),
                Err(error) => {
                    tracing::info!(operation = id, %error, "A bulk operation could not be looked at.")
                }
            }
            if self.time.now_ms().saturating_sub(begun_ms) > self.config.bulk_wait_ms_max {
                return Err(unknown("it did not end in time"));
            }
            self.time.wait(pause_ms).await;
            pause_ms = (pause_ms * 2).min(LOOK_MS_LAST);
        }
    }

    async fn fetch_lines(&self, url: &str) -> Result<Bytes> {
        let until_ms = self.time.now_ms().saturating_add(self.config.bulk_wait_ms_max);
        let mut patience = self.patience("BulkResult", until_ms);
        loop {
            match storage::download(&self.config.base_url, url).await {
                Ok(lines) => return Ok(lines),
                Err(failure) => patience.after(failure).await?,
            }
        }
    }

    async fn fetch(&self, operation: Operation) -> Result<Over> {
        let whole = operation.status == "COMPLETED";
        let url = if whole { operation.url } else { operation.partial_data_url };
        let lines = match url {
            Some(url) => self.fetch_lines(&url).await?,
            None => Bytes::new(),
        };
        let code = operation.error_code.unwrap_or_default();
        Ok(Over {
            whole,
            root_rows: count(operation.root_object_count),
            lines,
            reason: format!("the bulk operation ended as {} {code}", operation.status).trim_end().to_owned(),
        })
    }
}

/// Counts travel as texts.
fn count(text: Option<String>) -> Option<u64> {
    text?.parse().ok()
}

fn is_over(status: &str) -> bool {
    matches!(status, "COMPLETED" | "FAILED" | "CANCELED" | "EXPIRED")
}

/// An operation whose end nobody saw.
fn unknown(why: &str) -> ChannelError {
    ChannelError::new(RetryClass::Unknown, "shopify.bulk_unknown", format!("a bulk operation is lost: {why}"))
}

fn started(data: RunData) -> Result<String> {
    let Some(RunPayload { bulk_operation, user_errors }) = data.run else {
        return Err(unknown("the answer to its start is empty"));
    };
    match (bulk_operation, user_errors.first()) {
        (Some(operation), None) => return Ok(operation.id),
        // Nothing says that what is named beside an objection does not run.
        (Some(_), Some(objection)) => {
            return Err(unknown(&format!("it was named and objected to: {}", objection.message)));
        }
        (None, _) => {}
    }
    let first = user_errors.into_iter().next();
    let code = first.as_ref().and_then(|error| error.code.clone()).unwrap_or_default();
    let message = first.map_or_else(|| "no operation was started".to_owned(), |error| error.message);
    let class = match code.as_str() {
        "OPERATION_IN_PROGRESS" | "LIMIT_REACHED" => RetryClass::After { ms: SLOTS_TAKEN_MS },
        "INTERNAL_FILE_SERVER_ERROR" | "NO_SUCH_FILE" => RetryClass::Backoff,
        _ => RetryClass::Never,
    };
    Err(ChannelError::new(class, "shopify.bulk_refused", message))
}
