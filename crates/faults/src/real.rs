//! A world around real servers: processes of their own that are killed by signals, and a clock that nobody can move.
//! All SQL that waits for what a server does.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use calibr::accounts::{NewProject, create_project};
use calibr::app::App;
use calibr::channels::dto::NewChannel;
use calibr::channels::{connect_channel, ingest};
use kernel_connect::{MasterKeys, Vault};
use kernel_core::{Actor, Clock as _, Ctx, SystemClock};
use kernel_test::TestDb;
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Config, Handle, ProductRow, ShopState, Simulator, VariantRow};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio_postgres::Client;

use crate::collect::{self, AFTERCARE, Source};
use crate::driver::{Tenant, WATCH, tenant};
use crate::history::History;

const PROJECT: &str = "shop";
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(300);
/// So long after its death the work of a server is taken over.
const LEASE_SECONDS: &str = "3";

/// A shop, a database, and two people.
pub struct RealWorld {
    /// The shop.
    pub shop: Handle,
    db: TestDb,
    owner: Client,
    before: ShopState,
    tenant: Tenant,
    data: TempDir,
    http: reqwest::Client,
}

/// A running server. Dropped, it is killed.
pub struct Server {
    child: Child,
    address: String,
}

/// The machine's clock, for the shop.
struct RealTime;

impl simulators::shopify::Clock for RealTime {
    fn monotonic_ms(&self) -> u64 {
        SystemClock.now().as_millisecond().unsigned_abs()
    }

    fn epoch_s(&self) -> i64 {
        SystemClock.now().as_second()
    }
}

impl RealWorld {
    /// A shop of so many products, three variants each, connected and read.
    ///
    /// # Errors
    /// Something could not be set up.
    pub async fn with(products: usize) -> anyhow::Result<Self> {
        Self::of(Config { rate: 1000, ..Config::new(goods(products, 3)) }).await
    }

    /// The same of ten variants each: as many prices in fewer calls, so that they do not go in an operation.
    ///
    /// # Errors
    /// Something could not be set up.
    pub async fn of_tens(products: usize) -> anyhow::Result<Self> {
        Self::of(Config { rate: 1000, ..Config::new(goods(products, 10)) }).await
    }

    /// The same of one variant each, with the smallest bucket: many products are written in operations there.
    ///
    /// # Errors
    /// Something could not be set up.
    pub async fn slow(products: usize) -> anyhow::Result<Self> {
        Self::of(Config { rate: 100, ..Config::new(goods(products, 1)) }).await
    }

