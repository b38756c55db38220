//! All SQL over `rules` and `rule_versions`, beside what was planned with them.

use kernel_core::{Ctx, Error, ProjectId, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use serde_json::Value;
use uuid::Uuid;

use super::dto::{Rule, RuleUse, RuleVersion};
use super::ready::Named;
use crate::ids::{PriceChangeId, RuleId};

const NEWEST: &str = "select r.id, r.name, v.version, v.content_hash, v.document, v.created_by, v.created_at, u.*
     from rules r
     join lateral (select * from rule_versions v where v.tenant_id = r.tenant_id and v.rule_id = r.id
        order by v.version desc limit 1) v on true
     left join lateral (
        select c.id as used_by, p.version as used_version, c.title as used_title, c.state as used_state, c.rows_to_apply as used_rows,
            c.planned_at as used_at
        from price_change_rules p join price_changes c on c.tenant_id = p.tenant_id and c.id = p.price_change_id
        where p.tenant_id = r.tenant_id and p.rule_id = r.id order by p.price_change_id desc limit 1) u on true";

/// A rule version with its document, ready for the engine.
pub struct LoadedRule {
    /// The rule.
    pub id: RuleId,
    /// Its name.
    pub name: String,
    /// The version.
    pub version: i64,
    /// SHA-256 over its canonical bytes.
    pub content_hash: String,
    /// The document.
    pub rule: pricing::Rule,
}

impl LoadedRule {
    /// What traces and lists call this version.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} v{}", self.name, self.version)
    }

    /// As a rule that a plan is about.
    #[must_use]
    pub fn named(&self) -> Named {
        Named { label: self.label(), rule: self.rule.clone(), id: Some(self.id) }
    }
}

/// The newest versions of `ids` in a project, in the order given.
///
/// # Errors
/// One of them is not there (404).
pub async fn load_newest(tx: &TenantTx, project: ProjectId, ids: &[RuleId]) -> Result<Vec<LoadedRule>> {
    let uuids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let sql = format!("{NEWEST} where r.tenant_id = $1 and r.project_id = $2 and r.id = any($3)");
    let rows = tx.query(&sql, &[&tx.tenant().0, &project.0, &uuids]).await?;
    ids.iter()
        .map(|id| {
            let row = rows.iter().find(|row| row.get::<_, Uuid>("id") == id.0);
            load(row.ok_or_else(|| Error::not_found("rule", id))?)
        })
        .collect()
}

/// One version of a rule.
///
/// # Errors
/// It is not there (404).
pub async fn load_version(tx: &TenantTx, id: RuleId, version: i64) -> Result<LoadedRule> {
    let sql = "select r.id, r.name, v.version, v.content_hash, v.document
         from rules r join rule_versions v on v.tenant_id = r.tenant_id and v.rule_id = r.id
         where r.tenant_id = $1 and r.id = $2 and v.version = $3";
    let row = tx.query_opt(sql, &[&tx.tenant().0, &id.0, &version]).await?;
    load(&row.ok_or_else(|| Error::not_found("rule", id))?)
}

/// The first rules of a project, oldest first.
pub(super) async fn rule_ids(tx: &TenantTx, project: ProjectId, most: usize) -> Result<Vec<RuleId>> {
    let sql = "select id from rules where tenant_id = $1 and project_id = $2 order by id limit $3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = tx.query(sql, &[&tx.tenant().0, &project.0, &most]).await?;
    Ok(rows.iter().map(|row| RuleId(row.get("id"))).collect())
}

/// The newest version with each of these content hashes in a project; those that are not there are left out.
///
/// # Errors
/// The database refused.
pub(super) async fn load_by_hash(
    tx: &TenantTx,
    project: ProjectId,
    hashes: &[String],
) -> Result<Vec<LoadedRule>> {
    let rows = tx
        .query(
            "select distinct on (r.id, v.content_hash) r.id, r.name, v.version, v.content_hash, v.document
             from rules r join rule_versions v on v.tenant_id = r.tenant_id and v.rule_id = r.id
             where r.tenant_id = $1 and r.project_id = $2 and v.content_hash = any($3)
             order by r.id, v.content_hash, v.version desc",
            &[&tx.tenant().0, &project.0, &hashes],
        )
        .await?;
    rows.iter().map(load).collect()
}

