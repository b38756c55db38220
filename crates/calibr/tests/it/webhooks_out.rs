//! Webhooks to customers: signed, tried again, sent again, switched off, and never into the server's own network.

use kernel_core::Role;
use serde_json::{Value, json};

use crate::support::operations::waiver;
use crate::support::{Receiver, TestApp};

/// A webhook at `receiver`, and its secret.
async fn subscribe(app: &TestApp, receiver: &Receiver, types: &[&str]) -> (String, String) {
    let new = json!({ "url": receiver.url, "event_types": types });
    let made = app.admin().post("/webhooks", new).await.expect(201);
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id"), text("secret"))
}

async fn request_waiver(app: &TestApp) -> String {
    let made = app.editor().post("/waivers", waiver()).await.expect(201);
    made["id"].as_str().expect("an id").to_owned()
}

/// Lets everything that happened be sent.
async fn send(app: &TestApp) {
    app.events_delivered().await;
    app.jobs_done().await;
}

async fn deliveries(app: &TestApp, webhook: &str) -> Vec<Value> {
    app.admin().all(&format!("/webhooks/{webhook}/deliveries")).await
}

#[tokio::test]
async fn what_happens_is_sent_signed_to_whoever_asked_for_it() {
    let app = TestApp::new().await;
    request_waiver(&app).await;
    app.hours_pass(1);
    let (all, some) = (Receiver::start().await, Receiver::start().await);
    let (_, secret) = subscribe(&app, &all, &[]).await;
    let (webhook, other_secret) = subscribe(&app, &some, &["waiver.*"]).await;
    let waiver = request_waiver(&app).await;
    send(&app).await;
    let came = some.received();
    assert_eq!(
        came.len(),
        1,
        "what happened before the webhook was made, or was not asked for, came: {came:?}"
    );
    let body = came[0].json();
    assert_eq!(
        (body["type"].as_str(), body["data"]["entity_id"].as_str()),
        (Some("waiver.requested"), Some(&*waiver))
    );
    assert_eq!(body["timestamp"], body["data"]["occurred_at"]);
    assert_eq!(
        (came[0].id.as_str(), came[0].path.as_str()),
        (body["data"]["id"].as_str().unwrap(), "/hooks?of=calibr")
    );
    assert_eq!(came[0].timestamp, app.now().as_second());
    assert!(came[0].is_signed_with(&other_secret) && !came[0].is_signed_with(&secret));
    let kinds: Vec<String> =
        all.received().iter().map(|r| r.json()["type"].as_str().unwrap().to_owned()).collect();
    assert!(
        kinds.contains(&"waiver.requested".to_owned())
            && kinds.contains(&"webhook_endpoint.created".to_owned())
    );
    assert!(all.received().iter().all(|received| received.is_signed_with(&secret)));
    let log = deliveries(&app, &webhook).await;
    assert_eq!((log[0]["state"].as_str(), log[0]["attempts"].as_i64()), (Some("delivered"), Some(1)));
    assert_eq!(log[0]["last_status"], 204);
    let other = app.person(&app.other, Role::Admin);
    assert!(other.all("/webhooks").await.is_empty(), "another tenant sees a webhook");
    app.finish().await;
}

#[tokio::test]
async fn a_secret_is_shown_once_and_both_sign_for_a_day_after_it_was_replaced() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let (webhook, old) = subscribe(&app, &receiver, &["waiver.requested"]).await;
    let shown = app.admin().get("/webhooks").await;
    assert!(!shown.text.contains("whsec_") && !shown.text.contains("secret"), "{}", shown.text);
    let rotated =
        app.admin().post(&format!("/webhooks/{webhook}/rotate-secret"), json!({})).await.expect(200);
    let new = rotated["secret"].as_str().expect("a secret").to_owned();
    assert_ne!(new, old);
    request_waiver(&app).await;
    send(&app).await;
    app.hours_pass(25);
    request_waiver(&app).await;
    send(&app).await;
    let came = receiver.received();
    assert!(came[0].is_signed_with(&new) && came[0].is_signed_with(&old));
    assert!(came[1].is_signed_with(&new) && !came[1].is_signed_with(&old));
    let stored = "select string_agg(encode(sealed, 'escape'), '') from webhook_secrets";
    let stored: String = app.owner.query_one(stored, &[]).await.expect("secrets").get(0);
    assert!(!stored.contains(&new[6..]), "a secret is stored as it is");
    app.finish().await;
}

