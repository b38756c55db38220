//! The audit's chain: sealing what is new, going through all of it, and handing it out line by line, so that it can be
//! checked without the server.

use std::sync::Arc;

use futures_util::{Stream, StreamExt, stream};
use kernel_audit::{Claim, LookBack, Sealed, chain};
use kernel_core::{Actor, Ctx, Error, Result};
use kernel_db::TenantTx;
use kernel_events::{Consumer, Delivery, Settling, Sink, Verdict};
use serde_json::{Value, json};

use super::dto::{AuditVerification, ExportLine};
use crate::state::App;

/// The consumer that puts records under a seal, soon after what they tell of is committed.
#[must_use]
pub fn consumer(app: App) -> Consumer {
    Consumer::new("audit", Arc::new(Sealer(app)))
}

struct Sealer(App);

impl Sink for Sealer {
    fn deliver<'a>(&'a self, batch: &'a [Delivery]) -> Settling<'a> {
        Box::pin(async move {
            let mut tenants: Vec<_> = batch.iter().map(|delivery| delivery.event.tenant).collect();
            tenants.sort_unstable_by_key(|tenant| tenant.0);
            tenants.dedup();
            for tenant in tenants {
                let ctx = Ctx::new(tenant, Actor::system("audit"), Arc::clone(&self.0.clock));
                seal(&self.0, &ctx, LookBack::Near).await?;
            }
            Ok(vec![Verdict::Settled; batch.len()])
        })
    }
}

/// Puts what is new under a seal.
async fn seal(app: &App, ctx: &Ctx, look_back: LookBack) -> Result<()> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    kernel_audit::seal(ctx, &tx, look_back).await?;
    Ok(tx.commit().await?)
}

/// Seals what is new and goes through the whole chain.
///
/// # Errors
/// `audit.head` (422): the head is no digest.
pub(super) async fn verify(app: &App, ctx: &Ctx, head: Option<&str>) -> Result<AuditVerification> {
    if let Some(head) = head.filter(|head| chain::from_hex(head).is_none()) {
        let short: String = head.chars().take(80).collect();
        let detail = format!("`{short}` is no head: it has 64 digits from 0 to f.");
        return Err(Error::unprocessable("audit.head", detail.clone()).at("/head", "invalid", detail));
    }
    seal(app, ctx, LookBack::Far).await?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    Ok(kernel_audit::verify(&tx, head).await?.into())
}

/// Where an export stands.
enum At {
    Seal(i64),
    Waiting(i64, Option<String>),
    Ended,
}

/// Every record and every seal, line by line; see [`ExportLine`].
///
/// # Errors
/// The database refused.
pub(super) async fn export(
    app: &App,
    ctx: &Ctx,
) -> Result<impl Stream<Item = Result<String>> + Send + use<>> {
    seal(app, ctx, LookBack::Far).await?;
    let tx = app.db.repeatable_read(ctx.tenant).await?;
    let pieces =
        stream::unfold((tx, At::Seal(0), None::<String>, 0_u64), |(tx, at, head, records)| async move {
            match piece(&tx, at, head, records).await {
                Ok(None) => None,
                Ok(Some((text, at, head, records))) => Some((Ok(text), (tx, at, head, records))),
                Err(error) => Some((Err(error), (tx, At::Ended, None, 0))),
            }
        });
    // A compressing body asks once more after the end.
    Ok(pieces.fuse().boxed())
}

type Piece = (String, At, Option<String>, u64);

async fn piece(tx: &TenantTx, at: At, head: Option<String>, records: u64) -> Result<Option<Piece>> {
    match at {
        At::Seal(ordinal) => match kernel_audit::next(tx, ordinal).await? {
            Some(sealed) => {
                let count = sealed.records.iter().flatten().count() as u64;
                let text = sealed_lines(&sealed)?;
                Ok(Some((text, At::Seal(sealed.ordinal), Some(sealed.head), records + count)))
            }
            None => Ok(Some((String::new(), At::Waiting(ordinal, head.clone()), head, records))),
        },
        At::Waiting(seals, head) => {
            let waiting = kernel_audit::waiting(tx).await?;
            let mut text = String::new();
            for record in &waiting {
                let line = ExportLine::Record { leaf: None, record: kernel_audit::body(record) };
                push(&mut text, &line)?;
            }
            let records = records + waiting.len() as u64;
            push(&mut text, &ExportLine::End { records, seals, head: head.clone() })?;
            Ok(Some((text, At::Ended, head, records)))
        }
        At::Ended => Ok(None),
    }
}

fn sealed_lines(sealed: &Sealed) -> Result<String> {
    let mut text = String::new();
    for (id, leaf, record) in Claim::from(sealed).leaves {
        let record = record.unwrap_or_else(|| json!({ "id": id, "missing": true }));
        push(&mut text, &ExportLine::Record { leaf: Some(chain::hex(&leaf)), record })?;
    }
    let line = ExportLine::Seal {
        ordinal: sealed.ordinal,
        root: sealed.root.clone(),
        head: sealed.head.clone(),
        sealed_at: sealed.sealed_at,
        size: sealed.leaves.len() as u64,
    };
    push(&mut text, &line)?;
    Ok(text)
}

fn push(text: &mut String, line: &ExportLine) -> Result<()> {
    let line: Value = serde_json::to_value(line).map_err(Error::internal)?;
    text.push_str(&line.to_string());
    text.push('\n');
    Ok(())
}
