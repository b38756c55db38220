//! The catalogue in memory beside the rows of the database, read one by one: after any edits, for any transaction.

use calibr::app::App;
use calibr::catalog::{self, NewPrice, Origin, RunningSales, Snapshots, record_prices};
use calibr::ids::VariantId;
use kernel_core::{Ctx, Money, ProjectId, Role};
use kernel_db::TenantTx;
use pricing::{Needs, Snapshot, Tags, VariantFacts};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Tenant, TestApp, csv_of, goods};

/// A variant as it is in memory.
fn shown(facts: &VariantFacts<'_>) -> Value {
    let list = |tags: Tags<'_>| match tags {
        Tags::Lines("") => Vec::new(),
        Tags::Lines(text) => text.split('\n').map(str::to_owned).collect(),
        Tags::List(list) => list.to_vec(),
    };
    let more = facts.more;
    let points = more.history.iter().map(|p| json!([p.from, p.price_minor, p.compare_at_minor]));
    json!({
        "id": VariantId(Uuid::from_u128(facts.key)), "sku": facts.sku, "title": facts.title, "vendor": facts.vendor,
        "product_type": facts.product_type, "tags": list(facts.tags), "price": facts.price_minor,
        "compare_at": facts.compare_at_minor, "cost": facts.cost_minor, "collections": list(more.collections),
        "channels": list(more.channels), "custom": list(more.custom), "inventory": more.inventory,
        "created_at": more.created_at, "updated_at": more.updated_at, "competitor_lowest": more.competitor_minor,
        "msrp": more.msrp_minor, "map": more.map_minor, "units_sold_30d": more.units_sold_30d,
        "base": more.base_minor, "base_compare_at": more.base_compare_at_minor, "sales": list(more.running_sales), "surfaces": more.surfaces,
        "other_currency": more.other_currency, "history": points.collect::<Vec<_>>(),
    })
}

fn all(snapshot: &Snapshot) -> Vec<Value> {
    let mut rows = Vec::new();
    snapshot.for_each(Needs::History, |facts| rows.push(shown(facts)));
    rows
}

/// The same from the database, each variant and each fact by itself.
async fn one_by_one(tx: &TenantTx, project: ProjectId, now: jiff::Timestamp) -> Vec<Value> {
    let ids = tx.query("select id from variants where project_id = $1 order by id", &[&project.0]).await;
    let mut rows = Vec::new();
    for row in ids.expect("the variants") {
        let id: Uuid = row.get(0);
        rows.push(one(tx, id, now).await);
    }
    rows
}

