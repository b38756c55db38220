//! The demo: a simulated shop with a real catalogue, connected and read into a demo project, with four people.

use std::path::Path;

use kernel_core::Role;
use simulators::shopify::{Catalogue, Config, Handle, Simulator};

use super::listen::Welcome;
use super::setup::{Steps, kept, new_tenant, system_ctx};
use crate::accounts::NewProject;
use crate::app::App;
use crate::channels::{self, dto::NewChannel};

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

/// Opens the shop, and on the first start makes the demo tenant and reads the shop's catalogue.
pub(super) async fn start(app: &App, data: &Path, steps: &Steps) -> anyhow::Result<Demo> {
    let kept = kept(data, "demo.json")?;
    let config = Config { state_file: Some(data.join("demo-shop.jsonl")), ..Config::new(Catalogue::demo()?) };
    let shop = steps.run("Opening the simulated shop", Simulator::start(config)).await?;
    match kernel_auth::sign_in(&app.db, app.clock.as_ref(), ADMIN, &kept.password).await {
        Ok(session) => {
            let ctx = system_ctx(session.tenant, &app.clock);
            channels::move_channels(app, &ctx, &shop.url).await?;
        }
        Err(_) => first_start(app, &shop, &kept.password, steps).await?,
    }
    let sign_in = PEOPLE.iter().map(|(email, _, what)| ((*email).to_owned(), (*what).to_owned())).collect();
    let next = vec![
        "cargo xtask calibr login --email editor@demo.test".to_owned(),
        "cargo xtask calibr plan -f docs/examples/autumn-sale.yaml --title \"Autumn sale\"".to_owned(),
        "cargo xtask calibr price-change ls".to_owned(),
    ];
    Ok(Demo { welcome: Welcome { sign_in, password: kept.password, next }, _shop: shop })
}

async fn first_start(app: &App, shop: &Handle, password: &str, steps: &Steps) -> anyhow::Result<()> {
    let project = NewProject { slug: "demo", name: "Demo shop", currency: "EUR", time_zone: "Europe/Berlin" };
    let people: Vec<(&str, Role)> = PEOPLE.iter().map(|(email, role, _)| (*email, *role)).collect();
    let ctx = new_tenant(app, "demo", "Demo", project, &people, password).await?;
    let new = NewChannel {
        shop_domain: "calibr-demo.myshopify.com".to_owned(),
        access_token: shop.token.clone(),
        base_url: Some(shop.url.clone()),
    };
    let channel = channels::connect_channel(app, &ctx, None, new).await?;
    let what = "Reading the shop's catalogue";
    let bar = steps.start(what);
    let told = bar.clone();
    let report = channels::ingest(app, &ctx, channel.id, move |variants| {
        told.set_message(format!("{what}: {variants} variants"));
    })
    .await?;
    steps.end(&bar, &format!("{what}: {} products, {} variants", report.products, report.variants));
    Ok(())
}
