//! A world around real servers: a shop, a database, people, and a clock that nobody can move.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use calibr::accounts::{NewProject, create_project};
use calibr::app::App;
use calibr::channels::dto::NewChannel;
use calibr::channels::{connect_channel, ingest};
use kernel_connect::{MasterKeys, Vault};
use kernel_core::{Actor, Clock as _, Ctx, SystemClock};
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Config, Handle, ProductRow, ShopState, Simulator, VariantRow};
use tempfile::TempDir;
use tokio_postgres::Client;

use super::database::Database;
use super::plan::{BULK_RATE, Hurt, RealPlan, Way};
use super::server::{Server, Start};
use super::{PATIENCE, notes, wait};
use crate::collect::{self, Source};
use crate::driver::{Tenant, WATCH, tenant};
use crate::history::History;

const PROJECT: &str = "shop";

/// A shop, a database, and some people.
pub struct RealWorld {
    /// The shop.
    pub shop: Handle,
    pub(super) owner: Client,
    pub(super) tenant: Tenant,
    /// The shop's channel, as the API names it.
    pub(super) channel: String,
    database: Database,
    before: ShopState,
    data: TempDir,
    started: AtomicUsize,
    http: reqwest::Client,
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
        Self::of(Config { rate: 1000, ..Config::new(goods(products, 3)) }, Database::shared().await).await
    }

    /// The same of ten variants each: as many prices in fewer calls, so that they do not go in an operation.
    ///
    /// # Errors
    /// Something could not be set up.
    pub async fn of_tens(products: usize) -> anyhow::Result<Self> {
        Self::of(Config { rate: 1000, ..Config::new(goods(products, 10)) }, Database::shared().await).await
    }

    /// The same of one variant each, with the smallest bucket: many products are written in operations there.
    ///
    /// # Errors
    /// Something could not be set up.
    pub async fn slow(products: usize) -> anyhow::Result<Self> {
        Self::of(Config { rate: 100, ..Config::new(goods(products, 1)) }, Database::shared().await).await
    }

    /// What a seed is played in. A Postgres that is to be killed is nobody else's.
    pub(super) async fn of_seed(plan: &RealPlan) -> anyhow::Result<Self> {
        let rate = if plan.way == Way::Bulk { BULK_RATE } else { 1000 };
        let database = match plan.own.hurt {
            Hurt::Restart => Database::own().await?,
            _ => Database::shared().await,
        };
        let config = Config { rate, ..Config::new(goods(plan.products, plan.variants)) };
        Self::of(config, database).await
    }

    async fn of(config: Config, database: Database) -> anyhow::Result<Self> {
        // Only the first of the process installs it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let config = Config { clock: Arc::new(RealTime), ..config };
        let shop = Simulator::start(config).await?;
        let owner = database.owner().await?;
        owner.batch_execute(WATCH).await?;
        let data = tempfile::tempdir()?;
        let keys = MasterKeys::load(&data.path().join("master.key"))?;
        let app = App::new(database.db.clone(), Arc::new(SystemClock), Vault::new(keys));
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
        let (before, channel) = (shop.state(), channel.id.to_string());
        let http = reqwest::Client::builder().no_proxy().build()?;
        let started = AtomicUsize::new(0);
        let world = Self { shop, owner, tenant, channel, database, before, data, started, http };
        world.name_postgres()?;
        Ok(world)
    }

    /// Where servers keep their data, and leave notes.
    pub(super) fn folder(&self) -> &Path {
        self.data.path()
    }

    /// Begins to start a server from `binary`, to be hurt as `failpoints` says.
    pub(super) fn begin(&self, binary: &Path, failpoints: &str) -> anyhow::Result<Server> {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let database = kernel_db::url_of(&self.database.config);
        Server::spawn(&Start { binary, folder: self.folder(), number, database, failpoints })
    }

    /// Starts a server from `binary`, to be hurt as `failpoints` says, and waits until it answers.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start(&self, binary: &Path, failpoints: &str) -> anyhow::Result<Server> {
        let mut server = self.begin(binary, failpoints)?;
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while server.address()?.is_none() {
            ensure!(!server.has_ended()?, "the server ended: {}", server.said());
            ticks.tick().await;
        }
        Ok(server)
    }

    /// Starts the Postgres that a server has killed.
    pub(super) async fn postgres_comes_back(&mut self) -> anyhow::Result<()> {
        self.database.comes_back().await?;
        self.name_postgres()?;
        self.owner = self.database.owner().await?;
        Ok(())
    }

    fn name_postgres(&self) -> anyhow::Result<()> {
        match self.database.pid() {
            Some(pid) => Ok(std::fs::write(self.folder().join(notes::POSTGRES), pid.to_string())?),
            None => Ok(()),
        }
    }

    /// A tenth off everything, planned by one person, approved by another, and begun.
    ///
    /// # Errors
    /// The server refuses or does not answer.
    pub async fn apply(&self, server: &Server) -> anyhow::Result<()> {
        let (editor, approver) = (&self.tenant.editor, &self.tenant.approver);
        self.post(server, &self.tenant.admin, "guardrails", &anything()).await?;
        let rule = self.post(server, editor, "rules", &crate::driver::rule()).await?;
        let new = json!({ "title": "A tenth off", "rules": [rule["rule"]["id"]] });
        let plan = self.post(server, editor, "price-changes", &new).await?;
        let id = plan["id"].as_str().context("an id")?;
        let signed = json!({ "plan_hash": plan["plan_hash"] });
        self.post(server, approver, &format!("price-changes/{id}/approve"), &signed).await?;
        if self.post(server, editor, &format!("price-changes/{id}/apply"), &signed).await.is_err() {
            // The server may be hurt before its answer is out.
            self.until(async || wait::holds(&self.owner, wait::BEGUN).await).await?;
        }
        Ok(())
    }

    /// Waits until every run has ended and no job is due. What looks after a run later is still to come.
    ///
    /// # Errors
    /// That takes too long.
    pub async fn settled(&self) -> anyhow::Result<()> {
        self.until(async || {
            Ok(wait::holds(&self.owner, wait::BEGUN).await?
                && wait::holds(&self.owner, wait::ALL_ENDED).await?
                && wait::is_quiet(&self.owner).await?)
        })
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
        collect::history(&self.source()).await
    }

    /// Where the history is to be gathered from.
    pub(super) fn source(&self) -> Source<'_> {
        Source {
            owner: &self.owner,
            tenant: self.tenant.id,
            project: PROJECT,
            shop: &self.shop,
            before: &self.before,
            since: 0,
        }
    }

    /// Nothing tells of such a change, so it is asked for again and again.
    async fn until(&self, holds: impl AsyncFn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(50));
        while !holds().await? {
            ensure!(began.elapsed() < PATIENCE, "waited in vain; left is {}", wait::left(&self.owner).await?);
            ticks.tick().await;
        }
        Ok(())
    }

    async fn post(&self, server: &Server, token: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let url = format!("{}/api/v1/{path}", server.address()?.context("an address")?);
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

/// Guardrails that let every plan pass.
pub(super) fn anything() -> Value {
    json!({ "schema": "guardrails.v1", "blast_radius": { "rows": 1_000_000 } })
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
