//! `cargo xtask bench preview-cold`: the first preview after a start, with nothing in the server's memory, beside one SQL
//! statement that does the same arithmetic over the same tables. Both must agree before any time counts. Prints one line
//! of JSON.

mod support;

use support::{Catalogue, Postgres, Times, argument};

const RULE: &str = "
schema: rule.v1
name: Preview bench
select:
  all:
    - tag: { is: sale }
    - vendor: { in: [Fjell, Nordlys, Havn, Skog, Elv] }
    - price: { gte: 20 EUR }
steps: [{ percent: -12.5 }, { amount: -0.50 EUR }]
rounding: { ending: .99 }
constraints: { floor: 15 EUR, ceiling: 400 EUR, maximum_move: { percent: 30 } }
compare_at: set_to_before
";

/// Counts of what would become of the variants.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    raise: i64,
    cut: i64,
    same: i64,
    blocked: i64,
    not_selected: i64,
}

/// What the server reads for it, and how it would be written for this one purpose.
const STATEMENT: &str = "
    with priced as (
        select p.tags, p.vendor, pv.unit_amount_minor as before
        from variants v
        join products p on p.tenant_id = v.tenant_id and p.id = v.product_id
        left join price_versions pv on pv.tenant_id = v.tenant_id and pv.variant_id = v.id and pv.surface = 'base'
            and pv.valid_to is null
        where v.tenant_id = (select tenant_id from projects) and v.project_id = (select id from projects)),
    selected as (
        select before, greatest(before - before * 30 / 100, 1500) as low, least(before + before * 30 / 100, 40000) as high,
            (before * 875 - 50000 - 49000) / 100000 * 100 + 99 as pretty,
            coalesce('sale' = any (tags) and vendor in ('Fjell', 'Nordlys', 'Havn', 'Skog', 'Elv') and before >= 2000, false)
                as is_selected
        from priced),
    limited as (
        select *, case when low > high then pretty else least(greatest(pretty, low), high) end as after from selected),
    judged as (
        select *, low > high or after <= 1 or 2 * after >= 19 * before or 19 * after <= 2 * before as is_blocked
        from limited)
    select count(*) filter (where is_selected and not is_blocked and after > before) as raise,
        count(*) filter (where is_selected and not is_blocked and after < before) as cut,
        count(*) filter (where is_selected and not is_blocked and after = before) as same,
        count(*) filter (where is_selected and is_blocked) as blocked,
        count(*) filter (where not is_selected) as not_selected
    from judged";

async fn statement(postgres: &Postgres) -> Counts {
    let row = postgres.one(STATEMENT).await;
    Counts {
        raise: row.get("raise"),
        cut: row.get("cut"),
        same: row.get("same"),
        blocked: row.get("blocked"),
        not_selected: row.get("not_selected"),
    }
}

/// Somebody at a server that has just started.
struct Caller {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Caller {
    async fn of_a_started_server(postgres: &Postgres, token: &str) -> Self {
        let app = postgres.started().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/api/v1", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app.router()).await });
        let caller = Self { client: reqwest::Client::new(), url, token: token.to_owned() };
        // Connections are open and the token is known before the clock runs; of the catalogue nothing is read.
        let rules = caller.client.get(format!("{}/rules", caller.url)).bearer_auth(&caller.token);
        assert!(rules.send().await.expect("the server answers").status().is_success());
        caller
    }

    async fn preview(&self) -> Counts {
        let sent = self.client.post(format!("{}/rules/preview", self.url)).bearer_auth(&self.token);
        let sent = sent.header("content-type", "application/yaml").body(RULE);
        let answer = sent.send().await.expect("the server answers");
        let status = answer.status();
        let preview: serde_json::Value = answer.json().await.expect("a preview");
        let counts = &preview["impact"]["counts"];
        let count =
            |name: &str| counts[name].as_i64().unwrap_or_else(|| panic!("no {name}: {status} {preview}"));
        assert_eq!(count("skipped"), 0, "the rule selects only what has a price");
        Counts {
            raise: count("raise"),
            cut: count("cut"),
            same: count("same"),
            blocked: count("blocked"),
            not_selected: count("not_selected"),
        }
    }
}

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let (variants, rounds) = (argument(1, 1_000_000), argument(2, 7).max(7));
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    postgres.fill(&Catalogue::new(variants)).await;
    // Off for connections of the product too; compiling this statement would take longer than running it.
    postgres.batch("set jit = off").await;
    let tx = app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
    let new = kernel_auth::NewToken { name: "bench".into(), scopes: vec!["*".into()], expires_in_days: 1 };
    let token = kernel_auth::create_token(&ctx, &tx, new).await.expect("a token").secret;
    tx.commit().await.expect("a commit");

    let expected = statement(&postgres).await;
    let (mut ours, mut warm, mut sql) = <(Times, Times, Times)>::default();
    for _ in 0..rounds {
        let caller = Caller::of_a_started_server(&postgres, &token).await;
        let first = ours.time_async(caller.preview()).await;
        assert_eq!(first, expected, "server and SQL disagree, so their times mean nothing");
        assert_eq!(warm.time_async(caller.preview()).await, expected, "the second preview differs");
        sql.time_async(statement(&postgres)).await;
    }
    println!(
        "{}",
        serde_json::json!({
            "bench": "preview-cold", "unit": "s", "variants": variants, "rounds": rounds, "ours": ours.shown(1.0),
            "ours_again": warm.shown(1.0), "sql": sql.shown(1.0), "ratio_to_sql": ours.ratio(&sql),
        })
    );
    drop(app);
    postgres.stop().await;
}
