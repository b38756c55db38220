//! What the tests of the simulated shop share: reference data, a client, a clock that stands still.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Clock, Config, Handle, ProductRow, Simulator, VariantRow};

/// A file of the reference data beside the repository. `None`, with a notice, where a fresh clone has none; under
/// `CI=true` its absence is a failure.
pub fn reference_data(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(path);
    if full.exists() {
        return Some(full);
    }
    let under_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!under_ci, "reference data {} is missing", full.display());
    println!("NOTICE: reference data {} is missing, nothing is compared", full.display());
    None
}

/// The text of a gzip file.
pub fn unzipped(path: &std::path::Path) -> String {
    let file = std::fs::File::open(path).expect("the file opens");
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).expect("the file is gzip");
    text
}

/// A clock that moves only when told.
#[derive(Debug, Default)]
pub struct StillClock {
    ms: AtomicU64,
}

impl StillClock {
    pub fn pass_ms(&self, ms: u64) {
        self.ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for StillClock {
    fn monotonic_ms(&self) -> u64 {
        self.ms.load(Ordering::SeqCst)
    }

    fn epoch_s(&self) -> i64 {
        1_790_000_000 + i64::try_from(self.monotonic_ms() / 1000).expect("small")
    }
}

pub fn amount(text: &str) -> rust_decimal::Decimal {
    text.parse().expect("an amount")
}

/// A variant with option values, a SKU and prices.
pub fn variant(id: u64, sku: &str, price: &str, compare_at: Option<&str>) -> VariantRow {
    VariantRow {
        id: Some(id),
        sku: Some(sku.to_owned()),
        compare_at: compare_at.map(amount),
        option_values: vec![sku.to_owned()],
        ..VariantRow::new(amount(price))
    }
}

/// Two products: number 1 with variants 11 to 13, number 2 with variant 21.
pub fn small_catalogue() -> Catalogue {
    let sized = |id, handle: &str, title: &str| ProductRow {
        id: Some(id),
        option_names: vec!["Size".to_owned()],
        vendor: "Nordkamm".to_owned(),
        tags: vec!["sale".to_owned()],
        ..ProductRow::new(handle, title)
    };
    Catalogue::new(vec![
        sized(1, "tent", "Tent")
            .with_variant(variant(11, "T-1", "100.00", Some("120.00")))
            .with_variant(variant(12, "T-2", "200.00", None))
            .with_variant(variant(13, "T-3", "300.00", Some("250.00"))),
        sized(2, "mat", "Mat").with_variant(variant(21, "M-1", "49.90", None)),
    ])
}

/// A client for plain HTTP. Built together with the server's crates it can do TLS too and asks for a provider.
pub fn http() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// A shop with a client that has its token.
pub struct Shop {
    pub handle: Handle,
    pub clock: Arc<StillClock>,
    client: reqwest::Client,
}

/// An HTTP answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}

impl Shop {
    pub async fn start(catalogue: Catalogue) -> Self {
        Self::start_with(catalogue, |config| config).await
    }

    pub async fn start_with(catalogue: Catalogue, change: impl FnOnce(Config) -> Config) -> Self {
        let clock = Arc::new(StillClock::default());
        let config = change(Config { clock: Arc::<StillClock>::clone(&clock), ..Config::new(catalogue) });
        let handle = Simulator::start(config).await.expect("the shop starts");
        Self { handle, clock, client: http() }
    }

    /// Sends a document; an error is a connection that ended without an answer.
    pub async fn send(&self, query: &str, variables: Value) -> Result<Answer, reqwest::Error> {
        self.send_with_token(&self.handle.token.clone(), query, variables).await
    }

    pub async fn send_with_token(
        &self,
        token: &str,
        query: &str,
        variables: Value,
    ) -> Result<Answer, reqwest::Error> {
        let body = json!({ "query": query, "variables": variables });
        let request = self.client.post(&self.handle.graphql_url).header("X-Shopify-Access-Token", token);
        let response = request.json(&body).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }

    /// Sends a document that is answered, and gives the answer's JSON.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        self.send(query, variables).await.expect("an answer").json()
    }

    /// Calls the control plane.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Answer {
        let url = format!("{}/__sim/{path}", self.handle.url);
        let request = match method {
            "GET" => self.client.get(url),
            "DELETE" => self.client.delete(url),
            _ => self.client.post(url).json(&body),
        };
        let response = request.send().await.expect("the control plane answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("a body") }
    }

    /// The prices of a variant: price and compare-at.
    pub fn prices(&self, id: u64) -> (String, Option<String>) {
        let state = self.handle.state();
        let variants = state.products.iter().flat_map(|product| &product.variants);
        let variant = variants.into_iter().find(|variant| variant.id == id).expect("the variant exists");
        (variant.price.to_string(), variant.compare_at.map(|amount| amount.to_string()))
    }
}

/// The document that most tests write with.
pub const UPDATE: &str =
    "mutation Update($productId: ID!, $variants: [ProductVariantsBulkInput!]!, $partial: Boolean) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: $partial) {
    product { id }
    productVariants { id price compareAtPrice }
    userErrors { field message code }
  }
}";

/// Variables of [`UPDATE`] for product 1.
pub fn update(variants: Value) -> Value {
    json!({ "productId": "gid://shopify/Product/1", "variants": variants })
}

/// The mutation that tests run in bulk.
pub const BULK_UPDATE: &str = "mutation Bulk($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants) {
    productVariants { id price compareAtPrice }
    userErrors { field message code }
  }
}";

