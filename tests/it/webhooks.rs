//! Webhooks over HTTP, with endpoints that answer, fail, hang and redirect.

use std::time::Duration;

use callboard::app::AppConfig;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::endpoint::{Call, Does, Endpoint};
use crate::helpers::{ADMIN, PATIENCE, Server};

const CRM: &str = "/v1/webhooks/crm";

fn server(data: Option<&tempfile::TempDir>) -> Server {
    Server::start_with(AppConfig {
        allow_private_addresses: true,
        data: data.map(|data| data.path().to_owned()),
        ..AppConfig::default()
    })
}

/// A webhook `crm` at this address; gives its secret.
async fn put(server: &Server, url: &str, more: Value) -> String {
    let mut body = json!({"name": "CRM", "url": url});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = server.put(CRM, body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["secret"].as_str().expect("a new webhook shows its secret").to_owned()
}

async fn channel(server: &Server) {
    let body = json!({"name": "Chat", "type": "live_chat"});
    assert_eq!(server.put("/v1/channels/chat", body).await.status, 201);
}

/// A conversation with a message; gives its id.
async fn conversation(server: &Server) -> String {
    let made =
        server.post("/v1/conversations", json!({"channel_id": "chat", "message": {"text": "hi"}})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].as_str().unwrap().to_owned()
}

async fn say(server: &Server, id: &str, text: &str) {
    let said = server.post(&format!("/v1/conversations/{id}/messages"), json!({"text": text})).await;
    assert_eq!(said.status, 201, "{}", said.text);
}

/// What there is in a list of deliveries, as soon as it is as it should be.
async fn listed(server: &Server, state: &str, good: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let look = async {
        loop {
            let list = server.get(&format!("{CRM}/deliveries?state={state}")).await;
            let items = list.body["items"].as_array().expect("a list").clone();
            if good(&items) {
                return items;
            }
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("the list becomes so")
}

/// Deliveries in a state, as soon as there are so many.
async fn deliveries(server: &Server, state: &str, count: usize) -> Vec<Value> {
    listed(server, state, |items| items.len() == count).await
}

/// The oldest delivery that waits, as soon as it was tried once.
async fn tried(server: &Server) -> Value {
    let waiting = listed(server, "pending", |items| items.first().is_some_and(|it| it["attempts"] == 1));
    waiting.await.swap_remove(0)
}

fn verified(secret: &str, call: &Call) -> bool {
    let headers: HeaderMap = call
        .headers
        .iter()
        .map(|(name, value)| (name.parse::<reqwest::header::HeaderName>().unwrap(), value.parse().unwrap()))
        .collect();
    standardwebhooks::Webhook::new(secret).unwrap().verify(call.text.as_bytes(), &headers).is_ok()
}

#[tokio::test]
async fn a_webhook_is_told_of_every_event_in_order_and_a_public_verifier_takes_its_signature() {
    let server = server(None);
    channel(&server).await;
    let mut endpoint = Endpoint::start(|_| Does::Answers(204)).await;
    let secret = put(&server, &endpoint.url, json!({})).await;
    let id = conversation(&server).await;
    say(&server, &id, "and more").await;
    let told = server.get(&format!("/v1/conversations/{id}/events")).await.body["items"].clone();
    for (seq, event) in (1..).zip(told.as_array().unwrap()) {
        let call = endpoint.next().await;
        assert_eq!(call.event(), (event["type"].as_str().unwrap().to_owned(), seq));
        assert_eq!(call.body["data"]["event"], *event);
        assert_eq!(call.body["data"]["conversation"]["version"], seq, "as the event left it");
        assert_eq!((&call.body["conversation_id"], &call.body["at"]), (&json!(id), &event["at"]));
        assert_eq!(call.header("webhook-id"), format!("{id}-{seq}"));
        assert_eq!(call.body["id"], call.header("webhook-id"));
        assert!(verified(&secret, &call), "signed with the secret that was shown");
        let tampered = Call { text: call.text.replace("hi", "ho"), ..call.clone() };
        assert_eq!(verified(&secret, &tampered), call.text == tampered.text);
    }
    deliveries(&server, "pending", 0).await;
    let metrics = server.get("/metrics").await.text;
    assert!(metrics.contains("callboard_deliveries_total{kind=\"webhook\",id=\"crm\"} "), "{metrics}");
    assert!(metrics.contains("callboard_deliveries_pending{kind=\"webhook\",id=\"crm\"} 0\n"), "{metrics}");
}

#[tokio::test]
async fn a_secret_is_shown_once_and_after_a_rotation_both_sign() {
    let server = server(None);
    channel(&server).await;
    let mut endpoint = Endpoint::start(|_| Does::Answers(200)).await;
    let first = put(&server, &endpoint.url, json!({"event_types": ["message"]})).await;
    let got = server.get(CRM).await;
    assert!(!got.text.contains("secret"), "{}", got.text);
    assert!(!server.get("/v1/configuration").await.text.contains("whsec_"));
    assert_eq!(server.put(CRM, got.body.clone()).await.body, got.body, "put again it keeps its secret");
    let rotated = server.post(&format!("{CRM}/rotate-secret"), json!({})).await;
    assert_eq!(rotated.status, 200, "{}", rotated.text);
    let second = rotated.body["secret"].as_str().unwrap();
    conversation(&server).await;
    let call = endpoint.next().await;
    assert!(verified(&first, &call) && verified(second, &call));
    let short = json!({"name": "CRM", "url": endpoint.url, "secret": "whsec_c2hvcnQ="});
    assert_eq!(server.put(CRM, short).await.fields(), ["/secret"]);
    let own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let given = server.put(CRM, json!({"name": "CRM", "url": endpoint.url, "secret": own})).await;
    assert_eq!((given.status, given.body.get("secret")), (200, None), "{}", given.text);
    conversation(&server).await;
    let call = endpoint.next().await;
    assert!(verified(own, &call) && !verified(second, &call));
}

#[tokio::test]
async fn what_failed_is_tried_again_after_a_restart_and_what_comes_after_it_waits() {
    let data = tempfile::tempdir().unwrap();
    let first = server(Some(&data));
    channel(&first).await;
    let mut failing = true;
    let mut endpoint = Endpoint::start(move |_| {
        let does = if failing { Does::Answers(500) } else { Does::Answers(204) };
        failing = false;
        does
    })
    .await;
    put(&first, &endpoint.url, json!({"event_types": ["conversation.created", "message"]})).await;
    let id = conversation(&first).await;
    assert_eq!(endpoint.next().await.event(), ("conversation.created".to_owned(), 1));
    assert_eq!(tried(&first).await["id"], format!("{id}-1"));
    drop(first);
    let second = server(Some(&data));
    let waiting = deliveries(&second, "pending", 2).await;
    assert_eq!((&waiting[0]["attempts"], &waiting[0]["problem"]), (&json!(1), &json!("the answer was 500")));
    let again = endpoint.next().await;
    assert_eq!(again.event(), ("conversation.created".to_owned(), 1));
    assert_eq!(again.header("webhook-id"), format!("{id}-1"), "the same id, so that it can be told apart");
    assert_eq!(endpoint.next().await.event().0, "message");
    deliveries(&second, "pending", 0).await;
}

#[tokio::test]
async fn an_endpoint_that_hangs_delays_no_other_and_nothing_in_the_house() {
    let server = server(None);
    channel(&server).await;
    let mut hanging = Endpoint::start(|_| Does::Hangs).await;
    let mut good = Endpoint::start(|_| Does::Answers(200)).await;
    put(&server, &hanging.url, json!({})).await;
    let body = json!({"name": "Good", "url": good.url, "event_types": ["conversation.created"]});
    assert_eq!(server.put("/v1/webhooks/good", body).await.status, 201);
    let story = async {
        for _ in 0..20 {
            conversation(&server).await;
        }
        for _ in 0..20 {
            good.next().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(14), story).await;
    assert!(in_time.is_ok(), "it takes less than one of the calls that hang");
    for _ in 0..16 {
        hanging.next().await;
    }
    assert!(hanging.came().is_empty(), "no more than 16 at a time");
}

#[tokio::test]
async fn a_dead_letter_is_listed_and_told_when_it_is_replayed() {
    let server = server(None);
    channel(&server).await;
    let mut gone = true;
    let mut endpoint = Endpoint::start(move |_| {
        let does = if gone { Does::Answers(410) } else { Does::Answers(204) };
        gone = false;
        does
    })
    .await;
    put(&server, &endpoint.url, json!({"event_types": ["message"]})).await;
    let id = conversation(&server).await;
    say(&server, &id, "the next one").await;
    let (first, second) = (endpoint.next().await, endpoint.next().await);
    assert!(first.event().1 < second.event().1, "a dead letter lets the next one go");
    let dead = deliveries(&server, "dead", 1).await;
    assert_eq!((&dead[0]["state"], &dead[0]["attempts"]), (&json!("dead"), &json!(1)));
    assert!(dead[0]["problem"].as_str().unwrap().contains("410"));
    let path = format!("{CRM}/deliveries/{}", dead[0]["id"].as_str().unwrap());
    let supervisor = server.key("supervisor").await;
    let refused = server.send(server.request(Method::POST, &format!("{path}/replay"), &supervisor)).await;
    assert_eq!(refused.problem(), (403, "forbidden"));
    let replayed = server.post(&format!("{path}/replay"), json!({})).await;
    assert_eq!((replayed.status, &replayed.body["queued"]), (202, &json!(1)), "{}", replayed.text);
    assert_eq!(endpoint.next().await.header("webhook-id"), first.header("webhook-id"));
    deliveries(&server, "dead", 0).await;
    deliveries(&server, "pending", 0).await;
    assert_eq!(server.post(&format!("{path}/discard"), json!({})).await.status, 404);
}

#[tokio::test]
async fn what_waits_can_be_discarded_and_history_can_be_told() {
    let server = server(None);
    channel(&server).await;
    let id = conversation(&server).await;
    let mut endpoint = Endpoint::start(|_| Does::Answers(500)).await;
    put(&server, &endpoint.url, json!({"event_types": ["message"]})).await;
    deliveries(&server, "pending", 0).await;
    let key = |request: reqwest::RequestBuilder| request.header("idempotency-key", "once");
    let replay = || key(server.request(Method::POST, &format!("{CRM}/replay"), ADMIN).json(&json!({})));
    let replayed = server.send(replay()).await;
    assert_eq!((replayed.status, &replayed.body), (202, &json!({"queued": 1, "next_cursor": null})));
    assert_eq!(endpoint.next().await.body["data"]["event"]["data"]["message"]["text"], "hi");
    let again = server.send(replay()).await;
    assert_eq!((again.header("idempotent-replayed"), &again.body), ("true", &replayed.body));
    let waiting = deliveries(&server, "pending", 1).await;
    let path = format!("{CRM}/deliveries/{}", waiting[0]["id"].as_str().unwrap());
    assert_eq!(server.post(&format!("{path}/discard"), json!({})).await.status, 204);
    deliveries(&server, "pending", 0).await;
    let acts = server.get("/v1/audit?subject=webhooks/crm").await.body["items"].clone();
    let names: Vec<&str> = acts.as_array().unwrap().iter().filter_map(|act| act["act"].as_str()).collect();
    assert_eq!(names, ["config.put", "deliveries.replay", "deliveries.discard"]);
    assert_eq!(acts[1]["after"], json!({"deliveries": 1}));
    assert!(!acts.to_string().contains("whsec_"));
    let of = |body: Value| server.post("/v1/webhooks/crm/replay", body);
    assert_eq!(of(json!({"to": "2020-01-01T00:00:00Z"})).await.body["queued"], 0);
    assert_eq!(of(json!({"conversation_id": id})).await.body["queued"], 1);
    assert_eq!(of(json!({"from": "x", "cursor": "y"})).await.fields(), ["/from", "/cursor"]);
}

#[tokio::test]
async fn private_addresses_are_refused_unless_they_are_allowed() {
    let strict = Server::start();
    for url in ["https://127.0.0.1/in", "https://10.0.0.1/", "http://example.com/", "https://[::1]/", "x"] {
        let refused = strict.put(CRM, json!({"name": "CRM", "url": url})).await;
        assert_eq!((refused.status, refused.fields()), (422, vec!["/url"]), "{url}: {}", refused.text);
    }
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let document = json!({"webhooks": {"crm": {"name": "CRM", "url": "http://10.0.0.1/", "secret": secret}}});
    let refused = strict.put("/v1/configuration", document).await;
    assert_eq!(refused.fields(), ["/webhooks/crm/url"], "{}", refused.text);
    let wrong = json!({"name": "CRM", "url": "https://crm.example/", "event_types": ["nope"],
        "work_stream_ids": ["lost"], "channel_ids": ["lost"]});
    let fields = ["/event_types/0", "/work_stream_ids/0", "/channel_ids/0"];
    assert_eq!(strict.put(CRM, wrong).await.fields(), fields);
}

#[tokio::test]
async fn a_server_that_no_longer_allows_private_addresses_connects_to_none() {
    let data = tempfile::tempdir().unwrap();
    let lenient = server(Some(&data));
    channel(&lenient).await;
    let mut endpoint = Endpoint::start(|_| Does::Answers(200)).await;
    put(&lenient, &endpoint.url, json!({"event_types": ["message"]})).await;
    drop(lenient);
    let strict = Server::start_with(AppConfig { data: Some(data.path().to_owned()), ..AppConfig::default() });
    let tested = strict.post(&format!("{CRM}/test"), json!({})).await;
    assert_eq!((&tested.body["delivered"], &tested.body["status"]), (&json!(false), &Value::Null));
    conversation(&strict).await;
    assert!(tried(&strict).await["problem"].as_str().unwrap().starts_with("the address "));
    assert!(endpoint.came().is_empty());
}

#[tokio::test]
async fn redirects_are_not_followed_and_retry_after_is_kept() {
    let server = server(None);
    channel(&server).await;
    let mut elsewhere = Endpoint::start(|_| Does::Answers(200)).await;
    let location: &'static str = elsewhere.url.clone().leak();
    let mut calls = 0;
    let mut endpoint = Endpoint::start(move |_| {
        calls += 1;
        if calls == 1 {
            Does::With(307, "location", location)
        } else {
            Does::With(429, "retry-after", "7200")
        }
    })
    .await;
    put(&server, &endpoint.url, json!({"event_types": ["message"]})).await;
    let tested = server.post(&format!("{CRM}/test"), json!({})).await;
    assert_eq!((&tested.body["delivered"], &tested.body["status"]), (&json!(false), &json!(307)));
    assert!(tested.body["problem"].as_str().unwrap().contains("not followed"), "{}", tested.text);
    assert_eq!(endpoint.next().await.body["type"], "ping");
    assert!(elsewhere.came().is_empty());
    conversation(&server).await;
    let waiting = tried(&server).await;
    let instant = |name: &str| waiting[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let wait = instant("next_attempt_at").duration_since(instant("at")).as_secs();
    assert!((7_200..7_260).contains(&wait), "{wait} s");
}

#[tokio::test]
async fn retry_after_may_be_a_date_and_is_bounded_as_seconds_are() {
    let server = server(None);
    channel(&server).await;
    let mut endpoint =
        Endpoint::start(|_| Does::With(503, "retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")).await;
    put(&server, &endpoint.url, json!({"event_types": ["message"]})).await;
    conversation(&server).await;
    endpoint.next().await;
    let waiting = tried(&server).await;
    let instant = |name: &str| waiting[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    let wait = instant("next_attempt_at").duration_since(instant("at")).as_secs();
    assert!((28_800..28_860).contains(&wait), "{wait} s");
}

#[tokio::test]
async fn a_document_without_secrets_keeps_them_and_a_deleted_webhook_drops_what_waits() {
    let server = server(None);
    channel(&server).await;
    let endpoint = Endpoint::start(|_| Does::Answers(500)).await;
    put(&server, &endpoint.url, json!({"channel_ids": ["chat"]})).await;
    let exported = server.get("/v1/configuration").await.body;
    let again = server.put("/v1/configuration", exported).await;
    assert_eq!(again.body["steps"], json!([]), "{}", again.text);
    let unsigned = json!({"webhooks": {"other": {"name": "O", "url": endpoint.url}}});
    assert_eq!(server.put("/v1/configuration", unsigned).await.fields(), ["/webhooks/other/secret"]);
    assert_eq!(server.delete("/v1/channels/chat").await.problem(), (409, "in_use"));
    conversation(&server).await;
    assert_eq!(server.delete(CRM).await.status, 204);
    assert_eq!(server.get(&format!("{CRM}/deliveries")).await.problem(), (404, "not_found"));
    put(&server, &endpoint.url, json!({"event_types": ["closed"]})).await;
    deliveries(&server, "pending", 0).await;
    assert_eq!(server.get(&format!("{CRM}/deliveries?state=new")).await.fields(), ["/state"]);
}