async fn one(tx: &TenantTx, id: Uuid, now: jiff::Timestamp) -> Value {
    let text = |sql: &'static str| async move {
        let row = tx.query_one(&format!("select to_jsonb(({sql}))"), &[&id]).await.expect(sql);
        row.get::<_, Option<Value>>(0).unwrap_or(Value::Null)
    };
    let list = |value: Value| if value.is_null() { json!([]) } else { value };
    let product = |column: &str| -> &'static str {
        format!("select p.{column} from products p, variants v where v.id = $1 and p.id = v.product_id")
            .leak()
    };
    let variant =
        |column: &str| -> &'static str { format!("select {column} from variants where id = $1").leak() };
    let price = |column: &str| -> &'static str {
        format!("select {column} from price_versions where variant_id = $1 and surface = 'base' and valid_to is null")
            .leak()
    };
    let reference = |kind: &str| -> &'static str {
        format!("select amount_minor from reference_prices where variant_id = $1 and kind = '{kind}'").leak()
    };
    let titles = [text(product("title")).await, text(variant("title")).await];
    let titles: Vec<&str> =
        titles.iter().filter_map(Value::as_str).filter(|title| !title.is_empty()).collect();
    let unix = |column: &str| -> &'static str {
        format!(
            "select floor(extract(epoch from p.{column}))::bigint from products p, variants v
             where v.id = $1 and p.id = v.product_id"
        )
        .leak()
    };
    let currency = text(price("currency")).await;
    json!({
        "id": VariantId(id), "sku": text(variant("sku")).await, "title": titles.join(" – "),
        "vendor": text(product("vendor")).await, "product_type": text(product("product_type")).await,
        "tags": text(product("tags")).await, "price": text(price("unit_amount_minor")).await,
        "compare_at": text(price("compare_at_minor")).await, "cost": text(variant("cost_minor")).await,
        "collections": text(product("collections")).await,
        "channels": list(text(
            "select array_agg(c.name order by c.name) from channels c, channel_refs r
             where r.variant_id = $1 and c.id = r.channel_id").await),
        "custom": text(variant("custom")).await, "inventory": text(variant("inventory_quantity")).await,
        "created_at": text(unix("created_at")).await, "updated_at": text(unix("updated_at")).await,
        "competitor_lowest": text(reference("competitor_lowest")).await, "msrp": text(reference("msrp")).await,
        "map": text(reference("map")).await, "units_sold_30d": text(variant("units_sold_30d")).await,
        "base": text(price("base_minor")).await,
        "base_compare_at": text(price("base_compare_at_minor")).await, "sales": list(text(price("sales")).await),
        "surfaces": list(text(
            "select jsonb_agg(jsonb_build_array(surface, unit_amount_minor) order by surface) from price_versions
             where variant_id = $1 and surface <> 'base' and valid_to is null").await),
        "other_currency": if currency.is_null() || currency == "EUR" { Value::Null } else { currency },
        "history": history(tx, id, now).await,
    })
}

/// The prices of the last 120 days, by walking over all there ever were.
async fn history(tx: &TenantTx, id: Uuid, now: jiff::Timestamp) -> Value {
    let sql = "select floor(extract(epoch from valid_from))::bigint, unit_amount_minor, compare_at_minor,
            extract(epoch from valid_to)::bigint, extract(epoch from valid_from) = extract(epoch from valid_to)
         from price_versions where variant_id = $1 and surface = 'base' and currency = 'EUR' order by valid_from, id";
    let mut points = Vec::new();
    for row in tx.query(sql, &[&id]).await.expect("the prices") {
        let (from, price, compare_at): (i64, i64, Option<i64>) = (row.get(0), row.get(1), row.get(2));
        let until: Option<i64> = row.get(3);
        let empty = row.get::<_, Option<bool>>(4).unwrap_or(false);
        if !empty && until.is_none_or(|until| until > now.as_second() - 120 * 86_400) {
            points.push(json!([from, price, compare_at]));
        }
    }
    json!(points)
}

/// A project with what is needed to look at it and to change it.
struct Watched<'a> {
    app: &'a TestApp,
    ctx: Ctx,
    tenant: &'a Tenant,
    project: ProjectId,
}

impl<'a> Watched<'a> {
    async fn of(app: &'a TestApp, tenant: &'a Tenant) -> Self {
        let tx = app.app.db.tenant_tx(tenant.id).await.expect("a transaction");
        let project = calibr::accounts::resolve_project(&tx, Some(&tenant.project)).await.expect("a project");
        Self { app, ctx: tenant.system(&app.app), tenant, project: project.id }
    }

    async fn tx(&self) -> TenantTx {
        self.app.app.db.repeatable_read(self.tenant.id).await.expect("a transaction")
    }

    /// Whether what is kept, what is read anew and the rows one by one are the same.
    async fn check(&self) -> Vec<Value> {
        let tx = self.tx().await;
        self.check_in(&tx).await
    }

    async fn check_in(&self, tx: &TenantTx) -> Vec<Value> {
        let kept = catalog::snapshot(&self.app.app, tx, self.project).await.expect("a snapshot");
        let fresh =
            catalog::snapshot(&with_empty_memory(&self.app.app), tx, self.project).await.expect("a snapshot");
        let (kept, fresh) = (all(&kept), all(&fresh));
        let expected = one_by_one(tx, self.project, self.app.now()).await;
        assert_eq!(fresh, expected, "read anew");
        assert_eq!(kept, expected, "kept");
        kept
    }

    /// Whether a second call gives the very same snapshot, without reading a variant again.
    async fn is_kept(&self) -> bool {
        let tx = self.tx().await;
        let one = catalog::snapshot(&self.app.app, &tx, self.project).await.expect("a snapshot");
        let tx = self.tx().await;
        let other = catalog::snapshot(&self.app.app, &tx, self.project).await.expect("a snapshot");
        std::sync::Arc::ptr_eq(&one, &other)
    }

    async fn variants(&self) -> Vec<VariantId> {
        let sql = "select id from variants where project_id = $1 order by id";
        let rows = self.tx().await.query(sql, &[&self.project.0]).await.expect("the variants");
        rows.iter().map(|row| VariantId(row.get(0))).collect()
    }

    async fn import(&self, csv: String) {
        let path = format!("/catalog/imports?project={}", self.tenant.project);
        self.app.person(self.tenant, Role::Editor).post_text(&path, "text/csv", csv).await.expect(201);
    }

    /// Gives these variants a new price, with a sale if `sales` names one.
    async fn price(&self, variants: &[VariantId], minor: i64, sales: &[&str]) {
        let tx = self.app.app.db.tenant_tx(self.tenant.id).await.expect("a transaction");
        let money = |minor| Money::from_minor(minor, "EUR".parse().expect("a currency"));
        let sales: Vec<String> = sales.iter().map(|sale| (*sale).to_owned()).collect();
        let running = (!sales.is_empty()).then_some(RunningSales {
            base_minor: minor + 500,
            base_compare_at_minor: (minor % 2 == 0).then_some(minor + 900),
            sales,
        });
        let price = |variant: &VariantId| NewPrice {
            variant: *variant,
            price: money(minor),
            compare_at: (minor % 2 == 0).then(|| money(minor + 100)),
            running: running.clone(),
            relative: false,
        };
        let prices: Vec<NewPrice> = variants.iter().map(price).collect();
        let origin =
            Origin { surface: catalog::BASE, source: "price_change", source_id: "test", actor: "test" };
        record_prices(&self.ctx, &tx, origin, &prices).await.expect("recorded");
        tx.commit().await.expect("a commit");
    }
}

fn with_empty_memory(app: &App) -> App {
    App { snapshots: Snapshots::new(std::sync::Arc::clone(&app.clock)), ..app.clone() }
}

/// Numbers that look like chance and are the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }
}

#[tokio::test]
async fn after_any_edits_memory_holds_what_the_database_does() {
    let app = TestApp::new().await;
    let shop = app.shop(goods(6, 4)).await;
    let watched = Watched::of(&app, &app.home).await;
    let foreign = Watched::of(&app, &app.other).await;
    foreign.import(csv_of("foreign", 0, 5)).await;
    // Another project of the same tenant, whose rows stand in the same tables.
    app.home.add_project(&app.app, "second", "EUR").await;
    app.editor()
        .post_text("/catalog/imports?project=second", "text/csv", csv_of("second", 0, 3))
        .await
        .expect(201);
    assert_eq!(watched.check().await.len(), 24);
    let mut chance = Chance(7);
    for step in 0..40 {
        let variants = watched.variants().await;
        let some: Vec<VariantId> = variants.iter().copied().filter(|_| chance.below(8) == 0).collect();
        match chance.below(8) {
            0 => watched.import(csv_of("file", chance.below(6), 4)).await,
            1 => {
                let csv = csv_of("file", 0, 3).replace("Fjell", ["Nordlys", "Havn"][chance.below(2)]);
                watched.import(csv).await;
            }
            2 => app.ingest(&shop).await,
            3 => watched.price(&some, 1_000 + step, &["a1", "b2"][..chance.below(3)]).await,
            4 => app.hours_pass(24 * 17),
            5 => foreign.price(&foreign.variants().await, 3_000 + step, &[]).await,
            _ => watched.price(&some, 2_000 + step, &[]).await,
        }
        if chance.below(3) > 0 {
            watched.check().await;
        }
    }
    watched.check().await;
    foreign.check().await;
    assert!(watched.is_kept().await);
    app.finish().await;
}

#[tokio::test]
async fn every_transaction_gets_what_it_sees() {
    let app = TestApp::new().await;
    let watched = Watched::of(&app, &app.home).await;
    watched.import(csv_of("thing", 0, 30)).await;
    let variants = watched.variants().await;
    let mut open = Vec::new();
    for round in 0..5 {
        let tx = watched.tx().await;
        // The first statement of a transaction decides what it sees.
        tx.query("select 1", &[]).await.expect("a row");
        open.push(tx);
        watched.price(&variants[round * 3..round * 3 + 4], 5_000 + round as i64, &[]).await;
        watched.import(csv_of("thing", 28 + round, 2)).await;
        watched.check().await;
    }
    // Oldest last: each of them sees less than what is kept by then.
    let mut seen = Vec::new();
    for tx in open.iter().rev() {
        seen.push(watched.check_in(tx).await);
    }
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), [33, 32, 31, 30, 30]);
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]));
    watched.check().await;
    app.finish().await;
}

