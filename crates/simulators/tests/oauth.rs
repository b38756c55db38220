//! The shop's side of OAuth: codes that work once, tokens that end, refresh tokens that rotate.

mod support;

use serde_json::{Value, json};
use support::{Shop, small_catalogue};

async fn ask(shop: &Shop, body: Value) -> (u16, Value) {
    let request = support::http().post(format!("{}/admin/oauth/access_token", shop.handle.url)).json(&body);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

fn app(more: &Value) -> Value {
    let mut body =
        json!({ "client_id": "simulated-app", "client_secret": "shpss_simulated_0000000000000000" });
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

async fn code(shop: &Shop) -> String {
    let url = format!(
        "{}/admin/oauth/authorize?client_id=simulated-app&redirect_uri=http://127.0.0.1:9/back&state=s1",
        shop.handle.url
    );
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    let answer = client.expect("a client").get(url).send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(location.contains("&state=s1&") && location.contains("&hmac="), "{location}");
    let code = location.split("code=").nth(1).and_then(|rest| rest.split('&').next());
    code.expect("a code").to_owned()
}

async fn status(shop: &Shop, token: &Value) -> u16 {
    let token = token.as_str().expect("a token");
    shop.send_with_token(token, "{ shop { name } }", json!({})).await.expect("an answer").status
}

#[tokio::test]
async fn a_token_ends_only_where_that_was_asked_for() {
    support::http();
    let shop = Shop::start(small_catalogue()).await;
    for expiring in [json!(null), json!(0)] {
        let (granted, token) =
            ask(&shop, app(&json!({ "code": code(&shop).await, "expiring": expiring }))).await;
        assert_eq!(granted, 200);
        assert!(token.get("expires_in").is_none() && token.get("refresh_token").is_none(), "{token}");
        shop.clock.pass_ms(3_600_000);
        assert_eq!(status(&shop, &token["access_token"]).await, 200);
    }
}

#[tokio::test]
async fn a_code_works_once_and_its_token_for_an_hour() {
    support::http();
    let shop = Shop::start(small_catalogue()).await;
    let code = code(&shop).await;
    let (refused, _) =
        ask(&shop, json!({ "client_id": "simulated-app", "client_secret": "no", "code": code })).await;
    assert_eq!(refused, 400);
    let (granted, first) = ask(&shop, app(&json!({ "code": code, "expiring": 1 }))).await;
    assert_eq!((granted, &first["expires_in"]), (200, &json!(3600)));
    assert_eq!(ask(&shop, app(&json!({ "code": code }))).await.0, 400, "used");
    assert_eq!(status(&shop, &first["access_token"]).await, 200);
    shop.clock.pass_ms(3_600_000);
    assert_eq!(status(&shop, &first["access_token"]).await, 401);
    let refresh = |token: &Value| app(&json!({ "grant_type": "refresh_token", "refresh_token": token }));
    let (_, lost) = ask(&shop, refresh(&first["refresh_token"])).await;
    let (again, second) = ask(&shop, refresh(&first["refresh_token"])).await;
    assert_eq!(again, 200, "the one before stays good while its successor is unused");
    assert_eq!(ask(&shop, refresh(&lost["refresh_token"])).await.0, 400);
    assert_eq!(ask(&shop, refresh(&second["refresh_token"])).await.0, 200);
    assert_eq!(ask(&shop, refresh(&first["refresh_token"])).await.0, 400, "now it has ended");
}
