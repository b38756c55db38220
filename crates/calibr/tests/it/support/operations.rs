//! Every operation of the OpenAPI document with a well-formed call about a tenant's things. A new operation without a
//! case here fails the walks.

use kernel_core::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::actor::fresh_key;
use super::{Actor, Answer, Receiver, Shop, Tenant, TestApp, sim_config};

/// One of everything a tenant can have.
pub struct Things {
    pub project: String,
    pub variant: String,
    pub rule: String,
    pub price_change: String,
    pub plan_hash: String,
    pub run: String,
    pub channel: String,
    pub token: String,
    /// A person who can do little.
    pub member: String,
    pub view: String,
    pub waiver: String,
    pub webhook: String,
    pub webhook_delivery: String,
    pub dead_letter: String,
    pub correlation: String,
    pub job: String,
    /// Kept open while the things are in use.
    pub shop: Shop,
    /// Takes what the webhook sends.
    pub receiver: Receiver,
}

impl Things {
    /// Every id that a path may hold.
    pub fn ids(&mut self) -> [&mut String; 13] {
        [
            &mut self.variant,
            &mut self.rule,
            &mut self.price_change,
            &mut self.run,
            &mut self.channel,
            &mut self.token,
            &mut self.member,
            &mut self.view,
            &mut self.waiver,
            &mut self.job,
            &mut self.webhook,
            &mut self.webhook_delivery,
            &mut self.dead_letter,
        ]
    }
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Public,
    /// Everybody who is known, whatever a token's scopes.
    Known,
    /// This role and those above, with the operation's scope.
    From(Role),
}

/// An operation and a call of it.
pub struct Operation {
    pub id: String,
    pub access: Access,
    /// Whether the call names something of the tenant's: in its path, or by its project.
    pub names_something: bool,
    /// Whether its path holds an id.
    pub has_id: bool,
    method: Method,
    path: String,
    body: Body,
}

enum Body {
    None,
    Json(Value),
    Csv(String),
}

/// Every operation of the document, called about `things`.
pub fn operations(things: &Things) -> Vec<Operation> {
    let document = serde_json::to_value(calibr::app::openapi()).expect("JSON");
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            operations.push(read(path, method, operation, things));
        }
    }
    assert!(operations.len() > 30, "the document lost most of its operations");
    operations
}

fn read(path: &str, method: &str, operation: &Value, things: &Things) -> Operation {
    let id = operation["operationId"].as_str().expect("an operation id").to_owned();
    let (access, body) = case(&id, things);
    let public = operation["security"] == json!([{}]);
    assert_eq!(public, access == Access::Public, "{id}: the document and the case differ on who may call it");
    let named = |name: &str| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.into_iter().any(|parameter| parameter["name"] == name)
    };
    let (has_id, has_slug, has_project) = (named("id"), named("slug"), named("project"));
    let mut filled = path.replace("{id}", thing_of(path, things)).replace("{slug}", &things.project);
    // Consumers belong to the installation; this is none.
    filled = filled.replace("{name}", "nobody");
    assert!(!filled.contains('{'), "{id}: no case for the parameters of {path}");
    if has_project {
        filled.push_str(&format!("?project={}", things.project));
    }
    if id == "stream_events" {
        filled.push_str("?topics=run&seconds=0");
    }
    let method = method.to_uppercase().parse().expect("a method");
    let names_something = has_id || has_slug || has_project || named("name");
    Operation { id, access, names_something, has_id, method, path: filled, body }
}

/// The id that a path is about.
fn thing_of<'t>(path: &str, things: &'t Things) -> &'t str {
    match path.split('/').nth(3).unwrap_or_default() {
        "channels" => &things.channel,
        "jobs" => &things.job,
        "members" => &things.member,
        "price-changes" => &things.price_change,
        "rules" => &things.rule,
        "runs" => &things.run,
        "tokens" => &things.token,
        "variants" => &things.variant,
        "dlq" => &things.dead_letter,
        "views" => &things.view,
        "waivers" => &things.waiver,
        "webhook-deliveries" => &things.webhook_delivery,
        "webhooks" => &things.webhook,
        _ => "{?}",
    }
}

