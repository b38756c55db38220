//! What happens in a seed, from its plan to the end of everything.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use kernel_core::{Clock as _, SystemClock};
use reqwest::Method;
use serde_json::{Value, json};
use simulators::shopify::{Fault as ShopFault, FaultKind, VariantEdit};

use super::customer::{self, Customer};
use super::fleet::{Ask, Fleet};
use super::plan::{Edit, Hurt, READ, RealPlan, WRITE, Way};
use super::world::{RealWorld, anything};
use super::{hooks, wait};
use crate::collect::{self, price_of};
use crate::driver::{Drift, Set, Settle, Verb, Wave};
use crate::history::{History, Recovery};

/// Whatever is not well again so long after the last fault never will be.
const GIVES_UP_AFTER: Duration = Duration::from_secs(180);
/// An event that waits longer is late.
const LATE_MS: i64 = 5_000;
/// Who woke up too late has done by then what it was about to do.
const DOES_HARM_WITHIN: Duration = Duration::from_secs(2);
/// A shop that does not let us in says so each time.
const EACH_TIME: u64 = 1_000;

/// What a seed left behind.
pub struct Played {
    /// Everything that the judge looks at.
    pub history: History,
    /// Pairs that were really met.
    pub hits: Vec<(&'static str, Hurt)>,
    /// Servers that it took.
    pub servers: usize,
}

/// Plays a seed with servers from `binary`.
///
/// # Errors
/// It could not be played to its end, or did not meet its own fault; that is a failure of the seed.
pub async fn play(binary: &Path, plan: &RealPlan) -> anyhow::Result<Played> {
    let customer = Customer::listens().await?;
    let mut fleet = Fleet::begin(RealWorld::of_seed(plan).await?, binary, plan)?;
    let people = People::of(&fleet.world);
    let mut seed = Seed { plan, people, slowest: Recovery::default() };
    match seed.script(&mut fleet, &customer).await {
        Ok(history) => {
            let hits = fleet.hits.iter().copied().collect();
            Ok(Played { history, hits, servers: fleet.started })
        }
        Err(error) => {
            let left = wait::left(&fleet.world.owner).await.unwrap_or_default();
            Err(error.context(format!("met {:?}\nleft: {left}\n{}", fleet.hits, fleet.said())))
        }
    }
}

/// The tokens of those who do something.
struct People {
    editor: String,
    approver: String,
    admin: String,
}

impl People {
    fn of(world: &RealWorld) -> Self {
        let tenant = &world.tenant;
        Self { editor: tenant.editor.clone(), approver: tenant.approver.clone(), admin: tenant.admin.clone() }
    }
}

/// A seed at play.
struct Seed<'a> {
    plan: &'a RealPlan,
    people: People,
    slowest: Recovery,
}

