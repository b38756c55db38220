//! Row-level security as the application meets it: what one tenant writes, nobody else sees or touches.

use kernel_core::TenantId;
use kernel_db::{Db, DbError, Queries};
use kernel_test::{TestDb, assert_append_only, catalogue_faults, tenant};

const NOTES: &str = "
    create table notes (tenant_id uuid not null, id int not null, body text not null, primary key (tenant_id, id));
    select calibr_protect('notes')";

async fn with_notes() -> TestDb {
    let test = TestDb::new().await;
    test.owner().await.batch_execute(NOTES).await.expect("a table");
    test
}

async fn write(db: &Db, tenant: TenantId, id: i32) {
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    insert(&tx, tenant, id).await.expect("a row");
    tx.commit().await.expect("a commit");
}

async fn insert(tx: &Queries, tenant: TenantId, id: i32) -> Result<u64, DbError> {
    tx.execute("insert into notes (tenant_id, id, body) values ($1, $2, 'x')", &[&tenant.0, &id]).await
}

async fn ids(tx: &Queries) -> Vec<i32> {
    let rows = tx.query("select id from notes order by id", &[]).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn a_tenant_sees_its_rows_and_no_others() {
    let test = with_notes().await;
    let (ours, theirs) = (tenant(&test.db).await, tenant(&test.db).await);
    write(&test.db, ours, 1).await;
    write(&test.db, theirs, 2).await;
    assert_eq!(ids(&test.db.tenant_tx(ours).await.expect("a transaction")).await, [1]);
    assert_eq!(ids(&test.db.repeatable_read(theirs).await.expect("a transaction")).await, [2]);
    assert_eq!(ids(&test.db.tenant_tx(TenantId::new()).await.expect("a transaction")).await, [0_i32; 0]);
    let everything = test.owner().await.query("select from notes", &[]).await.expect("rows");
    assert_eq!(everything.len(), 2, "the owner sees what the tenants wrote");
}

#[tokio::test]
async fn without_a_tenant_there_are_no_rows_and_no_error() {
    let test = with_notes().await;
    write(&test.db, TenantId::new(), 1).await;
    // The pool has used this setting before, which leaves an empty text behind instead of nothing.
    let tx = test.db.sign_in_tx("sign_in_email", "somebody@example.test").await.expect("a transaction");
    assert_eq!(ids(&tx).await, [0_i32; 0]);
    drop(tx);
    let fresh = Db::connect(&test.config, 1).await.expect("a pool");
    let tx = fresh.sign_in_tx("credential_hash", "none").await.expect("a transaction");
    assert_eq!(ids(&tx).await, [0_i32; 0]);
}

#[tokio::test]
async fn another_tenants_rows_cannot_be_written_changed_or_removed() {
    let test = with_notes().await;
    let (ours, theirs) = (TenantId::new(), TenantId::new());
    write(&test.db, theirs, 2).await;

    let tx = test.db.tenant_tx(ours).await.expect("a transaction");
    let touched = tx.execute("update notes set body = 'taken'", &[]).await.expect("an update of nothing");
    let removed = tx.execute("delete from notes where id = 2", &[]).await.expect("a delete of nothing");
    assert_eq!((touched, removed), (0, 0));
    let refused = insert(&tx, theirs, 3).await.expect_err("a row of another tenant");
    assert_eq!(refused.code(), Some("42501"));
    drop(tx);

    write(&test.db, ours, 1).await;
    let tx = test.db.tenant_tx(ours).await.expect("a transaction");
    let given_away = tx.execute("update notes set tenant_id = $1", &[&theirs.0]).await;
    assert_eq!(given_away.expect_err("a row given away").code(), Some("42501"));
}

#[tokio::test]
async fn a_tenant_set_in_one_transaction_is_gone_in_the_next() {
    let test = with_notes().await;
    let one_connection = Db::connect(&test.config, 1).await.expect("a pool");
    let ours = TenantId::new();
    write(&one_connection, ours, 1).await;
    let tx = one_connection.dispatch_tx().await.expect("a transaction");
    let setting = tx.query_one("select coalesce(current_setting('calibr.tenant_id', true), '')", &[]).await;
    assert_eq!(setting.expect("a row").get::<_, String>(0), "");
}

#[tokio::test]
async fn connections_own_nothing_and_cannot_rise() {
    let test = with_notes().await;
    let tx = test.db.tenant_tx(TenantId::new()).await.expect("a transaction");
    let sql = "select current_user::text, rolsuper, rolbypassrls, (select count(*) from pg_class where relowner = r.oid)
               from pg_roles r where rolname = current_user";
    let row = tx.query_one(sql, &[]).await.expect("a row");
    let found: (String, bool, bool, i64) = (row.get(0), row.get(1), row.get(2), row.get(3));
    assert_eq!(found, ("calibr_app".to_owned(), false, false, 0));
    for forbidden in [
        "alter table notes disable row level security",
        "alter table notes no force row level security",
        "drop policy tenant on notes",
        "truncate notes",
        "create table mine (id int)",
        "alter role calibr_app bypassrls",
        "select calibr_protect('notes')",
        "delete from schema_migrations",
    ] {
        let tx = test.db.tenant_tx(TenantId::new()).await.expect("a transaction");
        let refused = tx.batch_execute(forbidden).await.expect_err(forbidden);
        assert_eq!(refused.code(), Some("42501"), "{forbidden}");
    }
}

#[tokio::test]
async fn dispatch_sees_all_tenants_where_it_is_granted_and_nothing_elsewhere() {
    let test = with_notes().await;
    let owner = test.owner().await;
    owner
        .batch_execute(
            "create table errands (tenant_id uuid not null, id int not null, primary key (tenant_id, id));
             select calibr_protect('errands');
             select calibr_grant_dispatch('errands', 'select')",
        )
        .await
        .expect("a table");
    for id in [1, 2] {
        let tenant = TenantId::new();
        let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
        tx.execute("insert into errands values ($1, $2)", &[&tenant.0, &id]).await.expect("a row");
        let seen = tx.query("select id from errands", &[]).await.expect("rows");
        assert_eq!(seen.len(), 1, "the dispatch policy must not widen what a tenant sees");
        tx.commit().await.expect("a commit");
    }
    let tx = test.db.dispatch_tx().await.expect("a transaction");
    assert_eq!(tx.query("select id from errands", &[]).await.expect("rows").len(), 2);
    let refused = tx.query("select id from notes", &[]).await.expect_err("a table that was not granted");
    assert_eq!(refused.code(), Some("42501"));
}

#[tokio::test]
async fn only_known_sign_in_keys_can_be_set() {
    let test = TestDb::new().await;
    let refused = test.db.sign_in_tx("tenant_id", &TenantId::new().0.to_string()).await;
    assert!(matches!(refused, Err(DbError::UnknownSignInKey(key)) if key == "tenant_id"));
    let tx = test.db.sign_in_tx("sign_in_email", "o'hara; select 1").await.expect("a transaction");
    let row = tx.query_one("select current_setting('calibr.sign_in_email')", &[]).await.expect("a row");
    assert_eq!(row.get::<_, String>(0), "o'hara; select 1");
}

#[tokio::test]
async fn append_only_tables_refuse_changes() {
    let test = TestDb::new().await;
    let owner = test.owner().await;
    owner
        .batch_execute(
            "create table facts (tenant_id uuid not null, id int not null, primary key (tenant_id, id));
             select calibr_protect_append_only('facts')",
        )
        .await
        .expect("a table");
    assert_append_only(&owner, &["facts"]).await;
    let tenant = TenantId::new();
    for (statement, code) in [
        ("insert into facts values (current_setting('calibr.tenant_id')::uuid, 1)", None),
        ("update facts set id = 2", Some("42501")),
        ("delete from facts", Some("42501")),
    ] {
        let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
        let done = tx.batch_execute(statement).await;
        assert_eq!(done.err().as_ref().and_then(DbError::code), code, "{statement}");
    }
}

#[tokio::test]
async fn the_catalogue_check_finds_each_kind_of_hole() {
    let test = with_notes().await;
    let owner = test.owner().await;
    let before = catalogue_faults(&owner, &[]).await;
    owner
        .batch_execute(
            "create table bare (id int primary key);
             create table loose (tenant_id uuid, id int, note_id int, primary key (id),
                 constraint loose_note foreign key (tenant_id, note_id) references notes (tenant_id, id));
             select calibr_protect('loose');
             create policy everybody on loose using (true);
             alter table loose no force row level security;
             alter table notes add constraint notes_word unique (body), add column other int;
             create table child (tenant_id uuid not null, id int not null, word text references notes (body),
                 primary key (tenant_id, id));
             select calibr_protect('child');
             grant truncate on child to calibr_app;
             create view peek as select * from notes;
             create function rise() returns int language sql security definer as 'select 1';",
        )
        .await
        .expect("holes");
    let mut found: Vec<String> = catalogue_faults(&owner, &[]).await;
    found.retain(|fault| !before.contains(fault));
    let mut places: Vec<&str> = found.iter().filter_map(|fault| fault.split(':').next()).collect();
    places.sort_unstable();
    assert_eq!(
        places,
        [
            "bare.bare_pkey",
            "bare.policies",
            "bare.row_security",
            "bare.tenant_id",
            "child.child_word_fkey",
            "child.truncate",
            "loose.everybody",
            "loose.loose_pkey",
            "loose.row_security",
            "loose.tenant_id",
            "notes.notes_word",
            "peek.view",
            "rise.function",
        ]
    );
    let excused =
        catalogue_faults(&owner, &[("bare", "for this test"), ("notes.notes_word", "for this test")]).await;
    assert!(!excused.iter().any(|fault| fault.starts_with("bare") || fault.starts_with("notes.notes_word")));
    let unused = catalogue_faults(&owner, &[("nothing", "there is no such table"), ("peek", "")]).await;
    assert!(unused.iter().any(|fault| fault.starts_with("nothing:")));
    assert!(unused.iter().any(|fault| fault.starts_with("peek.view:")));
}
