//! The client of one shop: waits for the cost bucket, sends, and turns every answer into data or a classified error.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use channel::{
    Access, BoxFuture, Budget, BulkPriceWriter, CREDENTIAL_RENEWED, CatalogueSource, Channel, ChannelError,
    NoticeSource, PriceLists, PriceReader, PriceWriter, Result, RetryClass, ShopInfo,
};
use kernel_connect::{HttpClient, HttpRequest, HttpResponse, MonotonicTime, Renewal, Secret, redact};
use kernel_core::Currency;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::again::{Failure, Patience};
use crate::bucket::{Bucket, Ticket};
use crate::bulk::WholeCatalogue;
use crate::classify::UNAUTHORIZED;
use crate::config::ShopifyConfig;
use crate::operation::{Kind, Operation, READ_SHOP};
use crate::prices::WRITE_COST;
use crate::wire::catalogue::ShopData;
use crate::wire::envelope::{Cost, Envelope, Request};
use crate::{classify, mapping};

/// One call, as it is sent once or more often.
struct Call<'a> {
    operation: &'a Operation,
    body: &'a [u8],
    size: usize,
    first_guess: u64,
    /// When it leaves at the latest, by the clock that paces the calls; all its waits come before.
    leave_by_ms: u64,
}

/// One connected shop. Calls may run at the same time; they share the shop's cost bucket.
pub struct ShopifyClient {
    pub(crate) config: ShopifyConfig,
    http: HttpClient,
    path: String,
    pub(crate) time: Arc<dyn MonotonicTime>,
    bucket: Mutex<Bucket>,
    /// Held by the one call that waits for the bucket; the others queue behind it, so that none is overtaken for ever.
    turn: tokio::sync::Mutex<()>,
    /// What Shopify said an operation of this size costs, in points; better than any formula.
    reported_costs: Mutex<BTreeMap<(&'static str, usize), u64>>,
    currency: Mutex<Option<Currency>>,
    /// The result of a bulk query that is being handed out page by page.
    pub(crate) whole_catalogue: Mutex<Option<WholeCatalogue>>,
}

impl ShopifyClient {
    /// Connects nothing yet; the first call does. `time` paces the calls.
    ///
    /// # Errors
    /// The configuration does not hold together, or TLS cannot be set up.
    pub fn new(config: ShopifyConfig, time: Arc<dyn MonotonicTime>) -> Result<Self> {
        let (address, path) = config.endpoint()?;
        let http =
            HttpClient::new(address, config.limits).map_err(|e| classify::no_answer(Kind::Read, &e))?;
        let bucket = Mutex::new(Bucket::new(time.now_ms()));
        let (reported_costs, currency) = (Mutex::default(), Mutex::default());
        let turn = tokio::sync::Mutex::default();
        let whole_catalogue = Mutex::default();
        Ok(Self { config, http, path, time, bucket, turn, reported_costs, currency, whole_catalogue })
    }

    /// The shop's currency: as last seen, or asked for now.
    pub(crate) async fn currency(&self) -> Result<Currency> {
        let known = *lock(&self.currency);
        match known {
            Some(currency) => Ok(currency),
            None => self.read_shop().await.map(|shop| shop.currency),
        }
    }

    /// Notes the currency that an answer carried, since a merchant can change it.
    pub(crate) fn see_currency(&self, code: &str) -> Result<Currency> {
        let currency = mapping::currency(code)?;
        *lock(&self.currency) = Some(currency);
        Ok(currency)
    }

    async fn read_shop(&self) -> Result<ShopInfo> {
        let no_variables = serde_json::Map::new();
        let data: ShopData = self.execute(&READ_SHOP, &no_variables, 1, 1).await?;
        self.see_currency(&data.shop.currency_code)?;
        mapping::shop(data.shop)
    }

    /// The bucket as it is now.
    pub(crate) fn budget_now(&self) -> Budget {
        lock(&self.bucket).budget(self.time.now_ms(), WRITE_COST)
    }

    /// How long the bucket takes to let through so many points, from what it holds now, in milliseconds.
    pub(crate) fn time_for_points(&self, points: u64) -> u64 {
        lock(&self.bucket).time_for_points(points, self.time.now_ms())
    }