impl Seed<'_> {
    async fn script(&mut self, fleet: &mut Fleet<'_>, customer: &Customer) -> anyhow::Result<History> {
        // Where thousands of events come of one run, nobody waits for each of them to be sent.
        if self.plan.way != Way::Bulk {
            let new = json!({ "url": customer.url });
            fleet.ask(&Ask::post(&self.people.admin, "webhooks", &new)).await?.done("a webhook")?;
        }
        if self.plan.ingests {
            let path = format!("channels/{}/ingest", fleet.world.channel);
            fleet.ask(&Ask::post(&self.people.editor, &path, &json!({}))).await?.done("ingest")?;
        }
        if let Way::Drift(drift) = self.plan.way {
            self.listen(fleet, drift).await?;
        }
        let (id, hash) = self.approved(fleet).await?;
        bad_weather(&fleet.world, self.plan)?;
        self.apply(fleet, &id, &hash).await?;
        self.settled(fleet).await?;
        self.end_of_way(fleet).await?;
        if self.plan.roll_back && self.has_anything_to_take_back(fleet).await? {
            let path = format!("price-changes/{id}/rollback");
            self.insist(fleet, &path, &json!({})).await?;
            self.settled(fleet).await?;
        }
        if let Way::Drift(drift) = self.plan.way {
            self.drift(fleet, drift).await?;
        }
        ensure!(fleet.has_met_its_own(), "the seed never came to {:?}", self.plan.own);
        fleet.calm_down()?;
        if let Way::Drift(_) = self.plan.way {
            fleet.world_now(async |world| wait::nobody_still_plans(&world.owner).await).await?;
            self.sweep(fleet).await?;
        }
        self.settled(fleet).await?;
        let mut history = fleet.world.history().await?;
        history.deliveries = customer.deliveries(&fleet.world.owner, fleet.world.tenant.id).await?;
        history.recovery = self.slowest.clone();
        Ok(history)
    }

    /// Somebody listens to the shop, and says what the project does about drift.
    async fn listen(&self, fleet: &mut Fleet<'_>, drift: Drift) -> anyhow::Result<()> {
        let new =
            json!({ "public_url": hooks::ADDRESS, "client_secret": "shpss_simulated_0000000000000000" });
        let path = format!("channels/{}/webhooks", fleet.world.channel);
        fleet.ask(&Ask::post(&self.people.admin, &path, &new)).await?.done("listening")?;
        let policy = match drift.settle {
            _ if !drift.by_policy => "hold",
            Settle::Hold => "hold",
            Settle::Adopt => "adopt",
            Settle::PutBack => "put_back",
        };
        let set = Ask::post(&self.people.admin, "drifts/policy", &json!({ "policy": policy }));
        fleet.ask(&Ask { method: Method::PUT, ..set }).await?.done("a policy")?;
        Ok(())
    }

    /// A tenth off everything, planned by one person and approved by another.
    async fn approved(&self, fleet: &mut Fleet<'_>) -> anyhow::Result<(String, String)> {
        let People { editor, approver, admin } = &self.people;
        if self.plan.way == Way::Bulk {
            fleet.ask(&Ask::post(admin, "guardrails", &anything())).await?.done("guardrails")?;
        }
        let rule = fleet.ask(&Ask::post(editor, "rules", &crate::driver::rule())).await?.done("a rule")?;
        let new = json!({ "title": "A tenth off", "rules": [rule["rule"]["id"]] });
        let plan = fleet.ask(&Ask::post(editor, "price-changes", &new)).await?.done("a plan")?;
        let (id, hash) = (text(&plan["id"])?, text(&plan["plan_hash"])?);
        let signed = json!({ "plan_hash": hash });
        let path = format!("price-changes/{id}/approve");
        let approved = fleet.ask(&Ask::post(approver, &path, &signed)).await?;
        // A refusal stands where an earlier request has done it whose answer nobody heard.
        if approved.status != 409 {
            approved.done("approval")?;
        }
        Ok((id, hash))
    }

    /// Begins the run, and does to it while it is at work what belongs to the seed.
    async fn apply(&self, fleet: &mut Fleet<'_>, id: &str, hash: &str) -> anyhow::Result<()> {
        let mut body = json!({ "plan_hash": hash });
        if let Way::Wave(_) = self.plan.way {
            body["canary"] = json!({ "percent": 50, "wait": "5s" });
        }
        self.insist(fleet, &format!("price-changes/{id}/apply"), &body).await?;
        fleet.until(wait::BEGUN).await?;
        match self.plan.way {
            Way::Act(verb) => self.act(fleet, verb).await,
            Way::Wave(Wave::Fails) => {
                fleet.until(wait::WATCHED).await?;
                edit(&fleet.world, 0, Set::Other, 1)
            }
            Way::Wave(Wave::Unclear) => {
                fleet.until(wait::WATCHED).await?;
                fleet.world.shop.add_fault(unread().times(EACH_TIME));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A person pauses or stops the run while a write of it is on its way.
    async fn act(&self, fleet: &mut Fleet<'_>, verb: Verb) -> anyhow::Result<()> {
        let began = Instant::now();
        while fleet.world.shop.wait_held(0).await.is_empty() {
            ensure!(began.elapsed() < GIVES_UP_AFTER, "no write is on its way");
            fleet.tick().await?;
        }
        let run =
            fleet.world_now(async |world| collect::run_in(&world.source(), &["applying"]).await).await?;
        let run = run.context("no run is at work")?;
        let word = match verb {
            Verb::Pause => "pause",
            Verb::Stop => "stop",
        };
        self.insist(fleet, &format!("runs/{run}/{word}"), &json!({})).await?;
        fleet.world.shop.release();
        Ok(())
    }

    /// Waits until every run has ended, no job is due and every event was delivered; what is paused is resumed. Notes how
    /// long that took from the last fault, or the last thing that somebody asked for.
    async fn settled(&mut self, fleet: &mut Fleet<'_>) -> anyhow::Result<()> {
        let mut was_late = None;
        loop {
            fleet.tick().await?;
            let hurries = matches!(self.plan.way, Way::Hopeless | Way::Unreadable);
            let seen = fleet.look(async |world| {
                if hurries {
                    wait::hurry(&world.owner).await?;
                }
                Ok(Seen {
                    is_quiet: wait::is_quiet(&world.owner).await?,
                    paused: collect::run_in(&world.source(), &["paused"]).await?,
                    have_ended: wait::holds(&world.owner, wait::ALL_ENDED).await?,
                    lag_ms: customer::lag_ms(&world.owner).await?,
                })
            });
            let Some(seen) = seen.await? else { continue };
            if fleet.trouble.elapsed() > GIVES_UP_AFTER {
                bail!("recovered: nothing moves any more; {seen:?}");
            }
            if seen.lag_ms.is_some_and(|lag_ms| lag_ms >= LATE_MS) {
                was_late = Some(Instant::now());
            }
            match seen {
                Seen { is_quiet: true, paused: Some(run), .. } => self.resume(fleet, &run).await?,
                Seen { is_quiet: true, have_ended: true, lag_ms: None, .. }
                    if fleet.is_awake_since(DOES_HARM_WITHIN) =>
                {
                    let well = match self.plan.way {
                        // The shop's bucket decides how long an operation takes; no event waits for it.
                        Way::Bulk => {
                            was_late.map_or(Duration::ZERO, |late| late.duration_since(fleet.trouble))
                        }
                        _ => since_fault_of_shop(&fleet.world).min(fleet.trouble.elapsed()),
                    };
                    self.slowest.after_ms = self.slowest.after_ms.max(i64::try_from(well.as_millis())?);
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    async fn resume(&self, fleet: &mut Fleet<'_>, run: &str) -> anyhow::Result<()> {
        if let Way::Wave(_) = self.plan.way {
            // Now somebody has looked, and the shop can be read again.
            fleet.world.shop.clear_faults();
        }
        let asked = Ask::post(&self.people.editor, &format!("runs/{run}/resume"), &json!({}));
        let answer = fleet.ask(&asked).await?;
        if answer.status == 409 && answer.body["code"] == "run.overtaken" {
            // The rest would come out otherwise now.
            return self.insist(fleet, &format!("runs/{run}/stop"), &json!({})).await;
        }
        ensure!(answer.status.is_success() || answer.status == 409, "resume: {}", answer.body);
        Ok(())
    }

    async fn end_of_way(&mut self, fleet: &mut Fleet<'_>) -> anyhow::Result<()> {
        match self.plan.way {
            Way::LockedOut => {
                fleet.world.shop.clear_faults();
                let failed =
                    fleet.world_now(async |world| collect::failed_run(&world.source()).await).await?;
                let run = failed.context("nothing failed although the shop lets nobody in")?;
                self.insist(fleet, &format!("runs/{run}/retry-failed"), &json!({})).await?;
                self.settled(fleet).await
            }
            Way::Unreadable => {
                fleet.world.shop.clear_faults();
                Ok(())
            }
            Way::LookedAfter => {
                edit(&fleet.world, 1, Set::Other, 1)?;
                fleet.world_now(async |world| wait::night_falls(&world.owner).await).await?;
                fleet.trouble = Instant::now();
                loop {
                    fleet.tick().await?;
                    let looked = fleet.look(async |world| wait::is_looked_after(&world.owner).await).await?;
                    if looked == Some(true) {
                        return self.settled(fleet).await;
                    }
                    ensure!(fleet.trouble.elapsed() < GIVES_UP_AFTER, "nobody looks after the run");
                }
            }
            _ => Ok(()),
        }
    }

    async fn has_anything_to_take_back(&self, fleet: &mut Fleet<'_>) -> anyhow::Result<bool> {
        fleet.world_now(async |world| collect::has_anything_to_take_back(&world.source()).await).await
    }

    /// The merchant changes prices, of which some webhooks tell; a sweep finds the others, and they are settled.
    async fn drift(&mut self, fleet: &mut Fleet<'_>, drift: Drift) -> anyhow::Result<()> {
        let place = usize::try_from(self.plan.random % 100)?;
        edit(&fleet.world, place, Set::Other, 1)?;
        edit(&fleet.world, place / 3, Set::Other, 2)?;
        hooks::deliver(fleet, self.plan).await?;
        self.settled(fleet).await?;
        self.sweep(fleet).await?;
        let word = match drift.settle {
            Settle::Hold => return Ok(()),
            _ if drift.by_policy => return Ok(()),
            Settle::Adopt => "adopt",
            Settle::PutBack => "put-back",
        };
        let open = fleet.world_now(async |world| collect::open_drifts(&world.source()).await).await?;
        ensure!(!open.is_empty(), "an edit of the merchant was not found");
        self.insist(fleet, &format!("drifts/{word}"), &json!({ "drifts": open })).await?;
        self.settled(fleet).await
    }

    /// Has every price of the shop compared.
    async fn sweep(&mut self, fleet: &mut Fleet<'_>) -> anyhow::Result<()> {
        let path = format!("channels/{}/sweep", fleet.world.channel);
        self.insist(fleet, &path, &json!({})).await?;
        self.settled(fleet).await
    }

    /// Asks for something that an earlier request may have done whose answer nobody heard: then it is refused now.
    async fn insist(&self, fleet: &mut Fleet<'_>, path: &str, body: &Value) -> anyhow::Result<()> {
        let answer = fleet.ask(&Ask::post(&self.people.editor, path, body)).await?;
        ensure!(
            answer.status.is_success() || [409, 422].contains(&answer.status.as_u16()),
            "POST {path}: {} {}",
            answer.status,
            answer.body
        );
        Ok(())
    }
}

/// What the database says of the work that is left.
#[derive(Debug)]
struct Seen {
    is_quiet: bool,
    paused: Option<String>,
    have_ended: bool,
    lag_ms: Option<i64>,
}

/// How long ago a call to the shop last went wrong.
fn since_fault_of_shop(world: &RealWorld) -> Duration {
    let journal = world.shop.journal();
    let last = journal.iter().rev().find(|entry| !entry.faults.is_empty());
    let now_ms = SystemClock.now().as_millisecond().unsigned_abs();
    last.map_or(Duration::MAX, |entry| Duration::from_millis(now_ms.saturating_sub(entry.arrived_ms)))
}

fn bad_weather(world: &RealWorld, plan: &RealPlan) -> anyhow::Result<()> {
    let often = |kind, call, per_mille, place: u64| {
        if per_mille > 0 {
            // Each has a seed of its own: of one seed, the rarer would only ever hit where the commoner hits first.
            let seed = plan.random.wrapping_add(place);
            world.shop.add_fault(ShopFault::seeded(kind, call, per_mille, seed).times(3));
        }
    };
    let weather = plan.weather;
    often(FaultKind::TimeoutAfterCommit { hold_ms: 0 }, WRITE, weather.lost_answers, 1);
    often(FaultKind::TimeoutBeforeCommit { hold_ms: 0 }, WRITE, weather.lost_calls, 2);
    often(FaultKind::Throttle, WRITE, weather.throttled, 3);
    often(FaultKind::HttpErrorAfterCommit { status: 502 }, WRITE, weather.server_errors, 4);
    often(FaultKind::HttpErrorBeforeCommit { status: 503 }, READ, weather.server_errors, 5);
    let hold = |hold_ms| FaultKind::HoldBeforeCommit { hold_ms };
    if weather.late_write {
        let skip = plan.random % plan.products as u64;
        world.shop.add_fault(ShopFault { skip, ..ShopFault::once(hold(Some(6_000)), WRITE) });
    }
    match plan.way {
        Way::Slow => world.shop.add_fault(ShopFault::once(hold(Some(2_500)), READ).times(2)),
        Way::Act(_) => world.shop.add_fault(ShopFault::once(hold(None), WRITE)),
        Way::LockedOut => world.shop.add_fault(unread().times(EACH_TIME)),
        // What is compared before writing is read, and nothing more.
        Way::Unreadable => world.shop.add_fault(ShopFault { skip: 1, ..unread().times(EACH_TIME) }),
        _ => {}
    }
    for (number, Edit { call, skip, variant, to }) in plan.edits.iter().enumerate() {
        let edits = vec![edit_of(world, *variant, *to, number)];
        let at = ShopFault::once(FaultKind::MerchantEdit { edits }, call);
        world.shop.add_fault(ShopFault { skip: *skip, ..at });
    }
    Ok(())
}

/// The shop lets nobody read.
fn unread() -> ShopFault {
    ShopFault::once(FaultKind::HttpErrorBeforeCommit { status: 403 }, READ)
}

/// The merchant sets a price now.
fn edit(world: &RealWorld, variant: usize, to: Set, number: usize) -> anyhow::Result<()> {
    world.shop.edit(&[edit_of(world, variant, to, number)])?;
    Ok(())
}

fn edit_of(world: &RealWorld, variant: usize, to: Set, number: usize) -> VariantEdit {
    let source = world.source();
    let variants: Vec<_> = source.before.products.iter().flat_map(|product| &product.variants).collect();
    let edited = variants[variant % variants.len()];
    let before = price_of(edited).minor;
    let price = match to {
        Set::Other => before + 10_000 + i64::try_from(number).unwrap_or(0),
        Set::Before => before,
        Set::After => before / 10 * 9,
    };
    VariantEdit::price(&collect::gid(edited), &format!("{}.{:02}", price / 100, price % 100))
}

fn text(value: &Value) -> anyhow::Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("{value} is not text"))
}
