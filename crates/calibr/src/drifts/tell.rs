//! Audit records and events of drifts, one of each for every drift.

use kernel_audit::Change;
use kernel_core::{Ctx, Result};
use kernel_db::TenantTx;
use kernel_events::Event;
use serde_json::{Value, json};

use super::model::Amounts;
use super::store::{Held, Place};
use crate::catalog::BASE;
use crate::ids::{ChannelId, DriftId};

/// Records what happened to drifts, with what is shown of each.
pub(super) async fn tell(
    ctx: &Ctx,
    tx: &TenantTx,
    action: &'static str,
    drifts: &[(DriftId, Value)],
) -> Result<()> {
    let change = |(id, shown): &(DriftId, Value)| Change {
        action,
        entity_type: "drift",
        entity_id: id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &drifts.iter().map(change).collect::<Vec<_>>()).await?;
    let event = |(id, shown): &(DriftId, Value)| Event {
        // A drift can be found at one price and then at another: each is told.
        key: format!("{action}/{id}/{}", ctx.now().as_microsecond()),
        kind: action,
        entity_type: "drift",
        entity_id: id.to_string(),
        payload: shown.clone(),
    };
    Ok(kernel_events::append(ctx, tx, &drifts.iter().map(event).collect::<Vec<_>>()).await?)
}

/// What is told of a drift that was found.
pub(super) fn found(place: &Place<'_>, held: &Held, found: Option<Amounts>) -> Value {
    let mut told = self::place(place.channel, place.surface);
    told["variant"] = json!(held.variant);
    told["expected"] = shown(Some(held.amounts));
    told["found"] = shown(found);
    told["found_by"] = json!(place.found_by);
    told
}

/// The shop, and the price list if it is one of its lists.
pub(super) fn place(channel: ChannelId, surface: &str) -> Value {
    match surface {
        BASE => json!({ "channel": channel }),
        list => json!({ "channel": channel, "surface": list }),
    }
}

/// Amounts for people who read audit records, in minor units.
pub(super) fn shown(amounts: Option<Amounts>) -> Value {
    let Some(amounts) = amounts else { return Value::Null };
    let mut told =
        json!({ "price_minor": amounts.price_minor, "compare_at_minor": amounts.compare_at_minor });
    if amounts.relative {
        told["relative"] = json!(true);
    }
    told
}