/// Who may call an operation, and a body that it takes.
fn case(id: &str, things: &Things) -> (Access, Body) {
    use Access::{From, Known, Public};
    let signed = || Body::Json(json!({ "plan_hash": things.plan_hash, "comment": "Because." }));
    match id {
        "get_health" | "get_metrics" | "get_openapi" | "get_version" => (Public, Body::None),
        "create_session" => {
            (Public, Body::Json(json!({ "email": "nobody@nowhere.test", "password": "wrong" })))
        }
        "get_session" | "delete_session" => (Known, Body::None),
        "explain_variant"
        | "export_catalog"
        | "follow_run"
        | "get_channel_health"
        | "get_drift_policy"
        | "get_guardrails"
        | "get_home"
        | "get_job"
        | "get_price_change"
        | "get_project"
        | "get_rule"
        | "get_run"
        | "get_run_reasons"
        | "get_variant"
        | "export_audit"
        | "list_audit_records"
        | "list_channels"
        | "list_drifts"
        | "list_consumers"
        | "list_dead_letters"
        | "list_events"
        | "list_guardrail_versions"
        | "count_price_change_rows"
        | "spread_price_change_margins"
        | "list_facets"
        | "list_jobs"
        | "list_notifications"
        | "stream_events"
        | "list_members"
        | "list_roles"
        | "list_price_change_activity"
        | "list_price_change_comments"
        | "list_price_change_rows"
        | "list_price_changes"
        | "list_prices_to_roll_back"
        | "list_products"
        | "list_replays"
        | "list_projects"
        | "list_rule_versions"
        | "list_rules"
        | "list_run_targets"
        | "list_runs"
        | "list_schedules"
        | "list_surfaces"
        | "list_tokens"
        | "list_variant_prices"
        | "list_variants"
        | "list_waivers"
        | "list_webhook_deliveries"
        | "list_webhooks"
        | "preview_roll_back"
        | "preview_rule"
        | "list_views"
        | "delete_view"
        | "delete_token" => (From(Role::Viewer), Body::None),
        "create_token" => (From(Role::Viewer), Body::Json(json!({ "name": "t", "scopes": ["rules:read"] }))),
        "validate_rule" | "preview_document" | "diff_document" | "simulate_document" | "test_document" => {
            (From(Role::Viewer), Body::Json(rule("fresh")))
        }
        "add_member" => {
            (From(Role::Admin), Body::Json(json!({ "email": "fresh@people.test", "role": "viewer" })))
        }
        "update_member" => (From(Role::Admin), Body::Json(json!({ "role": "editor" }))),
        "reset_member_password" => (From(Role::Admin), Body::None),
        "change_password" => {
            (From(Role::Viewer), Body::Json(json!({ "current": super::PASSWORD, "new": super::PASSWORD })))
        }
        "read_notifications" => (From(Role::Viewer), Body::Json(json!({ "until": "2026-01-01T00:00:00Z" }))),
        "save_view" => {
            let view = json!({ "list": "catalog", "name": "fresh", "query": "q=tent" });
            (From(Role::Viewer), Body::Json(view))
        }
        "try_guardrails" => (From(Role::Viewer), Body::Json(json!({ "schema": "guardrails.v1" }))),
        "verify_audit" => (From(Role::Viewer), Body::Json(json!({}))),
        "find_conflicts" => (From(Role::Viewer), Body::Json(json!({ "rules": [things.rule] }))),
        "prove_rules" => {
            let property = json!({ "not_below_cost": true });
            (From(Role::Viewer), Body::Json(json!({ "rules": [things.rule], "property": property })))
        }
        "push_rule" => (From(Role::Editor), Body::Json(rule("fresh"))),
        "push_guardrails" => {
            let document = json!({ "schema": "guardrails.v1", "floor": { "price": "0.02 EUR" } });
            (From(Role::Admin), Body::Json(document))
        }
        "validate_guardrails" => (From(Role::Viewer), Body::Json(json!({ "schema": "guardrails.v1" }))),
        "export_price_change" => (From(Role::Editor), Body::None),
        "request_waiver" => (From(Role::Editor), Body::Json(waiver())),
        "retry_dead_letter"
        | "delete_webhook"
        | "forget_consumer"
        | "disable_webhook"
        | "enable_webhook"
        | "rotate_webhook_secret"
        | "resend_webhook_delivery" => (From(Role::Admin), Body::None),
        "drop_dead_letter" => (From(Role::Admin), Body::Json(json!({ "note": "It never mattered." }))),
        "retry_dead_letters" => (From(Role::Admin), Body::Json(json!({ "consumer": "webhooks" }))),
        "create_replay" => {
            let span = json!({ "consumer": "webhooks", "from_position": 1, "to_position": 1 });
            (From(Role::Admin), Body::Json(span))
        }
        "create_webhook" => (From(Role::Admin), Body::Json(json!({ "url": things.receiver.url }))),
        "approve_waiver" => (From(Role::Approver), Body::None),
        "end_waiver" => (From(Role::Editor), Body::None),
        "comment_price_change" => (From(Role::Editor), Body::Json(json!({ "body": "Look at the tents." }))),
        "request_price_change_review" => (From(Role::Editor), Body::Json(json!({ "note": "Please." }))),
        "ask_price_change_changes" => {
            let body = json!({ "plan_hash": things.plan_hash, "reason": "Too steep." });
            (From(Role::Approver), Body::Json(body))
        }
        "create_price_change" => {
            (From(Role::Editor), Body::Json(json!({ "title": "Fresh", "rules": [things.rule] })))
        }
        "import_catalog" => {
            (From(Role::Editor), Body::Csv("Handle,Title,Variant Price\na,A,1.00\n".to_owned()))
        }
        "import_facts" => {
            (From(Role::Editor), Body::Csv(format!("variant_id,inventory\n{},5\n", things.variant)))
        }
        "import_history" => {
            let row = format!("{},1.00,2020-01-01,2020-02-01", things.variant);
            (From(Role::Editor), Body::Csv(format!("variant_id,price,valid_from,valid_to\n{row}\n")))
        }
        "adopt_drifts" | "put_back_drifts" => {
            (From(Role::Editor), Body::Json(json!({ "drifts": ["dft_01m7y4tcxwej3r97ce3p8msv9p"] })))
        }
        "ask_consent" => {
            let new = json!({ "shop_domain": "x.myshopify.com", "client_id": "i", "client_secret": "s",
                "public_url": "http://127.0.0.1:9" });
            (From(Role::Admin), Body::Json(new))
        }
        "exchange_session" => {
            let new = json!({ "shop_domain": "x.myshopify.com", "client_id": "i", "client_secret": "s",
                "session_token": "t", "base_url": things.shop.sim.url });
            (From(Role::Admin), Body::Json(new))
        }
        "set_drift_policy" => (From(Role::Admin), Body::Json(json!({ "policy": "hold" }))),
        "listen_to_channel" => {
            let new = json!({ "public_url": "http://127.0.0.1:9", "client_secret": "shpss_test" });
            (From(Role::Admin), Body::Json(new))
        }
        "sweep_channel" => (From(Role::Editor), Body::Json(json!({}))),
        "pause_run" | "stop_run" => (From(Role::Editor), Body::Json(json!({ "reason": "Because." }))),
        "ingest_channel"
        | "resume_run"
        | "retry_failed_targets"
        | "roll_back_price_change"
        | "roll_back_run" => (From(Role::Editor), Body::Json(json!({}))),
        "apply_price_change" => (From(Role::Editor), Body::Json(json!({ "plan_hash": things.plan_hash }))),
        "unschedule_price_change" => (From(Role::Editor), Body::Json(json!({ "reason": "Because." }))),
        "approve_price_change" | "reject_price_change" => (From(Role::Approver), signed()),
        "cancel_job" | "retry_job" => (From(Role::Admin), Body::None),
        "update_project" => (From(Role::Admin), Body::Json(json!({ "country": "DE", "tax_rate_pct": "19" }))),
        "create_channel" => {
            let sim = &things.shop.sim;
            let new =
                json!({ "shop_domain": "x.myshopify.com", "access_token": sim.token, "base_url": sim.url });
            (From(Role::Admin), Body::Json(new))
        }
        _ => panic!("the operation {id} has no case: say who may call it, and with what body"),
    }
}

