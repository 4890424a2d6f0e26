//! What the same customer said before: `GET …/{id}/earlier`, and what else the agent who has a conversation reads of it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::endpoint::{Does, Endpoint};
use crate::helpers::{Answer, Server};
use crate::inbound;
use crate::socket::Socket;

async fn get(server: &Server, path: &str, token: &str) -> Answer {
    server.send(server.request(Method::GET, path, token)).await
}

/// A conversation with a public and an internal message, which has ended.
async fn past(server: &Server, channel: &str, customer: Value) -> String {
    let body = json!({"channel_id": channel, "customer": customer, "message": {"text": "the first time"}});
    let made = server.post("/v1/conversations", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/v1/conversations/{}", made.body["id"].as_str().unwrap());
    server.post(&format!("{path}/close"), json!({})).await;
    made.body["id"].as_str().unwrap().to_owned()
}

/// A house with two channels, where Ana has a conversation with Kim: her socket, her token and its id.
async fn with_kim(server: &Server) -> (Socket, String, String) {
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(server, &token).await;
    let made = server
        .post("/v1/conversations", json!({"channel_id": "web", "customer": {"id": "kim", "name": "Kim"}}))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    (ana, token, made.body["id"].as_str().unwrap().to_owned())
}

async fn channels(server: &Server) {
    for id in ["web", "shop"] {
        server.put(&format!("/v1/channels/{id}"), json!({"name": id, "type": "live_chat"})).await;
    }
    for id in ["kim", "lee"] {
        server.put(&format!("/v1/customers/{id}"), json!({"name": id})).await;
    }
}

fn ids(answer: &Answer) -> Vec<&str> {
    let items = answer.body["items"].as_array().unwrap_or_else(|| panic!("{}", answer.text));
    items.iter().filter_map(|item| item["id"].as_str()).collect()
}

#[tokio::test]
async fn the_agent_who_has_a_conversation_reads_what_the_same_customer_said_before() {
    let server = Server::start();
    channels(&server).await;
    let first = past(&server, "web", json!({"id": "kim"})).await;
    let second = past(&server, "shop", json!({"id": "kim"})).await;
    let other = past(&server, "web", json!({"id": "lee"})).await;
    let (_socket, ana, id) = with_kim(&server).await;
    past(&server, "web", json!({"id": "kim"})).await;

    let path = format!("/v1/conversations/{id}/earlier");
    let all = get(&server, &path, &ana).await;
    assert_eq!(ids(&all), [second.as_str(), &first], "newest first, on any channel, none that is later");
    assert_eq!(
        all.body["items"][1],
        server.get(&format!("/v1/conversations/{first}")).await.body,
        "as its own path shows it"
    );
    let page = get(&server, &format!("{path}?limit=1"), &ana).await;
    assert_eq!(ids(&page), [second.as_str()]);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let rest = get(&server, &format!("{path}?limit=1&cursor={cursor}"), &ana).await;
    assert_eq!((ids(&rest), &rest.body["next_cursor"]), (vec![first.as_str()], &Value::Null));
    assert_eq!(get(&server, &format!("{path}?cursor=c00"), &ana).await.fields(), ["/cursor"]);

    let said = get(&server, &format!("{path}/{first}/messages"), &ana).await;
    assert_eq!(said.body["items"][0]["text"], "the first time", "{}", said.text);
    // The plain paths are what they were, and nobody else's past is behind this one.
    assert_eq!(get(&server, &format!("/v1/conversations/{first}"), &ana).await.problem().0, 403);
    assert_eq!(get(&server, &format!("/v1/conversations/{first}/messages"), &ana).await.problem().0, 403);
    let stranger = get(&server, &format!("{path}/{other}/messages"), &ana).await;
    assert_eq!(stranger.problem(), (404, "unknown_conversation"));
    assert_eq!(get(&server, &format!("{path}/{id}/messages"), &ana).await.problem().0, 404, "not itself");
}

#[tokio::test]
async fn a_customers_past_is_for_who_has_the_conversation_and_for_those_who_see_all() {
    let server = Server::start();
    channels(&server).await;
    let first = past(&server, "shop", json!({"id": "kim"})).await;
    let (mut socket, ana, id) = with_kim(&server).await;
    let path = format!("/v1/conversations/{id}/earlier");
    let messages = format!("{path}/{first}/messages");
    let ben = server.agent("ben", json!({"name": "Ben"})).await;
    let seers = [server.key("backend").await, server.key("supervisor").await];
    for path in [&path, &messages] {
        assert_eq!(get(&server, path, &ben).await.problem(), (403, "not_yours"));
        for token in &seers {
            assert_eq!(get(&server, path, token).await.status, 200, "{path}");
        }
    }
    // A key that is limited to a channel learns nothing of the others.
    let key = json!({"name": "Web", "role": "backend", "channel_ids": ["web"]});
    let key = server.put("/v1/api-keys/web", key).await.body["token"].as_str().unwrap().to_owned();
    assert_eq!(get(&server, &path, &key).await.body["items"], json!([]));
    assert_eq!(get(&server, &messages, &key).await.problem().0, 404);
    // On a pick list, as on offer, it is not had yet; and given back, no longer.
    socket.done(json!({"type": "conversation.release", "conversation_id": id})).await;
    for path in [&path, &messages] {
        assert_eq!(get(&server, path, &ana).await.problem(), (403, "not_yours"));
    }
}

#[tokio::test]
async fn what_was_said_before_includes_internal_words_but_not_for_backends() {
    let server = Server::start();
    channels(&server).await;
    let (mut socket, ana, first) = with_kim(&server).await;
    let note = json!({"type": "message.send", "conversation_id": first, "text": "be kind", "visibility": "internal"});
    socket.done(note).await;
    socket.done(json!({"type": "conversation.end", "conversation_id": first})).await;
    socket.done(json!({"type": "conversation.close", "conversation_id": first})).await;
    server.post("/v1/conversations", json!({"channel_id": "web", "customer": {"id": "kim"}})).await;
    let offer = socket.frame("offer.created").await["offer"].clone();
    let accept = json!({"type": "offer.accept", "offer_id": offer["id"]});
    let path =
        format!("/v1/conversations/{}/earlier/{first}/messages", offer["conversation_id"].as_str().unwrap());
    assert_eq!(get(&server, &path, &ana).await.problem().0, 403, "while it is on offer only");
    socket.done(accept).await;
    let texts = |answer: &Answer| -> Vec<String> {
        let items = answer.body["items"].as_array().unwrap();
        items.iter().filter_map(|item| item["text"].as_str().map(ToOwned::to_owned)).collect()
    };
    assert_eq!(texts(&get(&server, &path, &ana).await), ["be kind"]);
    let backend = server.key("backend").await;
    assert_eq!(texts(&get(&server, &path, &backend).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_customer_without_a_record_is_known_by_the_verified_address_on_its_channel() {
    let provider = Endpoint::start(|_| Does::Answers(200)).await;
    let server = inbound::server(None);
    inbound::app(&server, &provider.url).await;
    let write = async |id: &str, from: &str| {
        let answer = inbound::write(&server, &inbound::message(id, from, "hello")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let all = server.get("/v1/conversations?limit=100&state=open").await;
        let last = all.body["items"].as_array().unwrap().last().unwrap()["id"].clone();
        last.as_str().unwrap().to_owned()
    };
    let first = write("m1", "+49 1").await;
    server.post(&format!("/v1/conversations/{first}/close"), json!({})).await;
    write("m2", "+49 2").await;
    let again = write("m3", "+49 1").await;
    let earlier = server.get(&format!("/v1/conversations/{again}/earlier")).await;
    assert_eq!(ids(&earlier), [first.as_str()]);
    // Somebody who only gave a name has no past here.
    channels(&server).await;
    past(&server, "web", json!({"name": "Kim"})).await;
    let nameless = past(&server, "web", json!({"name": "Kim"})).await;
    let none = server.get(&format!("/v1/conversations/{nameless}/earlier")).await;
    assert_eq!(none.body, json!({"items": [], "next_cursor": null}));
}

#[tokio::test]
async fn the_agent_who_has_a_conversation_reads_its_timeline_and_why_it_came() {
    let server = Server::start();
    channels(&server).await;
    let (mut socket, ana, id) = with_kim(&server).await;
    let note =
        json!({"type": "message.send", "conversation_id": id, "text": "be kind", "visibility": "internal"});
    socket.done(note).await;
    let events = get(&server, &format!("/v1/conversations/{id}/events"), &ana).await;
    let kinds: Vec<&str> =
        events.body["items"].as_array().unwrap().iter().filter_map(|event| event["type"].as_str()).collect();
    for kind in ["conversation.created", "offered", "assigned", "message"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
    assert!(events.text.contains("be kind"), "its own note is in it");
    let decisions = get(&server, &format!("/v1/conversations/{id}/decisions"), &ana).await;
    let decision = &decisions.body["items"][0];
    assert_eq!((&decision["winner"], &decision["queue_id"]), (&json!("ana"), &json!("default-messaging")));
    let ben = server.agent("ben", json!({"name": "Ben"})).await;
    for tail in ["events", "decisions"] {
        let path = format!("/v1/conversations/{id}/{tail}");
        assert_eq!(get(&server, &path, &ben).await.problem(), (403, "not_yours"));
    }
}