    /// Carries out `operation`, a query again if its answer is lost or its token has ended. `size` is the number of items in it and `first_guess`
    /// its cost in points, used until Shopify has reported the cost of this operation at this size.
    pub(crate) async fn execute<V: Serialize, D: DeserializeOwned>(
        &self,
        operation: &Operation,
        variables: &V,
        size: usize,
        first_guess: u64,
    ) -> Result<D> {
        let request = Request { operation_name: operation.name, query: operation.document, variables };
        let body = serde_json::to_vec(&request).map_err(|e| {
            ChannelError::never("shopify.request", format!("{} cannot be written: {e}", operation.name))
        })?;
        let wait_ms_max = match operation.kind {
            Kind::Read | Kind::Prepare => self.config.pace_wait_ms_max,
            Kind::Write => self.config.write_wait_ms_max,
        };
        let leave_by_ms = self.time.now_ms().saturating_add(wait_ms_max);
        let call = Call { operation, body: &body, size, first_guess, leave_by_ms };
        let mut patience = match operation.kind {
            Kind::Read => self.patience(operation.name, leave_by_ms),
            Kind::Prepare | Kind::Write => Patience::new(&*self.time, operation.name, 0, leave_by_ms),
        };
        let mut renews = true;
        loop {
            let token = self.config.access_token.secret();
            match self.admitted(&call, &token).await {
                Ok(data) => return Ok(data),
                Err(Failure { error, .. }) if renews && error.code == UNAUTHORIZED => {
                    renews = false;
                    self.renew(operation.kind, &token, error).await?;
                }
                Err(failure) => patience.after(failure).await?,
            }
        }
    }

    /// Sees to another token after the shop refused one, which means that it carried nothing out. A write is given back all
    /// the same: what it goes by has grown old meanwhile.
    async fn renew(&self, kind: Kind, refused: &Secret, error: ChannelError) -> Result<()> {
        let (code, message) = match self.config.access_token.renewed(refused).await {
            Renewal::None => return Err(error),
            Renewal::Renewed(_) if kind != Kind::Write => return Ok(()),
            Renewal::Renewed(_) => (
                CREDENTIAL_RENEWED,
                "the access token had ended and is renewed; nothing was written".to_owned(),
            ),
            Renewal::Later(why) => {
                ("shopify.token", format!("the access token has ended and cannot be renewed now: {why}"))
            }
        };
        Err(ChannelError::new(RetryClass::Backoff, code, message))
    }

