//! The server with an injector that does what `CALIBR_FAILPOINTS` says, such as `runs.write.before=kill@3` (at the third
//! passing) or `runs.read.before=error@every`. In the folder `CALIBR_FAILPOINTS_NOTES` it notes what it does before it
//! does it, and finds whether nothing is to go wrong any more. All SQL that cuts connections.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use calibr::server::ServeArgs;
use connector_shopify::{ShopifyClient, ShopifyConfig};
use faults::real::notes;
use kernel_connect::{Credential, SystemTime};
use kernel_core::failpoint::{Injector, Reached, install};
use kernel_core::{Error, Result};
use kernel_db::{IntoConfig, NoTls};
use rustix::process::{Pid, Signal, getpid, kill_process};

const DELAY: Duration = Duration::from_secs(4);

/// At which passing of a point something is done.
#[derive(PartialEq, Eq)]
enum Passing {
    At(usize),
    Every,
}

struct Order {
    point: String,
    hurt: String,
    passing: Passing,
}

struct FromEnvironment {
    orders: Vec<Order>,
    notes: Option<PathBuf>,
    passed: Mutex<HashMap<&'static str, usize>>,
}

impl FromEnvironment {
    fn read() -> std::result::Result<Self, String> {
        let text = std::env::var("CALIBR_FAILPOINTS").unwrap_or_default();
        let orders = text.split(';').filter(|order| !order.is_empty()).map(order);
        let notes = std::env::var_os("CALIBR_FAILPOINTS_NOTES").map(PathBuf::from);
        Ok(Self { orders: orders.collect::<std::result::Result<_, _>>()?, notes, passed: Mutex::default() })
    }

    async fn meet(&self, name: &'static str) -> Result<()> {
        let passing = {
            let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
            let passing = passed.entry(name).or_default();
            *passing += 1;
            *passing
        };
        let is_due = |order: &&Order| {
            order.point == name && (order.passing == Passing::Every || order.passing == Passing::At(passing))
        };
        let Some(order) = self.orders.iter().find(is_due) else { return Ok(()) };
        if self.notes.as_ref().is_some_and(|notes| notes.join(notes::CALM).exists()) {
            return Ok(());
        }
        self.note(order).map_err(Error::internal)?;
        match order.hurt.as_str() {
            "kill" => kill_process(getpid(), Signal::KILL).map_err(Error::internal),
            "stop" => kill_process(getpid(), Signal::STOP).map_err(Error::internal),
            "error" => Err(Error::internal(format!("hurt at {name}"))),
            "delay" => {
                tokio::time::sleep(DELAY).await;
                Ok(())
            }
            "cut" => cut().await,
            "restart" => self.kill_postgres(),
            unknown => Err(Error::internal(format!("{unknown} is no hurt"))),
        }
    }

    /// One line, in one piece, since several servers may note at once.
    fn note(&self, order: &Order) -> std::io::Result<()> {
        let Some(notes) = &self.notes else { return Ok(()) };
        let line = format!("{} {} {}\n", std::process::id(), order.point, order.hurt);
        let mut file = OpenOptions::new().create(true).append(true).open(notes.join(notes::MET))?;
        file.write_all(line.as_bytes())
    }

    /// As a machine that loses its power ends it: without a checkpoint. Whoever started it starts it again.
    fn kill_postgres(&self) -> Result<()> {
        let notes = self.notes.as_ref().ok_or_else(|| Error::internal("nobody said which Postgres"))?;
        let text = fs::read_to_string(notes.join(notes::POSTGRES)).map_err(Error::internal)?;
        let pid = text.trim().parse().ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| Error::internal(format!("{text} is no process")))?;
        kill_process(pid, Signal::QUIT).map_err(Error::internal)
    }
}

fn order(text: &str) -> std::result::Result<Order, String> {
    let (point, hurt) = text.split_once('=').ok_or_else(|| format!("`{text}` is no order"))?;
    let (hurt, passing) = hurt.split_once('@').unwrap_or((hurt, "1"));
    let passing = match passing {
        "every" => Passing::Every,
        number => Passing::At(number.parse().map_err(|_| format!("`{text}` names no passing"))?),
    };
    Ok(Order { point: point.to_owned(), hurt: hurt.to_owned(), passing })
}

/// Postgres drops every connection but those of the harness.
async fn cut() -> Result<()> {
    let url = std::env::var("DATABASE_URL").map_err(Error::internal)?;
    let config = url.as_str().into_config().map_err(Error::internal)?;
    let (client, connection) = config.connect(NoTls).await.map_err(Error::internal)?;
    tokio::spawn(connection);
    let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and application_name <> $1";
    client.execute(sql, &[&notes::HARNESS]).await.map_err(Error::internal)?;
    Ok(())
}

impl Injector for FromEnvironment {
    fn reached(&self, name: &'static str) -> Reached<'_> {
        Box::pin(self.meet(name))
    }
}

fn main() -> ExitCode {
    match FromEnvironment::read() {
        Ok(injector) => install(Arc::new(injector)),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What `calibr serve` does, for `LEASE_SECONDS DATA`.
fn serve() -> anyhow::Result<()> {
    let [lease, data] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .map_err(|words| anyhow::anyhow!("{words:?} is not a lease in seconds and a folder"))?;
    let args = ServeArgs {
        data: data.into(),
        port: 0,
        demo: false,
        log_json: false,
        lease: Duration::from_secs(lease.parse()?),
        connectors: &[("shopify", connect)],
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(calibr::server::serve(args))
}

/// The shop tells servers apart by their name.
fn connect(base_url: &str, token: Credential) -> channel::Result<Arc<dyn channel::Channel>> {
    static NAME: LazyLock<String> = LazyLock::new(|| format!("{}{}", notes::SERVER, std::process::id()));
    let config = ShopifyConfig { user_agent: &NAME, ..ShopifyConfig::new(base_url, token) };
    Ok(Arc::new(ShopifyClient::new(config, Arc::new(SystemTime::start()))?))
}
