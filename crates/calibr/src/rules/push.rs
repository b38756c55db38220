//! Pushing a rule: the name says which, the content hash says whether anything is new.

use kernel_audit::Change;
use kernel_auth::{Permission, authorize};
use kernel_core::{Ctx, Error, ErrorKind, Result, Role};
use kernel_events::Event;
use serde_json::{Value, json};

use super::compile::faults_in;
use super::dto::{PushedRule, Rule};
use super::{invalid, store};
use crate::accounts;
use crate::state::App;

const RULES_WRITE: Permission = Permission::new("rules:write", Role::Editor);

/// Stores a rule as a new rule, or as a new version of the rule with its name, or not at all if nothing changed.
///
/// # Errors
/// `rule.invalid` (422): an amount in another currency than the project's, say.
pub async fn push_rule(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    rule: &pricing::Rule,
) -> Result<PushedRule> {
    push_rule_over(app, ctx, project, rule, None).await
}

/// The same, but only over the version that the writer had before their eyes.
///
/// # Errors
/// `rule.changed` (412): `over` is not the newest version; nothing is stored.
pub(super) async fn push_rule_over(
    app: &App,
    ctx: &Ctx,
    project: Option<&str>,
    rule: &pricing::Rule,
    over: Option<i64>,
) -> Result<PushedRule> {
    authorize(&ctx.actor, RULES_WRITE)?;
    let tx = app.db.tenant_tx(ctx.tenant).await?;
    let project = accounts::resolve_project(&tx, project).await?;
    let faults = faults_in(rule, &accounts::pricing_context(&project, ctx.now()));
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let id = store::rule_lock(ctx, &tx, project.id, rule.name()).await?;
    let known = store::rule_by_name(&tx, project.id, rule.name()).await?;
    if let Some(over) = over {
        refuse_unless_newest(over, rule.name(), known.as_ref())?;
    }
    let content_hash = rule.content_hash();
    let (version, outcome) = match known {
        Some(known) if known.content_hash == content_hash => {
            return Ok(PushedRule { rule: known, outcome: "unchanged".to_owned() });
        }
        Some(known) => (known.version + 1, "new_version"),
        None => (1, "created"),
    };
    let document: Value = serde_json::from_str(&rule.canonical_json()).map_err(Error::internal)?;
    store::version_insert(ctx, &tx, id, version, &content_hash, &document).await?;
    let shown = json!({ "name": rule.name(), "version": version, "content_hash": content_hash });
    let change = Change {
        action: "rule.pushed",
        entity_type: "rule",
        entity_id: id.to_string(),
        before: None,
        after: Some(shown.clone()),
        reason: None,
    };
    kernel_audit::record(ctx, &tx, &[change]).await?;
    let event = Event {
        key: format!("rule.pushed/{id}/{version}"),
        kind: "rule.pushed",
        entity_type: "rule",
        entity_id: id.to_string(),
        payload: shown,
    };
    kernel_events::append(ctx, &tx, &[event]).await?;
    let stored = store::rule_by_name(&tx, project.id, rule.name()).await?;
    tx.commit().await?;
    let rule = stored.ok_or_else(|| Error::internal("a rule that was just stored is not there"))?;
    Ok(PushedRule { rule, outcome: outcome.to_owned() })
}

fn refuse_unless_newest(over: i64, name: &str, known: Option<&Rule>) -> Result<()> {
    let detail = match known {
        Some(known) if known.version == over => return Ok(()),
        Some(known) => format!(
            "`{name}` was changed meanwhile: {} pushed v{}, and this was written over v{over}. Nothing was stored.",
            known.created_by, known.version
        ),
        None if over == 0 => return Ok(()),
        None => format!("There is no rule `{name}`, so there is no v{over} of it. Nothing was stored."),
    };
    let refused = Error::new(ErrorKind::Stale, "rule.changed", detail);
    Err(refused.at_version(known.map_or(0, |known| known.version)))
}
