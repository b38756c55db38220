//! Starting a simulated shop, and holding it from the same process.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::catalogue::{Catalogue, ProductRow};
use super::clock::{Clock, SystemClock};
use super::edit::{ShopEdit, VariantEdit, random_edits};
use super::faults::Fault;
use super::gid::gid;
use super::journal::{Effect, JournalEntry};
use super::schema::API_VERSION;
use super::server;
use super::settings::Settings;
use super::simulation::{Held, ShopState, Simulation, Start};
use super::webhooks::{self, Sent};

/// What a simulated shop is made of.
#[derive(Clone)]
pub struct Config {
    /// The shop's `….myshopify.com` name.
    pub domain: String,
    /// The shop's display name.
    pub name: String,
    /// ISO 4217 code; every price in the shop is in it.
    pub currency: String,
    /// Points per second of the cost bucket, which holds twenty seconds' worth: 100, 200, 1000 or 2000.
    pub rate: u64,
    /// Seconds until a search sees a write; reads by id see it at once.
    pub search_lag_s: i64,
    /// The one valid access token.
    pub token: String,
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret, which signs webhooks.
    pub client_secret: String,
    /// Access scopes of the token. A write scope implies its read scope.
    pub scopes: Vec<String>,
    /// The products in the beginning.
    pub catalogue: Catalogue,
    /// Where accepted writes are kept, so that the shop outlives the process. `None`: only in memory.
    pub state_file: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 takes any.
    pub port: u16,
    /// How long a bulk operation stays in each of its states, in milliseconds.
    pub bulk_pause_ms: u64,
    /// The shop's clocks.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// A shop in EUR on the smallest plan, on any port, with these products.
    pub fn new(catalogue: Catalogue) -> Self {
        Self {
            domain: "calibr-demo.myshopify.com".to_owned(),
            name: "Calibr Demo".to_owned(),
            currency: "EUR".to_owned(),
            rate: 100,
            search_lag_s: 5,
            token: "shpat_simulated_0000000000000000".to_owned(),
            client_id: "simulated-app".to_owned(),
            client_secret: "shpss_simulated_0000000000000000".to_owned(),
            scopes: vec!["write_products".to_owned(), "read_inventory".to_owned()],
            catalogue,
            state_file: None,
            port: 0,
            bulk_pause_ms: 5,
            clock: Arc::new(SystemClock::new()),
        }
    }
}

/// Starts simulated shops.
#[derive(Debug)]
pub struct Simulator;

impl Simulator {
    /// Starts a shop that serves until its handle is dropped.
    ///
    /// # Errors
    /// The port is taken, or the state file cannot be used.
    pub async fn start(config: Config) -> anyhow::Result<Handle> {
        let address = ("127.0.0.1", config.port);
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("port {} of 127.0.0.1", config.port))?;
        let port = listener.local_addr()?.port();
        let settings = Settings {
            domain: config.domain,
            name: config.name,
            currency: config.currency,
            created_at: 0,
            updated_at: 0,
            search_lag_s: config.search_lag_s,
            token: config.token.clone(),
            scopes: config.scopes,
            revoked: false,
            base_url: format!("http://127.0.0.1:{port}"),
            bulk_pause_ms: config.bulk_pause_ms,
            client_id: config.client_id,
            client_secrets: vec![config.client_secret],
        };
        let start = Start {
            settings,
            catalogue: config.catalogue,
            state_file: config.state_file,
            rate: config.rate,
            clock: config.clock,
        };
        // Unpacking the schema takes a noticeable part of a second.
        let simulation = tokio::task::spawn_blocking(|| Simulation::new(start)).await??;
        let simulation = Arc::new(simulation);
        let serving = tokio::spawn(server::serve(listener, Arc::clone(&simulation)));
        let delivering = tokio::spawn(webhooks::deliver(Arc::clone(&simulation)));
        let url = format!("http://127.0.0.1:{port}");
        Ok(Handle {
            graphql_url: format!("{url}/admin/api/{API_VERSION}/graphql.json"),
            url,
            token: config.token,
            simulation,
            serving,
            delivering,
        })
    }
}

/// A running shop. Dropping it ends the serving at once: calls in flight get no answer, and those that are held before
/// their commit are never committed.
pub struct Handle {
    /// `http://127.0.0.1:port`, where both the Admin API and `/__sim` are.
    pub url: String,
    /// The Admin API's endpoint in the carried version.
    pub graphql_url: String,
    /// The valid access token.
    pub token: String,
    simulation: Arc<Simulation>,
    serving: JoinHandle<()>,
    delivering: JoinHandle<()>,
}

impl Handle {
    /// Everything in the shop now.
    pub fn state(&self) -> ShopState {
        self.simulation.state().snapshot()
    }

