//! Reading a shop's whole catalogue, page by page, into the project it is connected to.

use channel::{Channel as Shop, Progress, RetryClass};
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, FieldError, Result, Role, failpoint};

use super::connect::refused;
use super::dto::Channel;
use super::progress::{CATALOGUE, Stage, Tell, Work, followed};
use super::store;
use crate::accounts;
use crate::catalog::dto::ImportReport;
use crate::catalog::{Import, ImportSource};
use crate::ids::ChannelId;
use crate::state::App;

const CATALOG_WRITE: Permission = Permission::new("catalog:write", Role::Editor);

/// Reads the catalogue of a connected shop and brings the project's up to date. `progress` hears the number of
/// variants taken so far.
///
/// # Errors
/// There is no such channel (404), it is `channel.disconnected` (409), a run writes to it (`channel.busy`, 409), the shop refuses or does not answer; then nothing was taken.
pub async fn ingest(app: &App, ctx: &Ctx, id: ChannelId, progress: impl Fn(u64)) -> Result<ImportReport> {
    authorize(&ctx.actor, CATALOG_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let record = store::channel_by_id(&tx, id).await?;
    record.expect_connected()?;
    drop(tx);
    let connection = app.channels.open(ctx.tenant, id).await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::project_by_id(&tx, record.project).await?;
    // A price read before a run wrote it, and stored after, would put the old one back into the catalogue.
    if !store::claim(&tx, id).await? || store::has_active_run(&tx, id).await? {
        let detail = format!(
            "{} is being written to or read already. Wait until that has ended.",
            record.channel.name
        );
        return Err(Error::conflict("channel.busy", detail));
    }
    let mut import = Import::begin(ctx, tx, &project, ImportSource::Channel(id)).await?;
    let work = Work { channel: id, what: CATALOGUE.to_owned(), part: 0 };
    followed(app, ctx, &work, |tell| {
        take_all(&record.channel, connection.as_ref(), &mut import, tell, progress)
    })
    .await?;
    let report = import.finish().await?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::channel_set_ingested(&tx, id, ctx.now()).await?;
    failpoint("ingest.mark.before_commit").await?;
    tx.commit().await?;
    failpoint("ingest.mark.after_commit").await?;
    Ok(report)
}

/// Takes the catalogue page by page, then the price lists. Products and variants together are told, since that is what
/// the shop counts; `progress` hears the variants alone.
async fn take_all(
    channel: &Channel,
    connection: &dyn Shop,
    import: &mut Import<'_>,
    tell: Tell,
    progress: impl Fn(u64),
) -> Result<()> {
    let source = connection.catalogue().ok_or_else(|| no_catalogue(channel))?;
    let gathered = |Progress { done, expected }: Progress| {
        tell.send_replace(Some(Stage { name: "gathering", done, expected }));
    };
    let mut cursor = None;
    let (mut taken, mut variants) = (0, 0);
    loop {
        failpoint("ingest.page.before").await?;
        let page = source.page(cursor, &gathered).await.map_err(refused)?;
        failpoint("ingest.page.after").await?;
        for left_out in page.left_out {
            import.refuse(FieldError {
                pointer: left_out.variant.to_string(),
                code: "variant.left_out".to_owned(),
                detail: left_out.reason,
            });
        }
        variants += page.products.iter().map(|product| product.variants.len() as u64).sum::<u64>();
        taken += page.products.len() as u64;
        import.take(page.products).await?;
        progress(variants);
        let expected = tell.borrow().and_then(|stage| stage.expected);
        tell.send_replace(Some(Stage { name: "reading", done: taken + variants, expected }));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    take_lists(connection, import).await
}

/// Reads the shop's price lists. One that does not let us see them is read without.
async fn take_lists(connection: &dyn Shop, import: &mut Import<'_>) -> Result<()> {
    let Some(source) = connection.price_lists() else { return Ok(()) };
    let lists = match source.lists().await {
        Ok(lists) => lists,
        Err(error) if error.class == RetryClass::Never => {
            import.refuse(FieldError {
                pointer: "price lists".to_owned(),
                code: "price_lists.unread".to_owned(),
                detail: error.message,
            });
            return Ok(());
        }
        Err(error) => return Err(refused(error)),
    };
    let mut there = Vec::with_capacity(lists.len());
    for list in &lists {
        let mut taking = import.begin_list(list).await?;
        let mut cursor = None;
        loop {
            let page = source.list_page(list, cursor).await.map_err(refused)?;
            import.take_rows(&mut taking, &page.rows).await?;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        there.push(import.end_list(taking).await?);
    }
    import.end_lists(&there).await
}

fn no_catalogue(channel: &Channel) -> Error {
    let detail = format!("The connector {} cannot read a catalogue.", channel.connector);
    Error::unprocessable("channel.no_catalogue", detail)
}
