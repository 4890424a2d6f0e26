//! One agent's socket: handshake, hello, welcome, then frames in and out, many a system call.

use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use uuid::Uuid;

use crate::chance::Chance;
use crate::frames::{ClientFrame, ConversationRef, OfferRef, ServerFrame};
use crate::http::find;
use crate::websocket::{ACCEPT, Frame, Inbox, KEY, write_frame};
use crate::{Error, Result};

const PATH: &str = "/v1/agent-session";
const SUBPROTOCOL: &str = "callboard.v1";

/// A socket past its welcome.
#[derive(Debug)]
pub struct AgentSocket {
    stream: TcpStream,
    /// What came.
    pub inbox: Inbox,
    /// What goes out at the next flush.
    pub outbox: Outbox,
}

/// What the server told at the welcome.
#[derive(Debug, Default)]
pub struct Welcome {
    /// The session, for a resume.
    pub session_id: Option<String>,
    /// Offers that are open to this agent.
    pub offers: Vec<OfferRef>,
    /// Conversations that are this agent's.
    pub conversations: Vec<ConversationRef>,
}

/// Frames that wait for the next flush, and the numbers they carry.
#[derive(Debug)]
pub struct Outbox {
    bytes: Vec<u8>,
    text: Vec<u8>,
    masks: Chance,
    next_id: u64,
}

impl Outbox {
    fn new(seed: u64) -> Self {
        Self { bytes: Vec::new(), text: Vec::new(), masks: Chance::new(seed), next_id: 1 }
    }

    /// Queues a frame and gives its id.
    pub fn send(&mut self, frame: &ClientFrame<'_>) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.text.clear();
        frame.write(&mut self.text, id);
        let mask = self.mask();
        write_frame(&mut self.bytes, 1, &self.text, Some(mask));
        id
    }

    /// Queues the answer to a ping.
    pub fn pong(&mut self, payload: &[u8]) {
        let mask = self.mask();
        write_frame(&mut self.bytes, 10, payload, Some(mask));
    }

    fn raw(&mut self, text: &[u8]) {
        let mask = self.mask();
        write_frame(&mut self.bytes, 1, text, Some(mask));
    }

    fn mask(&mut self) -> [u8; 4] {
        (self.masks.draw() as u32).to_ne_bytes()
    }
}

impl AgentSocket {
    /// Connects (from `source` if given), says hello and waits for the welcome. `seed` feeds the masks.
    pub async fn connect(
        server: SocketAddr,
        source: Option<IpAddr>,
        token: &str,
        seed: u64,
    ) -> Result<(Self, Welcome)> {
        let stream = open(server, source).await.map_err(|error| Error::io("connect an agent", error))?;
        stream.set_nodelay(true).map_err(|error| Error::io("set nodelay", error))?;
        let mut socket = Self { stream, inbox: Inbox::default(), outbox: Outbox::new(seed) };
        socket.handshake(server).await?;
        socket.outbox.raw(format!(r#"{{"type":"hello","token":"{token}"}}"#).as_bytes());
        socket.flush().await?;
        let welcome = socket.welcome().await?;
        Ok((socket, welcome))
    }

    async fn handshake(&mut self, server: SocketAddr) -> Result<()> {
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nhost: {server}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\nsec-websocket-protocol: {SUBPROTOCOL}\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes()).await.map_err(|error| Error::io("upgrade", error))?;
        let mut answer = Vec::with_capacity(512);
        let end = loop {
            if let Some(end) = find(&answer, b"\r\n\r\n") {
                break end + 4;
            }
            match self.stream.read_buf(&mut answer).await {
                Ok(0) => return Err(Error::Closed("during the upgrade".to_owned())),
                Ok(_) => {}
                Err(error) => return Err(Error::io("upgrade", error)),
            }
        };
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let value = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim())
        };
        if !head.starts_with("HTTP/1.1 101")
            || value("sec-websocket-accept") != Some(ACCEPT)
            || value("sec-websocket-protocol") != Some(SUBPROTOCOL)
        {
            return Err(Error::Protocol(format!("no upgrade to {SUBPROTOCOL}: {head}")));
        }
        self.inbox.space().extend_from_slice(&answer[end..]);
        Ok(())
    }

    async fn welcome(&mut self) -> Result<Welcome> {
        loop {
            match self.inbox.take()? {
                Some(Frame::Text(text)) => {
                    let frame = ServerFrame::parse(text)?;
                    if frame.kind == "welcome" {
                        let ServerFrame { session_id, offers, conversations, .. } = frame;
                        return Ok(Welcome { session_id, offers, conversations });
                    }
                    return Err(Error::Protocol(format!("{} before the welcome", frame.kind)));
                }
                Some(Frame::Ping(payload)) => self.outbox.pong(payload),
                Some(Frame::Pong) => {}
                Some(Frame::Close(code)) => {
                    return Err(Error::Closed(format!("{code} before the welcome")));
                }
                None => self.fill().await?,
            }
        }
    }

    /// Reads what there is, at least one byte. Safe to drop while it waits.
    pub async fn fill(&mut self) -> Result<()> {
        match self.stream.read_buf(self.inbox.space()).await {
            Ok(0) => Err(Error::Closed("without a close frame".to_owned())),
            Ok(_) => Ok(()),
            Err(error) => Err(Error::io("read a socket", error)),
        }
    }

    /// Writes everything queued in one go.
    pub async fn flush(&mut self) -> Result<()> {
        if self.outbox.bytes.is_empty() {
            return Ok(());
        }
        let written = self.stream.write_all(&self.outbox.bytes).await;
        self.outbox.bytes.clear();
        written.map_err(|error| Error::io("write a socket", error))
    }
}

async fn open(server: SocketAddr, source: Option<IpAddr>) -> std::io::Result<TcpStream> {
    let Some(source) = source else {
        return TcpStream::connect(server).await;
    };
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(source, 0))?;
    socket.connect(server).await
}

/// What an agent asked for and still waits to hear about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<K> {
    /// The kind of request.
    pub kind: K,
    /// The conversation it is about.
    pub conversation: Uuid,
    /// When it was queued, in the run's clock.
    pub at: crate::clock::Nanos,
}
