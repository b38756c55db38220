//! The servers of a seed: one at work, others that died, sleep or woke up too late; and asking them for something until
//! one of them has answered.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;

use super::plan::{Fault, Hurt, RealPlan, Way};
use super::server::Server;
use super::world::RealWorld;
use super::{notes, wait};
use crate::driver::is_everywhere;
use crate::points::POINTS;

/// A stopped server sleeps longer than its lease.
const SLEEPS: Duration = Duration::from_secs(5);
/// More servers mean that something never comes to an end.
const SERVERS_MAX: usize = 15;
/// Starts in vain while Postgres is away.
const STARTS_IN_VAIN_MAX: usize = 10;
/// How often it is looked what became of the servers.
const TICK: Duration = Duration::from_millis(150);
/// An answer that takes longer is not waited for.
const ANSWERS_WITHIN: Duration = Duration::from_secs(30);
/// Whoever got no answer for so long gives up.
const ASKED_FOR: Duration = Duration::from_secs(120);
/// A shop that is taken is free again when those who died are.
const BUSY_FOR: Duration = Duration::from_secs(20);

/// A world and its servers.
pub(super) struct Fleet<'a> {
    pub world: RealWorld,
    /// Pairs that were really met.
    pub hits: BTreeSet<(&'static str, Hurt)>,
    /// Servers started so far.
    pub started: usize,
    /// When something went wrong last, or a person asked for something.
    pub trouble: Instant,
    binary: &'a Path,
    plan: &'a RealPlan,
    http: reqwest::Client,
    at_work: Server,
    sleepers: Vec<(Instant, Server)>,
    awake: Vec<Server>,
    /// When the last of them was woken.
    woken: Option<Instant>,
    /// Lines of the notes that are known.
    known: usize,
    killed: BTreeSet<u32>,
    in_vain: usize,
}

/// What is asked for.
pub(super) struct Ask<'a> {
    pub method: Method,
    /// With its slash.
    pub path: String,
    pub token: Option<&'a str>,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl<'a> Ask<'a> {
    pub fn post(token: &'a str, path: &str, body: &Value) -> Self {
        let path = format!("/api/v1/{path}");
        Self { method: Method::POST, path, token: Some(token), headers: Vec::new(), body: body.to_string() }
    }
}

/// An answer that stands.
pub(super) struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    /// Its body, if it is no refusal.
    pub fn done(self, what: &str) -> anyhow::Result<Value> {
        ensure!(self.status.is_success(), "{what}: {} {}", self.status, self.body);
        Ok(self.body)
    }
}

impl<'a> Fleet<'a> {
    /// Starts the first server.
    pub fn begin(world: RealWorld, binary: &'a Path, plan: &'a RealPlan) -> anyhow::Result<Self> {
        let hits = BTreeSet::new();
        let at_work = world.begin(binary, &orders(plan, 0, &hits))?;
        Ok(Self {
            world,
            hits,
            started: 1,
            trouble: Instant::now(),
            binary,
            plan,
            http: reqwest::Client::builder().no_proxy().build()?,
            at_work,
            sleepers: Vec::new(),
            awake: Vec::new(),
            woken: None,
            known: 0,
            killed: BTreeSet::new(),
            in_vain: 0,
        })
    }

    /// Whether the seed's own fault was met.
    pub fn has_met_its_own(&self) -> bool {
        self.hits.contains(&(self.plan.own.point, self.plan.own.hurt))
    }

    /// Nothing goes wrong any more.
    pub fn calm_down(&self) -> anyhow::Result<()> {
        std::fs::write(self.world.folder().join(notes::CALM), "")?;
        self.world.shop.clear_faults();
        self.world.shop.set_revoked(false);
        Ok(())
    }

    /// Whether nobody sleeps any more, and the last who did had so much time since.
    pub fn is_awake_since(&self, time: Duration) -> bool {
        self.sleepers.is_empty() && self.woken.is_none_or(|woken| woken.elapsed() >= time)
    }

    /// The end of what the servers said.
    pub fn said(&self) -> String {
        let sleepers = self.sleepers.iter().map(|(_, server)| server);
        let all: Vec<String> =
            self.awake.iter().chain(sleepers).chain([&self.at_work]).map(Server::said).collect();
        all.join("\n---\n")
    }

    /// Looks what became of the servers: who died or sleeps is replaced, who slept long enough is woken.
    pub async fn tend(&mut self) -> anyhow::Result<()> {
        for met in notes::met_since(self.world.folder(), self.known)? {
            self.known += 1;
            self.note(&met).await?;
        }
        let now = Instant::now();
        let due: Vec<_> = self.sleepers.extract_if(.., |(until, _)| *until <= now).collect();
        for (_, server) in due {
            server.wake()?;
            self.awake.push(server);
            self.trouble = now;
            self.woken = Some(now);
        }
        if self.at_work.has_ended()? {
            self.succeed().await?;
        }
        Ok(())
    }

    async fn note(&mut self, met: &notes::Met) -> anyhow::Result<()> {
        self.trouble = Instant::now();
        let point = POINTS.iter().find(|point| **point == met.point).context("a point of the list")?;
        let hurt = Hurt::ALL.into_iter().find(|hurt| hurt.word() == met.hurt).context("a hurt")?;
        self.hits.insert((point, hurt));
        match hurt {
            Hurt::Kill => drop(self.killed.insert(met.pid)),
            Hurt::Restart => self.world.postgres_comes_back().await?,
            Hurt::Stop if self.at_work.pid() == met.pid => {
                let successor = self.next()?;
                let sleeper = std::mem::replace(&mut self.at_work, successor);
                self.sleepers.push((Instant::now() + SLEEPS, sleeper));
            }
            Hurt::Stop => {
                let again = self.awake.iter().position(|server| server.pid() == met.pid);
                if let Some(place) = again {
                    self.sleepers.push((Instant::now() + SLEEPS, self.awake.swap_remove(place)));
                }
            }
            Hurt::Error | Hurt::Delay | Hurt::Cut => {}
        }
        Ok(())
    }

