//! Overflow while waiting, its last words to the customer, and the service level's notice, as sockets see them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::Server;
use crate::socket::Socket;

/// The queue `desk` as given, `night` beside it, and the chat channel `web` into `desk`.
async fn house(desk: Value) -> Server {
    let server = Server::start();
    let document = json!({
        "operating_hours": {"never": {"name": "Never"}},
        "queues": {"desk": desk, "night": {"name": "Night"}},
        "work_streams": {"chat": {"name": "Chat", "channel_type": "live_chat", "fallback_queue_id": "desk"}},
        "channels": {"web": {"name": "Web", "type": "live_chat", "work_stream_id": "chat"}}});
    let applied = server.put("/v1/configuration", document).await;
    assert_eq!(applied.status, 200, "{}", applied.text);
    server
}

/// A visitor's socket and conversation.
async fn visitor(server: &Server) -> (Socket, String) {
    let request = server.request(Method::POST, "/v1/widgets/web/conversations", "");
    let opened = server.send(request.json(&json!({"message": "hello"}))).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let token = opened.body["customer_token"].as_str().expect("a token");
    let id = opened.body["conversation"]["id"].as_str().expect("an id").to_owned();
    (Socket::customer(server, token).await.0, id)
}

async fn items(server: &Server, id: &str, what: &str) -> Vec<Value> {
    let list = server.get(&format!("/v1/conversations/{id}/{what}?limit=1000")).await.body;
    list["items"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn a_conversation_that_waited_too_long_goes_on_with_its_age_and_says_why() {
    let on = json!([{"when": {"wait_seconds": 1}, "action": {"queue_id": "night"}}]);
    let server = house(json!({"name": "Desk", "overflow": on})).await;
    let token = server.agent("ben", json!({"name": "Ben", "queue_ids": ["night"]})).await;
    let (mut ben, _) = Socket::agent(&server, &token).await;
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await.body;
    assert_eq!(made["queue_id"], "desk");
    let offer = ben.frame("offer.created").await["offer"].clone();
    assert_eq!(offer["conversation"]["queue_id"], "night");
    let id = made["id"].as_str().unwrap();
    let now = server.get(&format!("/v1/conversations/{id}")).await.body;
    assert_eq!((&now["queue_id"], &now["queued_at"]), (&json!("night"), &made["queued_at"]));
    let events = items(&server, id, "events").await;
    let overflowed = events.iter().find(|event| event["type"] == "overflowed").expect("it overflowed");
    assert_eq!(overflowed["data"]["to_queue_id"], "night");
    let decisions = items(&server, id, "decisions").await;
    let decision = decisions.iter().find(|decision| decision["overflow"] != json!([])).expect("a decision");
    let overflow = &decision["overflow"][0];
    assert_eq!((&decision["trigger"], &overflow["outcome"]), (&json!("time_elapsed"), &json!("moved")));
    assert_eq!(
        (&overflow["waited_seconds"], &overflow["items"][0]["verdict"]),
        (&json!(1), &json!("chosen"))
    );
}

#[tokio::test]
async fn a_wait_that_is_configured_later_moves_what_waits_already_and_takes_its_offer_back() {
    let server = house(json!({"name": "Desk"})).await;
    let token = server.agent("ana", json!({"name": "Ana", "queue_ids": ["desk"]})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let (_, id) = visitor(&server).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    let on = json!([{"when": {"wait_seconds": 1}, "action": {"queue_id": "night"}}]);
    assert_eq!(server.patch("/v1/queues/desk", json!({"overflow": on})).await.status, 200);
    let ended = ana.frame("offer.ended").await;
    assert_eq!(
        (&ended["offer_id"], &ended["reason"], &ended["cause"]),
        (&offer, &json!("withdrawn"), &json!("overflowed"))
    );
    let now = server.get(&format!("/v1/conversations/{id}")).await.body;
    assert_eq!(
        (&now["queue_id"], &now["offer"], &now["refusals"]),
        (&json!("night"), &Value::Null, &json!(0))
    );
}

#[tokio::test]
async fn a_customer_who_waits_too_long_hears_the_last_words_and_the_end() {
    let end = json!([{"when": {"wait_seconds": 1}, "action": {"end": {"message": "Please write to us."}}}]);
    let server = house(json!({"name": "Desk", "overflow": end})).await;
    let (mut kim, id) = visitor(&server).await;
    let said = kim.frame("message.received").await["message"].clone();
    assert_eq!((&said["sender"], &said["text"]), (&json!("system"), &json!("Please write to us.")));
    kim.frame("conversation.ended").await;
    assert_eq!(kim.closed().await, 4401);
    let now = server.get(&format!("/v1/conversations/{id}")).await.body;
    assert_eq!((&now["state"], &now["close_reason"]), (&json!("closed"), &json!("overflow")));
    assert_eq!(
        items(&server, &id, "messages").await.last().expect("a message")["text"],
        "Please write to us."
    );
}

#[tokio::test]
async fn a_conversation_past_the_service_level_that_fits_nobody_is_a_notice_to_supervisors_alone() {
    let server = house(json!({"name": "Desk", "service_level_seconds": 1})).await;
    let token = server.agent("ana", json!({"name": "Ana", "queue_ids": ["desk"], "capacity": 0})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let token = server.agent("sue", json!({"name": "Sue", "role": "supervisor"})).await;
    let (mut sue, _) = Socket::agent(&server, &token).await;
    let (_, id) = visitor(&server).await;
    let notice = sue.frame("notice").await;
    assert_eq!((&notice["code"], &notice["level"]), (&json!("service_level_passed"), &json!("warning")));
    let text = notice["text"].as_str().expect("words");
    assert!(text.contains(&id) && text.contains("Desk"), "{text}");
    let events = items(&server, &id, "events").await;
    assert_eq!(events.last().expect("an event")["type"], "service_level_passed");
    ana.done(json!({"type": "presence.set", "presence": "busy"})).await;
    assert!(!ana.has("notice"), "it is not hers");
}
