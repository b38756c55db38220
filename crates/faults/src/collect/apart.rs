//! Whether tenants stay apart: what the rows of one, and the journal of its shop, say of another. All SQL that looks for it.

use uuid::Uuid;

use super::{Names, OF_PROJECT, Source};

/// Events and price versions of our variants that name a run of another tenant.
pub(super) async fn strangers(source: &Source<'_>, names: &Names) -> anyhow::Result<Vec<String>> {
    let sql = "select distinct payload ->> 'run_id' as run from event_log
         where tenant_id = $1 and entity_id = any($2) and payload ? 'run_id'
         union select distinct source_id from price_versions where tenant_id = $1 and variant_id = any($3)";
    let variants: Vec<Uuid> = names.variants.keys().copied().collect();
    let rows = source.owner.query(sql, &[&source.tenant.0, &names.entities(), &variants]).await?;
    let named =
        rows.iter().filter_map(|row| row.get::<_, Option<&str>>("run")?.parse::<calibr::ids::RunId>().ok());
    let named: Vec<Uuid> = named.map(|run| run.0).collect();
    let sql = "select id::text from rule_runs where id = any($2) and tenant_id <> $1";
    let rows = source.owner.query(sql, &[&source.tenant.0, &named]).await?;
    Ok(rows.iter().map(|row| format!("run {} is another tenant's", row.get::<_, &str>(0))).collect())
}

/// What a tenant's rows and its shop's journal say of another tenant's runs, changes, variants, shops and projects.
///
/// # Errors
/// The database refused.
pub async fn names_of(source: &Source<'_>, other: &Source<'_>) -> anyhow::Result<Vec<String>> {
    let sql = format!(
        "select id from rule_runs where tenant_id = $1 and project_id = {OF_PROJECT}
         union all select id from price_changes where tenant_id = $1 and project_id = {OF_PROJECT}
         union all select id from variants where tenant_id = $1 and project_id = {OF_PROJECT}
         union all select id from channels where tenant_id = $1 and project_id = {OF_PROJECT}
         union all select id from projects where tenant_id = $1 and slug = $2"
    );
    let mut names = vec![other.project.to_owned()];
    for row in other.owner.query(&sql, &[&other.tenant.0, &other.project]).await? {
        let id: Uuid = row.get(0);
        // Prefixes differ, what follows is the same.
        let shown = calibr::ids::RunId(id).to_string();
        let bare = shown.split_once('_').map_or(shown.as_str(), |(_, bare)| bare).to_owned();
        names.extend([id.to_string(), bare]);
    }
    let pattern = names.join("|");
    let sql = "select 'event ' || type as row from event_log
            where tenant_id = $1 and position > $2 and concat_ws(' ', entity_id, payload) ~ $3
         union all select 'record ' || action from audit_records
            where tenant_id = $1 and concat_ws(' ', entity_id, before, after, reason) ~ $3
         union all select 'job ' || kind from jobs where tenant_id = $1 and payload::text ~ $3
         union all select 'notice ' || topic from shop_notices
            where tenant_id = $1 and concat_ws(' ', channel_id, subject) ~ $3";
    let rows = source.owner.query(sql, &[&source.tenant.0, &source.since, &pattern]).await?;
    let mut found: Vec<String> =
        rows.iter().map(|row| format!("{} names another tenant's", row.get::<_, &str>("row"))).collect();
    let journal = source.shop.journal();
    found.extend(
        journal
            .iter()
            .filter(|entry| entry.variables.to_string().contains(other.project))
            .map(|entry| format!("call {} of the shop names another tenant's project", entry.sequence)),
    );
    Ok(found)
}
