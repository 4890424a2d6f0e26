//! Copies of work streams and queues: everything but what belongs to one of them alone.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Answer, Server};

async fn with_key(server: &Server, path: &str, key: &str, body: Value) -> Answer {
    server.send(server.request(Method::POST, path, ADMIN).header("idempotency-key", key).json(&body)).await
}

#[tokio::test]
async fn a_copy_of_a_work_stream_has_everything_but_its_channels() {
    let server = Server::start();
    assert_eq!(server.put("/v1/queues/vip", json!({"name": "VIP"})).await.status, 201);
    let rule = |name: &str| json!({"name": name, "when": {"variable": "tier", "operator": "equals", "value": "gold"}, "route_to": {"queue_id": "vip"}});
    let stream = json!({"name": "Chat", "channel_type": "live_chat", "capacity": 7, "wrap_up": {"block_capacity": 30},
        "distribution": {"mode": "pick"}, "routing_rules": [rule("gold"), rule("never")],
        "context_variables": [{"name": "tier", "display_name": "Tier", "type": "text"}]});
    let source = server.put("/v1/work-streams/chat", stream).await;
    assert_eq!(source.status, 201, "{}", source.text);
    let channel = json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat"});
    assert_eq!(server.put("/v1/channels/web", channel).await.status, 201);

    let copy =
        server.post("/v1/work-streams/chat/copy", json!({"id": "chat-2", "name": "Chat, second"})).await;
    assert_eq!((copy.status, copy.header("location")), (201, "/v1/work-streams/chat-2"), "{}", copy.text);
    let mut expected = source.body.clone();
    (expected["id"], expected["name"]) = (json!("chat-2"), json!("Chat, second"));
    assert_eq!(copy.body, expected);
    assert_eq!(copy.body["warnings"][0]["code"], "shadowed_rule");
    let read = server.get("/v1/work-streams/chat-2").await;
    assert_eq!((&read.body, read.header("etag")), (&copy.body, copy.header("etag")));
    assert_eq!(server.get("/v1/channels/web").await.body["work_stream_id"], "chat");
    assert_eq!(server.delete("/v1/work-streams/chat-2").await.status, 204, "no channel refers to it");
}

#[tokio::test]
async fn a_copy_of_a_queue_has_its_settings_and_no_members() {
    let server = Server::start();
    let queue = json!({"name": "VIP", "priority": 5, "assignment_method": "round_robin", "service_level_seconds": 20});
    let source = server.put("/v1/queues/vip", queue).await;
    assert_eq!(source.status, 201, "{}", source.text);
    server.agent("ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    let copy = server.post("/v1/queues/vip/copy", json!({"id": "vip-2"})).await;
    assert_eq!((copy.status, copy.header("location")), (201, "/v1/queues/vip-2"), "{}", copy.text);
    let mut expected = source.body.clone();
    expected["id"] = json!("vip-2");
    assert_eq!(copy.body, expected, "its name too, since none was given");
    assert_eq!(copy.body["members"], json!([]));
    assert_eq!(server.get("/v1/queues/vip").await.body["members"], json!(["ana"]));
    let of_all = server.post("/v1/queues/default-messaging/copy", json!({"id": "plain"})).await;
    assert_eq!((of_all.status, &of_all.body["members"]), (201, &json!([])));
    assert_eq!(
        server.delete("/v1/queues/plain").await.status,
        204,
        "a copy of a built-in one is not built in"
    );
}

#[tokio::test]
async fn what_cannot_be_copied_is_refused_and_nothing_is_made() {
    let server = Server::start();
    let copy =
        async |source: &str, body: Value| server.post(&format!("/v1/queues/{source}/copy"), body).await;
    assert_eq!(copy("nope", json!({"id": "q"})).await.problem(), (404, "not_found"));
    let taken = copy("default-messaging", json!({"id": "default-record"})).await;
    assert_eq!(taken.problem(), (409, "conflict"));
    for (body, fields) in [
        (json!({}), vec!["/id"]),
        (json!({"id": "Not An Id"}), vec!["/id"]),
        (json!({"id": "q", "name": "", "members": []}), vec!["/members", "/name"]),
    ] {
        let refused = copy("default-messaging", body.clone()).await;
        assert_eq!((refused.status, refused.fields()), (422, fields), "{body}");
    }
    let supervisor = server.key("supervisor").await;
    let request = server.request(Method::POST, "/v1/queues/default-messaging/copy", &supervisor);
    assert_eq!(server.send(request.json(&json!({"id": "q"}))).await.problem(), (403, "forbidden"));
    assert_eq!(server.get("/v1/queues").await.body["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_copy_is_made_once_for_its_key_and_answered_again_as_it_was() {
    let server = Server::start();
    let path = "/v1/queues/default-messaging/copy";
    let ask = || with_key(&server, path, "k1", json!({"id": "q", "name": "Q"}));
    let answers = futures_util::future::join_all((0..4).map(|_| ask())).await;
    let first = answers.iter().filter(|answer| answer.header("idempotent-replayed").is_empty()).count();
    assert_eq!(first, 1);
    assert_eq!(server.patch("/v1/queues/q", json!({"name": "Another"})).await.status, 200);
    for answer in answers.iter().chain([&ask().await]) {
        assert_eq!(
            (answer.status, answer.header("location"), &answer.body["name"]),
            (201, "/v1/queues/q", &json!("Q"))
        );
    }
    let other = with_key(&server, path, "k1", json!({"id": "r"})).await;
    assert_eq!(other.problem(), (422, "idempotency_key_reused"));
}
