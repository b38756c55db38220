//! Cursors: walking a growing list loses and repeats no row; foreign cursors are refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel_core::{Result, TenantId};
use kernel_db::paging::{Cursor, Page, PageRequest};
use kernel_db::{Db, TenantTx};
use kernel_test::TestDb;

const FILTER: (&str, &str) = ("walkers", "n");

async fn page(tx: &TenantTx, request: &PageRequest) -> Result<Page<i32>> {
    let after: Option<i32> = request.after(&FILTER)?;
    let sql = "select n from walkers where $1::int is null or n > $1 order by n limit $2";
    let rows = tx.query_list(sql, &[&after, &request.fetch()]).await?;
    Ok(Page::from_rows(rows.iter().map(|row| row.get(0)).collect(), request, &FILTER, |n: &i32| *n))
}

#[tokio::test]
async fn walking_a_list_that_grows_loses_and_repeats_no_row() {
    let test = TestDb::new().await;
    let table = "create table walkers (tenant_id uuid not null, n int not null, primary key (tenant_id, n));
                 select calibr_protect('walkers')";
    test.owner().await.batch_execute(table).await.expect("a table");
    let tenant = TenantId::new();
    let tx = test.db.tenant_tx(tenant).await.expect("a transaction");
    let insert = "insert into walkers select $1, g from generate_series(10, 1000, 10) g";
    tx.execute(insert, &[&tenant.0]).await.expect("rows");

    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let request = PageRequest::new(Some(7), cursor).expect("a request");
        let page = page(&tx, &request).await.expect("a page");
        assert!(page.data.len() <= 7);
        assert_eq!(page.has_more, page.next_cursor.is_some());
        seen.extend(page.data);
        pages += 1;
        // One row behind and one ahead of where the reader is.
        let here = *seen.last().expect("a row");
        let around = "insert into walkers values ($1, $2), ($1, $3) on conflict do nothing";
        tx.execute(around, &[&tenant.0, &(here - 5), &(here + 5)]).await.expect("rows");
        let Some(next) = page.next_cursor else { break };
        cursor = Some(next);
    }
    let old: Vec<i32> = seen.iter().copied().filter(|n| n % 10 == 0).collect();
    assert_eq!(
        old,
        (1..=100).map(|n| n * 10).collect::<Vec<_>>(),
        "every row that was there all along, once"
    );
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(pages > 100 / 7);
}

/// A filter that is not asked for must not stand in the way of an index.
#[tokio::test]
async fn a_list_is_planned_for_what_is_asked_however_often_it_is_asked() {
    let test = TestDb::new().await;
    let table = "create table walkers (tenant_id uuid not null, n int not null, primary key (tenant_id, n));
                 select calibr_protect('walkers')";
    test.owner().await.batch_execute(table).await.expect("a table");
    let db = Db::connect(&test.config, 1).await.expect("a pool");
    let tenant = TenantId::new();
    for turn in 0..20 {
        let tx = db.tenant_tx(tenant).await.expect("a transaction");
        page(&tx, &PageRequest::new(Some(7), None).expect("a request")).await.expect("a page");
        let sql = "select generic_plans, custom_plans from pg_prepared_statements where statement like 'select n %'";
        let kept = tx.query_one(sql, &[]).await.expect("one statement");
        assert_eq!((kept.get::<_, i64>(0), kept.get::<_, i64>(1)), (0, turn + 1));
    }
    let tx = db.tenant_tx(tenant).await.expect("a transaction");
    let mode: String = tx.query_one("show plan_cache_mode", &[]).await.expect("a setting").get(0);
    assert_eq!(mode, "auto", "other transactions keep their plans");
}

#[test]
fn an_exact_last_page_has_no_next() {
    let request = PageRequest::new(Some(3), None).expect("a request");
    let page = Page::from_rows(vec![1, 2, 3], &request, &FILTER, |n| *n);
    assert_eq!((page.data.len(), page.has_more, page.next_cursor), (3, false, None));
    let page = Page::from_rows(vec![1, 2, 3, 4], &request, &FILTER, |n| *n);
    assert_eq!((page.data, page.has_more), (vec![1, 2, 3], true));
    let next = page.next_cursor.expect("a next page").key::<i32>(&FILTER);
    assert_eq!(next.expect("our cursor"), 3);
}

#[test]
fn foreign_and_broken_cursors_are_refused() {
    let ours = Cursor::after(&("b", 2), &FILTER);
    assert_eq!(ours.key::<(String, i32)>(&FILTER).expect("our cursor"), ("b".to_owned(), 2));
    let other_filter = ours.key::<(String, i32)>(&("walkers", "m"));
    let other_key = ours.key::<i32>(&FILTER).map(|_| (String::new(), 0));
    let cut = Cursor::from(ours.as_str()[1..].to_owned()).key(&FILTER);
    let made_up = Cursor::from(URL_SAFE_NO_PAD.encode(r#"{"key":["b",2]}"#)).key(&FILTER);
    let nonsense = Cursor::from("ÿ".to_owned()).key(&FILTER);
    for refused in [other_filter, other_key, cut, made_up, nonsense] {
        let error = refused.expect_err("not a cursor of this list");
        assert_eq!((error.code, error.fields[0].pointer.as_str()), ("cursor.invalid", "/cursor"));
    }
}

#[test]
fn limits_are_between_one_and_a_thousand() {
    assert_eq!(PageRequest::new(None, None).expect("the default").limit(), 50);
    for (limit, accepted) in [(0, false), (1, true), (1000, true), (1001, false), (u32::MAX, false)] {
        assert_eq!(PageRequest::new(Some(limit), None).is_ok(), accepted, "{limit}");
    }
}
