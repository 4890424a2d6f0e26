//! The agent socket (CONTRACT §5).

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::helpers::{ADMIN, Server};
use crate::socket::Socket;

const PATH: &str = "/v1/agent-session";
/// A server with a live-chat channel, and a conversation that waits in it.
async fn with_channel() -> Server {
    let server = Server::start();
    let made = server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    server
}

async fn arrive(server: &Server) -> Value {
    let body = json!({"channel_id": "web", "customer": {"name": "Kim"}, "context": {"tier": "gold"}, "message": {"text": "Hi"}});
    let made = server.post("/v1/conversations", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.body
}

async fn first_close(server: &Server, frame: Message) -> u16 {
    let mut socket = Socket::open(server, PATH, "").await.unwrap();
    socket.message(frame).await;
    socket.closed().await
}

#[tokio::test]
async fn other_subprotocols_only_are_refused_and_none_is_taken() {
    let server = Server::start();
    assert_eq!(Socket::open(&server, PATH, "chat.v9, other").await.err(), Some(400));
    assert!(Socket::open(&server, PATH, "other, callboard.v1").await.is_ok());
    assert!(Socket::open(&server, PATH, "").await.is_ok());
}

#[tokio::test]
async fn a_hello_that_is_missing_late_bad_or_of_the_wrong_role_closes_with_its_code() {
    let server = Server::start();
    let hello = |token: &str| Message::text(json!({"type": "hello", "token": token}).to_string());
    assert_eq!(first_close(&server, hello("nonsense")).await, 4401);
    assert_eq!(first_close(&server, Message::text(r#"{"type":"hello"}"#)).await, 4401);
    assert_eq!(first_close(&server, hello(ADMIN)).await, 4403);
    assert_eq!(first_close(&server, hello(&server.key("backend").await)).await, 4403);
    assert_eq!(first_close(&server, Message::text(r#"{"type":"ping","id":1}"#)).await, 4400);
    assert_eq!(first_close(&server, Message::text("nonsense")).await, 4400);
    assert_eq!(first_close(&server, Message::text(r#"{"type":"hello","tokn":"x"}"#)).await, 4400);
    let mut silent = Socket::open(&server, PATH, "").await.unwrap();
    assert_eq!(silent.closed().await, 4408);
}

#[tokio::test]
async fn a_closed_socket_ends_soon_after_its_close_was_answered() {
    let server = Server::start();
    let mut socket = Socket::open(&server, PATH, "").await.unwrap();
    socket.send("nonsense").await;
    assert_eq!(socket.closed().await, 4400);
    socket.ended().await;
}

#[tokio::test]
async fn a_client_that_closes_finds_the_connection_ended_whenever_it_does() {
    let server = Server::start();
    // Each end falls elsewhere within the half second in which the server reads its clock once.
    for _ in 0..6 {
        let mut socket = Socket::open(&server, PATH, "").await.unwrap();
        socket.message(Message::Close(None)).await;
        socket.ended().await;
    }
}

#[tokio::test]
async fn frames_that_are_binary_or_too_large_close_the_socket_and_nothing_else() {
    let server = Server::start();
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut binary, _) = Socket::agent(&server, &token).await;
    binary.message(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(binary.closed().await, 1003);
    let (mut large, _) = Socket::agent(&server, &token).await;
    large.message(Message::text("x".repeat(64 * 1024 + 1))).await;
    assert_eq!(large.closed().await, 1009);
    let (mut joined, _) = Socket::agent(&server, &token).await;
    let part = |op, last| Message::Frame(Frame::message("x".repeat(40_000), OpCode::Data(op), last));
    joined.message(part(Data::Text, false)).await;
    joined.message(part(Data::Continue, true)).await;
    assert_eq!(joined.closed().await, 1009);
    let (mut fits, _) = Socket::agent(&server, &token).await;
    let frame = json!({"type": "ping", "id": "j"}).to_string();
    let (head, tail) = frame.split_at(7);
    let part = |text: &str, op, last| Message::Frame(Frame::message(text.to_owned(), OpCode::Data(op), last));
    fits.message(part(head, Data::Text, false)).await;
    fits.message(part(tail, Data::Continue, true)).await;
    assert_eq!(fits.frame("pong").await["id"], "j");
}

#[tokio::test]
async fn every_frame_has_one_reply_under_its_id() {
    let server = Server::start();
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, welcome) = Socket::agent(&server, &token).await;
    assert_eq!((&welcome["presence"], &welcome["resumed"]), (&json!("available"), &json!(false)));
    assert_eq!((&welcome["capacity"], &welcome["heartbeat_seconds"]), (&json!(100), &json!(15)));
    assert_eq!((&welcome["agent"]["id"], &welcome["agent"]["name"]), (&json!("ana"), &json!("Ana")));
    ana.send("{").await;
    let reply = ana.frame("reply").await;
    assert_eq!((&reply["id"], &reply["problem"]["status"]), (&Value::Null, &json!(400)));
    let (status, code, _) = ana.refused(json!({"type": "make.coffee"})).await;
    assert_eq!((status, code.as_str()), (400, "unknown_frame"));
    let (status, code, _) = ana.refused(json!({"type": "hello", "token": token})).await;
    assert_eq!((status, code.as_str()), (409, "conflict"));
    let (status, _, problem) = ana.refused(json!({"type": "presence.set", "presense": "away"})).await;
    assert_eq!(status, 422);
    assert_eq!(problem["errors"][0]["field"], "/presence");
    assert_eq!(problem["errors"][1]["field"], "/presense");
    let nobodys = "01920000-0000-7000-8000-000000000000";
    for (frame, code) in [
        (json!({"type": "offer.accept", "offer_id": nobodys}), "unknown_offer"),
        (json!({"type": "offer.decline", "offer_id": "nonsense"}), "unknown_offer"),
        (json!({"type": "conversation.pick", "conversation_id": nobodys}), "unknown_conversation"),
        (json!({"type": "message.send", "conversation_id": "nonsense", "text": "x"}), "unknown_conversation"),
    ] {
        let (status, said, _) = ana.refused(frame).await;
        assert_eq!((status, said.as_str()), (404, code));
    }
    ana.send(r#"{"type":"ping","id":"p"}"#).await;
    assert_eq!(ana.frame("pong").await["id"], "p");
}

#[tokio::test]
async fn an_offer_is_accepted_and_the_conversation_runs_to_its_end() {
    let server = with_channel().await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let arrived = arrive(&server).await;
    let id = arrived["id"].clone();
    let offer = ana.frame("offer.created").await["offer"].clone();
    assert_eq!((&offer["conversation_id"], &offer["can_decline"]), (&id, &json!(true)));
    assert_eq!(offer["fields"][0], json!({"label": "Customer", "value": "Kim"}));
    let accepted = ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    assert_eq!(accepted["conversation"]["state"], "active");
    let assigned = ana.frame("conversation.assigned").await;
    assert_eq!(
        (&assigned["conversation"]["agent_id"], &assigned["messages"][0]["text"]),
        (&json!("ana"), &json!("Hi"))
    );
    let ended = ana.frame("offer.ended").await;
    assert_eq!((&ended["offer_id"], &ended["reason"]), (&offer["id"], &json!("accepted")));
    let (status, _, problem) = ana.refused(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    assert_eq!(
        (status, &problem["current_state"], &problem["agent_id"]),
        (409, &json!("accepted"), &json!("ana"))
    );
    let path = format!("/v1/conversations/{}", id.as_str().unwrap());
    let said = server.post(&format!("{path}/messages"), json!({"text": "More"})).await;
    assert_eq!(said.status, 201, "{}", said.text);
    assert_eq!(ana.frame("message.received").await["message"]["text"], "More");
    let whisper = json!({"type": "message.send", "conversation_id": id, "text": "psst", "visibility": "internal", "client_message_id": "m1"});
    let first = ana.done(whisper.clone()).await;
    assert_eq!(ana.done(whisper).await["message"]["id"], first["message"]["id"]);
    ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
    assert_eq!(ana.frame("conversation.updated").await["conversation"]["state"], "wrap_up");
    ana.done(json!({"type": "conversation.close", "conversation_id": id, "note": "done"})).await;
    assert_eq!(ana.frame("conversation.removed").await["conversation_id"], id);
    let (status, _, problem) = ana.refused(json!({"type": "conversation.end", "conversation_id": id})).await;
    assert_eq!((status, &problem["current_state"]), (409, &json!("closed")));
}

#[tokio::test]
async fn seq_rises_by_one_and_a_resume_brings_what_was_missed() {
    let server = with_channel().await;
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (ana, welcome) = Socket::agent(&server, &token).await;
    ana.vanish();
    let arrived = arrive(&server).await;
    let resume = json!({"session_id": welcome["session_id"], "seq": welcome["seq"]});
    let hello = json!({"type": "hello", "token": token, "resume": resume});
    let (mut ana, again) = Socket::hello(&server, PATH, hello).await;
    assert_eq!((&again["resumed"], &again["seq"]), (&json!(true), &welcome["seq"]));
    let offer = ana.frame("offer.created").await;
    assert_eq!(offer["offer"]["conversation_id"], arrived["id"]);
    assert!(offer["seq"].as_u64() > welcome["seq"].as_u64());
    let ben = server.agent("ben", json!({"name": "Ben"})).await;
    let hello =
        json!({"type": "hello", "token": ben, "resume": {"session_id": welcome["session_id"], "seq": 0}});
    assert_eq!(first_close(&server, Message::text(hello.to_string())).await, 4403);
}

#[tokio::test]
async fn revocation_and_deletion_close_the_socket_with_4401() {
    let server = Server::start();
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut revoked, _) = Socket::agent(&server, &token).await;
    assert_eq!(server.delete("/v1/agents/ana/tokens").await.status, 204);
    assert_eq!(revoked.closed().await, 4401);
    let token = server.agent("ben", json!({"name": "Ben"})).await;
    let (mut deleted, _) = Socket::agent(&server, &token).await;
    assert_eq!(server.delete("/v1/agents/ben").await.status, 204);
    assert_eq!(deleted.closed().await, 4401);
}

#[tokio::test]
async fn the_pick_list_is_a_window_and_what_is_picked_leaves_it() {
    let server = with_channel().await;
    let stream = json!({"name": "Picked", "channel_type": "live_chat", "distribution": {"mode": "pick"}});
    assert_eq!(server.put("/v1/work-streams/picked", stream).await.status, 201);
    let channel = json!({"name": "Web", "type": "live_chat", "work_stream_id": "picked"});
    assert!(server.put("/v1/channels/web", channel).await.status < 300);
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let (status, _, problem) = ana.refused(json!({"type": "pick_list.subscribe", "limit": 501})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/limit")));
    ana.done(json!({"type": "pick_list.subscribe"})).await;
    assert_eq!(ana.frame("pick_list.snapshot").await["items"], json!([]));
    let id = arrive(&server).await["id"].clone();
    let changed = ana.frame("pick_list.changed").await;
    assert_eq!((&changed["added"][0]["id"], &changed["total"]), (&id, &json!(1)));
    assert!(changed.get("seq").is_none());
    ana.done(json!({"type": "conversation.pick", "conversation_id": id})).await;
    let left =
        ana.wait(|frame| frame["type"] == "pick_list.changed" && frame["removed"] == json!([id])).await;
    assert_eq!(left["total"], 0);
    let (status, code, problem) =
        ana.refused(json!({"type": "conversation.pick", "conversation_id": id})).await;
    assert_eq!((status, code.as_str(), &problem["agent_id"]), (409, "taken", &json!("ana")));
}

#[tokio::test]
async fn a_template_shapes_the_pop_of_its_scenario_and_no_other() {
    let server = with_channel().await;
    let template = json!({"name": "Known", "title": "{customer.name} in {queue.name}", "theme": "urgent",
        "fields": [{"label": "Tier", "value": "{context.tier}"}, {"label": "Mail", "value": "{customer.email}"}],
        "desktop": "always", "show_timer": false});
    assert_eq!(server.put("/v1/notification-templates/known", template).await.status, 201);
    let calm = json!({"name": "Moved", "title": "From {agent.name}", "theme": "calm"});
    assert_eq!(server.put("/v1/notification-templates/moved", calm).await.status, 201);
    let wrong = json!({"name": "X", "title": "{shoe.size}", "fields": [{"label": "A", "value": "{"}]});
    let refused = server.put("/v1/notification-templates/wrong", wrong).await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/title", "/fields/0/value"]));
    let named = |id: &str| json!({"distribution": {"notification": {"templates": {"known_customer": id, "transfer": "moved"}}}});
    let stream = "/v1/work-streams/default-live-chat";
    let refused = server.patch(stream, named("gone")).await;
    assert_eq!(refused.fields(), ["/distribution/notification/templates/known_customer"]);
    assert_eq!(server.patch(stream, named("known")).await.status, 200);
    assert_eq!(server.delete("/v1/notification-templates/known").await.status, 409);

    assert_eq!(server.put("/v1/customers/dora", json!({"name": "Dora"})).await.status, 201);
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let known =
        json!({"channel_id": "web", "customer": {"id": "dora", "name": "Dora"}, "context": {"tier": "gold"}});
    assert_eq!(server.post("/v1/conversations", known).await.status, 201);
    let offer = ana.frame("offer.created").await["offer"].clone();
    assert_eq!(offer["title"], "Dora in Default messaging queue");
    assert_eq!(offer["fields"], json!([{"label": "Tier", "value": "gold"}]));
    assert_eq!(
        (&offer["theme"], &offer["desktop"], &offer["show_timer"]),
        (&json!("urgent"), &json!("always"), &json!(false))
    );
    ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    let token = server.agent("ben", json!({"name": "Ben"})).await;
    let (mut ben, _) = Socket::agent(&server, &token).await;
    let transfer = json!({"type": "conversation.transfer", "conversation_id": offer["conversation_id"], "agent_id": "ben"});
    ana.done(transfer).await;
    let moved = ben.frame("offer.created").await["offer"].clone();
    assert_eq!((&moved["title"], &moved["theme"]), (&json!("From Ana"), &json!("calm")));
    ben.done(json!({"type": "offer.accept", "offer_id": moved["id"]})).await;
    arrive(&server).await;
    let unknown = ana.frame("offer.created").await["offer"].clone();
    assert_eq!(
        (&unknown["title"], &unknown["theme"]),
        (&json!("Default live chat: Kim"), &json!("standard"))
    );
}

#[tokio::test]
async fn a_conversation_says_whether_and_how_long_its_wrap_up_holds_the_agents_units() {
    let server = with_channel().await;
    let token = server.agent("ana", json!({"name": "Ana", "capacity": 3})).await;
    let (mut ana, _) = Socket::agent(&server, &token).await;
    let held = |conversation: &Value| {
        (conversation["units_held"].clone(), conversation["units_held_until"].is_string())
    };
    for (block, expected) in
        [(json!("always"), (true, false)), (json!(600), (true, true)), (json!("never"), (false, false))]
    {
        let stream = json!({"wrap_up": {"block_capacity": block}});
        assert_eq!(server.patch("/v1/work-streams/default-live-chat", stream).await.status, 200);
        let waiting = arrive(&server).await;
        assert_eq!(held(&waiting), (json!(false), false));
        let offer = ana.frame("offer.created").await["offer"]["id"].clone();
        let taken = ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
        assert_eq!(held(&taken["conversation"]), (json!(true), false), "while it is active");
        let ended = json!({"type": "conversation.end", "conversation_id": waiting["id"]});
        ana.done(ended).await;
        let (is_held, has_end) = expected;
        let told = |frame: &Value| {
            let conversation = &frame["conversation"];
            frame["type"] == "conversation.updated"
                && conversation["id"] == waiting["id"]
                && held(conversation) == (json!(is_held), has_end)
        };
        ana.wait(told).await;
    }
}
