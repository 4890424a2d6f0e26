//! A WebSocket client that waits for frames by their type, never by time alone, and holds each against the document.

use std::collections::VecDeque;

use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::documented;
use crate::helpers::{PATIENCE, Server};

/// One socket.
pub struct Socket {
    path: String,
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Frames that came while another was waited for.
    kept: VecDeque<Value>,
    next_id: u64,
    pings: usize,
}

impl Socket {
    /// Upgrades, offering these subprotocols; else the status of the refusal.
    pub async fn open(server: &Server, path: &str, protocols: &str) -> Result<Self, u16> {
        let url = format!("{}{path}", server.base.replace("http://", "ws://"));
        let mut request = url.into_client_request().expect("a request");
        if !protocols.is_empty() {
            request.headers_mut().insert("sec-websocket-protocol", protocols.parse().expect("a header"));
        }
        match connect_async(request).await {
            Ok((stream, _)) => {
                Ok(Self { path: path.to_owned(), stream, kept: VecDeque::new(), next_id: 0, pings: 0 })
            }
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no upgrade: {error}"),
        }
    }

    /// An agent's socket after its `welcome`, with that.
    pub async fn agent(server: &Server, token: &str) -> (Self, Value) {
        Self::hello(server, "/v1/agent-session", json!({"type": "hello", "token": token})).await
    }

    /// A customer's socket after its `welcome`, with that.
    pub async fn customer(server: &Server, token: &str) -> (Self, Value) {
        Self::hello(server, "/v1/customer-session", json!({"type": "hello", "token": token})).await
    }

    pub async fn hello(server: &Server, path: &str, hello: Value) -> (Self, Value) {
        let mut socket = Self::open(server, path, "callboard.v1").await.expect("an upgrade");
        socket.send(&hello.to_string()).await;
        let welcome = socket.frame("welcome").await;
        documented::said(path, &hello);
        (socket, welcome)
    }

    /// Sends text as it is.
    pub async fn send(&mut self, text: &str) {
        self.message(Message::text(text)).await;
    }

    pub async fn message(&mut self, message: Message) {
        let sent = tokio::time::timeout(PATIENCE, self.stream.send(message)).await;
        sent.expect("the server reads").expect("the socket takes it");
    }

    /// Asks, and waits for the reply under its id.
    pub async fn ask(&mut self, mut frame: Value) -> Value {
        self.next_id += 1;
        let id = json!(self.next_id);
        frame["id"] = id.clone();
        self.send(&frame.to_string()).await;
        let reply = self.wait(|other| other["id"] == id && other["type"] == "reply").await;
        documented::answered(&self.path, &frame, &reply);
        reply
    }

    /// Asks for what must be done; its result.
    pub async fn done(&mut self, frame: Value) -> Value {
        let reply = self.ask(frame.clone()).await;
        assert_eq!(reply["ok"], true, "{frame} -> {reply}");
        reply["result"].clone()
    }

    /// Asks for what must be refused; status, code and the whole problem.
    pub async fn refused(&mut self, frame: Value) -> (u64, String, Value) {
        let reply = self.ask(frame.clone()).await;
        assert_eq!(reply["ok"], false, "{frame} -> {reply}");
        let problem = reply["problem"].clone();
        let code = problem["code"].as_str().expect("a code").to_owned();
        (problem["status"].as_u64().expect("a status"), code, problem)
    }

    /// The next frame of this type; others are kept for later.
    pub async fn frame(&mut self, kind: &str) -> Value {
        self.wait(|frame| frame["type"] == kind).await
    }

    /// The next frame that fits; others are kept for later.
    pub async fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&fits) {
            return self.kept.remove(at).expect("it is there");
        }
        // One time for the whole wait: pings, and frames that are not waited for, do not prolong it.
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.next().await {
                    Ok(frame) if fits(&frame) => return frame,
                    Ok(frame) => self.kept.push_back(frame),
                    Err(code) => panic!("closed with {code} after {:?}", self.kept),
                }
            }
        });
        let found = found.await;
        found.unwrap_or_else(|_| panic!("it did not come; what did: {:?}", self.kept))
    }

    /// The code that the server closes with; what comes before is thrown away.
    pub async fn closed(&mut self) -> u16 {
        let code = async {
            loop {
                if let Err(code) = self.next().await {
                    return code;
                }
            }
        };
        tokio::time::timeout(PATIENCE, code).await.expect("the server closes it")
    }

    /// Does something that may take long while these sockets are read, as pages read theirs all the time: pings are answered,
    /// frames are kept.
    pub async fn during<R>(sockets: &mut [Self], work: impl Future<Output = R>) -> R {
        let reading = join_all(sockets.iter_mut().map(|socket| async move {
            while let Ok(frame) = socket.next().await {
                socket.kept.push_back(frame);
            }
        }));
        tokio::select! {
            done = work => done,
            _ = reading => panic!("every socket is closed"),
        }
    }

    /// Whether a frame of this type was read and not asked for yet.
    pub fn has(&self, kind: &str) -> bool {
        self.kept.iter().any(|frame| frame["type"] == kind)
    }

    /// How many of the server's pings were read so far, and answered with a pong.
    pub fn pings(&self) -> usize {
        self.pings
    }

    /// Waits for the end of the connection after the server's close, whose handshake it completes.
    pub async fn ended(&mut self) {
        let end = async { while let Some(Ok(_)) = self.stream.next().await {} };
        tokio::time::timeout(PATIENCE, end).await.expect("the connection outlived its close");
    }

    /// Ends the socket without a handshake, as a lost connection does.
    pub fn vanish(self) {
        drop(self);
    }

    /// The next frame, or the code of the close.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).expect("frames are JSON");
                    documented::told(&self.path, &frame);
                    return Ok(frame);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map_or(1005, |CloseFrame { code, .. }| u16::from(code)));
                }
                Some(Ok(message)) => self.pings += usize::from(message.is_ping()),
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }
}
