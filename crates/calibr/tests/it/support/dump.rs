//! The whole database in a few lines, to show that a refused input changed nothing.

use std::collections::BTreeMap;

use super::{Tenant, TestApp};

/// Rows and a hash over them, by table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump(BTreeMap<String, (i64, String)>);

/// Tables that a refusal may touch: the answer is kept so that a repetition gets it again; consumers go on by themselves;
/// the keys of events say nothing that the events do not say.
const LEFT_OUT: [&str; 3] = ["event_consumers", "event_keys", "idempotency_keys"];

impl TestApp {
    /// Every table as it stands.
    pub async fn dump(&self) -> Dump {
        self.dump_where("true").await
    }

    /// The rows of one tenant.
    pub async fn dump_of(&self, tenant: &Tenant) -> Dump {
        let id = tenant.id.0;
        self.dump_where(&format!("coalesce(to_jsonb(t) ->> 'tenant_id', to_jsonb(t) ->> 'id') = '{id}'"))
            .await
    }

    async fn dump_where(&self, condition: &str) -> Dump {
        let sql = "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')";
        let mut tables = BTreeMap::new();
        for row in self.owner.query(sql, &[]).await.expect("the tables") {
            let table: String = row.get(0);
            if LEFT_OUT.contains(&table.as_str()) {
                continue;
            }
            let sql = format!(
                "select count(*), coalesce(md5(string_agg(t::text, E'\\n' order by t::text collate \"C\")), '')
                 from {table} t where {condition}"
            );
            let row = self.owner.query_one(&sql, &[]).await.expect("a table");
            tables.insert(table, (row.get(0), row.get(1)));
        }
        Dump(tables)
    }

    /// Fails if anything changed since `before`.
    pub async fn assert_unchanged(&self, before: &Dump, what: &str) {
        self.assert_unchanged_but(before, &[], what).await;
    }

    /// Fails if anything changed since `before` outside `tables`.
    pub async fn assert_unchanged_but(&self, before: &Dump, tables: &[&str], what: &str) {
        let after = self.dump().await;
        let changed = before.0.iter().filter(|(table, rows)| after.0.get(*table) != Some(rows));
        let changed: Vec<_> = changed.filter(|(table, _)| !tables.contains(&table.as_str())).collect();
        assert!(changed.is_empty(), "{what} changed {changed:?}");
    }
}
