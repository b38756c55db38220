//! Talking about a price change before it is decided: comments, a request for review, a request for changes. None of them
//! changes its state; a request for changes stands until review is requested again. Owns `price_change_comments`.

mod api;
mod store;

use kernel_auth::authorize;
use kernel_core::{Ctx, Error, ErrorKind, Result, UserId};
use kernel_db::TenantTx;

use super::decide::PRICE_CHANGES_APPROVE;
use super::dto::{ChangesRequest, Comment, NewComment, ReviewRequest};
use super::model::State;
use super::plan::PRICE_CHANGES_WRITE;
use super::store::{PriceChangeRecord, price_change_by_id, price_change_lock};
use crate::ids::PriceChangeId;
use crate::state::App;

pub(super) use api::routes;
pub(super) use store::{Standing, standing};

/// The longest text that is taken.
const CHARACTERS_MAX: usize = 10_000;

/// Says something about a price change, whatever its state.
///
/// # Errors
/// `comment.empty` or `comment.too_long` (422). There is no such price change (404).
async fn comment(app: &App, ctx: &Ctx, id: PriceChangeId, new: NewComment) -> Result<Comment> {
    authorize(&ctx.actor, PRICE_CHANGES_WRITE)?;
    let body = text(Some(new.body), "/body")?;
    let body = body.ok_or_else(|| empty("/body", "Say something."))?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = price_change_by_id(&tx, id).await?;
    let comment = store::comment_insert(ctx, &tx, &record, person(ctx)?, "comment", Some(body)).await?;
    tx.commit().await?;
    Ok(comment)
}

/// Asks for a decision, after a plan was made or what was asked for was answered.
///
/// # Errors
/// `price_change.state` (409): it does not wait for approval. There is no such price change (404).
async fn request_review(app: &App, ctx: &Ctx, id: PriceChangeId, request: ReviewRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_WRITE)?;
    let note = text(request.note, "/note")?;
    let (tx, record) = undecided(app, ctx, id).await?;
    store::comment_insert(ctx, &tx, &record, person(ctx)?, "review_requested", note).await?;
    Ok(tx.commit().await?)
}

/// Asks the author for another plan, without closing this one.
///
/// # Errors
/// `price_change.own` (403) for its author, `price_change.state` (409), `price_change.plan_mismatch` (412), `comment.empty`
/// (422) without a reason. There is no such price change (404).
async fn ask_for_changes(app: &App, ctx: &Ctx, id: PriceChangeId, request: ChangesRequest) -> Result<()> {
    authorize(&ctx.actor, PRICE_CHANGES_APPROVE)?;
    let detail = "Say what should change, so that the author knows.";
    let reason = text(Some(request.reason), "/reason")?.ok_or_else(|| empty("/reason", detail))?;
    let actor = person(ctx)?;
    let (tx, record) = undecided(app, ctx, id).await?;
    if record.author_id == actor {
        let detail = "You made this plan. Make another one if it should be different.";
        return Err(Error::new(ErrorKind::Forbidden, "price_change.own", detail));
    }
    super::decide::expect_plan(&record, &request.plan_hash)?;
    store::comment_insert(ctx, &tx, &record, actor, "changes_asked", Some(reason)).await?;
    Ok(tx.commit().await?)
}

async fn undecided(app: &App, ctx: &Ctx, id: PriceChangeId) -> Result<(TenantTx, PriceChangeRecord)> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = price_change_lock(&tx, id).await?;
    if record.state == State::PendingApproval {
        return Ok((tx, record));
    }
    let detail = format!("This price change is {}; it does not wait for approval.", record.state.as_str());
    Err(Error::conflict("price_change.state", detail))
}

/// A text without the space around it; `None` if nothing is left.
fn text(text: Option<String>, pointer: &str) -> Result<Option<String>> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.chars().count() > CHARACTERS_MAX) {
        let detail = format!("The text has more than {CHARACTERS_MAX} characters.");
        return Err(Error::unprocessable("comment.too_long", detail.clone()).at(pointer, "too_long", detail));
    }
    // Postgres keeps no text with it.
    if text.as_ref().is_some_and(|text| text.contains('\0')) {
        let detail = "The text holds a character that is no text.";
        return Err(Error::unprocessable("comment.not_text", detail).at(pointer, "invalid", detail));
    }
    Ok(text)
}

fn empty(pointer: &str, detail: &str) -> Error {
    Error::unprocessable("comment.empty", detail).at(pointer, "required", detail)
}

fn person(ctx: &Ctx) -> Result<UserId> {
    ctx.actor.user().ok_or_else(|| Error::internal("a job took part in a discussion"))
}
