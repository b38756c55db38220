//! What a seed is played in: the shop, the clock, the database seen from outside, and the injector of each process.
//! All SQL that hurts the database.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel_core::failpoint::{Injector, Reached};
use kernel_core::{Error, Result};
use simulators::shopify::{Fault as ShopFault, FaultKind, Handle, VariantEdit};
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::Client;

use super::arena::ASKED_MAX;
use super::held::HeldCalls;
use super::plan::{Edit, Fault, Hurt, Plan, Set, Wave};
use super::time::SeedTime;
use crate::history::Price;

/// How long a delay takes.
const DELAY_MS: i64 = 4_000;

/// Longer than a round of a bulk run reads.
const READS_FOR_MS: i64 = 31_000;

/// What the injector tells the driver about a process.
pub(super) enum Told {
    /// It is gone.
    Killed,
    /// It sleeps until it is told to go on.
    Stopped(oneshot::Sender<()>),
    /// It is where a person is to do something, and goes on when told.
    Waits(oneshot::Sender<()>),
}

/// A planned move of one variant.
pub(super) struct Move {
    pub gid: String,
    pub before: Price,
    pub after: Price,
}

/// Everything around the processes of one seed.
pub(super) struct World {
    pub plan: Plan,
    pub time: SeedTime,
    pub shop: Handle,
    /// Of another tenant that is at work meanwhile.
    pub their_shop: Option<Handle>,
    pub owner: Arc<Client>,
    pub moves: Vec<Move>,
    held: HeldCalls,
    state: Mutex<State>,
}

/// What a world stands on.
pub(super) struct Around {
    pub time: SeedTime,
    pub shop: Handle,
    pub their_shop: Option<Handle>,
    pub owner: Arc<Client>,
}

#[derive(Default)]
struct State {
    passed: HashMap<&'static str, usize>,
    faults: Vec<Fault>,
    edits: Vec<Edit>,
    hits: BTreeSet<(&'static str, Hurt)>,
    edited: i64,
    calm: bool,
}

impl World {
    pub fn new(plan: Plan, around: Around, moves: Vec<Move>) -> Self {
        let state = State { faults: plan.faults.clone(), edits: plan.edits.clone(), ..State::default() };
        let Around { time, shop, their_shop, owner } = around;
        let held = HeldCalls::default();
        Self { plan, time, shop, their_shop, owner, moves, held, state: Mutex::new(state) }
    }

    /// Pairs that were really met.
    pub fn hits(&self) -> BTreeSet<(&'static str, Hurt)> {
        self.state().hits.clone()
    }

    /// From now on nothing goes wrong any more.
    pub fn calm_down(&self) {
        self.shop.clear_faults();
        self.shop.set_revoked(false);
        if let Some(theirs) = &self.their_shop {
            theirs.clear_faults();
        }
        self.state().calm = true;
    }

    /// Moves the clock, past which no call is held up for too long.
    pub async fn wait(&self, ms: i64) {
        self.note_held().await;
        self.let_arrive(self.time.at_ms() + ms).await;
        self.time.pass(ms);
    }

    /// How many calls are known to be held up.
    pub fn held(&self) -> usize {
        self.held.count()
    }

    /// Notes calls that are held up since a moment ago.
    pub async fn note_held(&self) {
        self.held.note(&self.shop, &self.time).await;
    }

