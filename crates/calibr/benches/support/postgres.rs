//! A private Postgres with the settings of the product (everything durable), and the application over it.

use std::path::PathBuf;
use std::sync::Arc;

use calibr::accounts::{self, NewProject};
use calibr::app::App;
use calibr::channels::Connector;
use kernel_auth::{NewUser, create_user};
use kernel_connect::{MasterKeys, Vault};
use kernel_core::{Actor, ActorKind, Ctx, Role, SystemClock, TenantId};
use kernel_db::{Config, Db, EmbeddedConfig, EmbeddedPostgres, NoTls, Row};
use tokio_postgres::Client;

pub struct Postgres {
    folder: tempfile::TempDir,
    server: EmbeddedPostgres,
    owner: Client,
}

impl Postgres {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data_dir: PathBuf = folder.path().join("postgres");
        let config = EmbeddedConfig { data_dir, throw_away: false };
        let server = EmbeddedPostgres::start(config).await.expect("Postgres starts");
        kernel_db::migrate(&server.config()).await.expect("the migrations apply");
        let (owner, connection) = server.config().connect(NoTls).await.expect("the owner connects");
        tokio::spawn(connection);
        Self { folder, server, owner }
    }

    pub fn config(&self) -> Config {
        self.server.config()
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The application as it is after a start: over what is in the database, with nothing in its memory.
    pub async fn started(&self) -> App {
        let (db, vault) = self.parts().await;
        App::new(db, Arc::new(SystemClock), vault)
    }

    async fn parts(&self) -> (Db, Vault) {
        let db = Db::connect(self.config(), 8).await.expect("the pool connects");
        let keys = MasterKeys::from_file(&self.folder.path().join("master.key")).expect("a key");
        (db, Vault::new(keys))
    }

    /// The application, and somebody who may do everything in a project in EUR.
    pub async fn app(&self) -> (App, Ctx) {
        let app = self.started().await;
        let ctx = person(&app).await;
        (app, ctx)
    }

    /// The same with other connectors.
    pub async fn app_with(&self, connectors: &'static [(&'static str, Connector)]) -> (App, Ctx) {
        let (db, vault) = self.parts().await;
        let app = App::with_connectors(db, Arc::new(SystemClock), vault, connectors);
        let ctx = person(&app).await;
        (app, ctx)
    }

    pub async fn batch(&self, sql: &str) {
        self.owner.batch_execute(sql).await.expect("the statements run");
    }

    pub async fn one(&self, sql: &str) -> Row {
        self.owner.query_one(sql, &[]).await.expect("one row")
    }

    pub async fn copy_text(&self, sql: &str, rows: impl Iterator<Item = String>) {
        use futures_util::SinkExt;
        let sink = self.owner.copy_in(sql).await.expect("copy starts");
        let mut sink = std::pin::pin!(sink);
        for row in rows {
            sink.as_mut().feed(std::io::Cursor::new(row.into_bytes())).await.expect("a row is taken");
        }
        sink.as_mut().finish().await.expect("copy ends");
    }

    /// Bytes of write-ahead log since the cluster was made.
    pub async fn wal_bytes(&self) -> i64 {
        let sql = "select (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint as bytes";
        self.one(sql).await.get("bytes")
    }

    /// The connection of the database's owner.
    pub fn owner(&self) -> &Client {
        &self.owner
    }

    /// Where the server may put files of the bench until its end.
    pub async fn data_folder(&self) -> String {
        self.one("select current_setting('data_directory')").await.get(0)
    }

    /// What decides how durable and how fast it is.
    pub async fn settings(&self) -> serde_json::Value {
        let row = self
            .one(
                "select json_object_agg(name, setting)::text as settings from pg_settings where name in
                    ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'server_version')",
            )
            .await;
        serde_json::from_str(row.get("settings")).expect("Postgres makes JSON")
    }

    pub async fn stop(self) {
        self.server.stop().await.expect("Postgres stops");
    }
}

async fn person(app: &App) -> Ctx {
    let clock = Arc::clone(&app.clock);
    let setup = Ctx::new(TenantId::new(), Actor::system("bench"), Arc::clone(&clock));
    let tx = app.db.tenant_tx(setup.tenant).await.expect("a transaction");
    accounts::create_tenant(&setup, &tx, "bench", "Bench").await.expect("a tenant");
    let project = NewProject { slug: "bench", name: "Bench", currency: "EUR", time_zone: "UTC" };
    accounts::create_project(&setup, &tx, project).await.expect("a project");
    let person = NewUser { email: "bench@calibr.test", password: "only-for-the-bench", role: Role::Admin };
    let user = create_user(&setup, &tx, person).await.expect("a person");
    tx.commit().await.expect("a commit");
    let actor = Actor { kind: ActorKind::User(user), role: Role::Admin, label: "bench@calibr.test".into() };
    Ctx::new(setup.tenant, actor, clock)
}
