//! CONTRACT §4, statement by statement, where a hostile look found it wanting.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::Server;
use crate::socket::Socket;

/// A push stream with a live-chat channel `web`, one refusal an agent.
async fn with_channel() -> Server {
    let server = Server::start();
    let stream = json!({"name": "Chat", "channel_type": "live_chat",
        "distribution": {"mode": "push", "refusal": {"max_refusals": 1}}});
    assert_eq!(server.put("/v1/work-streams/chat", stream).await.status, 201);
    let channel = json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat"});
    assert_eq!(server.put("/v1/channels/web", channel).await.status, 201);
    server
}

async fn create(server: &Server) -> Value {
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body
}

fn path(conversation: &Value, tail: &str) -> String {
    format!("/v1/conversations/{}{tail}", conversation["id"].as_str().expect("an id"))
}

async fn items(server: &Server, conversation: &Value, tail: &str) -> Vec<Value> {
    server.get(&path(conversation, tail)).await.body["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn one_that_waits_is_explained_once_whatever_arrives_after_it() {
    let server = with_channel().await;
    let first = create(&server).await;
    for _ in 0..3 {
        create(&server).await;
    }
    let kinds: Vec<Value> =
        items(&server, &first, "/events").await.iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["conversation.created", "routed", "unmatched"]);
}

#[tokio::test]
async fn what_every_member_refused_has_that_on_record() {
    let server = with_channel().await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let made = create(&server).await;
    let offer = ana.frame("offer.created").await;
    ana.done(json!({"type": "offer.decline", "offer_id": offer["offer"]["id"]})).await;
    let decisions = items(&server, &made, "/decisions").await;
    let last = decisions.last().expect("a decision");
    assert_eq!((&last["winner"], &last["passed_over"]), (&Value::Null, &json!({"refused": 1})), "{last}");
    assert_eq!(last["candidates"][0]["reason"], "refused");
}

#[tokio::test]
async fn a_winner_that_had_refused_is_listed_once_and_not_as_passed_over() {
    let server = with_channel().await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let made = create(&server).await;
    let offer = ana.frame("offer.created").await;
    ana.done(json!({"type": "offer.decline", "offer_id": offer["offer"]["id"]})).await;
    let assigned = server.post(&path(&made, "/assign"), json!({"agent_id": "ana"})).await;
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let decisions = items(&server, &made, "/decisions").await;
    let last = decisions.last().expect("a decision");
    assert_eq!((&last["winner"], &last["trigger"]), (&json!("ana"), &json!("assigned")));
    assert_eq!((last["candidates"].as_array().map(Vec::len), &last["passed_over"]), (Some(1), &json!({})));
}

#[tokio::test]
async fn a_message_that_was_said_elsewhere_has_its_location_also_when_it_is_repeated() {
    let server = with_channel().await;
    let made = create(&server).await;
    assert_eq!(server.post(&path(&made, "/end"), json!({})).await.status, 200);
    let say = async |text: &str| {
        let body = json!({"text": text, "client_message_id": text});
        server.post(&path(&made, "/messages"), body).await
    };
    let first = say("One").await;
    let place = format!("/v1/conversations/{}", first.body["conversation_id"].as_str().unwrap());
    assert_eq!((first.status, first.header("location")), (201, place.as_str()));
    for text in ["One", "Two", "Two"] {
        let said = say(text).await;
        assert_eq!((said.status, said.header("location")), (201, place.as_str()), "{text}");
    }
    let there = server.post(&format!("{place}/messages"), json!({"text": "Three"})).await;
    assert_eq!((there.status, there.header("location")), (201, ""));
}

#[tokio::test]
async fn context_is_for_the_backend_and_the_agent_who_has_it() {
    let server = with_channel().await;
    let supervisor = server.key("supervisor").await;
    let made = create(&server).await;
    let request = server.request(Method::PATCH, &path(&made, "/context"), &supervisor);
    let request = request.header("content-type", "application/merge-patch+json").body(r#"{"a":"b"}"#);
    assert_eq!(server.send(request).await.status, 403);
}

#[tokio::test]
async fn an_unknown_skill_is_pointed_at() {
    let server = with_channel().await;
    let body = json!({"channel_id": "web", "skills": [{"skill_id": "x"}]});
    let refused = server.post("/v1/conversations", body).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/skills/0/skill_id"]));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_hand_off_is_in_one_answer() {
    let server = with_channel().await;
    let stream = json!({"name": "Chat", "channel_type": "live_chat",
        "context_variables": [{"name": "amount", "display_name": "Amount", "type": "number"}]});
    assert_eq!(server.put("/v1/work-streams/chat", stream).await.status, 200);
    let refused = async |body: Value| {
        let refused = server.post("/v1/conversations", body).await;
        assert_eq!(refused.problem(), (422, "invalid"), "{}", refused.text);
        refused.fields().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let unknown = json!({"channel_id": "nope", "contxt": {}});
    assert_eq!(refused(unknown).await, ["/channel_id", "/contxt"]);
    let of_the_house =
        json!({"channel_id": "web", "context": {"amount": "many"}, "skills": [{"skill_id": "x"}]});
    assert_eq!(refused(of_the_house).await, ["/context/amount", "/skills/0/skill_id"]);
    let no_channel = json!({"channel_id": "nope", "skills": [{"skill_id": "x"}], "context": {"": "x"}});
    assert_eq!(refused(no_channel).await, ["/channel_id", "/context/", "/skills/0/skill_id"]);
    let both = json!({"channel_id": "web", "priority": 101, "context": {"amount": "many", "list": []},
        "skills": [{"skill_id": "x"}, {"skill_id": 7}]});
    let named = ["/context/amount", "/context/list", "/priority", "/skills/0/skill_id", "/skills/1/skill_id"];
    assert_eq!(refused(both).await, named);
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
}

#[tokio::test]
async fn a_key_that_is_limited_to_channels_simulates_on_those_alone() {
    let server = with_channel().await;
    let stream = json!({"name": "Other", "channel_type": "live_chat"});
    assert_eq!(server.put("/v1/work-streams/other", stream).await.status, 201);
    let channel = json!({"name": "Other", "type": "live_chat", "work_stream_id": "other"});
    assert_eq!(server.put("/v1/channels/other", channel).await.status, 201);
    let limited = json!({"name": "Other", "role": "supervisor", "channel_ids": ["other"]});
    let limited = server.put("/v1/api-keys/other", limited).await.body["token"].as_str().unwrap().to_owned();
    for (body, status) in [
        (json!({"channel_id": "web"}), 403),
        (json!({"work_stream_id": "chat"}), 403),
        (json!({"channel_id": "other"}), 200),
        (json!({"work_stream_id": "other"}), 200),
    ] {
        let request = server.request(Method::POST, "/v1/routing/simulate", &limited).json(&body);
        assert_eq!(server.send(request).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_simulation_is_in_one_answer() {
    let server = with_channel().await;
    let wrong = json!({"channel_id": "nope", "at": "soon", "context": {"": "x"}});
    let refused = server.post("/v1/routing/simulate", wrong).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/at", "/channel_id", "/context/"]));
}
