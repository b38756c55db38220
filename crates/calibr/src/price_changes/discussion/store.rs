//! All SQL over `price_change_comments`.

use kernel_audit::Change;
use kernel_core::{Ctx, Result, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use kernel_events::Event;
use serde_json::json;
use uuid::Uuid;

use super::super::dto::Comment;
use super::super::store::PriceChangeRecord;
use crate::ids::{CommentId, PriceChangeId};

const COLUMNS: &str = "id, kind, body, author, created_at";

/// What was last asked of whom.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Standing {
    /// The newest request for review.
    pub review_requested: Option<Comment>,
    /// The request for changes that no request for review has answered.
    pub changes_asked: Option<Comment>,
}

/// Keeps what somebody said, with audit and event.
pub(super) async fn comment_insert(
    ctx: &Ctx,
    tx: &TenantTx,
    record: &PriceChangeRecord,
    author: UserId,
    kind: &'static str,
    body: Option<String>,
) -> Result<Comment> {
    let id = CommentId::new();
    let (label, created_at) = (ctx.actor.label.clone(), ctx.now());
    tx.execute(
        "insert into price_change_comments (tenant_id, id, price_change_id, kind, body, author_id, author, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&ctx.tenant.0, &id.0, &record.id.0, &kind, &body, &author.0, &label, &created_at],
    )
    .await?;
    let action = match kind {
        "review_requested" => "price_change.review_requested",
        "changes_asked" => "price_change.changes_asked",
        _ => "price_change.commented",
    };
    let change = Change {
        action,
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        before: None,
        after: Some(json!({ "comment": id })),
        reason: body.clone(),
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("{action}/{id}"),
        kind: action,
        entity_type: "price_change",
        entity_id: record.id.to_string(),
        payload: json!({ "comment": id, "by": author, "author": record.author_id }),
    };
    kernel_events::append(ctx, tx, &[event]).await?;
    Ok(Comment { id, kind: kind.to_owned(), author: label, body, created_at })
}

/// What was said, oldest first.
pub(super) async fn comment_list(
    tx: &TenantTx,
    id: PriceChangeId,
    page: &PageRequest,
) -> Result<Page<Comment>> {
    let after: Option<Uuid> = page.after(&id)?;
    let sql = format!(
        "select {COLUMNS} from price_change_comments
         where tenant_id = $1 and price_change_id = $2 and ($3::uuid is null or id > $3) order by id limit $4"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &id.0, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, &id, |comment| comment.id.0))
}

/// What was last asked of whom.
///
/// # Errors
/// The database refused.
pub(in super::super) async fn standing(tx: &TenantTx, id: PriceChangeId) -> Result<Standing> {
    let sql = format!(
        "select distinct on (kind) {COLUMNS} from price_change_comments
         where tenant_id = $1 and price_change_id = $2 and kind <> 'comment' order by kind, id desc"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &id.0]).await?;
    let mut standing = Standing::default();
    for comment in rows.iter().map(read) {
        match comment.kind.as_str() {
            "review_requested" => standing.review_requested = Some(comment),
            _ => standing.changes_asked = Some(comment),
        }
    }
    let answered = standing.review_requested.as_ref().map(|review| review.id.0);
    standing.changes_asked = standing.changes_asked.filter(|asked| answered.is_none_or(|at| asked.id.0 > at));
    Ok(standing)
}

fn read(row: &Row) -> Comment {
    Comment {
        id: CommentId(row.get("id")),
        kind: row.get("kind"),
        author: row.get("author"),
        body: row.get("body"),
        created_at: row.get("created_at"),
    }
}
