//! Answers that no shop should give, from a bare socket: what was asked may have happened, and nothing leaks.

use std::sync::Arc;

use channel::{Channel, ChannelError, CompareAtWrite, PriceWrite, RetryClass};
use connector_shopify::{ShopifyClient, ShopifyConfig};
use kernel_connect::{Secret, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{eur, product, variant_ref};

pub const SHOP: &str = r#"{"data":{"shop":{"name":"S","myshopifyDomain":"s.myshopify.com","currencyCode":"EUR","ianaTimezone":"Europe/Rome"}}}"#;

/// What to answer to a request, found by a word in it; the first that fits.
pub type Script = Vec<(&'static str, u16, String)>;

/// A client of a socket that answers by `script`, and the socket's task.
pub async fn scripted(script: Script) -> (ShopifyClient, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(serve(listener, script));
    let mut config = ShopifyConfig::new(url, Secret::new("shpat_very_secret"));
    config.limits.response_bytes_max = 5000;
    // It answers the same however often it is asked.
    (config.read_retries_max, config.bulk_wait_ms_max) = (0, 0);
    (ShopifyClient::new(config, Arc::new(SystemTime::start())).expect("a client"), server)
}

/// Where whatever is asked is refused by repeating it.
pub async fn echoing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(serve(listener, vec![("", 400, ECHO.to_owned())]));
    url
}

/// The answer that repeats what was asked.
const ECHO: &str = "{echo}";

async fn serve(listener: TcpListener, script: Script) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        tokio::spawn(talk(stream, script.clone()));
    }
}

async fn talk(mut stream: TcpStream, script: Script) {
    let mut seen = Vec::new();
    while stream.read_buf(&mut seen).await.unwrap_or(0) > 0 {
        let text = String::from_utf8_lossy(&seen).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() < length.unwrap_or(0) {
            continue;
        }
        let (_, status, answer) =
            script.iter().find(|(word, ..)| body.contains(word)).expect("the script has an answer");
        let answer = if answer == ECHO { body } else { answer };
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
    let script = vec![("ReadShop", 200, SHOP.to_owned()), ("", status, answer.to_owned())];
    let (client, server) = scripted(script).await;
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

const VARIANT: &str = r#"{"id":"gid://shopify/ProductVariant/ID","title":"T","price":"1.00"}"#;

pub fn variants(ids: &[u64], next: &str) -> String {
    let nodes: Vec<String> = ids.iter().map(|id| VARIANT.replace("ID", &id.to_string())).collect();
    format!(r#""variants":{{"nodes":[{}],"pageInfo":{next}}}"#, nodes.join(","))
}

pub fn products(variants: &str, next: &str) -> String {
    format!(
        r#"{{"data":{{"shop":{{"currencyCode":"EUR"}},"products":{{"nodes":[{{"id":"gid://shopify/Product/1","handle":"h","title":"T",
        "vendor":"","productType":"","tags":[],"status":"ACTIVE",{variants}}}],"pageInfo":{next}}}}}}}"#
    )
}

pub const END: &str = r#"{"hasNextPage":false,"endCursor":null}"#;
const MORE: &str = r#"{"hasNextPage":true,"endCursor":"c"}"#;

#[tokio::test]
async fn a_variant_that_moved_between_two_pages_is_taken_once() {
    let rest = format!(r#"{{"data":{{"product":{{{}}}}}}}"#, variants(&[2, 3], END));
    let first = products(&variants(&[1, 2], MORE), END);
    let (client, server) = scripted(vec![("ReadProductVariants", 200, rest), ("", 200, first)]).await;
    let page = client.catalogue().expect("a catalogue").page(None, &|_| ()).await.expect("a page");
    let ids: Vec<_> = page.products[0].variants.iter().map(|variant| variant.id.as_str()).collect();
    assert_eq!(ids, [1, 2, 3].map(|id| format!("gid://shopify/ProductVariant/{id}")));
    server.abort();
}

#[tokio::test]
async fn a_product_that_vanishes_between_two_pages_is_left_out() {
    let gone = r#"{"data":{"product":null}}"#.to_owned();
    let first = products(&variants(&[1], MORE), END);
    let (client, server) = scripted(vec![("ReadProductVariants", 200, gone), ("", 200, first)]).await;
    let page = client.catalogue().expect("a catalogue").page(None, &|_| ()).await.expect("a page");
    assert!(page.products.is_empty());
    server.abort();
}

#[tokio::test]
async fn pages_that_go_in_circles_or_nowhere_end_the_reading() {
    let same = format!(r#"{{"data":{{"product":{{{}}}}}}}"#, variants(&[1], MORE));
    let nowhere = r#"{"hasNextPage":true,"endCursor":null}"#;
    for (first, code) in [
        (products(&variants(&[1], MORE), END), "shopify.endless"),
        (products(&variants(&[1], END), MORE), "shopify.endless"),
        (products(&variants(&[1], nowhere), END), "shopify.unreadable"),
        (products(&variants(&[1], END), nowhere), "shopify.unreadable"),
    ] {
        let script = vec![("ReadProductVariants", 200, same.clone()), ("", 200, first)];
        let (client, server) = scripted(script).await;
        let error = client
            .catalogue()
            .expect("a catalogue")
            .page(Some("c".to_owned()), &|_| ())
            .await
            .expect_err("no end");
        assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, code));
        server.abort();
    }
}

#[tokio::test]
async fn a_filter_that_shopify_misunderstood_is_a_failure() {
    let answer = products(&variants(&[1], END), END);
    let warned = answer.strip_suffix('}').expect("an object").to_owned()
        + r#","extensions":{"search":[{"path":["products"],"warnings":[{"field":"sku","code":"invalid_field"}]}]}}"#;
    let (client, server) = scripted(vec![("", 200, warned)]).await;
    let error =
        client.catalogue().expect("a catalogue").page(None, &|_| ()).await.expect_err("misunderstood");
    assert_eq!((error.class, error.code.as_str()), (RetryClass::Never, "shopify.search"));
    server.abort();
}
