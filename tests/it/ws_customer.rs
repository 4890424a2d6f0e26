//! The widget call and the customer socket (CONTRACT §6).

use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::helpers::{ADMIN, Answer, Server};
use crate::socket::Socket;

const WIDGET: &str = "/v1/widgets/web/conversations";

async fn with_channel(settings: Value) -> Server {
    let server = Server::start();
    let stream = json!({"name": "Chat", "channel_type": "live_chat",
        "context_variables": [{"name": "tier", "display_name": "Tier", "type": "text"}]});
    assert_eq!(server.put("/v1/work-streams/chat", stream).await.status, 201);
    let channel = json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat", "settings": settings});
    assert_eq!(server.put("/v1/channels/web", channel).await.status, 201);
    server
}

async fn open(server: &Server, body: Value) -> Answer {
    server.send(server.request(Method::POST, WIDGET, "").json(&body)).await
}

#[tokio::test]
async fn a_visitor_opens_a_conversation_and_talks_to_an_agent() {
    let server = with_channel(json!({})).await;
    let survey = json!({"tier": "gold", "name": "Kim", "undeclared": "x"});
    let opened = open(&server, json!({"message": "Hello", "survey": survey})).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    assert_eq!(opened.body["conversation"]["state"], "open");
    assert!(opened.body["conversation"].get("queue_id").is_none());
    let id = opened.body["conversation"]["id"].as_str().unwrap();
    let seen = server.get(&format!("/v1/conversations/{id}")).await.body;
    assert_eq!(seen["context"], json!({"tier": "gold"}));
    assert_eq!(seen["customer"], json!({"id": null, "name": "Kim", "email": null, "phone": null}));

    let token = opened.body["customer_token"].as_str().unwrap();
    let (mut kim, welcome) = Socket::customer(&server, token).await;
    assert_eq!(
        (&welcome["conversation"]["id"], &welcome["messages"][0]["text"]),
        (&json!(id), &json!("Hello"))
    );
    assert_eq!(kim.frame("queue.position").await["position"], 1);
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &agent).await;
    let offer = ana.frame("offer.created").await;
    ana.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
    assert_eq!(kim.frame("agent.joined").await["agent"]["name"], "Ana");
    ana.done(json!({"type": "typing", "conversation_id": id})).await;
    kim.frame("agent.typing").await;
    ana.done(
        json!({"type": "message.send", "conversation_id": id, "text": "secret", "visibility": "internal"}),
    )
    .await;
    ana.done(json!({"type": "message.send", "conversation_id": id, "text": "Hello Kim"})).await;
    let heard = kim.frame("message.received").await["message"].clone();
    assert_eq!((&heard["text"], &heard["agent_name"]), (&json!("Hello Kim"), &json!("Ana")));
    kim.done(json!({"type": "message.send", "text": "Hi Ana", "client_message_id": "c1"})).await;
    assert_eq!(ana.frame("message.received").await["message"]["text"], "Hi Ana");
    kim.done(json!({"type": "typing"})).await;
    kim.done(json!({"type": "conversation.end"})).await;
    kim.frame("conversation.ended").await;
    let (status, _, problem) = kim.refused(json!({"type": "message.send", "text": "One more"})).await;
    assert_eq!((status, &problem["current_state"]), (409, &json!("wrap_up")));
    ana.done(json!({"type": "conversation.close", "conversation_id": id})).await;
    assert_eq!(kim.closed().await, 4401);
    let mut late = Socket::open(&server, "/v1/customer-session", "").await.unwrap();
    late.send(&json!({"type": "hello", "token": token}).to_string()).await;
    assert_eq!(late.closed().await, 4401);
}

#[tokio::test]
async fn a_visitor_cannot_say_priority_skills_or_who_it_is() {
    let server = with_channel(json!({})).await;
    for (field, value) in [
        ("priority", json!(100)),
        ("skills", json!([])),
        ("customer", json!({})),
        ("context", json!({})),
        ("token", json!("x")),
    ] {
        let refused = open(&server, json!({ field: value })).await;
        assert_eq!(refused.problem(), (422, "invalid"), "{field}");
        assert_eq!(refused.fields(), [format!("/{field}")]);
    }
    assert_eq!(
        server.send(server.request(Method::POST, "/v1/widgets/nope/conversations", "")).await.status,
        404
    );
}

#[tokio::test]
async fn a_foreign_page_is_refused_unless_the_channel_allows_it() {
    let server = with_channel(json!({"allowed_origins": ["https://shop.example"]})).await;
    let from = |origin: &'static str| {
        server.request(Method::POST, WIDGET, "").header("origin", origin).json(&json!({}))
    };
    assert_eq!(server.send(from("https://evil.example")).await.problem(), (403, "forbidden"));
    let allowed = server.send(from("https://shop.example")).await;
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (201, "https://shop.example")
    );
}

