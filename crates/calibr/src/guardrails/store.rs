//! All SQL over `guardrail_versions` and `guardrail_waivers`.

use jiff::Timestamp;
use kernel_core::{Ctx, Error, ProjectId, Result, UserId};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde_json::Value;
use uuid::Uuid;

use super::dto::{GuardrailVersion, NewWaiver, Waiver};
use crate::ids::{GuardrailVersionId, RuleId, WaiverId};

const VERSION: &str = "project_id, version, content_hash, document, created_by, created_at";
const WAIVER: &str =
    "id, guardrail, rule_id, rule_name, reason, valid_until, state, requested_by_id, requested_by,
     requested_at, approved_by, approved_at, ended_by, ended_at";
/// Keeps pushes of one tenant in turn. The number only has to differ from other locks of two parts.
const PUSH_LOCK: i32 = 19;

/// Whose guardrails a version holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Tenant,
    Project(ProjectId),
}

impl Scope {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Project(_) => "project",
        }
    }

    /// The id of whoever has the guardrails, for events and audit.
    pub(super) fn entity_id(self, ctx: &Ctx) -> String {
        match self {
            Self::Tenant => ctx.tenant.to_string(),
            Self::Project(id) => id.to_string(),
        }
    }

    fn project(self) -> Option<Uuid> {
        match self {
            Self::Tenant => None,
            Self::Project(id) => Some(id.0),
        }
    }
}

/// Holds off other pushes of this tenant until the transaction ends: each is checked against the layers it meets.
pub(super) async fn versions_lock(tx: &TenantTx) -> Result<()> {
    let sql = "select pg_advisory_xact_lock($1, hashtext($2))";
    tx.query_one(sql, &[&PUSH_LOCK, &tx.tenant().to_string()]).await?;
    Ok(())
}

/// The name of a rule that a waiver is for.
pub(super) async fn rule_name(tx: &TenantTx, project: ProjectId, id: RuleId) -> Result<String> {
    let sql = "select name from rules where tenant_id = $1 and project_id = $2 and id = $3";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &project.0, &id.0]).await?;
    Ok(row.ok_or_else(|| Error::not_found("rule", id))?.get("name"))
}

/// Every project of the tenant.
pub(super) async fn project_ids(tx: &TenantTx) -> Result<Vec<ProjectId>> {
    let rows =
        tx.query("select id from projects where tenant_id = $1 order by id", &[&tx.tenant().0]).await?;
    Ok(rows.iter().map(|row| ProjectId(row.get("id"))).collect())
}

pub(super) async fn version_newest(tx: &TenantTx, scope: Scope) -> Result<Option<GuardrailVersion>> {
    let sql = format!(
        "select {VERSION} from guardrail_versions
         where tenant_id = $1 and project_id is not distinct from $2 order by version desc limit 1"
    );
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &scope.project()]).await?;
    Ok(row.as_ref().map(version))
}

pub(super) async fn version_list(
    tx: &TenantTx,
    scope: Scope,
    page: &PageRequest,
) -> Result<Page<GuardrailVersion>> {
    let filter = ("guardrail_versions", scope.project());
    let after: Option<i64> = page.after(&filter)?;
    let sql = format!(
        "select {VERSION} from guardrail_versions
         where tenant_id = $1 and project_id is not distinct from $2 and ($3::bigint is null or version < $3)
         order by version desc limit $4"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &scope.project(), &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(version).collect(), page, &filter, |version| version.version))
}

pub(super) async fn version_insert(
    ctx: &Ctx,
    tx: &TenantTx,
    scope: Scope,
    number: i64,
    content_hash: &str,
    document: Value,
) -> Result<GuardrailVersion> {
    let sql = format!(
        "insert into guardrail_versions
             (tenant_id, id, project_id, version, content_hash, document, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning {VERSION}"
    );
    let id = GuardrailVersionId::new().0;
    let row = tx
        .query_one(
            &sql,
            &[
                &ctx.tenant.0,
                &id,
                &scope.project(),
                &number,
                &content_hash,
                &document,
                &ctx.actor.label,
                &ctx.now(),
            ],
        )
        .await?;
    Ok(version(&row))
}

/// A waiver to be made.
pub(super) struct WaiverInsert<'a> {
    pub(super) id: WaiverId,
    pub(super) project: ProjectId,
    pub(super) rule: Option<(RuleId, String)>,
    pub(super) requester: UserId,
    pub(super) new: &'a NewWaiver,
}

pub(super) async fn waiver_insert(ctx: &Ctx, tx: &TenantTx, insert: &WaiverInsert<'_>) -> Result<Waiver> {
    let sql = format!(
        "insert into guardrail_waivers (tenant_id, id, project_id, guardrail, rule_id, rule_name, reason, valid_until,
             state, requested_by_id, requested_by, requested_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 'requested', $9, $10, $11) returning {WAIVER}"
    );
    let WaiverInsert { id, project, rule, requester, new } = insert;
    let row = tx
        .query_one(
            &sql,
            &[
                &ctx.tenant.0,
                &id.0,
                &project.0,
                &new.guardrail,
                &rule.as_ref().map(|(id, _)| id.0),
                &rule.as_ref().map(|(_, name)| name),
                &new.reason.trim(),
                &new.valid_until,
                &requester.0,
                &ctx.actor.label,
                &ctx.now(),
            ],
        )
        .await?;
    Ok(waiver(&row, ctx.now()))
}

