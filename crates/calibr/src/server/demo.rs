//! The demo: a simulated shop with a real catalogue, connected and read into a demo project, with four people.

use std::path::Path;

use kernel_core::{Ctx, Role};
use simulators::shopify::{Catalogue, Config, Handle, Simulator};

use super::listen::Welcome;
use super::setup::{Steps, kept, new_tenant, system_ctx};
use crate::accounts::NewProject;
use crate::app::App;
use crate::channels::{self, dto::Channel, dto::NewChannel};

/// The name of the simulated shop; a shop that was connected beside it is left alone.
const SHOP: &str = "calibr-demo.myshopify.com";
const ADMIN: &str = "admin@demo.test";
const PEOPLE: [(&str, Role, &str); 4] = [
    ("editor@demo.test", Role::Editor, "plans and applies"),
    ("approver@demo.test", Role::Approver, "approves what somebody else planned"),
    ("viewer@demo.test", Role::Viewer, "reads"),
    (ADMIN, Role::Admin, "everything"),
];

/// A running demo; dropping it closes the shop.
pub(super) struct Demo {
    /// What to print.
    pub welcome: Welcome,
    _shop: Handle,
}

/// Opens the shop, and on the first start makes the demo tenant and reads the shop's catalogue. A first start that was
/// broken off is carried on.
pub(super) async fn start(app: &App, data: &Path, steps: &Steps) -> anyhow::Result<Demo> {
    let kept = kept(data, "demo.json")?;
    let config = Config { state_file: Some(data.join("demo-shop.jsonl")), ..Config::new(Catalogue::demo()?) };
    let shop = steps.run("Opening the simulated shop", Simulator::start(config)).await?;
    let ctx = match kernel_auth::sign_in(&app.db, app.clock.as_ref(), ADMIN, &kept.password).await {
        Ok(session) => system_ctx(session.tenant, &app.clock),
        Err(_) => new_people(app, &kept.password).await?,
    };
    let channel = match channels::move_channel(app, &ctx, SHOP, &shop.url).await? {
        Some(channel) => channel,
        None => connect(app, &ctx, &shop).await?,
    };
    if channel.ingested_at.is_none() {
        read_catalogue(app, &ctx, &channel, steps).await?;
    }
    let sign_in = PEOPLE.iter().map(|(email, _, what)| ((*email).to_owned(), (*what).to_owned())).collect();
    let next = vec![
        "cargo xtask calibr login --email editor@demo.test".to_owned(),
        "cargo xtask calibr plan -f docs/examples/autumn-sale.yaml --title \"Autumn sale\"".to_owned(),
        "cargo xtask calibr price-change ls".to_owned(),
    ];
    let welcome = Welcome { shop: Some(shop.url.clone()), sign_in, password: kept.password, next };
    Ok(Demo { welcome, _shop: shop })
}

async fn new_people(app: &App, password: &str) -> anyhow::Result<Ctx> {
    let project = NewProject { slug: "demo", name: "Demo shop", currency: "EUR", time_zone: "Europe/Berlin" };
    let people: Vec<(&str, Role)> = PEOPLE.iter().map(|(email, role, _)| (*email, *role)).collect();
    new_tenant(app, "demo", "Demo", project, &people, password).await
}

async fn connect(app: &App, ctx: &Ctx, shop: &Handle) -> anyhow::Result<Channel> {
    let new = NewChannel {
        shop_domain: SHOP.to_owned(),
        access_token: shop.token.clone(),
        base_url: Some(shop.url.clone()),
    };
    Ok(channels::connect_channel(app, ctx, Some("demo"), new).await?)
}

async fn read_catalogue(app: &App, ctx: &Ctx, channel: &Channel, steps: &Steps) -> anyhow::Result<()> {
    let what = "Reading the shop's catalogue";
    let bar = steps.start(what);
    let told = bar.clone();
    let report = channels::ingest(app, ctx, channel.id, move |variants| {
        told.set_message(format!("{what}: {variants} variants"));
    })
    .await?;
    steps.end(&bar, &format!("{what}: {} products, {} variants", report.products, report.variants));
    Ok(())
}
