//! What is expensive and shared by many seeds of one thread: a database with two tenants and their people, and the API.
//! All SQL that prepares the database for being watched.

use std::cell::Cell;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use calibr::accounts::{NewProject, create_project, create_tenant};
use calibr::app::App;
use calibr::channels::Connector;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use jiff::Timestamp;
use kernel_auth::{NewToken, NewUser, create_token, create_user};
use kernel_connect::{Credential, MasterKeys, Vault};
use kernel_core::{Actor, ActorKind, Ctx, FixedClock, Role, TenantId};
use kernel_db::Db;
use kernel_test::{TestDb, epoch};
use tokio_postgres::Client;

use super::time::SeedTime;
use crate::collect::AFTERCARE;

/// How our clients name themselves to the shop. The last is the API's; workers take turns at the others.
pub(crate) const CLIENTS: [&str; 8] = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "api"];

type Connectors = [(&'static str, Connector); 1];

static CONNECTORS: [Connectors; CLIENTS.len()] = [
    [("shopify", connect::<0>)],
    [("shopify", connect::<1>)],
    [("shopify", connect::<2>)],
    [("shopify", connect::<3>)],
    [("shopify", connect::<4>)],
    [("shopify", connect::<5>)],
    [("shopify", connect::<6>)],
    [("shopify", connect::<7>)],
];

/// How often connectors ask the shop for one reading before they give it up.
pub(super) const ASKED_MAX: u32 = 4;

/// Grants as they are committed: which lease was given out, and which write may leave. And what a consumer got.
pub(crate) const WATCH: &str = "
    create schema faults;
    create table faults.grants (
        place bigint generated always as identity primary key,
        tenant_id uuid not null, run text, row bigint, batch bigint, fence bigint not null, at timestamptz);
    create index on faults.grants (tenant_id, run);
    create table faults.consumed (
        place bigint generated always as identity primary key, tenant_id uuid not null, event_id uuid not null);
    create index on faults.consumed (tenant_id, event_id);
    grant usage on schema faults to calibr_app;
    grant insert on faults.consumed to calibr_app;
    create function faults.note_lease() returns trigger language plpgsql security definer as $$ begin
        insert into faults.grants (tenant_id, run, batch, fence)
        values (new.tenant_id, new.payload ->> 'run_id', (new.payload ->> 'batch')::bigint, new.fence);
        return new; end $$;
    create trigger note_lease after update of fence on jobs for each row
        when (new.fence <> old.fence and new.kind = 'runs.apply_batch') execute function faults.note_lease();
    create function faults.note_send() returns trigger language plpgsql security definer as $$ begin
        insert into faults.grants (tenant_id, run, row, batch, fence, at)
        values (new.tenant_id, new.run_id::text, new.row, new.batch, new.fence, new.sent_at);
        return new; end $$;
    create trigger note_send after update of sent_at on rule_targets for each row
        when (new.sent_at is not null and (old.sent_at is null or old.sent_at < new.sent_at))
        execute function faults.note_send();";

/// Connections are cut so often that hardly a statement comes to the plan that it would keep: the first is kept here.
const PLAN_ONCE: &str = "do $$ begin
    execute format('alter database %I set plan_cache_mode = force_generic_plan', current_database()); end $$";

/// A tenant and the tokens of its people.
pub(crate) struct Tenant {
    pub id: TenantId,
    pub editor: String,
    pub approver: String,
    pub admin: String,
}

/// One thread's database, clock, tenants and API.
pub struct Arena {
    pub(super) db: TestDb,
    pub(super) owner: Arc<Client>,
    pub(super) time: SeedTime,
    pub(super) tenants: [Tenant; 2],
    pub(super) api: Router,
}

impl Arena {
    /// A fresh database with two tenants.
    ///
    /// # Errors
    /// Something could not be set up.
    pub async fn new() -> anyhow::Result<Self> {
        // Only the first of the process installs it.
        rustls::crypto::ring::default_provider().install_default().ok();
        let clock = FixedClock::at(epoch());
        SeedTime::install(&clock);
        let db = TestDb::with_pool_size(16).await;
        let owner = Arc::new(db.owner().await);
        owner.batch_execute(WATCH).await.context("the database cannot be watched")?;
        owner.batch_execute(PLAN_ONCE).await?;
        let time = SeedTime(clock);
        let app = app(&db.db, &time, CLIENTS.len() - 1)?;
        let tenants = [tenant(&app, "one").await?, tenant(&app, "two").await?];
        Ok(Self { db, owner, time, tenants, api: app.router() })
    }

    /// How far the event log reaches.
    pub(super) async fn end_of_log(&self) -> anyhow::Result<i64> {
        let sql = "select coalesce(max(position), 0) from event_log";
        Ok(self.owner.query_one(sql, &[]).await?.get(0))
    }

    /// What would come by itself long after a seed is over does not come: its shop is gone.
    pub(super) async fn forget_aftercare(&self) -> anyhow::Result<()> {
        let sql =
            format!("delete from jobs where state = 'queued' and {AFTERCARE}; delete from job_schedules");
        Ok(self.owner.batch_execute(&sql).await?)
    }

    /// Time passes until the next schedule is due.
    pub(super) async fn night_falls(&self) -> anyhow::Result<()> {
        let next: Option<Timestamp> =
            self.owner.query_one("select min(next_at) from job_schedules", &[]).await?.get(0);
        if let Some(next) = next {
            self.time.pass(next.as_millisecond() + 1 - self.time.at_ms());
        }
        Ok(())
    }

    /// A process of its own, as the given client of the shop.
    pub(super) fn app(&self, client: usize) -> anyhow::Result<App> {
        app(&self.db.db, &self.time, client)
    }

    /// A project of its own for a seed.
    pub(super) async fn project(&self, tenant: &Tenant, slug: &str) -> anyhow::Result<()> {
        let ctx = Ctx::new(tenant.id, Actor::system("faults"), Arc::new(self.time.0.clone()));
        let tx = self.db.db.tenant_tx(tenant.id).await?;
        let new = NewProject { slug, name: slug, currency: "EUR", time_zone: "Europe/Berlin" };
        create_project(&ctx, &tx, new).await?;
        Ok(tx.commit().await?)
    }
}

fn app(db: &Db, time: &SeedTime, client: usize) -> anyhow::Result<App> {
    let keys = MasterKeys::parse("QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=", "faults")?;
    Ok(App::with_connectors(db.clone(), Arc::new(time.0.clone()), Vault::new(keys), &CONNECTORS[client]))
}

thread_local! {
    /// Whether connectors of this thread take every run for one to be written in bulk.
    static IN_BULK: Cell<bool> = const { Cell::new(false) };
}

/// Has connections that are opened from now on in this thread take every run, or none, for one to be written in bulk.
pub(super) fn prefer_bulk(bulk: bool) {
    IN_BULK.set(bulk);
}

fn connect<const CLIENT: usize>(
    base_url: &str,
    token: Credential,
) -> channel::Result<Arc<dyn channel::Channel>> {
    let mut config = ShopifyConfig { user_agent: CLIENTS[CLIENT], ..ShopifyConfig::new(base_url, token) };
    config.read_retries_max = ASKED_MAX - 1;
    config.bulk_write_after_ms = if IN_BULK.get() { 0 } else { u64::MAX };
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SeedTime::of_this_thread()))?))
}

pub(crate) async fn tenant(app: &App, name: &str) -> anyhow::Result<Tenant> {
    let id = TenantId::new();
    let system = Ctx::new(id, Actor::system("faults"), Arc::clone(&app.clock));
    let tx = app.db.tenant_tx(id).await?;
    create_tenant(&system, &tx, name, name).await?;
    let mut tokens = Vec::new();
    for role in [Role::Editor, Role::Approver, Role::Admin] {
        let email = format!("{}@{name}.test", role.as_str());
        let new = NewUser { email: &email, password: "correct horse battery", role };
        let actor =
            Actor { kind: ActorKind::User(create_user(&system, &tx, new).await?), role, label: email };
        let ctx = Ctx::new(id, actor, Arc::clone(&app.clock));
        let new = NewToken { name: "faults".to_owned(), scopes: vec!["*".to_owned()], expires_in_days: 366 };
        tokens.push(create_token(&ctx, &tx, new).await?.secret);
    }
    tx.commit().await?;
    let [editor, approver, admin] = <[String; 3]>::try_from(tokens).expect("three roles");
    Ok(Tenant { id, editor, approver, admin })
}
