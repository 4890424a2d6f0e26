//! An endpoint of somebody else's: takes calls one a connection, and does with each what the test says.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::helpers::PATIENCE;

/// What an endpoint does with a call.
#[derive(Clone, Copy, Debug)]
pub enum Does {
    /// Answers with a status.
    Answers(u16),
    /// Answers with a status and one more header.
    With(u16, &'static str, &'static str),
    /// Answers with a status and JSON.
    Says(u16, &'static str),
    /// The same once the test says so (`Endpoint::go_on`).
    SaysLater(u16, &'static str),
    /// Says nothing and keeps the connection.
    Hangs,
}

/// A call that came.
#[derive(Clone, Debug)]
pub struct Call {
    /// Path and query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub text: String,
    pub body: Value,
}

impl Call {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Type and number of the event.
    pub fn event(&self) -> (String, u64) {
        let kind = self.body["type"].as_str().unwrap_or_default().to_owned();
        (kind, self.body["seq"].as_u64().unwrap_or_default())
    }
}

type Behaviour = Arc<Mutex<dyn FnMut(&Call) -> Does + Send>>;

/// A running endpoint; ends when it is dropped.
pub struct Endpoint {
    pub url: String,
    calls: UnboundedReceiver<Call>,
    later: Arc<Notify>,
    accepting: JoinHandle<()>,
}

impl Endpoint {
    /// On a port of its own.
    pub async fn start(behaviour: impl FnMut(&Call) -> Does + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/in", listener.local_addr().expect("an address"));
        let (came, calls) = unbounded_channel();
        let behaviour: Behaviour = Arc::new(Mutex::new(behaviour));
        let later = Arc::new(Notify::new());
        let told = later.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behaviour.clone(), came.clone(), told.clone()));
            }
        });
        Self { url, calls, later, accepting }
    }

    /// The next call.
    pub async fn next(&mut self) -> Call {
        let call = tokio::time::timeout(PATIENCE, self.calls.recv()).await;
        call.expect("a call in time").expect("the endpoint runs")
    }

    /// One answer that waits is given.
    pub fn go_on(&self) {
        self.later.notify_one();
    }

    /// Calls that have come and were not looked at.
    pub fn came(&mut self) -> Vec<Call> {
        std::iter::from_fn(|| self.calls.try_recv().ok()).collect()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(mut stream: TcpStream, behaviour: Behaviour, came: UnboundedSender<Call>, later: Arc<Notify>) {
    let Some(call) = read(&mut stream).await else { return };
    let does = behaviour.lock().expect("no test panics in there")(&call);
    // A test may be over.
    let _ = came.send(call);
    if matches!(does, Does::SaysLater(..)) {
        later.notified().await;
    }
    let (status, more, body) = match does {
        Does::Answers(status) => (status, String::new(), ""),
        Does::With(status, name, value) => (status, format!("{name}: {value}\r\n"), ""),
        Does::Says(status, body) | Does::SaysLater(status, body) => {
            (status, "content-type: application/json\r\n".to_owned(), body)
        }
        Does::Hangs => {
            // Until whoever called gives up.
            let _ = stream.read(&mut [0; 1]).await;
            return;
        }
    };
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status} X\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Call> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").map_or("0", |(_, value)| value);
    let length: usize = length.parse().ok()?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(bytes[end + 4..].to_vec()).ok()?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Some(Call { path, headers, text, body })
}
