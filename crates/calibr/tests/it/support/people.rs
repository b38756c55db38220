//! Tenants with a project, and their people: one of each role.

use std::collections::BTreeMap;
use std::sync::Arc;

use calibr::accounts::{NewProject, create_project, create_tenant};
use calibr::app::App;
use kernel_auth::{NewToken, NewUser, create_token, create_user};
use kernel_core::{Actor, ActorKind, Ctx, Role, TenantId};
use kernel_jobs::{NewSchedule, schedule};
use serde_json::json;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";

const ROLES: [Role; 4] = [Role::Viewer, Role::Editor, Role::Approver, Role::Admin];

/// A tenant with one project.
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// Slug of its project.
    pub project: String,
    tokens: BTreeMap<Role, String>,
}

impl Tenant {
    /// A token of somebody with `role` that may do all they may.
    pub fn token(&self, role: Role) -> &str {
        &self.tokens[&role]
    }

    /// The address of the person with `role`.
    pub fn email(&self, role: Role) -> String {
        format!("{}@{}.test", role.as_str(), self.name)
    }

    /// A context of the application itself, for what the API does not offer.
    pub fn system(&self, app: &App) -> Ctx {
        Ctx::new(self.id, Actor::system("test"), Arc::clone(&app.clock))
    }

    /// A job to be enqueued every night.
    pub async fn schedule(&self, app: &App, name: &str) {
        let ctx = self.system(app);
        let tx = app.db.tenant_tx(self.id).await.expect("a transaction");
        let (name, cron, zone) = (name.to_owned(), "0 4 * * *".to_owned(), "Europe/Berlin".to_owned());
        let new = NewSchedule { name, kind: "test", payload: json!({}), cron, zone };
        schedule(&ctx, &tx, &new).await.expect("a schedule");
        tx.commit().await.expect("a commit");
    }

    /// One more project.
    pub async fn add_project(&self, app: &App, slug: &str, currency: &str) {
        let ctx = self.system(app);
        let tx = app.db.tenant_tx(self.id).await.expect("a transaction");
        let project = NewProject { slug, name: slug, currency, time_zone: "Europe/Berlin" };
        create_project(&ctx, &tx, project).await.expect("a project");
        tx.commit().await.expect("a commit");
    }
}

/// A tenant called `name` with a project and one person of each role, `role@name.test`.
pub async fn tenant(app: &App, name: &str, project: &str, currency: &str) -> Tenant {
    let id = TenantId::new();
    let mut tenant =
        Tenant { id, name: name.to_owned(), project: project.to_owned(), tokens: BTreeMap::new() };
    let ctx = tenant.system(app);
    let tx = app.db.tenant_tx(id).await.expect("a transaction");
    create_tenant(&ctx, &tx, name, name).await.expect("a tenant");
    for role in ROLES {
        let email = tenant.email(role);
        let new = NewUser { email: &email, password: PASSWORD, role };
        let user = create_user(&ctx, &tx, new).await.expect("a person");
        let actor = Actor { kind: ActorKind::User(user), role, label: email };
        let ctx = Ctx::new(id, actor, Arc::clone(&app.clock));
        let all = NewToken { name: "test".to_owned(), scopes: vec!["*".to_owned()], expires_in_days: 366 };
        let minted = create_token(&ctx, &tx, all).await.expect("a token");
        tenant.tokens.insert(role, minted.secret);
    }
    tx.commit().await.expect("a commit");
    tenant.add_project(app, project, currency).await;
    tenant
}