    /// Lets calls arrive that must have by then.
    pub async fn let_arrive(&self, by_ms: i64) {
        self.held.let_arrive(&self.shop, by_ms).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is due at a point: edits are made, and a fault is given.
    fn pass(&self, name: &'static str) -> Option<Hurt> {
        let mut state = self.state();
        let passing = state.passed.entry(name).or_default();
        *passing += 1;
        let passing = *passing;
        if state.calm {
            return None;
        }
        let due = |edit: &mut Edit| edit.point == name && edit.passing == passing;
        let edits: Vec<Edit> = state.edits.extract_if(.., due).collect();
        let place = state.faults.iter().position(|fault| fault.point == name && fault.passing == passing);
        let fault = place.map(|place| state.faults.swap_remove(place));
        for edit in &edits {
            state.edited += 1;
            self.edit(edit.variant, edit.to, state.edited);
        }
        if let Some(fault) = fault {
            state.hits.insert((name, fault.hurt));
        }
        drop(state);
        self.scripted(name);
        fault.map(|fault| fault.hurt)
    }

    /// What belongs to the kind of seed, not to one point.
    fn scripted(&self, name: &str) {
        if self.plan.unreadable && name == "runs.verify.before_read" {
            self.shop.add_fault(unread());
        }
        let is_watched = name == "runs.canary_look.before";
        if is_watched && self.plan.wave == Some(Wave::Unclear) {
            self.shop.add_fault(unread());
        }
        if is_watched && self.plan.wave == Some(Wave::Fails) && self.passed(name) == 1 {
            self.merchant_edits(0, Set::Other);
        }
        if self.plan.locked_out && name == "runs.intend.after_commit" && self.passed(name) == 1 {
            self.shop.set_revoked(true);
        }
    }

    pub fn passed(&self, name: &str) -> usize {
        self.state().passed.get(name).copied().unwrap_or_default()
    }

    /// The merchant sets a price now, whatever point is passed.
    pub fn merchant_edits(&self, variant: usize, to: Set) {
        let mut state = self.state();
        state.edited += 1;
        let number = state.edited;
        drop(state);
        self.edit(variant, to, number);
    }

    fn edit(&self, variant: usize, to: Set, number: i64) {
        let Some(planned) = self.moves.get(variant % self.moves.len().max(1)) else { return };
        let price = match to {
            Set::Other => planned.before.minor + 10_000 + number,
            Set::Before => planned.before.minor,
            Set::After => planned.after.minor,
        };
        let text = format!("{}.{:02}", price / 100, price % 100);
        // It may be gone; then there is nothing to edit.
        drop(self.shop.edit(&[VariantEdit::price(&planned.gid, &text)]));
    }

    /// Postgres drops every connection but ours.
    pub async fn cut(&self) {
        let sql = "select count(pg_terminate_backend(pid)) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()";
        if let Err(error) = self.owner.execute(sql, &[]).await {
            panic!("connections could not be cut: {error:?}");
        }
    }
}

/// The injector of one process.
pub(super) struct OfProcess {
    pub world: Arc<World>,
    pub told: mpsc::UnboundedSender<Told>,
}

impl Injector for OfProcess {
    fn reached(&self, name: &'static str) -> Reached<'_> {
        Box::pin(self.meet(name))
    }
}

impl OfProcess {
    async fn meet(&self, name: &'static str) -> Result<()> {
        let hurt = self.world.pass(name);
        if self.world.plan.act.is_some_and(|act| act.point == name && self.world.passed(name) == act.passing)
        {
            let (go_on, told) = oneshot::channel();
            drop(self.told.send(Told::Waits(go_on)));
            drop(told.await);
        }
        if self.world.plan.hopeless
            && name == "runs.read.before"
            && self.world.passed("runs.give_up.before_commit") == 0
        {
            return Err(Error::internal("hopeless"));
        }
        if self.world.plan.rounds && name == "runs.read.after" && self.world.passed(name) == 1 {
            self.world.wait(READS_FOR_MS).await;
        }
        match hurt {
            None => Ok(()),
            Some(Hurt::Error) => Err(Error::internal(format!("hurt at {name}"))),
            Some(Hurt::Delay) => {
                self.world.wait(DELAY_MS).await;
                Ok(())
            }
            Some(Hurt::Cut) => {
                self.world.cut().await;
                Ok(())
            }
            Some(Hurt::Kill) => {
                drop(self.told.send(Told::Killed));
                std::future::pending().await
            }
            Some(Hurt::Stop) => {
                let (wake, woken) = oneshot::channel();
                drop(self.told.send(Told::Stopped(wake)));
                // Whoever throws the sleeper away drops it with its alarm clock.
                drop(woken.await);
                Ok(())
            }
        }
    }
}

/// One reading is lost, however often it is asked for.
fn unread() -> ShopFault {
    let fault = ShopFault::once(FaultKind::HttpErrorBeforeCommit { status: 503 }, "nodes");
    fault.times(u64::from(ASKED_MAX))
}