    /// The patience with a reading.
    pub(crate) fn patience(&self, what: &'static str, until_ms: u64) -> Patience<'_> {
        Patience::new(&*self.time, what, self.config.read_retries_max, until_ms)
    }

    /// Sends a call until the bucket admits it.
    async fn admitted<D: DeserializeOwned>(&self, call: &Call<'_>, token: &Secret) -> Result<D, Failure> {
        let mut retries_left = self.config.throttled_retries_max;
        loop {
            let outcome = self.attempt(call, token).await;
            match outcome {
                Err(Failure { error, .. }) if error.code == "shopify.throttled" && retries_left > 0 => {
                    let RetryClass::After { ms } = error.class else { return Err(error.into()) };
                    if self.time.now_ms().saturating_add(ms) > call.leave_by_ms {
                        return Err(error.into());
                    }
                    retries_left -= 1;
                    tracing::debug!(operation = call.operation.name, wait_ms = ms, "throttled, waiting");
                    self.time.wait(ms.max(1)).await;
                }
                Err(failure) => return Err(Failure { error: muted(failure.error, token), ..failure }),
                Ok(data) => return Ok(data),
            }
        }
    }

    async fn attempt<D: DeserializeOwned>(&self, call: &Call<'_>, token: &Secret) -> Result<D, Failure> {
        let operation = call.operation;
        let cost = self.expected_cost(operation, call.size, call.first_guess);
        let reservation = self.reserve(cost, call.leave_by_ms).await?;
        let request = HttpRequest::post(self.path.clone(), call.body.to_vec())
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .header("user-agent", self.config.user_agent)
            .secret_header("x-shopify-access-token", token)
            .map_err(|e| classify::no_answer(operation.kind, &e))?;
        // Who takes a write over waits until it can have left no more.
        let in_time = || operation.kind != Kind::Write || self.time.now_ms() <= call.leave_by_ms;
        let response = match self.http.send_while(in_time, request).await {
            Ok(response) => response,
            Err(error) => {
                if !error.may_have_arrived {
                    reservation.cancel();
                }
                return Err(classify::no_answer(operation.kind, &error).into());
            }
        };
        if response.status != 401 {
            self.config.access_token.taken(token);
        }
        if response.status != 200 {
            let named_ms = classify::named_pause_ms(&response);
            return Err(Failure { error: classify::status(operation.kind, &response), named_ms });
        }
        Ok(self.read_answer(operation, &response, call.size, reservation)?)
    }

    fn read_answer<D: DeserializeOwned>(
        &self,
        operation: &Operation,
        response: &HttpResponse,
        size: usize,
        reservation: Reservation<'_>,
    ) -> Result<D> {
        let kind = operation.kind;
        let envelope: Envelope<'_> = serde_json::from_slice(&response.body)
            .map_err(|e| classify::unreadable(kind, operation.name, &e))?;
        let cost = envelope.extensions.as_ref().and_then(|e| e.cost);
        self.note_cost(operation, size, cost.as_ref(), reservation);
        let served = response.header("x-shopify-api-version").unwrap_or(&self.config.api_version);
        if served != self.config.api_version {
            return Err(classify::version_mismatch(kind, &self.config.api_version, served));
        }
        if let Some(errors) = &envelope.errors {
            let error = classify::errors(kind, errors, cost.as_ref());
            return Err(classify::despite_data(kind, error, envelope.data));
        }
        let warned = envelope.extensions.iter().flat_map(|e| &e.search).any(|note| !note.warnings.is_empty());
        if warned {
            let message =
                format!("Shopify understood a filter of {} otherwise than it was meant", operation.name);
            return Err(ChannelError::never("shopify.search", message));
        }
        let data = envelope.data.map_or("null", |data| data.get());
        serde_json::from_str(data).map_err(|e| classify::unreadable(kind, operation.name, &e))
    }

    /// What was reported for this size or, since a smaller one costs no more, the next larger. Beyond the largest that was
    /// reported as many times its cost as it fits in, since one call costs no more than several; never above the guess.
    fn expected_cost(&self, operation: &Operation, size: usize, first_guess: u64) -> u64 {
        let name = operation.name;
        let known = lock(&self.reported_costs);
        if let Some((_, cost)) = known.range((name, size)..=(name, usize::MAX)).next() {
            return *cost;
        }
        let Some(((_, smaller), cost)) = known.range((name, 1)..(name, size.max(1))).next_back() else {
            return first_guess;
        };
        cost.saturating_mul(size.div_ceil(*smaller) as u64).min(first_guess)
    }

    fn note_cost(
        &self,
        operation: &Operation,
        size: usize,
        cost: Option<&Cost>,
        reservation: Reservation<'_>,
    ) {
        let Some(cost) = cost else { return };
        if let Some(requested) = cost.requested_query_cost {
            // A cast from float saturates, so that a nonsensical report cannot wrap around.
            let requested = requested.ceil() as u64;
            lock(&self.reported_costs).insert((operation.name, size), requested);
        }
        if let Some(status) = cost.throttle_status {
            let now_ms = self.time.now_ms();
            reservation.finish(|bucket, ticket| bucket.settle(ticket, &status, now_ms));
        }
    }

    async fn reserve(&self, cost: u64, leave_by_ms: u64) -> Result<Reservation<'_>> {
        let _turn = self.turn.lock().await;
        loop {
            let now_ms = self.time.now_ms();
            let attempt = lock(&self.bucket).reserve(cost, now_ms);
            match attempt {
                Ok(ticket) => return Ok(Reservation { bucket: &self.bucket, ticket: Some(ticket) }),
                Err(ms) if now_ms.saturating_add(ms) > leave_by_ms => {
                    let message = "the shop's cost bucket is in use; the request was not sent";
                    return Err(ChannelError::new(RetryClass::After { ms }, "shopify.paced", message));
                }
                Err(ms) => self.time.wait(ms).await,
            }
        }
    }
}

/// Shopify quotes headers in some of its messages; the token must not travel on with them.
fn muted(error: ChannelError, token: &Secret) -> ChannelError {
    ChannelError { message: redact(&error.message, token), ..error }
}

impl Channel for ShopifyClient {
    fn kind(&self) -> &'static str {
        "shopify"
    }

    fn shop(&self) -> BoxFuture<'_, Result<ShopInfo>> {
        Box::pin(self.read_shop())
    }

    fn catalogue(&self) -> Option<&dyn CatalogueSource> {
        Some(self)
    }

    fn price_reader(&self) -> Option<&dyn PriceReader> {
        Some(self)
    }

    fn price_writer(&self) -> Option<&dyn PriceWriter> {
        Some(self)
    }

    fn access(&self) -> Option<&dyn Access> {
        Some(self)
    }

    fn notices(&self) -> Option<&dyn NoticeSource> {
        Some(self)
    }

    fn bulk_price_writer(&self) -> Option<&dyn BulkPriceWriter> {
        Some(self)
    }

    fn price_lists(&self) -> Option<&dyn PriceLists> {
        Some(self)
    }
}

/// A share of the bucket. Dropped without a word (an error, or a caller that gave up), it counts as spent.
struct Reservation<'a> {
    bucket: &'a Mutex<Bucket>,
    ticket: Option<Ticket>,
}

impl Reservation<'_> {
    fn finish(mut self, then: impl FnOnce(&mut Bucket, Ticket)) {
        if let Some(ticket) = self.ticket.take() {
            then(&mut lock(self.bucket), ticket);
        }
    }

    fn cancel(self) {
        self.finish(Bucket::cancel);
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            lock(self.bucket).forfeit(ticket);
        }
    }
}

/// What these locks guard stays whole even if a holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
