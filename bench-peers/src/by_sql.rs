//! The same as one SQL statement over one narrow table, in a private Postgres with the product's settings.

use futures_util::SinkExt;
use kernel_db::{EmbeddedConfig, EmbeddedPostgres, NoTls};
use pricing::{Tags, VariantFacts};
use tokio_postgres::{Client, Statement};

use crate::tally::Tally;

const TABLE: &str = "
    create table bench_variants (sku text not null, title text not null, vendor text not null,
        product_type text not null, tags text[] not null, price bigint, compare_at bigint, cost bigint)";

const STATEMENT: &str = "
    with priced as (
        select price as before, compare_at, cost, (price * 875 - 50000 - 49000) / 100000 * 100 + 99 as after
        from bench_variants
        where 'sale' = any (tags) and vendor in ('Fjell', 'Nordlys', 'Havn', 'Skog', 'Elv') and price >= 2000),
    judged as (
        select *, 2 * after >= 19 * before or 19 * after <= 2 * before or cost is null or after * 80 < cost * 100
            or after < 1800 or after * 100 < before * 86 or after * 100 > before * 110 as is_blocked
        from priced)
    select count(*) filter (where not is_blocked and after > before) as raise,
        count(*) filter (where not is_blocked and after < before) as cut,
        count(*) filter (where not is_blocked and after = before) as same,
        count(*) filter (where is_blocked) as blocked,
        coalesce(sum(after), 0)::bigint as after_sum,
        coalesce(sum(case when not is_blocked and after < before then before else compare_at end), 0)::bigint
            as compare_at_sum
    from judged";

/// A server with the catalogue in its memory.
pub struct Peer {
    // Removed when this is dropped.
    _folder: tempfile::TempDir,
    server: EmbeddedPostgres,
    client: Client,
    statement: Statement,
}

impl Peer {
    /// Starts it and loads the catalogue.
    pub async fn start(facts: &[VariantFacts<'_>]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = EmbeddedConfig { data_dir: folder.path().join("postgres"), throw_away: false };
        let server = EmbeddedPostgres::start(config).await.expect("Postgres starts");
        let (client, connection) =
            server.config().dbname("postgres").connect(NoTls).await.expect("it can be reached");
        tokio::spawn(connection);
        client.batch_execute(TABLE).await.expect("a table");
        load(&client, facts).await;
        client.batch_execute("vacuum analyze bench_variants").await.expect("the table is tidied");
        let statement = client.prepare(STATEMENT).await.expect("the statement is valid");
        Self { _folder: folder, server, client, statement }
    }

    /// Prices every variant.
    pub async fn tally(&self) -> Tally {
        let row = self.client.query_one(&self.statement, &[]).await.expect("one row");
        let count = |name: &str| row.get::<_, i64>(name).unsigned_abs();
        Tally {
            raise: count("raise"),
            cut: count("cut"),
            same: count("same"),
            blocked: count("blocked"),
            skipped: 0,
            after_sum: row.get("after_sum"),
            compare_at_sum: row.get("compare_at_sum"),
        }
    }

    /// Stops the server.
    pub async fn stop(self) {
        self.server.stop().await.expect("Postgres stops");
    }
}

async fn load(client: &Client, facts: &[VariantFacts<'_>]) {
    let sink = client.copy_in("copy bench_variants from stdin").await.expect("copy starts");
    let mut sink = std::pin::pin!(sink);
    for variant in facts {
        let line = std::io::Cursor::new(line(variant).into_bytes());
        sink.as_mut().feed(line).await.expect("a row is taken");
    }
    sink.as_mut().finish().await.expect("copy ends");
}

fn line(variant: &VariantFacts<'_>) -> String {
    let Tags::Lines(tags) = variant.tags else { unreachable!("the bench's catalogue has its tags in lines") };
    let tags = format!("{{{}}}", tags.replace('\n', ","));
    let number = |minor: Option<i64>| minor.map_or("\\N".to_owned(), |minor| minor.to_string());
    let numbers = [variant.price_minor, variant.compare_at_minor, variant.cost_minor].map(number).join("\t");
    let texts = [variant.sku, variant.title, variant.vendor, variant.product_type, &tags].join("\t");
    format!("{texts}\t{numbers}\n")
}
