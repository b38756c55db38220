//! `cargo xtask bench fairness`: 50 tenants, one of which has queued more than all others together. How even the turns are
//! while all have work (Jain's index), and how long the small ones wait for a job beside how long they wait when nobody
//! else is there. Prints one line of JSON.

mod support;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use kernel_core::{Ctx, TenantId};
use kernel_db::Db;
use support::work::{self, AtWork};
use support::{Postgres, argument};

/// How long a job takes: about what a short call to a vendor's server takes at best.
const TAKES: Duration = Duration::from_millis(20);
/// Between two jobs that small tenants ask for.
const PAUSE: Duration = Duration::from_millis(15);

#[tokio::main]
async fn main() {
    let (count, jobs) = (argument(1, 50), argument(2, 1_000));
    let postgres = Postgres::start().await;
    let (app, _) = postgres.app().await;
    let tenants = work::tenants(&app.db, count).await;
    let jain = evenness(&app.db, &tenants).await;
    postgres.batch("truncate jobs").await;
    let alone = waits(&app.db, &tenants[1..], jobs).await;
    work::ask(&tenants[0], &app.db, 100_000).await;
    let beside = waits(&app.db, &tenants[1..], jobs).await;
    let ratio = work::percentile(&beside, 99) / work::percentile(&alone, 99);
    println!(
        "{}",
        serde_json::json!({
            "bench": "fairness", "unit": "ms", "tenants": count, "jobs_of_small": jobs, "queued_by_huge": 100_000,
            "jain": (jain * 1e4).round() / 1e4, "alone": work::shown(&alone), "beside_huge": work::shown(&beside),
            "p99_ratio_to_alone": (ratio * 1e3).round() / 1e3,
        })
    );
    drop(app);
    postgres.stop().await;
}

/// Jain's index over what each tenant was served until the first of the small ones had nothing left.
async fn evenness(db: &Db, tenants: &[Ctx]) -> f64 {
    const OF_SMALL: usize = 60;
    for (place, tenant) in tenants.iter().enumerate() {
        work::ask(tenant, db, if place == 0 { 20_000 } else { OF_SMALL }).await;
    }
    let mut at_work = AtWork::start(db, Duration::from_millis(1));
    let mut served: HashMap<TenantId, usize> = HashMap::new();
    while served.iter().all(|(tenant, count)| *tenant == tenants[0].tenant || *count < OF_SMALL) {
        let began = at_work.next(1).await;
        *served.entry(began[0].tenant).or_default() += 1;
    }
    at_work.stop().await;
    let shares: Vec<f64> =
        tenants.iter().map(|tenant| served.get(&tenant.tenant).copied().unwrap_or(0) as f64).collect();
    let (sum, squares) = (shares.iter().sum::<f64>(), shares.iter().map(|share| share * share).sum::<f64>());
    sum * sum / (shares.len() as f64 * squares)
}

/// The milliseconds from asking to the start of jobs that the tenants ask for in turn, one at a time.
async fn waits(db: &Db, tenants: &[Ctx], jobs: usize) -> Vec<f64> {
    let mut at_work = AtWork::start(db, TAKES);
    let mut waits = Vec::new();
    for tenant in tenants.iter().cycle().take(jobs) {
        let asked = Instant::now();
        work::ask(tenant, db, 1).await;
        loop {
            let began = at_work.next(1).await.remove(0);
            if began.tenant == tenant.tenant {
                waits.push((began.at - asked).as_secs_f64() * 1e3);
                break;
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    at_work.stop().await;
    waits
}
