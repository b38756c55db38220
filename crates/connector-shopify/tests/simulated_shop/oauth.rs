//! What a shop says in refusing a token, which may repeat all that it was sent.

use channel::{ChannelError, RetryClass};
use connector_shopify::oauth::{self, ShopifyApp};
use kernel_connect::Secret;

use crate::strange_answers::echoing;

fn app() -> ShopifyApp {
    ShopifyApp { client_id: "the-app".to_owned(), client_secret: Secret::new("shpss_secret") }
}

fn assert_muted(error: &ChannelError, secret: &str) {
    assert_eq!(error.class, RetryClass::Never);
    assert!(error.message.contains("the-app"), "it is told what the shop said: {error}");
    for secret in [secret, "shpss_secret"] {
        assert!(!format!("{error} {error:?}").contains(secret), "{error}");
    }
}

#[tokio::test]
async fn a_refused_code_is_not_repeated() {
    let url = echoing().await;
    assert_muted(&oauth::exchange_code(&url, &app(), "code-1").await.expect_err("refused"), "code-1");
}

#[tokio::test]
async fn a_refused_session_token_is_not_repeated() {
    let url = echoing().await;
    let session = Secret::new("session.token");
    assert_muted(
        &oauth::exchange_session(&url, &app(), &session).await.expect_err("refused"),
        "session.token",
    );
}

#[tokio::test]
async fn a_refused_refresh_token_is_not_repeated() {
    let url = echoing().await;
    let token = Secret::new("shprt_1");
    assert_muted(&oauth::refresh(&url, &app(), &token).await.expect_err("refused"), "shprt_1");
}

#[tokio::test]
async fn what_is_left_of_an_answer_that_is_cut_is_no_part_of_a_secret() {
    let url = echoing().await;
    // Longer than what is shown of an answer.
    let long = format!("shprt_{}", "0123456789".repeat(40));
    assert_muted(&oauth::refresh(&url, &app(), &Secret::new(long)).await.expect_err("refused"), "shprt_");
}
