//! `kill -9` at each point of the protocol, while applying and while rolling back.

use serde_json::Value;
use simulators::shopify::{CallOutcome, Fault, FaultKind};

use crate::judge::{Moves, a_tenth_off, back, moved, now, recorded_once, written_once};
use crate::server::Server;
use crate::world::{Approved, World, in_time};

const WRITE: &str = "productVariantsBulkUpdate";
const READ: &str = "nodes";
/// Twelve products are read and written as ten and two.
const PRODUCTS: usize = 12;
const FIRST_READ: u64 = 0;
const SECOND_READ: u64 = 1;
const READ_BACK: u64 = 2;
const LAST_WRITE_OF_TEN: u64 = 9;

/// Which way the killed run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Apply,
    RollBack,
}

/// A run that a server was killed in.
struct Case {
    world: World,
    plan: Approved,
    way: Way,
    run: String,
    mark: usize,
    moves: Moves,
}

impl Case {
    /// Starts a run whose call number `skip` of `operation` meets the fault, and waits until the call is held.
    async fn held(way: Way, kind: FaultKind, operation: &str, skip: u64) -> (Self, Server) {
        Self::held_among(PRODUCTS, way, Fault { skip, ..Fault::once(kind, operation) }).await
    }

    async fn held_among(products: usize, way: Way, fault: Fault) -> (Self, Server) {
        let world = World::with(products).await;
        let server = Server::start(&world).await;
        let plan = world.approved(&server).await;
        let mut moves = a_tenth_off(&world.before);
        if way == Way::RollBack {
            let run = world.apply(&server, &plan).await;
            let run = server.settled(&world.editor, &run).await;
            recorded_once(&world, &server, &run, "price.applied", &moves).await;
            moves = back(&moves);
        }
        let mark = world.shop.journal().len();
        world.shop.add_fault(fault);
        let run = match way {
            Way::Apply => world.apply(&server, &plan).await,
            Way::RollBack => world.roll_back(&server, &plan).await,
        };
        world.held(1).await;
        (Self { world, plan, way, run, mark, moves }, server)
    }

    /// Starts the next server, lets it end the run, and judges.
    async fn ends_well(&self) {
        let server = Server::start(&self.world).await;
        self.is_ended_well_by(&server).await;
    }

    async fn is_ended_well_by(&self, server: &Server) {
        let run = server.settled(&self.world.editor, &self.run).await;
        self.judge(server, &run).await;
    }

    async fn judge(&self, server: &Server, run: &Value) {
        let Self { world, moves, .. } = self;
        written_once(&world.journal_since(self.mark), moves);
        let (action, state, shop) = match self.way {
            Way::Apply => ("price.applied", "applied", moved(&world.before, moves)),
            Way::RollBack => {
                ("price.rolled_back", "rolled_back", serde_json::to_value(&world.before).expect("a state"))
            }
        };
        assert_eq!(now(world), shop, "the shop is not what was planned");
        recorded_once(world, server, run, action, moves).await;
        let plan = server.get(&world.editor, &format!("price-changes/{}", self.plan.id)).await;
        assert_eq!(plan["state"], state);
    }

    async fn intents(&self) -> i64 {
        self.world.count("select count(*) from rule_targets where state = 'applying'").await
    }
}

async fn after_the_intent(way: Way, read: u64) {
    let (case, server) = Case::held(way, FaultKind::HoldBeforeCommit { hold_ms: None }, READ, read).await;
    assert!(case.intents().await > 0, "no intent was stored before the shop was asked");
    server.kill().await;
    case.ends_well().await;
    case.world.shop.release();
}

/// The write is on its way, but the shop has not taken it yet: the next server must not send it again.
async fn before_the_vendors_commit(way: Way) {
    let (case, server) = Case::held(way, FaultKind::HoldBeforeCommit { hold_ms: None }, WRITE, 3).await;
    server.kill().await;
    let server = Server::start(&case.world).await;
    let held = case.world.held(1).await[0];
    let looked = |entry: &&simulators::shopify::JournalEntry| {
        entry.sequence > held
            && entry.root_fields.iter().any(|field| field == READ)
            && entry.outcome == CallOutcome::Ok
    };
    let look = case.world.shop.wait_journal(|journal| journal.iter().find(looked).map(|_| ()));
    in_time("the next server's look at the shop", look).await;
    case.world.shop.release();
    case.is_ended_well_by(&server).await;
}

async fn after_the_vendors_commit(way: Way) {
    let (case, server) = Case::held(way, FaultKind::HoldAfterCommit { hold_ms: None }, WRITE, 3).await;
    server.kill().await;
    case.world.shop.release();
    case.ends_well().await;
}

