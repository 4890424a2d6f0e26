//! Statements of the contract about configuration that a hostile reading found broken once.

use reqwest::Method;
use serde_json::json;

use crate::helpers::{ADMIN, Server};

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_fraction_of_zero() {
    let server = Server::start();
    for text in [r#"{"name": "VIP", "priority": 7.0}"#, r#"{"name": "VIP", "priority": 0.7e1}"#] {
        let request = server.request(Method::PUT, "/v1/queues/vip", ADMIN);
        let made =
            server.send(request.header("content-type", "application/json").body(text.to_owned())).await;
        assert!(made.status < 300, "{}", made.text);
        assert_eq!(made.body["priority"], 7);
    }
    let wrong = server.put("/v1/queues/vip", json!({"name": "VIP", "priority": 7.5})).await;
    assert_eq!((wrong.status, wrong.fields()), (422, vec!["/priority"]));
    server.put("/v1/agents/ann", json!({"name": "Ann"})).await;
    let token = server.post("/v1/agents/ann/tokens", json!({"ttl_seconds": 60.0})).await;
    assert_eq!(token.status, 201, "{}", token.text);
}

#[tokio::test]
async fn a_member_that_is_there_twice_is_named() {
    let server = Server::start();
    server.put("/v1/agents/ann", json!({"name": "Ann"})).await;
    let request = server.request(Method::POST, "/v1/agents/ann/tokens", ADMIN);
    let twice = r#"{"ttl_seconds": 60, "ttl_seconds": 90}"#;
    let answer = server.send(request.header("content-type", "application/json").body(twice)).await;
    assert_eq!((answer.status, answer.fields()), (422, vec!["/ttl_seconds"]));
}

#[tokio::test]
async fn unknown_ids_are_named_beside_fields_that_are_wrong_otherwise() {
    let server = Server::start();
    let agent = json!({"name": "", "queue_ids": ["default-messaging", "nope"], "default_presence": "nap",
        "skills": [{"skill_id": "juggling", "level": 1}, {"skill_id": "x"}], "colour": "red"});
    let answer = server.put("/v1/agents/ann", agent).await;
    assert_eq!(answer.problem(), (422, "invalid"));
    for field in [
        "/name",
        "/colour",
        "/queue_ids/1",
        "/default_presence",
        "/skills/0/skill_id",
        "/skills/1/level",
        "/skills/1/skill_id",
    ] {
        assert!(answer.fields().contains(&field), "{field}: {:?}", answer.fields());
    }
    assert!(!answer.fields().contains(&"/queue_ids/0"));
    let when = json!({"variable": "channel.a", "operator": "has_data"});
    let stream = json!({"name": "W", "channel_type": "sms", "fallback_queue_id": "nope",
        "distribution": {"mode": "pick", "agent_affinity": true},
        "routing_rules": [{"name": "a", "when": when, "route_to": {"split": [{"queue_id": "gone", "percent": 100}]}},
            {"name": "b", "when": when, "route_to": {"agent_id": "nobody"}}]});
    let answer = server.put("/v1/work-streams/w", stream).await;
    for field in [
        "/distribution/agent_affinity",
        "/fallback_queue_id",
        "/routing_rules/0/route_to/split/0/queue_id",
        "/routing_rules/1/route_to/agent_id",
    ] {
        assert!(answer.fields().contains(&field), "{field}: {:?}", answer.fields());
    }
}

#[tokio::test]
async fn a_misspelt_name_in_a_merge_patch_is_refused_also_with_null() {
    let server = Server::start();
    server.put("/v1/queues/vip", json!({"name": "VIP", "priority": 3})).await;
    let answer = server.patch("/v1/queues/vip", json!({"priorty": null})).await;
    assert_eq!((answer.status, answer.fields()), (422, vec!["/priorty"]));
    let answer = server.patch("/v1/queues/vip", json!({"priority": null})).await;
    assert_eq!((answer.status, &answer.body["priority"]), (200, &json!(100)));
    let answer =
        server.patch("/v1/settings", json!({"graze": null, "age_limits": {"fax": null, "sms": null}})).await;
    assert_eq!((answer.status, answer.fields()), (422, vec!["/age_limits/fax", "/graze"]));
    let stream = json!({"distribution": {"notification": {"sound": null}, "mode": null}});
    let answer = server.patch("/v1/work-streams/default-live-chat", stream).await;
    assert_eq!((answer.status, answer.fields()), (422, vec!["/distribution/notification/sound"]));
}

#[tokio::test]
async fn a_channel_with_live_conversations_is_in_use_and_the_answer_says_why() {
    let server = Server::start();
    server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    assert_eq!(server.post("/v1/conversations", json!({"channel_id": "web"})).await.status, 201);
    let answer = server.delete("/v1/channels/web").await;
    assert_eq!(answer.problem(), (409, "in_use"));
    let detail = answer.body["detail"].as_str().unwrap();
    assert!(detail.contains("channel web") && detail.contains("conversations"), "{detail}");
}

#[tokio::test]
async fn no_default_of_the_document_is_outside_its_type() {
    let server = Server::start();
    let document = server.get("/openapi.json").await.body;
    let affinity = &document["components"]["schemas"]["Distribution"]["properties"]["agent_affinity"];
    assert_eq!(affinity["type"], "boolean");
    assert!(affinity.get("default").is_none(), "{affinity}");
}