#[tokio::test]
async fn writers_and_readers_do_not_mislead_each_other() {
    let app = TestApp::new().await;
    let watched = Watched::of(&app, &app.home).await;
    watched.import(csv_of("thing", 0, 20)).await;
    let variants = watched.variants().await;
    let writer = |number: usize| {
        let (watched, variants) = (&watched, &variants);
        async move {
            for round in 0..12 {
                let mine: Vec<VariantId> = variants.iter().copied().skip(number).step_by(3).collect();
                watched.price(&mine, (1_000 * number + round) as i64, &[]).await;
                if number == 0 {
                    watched.import(csv_of("more", round, 2)).await;
                }
            }
        }
    };
    let reader = || async {
        for _ in 0..8 {
            watched.check().await;
        }
    };
    tokio::join!(writer(0), writer(1), writer(2), reader(), reader(), reader());
    assert_eq!(watched.check().await.len(), 33);
    app.finish().await;
}

#[tokio::test]
async fn a_transaction_that_sees_several_states_is_refused() {
    let app = TestApp::new().await;
    let watched = Watched::of(&app, &app.home).await;
    let tx = app.app.db.tenant_tx(app.home.id).await.expect("a transaction");
    let refused =
        catalog::snapshot(&app.app, &tx, watched.project).await.expect_err("several states are seen");
    assert_eq!(refused.code, "internal");
    drop(tx);
    app.finish().await;
}