    /// The journal so far, in order of arrival.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.simulation.state().journal.entries().to_vec()
    }

    /// Puts a fault in force.
    pub fn add_fault(&self, fault: Fault) {
        self.simulation.state().faults.add(fault);
    }

    /// Takes all faults out of force.
    pub fn clear_faults(&self) {
        self.simulation.state().faults.clear();
    }

    /// Edits the shop as its merchant would: all of the edits, or none.
    ///
    /// # Errors
    /// An unknown variant or an amount that is none.
    pub fn edit(&self, edits: &[VariantEdit]) -> anyhow::Result<Vec<Effect>> {
        self.simulation.edit(edits).map_err(anyhow::Error::msg)
    }

    /// The gid of the shop's one location, at which pieces may be set.
    pub fn location_id(&self) -> String {
        gid("Location", self.simulation.state().settings.location_id())
    }

    /// Adds a product as the merchant would, and sends `products/create`. Returns the number in its gid.
    ///
    /// # Errors
    /// A state file that cannot be written.
    pub fn add_product(&self, row: ProductRow) -> anyhow::Result<u64> {
        let added = self.simulation.state().add_product(row, &*self.simulation.clock);
        self.simulation.announce();
        added
    }

    /// Deletes a product as the merchant would, and sends `products/delete`. Whether there was one.
    ///
    /// # Errors
    /// A state file that cannot be written.
    pub fn delete_product(&self, id: u64) -> anyhow::Result<bool> {
        let deleted = self.simulation.state().delete_product(id, &*self.simulation.clock);
        self.simulation.announce();
        deleted
    }

    /// Changes the shop's own settings as the merchant would, and sends `shop/update`.
    pub fn edit_shop(&self, edit: ShopEdit) {
        let now_s = self.simulation.clock.epoch_s();
        self.simulation.state().edit_shop(edit, now_s);
        self.simulation.announce();
    }

    /// Edits a seeded share of all variants.
    ///
    /// # Errors
    /// A state file that cannot be written.
    pub fn edit_share(&self, per_mille: u32, seed: u64) -> anyhow::Result<Vec<Effect>> {
        let edits = random_edits(&self.simulation.state().shop, per_mille, seed);
        self.edit(&edits)
    }

    /// Waits until at least `count` calls are held by faults.
    pub async fn wait_held(&self, count: usize) -> Vec<Held> {
        self.simulation.wait_for(|state| Some(state.held()).filter(|held| held.len() >= count)).await
    }

    /// Waits until every bulk operation is over.
    pub async fn wait_bulk_over(&self) {
        self.simulation.wait_for(|state| state.registry.bulk.all_over().then_some(())).await;
    }

    /// Waits until the journal satisfies `look`.
    pub async fn wait_journal<T>(&self, look: impl Fn(&[JournalEntry]) -> Option<T>) -> T {
        self.simulation.wait_for(|state| look(state.journal.entries())).await
    }

    /// Lets all held calls go on. Returns how many.
    pub fn release(&self) -> usize {
        self.simulation.state().release(None)
    }

    /// Withdraws or restores the app's access. An uninstall also says so: see [`Self::uninstall`].
    pub fn set_revoked(&self, revoked: bool) {
        self.simulation.state().settings.revoked = revoked;
    }

    /// Gives the app another access token in place of the one that does not end, which ends.
    pub fn replace_token(&self, token: &str) {
        token.clone_into(&mut self.simulation.state().settings.token);
    }

    /// Grants the app these scopes and no others, and sends `app/scopes_update`.
    pub fn set_scopes(&self, scopes: &[&str]) {
        let now_s = self.simulation.clock.epoch_s();
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        webhooks::grant(&mut self.simulation.state(), scopes, now_s);
        self.simulation.announce();
    }

    /// Uninstalls the app: its token ends, its subscriptions go, and `app/uninstalled` is sent to them a last time.
    pub fn uninstall(&self) {
        let now_s = self.simulation.clock.epoch_s();
        webhooks::uninstall(&mut self.simulation.state(), now_s);
        self.simulation.announce();
    }

    /// Sends a webhook of a topic that no subscription is needed for, such as `shop/redact`, to an address.
    pub fn send_webhook(&self, topic: &str, uri: &str, payload: &serde_json::Value) {
        let now_s = self.simulation.clock.epoch_s();
        webhooks::send_to(&mut self.simulation.state(), topic, uri, payload, now_s);
        self.simulation.announce();
    }

    /// Gives the app a further client secret; webhooks are signed with the oldest that is not revoked.
    pub fn add_client_secret(&self, secret: &str) {
        self.simulation.state().settings.client_secrets.push(secret.to_owned());
    }

    /// Revokes the oldest client secret.
    pub fn revoke_client_secret(&self) {
        self.simulation.state().settings.client_secrets.remove(0);
    }

    /// The webhooks that were emitted so far, with what became of each.
    pub fn webhooks(&self) -> Vec<Sent> {
        self.simulation.state().outbox.sent().to_vec()
    }

    /// The headers with which a webhook is delivered, by its place in [`Self::webhooks`]: for whoever delivers it by hand.
    pub fn webhook_headers(&self, place: usize) -> Vec<(&'static str, String)> {
        webhooks::headers(&self.simulation.state(), place).unwrap_or_default()
    }

    /// Waits until no webhook is waiting to be delivered now. Those that are to be tried again later are not waited for.
    pub async fn wait_webhooks(&self) {
        let clock = &self.simulation.clock;
        self.simulation.wait_for(|state| state.outbox.is_idle(clock.epoch_s()).then_some(())).await;
    }

    /// Sets the shop's calendar so many seconds ahead of its clock, or behind it.
    pub fn set_clock_skew_s(&self, skew_s: i64) {
        self.simulation.skew_s.store(skew_s, Ordering::Relaxed);
        self.simulation.announce();
    }

    /// How often an access token was renewed.
    pub fn refreshed(&self) -> usize {
        self.simulation.state().grants.refreshed
    }

    /// Lets the deliveries notice that time has passed on the shop's clock.
    pub fn wake(&self) {
        self.simulation.announce();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut state = self.simulation.state();
        state.down = true;
        state.release(None);
        self.serving.abort();
        self.delivering.abort();
    }
}
