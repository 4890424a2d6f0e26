//! What an agent was given and did not acknowledge before its page was loaded anew (CONTRACT §5, SPEC §8).

use serde_json::{Value, json};

use crate::helpers::{PATIENCE, Server};
use crate::socket::Socket;

/// A server whose live chat opens directly, at the agent with the most room.
async fn that_opens_directly() -> Server {
    let server = Server::start();
    let made = server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let direct = json!({"distribution": {"notification": {"kind": "open_directly"}}});
    assert_eq!(server.patch("/v1/work-streams/default-live-chat", direct).await.status, 200);
    server
}

async fn arrive(server: &Server) -> String {
    let made = server.post("/v1/conversations", json!({"channel_id": "web"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body["id"].as_str().expect("an id").to_owned()
}

/// Waits until this agent has it: who gets it is found after it was taken in.
async fn given(server: &Server, id: &str, agent: &str) {
    let has = async {
        while holder(server, id).await != json!(["active", agent]) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, has).await.expect("it comes to the agent");
}

async fn holder(server: &Server, id: &str) -> Value {
    let found = server.get(&format!("/v1/conversations/{id}")).await.body;
    json!([found["state"], found["agent_id"]])
}

#[tokio::test]
async fn a_welcome_after_a_reload_delivers_what_opened_directly_and_must_be_acknowledged_too() {
    let server = that_opens_directly().await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    // Its page never reads what is sent, and so never acknowledges it; then it is loaded anew.
    let (silent, _) = Socket::agent(&server, &token).await;
    let first = arrive(&server).await;
    given(&server, &first, "ana").await;
    let (mut ana, welcome) = Socket::agent(&server, &token).await;
    silent.vanish();
    assert_eq!(welcome["conversations"][0]["id"], json!(first));
    // The reply comes after whatever went out with the welcome.
    ana.done(json!({"type": "presence.set", "presence": "available"})).await;
    assert_eq!(ana.pings(), 1, "the welcome asks for its acknowledgement");

    // The same with a page that hears nothing after its reload either: ten times the room, so it comes first.
    let token = server.agent("ben", json!({"name": "Ben", "capacity": 1000})).await;
    let (silent, _) = Socket::agent(&server, &token).await;
    let second = arrive(&server).await;
    given(&server, &second, "ben").await;
    let (_silent, welcome) = Socket::agent(&server, &token).await;
    silent.vanish();
    assert_eq!(welcome["conversations"][0]["id"], json!(second));
    let moved = ana.wait(|frame| frame["conversation"]["id"] == json!(second)).await;
    assert_eq!(
        (&moved["type"], &moved["conversation"]["agent_id"]),
        (&json!("conversation.assigned"), &json!("ana"))
    );

    // By then the time of the first is long over, and it stays where it was acknowledged.
    assert_eq!(holder(&server, &first).await, json!(["active", "ana"]));
    let reasons = async |id: &str| {
        let events = server.get(&format!("/v1/conversations/{id}/events")).await.body["items"].clone();
        let events = events.as_array().expect("events").clone();
        events
            .iter()
            .filter_map(|event| event["data"]["reason"].as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!((reasons(&first).await, reasons(&second).await), (vec![], vec!["undelivered".to_owned()]));
}