/// The shop has answered, but our commit waits for a lock.
async fn before_our_commit(way: Way) {
    let (case, server) =
        Case::held(way, FaultKind::HoldAfterCommit { hold_ms: None }, WRITE, LAST_WRITE_OF_TEN).await;
    // On a connection of its own: within one transaction the picture of what others do stands still.
    let holder = kernel_test::connect(&case.world.database).await;
    let lock = "begin; select 1 from rule_targets where state = 'applying' for update";
    holder.batch_execute(lock).await.expect("the rows");
    case.world.shop.release();
    let settling = "select count(*) from pg_stat_activity where datname = current_database()
         and wait_event_type = 'Lock' and query like 'update rule_targets t set state = s.state%'";
    case.world.until_any(settling).await;
    server.kill().await;
    holder.batch_execute("rollback").await.expect("the end of the lock");
    case.ends_well().await;
}

async fn while_reading_back(way: Way) {
    let (case, server) =
        Case::held(way, FaultKind::HoldBeforeCommit { hold_ms: None }, READ, READ_BACK).await;
    assert_eq!(case.intents().await, 0, "something is read back before everything is settled");
    let open = case.world.count("select count(*) from rule_runs where finished_at is null").await;
    assert_eq!(open, 1, "the run ended before it was read back");
    server.kill().await;
    case.world.shop.release();
    case.ends_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_intent() {
    after_the_intent(Way::Apply, FIRST_READ).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_two_chunks() {
    after_the_intent(Way::Apply, SECOND_READ).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_intent_of_a_roll_back() {
    after_the_intent(Way::RollBack, SECOND_READ).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_vendors_commit() {
    before_the_vendors_commit(Way::Apply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_the_vendors_commit_of_a_roll_back() {
    before_the_vendors_commit(Way::RollBack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_vendors_commit() {
    after_the_vendors_commit(Way::Apply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_after_the_vendors_commit_of_a_roll_back() {
    after_the_vendors_commit(Way::RollBack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_our_commit() {
    before_our_commit(Way::Apply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_our_commit_of_a_roll_back() {
    before_our_commit(Way::RollBack).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_reading_back() {
    while_reading_back(Way::Apply).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_reading_back_a_roll_back() {
    while_reading_back(Way::RollBack).await;
}

/// 34 products are 102 variants, so the second batch has two. While those are read back the first batch ends; the run
/// must not, or what was not read back when the server died would stay so for ever.
#[tokio::test(flavor = "multi_thread")]
async fn killed_while_the_last_batch_is_read_back() {
    let hold = Fault::once(FaultKind::HoldBeforeCommit { hold_ms: None }, READ).times(3);
    let (case, server) = Case::held_among(34, Way::Apply, hold).await;
    let Case { world, .. } = &case;
    // The first reads of both batches wait. The small one may go on until it reads back.
    let first = world.held(2).await;
    let (small, large): (Vec<u64>, Vec<u64>) = first.iter().partition(|call| ids_in(world, **call) == 2);
    world.release(small[0]).await;
    let read_back = world.held(2).await;
    assert!(read_back.contains(&large[0]), "{read_back:?}");
    world.release(large[0]).await;
    world.until_any("select count(*) from jobs where state = 'done'").await;
    let run = server.get(&world.editor, &format!("runs/{}", case.run)).await;
    assert_eq!((&run["counts"]["applied"], &run["counts"]["verified"]), (&102.into(), &100.into()), "{run}");
    assert_eq!(run["settled"], false, "{run}");
    server.kill().await;
    world.shop.release();
    case.ends_well().await;
}

fn ids_in(world: &World, call: u64) -> usize {
    let journal = world.shop.journal();
    let call = journal.iter().find(|entry| entry.sequence == call).expect("the call");
    call.variables["ids"].as_array().map_or(0, Vec::len)
}

/// Not at a chosen point but wherever it is after so many calls, again and again.
#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again() {
    let world = World::with(40).await;
    let mut server = Server::start(&world).await;
    let plan = world.approved(&server).await;
    let moves = a_tenth_off(&world.before);
    let mark = world.shop.journal().len();
    let run = world.apply(&server, &plan).await;
    for calls in [1, 6, 14, 25] {
        let called = world.shop.wait_journal(|journal| (journal.len() >= mark + calls).then_some(()));
        in_time("more calls", called).await;
        server.kill().await;
        server = Server::start(&world).await;
    }
    let case = Case { world, plan, way: Way::Apply, run, mark, moves };
    case.is_ended_well_by(&server).await;
}
