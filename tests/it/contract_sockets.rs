//! CONTRACT §§5 and 6, statement by statement, where a hostile look found it wanting.

use serde_json::json;

use crate::helpers::Server;
use crate::socket::Socket;

async fn with_channel() -> Server {
    let server = Server::start();
    assert_eq!(
        server.put("/v1/channels/web", json!({"name": "Our site", "type": "live_chat"})).await.status,
        201
    );
    server
}

#[tokio::test]
async fn who_took_an_offer_is_said_to_those_who_lost_it() {
    let server = with_channel().await;
    let stream = json!({"distribution": {"select_from_push": true}});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", stream).await.status, 200);
    let ana = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &ana).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await.body;
    let offer = ana.frame("offer.created").await["offer"].clone();
    let ben = server.agent("ben", json!({"name": "Ben"})).await;
    let (mut ben, _) = Socket::agent(&server, &ben).await;
    ben.done(json!({"type": "conversation.pick", "conversation_id": made["id"]})).await;
    let ended = ana.frame("offer.ended").await;
    assert_eq!(
        (&ended["reason"], &ended["cause"], &ended["agent_id"]),
        (&json!("withdrawn"), &json!("taken"), &json!("ben"))
    );
    let (status, _, problem) = ana.refused(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    assert_eq!(
        (status, &problem["current_state"], &problem["agent_id"]),
        (409, &json!("withdrawn"), &json!("ben"))
    );
}

#[tokio::test]
async fn a_welcome_names_queues_and_channels() {
    let server = with_channel().await;
    assert_eq!(server.put("/v1/queues/vip", json!({"name": "VIP"})).await.status, 201);
    assert_eq!(server.put("/v1/queues/other", json!({"name": "Other"})).await.status, 201);
    let token = server.agent("ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    let (_ana, welcome) = Socket::agent(&server, &token).await;
    assert_eq!(welcome["queues"]["vip"], "VIP");
    assert!(welcome["queues"].get("other").is_none());
    assert_eq!(welcome["channels"], json!({"web": "Our site"}));
}

#[tokio::test]
async fn a_request_that_does_not_upgrade_is_answered_with_a_problem() {
    let server = Server::start();
    for path in ["/v1/agent-session", "/v1/customer-session"] {
        assert_eq!(server.get(path).await.problem(), (400, "bad_request"), "{path}");
    }
}

#[tokio::test]
async fn an_alarm_is_a_notice_on_every_socket_of_a_supervisor_and_on_no_agents() {
    let server = with_channel().await;
    assert_eq!(server.put("/v1/queues/vip", json!({"name": "Very important"})).await.status, 201);
    let stream = json!({"fallback_queue_id": "vip", "distribution": {"refusal": {"max_refusals": 1}}});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", stream).await.status, 200);
    let ana = server.agent("ana", json!({"name": "Ana", "queue_ids": ["vip"]})).await;
    let boss = server.agent("boss", json!({"name": "Boss", "role": "supervisor"})).await;
    let (mut ana, _) = Socket::agent(&server, &ana).await;
    let (mut one, _) = Socket::agent(&server, &boss).await;
    let (mut two, _) = Socket::agent(&server, &boss).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await.body;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.decline", "offer_id": offer})).await;
    for socket in [&mut one, &mut two] {
        let notice = socket.frame("notice").await;
        assert_eq!((&notice["level"], &notice["code"]), (&json!("warning"), &json!("conversation_stranded")));
        let text = notice["text"].as_str().unwrap();
        assert!(text.contains("Very important") && text.contains(made["id"].as_str().unwrap()), "{text}");
    }
    // Whatever it was sent before this reply was read: there was no notice among it.
    ana.done(json!({"type": "presence.set", "presence": "away"})).await;
    assert!(!ana.has("notice"));
    let documented = server.get("/openapi.json").await.body["x-notice-codes"].clone();
    let codes: Vec<_> = documented.as_array().unwrap().iter().map(|row| row["code"].clone()).collect();
    for code in ["conversation_stranded", "service_level_passed", "queue_without_members"] {
        assert!(codes.contains(&json!(code)), "{code}: {codes:?}");
    }
}
