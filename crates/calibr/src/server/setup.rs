//! First start: visible steps, a password that is kept, the first people.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use kernel_auth::{NewUser, create_user};
use kernel_core::{Actor, Clock, Ctx, Role, TenantId};
use serde::{Deserialize, Serialize};

use super::listen::Welcome;
use crate::accounts::{NewProject, create_project, create_tenant};
use crate::app::App;

/// Long steps, shown while they run and ticked off when done.
pub(super) struct Steps;

impl Steps {
    pub fn new() -> Self {
        Self
    }

    /// Shows `what` until `step` ends.
    pub async fn run<T, E>(&self, what: &str, step: impl Future<Output = Result<T, E>>) -> anyhow::Result<T>
    where
        E: Into<anyhow::Error>,
    {
        let bar = self.start(what);
        match step.await {
            Ok(done) => {
                self.end(&bar, what);
                Ok(done)
            }
            Err(error) => {
                bar.abandon_with_message(format!("{what}: failed"));
                Err(error.into())
            }
        }
    }

    /// A step whose progress the caller tells.
    pub fn start(&self, what: &str) -> ProgressBar {
        let bar = ProgressBar::new_spinner();
        bar.set_style(
            ProgressStyle::with_template("  {spinner} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }

    /// Ticks a step off; also where no terminal shows the spinner.
    pub fn end(&self, bar: &ProgressBar, what: &str) {
        let seconds = bar.elapsed().as_secs_f32();
        bar.finish_and_clear();
        eprintln!("  ✓ {what} ({seconds:.1} s)");
    }
}

/// What the first start made up and later starts need again. Kept with mode 0600.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// Password of the people that were made.
    pub password: String,
}

/// Reads what an earlier start kept, or keeps something new.
pub(super) fn kept(data: &Path, name: &str) -> anyhow::Result<Kept> {
    let path = data.join(name);
    if path.exists() {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        return serde_json::from_str(&text).with_context(|| format!("{} is damaged", path.display()));
    }
    // The random half of an id makes a password of 16 letters and digits that can be typed.
    let password: String = uuid::Uuid::new_v4().simple().to_string().chars().take(16).collect();
    let kept = Kept { password };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).with_context(|| format!("cannot make {}", path.display()))?;
    file.write_all(serde_json::to_string(&kept)?.as_bytes())?;
    Ok(kept)
}

/// A new tenant with one project and these people.
pub(super) async fn new_tenant(
    app: &App,
    slug: &str,
    name: &str,
    project: NewProject<'_>,
    people: &[(&str, Role)],
    password: &str,
) -> anyhow::Result<Ctx> {
    let ctx = system_ctx(TenantId::new(), &app.clock);
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    create_tenant(&ctx, &tx, slug, name).await?;
    create_project(&ctx, &tx, project).await?;
    for (email, role) in people {
        create_user(&ctx, &tx, NewUser { email, password, role: *role }).await?;
    }
    tx.commit().await?;
    Ok(ctx)
}

pub(super) fn system_ctx(tenant: TenantId, clock: &Arc<dyn Clock>) -> Ctx {
    Ctx::new(tenant, Actor::system("setup"), Arc::clone(clock))
}

const FIRST_ADMIN: &str = "admin@calibr.test";
/// Nobody approves a plan of their own, so one person alone could never apply anything.
const FIRST_APPROVER: &str = "approver@calibr.test";

/// Without a demo the first start makes one tenant, one project, an admin and an approver.
pub(super) async fn first_admin(app: &App, data: &Path) -> anyhow::Result<Welcome> {
    let kept = kept(data, "admin.json")?;
    let known = kernel_auth::sign_in(&app.db, app.clock.as_ref(), FIRST_ADMIN, &kept.password).await.is_ok();
    if !known {
        let currency = std::env::var("CALIBR_CURRENCY").unwrap_or_else(|_| "EUR".to_owned());
        let project = NewProject { slug: "main", name: "Main", currency: &currency, time_zone: "UTC" };
        let people = [(FIRST_ADMIN, Role::Admin), (FIRST_APPROVER, Role::Approver)];
        new_tenant(app, "main", "Main", project, &people, &kept.password).await?;
    }
    // The log may be kept, so the password stands in it only once.
    let password = if known { format!("in {}", data.join("admin.json").display()) } else { kept.password };
    Ok(Welcome {
        shop: None,
        sign_in: vec![
            (FIRST_ADMIN.to_owned(), "everything".to_owned()),
            (FIRST_APPROVER.to_owned(), "approves what somebody else planned".to_owned()),
        ],
        password,
        next: vec![
            format!("cargo xtask calibr login --email {FIRST_ADMIN}"),
            "cargo xtask calibr catalog import products.csv".to_owned(),
            "cargo xtask calibr plan -f docs/examples/autumn-sale.yaml --title \"Autumn sale\"".to_owned(),
        ],
    })
}
