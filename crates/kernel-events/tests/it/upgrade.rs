//! A log that was kept before it had partitions is taken over as it stands.

use std::path::Path;

use kernel_core::TenantId;
use kernel_db::{Config, Db, Migration, Migrations};
use kernel_events::{Relay, RelayConfig};
use kernel_test::{FixedClock, connect};

use crate::support::Ear;

/// The migration that brought delivery.
const DELIVERY: &str = "event_delivery.sql";

#[tokio::test]
async fn events_from_before_keep_their_places_and_are_delivered() {
    let (before, all) = migrations();
    let config = database().await;
    before.apply(&config).await.expect("the schema before");
    let owner = connect(&config).await;
    let tenant = TenantId::new();
    owner
        .execute(
            "insert into tenants (id, slug, name, created_at) values ($1, 't', 'T', now())",
            &[&tenant.0],
        )
        .await
        .expect("a tenant");
    for (word, at) in
        [("a:1", "2024-02-29T23:59:59Z"), ("b:1", "2026-11-02T09:00:00Z"), ("a:2", "2031-01-01T00:00:00Z")]
    {
        owner
            .execute(
                "insert into event_log (tenant_id, event_key, type, entity_type, entity_id, payload, actor,
                    request_id, correlation_id, occurred_at)
                 values ($1, $2, 'word.said', 'thing', left($2, 1), jsonb_build_object('word', $2), 'somebody',
                    gen_random_uuid(), gen_random_uuid(), $3::text::timestamptz)",
                &[&tenant.0, &word, &at],
            )
            .await
            .expect("an event");
    }
    let places = "select string_agg(concat_ws('/', position, epoch, tx_id, event_key), ' ' order by position) from event_log";
    let kept: String = owner.query_one(places, &[]).await.expect("places").get(0);
    all.apply(&config).await.expect("the schema of today");
    let now: String = owner.query_one(places, &[]).await.expect("places").get(0);
    assert_eq!(now, kept);
    let stray = "select count(*) from calibr_log.event_log_default";
    assert_eq!(owner.query_one(stray, &[]).await.expect("strays").get::<_, i64>(0), 0);

    let db = Db::connect(&config, 4).await.expect("the pool");
    let clock = FixedClock::at(kernel_test::epoch());
    let ctx = kernel_test::ctx_at(tenant, kernel_core::Role::Admin, &clock);
    crate::support::tell(&db, &ctx, &["a:2", "a:3"]).await;
    kernel_test::settled(&config).await;
    let ear = Ear::default();
    let relay = Relay::new(db, std::sync::Arc::new(clock), vec![ear.consumer("ear")], RelayConfig::default());
    relay.run_due().await.expect("delivered");
    assert_eq!(ear.taken(), ["a:1", "b:1", "a:2", "a:3"]);
}

/// Those before delivery, and all.
fn migrations() -> (Migrations, Migrations) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let files = std::fs::read_dir(folder).expect("the migrations").map(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        Migration::new(&name, &std::fs::read_to_string(&path).expect("a file")).expect("a migration")
    });
    let all: Vec<Migration> = files.collect();
    let delivery = all.iter().find(|file| file.file_name().ends_with(DELIVERY)).expect("delivery").number();
    let before = all.iter().filter(|file| file.number() < delivery).cloned().collect();
    (Migrations::new(before).expect("in order"), Migrations::new(all).expect("in order"))
}

async fn database() -> Config {
    let mut config = kernel_test::server().await;
    let name = format!("upgrade_{}", uuid::Uuid::now_v7().simple());
    connect(&config).await.batch_execute(&format!("create database {name}")).await.expect("a database");
    config.dbname(&name);
    config
}
