//! All SQL over `saved_views`.

use kernel_core::{Ctx, Error, ProjectId, Result, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde::Serialize;
use uuid::Uuid;

use super::dto::{NewView, SavedView};
use crate::ids::ViewId;

/// Views of one person in one project at most.
const VIEWS_MAX: i64 = 200;

/// Whose views of what.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shelf {
    pub project: ProjectId,
    pub user: UserId,
    pub list: Option<String>,
}

const COLUMNS: &str = "id, list, name, query, created_at";

pub(super) async fn view_list(tx: &TenantTx, shelf: &Shelf, page: &PageRequest) -> Result<Page<SavedView>> {
    let after: Option<Uuid> = page.after(shelf)?;
    let sql = format!(
        "select {COLUMNS} from saved_views
         where tenant_id = $1 and project_id = $2 and user_id = $3 and ($4::text is null or list = $4)
           and ($5::uuid is null or id > $5)
         order by id limit $6"
    );
    let rows = tx
        .query_list(
            &sql,
            &[&tx.tenant().0, &shelf.project.0, &shelf.user.0, &shelf.list, &after, &page.fetch()],
        )
        .await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, shelf, |view| view.id.0))
}

/// Saves a view under its name.
///
/// # Errors
/// `view.too_many` (409).
pub(super) async fn view_save(ctx: &Ctx, tx: &TenantTx, shelf: &Shelf, new: &NewView) -> Result<SavedView> {
    let sql = format!(
        "insert into saved_views (tenant_id, id, user_id, project_id, list, name, query, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict on constraint saved_views_name_once do update set query = excluded.query
         returning {COLUMNS}"
    );
    let row = tx
        .query_one(
            &sql,
            &[
                &tx.tenant().0,
                &ViewId::new().0,
                &shelf.user.0,
                &shelf.project.0,
                &new.list,
                &new.name,
                &new.query,
                &ctx.now(),
            ],
        )
        .await?;
    let sql = "select count(*) from saved_views where tenant_id = $1 and user_id = $2 and project_id = $3";
    let count: i64 = tx.query_one(sql, &[&tx.tenant().0, &shelf.user.0, &shelf.project.0]).await?.get(0);
    if count > VIEWS_MAX {
        let detail = format!("You have {VIEWS_MAX} views already. Delete one first.");
        return Err(Error::conflict("view.too_many", detail));
    }
    Ok(read(&row))
}

/// Forgets a view of this person.
///
/// # Errors
/// They have none with this id (404).
pub(super) async fn view_delete(tx: &TenantTx, user: UserId, id: ViewId) -> Result<()> {
    let sql = "delete from saved_views where tenant_id = $1 and user_id = $2 and id = $3";
    match tx.execute(sql, &[&tx.tenant().0, &user.0, &id.0]).await? {
        0 => Err(Error::not_found("view", id)),
        _ => Ok(()),
    }
}

fn read(row: &Row) -> SavedView {
    SavedView {
        id: ViewId(row.get("id")),
        list: row.get("list"),
        name: row.get("name"),
        query: row.get("query"),
        created_at: row.get("created_at"),
    }
}
