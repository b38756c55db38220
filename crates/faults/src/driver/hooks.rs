//! The shop's webhooks, delivered by hand: some are lost, some come twice, and each is repeated until it is answered.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::body::Body;
use axum::http::Request;

use super::calls::ask;
use super::process::Process;
use super::world::World;

/// Nobody answers here, so that the shop's own deliveries come to nothing.
pub(super) const ADDRESS: &str = "http://127.0.0.1:1";
/// The shop gives up after so many attempts.
const ATTEMPTS_MAX: usize = 20;

/// What was delivered so far.
#[derive(Default)]
pub(super) struct Hooks {
    delivered: usize,
}

impl Hooks {
    /// Delivers what the shop emitted since the last time.
    pub async fn deliver(
        &mut self,
        api: &Router,
        world: &Arc<World>,
        random: &mut fastrand::Rng,
    ) -> anyhow::Result<()> {
        let emitted = world.shop.webhooks();
        for (place, webhook) in emitted.iter().enumerate().skip(self.delivered) {
            let times = match random.u8(0..8) {
                0 => 0,
                1 => 2,
                _ => 1,
            };
            for _ in 0..times {
                insist(api, world, place, &webhook.uri, &webhook.body).await?;
            }
        }
        self.delivered = emitted.len();
        Ok(())
    }
}

async fn insist(api: &Router, world: &Arc<World>, place: usize, uri: &str, body: &str) -> anyhow::Result<()> {
    let path = uri.strip_prefix(ADDRESS).with_context(|| format!("{uri} is not ours"))?;
    for _ in 0..ATTEMPTS_MAX {
        let mut request = Request::post(path);
        for (name, value) in world.shop.webhook_headers(place) {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body.to_owned()))?;
        match Process::new(world, None, ask(api.clone(), request)).come_to_its_end().await {
            Some(Ok(answer)) if answer.status.is_success() => return Ok(()),
            Some(Ok(answer)) if answer.status.is_client_error() => {
                bail!("a webhook was refused: {} {}", answer.status, answer.body)
            }
            Some(_) => world.wait(1_000).await,
            None => world.cut().await,
        }
    }
    bail!("a webhook is never answered")
}
