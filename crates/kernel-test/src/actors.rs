//! Contexts and tenants for tests.

use std::sync::Arc;

use jiff::Timestamp;
use kernel_core::{Actor, ActorKind, Ctx, FixedClock, Role, TenantId, UserId};
use kernel_db::Db;

/// The instant at which a test's clock stands unless it is moved: 2026-11-02 09:00 UTC, a Monday.
#[must_use]
pub fn epoch() -> Timestamp {
    "2026-11-02T09:00:00Z".parse().expect("a well-formed instant")
}

/// A fresh person of `tenant` with `role`, at [`epoch`].
#[must_use]
pub fn ctx(tenant: TenantId, role: Role) -> Ctx {
    ctx_at(tenant, role, &FixedClock::at(epoch()))
}

/// The same with a clock that the test keeps and moves.
#[must_use]
pub fn ctx_at(tenant: TenantId, role: Role, clock: &FixedClock) -> Ctx {
    let user = UserId::new();
    let actor = Actor { kind: ActorKind::User(user), role, label: format!("{}@example.test", role.as_str()) };
    Ctx::new(tenant, actor, Arc::new(clock.clone()))
}

/// Inserts a tenant with a name of its own.
///
/// # Panics
/// The database refuses it.
pub async fn tenant(db: &Db) -> TenantId {
    let id = TenantId::new();
    tenant_named(db, id, &id.to_string().replace('_', "-")).await;
    id
}

/// Inserts the tenant `id` with `slug`.
///
/// # Panics
/// The database refuses it, for instance because the slug is taken.
pub async fn tenant_named(db: &Db, id: TenantId, slug: &str) {
    let tx = db.tenant_tx(id).await.expect("a transaction");
    tx.execute(
        "insert into tenants (id, slug, name, created_at) values ($1, $2, $2, $3)",
        &[&id.0, &slug, &epoch()],
    )
    .await
    .expect("a new tenant");
    tx.commit().await.expect("a commit");
}