    /// Another takes the place of a server that has ended.
    async fn succeed(&mut self) -> anyhow::Result<()> {
        if !self.killed.contains(&self.at_work.pid()) {
            // One that was killed just now is noted at the next look.
            if notes::met_since(self.world.folder(), self.known)?.iter().any(|met| met.hurt == "kill") {
                return Ok(());
            }
            self.in_vain += 1;
            let had_begun = self.at_work.address()?.is_some();
            ensure!(
                !had_begun && self.in_vain < STARTS_IN_VAIN_MAX,
                "a server ended by itself: {}",
                self.at_work.said()
            );
            tokio::time::sleep(TICK * 5).await;
        }
        self.at_work = self.next()?;
        Ok(())
    }

    fn next(&mut self) -> anyhow::Result<Server> {
        ensure!(self.started < SERVERS_MAX, "{SERVERS_MAX} servers did not end it");
        let orders = orders(self.plan, self.started, &self.hits);
        self.started += 1;
        self.world.begin(self.binary, &orders)
    }

    /// Waits a moment.
    pub async fn tick(&mut self) -> anyhow::Result<()> {
        tokio::time::sleep(TICK).await;
        self.tend().await
    }

    /// What the database says, unless it is away.
    pub async fn look<T>(
        &self,
        look: impl AsyncFnOnce(&RealWorld) -> anyhow::Result<T>,
    ) -> anyhow::Result<Option<T>> {
        match look(&self.world).await {
            Ok(seen) => Ok(Some(seen)),
            Err(_) if self.world.owner.is_closed() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The same, asked again until Postgres is back.
    pub async fn world_now<T>(
        &mut self,
        look: impl AsyncFn(&RealWorld) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        loop {
            match self.look(async |world| look(world).await).await? {
                Some(seen) => return Ok(seen),
                None => self.tick().await?,
            }
        }
    }

    /// Waits until something is so.
    pub async fn until(&mut self, sql: &'static str) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.look(async |world| wait::holds(&world.owner, sql).await).await? != Some(true) {
            ensure!(began.elapsed() < ASKED_FOR, "waited in vain for: {sql}");
            self.tick().await?;
        }
        Ok(())
    }

    /// Asks for something, again and again, until there is an answer that stands. A key that a dead server took with it is
    /// given up for a new one, as by a person who opens the page anew.
    pub async fn ask(&mut self, ask: &Ask<'_>) -> anyhow::Result<Answer> {
        let began = Instant::now();
        let mut key = uuid::Uuid::now_v7();
        while began.elapsed() < ASKED_FOR {
            let answer = self.ask_once(ask, key).await?;
            self.trouble = Instant::now();
            match answer {
                None => {}
                Some(Answer { body, .. }) if body["code"] == "idempotency.in_flight" => {
                    key = uuid::Uuid::now_v7();
                }
                Some(Answer { body, .. }) if body["code"] == "channel.busy" && began.elapsed() < BUSY_FOR => {
                    key = uuid::Uuid::now_v7();
                }
                Some(answer) if answer.status.is_server_error() => {}
                Some(answer) => return Ok(answer),
            }
            self.tick().await?;
        }
        bail!("{} {} is never answered", ask.method, ask.path)
    }

    async fn ask_once(&mut self, ask: &Ask<'_>, key: uuid::Uuid) -> anyhow::Result<Option<Answer>> {
        self.tend().await?;
        let Some(address) = self.at_work.address()? else { return Ok(None) };
        let asked = self.at_work.pid();
        let sent = pin!(answer(self.request(ask, &address, key)));
        let mut sent = sent;
        loop {
            tokio::select! {
                answer = &mut sent => return Ok(answer.ok()),
                () = tokio::time::sleep(TICK) => self.tend().await?,
            }
            if self.at_work.pid() != asked {
                return Ok(None);
            }
        }
    }

    fn request(&self, ask: &Ask<'_>, address: &str, key: uuid::Uuid) -> RequestBuilder {
        let url = format!("{address}{}", ask.path);
        let mut request = self.http.request(ask.method.clone(), url).timeout(ANSWERS_WITHIN);
        if let Some(token) = ask.token {
            request = request.bearer_auth(token).header("content-type", "application/json");
            request = request.header("idempotency-key", key.to_string());
        }
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        request.body(ask.body.clone())
    }
}

async fn answer(request: RequestBuilder) -> anyhow::Result<Answer> {
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
}

/// What a server is told: its own share, and the seed's own fault until that was met.
fn orders(plan: &RealPlan, life: usize, hits: &BTreeSet<(&'static str, Hurt)>) -> String {
    let told = |Fault { point, passing, hurt }: Fault| format!("{point}={}@{passing}", hurt.word());
    let own = (!hits.contains(&(plan.own.point, plan.own.hurt))).then(|| {
        // A later server may pass it once only.
        let once = life > 0 && !is_everywhere(plan.own.point);
        told(Fault { passing: if once { 1 } else { plan.own.passing }, ..plan.own })
    });
    let more = plan.more.get(life).copied().flatten().map(told);
    let hopeless = (plan.way == Way::Hopeless).then(|| "runs.read.before=error@every".to_owned());
    let orders: Vec<String> = own.into_iter().chain(more).chain(hopeless).collect();
    orders.join(";")
}
