//! The sweep of a price list, page by page. A page is a hint, as a webhook is: only where it tells something new is looked at
//! properly, product by product, since to ask for all products so would take a shop's rate limit for hours.

use std::collections::HashMap;

use channel::{ChannelError, LivePrice, VariantRef};
use kernel_core::{Ctx, Currency, Result};
use uuid::Uuid;

use super::examine;
use super::model::{compare, is_news};
use super::store::{self, Held};
use crate::channels::{self, LivePrices};
use crate::ids::ChannelId;
use crate::state::App;

/// Reads a price list and has looked at what differs otherwise than is known.
///
/// # Errors
/// The connection cannot be opened, or the database refused. The inner error is the shop's: what came before it is noted.
pub(super) async fn sweep_list(
    app: &App,
    ctx: &Ctx,
    place: (ChannelId, &str),
) -> Result<Result<(), ChannelError>> {
    let shop = LivePrices::of(app, ctx, place.0, place.1).await?;
    let Some(list) = &shop.list else { return Ok(Ok(())) };
    let lists = match shop.lists() {
        Ok(lists) => lists,
        Err(error) => return Ok(Err(error)),
    };
    let mut cursor = None;
    loop {
        let page = match lists.list_page(list, cursor).await {
            Ok(page) => page,
            Err(error) => return Ok(Err(error)),
        };
        let hinted = hinted(app, ctx, place, (&page.rows, list.currency)).await?;
        if let Err(error) = examine::look(app, ctx, place, hinted, "sweep").await? {
            return Ok(Err(error));
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(Ok(()));
        }
    }
}

/// What we hold of the rows at which something is new.
async fn hinted(
    app: &App,
    ctx: &Ctx,
    place: (ChannelId, &str),
    (rows, currency): (&[LivePrice], Currency),
) -> Result<Vec<Held>> {
    let listed: Vec<VariantRef> = rows.iter().map(|row| row.variant.clone()).collect();
    let live: HashMap<&VariantRef, &LivePrice> = rows.iter().map(|row| (&row.variant, row)).collect();
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let mut held = store::held_of_variants(&tx, place, &listed).await?;
    let variants: Vec<Uuid> = held.iter().map(|one| one.variant.0).collect();
    let known = store::drifts_known(&tx, place, &variants).await?;
    let project = channels::channel_by_id(&tx, place.0).await?.project;
    let acts = store::policy_find(&tx, project).await?.is_some_and(|(policy, ..)| policy != "hold");
    held.retain(|one| {
        let finding = compare(one.amounts, live.get(&one.external).copied(), currency);
        let known = known.get(&one.variant.0);
        is_news(finding, known) || (acts && known.is_some())
    });
    Ok(held)
}