#[tokio::test]
async fn one_open_conversation_a_visitor_and_ten_a_minute_an_address() {
    let server = with_channel(json!({})).await;
    let opened = open(&server, json!({})).await;
    let cookie = opened.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(opened.header("set-cookie").contains("HttpOnly"));
    let again = server.request(Method::POST, WIDGET, "").header("cookie", &cookie).json(&json!({}));
    let refused = server.send(again).await;
    assert_eq!(refused.problem(), (409, "conflict"));
    assert_eq!(refused.body["current_state"], "open");
    for _ in 0..9 {
        assert_eq!(open(&server, json!({})).await.status, 201);
    }
    let limited = open(&server, json!({})).await;
    assert_eq!(limited.problem(), (429, "rate_limited"));
    assert!(!limited.header("retry-after").is_empty());
}

#[tokio::test]
async fn bad_hellos_and_frames_of_a_customer_are_answered() {
    let server = with_channel(json!({})).await;
    let opened = open(&server, json!({})).await;
    let token = opened.body["customer_token"].as_str().unwrap();
    let hello = |token: &str| Message::text(json!({"type": "hello", "token": token}).to_string());
    for (frame, code) in [
        (hello("x"), 4401),
        (hello(ADMIN), 4403),
        (Message::text("{}"), 4400),
        (Message::binary(vec![0]), 1003),
    ] {
        let mut socket = Socket::open(&server, "/v1/customer-session", "").await.unwrap();
        socket.message(frame).await;
        assert_eq!(socket.closed().await, code);
    }
    let mut agents = Socket::open(&server, "/v1/agent-session", "").await.unwrap();
    agents.message(hello(token)).await;
    assert_eq!(agents.closed().await, 4403);
    let (mut kim, _) = Socket::customer(&server, token).await;
    let (status, code, _) = kim.refused(json!({"type": "conversation.pick"})).await;
    assert_eq!((status, code.as_str()), (400, "unknown_frame"));
    let (status, _, problem) =
        kim.refused(json!({"type": "message.send", "text": "x", "conversation_id": "y"})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/conversation_id")));
}

#[tokio::test]
async fn after_the_end_a_customer_hears_that_a_new_conversation_is_needed_and_a_backend_starts_one() {
    let server = with_channel(json!({})).await;
    let opened = open(&server, json!({"message": "Hello"})).await;
    let id = opened.body["conversation"]["id"].as_str().unwrap();
    let (mut kim, _) = Socket::customer(&server, opened.body["customer_token"].as_str().unwrap()).await;
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &agent).await;
    let offer = ana.frame("offer.created").await;
    ana.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
    let said = json!({"type": "message.send", "text": "One", "client_message_id": "c1"});
    let first = kim.done(said.clone()).await;
    ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
    kim.frame("conversation.ended").await;
    // What had arrived is said to have arrived.
    assert_eq!(kim.done(said).await["message"]["id"], first["message"]["id"]);
    for frame in [
        json!({"type": "message.send", "text": "Two", "client_message_id": "c2"}),
        json!({"type": "conversation.end"}),
    ] {
        let (status, code, problem) = kim.refused(frame).await;
        assert_eq!((status, code.as_str()), (409, "conversation_ended"));
        assert_eq!(problem["current_state"], "wrap_up");
        assert!(problem["detail"].as_str().unwrap().contains("start a new one"), "{problem}");
    }
    let path = format!("/v1/conversations/{id}/messages");
    let elsewhere = server.post(&path, json!({"text": "Three"})).await;
    assert_eq!(elsewhere.status, 201, "{}", elsewhere.text);
    assert_ne!(elsewhere.body["conversation_id"], json!(id));
    assert_eq!(server.get(&path).await.body["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn each_message_says_who_wrote_it_also_after_a_transfer_and_a_reload() {
    let server = with_channel(json!({})).await;
    let opened = open(&server, json!({"message": "Hello"})).await;
    let id = opened.body["conversation"]["id"].as_str().unwrap();
    let token = opened.body["customer_token"].as_str().unwrap();
    let answer = async |agent: &str, name: &str, text: &str| {
        let token = server.agent(agent, json!({"name": name})).await;
        let (mut socket, _) = Socket::agent(&server, &token).await;
        let offer = socket.frame("offer.created").await;
        socket.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
        socket.done(json!({"type": "message.send", "conversation_id": id, "text": text})).await;
        socket
    };
    let mut ana = answer("ana", "Ana", "I am Ana").await;
    ana.done(json!({"type": "presence.set", "presence": "away"})).await;
    ana.done(json!({"type": "conversation.release", "conversation_id": id})).await;
    let _ben = answer("ben", "Ben", "I am Ben").await;
    let (_kim, welcome) = Socket::customer(&server, token).await;
    assert_eq!(welcome["agent"], json!({"id": "ben", "name": "Ben"}));
    let said: Vec<_> =
        welcome["messages"].as_array().unwrap().iter().map(|m| (&m["text"], &m["agent_name"])).collect();
    let expected =
        [(json!("Hello"), Value::Null), (json!("I am Ana"), json!("Ana")), (json!("I am Ben"), json!("Ben"))];
    assert_eq!(said, expected.iter().map(|(text, name)| (text, name)).collect::<Vec<_>>());
}
