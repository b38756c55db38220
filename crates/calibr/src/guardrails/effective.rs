//! Which guardrails hold in a project now: what a fresh tenant has, under the tenant's document, under the project's, and the
//! waivers in force.

use jiff::Timestamp;
use kernel_core::{Error, Result};
use kernel_db::TenantTx;
use serde_json::Value;

use super::dto::{Guardrail, GuardrailVersion, Guardrails, Waiver};
use super::store::{self, Scope};
use crate::accounts::dto::Project;

/// The guardrails of a project, ready to compile rules under.
#[derive(Debug, Clone)]
pub struct Effective {
    /// Laid over one another, with the waivers in force.
    pub guardrails: pricing::Guardrails,
    /// Which versions these are, such as `tenant v2, project v5`.
    pub label: String,
    /// SHA-256 over the canonical bytes of the whole, in hexadecimal. Waivers are no part of it.
    pub content_hash: String,
    /// The waivers in force.
    pub waivers: Vec<Waiver>,
    tenant: Option<GuardrailVersion>,
    project: Option<GuardrailVersion>,
}

/// The guardrails that hold in `project` at `now`, as this transaction sees them.
///
/// # Errors
/// A stored document cannot be read, or the database refused.
pub async fn effective(tx: &TenantTx, project: &Project, now: Timestamp) -> Result<Effective> {
    let tenant = store::version_newest(tx, Scope::Tenant).await?;
    let own = store::version_newest(tx, Scope::Project(project.id)).await?;
    let waivers = store::waivers_in_force(tx, project.id, now).await?;
    let layers = [tenant.as_ref().map(document).transpose()?, own.as_ref().map(document).transpose()?];
    let mut guardrails = merged(&layers);
    for waiver in &waivers {
        // A guardrail that this version of Calibr does not know any more stops nothing, so there is nothing to waive.
        let _unknown = guardrails.waive(&waiver.guardrail, waiver.rule.as_deref(), waiver.valid_until);
    }
    let content_hash = guardrails.content_hash();
    let named = |scope: &str, version: &Option<GuardrailVersion>| {
        version.as_ref().map(|version| format!("{scope} v{}", version.version))
    };
    let names: Vec<String> = named("tenant", &tenant).into_iter().chain(named("project", &own)).collect();
    let label = if names.is_empty() { "built in".to_owned() } else { names.join(", ") };
    Ok(Effective { guardrails, label, content_hash, waivers, tenant, project: own })
}

/// Whose document is supposed to be another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The tenant's, which holds in all projects.
    Tenant,
    /// The project's own.
    Project,
}

/// What would hold in `project` if a layer were `draft`, with the waivers of now.
///
/// # Errors
/// A stored document cannot be read, or the database refused.
pub async fn supposed(
    tx: &TenantTx,
    project: &Project,
    layer: Layer,
    draft: pricing::Guardrails,
    now: Timestamp,
) -> Result<pricing::Guardrails> {
    let Effective { tenant, project: own, waivers, .. } = effective(tx, project, now).await?;
    let layers = match layer {
        Layer::Tenant => [Some(draft), own.as_ref().map(document).transpose()?],
        Layer::Project => [tenant.as_ref().map(document).transpose()?, Some(draft)],
    };
    let mut guardrails = merged(&layers);
    for waiver in &waivers {
        let _unknown = guardrails.waive(&waiver.guardrail, waiver.rule.as_deref(), waiver.valid_until);
    }
    Ok(guardrails)
}

/// The documents laid over one another, the widest first, over what is built in.
pub(super) fn merged(layers: &[Option<pricing::Guardrails>]) -> pricing::Guardrails {
    layers.iter().flatten().fold(pricing::Guardrails::built_in(), |whole, layer| layer.over(&whole))
}

/// What a stored version says.
pub(super) fn document(version: &GuardrailVersion) -> Result<pricing::Guardrails> {
    let stored = || format!("stored guardrails of the {} v{}", version.scope, version.version);
    let read = pricing::Guardrails::from_json(&version.document.to_string());
    let read = read.map_err(|faults| Error::internal(format!("{}: {faults:?}", stored())))?;
    if read.content_hash() != version.content_hash {
        return Err(Error::internal(format!("{} have another hash", stored())));
    }
    Ok(read)
}

impl Effective {
    /// As the API shows them.
    ///
    /// # Errors
    /// None that is known: the whole is JSON because it was written as such.
    pub(super) fn shown(self, project: &Project) -> Result<Guardrails> {
        let document: Value =
            serde_json::from_str(&self.guardrails.canonical_json()).map_err(Error::internal)?;
        let speaks = |version: &Option<GuardrailVersion>, code: &str| {
            version.as_ref().is_some_and(|version| version.document.get(code).is_some())
        };
        let guardrails = self.guardrails.modes().into_iter().map(|(code, mode)| Guardrail {
            guardrail: code.to_owned(),
            mode: mode.as_str().to_owned(),
            source: match () {
                () if speaks(&self.project, code) => "project",
                () if speaks(&self.tenant, code) => "tenant",
                () => "built_in",
            }
            .to_owned(),
            settings: document.get(code).cloned().unwrap_or_default(),
        });
        Ok(Guardrails {
            project: project.slug.clone(),
            label: self.label,
            content_hash: self.content_hash,
            guardrails: guardrails.collect(),
            document,
            tenant: self.tenant,
            project_version: self.project,
            waivers: self.waivers,
        })
    }
}