#[tokio::test]
async fn a_receiver_that_stumbles_is_tried_again_with_the_same_id_and_bytes() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let (webhook, secret) = subscribe(&app, &receiver, &["waiver.requested"]).await;
    receiver.answer([503, 302, 400]);
    request_waiver(&app).await;
    send(&app).await;
    let came = receiver.received();
    assert_eq!(came.len(), 4);
    assert!(came.iter().all(|received| received.id == came[0].id && received.body == came[0].body));
    assert!(came.iter().all(|received| received.is_signed_with(&secret)), "each attempt is signed anew");
    let waits: Vec<i64> = came.windows(2).map(|pair| pair[1].timestamp - pair[0].timestamp).collect();
    assert_eq!(waits, [5, 300, 1_800]);
    let log = deliveries(&app, &webhook).await;
    assert_eq!((log[0]["state"].as_str(), log[0]["attempts"].as_i64()), (Some("delivered"), Some(4)));
    let attempts = "select string_agg(status::text, ' ' order by number) from webhook_attempts";
    assert_eq!(
        app.owner.query_one(attempts, &[]).await.expect("attempts").get::<_, &str>(0),
        "503 302 400 204"
    );
    app.finish().await;
}

#[tokio::test]
async fn what_was_given_up_can_be_sent_again() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let (webhook, _) = subscribe(&app, &receiver, &["waiver.requested"]).await;
    receiver.answer([500; 10]);
    request_waiver(&app).await;
    send(&app).await;
    assert_eq!(receiver.received().len(), 10);
    let failed = deliveries(&app, &webhook).await.remove(0);
    assert_eq!(
        (failed["state"].as_str(), failed["last_error"].as_str()),
        (Some("failed"), Some("answered 500"))
    );
    let path = format!("/webhook-deliveries/{}/resend", failed["id"].as_str().expect("an id"));
    // It stays on its way until the clock moves, since the first attempt fails.
    receiver.answer([500]);
    let again = app.admin().post(&path, json!({})).await.expect(200);
    assert_eq!(again["state"], "pending");
    app.admin().post(&path, json!({})).await.refused(409, "webhook.pending");
    app.jobs_done().await;
    let came = receiver.received();
    assert_eq!((came.len(), &came[11].id), (12, &came[0].id));
    assert_eq!(deliveries(&app, &webhook).await[0]["state"], "delivered");
    let listed = |state: &str| format!("/webhooks/{webhook}/deliveries?state={state}");
    assert_eq!(app.viewer().all(&listed("delivered")).await.len(), 1);
    let problem = app.viewer().get(&listed("sent")).await.refused(400, "query.invalid");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("`pending`")), "{problem}");
    app.admin().post(&format!("/webhooks/{webhook}/disable"), json!({})).await.expect(200);
    app.admin().post(&path, json!({})).await.refused(409, "webhook.disabled");
    app.finish().await;
}

