//! Everything around the server under test: a simulated shop, a database, a tenant with two people, and an approved plan.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use calibr::accounts::{NewProject, create_project, create_tenant};
use calibr::app::App;
use calibr::channels::dto::NewChannel;
use calibr::channels::{connect_channel, ingest};
use kernel_auth::{NewToken, NewUser, create_token, create_user};
use kernel_connect::{MasterKeys, Vault};
use kernel_core::{Actor, ActorKind, Ctx, Role, SystemClock, TenantId};
use kernel_db::{Config, Db};
use kernel_test::{TestDb, connect};
use serde_json::{Value, json};
use simulators::shopify::{Catalogue, Handle, JournalEntry, ShopState, Simulator};
use tempfile::TempDir;
use tokio_postgres::Client;

use crate::server::Server;

/// Far longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// One test's world. The shop lives in the test's process, so that it outlives every server.
pub struct World {
    pub shop: Handle,
    pub database: Config,
    /// Sees and locks what it likes; not held by row-level security.
    pub owner: Client,
    /// The shop before anything was written.
    pub before: ShopState,
    pub editor: String,
    pub approver: String,
    data: TempDir,
    /// Goes with this value.
    _db: Option<TestDb>,
}

/// A price change that may be applied.
pub struct Approved {
    pub id: String,
    pub hash: String,
}

impl World {
    /// A shop of `products` products with three variants each, connected and read.
    pub async fn with(products: usize) -> Self {
        let db = TestDb::new().await;
        let world = Self::in_database(products, db.config.clone(), db.db.clone()).await;
        Self { _db: Some(db), ..world }
    }

    /// The same in a database that is migrated and belongs to nobody else.
    pub async fn in_database(products: usize, database: Config, db: Db) -> Self {
        let catalogue = Catalogue::from_csv(catalogue_csv(products).as_bytes()).expect("a catalogue");
        let settings =
            simulators::shopify::Config { rate: 1000, ..simulators::shopify::Config::new(catalogue) };
        let shop = Simulator::start(settings).await.expect("a shop");
        let data = tempfile::tempdir().expect("a folder");
        let keys = MasterKeys::load(&data.path().join("master.key")).expect("a key");
        let app = App::new(db, Arc::new(SystemClock), Vault::new(keys));
        let (editor, approver) = people(&app, &shop).await;
        let (owner, before) = (connect(&database).await, shop.state().without_times());
        Self { shop, database, owner, before, editor, approver, data, _db: None }
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// A tenth off everything, planned by one person and approved by another.
    pub async fn approved(&self, server: &Server) -> Approved {
        let rule = json!({
            "schema": "rule.v1", "name": "a tenth off", "select": { "all_variants": true },
            "steps": [{ "percent": "-10" }],
        });
        let pushed = server.post(&self.editor, "rules", &rule).await;
        let new = json!({ "title": "A tenth off", "rules": [pushed["rule"]["id"]] });
        let plan = server.post(&self.editor, "price-changes", &new).await;
        let (id, hash) = (text(&plan["id"]), text(&plan["plan_hash"]));
        let decision = json!({ "plan_hash": hash });
        let path = format!("price-changes/{id}/approve");
        let approved = server.post(&self.approver, &path, &decision).await;
        assert_eq!(approved["state"], "approved", "{approved}");
        Approved { id, hash }
    }

    /// Starts applying; answers with the run's id.
    pub async fn apply(&self, server: &Server, plan: &Approved) -> String {
        let path = format!("price-changes/{}/apply", plan.id);
        text(&server.post(&self.editor, &path, &json!({ "plan_hash": plan.hash })).await["id"])
    }

    /// Starts taking the plan back; answers with the run's id.
    pub async fn roll_back(&self, server: &Server, plan: &Approved) -> String {
        let path = format!("price-changes/{}/rollback", plan.id);
        text(&server.post(&self.editor, &path, &json!({})).await["id"])
    }

    /// What happened in the shop since the journal had `mark` entries.
    pub fn journal_since(&self, mark: usize) -> Vec<JournalEntry> {
        self.shop.journal().split_off(mark)
    }

    /// Waits until so many calls are held by faults; answers with their numbers in the journal.
    pub async fn held(&self, count: usize) -> Vec<u64> {
        let held = in_time("calls that are held", self.shop.wait_held(count)).await;
        held.iter().map(|held| held.sequence).collect()
    }

    /// Lets one held call go on.
    pub async fn release(&self, sequence: u64) {
        let url = format!("{}/__sim/release", self.shop.url);
        let sent = reqwest::Client::new().post(url).json(&json!({ "sequence": sequence })).send().await;
        assert!(sent.expect("an answer").status().is_success());
    }

    /// Waits until `sql`, which counts something in the database, finds any. Nothing tells of such a change, so it is
    /// asked for again and again.
    pub async fn until_any(&self, sql: &str) {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        let found = async {
            while self.count(sql).await == 0 {
                ticks.tick().await;
            }
        };
        in_time(sql, found).await;
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.owner.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).get(0)
    }
}

/// What takes longer has failed.
pub async fn in_time<T>(what: &str, it: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, it).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not text")).to_owned()
}

async fn people(app: &App, shop: &Handle) -> (String, String) {
    let system = Ctx::new(TenantId::new(), Actor::system("test"), Arc::clone(&app.clock));
    let tx = app.db.tenant_tx(system.tenant).await.expect("a transaction");
    create_tenant(&system, &tx, "crash", "Crash").await.expect("a tenant");
    let project = NewProject { slug: "shop", name: "Shop", currency: "EUR", time_zone: "Europe/Berlin" };
    create_project(&system, &tx, project).await.expect("a project");
    let mut tokens = Vec::new();
    for (email, role) in [("editor@crash.test", Role::Editor), ("approver@crash.test", Role::Approver)] {
        let new = NewUser { email, password: "correct horse battery", role };
        let user = create_user(&system, &tx, new).await.expect("a person");
        let actor = Actor { kind: ActorKind::User(user), role, label: email.to_owned() };
        let ctx = Ctx::new(system.tenant, actor, Arc::clone(&app.clock));
        let new = NewToken { name: "test".to_owned(), scopes: vec!["*".to_owned()], expires_in_days: 1 };
        tokens.push(create_token(&ctx, &tx, new).await.expect("a token").secret);
    }
    tx.commit().await.expect("a commit");
    let new = NewChannel {
        shop_domain: "calibr-demo.myshopify.com".to_owned(),
        access_token: shop.token.clone(),
        base_url: Some(shop.url.clone()),
    };
    let channel = connect_channel(app, &system, None, new).await.expect("a channel");
    ingest(app, &system, channel.id, |_| {}).await.expect("the catalogue");
    let approver = tokens.pop().expect("two tokens");
    (tokens.pop().expect("two tokens"), approver)
}

/// Prices are whole tenths, so that a tenth off is exact; every other variant has a compare-at price.
fn catalogue_csv(products: usize) -> String {
    let mut csv =
        "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,\
                   Status\n"
            .to_owned();
    for product in 0..products {
        for (place, size) in ["S", "M", "L"].into_iter().enumerate() {
            let tenths = 100 + product * 7 + place * 13;
            let (title, status) =
                if place == 0 { (format!("Thing {product}"), "active") } else { Default::default() };
            let compare_at = if place == 1 { format!("{}.50", tenths / 10 + 20) } else { String::new() };
            csv += &format!(
                "thing-{product},{title},Nordkamm,Size,{size},T-{product}-{size},{}.{}0,{compare_at},{status}\n",
                tenths / 10,
                tenths % 10,
            );
        }
    }
    csv
}
