//! A server of the contract in memory, as much of it as the harness uses, that can be killed and can have a fault.

pub mod book;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use loadtest::floor::server::request_bounds;
use loadtest::kill::Host;
use loadtest::websocket::{ACCEPT, Frame, Inbox, write_frame};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use book::{Book, Fault};

type Shared = Arc<Mutex<Book>>;

/// The stub as something that can be started and killed; its memory outlives the kills.
pub struct Stub {
    book: Shared,
    running: Option<(tokio::sync::oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Stub {
    pub fn new(fault: Fault) -> Self {
        Self { book: Arc::new(Mutex::new(Book::new(fault))), running: None }
    }
}

impl Host for Stub {
    fn start(&mut self) -> loadtest::Result<SocketAddr> {
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let (tell, told) = mpsc::channel();
        let book = Arc::clone(&self.book);
        let thread = std::thread::spawn(move || {
            let _ = loadtest::load::block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("listen");
                tell.send(listener.local_addr().expect("address")).expect("tell");
                tokio::select! {
                    _ = stopped => {}
                    () = accept(listener, book) => {}
                }
                Ok(())
            });
        });
        self.running = Some((stop, thread));
        Ok(told.recv().expect("address"))
    }

    fn kill(&mut self) -> loadtest::Result<()> {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            thread.join().expect("the stub does not panic");
        }
        self.book.lock().expect("book").killed();
        Ok(())
    }

    fn kill_while_starting(&mut self, _after: Duration) -> loadtest::Result<()> {
        self.start()?;
        self.kill()
    }

    fn stop(&mut self) -> loadtest::Result<()> {
        self.kill()
    }

    fn check(&mut self) -> loadtest::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn admin_token(&self) -> &'static str {
        "admin"
    }
}

async fn accept(listener: TcpListener, book: Shared) {
    while let Ok((stream, _)) = listener.accept().await {
        let book = Arc::clone(&book);
        tokio::task::spawn_local(async move {
            let _ = connection(stream, book).await;
        });
    }
}

async fn connection(mut stream: TcpStream, book: Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = Vec::new();
    loop {
        let bounds = request_bounds(&bytes).filter(|(head, body)| bytes.len() >= head + body);
        let Some((head, body)) = bounds else {
            if stream.read_buf(&mut bytes).await? == 0 {
                return Ok(());
            }
            continue;
        };
        let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
        if text.starts_with("GET /v1/agent-session ") {
            return agent(stream, book).await;
        }
        let json = serde_json::from_slice(&bytes[head..head + body]).unwrap_or(Value::Null);
        bytes.drain(..head + body);
        let (status, answer, replayed) = answer(&mut book.lock().expect("book"), &text, &json);
        let answer = answer.to_string();
        let replay = if replayed { "idempotent-replayed: true\r\n" } else { "" };
        let answer =
            format!("HTTP/1.1 {status} X\r\n{replay}content-length: {}\r\n\r\n{answer}", answer.len());
        stream.write_all(answer.as_bytes()).await?;
    }
}

