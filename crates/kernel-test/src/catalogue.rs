//! The catalogue check: no table without tenant protection, unless it stands on a short list with a reason.

use std::collections::BTreeSet;

use tokio_postgres::Client;

/// One query per rule. Each row is the place of a fault (`table.object`) and what is wrong there.
const RULES: [&str; 9] = [
    "select c.relname || '.row_security', 'row-level security is not both enabled and forced'
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not (c.relrowsecurity and c.relforcerowsecurity)",
    "select c.relname || '.tenant_id', 'there is no column tenant_id of type uuid that is not null'
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not exists (
           select from pg_attribute a
           where a.attrelid = c.oid and a.attname = 'tenant_id' and a.atttypid = 'uuid'::regtype and a.attnotnull)",
    "select c.relname || '.policies', 'no policy compares with calibr.tenant_id for all commands'
     from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and not exists (
           select from pg_policies p
           where p.schemaname = 'public' and p.tablename = c.relname and p.permissive = 'PERMISSIVE'
             and p.cmd = 'ALL' and p.qual like '%calibr.tenant_id%'
             and roles && array['public', 'calibr_app']::name[])",
    // A policy of the dispatch role sees all tenants by design; every other one must ask for something presented.
    "select p.tablename || '.' || p.policyname, 'the policy lets rows through without asking who is there'
     from pg_policies p
     where p.schemaname = 'public' and p.permissive = 'PERMISSIVE' and p.roles <> array['calibr_dispatch']::name[]
       and (coalesce(p.qual, '') !~ 'current_setting\\(''calibr\\.' and p.cmd <> 'INSERT'
            or coalesce(p.with_check, p.qual, '') !~ 'calibr\\.tenant_id' and p.cmd <> 'SELECT' and p.cmd <> 'DELETE')",
    // Constraints look past row-level security, so they must carry the tenant themselves.
    "select c.relname || '.' || k.conname, 'the foreign key does not tie tenant_id to the tenant of the other table'
     from pg_constraint k
     join pg_class c on c.oid = k.conrelid
     where k.contype = 'f' and c.relnamespace = 'public'::regnamespace
       and not exists (
           select from unnest(k.conkey, k.confkey) as pair (here, there)
           join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.here and a.attname = 'tenant_id'
           join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.there
           where b.attname = 'tenant_id' or k.confrelid = 'tenants'::regclass and b.attname = 'id')",
    "select c.relname || '.' || i.relname, 'the unique index does not begin with tenant_id'
     from pg_index x
     join pg_class c on c.oid = x.indrelid
     join pg_class i on i.oid = x.indexrelid
     where c.relnamespace = 'public'::regnamespace and (x.indisunique or x.indisexclusion)
       and not exists (
           select from pg_attribute a
           where a.attrelid = c.oid and a.attnum = x.indkey[0] and a.attname = 'tenant_id')",
    "select c.relname || '.' || lower(p.privilege), r.rolname || ' may ' || p.privilege || ', which no policy holds'
     from pg_class c
     cross join (values ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) as p (privilege)
     join pg_roles r on r.rolname in ('calibr_app', 'calibr_dispatch')
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and (has_table_privilege(r.oid, c.oid, p.privilege) or c.relowner = r.oid)",
    "select c.relname || '.view', 'a view shows rows with its owner''s eyes unless it is security_invoker'
     from pg_class c
     where c.relnamespace = 'public'::regnamespace
       and (c.relkind in ('m', 'f')
            or c.relkind = 'v' and not coalesce(c.reloptions::text[] && array['security_invoker=true'], false))",
    "select f.proname || '.function', 'the application may run a function with its owner''s rights'
     from pg_proc f
     where f.pronamespace = 'public'::regnamespace and f.prosecdef
       and has_function_privilege('calibr_app', f.oid, 'execute')",
];

/// Fails with every fault found; see [`catalogue_faults`].
///
/// # Panics
/// There are faults.
pub async fn assert_every_table_protected(owner: &Client, exceptions: &[(&str, &str)]) {
    let faults = catalogue_faults(owner, exceptions).await;
    assert!(faults.is_empty(), "the catalogue is not safe between tenants:\n{}", faults.join("\n"));
}

/// What is wrong with the tables, views and functions of `public`. An exception names a whole table (`jobs`) or one
/// place in it as the fault does (`users.users_email_everywhere`), and gives a reason; one that excuses nothing is a
/// fault itself. `schema_migrations` needs none: it tells nothing of any tenant.
///
/// # Panics
/// The catalogue cannot be read.
pub async fn catalogue_faults(owner: &Client, exceptions: &[(&str, &str)]) -> Vec<String> {
    let mut excused: BTreeSet<&str> = BTreeSet::new();
    let mut faults = Vec::new();
    for rule in RULES {
        for row in owner.query(rule, &[]).await.expect("the catalogue") {
            let (place, fault): (String, String) = (row.get(0), row.get(1));
            let table = place.split('.').next().unwrap_or_default();
            if table == "schema_migrations" {
                continue;
            }
            match exceptions.iter().find(|(name, _)| *name == place || *name == table) {
                Some((name, reason)) if !reason.is_empty() => {
                    excused.insert(name);
                }
                _ => faults.push(format!("{place}: {fault}")),
            }
        }
    }
    let unused = exceptions.iter().filter(|(name, _)| !excused.contains(name));
    faults
        .extend(unused.map(|(name, _)| format!("{name}: this exception excuses nothing, or has no reason")));
    faults
}

/// Fails unless the application can add to each of `tables` but change and remove nothing in it.
///
/// # Panics
/// A table is missing or can be changed.
pub async fn assert_append_only(owner: &Client, tables: &[&str]) {
    let sql = "select has_table_privilege('calibr_app', t, 'insert'),
                      has_any_column_privilege('calibr_app', t, 'update')
                      or has_table_privilege('calibr_app', t, 'delete')
                      or has_any_column_privilege('calibr_dispatch', t, 'update')
                      or has_table_privilege('calibr_dispatch', t, 'delete')
               from (select $1::text::regclass::oid as t) as named";
    for table in tables {
        let row = owner.query_one(sql, &[table]).await.unwrap_or_else(|error| panic!("{table}: {error}"));
        assert!(row.get::<_, bool>(0), "{table}: the application cannot add rows");
        assert!(!row.get::<_, bool>(1), "{table}: rows can be changed or removed");
    }
}
