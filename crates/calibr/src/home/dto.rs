//! What the API shows on the home page. Shared with the command line.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::channels::dto::Channel;
use crate::ids::{PriceChangeId, RunId};
use crate::price_changes::dto::PriceChangeSummary;

/// A project at a glance, for one reader.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Home {
    /// What waits for the reader or for anybody.
    pub needs_you: NeedsYou,
    /// Runs that are not settled, newest first.
    pub runs_now: Vec<HomeRun>,
    /// Runs of the last seven days, newest first, 200 at most.
    pub runs_of_week: Vec<HomeRun>,
    /// How far the project has come.
    pub first_steps: FirstSteps,
}

/// What waits for the reader or for anybody. Lists hold the ten that wait longest; counts count all.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct NeedsYou {
    /// Plans of others that the reader may approve.
    pub approvals: Vec<PriceChangeSummary>,
    /// All of those.
    pub approvals_count: u64,
    /// The reader's own plans for which an approver asked for changes.
    pub changes_asked: Vec<PriceChangeSummary>,
    /// Price changes whose newest run did not write everything.
    pub unfinished: Vec<HomeRun>,
    /// All of those.
    pub unfinished_count: u64,
    /// Prices that a shop shows and we do not hold.
    pub drifts_open: u64,
    /// Shops that shut us out.
    pub channels_down: Vec<Channel>,
    /// Deliveries of the organisation that gave up.
    pub dead_letters: u64,
    /// Work of the organisation in the background that gave up.
    pub jobs_dead: u64,
}

/// A run in a line.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HomeRun {
    /// Id.
    pub id: RunId,
    /// `apply` or `roll_back`.
    pub kind: String,
    /// State of the run.
    pub state: String,
    /// The price change.
    pub price_change_id: PriceChangeId,
    /// Its title.
    pub title: String,
    /// Prices it is to write.
    pub total: u64,
    /// Of those, prices that are settled; absent for runs that are over.
    pub settled: Option<u64>,
    /// Who started it.
    pub actor: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When every price was settled.
    pub finished_at: Option<Timestamp>,
}

/// What has been done at least once in a project.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FirstSteps {
    /// A shop is connected.
    pub has_channel: bool,
    /// There are variants, from a shop or a file.
    pub has_catalogue: bool,
    /// There is a rule.
    pub has_rule: bool,
    /// There is a price change.
    pub has_price_change: bool,
    /// Somebody approved one.
    pub has_approval: bool,
    /// One was applied.
    pub has_applied: bool,
    /// One was rolled back.
    pub has_rolled_back: bool,
    /// The organisation has a second person, since nobody approves a plan of their own.
    pub has_second_person: bool,
}