/// A waiver of a guardrail that is soft in a fresh tenant.
pub fn waiver() -> Value {
    let until = kernel_test::epoch() + jiff::SignedDuration::from_hours(24 * 30);
    json!({ "guardrail": "maximum_move", "reason": "Clearance.", "valid_until": until })
}

/// A rule that lowers everything.
pub fn rule(name: &str) -> Value {
    json!({
        "schema": "rule.v1", "name": name, "select": { "all_variants": true }, "steps": [{ "percent": "-5" }],
    })
}

impl Operation {
    /// The same with one more query parameter.
    pub fn with_parameter(mut self, parameter: &str) -> Self {
        let join = if self.path.contains('?') { '&' } else { '?' };
        self.path.push_str(&format!("{join}{parameter}"));
        self
    }

    /// Calls it.
    pub async fn call(&self, actor: &Actor<'_>) -> Answer {
        let request = actor.request(self.method.clone(), &self.path);
        let request = if self.method == Method::POST {
            request.header("idempotency-key", fresh_key())
        } else {
            request
        };
        // Nothing was set before the walks, so that the first version is the newest.
        let request =
            if self.id == "update_project" { request.header("if-match", "\"v1\"") } else { request };
        let request = match &self.body {
            Body::None => request,
            Body::Json(body) => request.json(body),
            Body::Csv(csv) => request.header("content-type", "text/csv").body(csv.clone()),
        };
        actor.send(request).await
    }
}