#[tokio::test]
async fn what_nobody_uses_is_dropped() {
    let app = TestApp::new().await;
    let watched = Watched::of(&app, &app.home).await;
    watched.import(csv_of("thing", 0, 50)).await;
    let snapshots = &app.app.snapshots;
    assert_eq!(snapshots.memory_bytes(), 0);
    assert!(watched.is_kept().await);
    let bytes = snapshots.memory_bytes();
    assert!((2_000..20_000).contains(&bytes), "{bytes}");
    app.clock.advance(jiff::Span::new().minutes(10));
    assert_eq!((snapshots.drop_idle(), snapshots.memory_bytes()), (1, bytes));
    app.clock.advance(jiff::Span::new().seconds(1));
    assert_eq!((snapshots.drop_idle(), snapshots.memory_bytes()), (0, 0));
    watched.check().await;
    app.finish().await;
}

#[tokio::test]
async fn every_write_names_what_it_changed() {
    let app = TestApp::new().await;
    let watched = Watched::of(&app, &app.home).await;
    let told = || async {
        let sql = "select payload from event_log where type = 'catalog.changed' order by position";
        let rows = app.owner.query(sql, &[]).await.expect("the events");
        let names = |row: &tokio_postgres::Row| {
            let payload: Value = row.get(0);
            assert_eq!(payload["project"], json!(watched.project));
            if payload["all"] == true { None } else { payload["variants"].as_array().map(Vec::len) }
        };
        rows.iter().map(names).collect::<Vec<_>>()
    };
    watched.import(csv_of("thing", 0, 2_300)).await;
    assert_eq!(told().await, [Some(1_000), Some(1_000), Some(300)]);
    let variants = watched.variants().await;
    watched.price(&variants[..3], 900, &[]).await;
    assert_eq!(told().await[3..], [Some(3)]);
    watched.price(&[], 900, &[]).await;
    assert_eq!(told().await.len(), 4);
    // More than are worth naming.
    watched.import(csv_of("thing", 2_000, 10_001)).await;
    assert_eq!(told().await[4..], [None]);
    assert!(watched.is_kept().await);
    app.finish().await;
}
