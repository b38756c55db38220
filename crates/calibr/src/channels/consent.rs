//! Connecting a shop by its owner's consent: a state that is good once, a callback that must be signed by the app's
//! secret and speak of the same shop, tokens with enough scopes. Or by the session of a page inside the shop's admin,
//! where its owner consented when the app was installed.

use connector_shopify::oauth::{self, Grant, ShopifyApp};
use jiff::SignedDuration;
use kernel_auth::{Permission, authorize};
use kernel_connect::Secret;
use kernel_core::{Actor, ActorKind, Ctx, Error, ErrorKind, ProjectId, Result, Role, TenantId};
use sha2::{Digest, Sha256};

use super::connect::{Proved, connect_shop, refused};
use super::dto::{Channel, Consent, NewConsent, NewSessionExchange};
use super::store::{self, ConsentRecord};
use crate::accounts;
use crate::state::App;

const CHANNELS_WRITE: Permission = Permission::new("channels:write", Role::Admin);
/// What is asked for.
const SCOPES: [&str; 3] = ["read_products", "write_products", "read_inventory"];
/// How long a shop's owner may take.
const CONSENT_LIVES: SignedDuration = SignedDuration::from_mins(10);

/// Where a shop's owner consents, and comes back from.
///
/// # Errors
/// `consent.shop` (422): not a shop's permanent domain.
pub(super) async fn ask(app: &App, ctx: &Ctx, project: Option<&str>, new: NewConsent) -> Result<Consent> {
    authorize(&ctx.actor, CHANNELS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    check_domain(&new.shop_domain)?;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    let state: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let digest = digest(&state);
    let base_url = new.base_url.unwrap_or_else(|| format!("https://{}", new.shop_domain));
    let by = ctx.actor.user().ok_or_else(|| Error::internal("a job asked for consent"))?;
    let secret = Secret::new(new.client_secret);
    let sealed_secret = app.channels.seal_blob(ctx, &tx, &secret_name(&digest), &secret).await?;
    let record = ConsentRecord {
        project: project.id,
        shop_domain: new.shop_domain,
        base_url: base_url.clone(),
        client_id: new.client_id.clone(),
        sealed_secret,
        asked_by: by,
        asked_by_label: ctx.actor.label.clone(),
        asked_at: ctx.now(),
    };
    store::consent_insert(&tx, &digest, &record).await?;
    tx.commit().await?;
    let shopify = ShopifyApp { client_id: new.client_id, client_secret: secret };
    let back = format!("{}/oauth/shopify/{}/callback", new.public_url.trim_end_matches('/'), ctx.tenant);
    let url = oauth::authorize_url(&base_url, &shopify, &SCOPES, &back, &state);
    Ok(Consent { url })
}

/// Takes the callback of a consent, whose parameters travelled through a browser.
///
/// # Errors
/// `consent.state`, `consent.shop`, `consent.signature` (401): not what was asked for; `consent.scopes` (422): the owner
/// granted too little; or the shop cannot be connected.
pub(super) async fn take_callback(
    app: &App,
    tenant: TenantId,
    parameters: &[(String, String)],
) -> Result<Channel> {
    let ctx = Ctx::new(tenant, Actor::system("consent"), app.clock.clone());
    let parameter = |name: &str| {
        let mut found = parameters.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let digest = digest(parameter("state"));
    let tx = app.db.tenant_tx(tenant).await?;
    let record = store::consent_take(&tx, &digest).await?;
    let record = record.filter(|one| ctx.now().duration_since(one.asked_at) <= CONSENT_LIVES);
    let record = record
        .ok_or_else(|| not_ours("consent.state", "This consent was not asked for, or is used or too old."))?;
    let secret = app.channels.open_blob(&tx, &secret_name(&digest), &record.sealed_secret).await?;
    if !oauth::is_signed_callback(parameters, &secret) {
        return Err(not_ours("consent.signature", "The signature does not fit the parameters."));
    }
    if !parameter("shop").eq_ignore_ascii_case(&record.shop_domain) {
        return Err(not_ours("consent.shop", "Another shop consented than the one that was asked."));
    }
    // Good once, whatever comes of it.
    tx.commit().await?;
    let shopify = ShopifyApp { client_id: record.client_id.clone(), client_secret: secret };
    let grant = oauth::exchange_code(&record.base_url, &shopify, parameter("code")).await.map_err(refused)?;
    let actor = Actor {
        kind: ActorKind::User(record.asked_by),
        role: Role::Admin,
        label: record.asked_by_label.clone(),
    };
    let ctx = Ctx::new(tenant, actor, app.clock.clone());
    let granted = Granted { shop_domain: &record.shop_domain, base_url: &record.base_url, shopify, grant };
    connect(app, &ctx, record.project, granted).await
}

/// Connects the shop in whose admin a page with this session is open.
///
/// # Errors
/// `consent.shop` (422): not a shop's permanent domain, or (401) another shop answered; `channel.refused` (422): the shop
/// does not take the session token, which lives for a minute; `consent.scopes` (422): the app was granted too little.
pub(super) async fn exchange(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    new: NewSessionExchange,
) -> Result<Channel> {
    authorize(&ctx.actor, CHANNELS_WRITE)?;
    check_domain(&new.shop_domain)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?.id;
    drop(tx);
    let base_url = new.base_url.unwrap_or_else(|| format!("https://{}", new.shop_domain));
    let shopify = ShopifyApp { client_id: new.client_id, client_secret: Secret::new(new.client_secret) };
    let session_token = Secret::new(new.session_token);
    let grant = oauth::exchange_session(&base_url, &shopify, &session_token).await.map_err(refused)?;
    let granted = Granted { shop_domain: &new.shop_domain, base_url: &base_url, shopify, grant };
    connect(app, ctx, project, granted).await
}

fn check_domain(domain: &str) -> Result<()> {
    if oauth::is_shop_domain(domain) {
        return Ok(());
    }
    let detail = "Give the shop's permanent domain, such as `some-shop.myshopify.com`.";
    Err(Error::unprocessable("consent.shop", detail).at("/shop_domain", "shape", detail))
}

/// What a shop has granted to an app.
struct Granted<'a> {
    shop_domain: &'a str,
    base_url: &'a str,
    shopify: ShopifyApp,
    grant: Grant,
}

async fn connect(app: &App, ctx: &Ctx, project: ProjectId, granted: Granted<'_>) -> Result<Channel> {
    let Granted { shop_domain, base_url, shopify, grant } = granted;
    let missing = connector_shopify::missing_scopes(&grant.scopes);
    if !missing.is_empty() {
        let detail = format!("The shop did not grant {}; nothing was connected.", missing.join(", "));
        return Err(Error::unprocessable("consent.scopes", detail));
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::project_by_id(&tx, project).await?;
    drop(tx);
    let proved = Proved::ask(app, &project, base_url.to_owned(), grant.access_token.clone()).await?;
    if !proved.name.eq_ignore_ascii_case(shop_domain) {
        return Err(not_ours("consent.shop", "Another shop answered than the one that was asked."));
    }
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let channel = connect_shop(app, ctx, &tx, &project, &proved).await?;
    app.channels.keep_grant(ctx, &tx, channel.id, &shopify, &grant).await?;
    tx.commit().await?;
    Ok(channel)
}

fn digest(state: &str) -> Vec<u8> {
    Sha256::digest(state.as_bytes()).to_vec()
}

fn secret_name(digest: &[u8]) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("consent/{hex}")
}

fn not_ours(code: &'static str, detail: &str) -> Error {
    Error::new(ErrorKind::Unauthenticated, code, detail)
}
