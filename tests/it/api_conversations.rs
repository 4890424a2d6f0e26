//! Conversations over HTTP (CONTRACT §4).

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Answer, Server};
use crate::socket::Socket;

async fn with_channel() -> Server {
    let server = Server::start();
    let stream = json!({"name": "Chat", "channel_type": "live_chat", "context_variables": [
        {"name": "tier", "display_name": "Tier", "type": "text"}, {"name": "amount", "display_name": "Amount", "type": "number"}],
        "routing_rules": [{"name": "gold", "when": {"all": [{"variable": "tier", "operator": "equals", "value": "gold"}]},
            "route_to": {"queue_id": "vip"}}]});
    assert_eq!(server.put("/v1/queues/vip", json!({"name": "VIP"})).await.status, 201);
    let made = server.put("/v1/work-streams/chat", stream).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for id in ["web", "other"] {
        let channel = json!({"name": id, "type": "live_chat", "work_stream_id": "chat"});
        assert_eq!(server.put(&format!("/v1/channels/{id}"), channel).await.status, 201);
    }
    server
}

async fn create(server: &Server, context: Value) -> Answer {
    let made = server.post("/v1/conversations", json!({"channel_id": "web", "context": context})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made
}

fn path(conversation: &Value, tail: &str) -> String {
    format!("/v1/conversations/{}{tail}", conversation["id"].as_str().expect("an id"))
}

async fn with_key(server: &Server, path: &str, key: &str, body: Value) -> Answer {
    server.send(server.request(Method::POST, path, ADMIN).header("idempotency-key", key).json(&body)).await
}

#[tokio::test]
async fn a_hand_off_is_answered_with_the_whole_conversation() {
    let server = with_channel().await;
    let made = create(&server, json!({"tier": "gold", "amount": "12.0", "note": true})).await;
    assert_eq!(made.header("location"), path(&made.body, ""));
    assert!(!made.header("etag").is_empty());
    let mut names: Vec<&str> = made.body.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let mut contract = "id state channel_id channel_type work_stream_id queue_id agent_id offer participants customer context undeclared \
        priority language capacity_units units_held units_held_until transfer_count refusals created_at queued_at assigned_at wrap_up_at closed_at close_reason version"
        .split_whitespace()
        .collect::<Vec<_>>();
    contract.sort_unstable();
    assert_eq!(names, contract);
    assert_eq!(made.body["context"].to_string(), r#"{"amount":12,"note":"true","tier":"gold"}"#);
    assert_eq!((&made.body["undeclared"], &made.body["queue_id"]), (&json!(["note"]), &json!("vip")));
    assert_eq!(made.body["created_at"].as_str().unwrap().len(), "2026-01-01T00:00:00.000Z".len());
    let read = server.get(&path(&made.body, "")).await;
    assert_eq!(
        (read.status, &read.body["id"], read.header("etag")),
        (200, &made.body["id"], format!("\"{}\"", read.body["version"]).as_str())
    );
}

#[tokio::test]
async fn wrong_bodies_are_refused_with_each_field_and_nothing_is_made() {
    let server = with_channel().await;
    let wrong =
        json!({"channel_id": "web", "priority": 101, "contxt": {}, "message": {}, "customer": {"nick": "x"}});
    let refused = server.post("/v1/conversations", wrong).await;
    assert_eq!(refused.problem(), (422, "invalid"));
    assert_eq!(refused.fields(), ["/contxt", "/customer/nick", "/message/text", "/priority"]);
    let unknown = server.post("/v1/conversations", json!({"channel_id": "nope"})).await;
    assert_eq!((unknown.status, unknown.fields()), (422, vec!["/channel_id"]));
    let number =
        server.post("/v1/conversations", json!({"channel_id": "web", "context": {"amount": "many"}})).await;
    assert_eq!((number.status, number.fields()), (422, vec!["/context/amount"]));
    let request =
        server.request(Method::POST, "/v1/conversations", ADMIN).header("content-type", "application/json");
    assert_eq!(server.send(request.body("{")).await.problem(), (400, "not_json"));
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
    for id in ["nonsense", "01920000-0000-7000-8000-000000000000"] {
        let missing = server.get(&format!("/v1/conversations/{id}")).await;
        assert_eq!(missing.problem(), (404, "unknown_conversation"));
    }
}

#[tokio::test]
async fn the_first_answer_is_given_again_for_its_key() {
    let server = with_channel().await;
    let body = json!({"channel_id": "web"});
    let first = with_key(&server, "/v1/conversations", "k1", body.clone()).await;
    let again = with_key(&server, "/v1/conversations", "k1", body).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!((again.body, first.header("idempotent-replayed")), (first.body.clone(), ""));
    let other = with_key(&server, "/v1/conversations", "k1", json!({"channel_id": "other"})).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused"));
    let wrong = with_key(&server, "/v1/conversations", "k2", json!({"channel": "web"})).await;
    let again = with_key(&server, "/v1/conversations", "k2", json!({"channel": "web"})).await;
    assert_eq!((wrong.status, again.status, again.header("idempotent-replayed")), (422, 422, "true"));
    assert_eq!(again.text, wrong.text);
    let close = path(&first.body, "/close");
    let closed = with_key(&server, &close, "k3", json!({})).await;
    assert_eq!((closed.status, &closed.body["state"]), (200, &json!("closed")));
    let again = with_key(&server, &close, "k3", json!({})).await;
    assert_eq!((again.status, &again.body), (200, &closed.body));
    let twice = server.post(&close, json!({})).await;
    assert_eq!((twice.status, &twice.body["current_state"]), (409, &json!("closed")));
}

#[tokio::test]
async fn a_message_of_a_conversation_that_ended_since_is_answered_again_for_its_key() {
    let server = with_channel().await;
    let made = create(&server, json!({})).await;
    let (messages, close) = (path(&made.body, "/messages"), path(&made.body, "/close"));
    let body = json!({"text": "hello", "client_message_id": "m1"});
    let first = with_key(&server, &messages, "k1", body.clone()).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
    assert_eq!(server.post(&close, json!({})).await.status, 200);
    let again = with_key(&server, &messages, "k1", body.clone()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    // Another key: answered by the client's id for the message, and from then on by the key.
    for replayed in ["", "true"] {
        let other = with_key(&server, &messages, "k2", body.clone()).await;
        assert_eq!((other.status, other.header("idempotent-replayed")), (201, replayed));
        assert_eq!(other.body, first.body);
    }
    let reused = with_key(&server, &messages, "k2", json!({"text": "bye", "client_message_id": "m1"})).await;
    assert_eq!(reused.problem(), (422, "idempotency_key_reused"));
}

#[tokio::test]
async fn roles_and_channels_bound_who_sees_and_does_what() {
    let server = with_channel().await;
    let made = create(&server, json!({})).await.body;
    let limited = json!({"name": "Other", "role": "backend", "channel_ids": ["other"]});
    let limited = server.put("/v1/api-keys/other", limited).await.body["token"].as_str().unwrap().to_owned();
    let (backend, supervisor) = (server.key("backend").await, server.key("supervisor").await);
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let status = async |method: Method, tail: &str, token: &str| {
        let request = server.request(method, &path(&made, tail), token).json(&json!({}));
        server.send(request).await.status
    };
    for (token, get, end, close) in [
        (&limited, 403, 403, 403),
        (&agent, 403, 403, 403),
        (&backend, 200, 200, 403),
        (&supervisor, 200, 403, 409),
    ] {
        assert_eq!(status(Method::GET, "", token).await, get);
        assert_eq!(status(Method::POST, "/end", token).await, end);
        assert_eq!(status(Method::POST, "/close", token).await, close);
    }
    let other =
        server.request(Method::POST, "/v1/conversations", &limited).json(&json!({"channel_id": "web"}));
    assert_eq!(server.send(other).await.status, 403);
    let own =
        server.request(Method::POST, "/v1/conversations", &limited).json(&json!({"channel_id": "other"}));
    assert_eq!(server.send(own).await.status, 201);
    let seen = server.send(server.request(Method::GET, "/v1/conversations", &limited)).await;
    assert_eq!(seen.body["items"].as_array().unwrap().len(), 1);
    for token in [&agent, &supervisor] {
        let create =
            server.request(Method::POST, "/v1/conversations", token).json(&json!({"channel_id": "web"}));
        assert_eq!(server.send(create).await.problem(), (403, "forbidden"));
    }
}

#[tokio::test]
async fn lists_are_filtered_and_paged_oldest_first() {
    let server = with_channel().await;
    let mut ids = Vec::new();
    for context in [json!({"tier": "gold"}), json!({}), json!({"tier": "gold"})] {
        ids.push(create(&server, context).await.body["id"].clone());
    }
    let list = async |query: &str| server.get(&format!("/v1/conversations?{query}")).await;
    let of = |answer: &Answer| {
        answer.body["items"].as_array().unwrap().iter().map(|c| c["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&list("").await), ids);
    assert_eq!(of(&list("queue_id=vip").await), [ids[0].clone(), ids[2].clone()]);
    assert_eq!(of(&list("state=closed").await), Vec::<Value>::new());
    let first = list("limit=2").await;
    assert_eq!(of(&first), ids[..2]);
    let next = list(&format!("limit=2&cursor={}", first.body["next_cursor"].as_str().unwrap())).await;
    assert_eq!((of(&next), &next.body["next_cursor"]), (ids[2..].to_vec(), &Value::Null));
    for id in [&ids[0], &ids[2]] {
        server.post(&format!("/v1/conversations/{}/close", id.as_str().unwrap()), json!({})).await;
    }
    let closed = server.get(&format!("/v1/conversations/{}", ids[2].as_str().unwrap())).await;
    let at = closed.body["closed_at"].as_str().unwrap();
    assert_eq!(of(&list(&format!("closed_from={at}")).await).last(), Some(&ids[2]));
    assert_eq!(of(&list("closed_from=2000-01-01T00:00:00Z").await), [ids[0].clone(), ids[2].clone()]);
    assert_eq!(of(&list("closed_from=2999-01-01T00:00:00Z").await), Vec::<Value>::new());
    for (query, field) in [
        ("state=gone", "/state"),
        ("limit=0", "/limit"),
        ("cursor=x", "/cursor"),
        ("closed_from=x", "/closed_from"),
    ] {
        let refused = list(query).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field]), "{query}");
    }
}

#[tokio::test]
async fn timeline_decisions_and_position_tell_what_happened() {
    let server = with_channel().await;
    let made = create(&server, json!({"tier": "gold"})).await.body;
    let place = server.get(&path(&made, "/position")).await.body;
    assert_eq!(
        (&place["position"], &place["ahead"], &place["estimated_wait_seconds"]),
        (&json!(1), &json!(0), &Value::Null)
    );
    let events = server.get(&path(&made, "/events")).await.body["items"].clone();
    assert_eq!((&events[0]["seq"], &events[0]["type"]), (&json!(1), &json!("conversation.created")));
    assert_eq!(
        (&events[1]["type"], &events[1]["data"]["queue_id"], &events[1]["data"]["rule"]),
        (&json!("routed"), &json!("vip"), &json!("gold"))
    );
    let later = server.get(&path(&made, "/events?after=1")).await.body["items"].clone();
    assert_eq!(later[0]["seq"], 2);
    let decisions = server.get(&path(&made, "/decisions")).await.body["items"].clone();
    assert_eq!(decisions[0]["rules"][0]["verdict"], "matched");
    assert_eq!(decisions[0]["rules"][0]["reads"], json!([{"variable": "tier", "value": "gold"}]));
    assert_eq!((&decisions[0]["winner"], &decisions[0]["fallback"]), (&Value::Null, &json!(false)));
}

#[tokio::test]
async fn a_simulation_changes_nothing() {
    let server = with_channel().await;
    let simulate = async |body: Value| server.post("/v1/routing/simulate", body).await;
    for place in [
        json!({"channel_id": "web", "context": {"tier": "GOLD"}}),
        json!({"work_stream_id": "chat", "context": {"tier": "gold"}}),
    ] {
        let decision = simulate(place).await;
        assert_eq!((decision.status, &decision.body["queue_id"]), (200, &json!("vip")), "{}", decision.text);
        assert_eq!(decision.body["trigger"], "simulated");
    }
    assert_eq!(simulate(json!({})).await.fields(), ["/channel_id"]);
    assert_eq!(simulate(json!({"channel_id": "web", "at": "soon"})).await.fields(), ["/at"]);
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
}

#[tokio::test]
async fn context_changes_route_anew_and_conditions_hold() {
    let server = with_channel().await;
    let made = create(&server, json!({"note": "x"})).await.body;
    let moved = server.patch(&path(&made, "/context"), json!({"tier": "gold", "note": null})).await;
    assert_eq!(
        (moved.status, &moved.body["queue_id"], &moved.body["context"]),
        (200, &json!("vip"), &json!({"tier": "gold"})),
        "{}",
        moved.text
    );
    let wrong = server.patch(&path(&made, "/context"), json!({"amount": "x", "list": []})).await;
    assert_eq!((wrong.status, wrong.fields()), (422, vec!["/list"]));
    let wrong = server.patch(&path(&made, "/context"), json!({"amount": "x"})).await;
    assert_eq!((wrong.status, wrong.fields()), (422, vec!["/amount"]));
    let stale = server
        .request(Method::POST, &path(&made, "/end"), ADMIN)
        .header("if-match", "\"1\"")
        .json(&json!({}));
    assert_eq!(server.send(stale).await.problem(), (412, "version_mismatch"));
    let current = server.get(&path(&made, "")).await.header("etag").to_owned();
    let ended = server
        .request(Method::POST, &path(&made, "/end"), ADMIN)
        .header("if-match", current)
        .json(&json!({}));
    let ended = server.send(ended).await;
    assert_eq!((ended.status, &ended.body["close_reason"]), (200, &json!("customer_ended")));
}

#[tokio::test]
async fn what_a_customer_writes_to_a_closed_conversation_starts_another() {
    let server = with_channel().await;
    let made = create(&server, json!({"tier": "gold"})).await.body;
    let said =
        server.post(&path(&made, "/messages"), json!({"text": "One", "client_message_id": "c1"})).await;
    assert_eq!((said.status, &said.body["sender"], &said.body["seq"]), (201, &json!("customer"), &json!(1)));
    let again =
        server.post(&path(&made, "/messages"), json!({"text": "One", "client_message_id": "c1"})).await;
    assert_eq!(again.body["id"], said.body["id"]);
    assert_eq!(server.post(&path(&made, "/end"), json!({})).await.status, 200);
    let known =
        server.post(&path(&made, "/messages"), json!({"text": "One", "client_message_id": "c1"})).await;
    assert_eq!((known.status, &known.body["id"]), (201, &said.body["id"]));
    let late = server.post(&path(&made, "/messages"), json!({"text": "Two"})).await;
    assert_eq!(late.status, 201, "{}", late.text);
    let next = late.body["conversation_id"].as_str().unwrap();
    assert_ne!(late.body["conversation_id"], made["id"]);
    assert_eq!(late.header("location"), format!("/v1/conversations/{next}"));
    let joined = server.post(&path(&made, "/messages"), json!({"text": "Three"})).await;
    assert_eq!(joined.body["conversation_id"], next);
    let messages = server.get(&format!("/v1/conversations/{next}/messages")).await.body["items"].clone();
    assert_eq!((&messages[0]["text"], &messages[1]["text"]), (&json!("Two"), &json!("Three")));
}

#[tokio::test]
async fn an_agent_acts_on_its_own_and_a_supervisor_intervenes() {
    let server = with_channel().await;
    let (ana, ben) = (
        server.agent("ana", json!({"name": "Ana"})).await,
        server.agent("ben", json!({"name": "Ben"})).await,
    );
    let supervisor = server.key("supervisor").await;
    let (mut socket, _) = Socket::agent(&server, &ana).await;
    let made = create(&server, json!({})).await.body;
    let offer = socket.frame("offer.created").await;
    socket.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
    let act = async |token: &str, tail: &str, body: Value| {
        server.send(server.request(Method::POST, &path(&made, tail), token).json(&body)).await
    };
    assert_eq!(act(&ben, "/messages", json!({"text": "x"})).await.status, 403);
    let said = act(&ana, "/messages", json!({"text": "Hello", "visibility": "internal"})).await;
    assert_eq!(
        (said.status, &said.body["agent_id"], &said.body["visibility"]),
        (201, &json!("ana"), &json!("internal"))
    );
    let hidden = server
        .send(server.request(Method::GET, &path(&made, "/messages"), &server.key("backend").await))
        .await;
    assert_eq!(hidden.body["items"], json!([]));
    let refused = act(ADMIN, "/messages", json!({"text": "x", "visibility": "internal"})).await;
    assert_eq!(refused.fields(), ["/visibility"]);
    assert_eq!(act(&supervisor, "/transfer", json!({"queue_id": "nope"})).await.fields(), ["/queue_id"]);
    let absent = act(&supervisor, "/transfer", json!({"agent_id": "ben"})).await;
    assert_eq!(absent.problem(), (409, "not_connected"));
    let moved = act(&supervisor, "/transfer", json!({"queue_id": "vip"})).await;
    assert_eq!(
        (moved.status, &moved.body["state"], &moved.body["transfer_count"]),
        (200, &json!("open"), &json!(1)),
        "{}",
        moved.text
    );
    let assigned = act(&supervisor, "/assign", json!({"agent_id": "ana"})).await;
    assert_eq!((assigned.status, &assigned.body["agent_id"]), (200, &json!("ana")), "{}", assigned.text);
    let released = act(&ana, "/release", json!({})).await;
    assert_eq!((released.status, &released.body["state"]), (200, &json!("open")), "{}", released.text);
    let closed = act(&supervisor, "/close", json!({"reason": "spam"})).await;
    assert_eq!(&closed.body["close_reason"], "force_closed");
}
