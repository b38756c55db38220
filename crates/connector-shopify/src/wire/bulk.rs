//! Bulk operations as they travel.

use serde::{Deserialize, Serialize};

use super::prices::UserError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SizeData {
    pub products_count: Option<Count>,
    #[serde(default)]
    pub product_variants_count: Option<Count>,
}

impl SizeData {
    /// How many rows a result over all products and their variants has.
    pub fn rows(&self) -> Option<u64> {
        Some(self.products_count?.count.saturating_add(self.product_variants_count?.count))
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Count {
    pub count: u64,
}

#[derive(Debug, Serialize)]
pub(crate) struct StageVariables {
    pub input: [StagedUploadInput; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StagedUploadInput {
    pub resource: &'static str,
    pub filename: &'static str,
    pub mime_type: &'static str,
    pub http_method: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StageData {
    pub staged_uploads_create: Option<StagePayload>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StagePayload {
    #[serde(default)]
    pub staged_targets: Option<Vec<StagedTarget>>,
    #[serde(default)]
    pub user_errors: Vec<UserError>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StagedTarget {
    pub url: Option<String>,
    #[serde(default)]
    pub parameters: Vec<Parameter>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct RunQueryVariables<'a> {
    pub query: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct RunMutationVariables<'a> {
    pub mutation: &'a str,
    pub path: &'a str,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RunData {
    #[serde(alias = "bulkOperationRunQuery", alias = "bulkOperationRunMutation")]
    pub run: Option<RunPayload>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunPayload {
    pub bulk_operation: Option<Started>,
    #[serde(default)]
    pub user_errors: Vec<UserError>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Started {
    pub id: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct OperationVariables<'a> {
    pub id: &'a str,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OperationData {
    pub bulk_operation: Option<Operation>,
}

/// Where an operation stands. Counts are texts; a status this version does not know counts as under way.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub status: String,
    #[serde(default)]
    pub error_code: Option<String>,
    #[serde(default)]
    pub object_count: Option<String>,
    #[serde(default)]
    pub root_object_count: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default)]
    pub partial_data_url: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OperationsData {
    pub bulk_operations: Operations,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Operations {
    pub nodes: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub id: String,
    pub status: String,
    #[serde(default)]
    pub query: String,
}

/// One line of a mutation's result.
#[derive(Debug, Deserialize)]
pub(crate) struct ResultLine {
    #[serde(rename = "__lineNumber")]
    pub line: usize,
    #[serde(default)]
    pub data: Option<super::prices::WritePricesData>,
    #[serde(default)]
    pub errors: Option<serde_json::Value>,
}

/// What every row of a query's result has.
#[derive(Debug, Deserialize)]
pub(crate) struct RowHead {
    pub id: String,
    #[serde(rename = "__parentId", default)]
    pub parent: Option<String>,
}
