//! Listening, working and stopping: on Ctrl-C or SIGTERM requests and jobs end, leases are given back.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use kernel_events::{Consumer, RelayConfig};
use kernel_jobs::RunnerConfig;
use kernel_nats::{Nats, NatsConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Streams to browsers never end by themselves; after so long they are cut.
const REQUESTS_END_WITHIN: Duration = Duration::from_secs(2);

/// A full batch must be possible within half of it, on a slow machine too.
const RELAY_LEASE_MIN: Duration = Duration::from_secs(10);

/// Takes the port before anything else is started.
pub(super) async fn bind(port: u16) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.with_context(|| {
        format!("port {port} cannot be used; is Calibr running already? Choose another with --port")
    })
}

/// Serves and works until it is told to stop. `welcome` is printed once the address answers.
pub(super) async fn serve(
    app: App,
    listener: TcpListener,
    lease: Duration,
    welcome: Option<Welcome>,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let shutdown = CancellationToken::new();
    let config = RunnerConfig { lease, ..RunnerConfig::default() };
    let worker = tokio::spawn(app.runner(config).run(shutdown.clone()));
    // A batch may take half of it, so it is longer than that of jobs; yet both follow what the operator asked for.
    let config = RelayConfig { lease: (lease * 2).max(RELAY_LEASE_MIN), ..RelayConfig::default() };
    let relay = tokio::spawn(app.relay(config, transports().await?).run(shutdown.clone()));
    let keeping = tokio::spawn(keep_log(app.clone(), months_to_keep()?));
    let serving = tokio::spawn({
        let (router, stop) = (app.router(), shutdown.clone());
        async move { axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await }
    });
    match welcome {
        Some(welcome) => welcome.print(address),
        None => eprintln!("Calibr answers on http://{address}"),
    }
    let tidying = tokio::spawn(async {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            kernel_http::tidy_metrics();
        }
    });
    stop_signal().await?;
    tidying.abort();
    keeping.abort();
    eprintln!("Stopping …");
    shutdown.cancel();
    // At the same time: each has its own limit, and together they must end within ten seconds.
    let (worker, relay, serving) =
        tokio::join!(worker, relay, tokio::time::timeout(REQUESTS_END_WITHIN, serving));
    relay.context("the relay did not end")?;
    worker.context("the worker did not end")?;
    match serving {
        Ok(ended) => ended.context("the server did not end")?.context("the server failed"),
        Err(_) => Ok(()),
    }
}

/// Where else events go, besides webhooks.
async fn transports() -> anyhow::Result<Vec<Consumer>> {
    let Some(url) = std::env::var("CALIBR_NATS_URL").ok().filter(|url| !url.is_empty()) else {
        return Ok(Vec::new());
    };
    let nats = Nats::connect(NatsConfig::new(url))
        .await
        .context("CALIBR_NATS_URL is no address of a NATS server")?;
    Ok(vec![Consumer::new("nats", Arc::new(nats))])
}

/// How many whole months of events to keep, where not all are.
fn months_to_keep() -> anyhow::Result<Option<u32>> {
    let Some(text) = std::env::var("CALIBR_EVENTS_MONTHS").ok().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let months = text.parse().ok().filter(|months| (1..=1_200).contains(months));
    Ok(Some(
        months.with_context(|| {
            format!("CALIBR_EVENTS_MONTHS is `{text}`, which is no number from 1 to 1200")
        })?,
    ))
}

/// Makes the log ready for the months to come, and drops what is too old, once a day.
async fn keep_log(app: App, months: Option<u32>) {
    loop {
        if let Err(error) = kernel_events::keep(&app.db, app.clock.now(), months).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "The event log could not be tidied; trying again tomorrow."
            );
        }
        tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    }
}

/// What a person reads when everything stands.
#[derive(Debug, Clone)]
pub(super) struct Welcome {
    /// Where the simulated shop answers, if there is one.
    pub shop: Option<String>,
    /// Address and password to sign in with.
    pub sign_in: Vec<(String, String)>,
    /// The password of all of them.
    pub password: String,
    /// What to type next.
    pub next: Vec<String>,
}

impl Welcome {
    fn print(&self, address: SocketAddr) {
        eprintln!("\n  Calibr is ready:  http://{address}\n");
        eprintln!("  Sign in with the password  {}", self.password);
        for (email, what) in &self.sign_in {
            eprintln!("    {email:<22} {what}");
        }
        if let Some(shop) = &self.shop {
            eprintln!("\n  The simulated shop:  {shop}/__sim/state");
        }
        eprintln!("\n  Next, in another terminal:");
        for command in &self.next {
            eprintln!("    {command}");
        }
        eprintln!("\n  Ctrl-C stops everything.");
    }
}

async fn stop_signal() -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed.context("cannot listen for Ctrl-C"),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.context("cannot listen for Ctrl-C")
}
