//! Pushing guardrails: the content hash says whether anything is new, and the whole must hold in every project it reaches.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, ErrorKind, FieldError, Result, Role};
use kernel_db::TenantTx;
use kernel_events::Event;
use pricing::RuleSet;
use serde_json::{Value, json};

use super::dto::{GuardrailVersion, PushedGuardrails};
use super::effective::{document, merged};
use super::store::{self, Scope};
use crate::accounts::{self, dto::Project};
use crate::state::App;

/// Only those who manage the house may move its limits: whoever writes rules must not loosen what holds them.
const GUARDRAILS_WRITE: Permission = Permission::new("guardrails:write", Role::Admin);

/// Whose guardrails to push.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    /// The tenant's, for all of its projects.
    Tenant,
    /// Those of the project with this slug, or of the only one.
    Project(Option<&'a str>),
}

/// Stores guardrails as the newest version, or not at all if nothing changed. `over` is the version that they were written over, 0 if
/// there was none; without it they go over whatever there is.
///
/// # Errors
/// `guardrails.changed` (412): `over` is not the newest version; nothing is stored. `guardrails.invalid` (422): together with the other
/// layer they contradict, or say nothing for a project's currency.
pub(super) async fn push(
    app: &App,
    ctx: &Ctx,
    whose: Whose<'_>,
    guardrails: &pricing::Guardrails,
    over: Option<i64>,
) -> Result<PushedGuardrails> {
    authorize(&ctx.actor, GUARDRAILS_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    store::versions_lock(&tx).await?;
    let (scope, projects) = reach(&tx, whose).await?;
    let known = store::version_newest(&tx, scope).await?;
    if let Some(over) = over {
        refuse_unless_newest(over, known.as_ref())?;
    }
    let faults = faults_in(ctx, &tx, scope, guardrails, &projects).await?;
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let document: Value = serde_json::from_str(&guardrails.canonical_json()).map_err(Error::internal)?;
    let content_hash = guardrails.content_hash();
    let (version, outcome) = match known {
        Some(known) if known.content_hash == content_hash => {
            return Ok(PushedGuardrails { version: known, outcome: "unchanged".to_owned() });
        }
        Some(known) => (known.version + 1, "new_version"),
        None => (1, "created"),
    };
    let stored = store::version_insert(ctx, &tx, scope, version, &content_hash, document).await?;
    announce(ctx, &tx, scope, &stored.content_hash, version).await?;
    tx.commit().await?;
    Ok(PushedGuardrails { version: stored, outcome: outcome.to_owned() })
}

fn refuse_unless_newest(over: i64, known: Option<&GuardrailVersion>) -> Result<()> {
    let detail = match known {
        None if over == 0 => return Ok(()),
        Some(known) if known.version == over => return Ok(()),
        Some(known) => format!(
            "The guardrails were changed meanwhile: {} pushed v{}, and these were written over v{over}. Nothing was stored.",
            known.created_by, known.version
        ),
        None => format!("There is no v{over} of these guardrails yet. Nothing was stored."),
    };
    let refused = Error::new(ErrorKind::Stale, "guardrails.changed", detail);
    Err(refused.at_version(known.map_or(0, |known| known.version)))
}

/// What the document is for, and every project that it reaches.
async fn reach(tx: &TenantTx, whose: Whose<'_>) -> Result<(Scope, Vec<Project>)> {
    match whose {
        Whose::Project(slug) => {
            let project = accounts::resolve_project(tx, slug).await?;
            Ok((Scope::Project(project.id), vec![project]))
        }
        Whose::Tenant => {
            let mut projects = Vec::new();
            for id in store::project_ids(tx).await? {
                projects.push(accounts::project_by_id(tx, id).await?);
            }
            Ok((Scope::Tenant, projects))
        }
    }
}

/// What keeps guardrails from holding, in the first project in which something does, without storing them.
///
/// # Errors
/// The project is not there (404), or the database refused.
pub(super) async fn faults(
    app: &App,
    ctx: &Ctx,
    whose: Whose<'_>,
    guardrails: pricing::Guardrails,
) -> Result<Vec<FieldError>> {
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let (scope, projects) = reach(&tx, whose).await?;
    faults_in(ctx, &tx, scope, &guardrails, &projects).await
}

/// What a fault in the first of these projects says that has one, if the scope's guardrails were these.
async fn faults_in(
    ctx: &Ctx,
    tx: &TenantTx,
    scope: Scope,
    guardrails: &pricing::Guardrails,
    projects: &[Project],
) -> Result<Vec<FieldError>> {
    for project in projects {
        let layers = match scope {
            Scope::Tenant => {
                let own = store::version_newest(tx, Scope::Project(project.id)).await?;
                [Some(guardrails.clone()), own.as_ref().map(document).transpose()?]
            }
            Scope::Project(_) => {
                let tenant = store::version_newest(tx, Scope::Tenant).await?;
                [tenant.as_ref().map(document).transpose()?, Some(guardrails.clone())]
            }
        };
        let context = accounts::pricing_context(project, ctx.now());
        let Err(faults) = RuleSet::compile(&[], &merged(&layers), &context) else { continue };
        let faults = faults.into_iter().map(|mut fault| {
            if let Some(rest) = fault.pointer.strip_prefix("/guardrails") {
                fault.pointer = rest.to_owned();
            }
            fault.detail = format!("in the project `{}`: {}", project.slug, fault.detail);
            fault
        });
        return Ok(faults.collect());
    }
    Ok(Vec::new())
}

async fn announce(ctx: &Ctx, tx: &TenantTx, scope: Scope, content_hash: &str, version: i64) -> Result<()> {
    let id = scope.entity_id(ctx);
    let shown = json!({ "scope": scope.as_str(), "version": version, "content_hash": content_hash });
    let change = Change {
        action: "guardrails.pushed",
        entity_type: "guardrails",
        entity_id: id.clone(),
        before: None,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, tx, &[change]).await?;
    let event = Event {
        key: format!("guardrails.pushed/{id}/{version}"),
        kind: "guardrails.pushed",
        entity_type: "guardrails",
        entity_id: id,
        payload: shown,
    };
    kernel_events::append(ctx, tx, &[event]).await?;
    Ok(())
}

/// Guardrails that cannot be used.
pub(super) fn invalid(faults: Vec<FieldError>) -> Error {
    let first =
        faults.first().map(|fault| format!(" {}: {}", fault.pointer, fault.detail)).unwrap_or_default();
    let detail = match faults.len() {
        1 => format!("The guardrails cannot be used.{first}"),
        n => format!("The guardrails cannot be used; {n} places need mending. The first:{first}"),
    };
    Error::unprocessable("guardrails.invalid", detail).with_fields(faults)
}