    async fn of(config: Config) -> anyhow::Result<Self> {
        rustls::crypto::ring::default_provider().install_default().ok();
        let config = Config { clock: Arc::new(RealTime), ..config };
        let shop = Simulator::start(config).await?;
        let db = TestDb::new().await;
        let owner = db.owner().await;
        owner.batch_execute(WATCH).await?;
        let data = tempfile::tempdir()?;
        let keys = MasterKeys::load(&data.path().join("master.key"))?;
        let app = App::new(db.db.clone(), Arc::new(SystemClock), Vault::new(keys));
        let tenant = tenant(&app, "real").await?;
        let system = Ctx::new(tenant.id, Actor::system("faults"), Arc::clone(&app.clock));
        let tx = app.db.tenant_tx(tenant.id).await?;
        let new = NewProject { slug: PROJECT, name: "Shop", currency: "EUR", time_zone: "Europe/Berlin" };
        create_project(&system, &tx, new).await?;
        tx.commit().await?;
        let new = NewChannel {
            shop_domain: "calibr-demo.myshopify.com".to_owned(),
            access_token: shop.token.clone(),
            base_url: Some(shop.url.clone()),
        };
        let channel = connect_channel(&app, &system, None, new).await?;
        ingest(&app, &system, channel.id, |_| {}).await?;
        let before = shop.state();
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { shop, db, owner, before, tenant, data, http })
    }

    /// Starts a server from `binary`, to be hurt as `failpoints` says, and waits until it answers.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(&self, binary: &Path, failpoints: &str) -> anyhow::Result<Server> {
        let mut child = Command::new(binary)
            .args(["serve", "--port", "0", "--lease-seconds", LEASE_SECONDS, "--data"])
            .arg(self.data.path())
            .env("DATABASE_URL", &self.db.url)
            .env("CALIBR_FAILPOINTS", failpoints)
            .env_remove("CALIBR_MASTER_KEY")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stderr.take().context("a pipe")?).lines();
        let mut said = String::new();
        loop {
            let line = lines.next_line().await?.with_context(|| format!("the server ended: {said}"))?;
            if line.contains("Calibr answers on ") {
                let address = line.rsplit(' ').next().unwrap_or_default().to_owned();
                // It must not block on a full pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Server { child, address });
            }
            said += &line;
        }
    }

    /// A tenth off everything, planned by one person, approved by another, and begun.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn apply(&self, server: &Server) -> anyhow::Result<()> {
        let (editor, approver) = (&self.tenant.editor, &self.tenant.approver);
        let anything = json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 1_000_000 } });
        self.post(server, &self.tenant.admin, "guardrails", &anything).await?;
        let rule = self.post(server, editor, "rules", &crate::driver::rule()).await?;
        let new = json!({ "title": "A tenth off", "rules": [rule["rule"]["id"]] });
        let plan = self.post(server, editor, "price-changes", &new).await?;
        let id = plan["id"].as_str().context("an id")?;
        let signed = json!({ "plan_hash": plan["plan_hash"] });
        self.post(server, approver, &format!("price-changes/{id}/approve"), &signed).await?;
        if self.post(server, editor, &format!("price-changes/{id}/apply"), &signed).await.is_err() {
            // The server may be hurt before its answer is out.
            self.until("select exists (select 1 from rule_runs)").await?;
        }
        Ok(())
    }

    /// Waits until every run has ended and no job is due. What looks after a run later is still to come.
    ///
    /// # Errors
    /// That takes too long.
    pub async fn settled(&self) -> anyhow::Result<()> {
        self.until(
            &format!(
                "select exists (select 1 from rule_runs) and not exists (select 1 from rule_runs where finished_at is null)
                 and not exists (select 1 from jobs where state = 'running' or state = 'queued' and not {AFTERCARE})"
            ),
        )
        .await
    }

    /// Waits until the shop has taken so many calls.
    pub async fn called(&self, calls: usize) {
        self.shop.wait_journal(|journal| (journal.len() >= calls).then_some(())).await;
    }

    /// What is left, for the judge.
    ///
    /// # Errors
    /// It cannot be gathered.
    pub async fn history(&self) -> anyhow::Result<History> {
        let source = Source {
            owner: &self.owner,
            tenant: self.tenant.id,
            project: PROJECT,
            shop: &self.shop,
            before: &self.before,
            since: 0,
        };
        collect::history(&source).await
    }

    /// Nothing tells of such a change, so it is asked for again and again.
    async fn until(&self, sql: &str) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while !self.owner.query_one(sql, &[]).await?.get::<_, bool>(0) {
            ensure!(began.elapsed() < PATIENCE, "waited in vain for: {sql}");
            ticks.tick().await;
        }
        Ok(())
    }

    async fn post(&self, server: &Server, token: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1/{path}", server.address);
        let key = uuid::Uuid::now_v7().to_string();
        let request = self.http.post(url).bearer_auth(token).header("idempotency-key", key).json(body);
        let response = request.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        if !status.is_success() {
            bail!("POST {path}: {status} {text}");
        }
        Ok(serde_json::from_str(&text)?)
    }
}

impl Server {
    /// `kill -9`.
    ///
    /// # Errors
    /// It was gone already.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }

    /// Waits until it is gone by itself.
    ///
    /// # Errors
    /// Its end cannot be seen.
    pub async fn is_gone(&mut self) -> anyhow::Result<()> {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.context("it lives on")??;
        Ok(())
    }
}

/// Prices are whole tenths, so that a tenth off is exact; every other variant has a compare-at price.
fn goods(products: usize, variants: usize) -> Catalogue {
    let variant = |p: usize, v: usize| {
        let price = 1000 + 10 * (7 * p % 5000) + 130 * v;
        let amount = |minor: usize| format!("{}.{:02}", minor / 100, minor % 100).parse().expect("an amount");
        VariantRow {
            option_values: vec![format!("Size {v}")],
            sku: Some(format!("S-{p}-{v}")),
            compare_at: (v == 1).then(|| amount(price + 1000)),
            ..VariantRow::new(amount(price))
        }
    };
    let product = |p: usize| {
        let mut row = ProductRow::new(&format!("goods-{p}"), &format!("Goods {p}"));
        row.option_names = vec!["Size".to_owned()];
        row.variants = (0..variants).map(|v| variant(p, v)).collect();
        row
    };
    Catalogue::new((0..products).map(product).collect())
}