fn answer(book: &mut Book, head: &str, body: &Value) -> (u16, Value, bool) {
    let mut words = head.split_whitespace();
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let key = head.lines().find_map(|line| line.strip_prefix("idempotency-key: "));
    if let Some((status, kept)) = key.and_then(|key| book.keys.get(key)) {
        return (*status, kept.clone(), true);
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let parts: Vec<&str> = path.trim_start_matches("/v1/").split('/').collect();
    let (status, answer) = route(book, method, &parts, query, body);
    if let (201 | 202, Some(key)) = (status, key) {
        book.keys.insert(key.to_owned(), (status, answer.clone()));
    }
    (status, answer, false)
}

fn route(book: &mut Book, method: &str, parts: &[&str], query: &str, body: &Value) -> (u16, Value) {
    let id = parts.get(1).and_then(|id| id.parse::<Uuid>().ok());
    match (method, parts, id) {
        ("POST", ["conversations"], _) => {
            (201, book.create(&body["channel_id"], body["message"]["text"].as_str()))
        }
        ("POST", ["entities", "route"], _) => (202, book.route(body)),
        ("GET", ["conversations"], _) => (200, list(book, query)),
        (_, ["conversations", _, ..], Some(id)) if !book.kept.contains_key(&id) => {
            (404, json!({ "status": 404, "code": "not_found" }))
        }
        ("POST", ["conversations", _, "messages"], Some(id)) => {
            (201, book.message(id, body["text"].as_str().unwrap_or("")))
        }
        ("POST", ["conversations", _, "end"], Some(id)) => match book.leave(id) {
            Ok(conversation) => (200, conversation),
            Err(status) => (status, json!({ "status": status, "code": "wrong_state" })),
        },
        ("GET", ["conversations", _], Some(id)) => (200, book.kept[&id].conversation.clone()),
        ("GET", ["conversations", _, what], Some(id)) => {
            let kept = &book.kept[&id];
            let items = if *what == "events" { &kept.events } else { &kept.messages };
            (200, json!({ "items": items, "next_cursor": null }))
        }
        ("GET", ["agents", id], _) => {
            let has = |value: &&book::Kept| value.conversation["agent_id"] == json!(id);
            let unfinished = |value: &&book::Kept| value.conversation["state"] != "closed";
            let used = book.kept.values().filter(has).filter(unfinished).count();
            (200, json!({ "runtime": { "capacity_used": used } }))
        }
        ("PUT", ["work-streams", _], _) => {
            let kind = &body["distribution"]["notification"]["kind"];
            let mode =
                if body["distribution"]["mode"] == "pick" { &body["distribution"]["mode"] } else { kind };
            mode.as_str().unwrap_or("").clone_into(&mut book.mode);
            (201, json!({}))
        }
        ("PUT", ["agents", id], _) => {
            book.agents.push((*id).to_owned());
            (201, json!({}))
        }
        ("POST", ["agents", id, "tokens"], _) => (201, json!({ "token": id })),
        _ => (200, json!({ "token": "backend" })),
    }
}

/// Two items a page at most when asked from the start, so that the pages are followed.
fn list(book: &Book, query: &str) -> Value {
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name));
    let from: usize = value("cursor=").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let items: Vec<&Value> = book
        .kept
        .values()
        .map(|kept| &kept.conversation)
        .filter(|conversation| value("state=").is_none_or(|state| conversation["state"] == state))
        .filter(|conversation| {
            value("work_stream_id=").is_none_or(|stream| conversation["work_stream_id"] == stream)
        })
        .collect();
    let page = if from == 0 { 2 } else { 1000 };
    let next = (items.len() > from + page).then(|| (from + page).to_string());
    json!({ "items": items.iter().skip(from).take(page).collect::<Vec<_>>(), "next_cursor": next })
}

async fn agent(mut stream: TcpStream, book: Shared) -> std::io::Result<()> {
    let upgrade = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {ACCEPT}\r\nSec-WebSocket-Protocol: callboard.v1\r\n\r\n"
    );
    stream.write_all(upgrade.as_bytes()).await?;
    let (sender, mut frames) = tokio::sync::mpsc::unbounded_channel::<Value>();
    let (mut inbox, mut out, mut name) = (Inbox::default(), Vec::new(), String::new());
    // A ping at once: a harness that does not answer it would not be heard again.
    write_frame(&mut out, 9, b"1", None);
    loop {
        stream.write_all(&out).await?;
        out.clear();
        tokio::select! {
            read = stream.read_buf(inbox.space()) => if read? == 0 { return Ok(()) },
            Some(frame) = frames.recv() => write_frame(&mut out, 1, frame.to_string().as_bytes(), None),
        }
        while let Ok(Some(frame)) = inbox.take() {
            let Frame::Text(text) = frame else { continue };
            let frame: Value = serde_json::from_slice(text).expect("the harness sends JSON");
            let mut book = book.lock().expect("book");
            if frame["type"] == "hello" {
                frame["token"].as_str().unwrap_or("").clone_into(&mut name);
                let _ = sender.send(welcome(&book, &name));
                book.sockets.insert(name.clone(), sender.clone());
                book.match_open();
                continue;
            }
            let outcome = book.act(&name, &frame);
            let status = outcome.err().unwrap_or(200);
            let problem = json!({ "status": status, "code": "wrong_state" });
            let _ = sender.send(
                json!({ "type": "reply", "id": frame["id"], "ok": outcome.is_ok(), "problem": problem }),
            );
        }
    }
}

fn welcome(book: &Book, name: &str) -> Value {
    let all = || book.kept.values().map(|kept| &kept.conversation);
    let offers: Vec<&Value> =
        all().map(|conversation| &conversation["offer"]).filter(|offer| offer["agent_id"] == name).collect();
    let mine = |conversation: &&Value| conversation["agent_id"] == name;
    let live =
        |conversation: &&Value| conversation["state"] == "active" || conversation["state"] == "wrap_up";
    let conversations: Vec<&Value> = all().filter(mine).filter(live).collect();
    json!({ "type": "welcome", "session_id": name, "offers": offers, "conversations": conversations, "resumed": false })
}
