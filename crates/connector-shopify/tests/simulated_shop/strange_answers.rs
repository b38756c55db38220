//! Answers that no shop should give, from a bare socket: what was asked may have happened, and nothing leaks.

use std::sync::Arc;

use channel::{Channel, ChannelError, CompareAtWrite, PriceWrite, RetryClass};
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{Secret, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{eur, product, variant_ref};

const SHOP: &str = r#"{"data":{"shop":{"name":"S","myshopifyDomain":"s.myshopify.com","currencyCode":"EUR","ianaTimezone":"Europe/Rome"}}}"#;

/// Answers the question for the shop properly and everything else with `answer`.
async fn serve(listener: TcpListener, status: u16, answer: String) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        tokio::spawn(talk(stream, status, answer.clone()));
    }
}

async fn talk(mut stream: TcpStream, status: u16, answer: String) {
    let mut seen = Vec::new();
    while stream.read_buf(&mut seen).await.unwrap_or(0) > 0 {
        let text = String::from_utf8_lossy(&seen).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() < length.unwrap_or(0) {
            continue;
        }
        let (status, answer) =
            if body.contains("ReadShop") { (200, SHOP) } else { (status, answer.as_str()) };
        let reply = format!(
            "HTTP/1.1 {status} X\r\nretry-after: 4.0\r\ncontent-length: {}\r\n\r\n{answer}",
            answer.len()
        );
        if stream.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
        seen.clear();
    }
}

async fn errors(status: u16, answer: &str) -> (ChannelError, ChannelError) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(serve(listener, status, answer.to_owned()));
    let mut config = ShopifyConfig::new(url, Secret::new("shpat_very_secret"));
    config.limits.response_bytes_max = 5000;
    let client = ShopifyClient::new(config, Arc::new(SystemTime::start())).expect("a client");
    let write = PriceWrite {
        variant: variant_ref(1),
        product: product(0),
        price: eur(777),
        compare_at: CompareAtWrite::Keep,
    };
    let writer = client.price_writer().expect("a writer");
    let write = writer.write_prices(&product(0), &[write]).await.expect_err("a strange answer");
    let reader = client.price_reader().expect("a reader");
    let read = reader.read_prices(&[variant_ref(1)]).await.expect_err("a strange answer");
    server.abort();
    (write, read)
}

#[tokio::test]
async fn what_cannot_be_understood_may_have_been_a_write() {
    let endless = "x".repeat(6000);
    let cases = [
        (200, "<html>welcome</html>", RetryClass::Backoff),
        (200, "", RetryClass::Backoff),
        (200, r#"{"data":{"productVariantsBulkUpdate":{"userErrors":"none"},"nodes":5}}"#, RetryClass::Never),
        (200, r#"{"data":null}"#, RetryClass::Never),
        (200, endless.as_str(), RetryClass::Never),
        (500, "<html>oops</html>", RetryClass::Backoff),
    ];
    for (status, answer, read_class) in cases {
        let (write, read) = errors(status, answer).await;
        let shown: String = answer.chars().take(60).collect();
        assert_eq!((write.class, read.class), (RetryClass::Unknown, read_class), "{status} {shown}");
    }
}

#[tokio::test]
async fn refusals_by_status_are_refusals_also_of_a_write() {
    for (status, class) in [
        (302, RetryClass::Never),
        (400, RetryClass::Never),
        (429, RetryClass::After { ms: 4000 }),
        (430, RetryClass::Backoff),
    ] {
        let (write, read) = errors(status, "{}").await;
        assert_eq!((write.class, read.class), (class, class), "{status}");
    }
}

#[tokio::test]
async fn a_shop_that_repeats_the_token_does_not_make_us_tell_it() {
    let echo = r#"{"errors":"the token shpat_very_secret is not welcome"}"#;
    for status in [200, 403, 503] {
        let (write, read) = errors(status, echo).await;
        for error in [write, read] {
            assert!(
                error.message.contains("[redacted]") && !format!("{error:?}").contains("very_secret"),
                "{error}"
            );
        }
    }
}