/// A waiver and who asked for it, held until the transaction ends.
pub(super) async fn waiver_lock(tx: &TenantTx, id: WaiverId, now: Timestamp) -> Result<(Waiver, UserId)> {
    let sql = format!("select {WAIVER} from guardrail_waivers where tenant_id = $1 and id = $2 for update");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    let row = row.ok_or_else(|| Error::not_found("waiver", id))?;
    Ok((waiver(&row, now), UserId(row.get("requested_by_id"))))
}

pub(super) async fn waiver_approve(ctx: &Ctx, tx: &TenantTx, id: WaiverId) -> Result<Waiver> {
    let sql = format!(
        "update guardrail_waivers set state = 'approved', approved_by = $3, approved_at = $4
         where tenant_id = $1 and id = $2 returning {WAIVER}"
    );
    let row = tx.query_one(&sql, &[&ctx.tenant.0, &id.0, &ctx.actor.label, &ctx.now()]).await?;
    Ok(waiver(&row, ctx.now()))
}

pub(super) async fn waiver_end(ctx: &Ctx, tx: &TenantTx, id: WaiverId) -> Result<Waiver> {
    let sql = format!(
        "update guardrail_waivers set state = 'ended', ended_by = $3, ended_at = $4
         where tenant_id = $1 and id = $2 returning {WAIVER}"
    );
    let row = tx.query_one(&sql, &[&ctx.tenant.0, &id.0, &ctx.actor.label, &ctx.now()]).await?;
    Ok(waiver(&row, ctx.now()))
}

/// The approved waivers of a project that have not ended at `now`, oldest first.
pub(super) async fn waivers_in_force(
    tx: &TenantTx,
    project: ProjectId,
    now: Timestamp,
) -> Result<Vec<Waiver>> {
    let sql = format!(
        "select {WAIVER} from guardrail_waivers
         where tenant_id = $1 and project_id = $2 and state = 'approved' and valid_until > $3 order by id"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &now]).await?;
    Ok(rows.iter().map(|row| waiver(row, now)).collect())
}

pub(super) async fn waiver_list(
    tx: &TenantTx,
    project: ProjectId,
    now: Timestamp,
    page: &PageRequest,
) -> Result<Page<Waiver>> {
    let filter = ("waivers", project);
    let after: Option<Uuid> = page.after(&filter)?;
    let sql = format!(
        "select {WAIVER} from guardrail_waivers
         where tenant_id = $1 and project_id = $2 and ($3::uuid is null or id < $3) order by id desc limit $4"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &project.0, &after, &page.fetch()]).await?;
    let waivers = rows.iter().map(|row| waiver(row, now)).collect();
    Ok(Page::from_rows(waivers, page, &filter, |waiver| waiver.id.0))
}

fn version(row: &Row) -> GuardrailVersion {
    let project: Option<Uuid> = row.get("project_id");
    GuardrailVersion {
        scope: if project.is_some() { "project" } else { "tenant" }.to_owned(),
        version: row.get("version"),
        content_hash: row.get("content_hash"),
        document: row.get("document"),
        created_by: row.get("created_by"),
        created_at: row.get("created_at"),
    }
}

fn waiver(row: &Row, now: Timestamp) -> Waiver {
    let valid_until: Timestamp = row.get("valid_until");
    let state: String = row.get("state");
    let expired = state != "ended" && valid_until <= now;
    Waiver {
        id: WaiverId(row.get("id")),
        guardrail: row.get("guardrail"),
        rule_id: row.get::<_, Option<Uuid>>("rule_id").map(RuleId),
        rule: row.get("rule_name"),
        reason: row.get("reason"),
        valid_until,
        state: if expired { "expired".to_owned() } else { state },
        requested_by: row.get("requested_by"),
        requested_at: row.get("requested_at"),
        approved_by: row.get("approved_by"),
        approved_at: row.get("approved_at"),
        ended_by: row.get("ended_by"),
        ended_at: row.get("ended_at"),
    }
}
