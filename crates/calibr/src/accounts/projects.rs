//! Projects: a shop or brand inside a tenant. All SQL over `projects`.

use kernel_core::{Ctx, Error, ProjectId, Result};
use kernel_db::paging::{Page, PageRequest};
use kernel_db::{Row, TenantTx};
use uuid::Uuid;

use super::dto::Project;

/// A project to be made.
#[derive(Debug, Clone)]
pub struct NewProject<'a> {
    /// Short name.
    pub slug: &'a str,
    /// Name for people.
    pub name: &'a str,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// IANA zone.
    pub time_zone: &'a str,
}

const COLUMNS: &str = "id, slug, name, currency, time_zone, country, tax_rate_pct, prices_include_tax, version, changed_by, \
    changed_at";

/// Makes a project.
///
/// # Errors
/// `project.slug_taken` (409).
pub async fn create_project(ctx: &Ctx, tx: &TenantTx, new: NewProject<'_>) -> Result<ProjectId> {
    let id = ProjectId::new();
    tx.execute(
        "insert into projects (tenant_id, id, slug, name, currency, time_zone, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&ctx.tenant.0, &id.0, &new.slug, &new.name, &new.currency, &new.time_zone, &ctx.now()],
    )
    .await
    .map_err(|error| match error.constraint() {
        Some("projects_slug_unique") => {
            Error::conflict("project.slug_taken", format!("There is a project `{}` already.", new.slug))
        }
        _ => error.into(),
    })?;
    Ok(id)
}

/// The name of the tenant itself.
///
/// # Errors
/// The database refused.
pub(super) async fn tenant_name(tx: &TenantTx) -> Result<String> {
    Ok(tx.query_one("select name from tenants where id = $1", &[&tx.tenant().0]).await?.get("name"))
}

/// Makes the tenant this transaction is for.
///
/// # Errors
/// `tenant.slug_taken` (409).
pub async fn create_tenant(ctx: &Ctx, tx: &TenantTx, slug: &str, name: &str) -> Result<()> {
    tx.execute(
        "insert into tenants (id, slug, name, created_at) values ($1, $2, $3, $4)",
        &[&ctx.tenant.0, &slug, &name, &ctx.now()],
    )
    .await
    .map_err(|error| match error.constraint() {
        Some("tenants_slug_unique") => {
            Error::conflict("tenant.slug_taken", format!("There is a tenant `{slug}` already."))
        }
        _ => error.into(),
    })?;
    Ok(())
}

/// Lists projects by age.
///
/// # Errors
/// The cursor is wrong, or the database refused.
pub async fn list_projects(tx: &TenantTx, page: &PageRequest) -> Result<Page<Project>> {
    let after: Option<Uuid> = page.after(&"projects")?;
    let sql = format!(
        "select {COLUMNS} from projects where tenant_id = $1 and ($2::uuid is null or id > $2) order by id limit $3"
    );
    let rows = tx.query_list(&sql, &[&tx.tenant().0, &after, &page.fetch()]).await?;
    let projects: Result<Vec<Project>> = rows.iter().map(read).collect();
    Ok(Page::from_rows(projects?, page, &"projects", |project| project.id.0))
}

/// The project with this id.
///
/// # Errors
/// There is none (404).
pub async fn project_by_id(tx: &TenantTx, id: ProjectId) -> Result<Project> {
    let sql = format!("select {COLUMNS} from projects where tenant_id = $1 and id = $2");
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &id.0]).await?;
    read(&row.ok_or_else(|| Error::not_found("project", id))?)
}

/// The project with this slug or id.
///
/// # Errors
/// There is none (404).
pub(super) async fn project_by_name(tx: &TenantTx, name: &str) -> Result<Project> {
    named(tx, name, "").await
}

/// The same, held until the transaction ends.
///
/// # Errors
/// There is none (404).
pub(super) async fn project_lock(tx: &TenantTx, name: &str) -> Result<Project> {
    named(tx, name, "for no key update").await
}

async fn named(tx: &TenantTx, name: &str, hold: &str) -> Result<Project> {
    let id = name.parse::<ProjectId>().ok().map(|id| id.0);
    let sql = format!(
        "select {COLUMNS} from projects where tenant_id = $1 and (slug = $2 or id = $3)
         order by slug = $2 desc limit 1 {hold}"
    );
    let row = tx.query_opt(&sql, &[&tx.tenant().0, &name, &id]).await?;
    read(&row.ok_or_else(|| Error::not_found("project", name.chars().take(64).collect::<String>()))?)
}

/// Writes what settings can change, as the version that the project says it is.
///
/// # Errors
/// The database refused.
pub(super) async fn settings_update(tx: &TenantTx, project: &Project) -> Result<()> {
    tx.execute(
        "update projects set country = $3, tax_rate_pct = $4, prices_include_tax = $5, version = $6, changed_by = $7,
             changed_at = $8
         where tenant_id = $1 and id = $2",
        &[
            &tx.tenant().0,
            &project.id.0,
            &project.country,
            &project.tax_rate_pct,
            &project.prices_include_tax,
            &project.version,
            &project.changed_by,
            &project.changed_at,
        ],
    )
    .await?;
    Ok(())
}

/// Holds a project until the transaction ends, so that what is counted over all of it is counted in turn.
///
/// # Errors
/// The database refused.
pub async fn project_hold(tx: &TenantTx, id: ProjectId) -> Result<()> {
    let sql = "select 1 from projects where tenant_id = $1 and id = $2 for no key update";
    tx.execute(sql, &[&tx.tenant().0, &id.0]).await?;
    Ok(())
}

/// The project a request is about: the one it names, or the only one there is.
///
/// # Errors
/// There is none by that name (404), or none was named where there are several (`project.required`, 400).
pub async fn resolve_project(tx: &TenantTx, slug: Option<&str>) -> Result<Project> {
    let sql = format!(
        "select {COLUMNS} from projects where tenant_id = $1 and ($2::text is null or slug = $2) order by id limit 2"
    );
    let rows = tx.query(&sql, &[&tx.tenant().0, &slug]).await?;
    match (rows.as_slice(), slug) {
        ([row], _) => read(row),
        ([], Some(slug)) => Err(Error::not_found("project", slug)),
        ([], None) => Err(Error::not_found("project", "")),
        _ => {
            let detail = "There are several projects. Say which one with `project=` and its slug.";
            Err(Error::invalid("project.required", detail).at("/project", "required", detail))
        }
    }
}

fn read(row: &Row) -> Result<Project> {
    let currency: String = row.get("currency");
    Ok(Project {
        id: ProjectId(row.get("id")),
        slug: row.get("slug"),
        name: row.get("name"),
        currency: currency.parse().map_err(Error::internal)?,
        time_zone: row.get("time_zone"),
        country: row.get("country"),
        tax_rate_pct: row.get("tax_rate_pct"),
        prices_include_tax: row.get("prices_include_tax"),
        version: row.get("version"),
        changed_by: row.get("changed_by"),
        changed_at: row.get("changed_at"),
    })
}
