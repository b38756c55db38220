//! Price changes: the plan as frozen, hashed rows, who approved it, and what may be done with it.
//! Owns `price_changes`, `price_change_rules`, `price_change_rows`, `price_change_decisions`,
//! `price_change_comments`, `price_change_starts`.
//! Jobs: `price_changes.start`, `price_changes.return`, whose handlers are in `runs`.
//! Events out: `price_change.planned`, `.approved`, `.rejected`, `.stale`, `.scheduled`, `.unscheduled`, and each later state;
//! `.commented`, `.review_requested`, `.changes_asked`. Audit: the same.
//!
//! States: planned → pending_approval → approved (→ scheduled) → applying → applied | partially_applied | failed;
//! rejected and stale end a plan; rolling_back → rolled_back undoes one. A plan never changes in place.

mod api;
mod decide;
mod discussion;
pub mod dto;
mod export;
mod freeze;
mod gate;
mod listing;
mod margin;
mod model;
mod overtaken;
mod plan;
mod replacing;
mod returns;
mod rows;
mod scheduling;
mod show;
mod store;
mod trial;

use kernel_auth::Permission;
use kernel_core::Role;

/// Writing what was approved into a shop, by a run or by a file.
pub const PRICE_CHANGES_APPLY: Permission = Permission::new("price_changes:apply", Role::Editor);

pub use api::routes;
pub(crate) use api::{known_word, words};
pub use decide::approved_plan;
pub use model::State;
pub use overtaken::rest_overtaken;
pub use plan::plan;
pub use returns::{RETURN, Returning, return_prices, schedule_returns};
pub use rows::{RowToApply, row_of_variant, rows_to_apply, sales_of};
pub use scheduling::{NewStart, OpenStart, START, Start, instant_of, schedule, start_failed, start_of};
pub use show::show;
pub use store::{PriceChangeRecord, decisions, price_change_lock, transition};
