//! `/asyncapi.json`, and the frames that no other story says or hears. The socket client holds each of them against it.

use serde_json::{Value, json};

use crate::documented;
use crate::helpers::{ADMIN, Server};
use crate::socket::Socket;

const AGENT: &str = "/v1/agent-session";
const CUSTOMER: &str = "/v1/customer-session";
const SUPERVISOR: &str = "/v1/supervisor-session";

/// The three sockets of a server, and the customer's conversation, which the agent has.
async fn sockets(server: &Server) -> (Socket, Socket, Socket, String) {
    server.put("/v1/channels/web", json!({"name": "Web", "type": "live_chat"})).await;
    let token = server.agent("ana", json!({"name": "Ana", "role": "supervisor"})).await;
    let (mut ana, _) = Socket::agent(server, &token).await;
    let opened = server.post("/v1/widgets/web/conversations", json!({"message": "Hi"})).await;
    let (kim, _) = Socket::customer(server, opened.body["customer_token"].as_str().expect("a token")).await;
    let offer = ana.frame("offer.created").await["offer"]["id"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    let (board, _) = Socket::hello(server, SUPERVISOR, json!({"type": "hello", "token": ADMIN})).await;
    let id = opened.body["conversation"]["id"].as_str().expect("an id").to_owned();
    (ana, kim, board, id)
}

#[tokio::test]
async fn the_document_is_served_and_linked() {
    let server = Server::start();
    let served = server.get("/asyncapi.json").await;
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    assert_eq!(served.body, callboard::ws::asyncapi::document());
    for page in ["/", "/docs"] {
        assert!(server.get(page).await.text.contains(r#"href="/asyncapi.json""#), "{page}");
    }
}

#[tokio::test]
async fn every_documented_client_frame_is_known() {
    let server = Server::start();
    let (mut ana, mut kim, mut board, _) = sockets(&server).await;
    for (path, socket) in [(AGENT, &mut ana), (CUSTOMER, &mut kim), (SUPERVISOR, &mut board)] {
        let kinds = documented::asked(path);
        assert!(kinds.contains(&"hello".to_owned()) && kinds.contains(&"ping".to_owned()), "{kinds:?}");
        for kind in kinds.iter().filter(|kind| *kind != "ping" && *kind != "conversation.end") {
            // Wrong in any case: it is read, and changes nothing.
            let reply = socket.ask(json!({"type": kind, "surely_not": 1})).await;
            assert_ne!(reply["problem"]["code"], "unknown_frame", "{path} {kind}");
        }
        let pinged = json!({"type": "ping", "id": "p"});
        socket.send(&pinged.to_string()).await;
        let pong = socket.frame("pong").await;
        documented::answered(path, &pinged, &pong);
    }
}

#[tokio::test]
async fn rarer_frames_and_the_going_away_are_as_documented() {
    let server = Server::start();
    let (mut ana, mut kim, mut board, id) = sockets(&server).await;
    let of = |kind: &str| -> Value { json!({"type": kind, "conversation_id": id}) };
    let token = server.agent("ben", json!({"name": "Ben"})).await;
    let (mut ben, _) = Socket::agent(&server, &token).await;
    for kind in ["conversation.consult", "conversation.consult_end"] {
        ana.done(json!({"type": kind, "conversation_id": id, "agent_id": "ben"})).await;
    }
    assert_eq!(ben.frame("consult.ended").await["conversation_id"], json!(id));
    ana.done(json!({"type": "pick_list.subscribe"})).await;
    ana.done(json!({"type": "pick_list.unsubscribe"})).await;
    ana.done(of("conversation.wait")).await;
    ana.done(of("conversation.open")).await;
    ana.done(of("conversation.release")).await;
    kim.done(json!({"type": "conversation.end"})).await;
    let opened = server.post("/v1/widgets/web/conversations", json!({"message": "Me too"})).await;
    let (mut lee, _) =
        Socket::customer(&server, opened.body["customer_token"].as_str().expect("a token")).await;
    // All at once: who reads late finds the connection reset.
    let stopping = tokio::task::spawn_blocking(move || drop(server));
    tokio::join!(leaves(&mut ana), leaves(&mut ben), leaves(&mut lee), leaves(&mut board));
    stopping.await.expect("the server stops");
}

async fn leaves(socket: &mut Socket) {
    assert!(socket.frame("going_away").await["in_ms"].is_u64());
    assert_eq!(socket.closed().await, 1001);
}
