//! The harness's own framing against tokio-tungstenite, in the role of the server.

use futures_util::{SinkExt, StreamExt};
use loadtest::frames::{ClientFrame, ServerFrame};
use loadtest::socket::AgentSocket;
use loadtest::websocket::Frame;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use uuid::Uuid;

/// Says welcome, echoes what it hears inside a notice, pings, and closes with 1001.
async fn server(listener: TcpListener) {
    let (stream, _) = listener.accept().await.expect("accept");
    #[allow(clippy::result_large_err, reason = "the crate's own signature")]
    let choose = |_: &Request, mut response: Response| {
        response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("callboard.v1"));
        Ok(response)
    };
    let mut socket = tokio_tungstenite::accept_hdr_async(stream, choose).await.expect("handshake");
    let hello = socket.next().await.expect("hello").expect("frame");
    assert!(hello.to_text().expect("text").contains(r#""token":"secret""#));
    socket.send(Message::text(r#"{"type":"welcome","session_id":"s"}"#)).await.expect("welcome");
    socket.send(Message::Ping(Bytes::from_static(b"17"))).await.expect("ping");
    let pong = socket.next().await.expect("pong").expect("frame");
    assert_eq!(pong, Message::Pong(Bytes::from_static(b"17")));
    let long = "x".repeat(70_000);
    socket.send(Message::text(format!(r#"{{"type":"notice","text":"{long}"}}"#))).await.expect("notice");
    let accept = socket.next().await.expect("accept").expect("frame");
    assert!(accept.to_text().expect("text").contains("offer.accept"));
    socket.close(None).await.expect("close");
}

#[tokio::test]
async fn own_framing_speaks_with_a_known_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let address = listener.local_addr().expect("address");
    let server = tokio::spawn(server(listener));
    let (mut socket, welcome) = AgentSocket::connect(address, None, "secret", 1).await.expect("welcome");
    assert_eq!(welcome.session_id.as_deref(), Some("s"));
    let mut seen = Vec::new();
    while seen.last().map(String::as_str) != Some("close") {
        socket.fill().await.expect("fill");
        let AgentSocket { inbox, outbox, .. } = &mut socket;
        while let Some(frame) = inbox.take().expect("frame") {
            seen.push(match frame {
                Frame::Text(text) => {
                    outbox.send(&ClientFrame::Accept(Uuid::nil()));
                    ServerFrame::parse(text).expect("json").kind.into_owned()
                }
                Frame::Ping(payload) => {
                    outbox.pong(payload);
                    "ping".to_owned()
                }
                Frame::Pong => "pong".to_owned(),
                Frame::Close(_) => "close".to_owned(),
            });
        }
        socket.flush().await.expect("flush");
    }
    assert_eq!(seen, ["ping", "notice", "close"]);
    server.await.expect("server");
}