impl TestApp {
    /// Gives `tenant` one of everything, with `word` in every name; its price change was applied.
    pub async fn things_of(&self, tenant: &Tenant, word: &str) -> Things {
        let mut catalogue = super::goods(2, 2);
        for product in &mut catalogue.products {
            product.title = format!("{word} {}", product.title);
            product.handle = format!("{word}-{}", product.handle);
            for variant in &mut product.variants {
                variant.sku = variant.sku.take().map(|sku| format!("{word}-{sku}"));
            }
        }
        let mut config = sim_config(catalogue);
        config.domain = format!("{word}.myshopify.com");
        let shop = self.shop_of(tenant, config).await;
        let plan = self.plan_as(tenant, rule(word)).await;
        let (editor, approver) = (self.person(tenant, Role::Editor), self.person(tenant, Role::Approver));
        approver.post(&plan.path("/approve"), plan.signed()).await.expect(200);
        let run = editor.post(&plan.path("/apply"), plan.signed()).await.expect(202);
        self.jobs_done().await;
        let admin = self.person(tenant, Role::Admin);
        let receiver = Receiver::start().await;
        let wanted = json!({ "url": receiver.url, "event_types": ["waiver.requested"] });
        let webhook = admin.post("/webhooks", wanted).await.expect(201);
        let waiver = editor.post(&format!("/waivers?project={}", tenant.project), waiver()).await.expect(201);
        let token = admin.post("/tokens", json!({ "name": word, "scopes": ["*"] })).await.expect(201);
        self.events_delivered().await;
        self.refuse_waivers().await;
        self.jobs_done().await;
        let webhook = webhook["id"].as_str().expect("an id").to_owned();
        let deliveries = admin.all(&format!("/webhooks/{webhook}/deliveries")).await;
        let dead_letters = admin.all("/dlq").await;
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let variants = editor.all(&format!("/catalog/variants?project={}", tenant.project)).await;
        let rules = editor.all(&format!("/rules?project={}", tenant.project)).await;
        let audit = editor.all("/audit?action=run.started").await;
        let jobs = editor.all("/jobs").await;
        let members = admin.all("/members").await;
        let view = json!({ "list": "catalog", "name": word, "query": "tag=sale" });
        let view = admin.post(&format!("/views?project={}", tenant.project), view).await.expect(201);
        Things {
            project: tenant.project.clone(),
            variant: text(&variants[0]["id"]),
            rule: text(&rules[0]["id"]),
            price_change: plan.id,
            plan_hash: plan.hash,
            run: text(&run["id"]),
            channel: shop.channel.clone(),
            token: text(&token["id"]),
            member: text(&members[0]["id"]),
            view: text(&view["id"]),
            waiver: text(&waiver["id"]),
            webhook,
            webhook_delivery: text(&deliveries[0]["id"]),
            dead_letter: text(&dead_letters[0]["id"]),
            correlation: text(&audit[0]["correlation_id"]),
            job: text(&jobs[0]["id"]),
            shop,
            receiver,
        }
    }

    /// Lets a consumer refuse every request for a waiver, which makes dead letters.
    pub async fn refuse_waivers(&self) {
        let refuse = kernel_events::InOrder(|delivery: kernel_events::Delivery| {
            Box::pin(async move {
                match delivery.event.kind.as_str() {
                    "waiver.requested" => Err(kernel_core::Error::invalid("test.refused", "It is refused.")),
                    _ => Ok(()),
                }
            }) as std::pin::Pin<Box<dyn Future<Output = kernel_core::Result<()>> + Send>>
        });
        let consumer = kernel_events::Consumer::new("refuses", std::sync::Arc::new(refuse));
        let (db, clock) = (self.app.db.clone(), std::sync::Arc::clone(&self.app.clock));
        let relay =
            kernel_events::Relay::new(db, clock, vec![consumer], kernel_events::RelayConfig::default());
        self.log_settled().await;
        relay.run_due().await.expect("delivered");
        self.expect_logged("Deliveries gave up");
    }
}
