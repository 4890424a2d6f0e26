//! A supervisor sets an agent's presence and resets an inactive one (SPEC §5, §16), over HTTP and on its own socket.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, Server};
use crate::socket::Socket;

async fn set(server: &Server, token: &str, agent: &str, body: Value) -> Answer {
    let path = format!("/v1/agents/{agent}/presence");
    server.send(server.request(Method::PUT, &path, token).json(&body)).await
}

#[tokio::test]
async fn a_supervisor_sets_an_agents_presence_and_its_sockets_hear_by_whom() {
    let server = Server::start();
    let lunch = json!({"text": "Lunch", "base": "away"});
    assert_eq!(server.put("/v1/presences/lunch", lunch).await.status, 201);
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut one, _) = Socket::agent(&server, &token).await;
    let (mut two, _) = Socket::agent(&server, &token).await;
    let supervisor = server.key("supervisor").await;
    let done = set(&server, &supervisor, "ana", json!({"presence": "lunch"})).await;
    assert_eq!(
        (done.status, &done.body["id"], &done.body["name"]),
        (200, &json!("ana"), &json!("Ana")),
        "{}",
        done.text
    );
    let runtime = &done.body["runtime"];
    assert_eq!(
        (&runtime["presence"], &runtime["base_presence"], &runtime["connected"], &runtime["sessions"]),
        (&json!("lunch"), &json!("away"), &json!(true), &json!(2))
    );
    assert_eq!(done.header("etag"), server.get("/v1/agents/ana").await.header("etag"));
    for socket in [&mut one, &mut two] {
        let changed = socket.frame("presence.changed").await;
        assert_eq!(
            (&changed["presence"], &changed["base_presence"], &changed["by"]),
            (&json!("lunch"), &json!("away"), &json!("supervisor"))
        );
    }
}

#[tokio::test]
async fn a_supervisor_resets_an_inactive_agent_who_then_gets_work() {
    let server = Server::start();
    assert_eq!(server.patch("/v1/settings", json!({"missed_notifications": true})).await.status, 200);
    let brief = json!({"distribution": {"notification": {"timeout_seconds": 1}, "refusal": {"timeout_cooldown_seconds": 0}}});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", brief).await.status, 200);
    assert_eq!(server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await.status, 201);
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(ana.frame("offer.ended").await["reason"], "timed_out");
    ana.wait(|frame| frame["presence"] == "inactive").await;
    let reset = set(&server, &server.key("supervisor").await, "ana", json!({"presence": "available"})).await;
    assert_eq!(
        (reset.status, &reset.body["runtime"]["presence"]),
        (200, &json!("available")),
        "{}",
        reset.text
    );
    let changed = ana.wait(|frame| frame["by"] == "supervisor").await;
    assert_eq!((&changed["type"], &changed["presence"]), (&json!("presence.changed"), &json!("available")));
    let offers = [ana.frame("offer.created").await, ana.frame("offer.created").await];
    assert_eq!(offers[1]["offer"]["conversation_id"], made.body["id"], "work again: {offers:?}");
}

#[tokio::test]
async fn a_supervisor_resets_an_inactive_agent_who_has_left() {
    let server = Server::start();
    assert_eq!(
        server
            .patch("/v1/settings", json!({"missed_notifications": true, "presence_grace_seconds": 0}))
            .await
            .status,
        200
    );
    let brief = json!({"distribution": {"notification": {"timeout_seconds": 1}}});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", brief).await.status, 200);
    assert_eq!(server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await.status, 201);
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    ana.wait(|frame| frame["presence"] == "inactive").await;
    ana.vanish();
    let supervisor = server.key("supervisor").await;
    while server.get("/v1/agents/ana").await.body["runtime"]["connected"] == true {}
    let reset = set(&server, &supervisor, "ana", json!({"presence": "available"})).await;
    assert_eq!(reset.status, 200, "{}", reset.text);
    assert_ne!(server.get("/v1/agents/ana").await.body["runtime"]["presence"], "inactive");
    let (_ana, welcome) = Socket::agent(&server, &token).await;
    assert_eq!(welcome["presence"], "available");
}

#[tokio::test]
async fn what_a_supervisor_cannot_set_is_refused_with_the_reason() {
    let server = Server::start();
    let ana = server.agent("ana", json!({"name": "Ana"})).await;
    let supervisor = server.key("supervisor").await;
    let absent = set(&server, &supervisor, "ana", json!({"presence": "away"})).await;
    assert_eq!(absent.problem(), (409, "not_connected"));
    let (_socket, _) = Socket::agent(&server, &ana).await;
    for wrong in ["inactive", "nowhere"] {
        let refused = set(&server, &supervisor, "ana", json!({"presence": wrong})).await;
        assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/presence"]), "{wrong}");
    }
    let wrong = set(&server, &supervisor, "ana", json!({"presense": "away"})).await;
    assert_eq!((wrong.status, wrong.fields()), (422, vec!["/presence", "/presense"]));
    assert_eq!(
        set(&server, &supervisor, "nobody", json!({"presence": "away"})).await.problem(),
        (404, "not_found")
    );
    for token in [&ana, &server.key("backend").await] {
        let refused = set(&server, token, "ana", json!({"presence": "away"})).await;
        assert_eq!(refused.problem(), (403, "forbidden"));
        assert!(refused.body["detail"].as_str().unwrap().contains("supervisor or admin"), "{}", refused.text);
    }
}

#[tokio::test]
async fn on_its_own_socket_a_supervisor_does_the_same_and_an_agent_does_not() {
    let server = Server::start();
    let ana = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &ana).await;
    let boss = server.agent("boss", json!({"name": "Boss", "role": "supervisor"})).await;
    let (mut boss, _) = Socket::agent(&server, &boss).await;
    let frame = |agent: &str, presence: &str| json!({"type": "agent.presence.set", "agent_id": agent, "presence": presence});
    let done = boss.done(frame("ana", "busy_dnd")).await;
    assert_eq!((&done["presence"], &done["base_presence"]), (&json!("busy_dnd"), &json!("busy_dnd")));
    assert_eq!(ana.frame("presence.changed").await["by"], "supervisor");
    boss.done(frame("boss", "away")).await;
    assert_eq!(boss.frame("presence.changed").await["by"], "agent", "its own is its own");
    for (wrong, field) in [(frame("nobody", "away"), "/agent_id"), (frame("ana", "inactive"), "/presence")] {
        let (status, _, problem) = boss.refused(wrong).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)));
    }
    let (status, code, problem) = ana.refused(frame("boss", "away")).await;
    assert_eq!((status, code.as_str()), (403, "forbidden"));
    assert!(problem["detail"].as_str().unwrap().contains("supervisor or admin"), "{problem}");
}
