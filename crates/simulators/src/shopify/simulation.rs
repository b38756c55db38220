//! The simulated shop as a whole: its data, bucket, journal and faults behind one lock, and who waits for what.

use std::path::PathBuf;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use serde::{Deserialize, Serialize};
use tokio::sync::{oneshot, watch};

use super::bucket::Bucket;
use super::catalogue::{Catalogue, ProductRow};
use super::clock::{Clock, Skewed};
use super::edit::{Planned, ShopEdit, VariantEdit, edited_variant, plan_edit};
use super::faults::Faults;
use super::intake::new_product;
use super::journal::{CallOutcome, Effect, Journal, Source};
use super::markets::{self, Markets, MarketsChange};
use super::oauth::Grants;
use super::product_writes::{self, ProductWrite};
use super::registry::Registry;
use super::settings::Settings;
use super::shop::{Product, Shop};
use super::state_file::{Commit, StateFile};
use super::webhooks::{self, Outbox};

/// A running simulation.
pub(crate) struct Simulation {
    pub(crate) schema: &'static Valid<Schema>,
    pub(crate) clock: Arc<dyn Clock>,
    /// By how many seconds the clock runs ahead of the one that was handed in.
    pub(crate) skew_s: Arc<AtomicI64>,
    state: Mutex<State>,
    /// Counts changes of journal and holds, for those who wait on them.
    changes: watch::Sender<u64>,
}

/// What the lock guards.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) shop: Shop,
    pub(crate) bucket: Bucket,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) registry: Registry,
    /// Tokens that were granted by consent.
    pub(crate) grants: Grants,
    /// Webhooks on their way.
    pub(crate) outbox: Outbox,
    catalogue: Catalogue,
    file: Option<StateFile>,
    holds: Vec<Hold>,
    /// The server is going away: calls on open connections get no answer.
    pub(crate) down: bool,
}

struct Hold {
    held: Held,
    release: oneshot::Sender<()>,
}

/// A call that is being held by a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its number in the journal.
    pub sequence: u64,
    /// `before_commit` or `after_commit`.
    pub phase: String,
}

/// Everything in the shop, for comparing two moments field by field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopState {
    /// The shop's `…myshopify.com` name.
    pub domain: String,
    /// The shop's currency.
    pub currency: String,
    /// All products with their variants.
    pub products: Vec<Product>,
    /// Markets, catalogs and price lists.
    #[serde(default, skip_serializing_if = "Markets::is_empty")]
    pub markets: Markets,
}

impl ShopState {
    /// The same state with every `updated_at` set to zero: what apply and roll back together must not change.
    #[must_use]
    pub fn without_times(mut self) -> Self {
        for product in &mut self.products {
            product.updated_at = 0;
            for variant in &mut product.variants {
                variant.updated_at = 0;
            }
        }
        self
    }
}