#[tokio::test]
async fn a_delivery_whose_job_gave_up_or_was_cancelled_can_be_sent_again() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let (webhook, _) = subscribe(&app, &receiver, &["waiver.requested"]).await;
    for (count, job) in [(2, "dead"), (4, "cancelled")] {
        receiver.answer([500]);
        request_waiver(&app).await;
        app.events_delivered().await;
        // The first attempt has failed, and the next waits for its time.
        app.wait_until("select exists (select from jobs where kind = 'webhooks.deliver' and state = 'queued' and not ready)").await;
        let delivery = deliveries(&app, &webhook).await.remove(0);
        let path = format!("/webhook-deliveries/{}/resend", delivery["id"].as_str().expect("an id"));
        app.admin().post(&path, json!({})).await.refused(409, "webhook.pending");
        let end = "update jobs set state = $1, ready = false, finished_at = $2 where kind = 'webhooks.deliver' and state = 'queued'";
        assert_eq!(app.owner.execute(end, &[&job, &app.now()]).await.expect("ended"), 1);
        assert_eq!(deliveries(&app, &webhook).await[0]["state"], "pending", "{job}");
        app.admin().post(&path, json!({})).await.expect(200);
        app.jobs_done().await;
        assert_eq!(
            (receiver.received().len(), &deliveries(&app, &webhook).await[0]["state"]),
            (count, &json!("delivered"))
        );
    }
    let open = "select count(*) from jobs where kind = 'webhooks.deliver' and state in ('queued', 'running', 'dead')";
    assert_eq!(
        app.owner.query_one(open, &[]).await.expect("a count").get::<_, i64>(0),
        0,
        "it would be sent twice"
    );
    app.owner.execute("delete from jobs where state = 'cancelled'", &[]).await.expect("no job left behind");
    app.finish().await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_or_fails_for_days_is_switched_off_and_can_be_switched_on() {
    let app = TestApp::new().await;
    let (gone, broken) = (Receiver::start().await, Receiver::start().await);
    let (gone_id, _) = subscribe(&app, &gone, &["waiver.requested"]).await;
    let (broken_id, _) = subscribe(&app, &broken, &["waiver.requested"]).await;
    gone.answer([410]);
    broken.answer([500; 40]);
    request_waiver(&app).await;
    send(&app).await;
    app.hours_pass(48);
    request_waiver(&app).await;
    send(&app).await;
    let webhooks = app.viewer().all("/webhooks").await;
    let of = |id: &str| webhooks.iter().find(|webhook| webhook["id"] == id).expect("the webhook").clone();
    assert_eq!(of(&gone_id)["reason"], "the receiver answered 410 Gone");
    assert_eq!(of(&broken_id)["reason"], "nothing has arrived for five days");
    assert_eq!(gone.received().len(), 1, "something was sent to a webhook that is switched off");
    let audit = app.viewer().all("/audit?action=webhook_endpoint.disabled").await;
    assert_eq!(audit.len(), 2);
    let on = app.admin().post(&format!("/webhooks/{gone_id}/enable"), json!({})).await.expect(200);
    assert_eq!((on["state"].as_str(), on["reason"].is_null()), (Some("enabled"), true));
    request_waiver(&app).await;
    send(&app).await;
    assert_eq!(gone.received().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_webhook_gets_nothing_more_and_what_is_on_its_way_is_dropped_with_a_note() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let (webhook, _) = subscribe(&app, &receiver, &["waiver.requested"]).await;
    request_waiver(&app).await;
    send(&app).await;
    // The next one does not arrive at once, so it is on its way until the clock moves.
    receiver.answer([500]);
    request_waiver(&app).await;
    app.events_delivered().await;
    app.wait_until("select count(*) = 2 from webhook_attempts").await;
    let path = format!("/webhooks/{webhook}");
    app.editor().delete(&path).await.refused(403, "role.missing");
    app.person(&app.other, Role::Admin).delete(&path).await.refused(404, "not_found");
    let (code, said) = app.admin().cli(&["webhooks", "delete", &webhook]).await;
    assert_eq!(code, Some(0), "{said}");
    app.admin().delete(&path).await.refused(404, "not_found");
    request_waiver(&app).await;
    send(&app).await;
    assert_eq!(receiver.received().len(), 2, "something was sent to a webhook that is gone");

    let log = deliveries(&app, &webhook).await;
    let states: Vec<_> = log.iter().map(|d| (d["state"].as_str(), d["note"].as_str())).collect();
    assert_eq!(states, [(Some("dropped"), Some("deleted by admin@home.test")), (Some("delivered"), None)]);
    assert!(app.viewer().all("/webhooks").await.is_empty());
    for act in ["enable", "disable", "rotate-secret"] {
        app.admin().post(&format!("{path}/{act}"), json!({})).await.refused(404, "not_found");
    }
    let resend = format!("/webhook-deliveries/{}/resend", log[0]["id"].as_str().expect("an id"));
    app.admin().post(&resend, json!({})).await.refused(409, "webhook.deleted");
    let audit = app.audit("webhook_endpoint.deleted").await;
    assert_eq!((audit.len(), &audit[0]["after"]["dropped"]), (1, &json!(1)));
    assert_eq!(audit[0]["actor"], "admin@home.test");
    let secrets = app.owner.query_one("select count(*) from webhook_secrets", &[]).await.expect("a count");
    assert_eq!(secrets.get::<_, i64>(0), 0, "a secret is kept for nothing");
    app.finish().await;
}

#[tokio::test]
async fn a_replay_sends_again_and_an_event_that_comes_twice_is_sent_once() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let (webhook, _) = subscribe(&app, &receiver, &["waiver.requested"]).await;
    request_waiver(&app).await;
    send(&app).await;
    app.owner
        .batch_execute("update event_consumers set epoch = 0, tx_id = '0', position = 0")
        .await
        .expect("the cursor goes back");
    send(&app).await;
    assert_eq!(receiver.received().len(), 1);
    let span = json!({ "consumer": "webhooks", "from_position": 1, "to_position": 1_000_000 });
    app.admin().post("/events/replays", span).await.expect(201);
    send(&app).await;
    let came = receiver.received();
    assert_eq!((came.len(), &came[0].id), (2, &came[1].id));
    assert_eq!(deliveries(&app, &webhook).await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_sent_into_the_servers_own_network() {
    let app = TestApp::with_guarded_webhooks().await;
    for url in [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "https://127.0.0.1/",
        "https://10.1.2.3/x",
        "https://169.254.169.254/",
        "https://[::1]/",
    ] {
        app.admin().post("/webhooks", json!({ "url": url })).await.refused(422, "webhook.url");
    }
    // A name says nothing of where it leads until it is looked up.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener that does not wait");
    let port = listener.local_addr().expect("an address").port();
    let named = json!({ "url": format!("https://localhost:{port}/"), "event_types": ["waiver.requested"] });
    let webhook = app.admin().post("/webhooks", named).await.expect(201);
    request_waiver(&app).await;
    send(&app).await;
    let log = deliveries(&app, webhook["id"].as_str().expect("an id")).await;
    let error = log[0]["last_error"].as_str().expect("an error");
    assert!(error.contains("no address that may be reached"), "{error}");
    assert_eq!(log[0]["state"], "failed");
    let knocked = listener.accept();
    assert!(knocked.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "somebody knocked");
    app.finish().await;
}

#[tokio::test]
async fn wrong_wishes_are_refused_with_their_place() {
    let app = TestApp::new().await;
    let receiver = Receiver::start().await;
    let before = app.dump().await;
    for (new, code, pointer) in [
        (json!({ "url": "shop.example" }), "webhook.url", "/url"),
        (json!({ "url": "http://shop.example/" }), "webhook.url", "/url"),
        (
            json!({ "url": receiver.url, "event_types": ["price.applied", "Price"] }),
            "webhook.event_types",
            "/event_types/1",
        ),
        (
            json!({ "url": receiver.url, "description": "x".repeat(201) }),
            "webhook.description",
            "/description",
        ),
    ] {
        let problem = app.admin().post("/webhooks", new).await.refused(422, code);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    app.assert_unchanged(&before, "refused webhooks").await;
    app.finish().await;
}
