//! Idempotency keys (CONTRACT §2): the first answer of a key is given again, whatever it was and whoever came meanwhile.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Answer, Server};

const NOBODYS: &str = "/v1/conversations/01920000-0000-7000-8000-000000000000";

async fn with_channel() -> Server {
    let server = Server::start();
    let made = server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    server
}

async fn with_key(server: &Server, path: &str, key: &str, body: Value) -> Answer {
    server.send(server.request(Method::POST, path, ADMIN).header("idempotency-key", key).json(&body)).await
}

/// The same request this many times at once: how many were first answers; all answers must be alike.
async fn at_once(server: &Server, path: &str, body: Value, status: u16) -> usize {
    let asked = (0..8).map(|_| with_key(server, path, "parallel", body.clone()));
    let answers = futures_util::future::join_all(asked).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (status, &answers[0].text));
    }
    answers.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count()
}

#[tokio::test]
async fn a_404_is_given_again_for_its_key_on_every_act() {
    let server = with_channel().await;
    for (at, (tail, body)) in [
        ("/end", json!({})),
        ("/close", json!({})),
        ("/release", json!({})),
        ("/transfer", json!({"queue_id": "default-messaging"})),
        ("/assign", json!({"agent_id": "ana"})),
        ("/messages", json!({"text": "Hi"})),
    ]
    .into_iter()
    .enumerate()
    {
        let (path, key) = (format!("{NOBODYS}{tail}"), format!("k{at}"));
        let first = with_key(&server, &path, &key, body.clone()).await;
        assert_eq!(
            (first.problem(), first.header("idempotent-replayed")),
            ((404, "unknown_conversation"), "")
        );
        let again = with_key(&server, &path, &key, body).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (404, "true"), "{tail}");
        assert_eq!(again.text, first.text, "{tail}");
        let other = with_key(&server, &path, &key, json!({"reason": "another"})).await;
        assert_eq!(other.problem(), (422, "idempotency_key_reused"), "{tail}");
    }
}

#[tokio::test]
async fn a_404_of_a_token_is_given_again_also_when_the_agent_has_come_since() {
    let server = Server::start();
    let ask = async || with_key(&server, "/v1/agents/ana/tokens", "k1", json!({"ttl_seconds": 60})).await;
    assert_eq!(ask().await.problem(), (404, "not_found"));
    assert_eq!(server.put("/v1/agents/ana", json!({"name": "Ana"})).await.status, 201);
    let again = ask().await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (404, "true"));
}

#[tokio::test]
async fn of_parallel_requests_of_one_key_one_is_first_and_the_others_wait_for_its_answer() {
    let server = with_channel().await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await.body;
    let act = |tail: &str| format!("/v1/conversations/{}{tail}", made["id"].as_str().expect("an id"));
    assert_eq!(at_once(&server, &format!("{NOBODYS}/end"), json!({}), 404).await, 1);
    assert_eq!(at_once(&server, &act("/release"), json!({}), 409).await, 1);
    assert_eq!(at_once(&server, &act("/assign"), json!({"agent_id": "nobody"}), 422).await, 1);
    assert_eq!(at_once(&server, &act("/close"), json!({"raison": "x"}), 422).await, 1);
    assert_eq!(at_once(&server, "/v1/conversations", json!({"channel_id": "nope"}), 422).await, 1);
    assert_eq!(at_once(&server, &act("/end"), json!({}), 200).await, 1);
    assert_eq!(at_once(&server, &act("/messages"), json!({"text": "More"}), 201).await, 1);
    assert_eq!(at_once(&server, "/v1/routing/simulate", json!({"channel_id": "web"}), 200).await, 1);
}

#[tokio::test]
async fn a_key_of_one_caller_says_nothing_to_another_of_the_same_name() {
    let server = with_channel().await;
    let made = server.put("/v1/api-keys/admin", json!({"name": "Not him", "role": "admin"})).await;
    let token = made.body["token"].as_str().expect("a token");
    let first = with_key(&server, "/v1/conversations", "k1", json!({"channel_id": "web"})).await;
    let theirs = server.request(Method::POST, "/v1/conversations", token).header("idempotency-key", "k1");
    let theirs = server.send(theirs.json(&json!({"channel_id": "web"}))).await;
    assert_eq!((theirs.status, theirs.header("idempotent-replayed")), (201, ""));
    assert_ne!(theirs.body["id"], first.body["id"]);
}
