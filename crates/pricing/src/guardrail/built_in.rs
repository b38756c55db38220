//! What holds where nobody said anything: for a fresh tenant, and the least that makes sense anywhere.

use super::below_cost::BelowCost;
use super::currency_swap::CurrencySwap;
use super::maximum_move::MaximumMove;
use super::maximum_move_day::MaximumMoveDay;
use super::moves::Moves;
use super::near_zero::NearZero;
use super::no_minimum::NoMinimum;
use super::plan::blast_radius::BlastRadius;
use super::plan::collapse::Collapse;
use super::plan::common_factor::CommonFactor;
use super::slip::Slip;
use super::{Document, Mode};
use crate::decimal::Decimal;

/// A half down, twice up: sales stay inside, accidents seldom do.
fn moves() -> Moves {
    Moves { mode: Mode::Soft, down_percent: Some(Decimal::whole(50)), up_percent: Some(Decimal::whole(100)) }
}

/// What a fresh tenant has.
pub(super) fn built_in() -> Document {
    Document {
        currency_swap: Some(CurrencySwap::BUILT_IN),
        no_minimum: Some(NoMinimum::BUILT_IN),
        below_cost: Some(BelowCost::BUILT_IN),
        maximum_move: Some(MaximumMove(moves())),
        maximum_move_day: Some(MaximumMoveDay(moves())),
        collapse: Some(Collapse::built_in()),
        common_factor: Some(CommonFactor::BUILT_IN),
        blast_radius: Some(BlastRadius::built_in()),
        ..least()
    }
}

/// What needs no data and no settings.
pub(super) fn least() -> Document {
    Document { near_zero: Some(NearZero::BUILT_IN), slip: Some(Slip::BUILT_IN), ..Document::EMPTY }
}
