//! An uploaded product CSV: kept in a file while it arrives, then read product by product into one import. One that is
//! only tried goes the whole way but for the commit, so its report is what taking it would say.

use std::fs::File;
use std::io::{BufReader, Seek, SeekFrom, Write};

use axum::body::Body;
use channel::ChannelProduct;
use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions, ImportReport as FileReport};
use http_body_util::BodyExt;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Currency, Error, Result, Role};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::dto::ImportReport;
use super::import::{Import, ImportSource};
use crate::accounts;
use crate::state::App;

const CATALOG_WRITE: Permission = Permission::new("catalog:write", Role::Editor);
/// Products taken in at once.
const BATCH: usize = 250;

/// What is to become of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is taken in.
    Take,
    /// Only its report is wanted.
    Try,
}

/// An upload that arrived whole.
pub(super) struct Upload {
    file: File,
    /// What it was sent for.
    pub purpose: Purpose,
    /// SHA-256 over its bytes.
    pub digest: [u8; 32],
}

impl Upload {
    /// The file, from its start.
    pub(super) fn into_file(self) -> File {
        self.file
    }
}

/// Keeps an upload of any size in a temporary file, if its sender may import at all.
///
/// # Errors
/// Not allowed (403); `body.unreadable` (400) if it breaks off.
pub(super) async fn receive(ctx: &Ctx, body: Body, purpose: Purpose) -> Result<Upload> {
    authorize(&ctx.actor, CATALOG_WRITE)?;
    let mut file = tempfile::tempfile().map_err(Error::internal)?;
    let mut hasher = Sha256::new();
    let mut body = std::pin::pin!(body);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|source| {
            Error::invalid(
                "body.unreadable",
                "The file did not arrive whole. Nothing was taken; send it again.",
            )
            .caused_by(source)
        })?;
        if let Ok(bytes) = frame.into_data() {
            hasher.update(&bytes);
            file.write_all(&bytes).map_err(Error::internal)?;
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    Ok(Upload { file, purpose, digest: hasher.finalize().into() })
}

/// Takes an uploaded file into a project, all of what it can or nothing.
///
/// # Errors
/// The header or the encoding cannot be used (422), or the file breaks off in the middle; then nothing was taken.
pub(super) async fn import_file(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    upload: Upload,
    decimal_mark: DecimalMark,
) -> Result<ImportReport> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    let mut import = Import::begin(ctx, tx, &project, ImportSource::File).await?;
    let (batches, mut arriving) = mpsc::channel(2);
    let currency = project.currency;
    let reader = tokio::task::spawn_blocking(move || read(upload.file, currency, decimal_mark, &batches));
    while let Some(products) = arriving.recv().await {
        import.take(products).await?;
    }
    let report = reader.await.map_err(Error::internal)??;
    import.note_file(&report);
    match upload.purpose {
        Purpose::Take => import.finish().await,
        Purpose::Try => Ok(import.give_up()),
    }
}

fn read(
    file: File,
    currency: Currency,
    decimal_mark: DecimalMark,
    batches: &mpsc::Sender<Vec<ChannelProduct>>,
) -> Result<FileReport> {
    let mut csv = CsvImport::new(BufReader::new(file), ImportOptions { currency, decimal_mark })?;
    loop {
        let batch: Vec<ChannelProduct> = csv.by_ref().take(BATCH).collect::<Result<_>>()?;
        if batch.is_empty() || batches.blocking_send(batch).is_err() {
            return Ok(csv.into_report());
        }
    }
}
