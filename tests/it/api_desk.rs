//! `GET /v1/desk`: names and choices for an agent's page.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Answer, Server};
use crate::socket::Socket;

async fn desk(server: &Server, token: &str, known: &str) -> Answer {
    let request = server.request(Method::GET, "/v1/desk", token);
    server.send(if known.is_empty() { request } else { request.header("if-none-match", known) }).await
}

/// A small house with one of everything; the token of its agent.
async fn furnished(server: &Server) -> String {
    server.put("/v1/queues/vip", json!({"name": "VIP"})).await;
    let skill = server.put("/v1/skills/french", json!({"name": "French"})).await;
    assert_eq!(skill.status, 201);
    server
        .put("/v1/presences/lunch", json!({"text": "Lunch", "base": "away", "description": "Back soon"}))
        .await;
    let stream = json!({"name": "Chat", "channel_type": "live_chat", "distribution": {"select_from_push": true},
        "context_variables": [{"name": "tier", "display_name": "Tier"}], "fallback_queue_id": "vip"});
    server.put("/v1/work-streams/chat", stream).await;
    let channel = json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat"});
    server.put("/v1/channels/web", channel).await;
    let reply = json!({"title": "Hello", "text": "Hi {customer.name}", "language": "en", "tags": ["hi"],
        "work_stream_ids": ["chat"]});
    server.put("/v1/quick-replies/hello", reply).await;
    server.agent("ben", json!({"name": "Ben", "role": "supervisor"})).await;
    let ana = json!({"name": "Ana", "email": "ana@shop.example", "queue_ids": ["vip"], "capacity": 7,
        "skills": [{"skill_id": "french", "level": 3}]});
    server.agent("ana", ana).await
}

#[tokio::test]
async fn an_agent_reads_the_names_and_choices_of_its_desk_and_nothing_else() {
    let server = Server::start();
    let ana = furnished(&server).await;
    let (_socket, _) = Socket::agent(&server, &ana).await;
    let answer = desk(&server, &ana, "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let presence = |id: &str, text: &str, base: &str, description: Value| json!({"id": id, "text": text, "base": base, "description": description});
    let base = |id: &str, text: &str| presence(id, text, id, Value::Null);
    let variable = json!({"name": "tier", "display_name": "Tier", "type": "text"});
    let expected = json!({
        "agent": {"id": "ana", "name": "Ana", "role": "agent", "queue_ids": ["vip"]},
        "queues": [{"id": "default-messaging", "name": "Default messaging queue", "type": "messaging"},
            {"id": "default-record", "name": "Default record queue", "type": "record"},
            {"id": "vip", "name": "VIP", "type": "messaging"}],
        "agents": [{"id": "ana", "name": "Ana", "presence": "available", "base_presence": "available",
                "connected": true, "queue_ids": ["vip"]},
            {"id": "ben", "name": "Ben", "presence": "offline", "base_presence": "offline",
                "connected": false, "queue_ids": []}],
        "presences": [base("available", "Available"), base("away", "Away"), base("busy", "Busy"),
            base("busy_dnd", "Do not disturb"), presence("lunch", "Lunch", "away", json!("Back soon")),
            base("offline", "Offline")],
        "work_streams": [{"id": "chat", "name": "Chat", "channel_type": "live_chat", "mode": "push",
                "select_from_push": true, "context_variables": [variable]},
            {"id": "default-live-chat", "name": "Default live chat", "channel_type": "live_chat", "mode": "push",
                "select_from_push": false, "context_variables": []}],
        "channels": [{"id": "web", "name": "Web", "type": "live_chat"}],
        "quick_replies": [{"id": "hello", "title": "Hello", "text": "Hi {customer.name}", "language": "en",
            "tags": ["hi"], "work_stream_ids": ["chat"]}],
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn the_desk_is_for_agent_resources_of_any_role_only() {
    let server = Server::start();
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let supervisor = server.agent("ben", json!({"name": "Ben", "role": "supervisor"})).await;
    let admin = server.agent("cleo", json!({"name": "Cleo", "role": "admin"})).await;
    for (token, role) in [(&agent, "agent"), (&supervisor, "supervisor"), (&admin, "admin")] {
        let answer = desk(&server, token, "").await;
        assert_eq!((answer.status, &answer.body["agent"]["role"]), (200, &json!(role)), "{}", answer.text);
    }
    for token in [ADMIN, &server.key("backend").await, &server.key("supervisor").await] {
        assert_eq!(desk(&server, token, "").await.problem(), (403, "forbidden"));
    }
    assert_eq!(desk(&server, "", "").await.problem().0, 401);
}

#[tokio::test]
async fn an_unchanged_desk_is_a_304_and_a_presence_or_a_name_changes_it() {
    let server = Server::start();
    let ana = furnished(&server).await;
    let first = desk(&server, &ana, "").await;
    let tag = first.header("etag").to_owned();
    let same = desk(&server, &ana, &format!("\"other\", {tag}")).await;
    assert_eq!((same.status, same.text.as_str(), same.header("etag")), (304, "", tag.as_str()));
    for known in [format!("W/{tag}"), format!("\"a,b\", W/{tag}"), "*".to_owned()] {
        assert_eq!(desk(&server, &ana, &known).await.status, 304, "{known}");
    }
    assert_eq!(desk(&server, &ana, "\"other\"").await.status, 200);
    // What the desk does not show does not change it.
    server.patch("/v1/agents/ana", json!({"capacity": 9})).await;
    assert_eq!(desk(&server, &ana, &tag).await.status, 304);
    let (mut socket, _) = Socket::agent(&server, &ana).await;
    socket.done(json!({"type": "presence.set", "presence": "lunch"})).await;
    let there = desk(&server, &ana, &tag).await;
    assert_eq!((there.status, &there.body["agents"][0]["presence"]), (200, &json!("lunch")));
    assert_eq!(there.body["agents"][0]["base_presence"], "away");
    let tag = there.header("etag").to_owned();
    server.patch("/v1/queues/vip", json!({"name": "Gold"})).await;
    let renamed = desk(&server, &ana, &tag).await;
    assert_eq!((renamed.status, &renamed.body["queues"][2]["name"]), (200, &json!("Gold")));
}