const OPERATION: &str = "id status type errorCode objectCount rootObjectCount fileSize url partialDataUrl";

/// Posts a file as the form that a staged target asks for, the file last.
pub async fn upload(target: &Value, file: String) -> Answer {
    let boundary = "calibr-simulated-form";
    let mut body = String::new();
    for parameter in target["parameters"].as_array().expect("parameters") {
        let (name, value) = (parameter["name"].as_str(), parameter["value"].as_str());
        let (name, value) = (name.unwrap_or_default(), value.unwrap_or_default());
        body +=
            &format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += &format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.jsonl\"\r\n\r\n{file}\r\n--{boundary}--\r\n"
    );
    let request = http().post(target["url"].as_str().expect("an address"));
    let request = request.header("content-type", format!("multipart/form-data; boundary={boundary}"));
    let response = request.body(body).send().await.expect("storage answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, text: response.text().await.expect("text") }
}

impl Shop {
    /// A place for the variables of a bulk mutation.
    pub async fn staged_target(&self) -> Value {
        let document = "mutation($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
            stagedTargets { url parameters { name value } } userErrors { message } } }";
        let input = json!([{ "resource": "BULK_MUTATION_VARIABLES", "filename": "lines.jsonl",
            "mimeType": "text/jsonl", "httpMethod": "POST" }]);
        let answer = self.ask(document, json!({ "input": input })).await;
        answer["data"]["stagedUploadsCreate"]["stagedTargets"][0].clone()
    }

    /// Uploads lines and answers with the path for the operation.
    pub async fn staged(&self, lines: String) -> String {
        let target = self.staged_target().await;
        assert_eq!(upload(&target, lines).await.status, 201);
        let parameters = target["parameters"].as_array().expect("parameters");
        let key = parameters.iter().find(|parameter| parameter["name"] == "key").expect("a key");
        key["value"].as_str().expect("text").to_owned()
    }

    /// Runs a mutation over lines to its end.
    pub async fn run_bulk_mutation(&self, mutation: &str, lines: String) -> Value {
        let path = self.staged(lines).await;
        let document = "mutation($mutation: String!, $path: String!) {
            bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) {
              bulkOperation { id } userErrors { message } } }";
        let answer = self.ask(document, json!({ "mutation": mutation, "path": path })).await;
        self.bulk_end(&answer["data"]["bulkOperationRunMutation"]).await
    }

    /// Runs a bulk query to its end.
    pub async fn run_bulk_query(&self, query: &str) -> Value {
        let answer = self.start_bulk_query(query).await;
        self.bulk_end(&answer).await
    }

    /// Has a bulk query accepted.
    pub async fn start_bulk_query(&self, query: &str) -> Value {
        let document = "mutation($query: String!) { bulkOperationRunQuery(query: $query) {
            bulkOperation { id } userErrors { message } } }";
        let answer = self.ask(document, json!({ "query": query })).await;
        answer["data"]["bulkOperationRunQuery"].clone()
    }

    async fn bulk_end(&self, payload: &Value) -> Value {
        assert_eq!(payload["userErrors"], json!([]));
        self.handle.wait_bulk_over().await;
        self.bulk(payload["bulkOperation"]["id"].as_str().expect("an id")).await
    }

    /// An operation as it stands.
    pub async fn bulk(&self, id: &str) -> Value {
        let document = format!("query($id: ID!) {{ bulkOperation(id: $id) {{ {OPERATION} }} }}");
        self.ask(&document, json!({ "id": id })).await["data"]["bulkOperation"].clone()
    }

    /// The rows behind the address of a result.
    pub async fn rows(&self, url: &Value) -> Vec<Value> {
        let response = self.client.get(url.as_str().expect("an address")).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        let text = response.text().await.expect("text");
        text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
    }

    /// Sends a document to another version of the API.
    pub async fn ask_version(&self, version: &str, query: &str, variables: Value) -> Value {
        let url = format!("{}/admin/api/{version}/graphql.json", self.handle.url);
        let request = self.client.post(url).header("X-Shopify-Access-Token", &self.handle.token);
        let response = request.json(&json!({ "query": query, "variables": variables })).send().await;
        response.expect("an answer").json().await.expect("JSON")
    }
}

/// A recorded file by a part of its name.
pub fn recording(part: &str) -> Option<Value> {
    let folder = reference_data("shopify/recorded")?;
    let files =
        std::fs::read_dir(folder).expect("the folder is readable").map(|file| file.expect("a file").path());
    let path =
        files.into_iter().find(|path| path.to_string_lossy().contains(part)).expect("the recording exists");
    Some(serde_json::from_str(&unzipped(&path)).expect("a recording is JSON"))
}

/// An answer about bulk operations without what is different in every run: ids in texts, documents, addresses.
pub fn without_bulk_ids(answer: &Value) -> Value {
    match answer {
        Value::String(text) => {
            let mut parts = text.split("gid://shopify/BulkOperation/");
            let first = parts.next().unwrap_or_default().to_owned();
            let rest = parts.map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()));
            Value::String(rest.fold(first, |text, part| text + "gid://shopify/BulkOperation/0" + part))
        }
        Value::Array(items) => items.iter().map(without_bulk_ids).collect(),
        Value::Object(fields) => {
            let same = |name: &str| matches!(name, "query" | "url" | "partialDataUrl");
            let shown = fields.iter().map(|(name, value)| match value {
                Value::String(_) if same(name) => (name.clone(), json!("…")),
                value => (name.clone(), without_bulk_ids(value)),
            });
            shown.collect()
        }
        other => other.clone(),
    }
}
