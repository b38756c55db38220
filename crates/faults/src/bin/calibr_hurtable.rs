//! The server with an injector that does what `CALIBR_FAILPOINTS` says, such as `runs.write.before=kill@3`.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kernel_core::failpoint::{Injector, Reached, install};
use kernel_core::{Error, Result};
use rustix::process::{Signal, getpid, kill_process};

const DELAY: Duration = Duration::from_secs(4);

/// At which passing of which point what is done.
struct FromEnvironment {
    orders: Vec<(String, String, usize)>,
    passed: Mutex<HashMap<&'static str, usize>>,
}

impl FromEnvironment {
    fn read() -> Self {
        let text = std::env::var("CALIBR_FAILPOINTS").unwrap_or_default();
        let order = |order: &str| {
            let (point, hurt) = order.split_once('=')?;
            let (hurt, passing) = hurt.split_once('@').unwrap_or((hurt, "1"));
            Some((point.to_owned(), hurt.to_owned(), passing.parse().ok()?))
        };
        Self { orders: text.split(';').filter_map(order).collect(), passed: Mutex::default() }
    }

    async fn meet(&self, name: &'static str) -> Result<()> {
        let passing = {
            let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
            let passing = passed.entry(name).or_default();
            *passing += 1;
            *passing
        };
        let is_due = |(point, _, at): &&(String, String, usize)| point == name && *at == passing;
        match self.orders.iter().find(is_due).map(|(_, hurt, _)| hurt.as_str()) {
            Some("kill") => kill_process(getpid(), Signal::KILL).map_err(Error::internal),
            Some("stop") => kill_process(getpid(), Signal::STOP).map_err(Error::internal),
            Some("error") => Err(Error::internal(format!("hurt at {name}"))),
            Some("delay") => {
                tokio::time::sleep(DELAY).await;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

impl Injector for FromEnvironment {
    fn reached(&self, name: &'static str) -> Reached<'_> {
        Box::pin(self.meet(name))
    }
}

fn main() -> ExitCode {
    install(Arc::new(FromEnvironment::read()));
    calibr::cli::main()
}