fn load(row: &Row) -> Result<LoadedRule> {
    let (id, version) = (RuleId(row.get("id")), row.get("version"));
    let document: Value = row.get("document");
    let rule = pricing::Rule::from_json(&document.to_string());
    let rule = rule.map_err(|faults| Error::internal(format!("stored rule {id}: {faults:?}")))?;
    let content_hash: String = row.get("content_hash");
    if rule.content_hash() != content_hash {
        return Err(Error::internal(format!("stored rule {id} v{version} has another hash")));
    }
    Ok(LoadedRule { id, name: row.get("name"), version, content_hash, rule })
}

pub(super) async fn rule_by_id(tx: &TenantTx, id: RuleId) -> Result<(Rule, ProjectId)> {
    let sql = format!("{NEWEST} where r.tenant_id = $1 and r.id = $2");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    let rule = read(&row.ok_or_else(|| Error::not_found("rule", id))?);
    let sql = "select project_id from rules where tenant_id = $1 and id = $2";
    let project = tx.query_one(sql, &[&tx.tenant().0, &id.0]).await?.get("project_id");
    Ok((rule, ProjectId(project)))
}

pub(super) async fn rule_by_name(tx: &TenantTx, project: ProjectId, name: &str) -> Result<Option<Rule>> {
    let sql = format!("{NEWEST} where r.tenant_id = $1 and r.project_id = $2 and r.name = $3");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &project.0, &name]).await?;
    Ok(row.as_ref().map(read))
}

pub(super) async fn rule_list(tx: &TenantTx, project: ProjectId, page: &PageRequest) -> Result<Page<Rule>> {
    let filter = ("rules", project);
    let after: Option<Uuid> = page.after(&filter)?;
    let sql = format!(
        "{NEWEST} where r.tenant_id = $1 and r.project_id = $2 and ($3::uuid is null or r.id > $3) order by r.id limit $4"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &project.0, &after, &page.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(read).collect(), page, &filter, |rule| rule.id.0))
}

pub(super) async fn version_list(tx: &TenantTx, id: RuleId, page: &PageRequest) -> Result<Page<RuleVersion>> {
    let filter = ("versions", id);
    let after: Option<i64> = page.after(&filter)?;
    let rows = tx
        .query_list(
            "select version, content_hash, document, created_by, created_at from rule_versions
             where tenant_id = $1 and rule_id = $2 and ($3::bigint is null or version < $3)
             order by version desc limit $4",
            &[&tx.tenant().0, &id.0, &after, &page.fetch()],
        )
        .await?;
    let versions = rows.iter().map(|row| RuleVersion {
        version: row.get("version"),
        content_hash: row.get("content_hash"),
        document: row.get("document"),
        created_by: row.get("created_by"),
        created_at: row.get("created_at"),
    });
    Ok(Page::from_rows(versions.collect(), page, &filter, |version| version.version))
}

/// Finds or makes the rule of this name and holds it until the transaction ends, so that versions are numbered in turn.
pub(super) async fn rule_lock(ctx: &Ctx, tx: &TenantTx, project: ProjectId, name: &str) -> Result<RuleId> {
    tx.execute(
        "insert into rules (tenant_id, id, project_id, name, created_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint rules_name_unique do nothing",
        &[&ctx.tenant.0, &RuleId::new().0, &project.0, &name, &ctx.now()],
    )
    .await?;
    let sql = "select id from rules where tenant_id = $1 and project_id = $2 and name = $3 for update";
    Ok(RuleId(tx.query_one(sql, &[&ctx.tenant.0, &project.0, &name]).await?.get("id")))
}

pub(super) async fn version_insert(
    ctx: &Ctx,
    tx: &TenantTx,
    id: RuleId,
    version: i64,
    content_hash: &str,
    document: &Value,
) -> Result<()> {
    tx.execute(
        "insert into rule_versions (tenant_id, rule_id, version, content_hash, document, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&ctx.tenant.0, &id.0, &version, &content_hash, &document, &ctx.actor.label, &ctx.now()],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Rule {
    Rule {
        id: RuleId(row.get("id")),
        name: row.get("name"),
        version: row.get("version"),
        content_hash: row.get("content_hash"),
        document: row.get("document"),
        created_by: row.get("created_by"),
        created_at: row.get("created_at"),
        last_use: row.get::<_, Option<Uuid>>("used_by").map(|id| RuleUse {
            price_change_id: PriceChangeId(id),
            title: row.get("used_title"),
            version: row.get("used_version"),
            state: row.get("used_state"),
            rows_to_apply: row.get::<_, i64>("used_rows").unsigned_abs(),
            planned_at: row.get("used_at"),
        }),
    }
}
