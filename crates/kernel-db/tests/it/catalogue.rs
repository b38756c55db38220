//! The product's own schema: every table is one tenant's business, but for the short list here.

use kernel_test::{TestDb, assert_append_only, assert_every_table_protected};

const EXCEPTIONS: [(&str, &str); 7] = [
    ("calibr_analyze.function", "has a table counted, which only its owner may; it gives nothing back"),
    (
        "event_consumers",
        "a consumer serves the whole installation; its row tells a place in the log and counts",
    ),
    ("event_epochs", "lives of the log belong to the installation and tell nothing of any tenant"),
    ("tenants.tenant_id", "a tenant's own row is known by its id, which its policy compares"),
    ("tenants.tenants_pkey", "the id is the tenant"),
    ("tenants.tenants_slug_unique", "a slug names one tenant on the whole server"),
    ("users.users_email_everywhere", "signing in names no tenant, so an address leads to one"),
];

const APPEND_ONLY: [&str; 8] = [
    "audit_records",
    "audit_seals",
    "event_log",
    "price_change_comments",
    "price_change_decisions",
    "price_change_rows",
    "price_change_rules",
    "rule_versions",
];

#[tokio::test]
async fn every_table_is_protected_and_history_cannot_be_changed() {
    let test = TestDb::new().await;
    let owner = test.owner().await;
    assert_every_table_protected(&owner, &EXCEPTIONS).await;
    assert_append_only(&owner, &APPEND_ONLY).await;
}