/// What a simulation starts from.
pub(crate) struct Start {
    pub(crate) settings: Settings,
    pub(crate) catalogue: Catalogue,
    pub(crate) state_file: Option<PathBuf>,
    pub(crate) rate: u64,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Simulation {
    /// Builds the shop and replays what its state file holds.
    ///
    /// # Errors
    /// The schema or the state file.
    pub(crate) fn new(start: Start) -> anyhow::Result<Self> {
        let Start { mut settings, catalogue, state_file, rate, clock } = start;
        let skew_s = Arc::<AtomicI64>::default();
        let clock: Arc<dyn Clock> = Arc::new(Skewed { clock, by_s: Arc::clone(&skew_s) });
        let now_s = clock.epoch_s();
        let mut journal = Journal::default();
        let (mut file, mut commits) = (None, Vec::new());
        (settings.created_at, settings.updated_at) = (now_s, now_s);
        if let Some(path) = state_file {
            let opened = StateFile::open(&path, &settings.domain, &catalogue, now_s)?;
            (settings.created_at, settings.updated_at) = (opened.created_at, opened.created_at);
            (file, commits) = (Some(opened.file), opened.commits);
        }
        let mut shop = Shop::new(&catalogue, settings.created_at, settings.search_lag_s);
        let mut markets = catalogue.markets.clone();
        for commit in commits {
            replay(&mut shop, &commit);
            commit.markets.iter().for_each(|change| change.apply(&mut markets));
            let sequence = journal.open(Source::Replayed, 0, &commit.request_id);
            journal.note(sequence, |entry| {
                entry.outcome = CallOutcome::Ok;
                entry.effects = commit.effects;
                entry.list_effects = commit.list_effects;
            });
        }
        let bucket = Bucket::full(rate, clock.monotonic_ms());
        let state = State {
            settings,
            shop,
            bucket,
            journal,
            faults: Faults::default(),
            registry: Registry { markets: Arc::new(markets), ..Registry::default() },
            grants: Grants::default(),
            outbox: Outbox::default(),
            catalogue,
            file,
            holds: Vec::new(),
            down: false,
        };
        let (changes, _) = watch::channel(0);
        Ok(Self { schema: super::schema::official()?, clock, skew_s, state: Mutex::new(state), changes })
    }

    /// The state, for a moment. A panic elsewhere does not make it unreadable: every change is made in one go.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who wait that journal or holds have changed.
    pub(crate) fn announce(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Waits until the state gives what is looked for.
    pub(crate) async fn wait_for<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            let found = look(&self.state());
            if let Some(found) = found {
                return found;
            }
            // The sender lives as long as `self`, so this only ends with a change.
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Holds a call until it is released.
    pub(crate) async fn hold(&self, sequence: u64, phase: &str, hold_ms: Option<u64>) {
        let (release, released) = oneshot::channel();
        let held = Held { sequence, phase: phase.to_owned() };
        self.state().holds.push(Hold { held, release });
        self.announce();
        match hold_ms {
            Some(ms) => {
                let limit = std::time::Duration::from_millis(ms);
                let timed_out = tokio::time::timeout(limit, released).await.is_err();
                if timed_out {
                    self.state().holds.retain(|hold| hold.held.sequence != sequence);
                }
            }
            // An error means that the hold was thrown away by a reset: go on as well.
            None => drop(released.await),
        }
        self.announce();
    }

    /// Merchant edits, all or none.
    ///
    /// # Errors
    /// The first edit that cannot be understood, in a sentence.
    pub(crate) fn edit(&self, edits: &[VariantEdit]) -> Result<Vec<Effect>, String> {
        let effects = self.state().edit(edits, &*self.clock)?;
        self.announce();
        Ok(effects)
    }
}

impl State {
    pub(crate) fn snapshot(&self) -> ShopState {
        ShopState {
            domain: self.settings.domain.clone(),
            currency: self.settings.currency.clone(),
            products: self.shop.products().to_vec(),
            markets: Markets::clone(&self.registry.markets),
        }
    }

    pub(crate) fn held(&self) -> Vec<Held> {
        self.holds.iter().map(|hold| hold.held.clone()).collect()
    }

    /// Lets held calls go on: one, or all. Returns how many.
    pub(crate) fn release(&mut self, sequence: Option<u64>) -> usize {
        let mut released = 0;
        let mut kept = Vec::new();
        for hold in self.holds.drain(..) {
            if sequence.is_none_or(|wanted| wanted == hold.held.sequence) {
                released += usize::from(hold.release.send(()).is_ok());
            } else {
                kept.push(hold);
            }
        }
        self.holds = kept;
        released
    }

    pub(crate) fn edit(&mut self, edits: &[VariantEdit], clock: &dyn Clock) -> Result<Vec<Effect>, String> {
        let now_s = clock.epoch_s();
        let (of_lists, of_shop): (Vec<_>, Vec<_>) = edits.iter().partition(|edit| edit.price_list.is_some());
        let planned: Vec<Planned> =
            of_shop.into_iter().map(|edit| plan_edit(&self.shop, edit)).collect::<Result<_, _>>()?;
        let mut commit = Commit::new(now_s, &format!("merchant-{now_s}"));
        self.edit_lists(&of_lists, &mut commit)?;
        for Planned { before, after } in planned {
            match after {
                Some(after) => {
                    commit.effects.push(Effect::of_write(&before, &after));
                    commit.after.push(after);
                }
                None => {
                    commit.effects.push(Effect::of_deletion(&before));
                    commit.deleted.push(before.id);
                }
            }
        }
        let touched = products_of(&self.shop, &commit);
        replay(&mut self.shop, &commit);
        self.commit(&commit).map_err(|error| format!("{error:#}"))?;
        let sequence = self.journal.open(Source::Merchant, clock.monotonic_ms(), &commit.request_id);
        self.journal.takes_effect(sequence, |entry| {
            entry.outcome = CallOutcome::Ok;
            entry.effects.clone_from(&commit.effects);
            entry.list_effects.clone_from(&commit.list_effects);
        });
        webhooks::products_changed(self, &touched, now_s);
        Ok(commit.effects)
    }

    /// A product that the merchant adds. Returns its number.
    pub(crate) fn add_product(&mut self, row: ProductRow, clock: &dyn Clock) -> anyhow::Result<u64> {
        let now_s = clock.epoch_s();
        let product = new_product(row, &mut self.shop, now_s);
        let id = product.id;
        let write = product_writes::put(&mut self.shop, product, now_s);
        self.merchant_wrote(&write, clock)?;
        Ok(id)
    }

    /// Removes a product as the merchant would; `false`: there is none.
    pub(crate) fn delete_product(&mut self, id: u64, clock: &dyn Clock) -> anyhow::Result<bool> {
        let Some(write) = product_writes::remove(&mut self.shop, id) else { return Ok(false) };
        self.merchant_wrote(&write, clock)?;
        Ok(true)
    }

    fn merchant_wrote(&mut self, write: &ProductWrite, clock: &dyn Clock) -> anyhow::Result<()> {
        let now_s = clock.epoch_s();
        let mut commit = Commit::new(now_s, &format!("merchant-{now_s}"));
        write.add_to(&mut commit);
        commit.effects = write.effects();
        self.commit(&commit)?;
        let sequence = self.journal.open(Source::Merchant, clock.monotonic_ms(), &commit.request_id);
        self.journal.takes_effect(sequence, |entry| {
            entry.outcome = CallOutcome::Ok;
            entry.effects.clone_from(&commit.effects);
            entry.product_effects = vec![write.effect()];
        });
        product_writes::tell(self, std::slice::from_ref(write), now_s);
        Ok(())
    }

    /// Changes the shop's own settings, and says so.
    pub(crate) fn edit_shop(&mut self, edit: ShopEdit, now_s: i64) {
        let settings = &mut self.settings;
        settings.name = edit.name.unwrap_or_else(|| settings.name.clone());
        settings.currency = edit.currency.unwrap_or_else(|| settings.currency.clone());
        webhooks::shop_changed(self, now_s);
    }

    /// Edits rows of price lists, all or none.
    fn edit_lists(&mut self, edits: &[&VariantEdit], commit: &mut Commit) -> Result<(), String> {
        let before = Arc::clone(&self.registry.markets);
        let mut planned = Vec::new();
        for edit in edits {
            let variant = edited_variant(&self.shop, edit)?;
            let (list, row) = markets::plan_list_edit(&before, variant, edit)?;
            planned.push((list, variant.id, row));
        }
        for (list, variant, row) in planned {
            commit.list_effects.extend(markets::put(self, list, vec![(variant, row)]));
        }
        commit.markets = MarketsChange::between(&before, &self.registry.markets);
        Ok(())
    }

    /// Makes an accepted write durable.
    pub(crate) fn commit(&mut self, commit: &Commit) -> anyhow::Result<()> {
        match &mut self.file {
            Some(file) => file.append(commit),
            None => Ok(()),
        }
    }

    /// Clears journal, faults and bucket; the calls that are held go on.
    pub(crate) fn reset(&mut self, now_ms: u64) {
        self.release(None);
        self.journal.clear();
        self.faults.clear();
        self.bucket.refill_fully(now_ms);
        self.settings.revoked = false;
    }

    /// Puts the shop back to the catalogue it was created with, on disk too.
    pub(crate) fn reset_shop(&mut self) -> anyhow::Result<()> {
        let created_at = self.settings.created_at;
        if let Some(file) = &mut self.file {
            file.restart(&self.settings.domain, &self.catalogue, created_at)?;
        }
        self.shop = Shop::new(&self.catalogue, created_at, self.settings.search_lag_s);
        self.registry.markets = Arc::new(self.catalogue.markets.clone());
        Ok(())
    }
}

/// The products whose variants a commit touches, each once.
fn products_of(shop: &Shop, commit: &Commit) -> Vec<u64> {
    let changed = commit.after.iter().map(|variant| variant.id).chain(commit.deleted.iter().copied());
    let mut products: Vec<u64> =
        changed.filter_map(|id| shop.variant(id)).map(|(product, _)| product.id).collect();
    products.dedup();
    products
}

fn replay(shop: &mut Shop, commit: &Commit) {
    for variant in &commit.after {
        shop.replace_variant(variant.clone(), commit.at);
    }
    for id in &commit.deleted {
        shop.delete_variant(*id, commit.at);
    }
    for product in &commit.products {
        shop.put_product(product.clone(), commit.at);
    }
    for id in &commit.deleted_products {
        shop.remove_product(*id);
    }
}
