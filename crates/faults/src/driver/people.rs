//! What people do in a seed beside starting and taking back: pausing, resuming and stopping a run, and settling drift.

use std::sync::Arc;

use anyhow::{bail, ensure};
use serde_json::json;

use super::arena::Arena;
use super::calls::Caller;
use super::hooks::Hooks;
use super::plan::{Set, Settle, Verb};
use super::work::{self, Until};
use super::world::World;
use crate::collect::{self, Source};

/// More resumptions than these mean that a run never goes on.
const RESUMED_MAX: usize = 10;

/// Everybody who does something in a seed, and what they look at.
pub(super) struct People<'a> {
    pub arena: &'a Arena,
    pub world: &'a Arc<World>,
    pub editor: Caller<'a>,
    pub project: &'a str,
    pub channel: &'a str,
    pub source: Source<'a>,
}

impl People<'_> {
    /// Does to the run at work what the seed says. A run that was faster is left alone.
    pub async fn act(&self, verb: Verb) -> anyhow::Result<()> {
        let Some(run) = collect::run_in(&self.source, &["queued", "applying"]).await? else { return Ok(()) };
        let word = match verb {
            Verb::Pause => "pause",
            Verb::Stop => "stop",
        };
        self.tell_run(&run, word).await?;
        Ok(())
    }

    /// Works off everything, and resumes what is paused when nothing moves any more.
    pub async fn work_off(&self, hooks: &mut Hooks) -> anyhow::Result<()> {
        for _ in 0..RESUMED_MAX {
            work::work_off(self, hooks, Until::Settled).await?;
            let Some(run) = collect::run_in(&self.source, &["paused"]).await? else { return Ok(()) };
            if !self.tell_run(&run, "resume").await? {
                // The rest would come out otherwise now.
                self.tell_run(&run, "stop").await?;
            }
        }
        bail!("a run is paused again and again")
    }

    /// Whether it was done; a refusal may stand where an earlier request did it whose answer nobody heard.
    async fn tell_run(&self, run: &str, word: &str) -> anyhow::Result<bool> {
        let answer = self.editor.insist(self.world, &format!("/runs/{run}/{word}"), &json!({})).await?;
        ensure!(
            answer.status.is_success() || answer.status == 409,
            "{word}: {} {}",
            answer.status,
            answer.body
        );
        Ok(answer.status.is_success() || answer.body["code"] != "run.overtaken")
    }

    /// The merchant changes prices, of which some webhooks tell; a sweep finds the others, and they are settled.
    pub async fn drift(&self, hooks: &mut Hooks) -> anyhow::Result<()> {
        let Some(drift) = self.world.plan.drift else { return Ok(()) };
        let seed = usize::try_from(self.world.plan.random % 100)?;
        self.world.merchant_edits(seed, Set::Other);
        self.world.merchant_edits(seed / 3, Set::Other);
        self.work_off(hooks).await?;
        self.sweep(hooks).await?;
        let word = match drift.settle {
            Settle::Hold => return Ok(()),
            _ if drift.by_policy => return Ok(()),
            Settle::Adopt => "adopt",
            Settle::PutBack => "put-back",
        };
        let open = collect::open_drifts(&self.source).await?;
        if open.is_empty() {
            return Ok(());
        }
        let path = format!("/drifts/{word}?project={}", self.project);
        let answer = self.editor.insist(self.world, &path, &json!({ "drifts": open })).await?;
        ensure!(
            answer.status.is_success() || [409, 422].contains(&answer.status.as_u16()),
            "{word}: {} {}",
            answer.status,
            answer.body
        );
        self.work_off(hooks).await
    }

    /// Has every price of the shop compared.
    pub async fn sweep(&self, hooks: &mut Hooks) -> anyhow::Result<()> {
        let path = format!("/channels/{}/sweep", self.channel);
        let asked = self.editor.insist(self.world, &path, &json!({})).await?;
        ensure!(asked.status.is_success(), "sweep: {} {}", asked.status, asked.body);
        self.work_off(hooks).await
    }

    /// What comes by itself after the run, up to the first night.
    pub async fn look_after(&self, hooks: &mut Hooks) -> anyhow::Result<()> {
        work::work_off(self, hooks, Until::LookedAfter).await?;
        self.world.merchant_edits(1, Set::Other);
        self.arena.night_falls().await?;
        work::work_off(self, hooks, Until::LookedAfter).await
    }
}
