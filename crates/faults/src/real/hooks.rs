//! The shop's webhooks, delivered to real servers by hand: some are lost, some come twice, and each is repeated until it
//! is answered.

use anyhow::{Context as _, ensure};
use reqwest::Method;

use super::fleet::{Ask, Fleet};
use super::plan::RealPlan;

/// Nobody answers here, so that the shop's own deliveries come to nothing.
pub(super) const ADDRESS: &str = "http://127.0.0.1:1";

/// Delivers what the shop has emitted.
pub(super) async fn deliver(fleet: &mut Fleet<'_>, plan: &RealPlan) -> anyhow::Result<()> {
    let mut random = fastrand::Rng::with_seed(plan.random);
    // Where one must arrive the first does.
    let is_about = plan.own.point.starts_with("integrations.");
    let emitted = fleet.world.shop.webhooks();
    ensure!(!emitted.is_empty(), "the shop tells of nothing");
    for (place, webhook) in emitted.iter().enumerate() {
        let times = match random.u8(0..8) {
            0 if place > 0 || !is_about => 0,
            1 => 2,
            _ => 1,
        };
        let path =
            webhook.uri.strip_prefix(ADDRESS).with_context(|| format!("{} is not ours", webhook.uri))?;
        for _ in 0..times {
            let ask = Ask {
                method: Method::POST,
                path: path.to_owned(),
                token: None,
                headers: fleet.world.shop.webhook_headers(place),
                body: webhook.body.clone(),
            };
            let answer = fleet.ask(&ask).await?;
            ensure!(answer.status.is_success(), "a webhook was refused: {} {}", answer.status, answer.body);
        }
    }
    Ok(())
}
