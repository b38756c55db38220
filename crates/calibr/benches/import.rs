//! `cargo xtask bench import`: a product CSV of 1,000,000 variants sent to the API and taken in, and what memory that takes
//! beside a file a tenth as long. Peer: reading the same CSV without storing it. Prints one line of JSON.

mod support;

use std::io::Read;
use std::time::Instant;

use connector_shopify::csv::{CsvImport, DecimalMark, ImportOptions};
use support::{Postgres, argument, memory_mb};

#[path = "../../connector-shopify/tests/csv_memory/generated.rs"]
#[allow(dead_code, missing_docs)]
mod generated;

use generated::Generated;

async fn send(url: &str, token: &str, variants: u64) -> f64 {
    let (pieces, arriving) = tokio::sync::mpsc::channel::<std::io::Result<Vec<u8>>>(4);
    let writer = tokio::task::spawn_blocking(move || {
        let mut file = Generated::new(variants);
        let mut piece = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut piece).expect("the generator does not fail");
            if read == 0 || pieces.blocking_send(Ok(piece[..read].to_vec())).is_err() {
                return;
            }
        }
    });
    let started = Instant::now();
    let answer = reqwest::Client::new()
        .post(format!("{url}/api/v1/catalog/imports"))
        .bearer_auth(token)
        .header("content-type", "text/csv")
        .header("idempotency-key", format!("bench-{variants}"))
        .body(reqwest::Body::wrap_stream(tokio_stream::wrappers::ReceiverStream::new(arriving)))
        .send()
        .await
        .expect("the server answers");
    let status = answer.status();
    let report: serde_json::Value = answer.json().await.expect("a report");
    assert_eq!(report["variants"], variants, "{status} {report}");
    writer.await.expect("the generator ends");
    started.elapsed().as_secs_f64()
}

fn read_only(variants: u64) -> f64 {
    let started = Instant::now();
    let options =
        ImportOptions { currency: "EUR".parse().expect("a currency"), decimal_mark: DecimalMark::Auto };
    let read = CsvImport::new(Generated::new(variants), options).expect("the header is good");
    let variants_read: usize = read.map(|product| product.expect("a product").variants.len()).sum();
    assert_eq!(variants_read as u64, variants);
    started.elapsed().as_secs_f64()
}

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider().install_default().ok();
    let variants = argument(1, 1_000_000) as u64;
    let postgres = Postgres::start().await;
    let (app, ctx) = postgres.app().await;
    let tx = app.db.tenant_tx(ctx.tenant).await.expect("a transaction");
    let new = kernel_auth::NewToken { name: "bench".into(), scopes: vec!["*".into()], expires_in_days: 1 };
    let token = kernel_auth::create_token(&ctx, &tx, new).await.expect("a token").secret;
    tx.commit().await.expect("a commit");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, app.router()).await });
    send(&url, &token, variants / 10).await;
    let tenth_mb = memory_mb(std::process::id(), "VmHWM");
    let seconds = send(&url, &token, variants).await;
    let peak_mb = memory_mb(std::process::id(), "VmHWM");
    let reading = read_only(variants);
    println!(
        "{}",
        serde_json::json!({
            "bench": "import", "variants": variants, "seconds": (seconds * 100.0).round() / 100.0,
            "variants_per_second": (variants as f64 / seconds).round(),
            "reading_only_per_second": (variants as f64 / reading).round(),
            "ratio_to_reading_only": (seconds / reading * 100.0).round() / 100.0,
            "peak_rss_mb": peak_mb, "peak_rss_mb_at_a_tenth": tenth_mb,
        })
    );
    postgres.stop().await;
}
