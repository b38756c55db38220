//! The application: the lists of what it is made of, and how it is put together.

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::{Extension, Router};
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{Reach, SystemTime, Vault};
use kernel_core::Clock;
use kernel_db::Db;
use kernel_events::{Consumer, Relay, RelayConfig};
use kernel_http::{Kernel, KnownParameters, refuse_unknown_parameters, track_request};
use kernel_jobs::{Handler, Runner, RunnerConfig};
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

pub use crate::state::App;

use crate::channels::{Channels, Connector};
use crate::{
    accounts, audit, catalog, channels, console_assets, drifts, events, explain, guardrails, health, home,
    integrations, jobs, notifications, price_changes, rules, runs, views, webhooks,
};

impl App {
    /// The application over a migrated database.
    #[must_use]
    pub fn new(db: Db, clock: Arc<dyn Clock>, vault: Vault) -> Self {
        Self::with_connectors(db, clock, vault, CONNECTORS)
    }

    /// The same with other connectors, such as one that waits less long for a shop.
    #[must_use]
    pub fn with_connectors(
        db: Db,
        clock: Arc<dyn Clock>,
        vault: Vault,
        connectors: &'static [(&'static str, Connector)],
    ) -> Self {
        let snapshots = catalog::Snapshots::new(Arc::clone(&clock));
        let channels = Channels::new(db.clone(), Arc::clone(&clock), Arc::new(vault), connectors);
        Self { db, clock, channels, snapshots, webhook_reach: Reach::PublicOnly }
    }

    /// The API with everything around it.
    pub fn router(self) -> Router {
        let kernel = Kernel { db: self.db.clone(), clock: Arc::clone(&self.clock) };
        let (router, document) = api().split_for_parts();
        let known = KnownParameters::of(&document);
        router
            .merge(channels::callbacks())
            .merge(integrations::hooks())
            .with_state(self)
            .route_layer(from_fn_with_state(known, refuse_unknown_parameters))
            .method_not_allowed_fallback(kernel_http::wrong_method)
            .fallback(console_assets::console)
            .layer(from_fn(track_request))
            .layer(map_response(health::name_build))
            .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(NotForContentType::SSE)))
            .layer(Extension(kernel))
    }

    /// A relay for the application's consumers of the event log, and for `more`, such as a stream elsewhere.
    #[must_use]
    pub fn relay(&self, config: RelayConfig, more: Vec<Consumer>) -> Relay {
        let mut consumers = vec![audit::consumer(self.clone()), webhooks::consumer(self.clone())];
        consumers.extend(more);
        Relay::new(self.db.clone(), Arc::clone(&self.clock), consumers, config)
            .reporting(events::reporting(self.clone()))
    }

    /// A runner for the application's jobs.
    #[must_use]
    pub fn runner(&self, config: RunnerConfig) -> Runner<Self> {
        Runner::new(self.db.clone(), Arc::clone(&self.clock), self.clone(), JOBS, config)
    }
}

/// Every kind of job, alphabetic.
const JOBS: &[(&str, Handler<App>)] = &[
    (drifts::SWEEP, drifts::sweep_job),
    (integrations::NOTICE, integrations::notice_job),
    (price_changes::RETURN, runs::return_sale),
    (price_changes::START, runs::start_due),
    (runs::APPLY_BATCH, runs::apply_batch),
    (runs::CHECK_CANARY, runs::check_canary),
    (runs::RECONCILE, runs::reconcile),
    (runs::SWEEP, runs::sweep),
    (webhooks::DELIVER, webhooks::deliver),
];

/// Every connector, alphabetic.
pub const CONNECTORS: &[(&str, Connector)] = &[("shopify", |base_url, token| {
    Ok(Arc::new(ShopifyClient::new(ShopifyConfig::new(base_url, token), Arc::new(SystemTime::start()))?))
})];

/// Every feature's routes, alphabetic.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(catalog::routes())
        .merge(channels::routes())
        .merge(drifts::routes())
        .merge(events::routes())
        .merge(explain::routes())
        .merge(guardrails::routes())
        .merge(home::routes())
        .merge(integrations::routes())
        .merge(jobs::routes())
        .merge(notifications::routes())
        .merge(price_changes::routes())
        .merge(rules::routes())
        .merge(runs::routes())
        .merge(views::routes())
        .merge(webhooks::routes())
        .merge(health::routes())
}

/// The OpenAPI document of everything the application answers.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Calibr",
        description = "Plan, approve, apply, verify, explain and undo consequential changes in commerce.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    modifiers(&Credentials),
    security(("token" = []), ("session" = [])),
)]
struct Document;

struct Credentials;

impl utoipa::Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(kernel_http::SESSION_COOKIE));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    }
}
