//! The floor's server: plain tokio, one thread, one task a connection.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use uuid::Uuid;

use super::answers;
use crate::http::find;
use crate::websocket::{ACCEPT, Frame, Inbox, write_frame};
use crate::{Error, Result};

/// Everything that the floor shares between its connections.
#[derive(Debug)]
struct Floor {
    direct: bool,
    agents: RefCell<Vec<UnboundedSender<Uuid>>>,
    turn: Cell<usize>,
    made: Cell<u128>,
}

/// Listens, prints `listening on …` and serves until it is killed.
pub async fn serve(listen: SocketAddr, direct: bool) -> Result<()> {
    let listener = TcpListener::bind(listen).await.map_err(|error| Error::io("listen", error))?;
    let address = listener.local_addr().map_err(|error| Error::io("listen", error))?;
    println!("listening on http://{address}");
    accept(listener, direct).await
}

/// Serves a listener until it is dropped; for tests too.
pub async fn accept(listener: TcpListener, direct: bool) -> Result<()> {
    let floor = Rc::new(Floor { direct, agents: RefCell::default(), turn: Cell::new(0), made: Cell::new(0) });
    loop {
        let (stream, _) = listener.accept().await.map_err(|error| Error::io("accept", error))?;
        let floor = Rc::clone(&floor);
        tokio::task::spawn_local(async move {
            // A peer that goes away ends its own connection only.
            let _ = stream.set_nodelay(true);
            let _ = floor.connection(stream).await;
        });
    }
}

impl Floor {
    async fn connection(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let (mut incoming, mut outgoing, mut body) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let Some((head_end, length)) = request_bounds(&incoming) else {
                if stream.read_buf(&mut incoming).await? == 0 {
                    return Ok(());
                }
                continue;
            };
            while incoming.len() < head_end + length {
                if stream.read_buf(&mut incoming).await? == 0 {
                    return Ok(());
                }
            }
            outgoing.clear();
            if incoming.starts_with(b"GET /v1/agent-session ") {
                return self.agent(stream).await;
            }
            if incoming.starts_with(b"POST /v1/conversations ") {
                self.hand_off(&incoming[head_end..head_end + length], &mut body, &mut outgoing);
            } else {
                // Configuration: whatever it is, it is fine, and it has a token.
                answers::http(&mut outgoing, "200 OK", br#"{"token":"floor"}"#);
            }
            incoming.drain(..head_end + length);
            stream.write_all(&outgoing).await?;
        }
    }

    fn hand_off(&self, json: &[u8], body: &mut Vec<u8>, outgoing: &mut Vec<u8>) {
        if serde_json::from_slice::<serde_json::Value>(json).is_err() {
            return answers::http(outgoing, "400 Bad Request", b"{}");
        }
        let made = self.made.get() + 1;
        self.made.set(made);
        let id = Uuid::from_u128(made);
        let agents = self.agents.borrow();
        if !agents.is_empty() {
            let turn = self.turn.get();
            self.turn.set(turn.wrapping_add(1));
            let _ = agents[turn % agents.len()].send(id);
        }
        body.clear();
        answers::conversation(body, id, "open", None);
        answers::http(outgoing, "201 Created", body);
    }

    async fn agent(&self, mut stream: TcpStream) -> std::io::Result<()> {
        // The harness's handshake always carries the same key.
        let upgrade = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
             sec-websocket-accept: {ACCEPT}\r\nsec-websocket-protocol: callboard.v1\r\n\r\n"
        );
        stream.write_all(upgrade.as_bytes()).await?;
        let (sender, mut offers) = unbounded_channel();
        let number = self.agents.borrow().len();
        self.agents.borrow_mut().push(sender);
        let (mut inbox, mut out, mut seq) = (Inbox::default(), Vec::new(), 0_u64);
        loop {
            tokio::select! {
                read = stream.read_buf(inbox.space()) => if read? == 0 { return Ok(()) },
                Some(id) = offers.recv() => self.push(id, &mut offers, &mut out, &mut seq, number),
            }
            while let Ok(Some(frame)) = inbox.take() {
                match frame {
                    Frame::Text(text) => {
                        if let Some(asked) = answers::Asked::parse(text) {
                            asked.answer(&mut out, &mut seq, number);
                        }
                    }
                    Frame::Ping(payload) => write_frame(&mut out, 10, payload, None),
                    Frame::Pong => {}
                    Frame::Close(_) => return Ok(()),
                }
            }
            stream.write_all(&out).await?;
            out.clear();
        }
    }

    fn push(
        &self,
        first: Uuid,
        more: &mut UnboundedReceiver<Uuid>,
        out: &mut Vec<u8>,
        seq: &mut u64,
        agent: usize,
    ) {
        let mut next = Some(first);
        while let Some(id) = next {
            *seq += 1;
            if self.direct {
                answers::assigned(out, *seq, id, agent);
            } else {
                answers::offer(out, *seq, id, agent);
            }
            next = more.try_recv().ok();
        }
    }
}

/// Says where the first request's head ends and how long its body is; `None` while the head is not whole.
pub fn request_bounds(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = find(bytes, b"\r\n\r\n")? + 4;
    let length = find(&bytes[..end], b"content-length: ").map_or(0, |at| {
        bytes[at + 16..end]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'))
    });
    Some((end, length))
}
