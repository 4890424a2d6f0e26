//! A small keep-alive HTTP/1.1 client: one connection, one request at a time, no allocation per call once warm.
//!
//! Knows only what a server of this contract answers with: a status, `content-length` or chunks, JSON. Made because
//! the generator shares two cores with the server it measures.

use std::net::SocketAddr;

use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::{Error, Result};

/// An answer larger than this is a fault of the server (a page of 1,000 conversations is about 1 MB).
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// One request; the connection adds host, length and type.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
    pub method: &'a str,
    /// Path with query.
    pub path: &'a str,
    /// Bearer token.
    pub token: &'a str,
    /// `Idempotency-Key`, where one is sent.
    pub idempotency_key: Option<&'a str>,
    /// JSON body; empty for none.
    pub body: &'a [u8],
}

/// One answer, borrowed from the connection until the next request.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// Whether it carried `Idempotent-Replayed: true`.
    pub replayed: bool,
    /// The body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// Reads the body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.body).map_err(|error| {
            Error::Protocol(format!(
                "answer is not as expected ({error}): {}",
                String::from_utf8_lossy(self.body)
            ))
        })
    }
}

/// A connection that reconnects when it was closed between two requests.
#[derive(Debug)]
pub struct Client {
    server: SocketAddr,
    stream: Option<TcpStream>,
    outgoing: Vec<u8>,
    incoming: Vec<u8>,
    chunks: Vec<u8>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Head {
    status: u16,
    body_at: usize,
    length: Option<usize>,
    chunked: bool,
    close: bool,
    replayed: bool,
}

impl Client {
    /// Makes a client; it connects at the first request.
    pub fn new(server: SocketAddr) -> Self {
        Self { server, stream: None, outgoing: Vec::new(), incoming: Vec::new(), chunks: Vec::new() }
    }

    /// Opens the connection ahead of the first request, so that the handshake is not measured.
    pub async fn connect(&mut self) -> Result<()> {
        let stream = TcpStream::connect(self.server).await.map_err(|error| Error::io("connect", error))?;
        stream.set_nodelay(true).map_err(|error| Error::io("set nodelay", error))?;
        self.stream = Some(stream);
        Ok(())
    }

    /// Sends a request and reads its answer. Never repeats a request that may have reached the server: what fails
    /// after the first byte left is the caller's to judge.
    pub async fn call(&mut self, request: &Request<'_>) -> Result<Answer<'_>> {
        if self.stream.as_ref().is_none_or(was_closed) {
            self.connect().await?;
        }
        let outcome = self.exchange(request).await;
        let keep = outcome.as_ref().is_ok_and(|head| !head.close);
        if !keep {
            self.stream = None;
        }
        let head = outcome?;
        let body = match head.length {
            Some(length) => &self.incoming[head.body_at..head.body_at + length],
            None => &self.chunks[..],
        };
        Ok(Answer { status: head.status, replayed: head.replayed, body })
    }

    async fn exchange(&mut self, request: &Request<'_>) -> Result<Head> {
        write_request(&mut self.outgoing, request, self.server);
        let stream = self.stream.as_mut().ok_or_else(|| Error::Closed("not connected".to_owned()))?;
        stream.write_all(&self.outgoing).await.map_err(|error| Error::io("send a request", error))?;
        self.incoming.clear();
        self.chunks.clear();
        let mut head = None;
        loop {
            if head.is_none() {
                head = parse_head(&self.incoming)?;
            }
            if let Some(head) = head
                && self.is_complete(head)?
            {
                return Ok(head);
            }
            if self.incoming.len() > MAX_ANSWER_BYTES {
                return Err(Error::Protocol("answer is too large".to_owned()));
            }
            self.incoming.reserve(4096);
            let stream = self.stream.as_mut().ok_or_else(|| Error::Closed("not connected".to_owned()))?;
            match stream.read_buf(&mut self.incoming).await {
                Ok(0) => return Err(Error::Closed("before the answer".to_owned())),
                Ok(_) => {}
                Err(error) => return Err(Error::io("read an answer", error)),
            }
        }
    }

    fn is_complete(&mut self, head: Head) -> Result<bool> {
        match head.length {
            Some(length) => Ok(self.incoming.len() >= head.body_at + length),
            None if head.chunked => join_chunks(&self.incoming[head.body_at..], &mut self.chunks),
            None => Ok(true),
        }
    }
}

/// Says whether the server has closed an idle connection, without waiting.
fn was_closed(stream: &TcpStream) -> bool {
    let mut byte = [0];
    match stream.try_read(&mut byte) {
        Ok(_) => true, // an end, or bytes that nobody asked for
        Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
    }
}

fn write_request(out: &mut Vec<u8>, request: &Request<'_>, server: SocketAddr) {
    use std::io::Write as _;
    out.clear();
    let Request { method, path, token, idempotency_key, body } = *request;
    let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
    // Writing to a Vec cannot fail.
    let _ = write!(out, "{method} {path} HTTP/1.1\r\nhost: {server}\r\nauthorization: Bearer {token}\r\n");
    if let Some(key) = idempotency_key {
        let _ = write!(out, "idempotency-key: {key}\r\n");
    }
    if !body.is_empty() {
        let _ = write!(out, "content-type: {kind}\r\n");
    }
    if method == "GET" {
        out.extend_from_slice(b"\r\n");
    } else {
        let _ = write!(out, "content-length: {}\r\n\r\n", body.len());
    }
    out.extend_from_slice(body);
}

fn parse_head(bytes: &[u8]) -> Result<Option<Head>> {
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        return Ok(None);
    };
    let text =
        std::str::from_utf8(&bytes[..end]).map_err(|_| Error::Protocol("head is not text".to_owned()))?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).and_then(|rest| rest.get(..3));
    let Some(status) = status.and_then(|code| code.parse().ok()) else {
        return Err(Error::Protocol(format!("not an HTTP/1.1 answer: {text}")));
    };
    let mut head = Head { status, body_at: end + 4, ..Head::default() };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            head.length = value.parse().ok();
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            head.chunked = value.eq_ignore_ascii_case("chunked");
        } else if name.eq_ignore_ascii_case("connection") {
            head.close = value.eq_ignore_ascii_case("close");
        } else if name.eq_ignore_ascii_case("idempotent-replayed") {
            head.replayed = value == "true";
        }
    }
    Ok(Some(head))
}

/// Joins the chunks into `out`; `false` while the last one is missing.
fn join_chunks(mut bytes: &[u8], out: &mut Vec<u8>) -> Result<bool> {
    out.clear();
    loop {
        let Some(line_end) = find(bytes, b"\r\n") else {
            return Ok(false);
        };
        let size = std::str::from_utf8(&bytes[..line_end])
            .ok()
            .and_then(|line| usize::from_str_radix(line.split(';').next().unwrap_or("").trim(), 16).ok())
            .filter(|size| *size <= MAX_ANSWER_BYTES)
            .ok_or_else(|| Error::Protocol("bad chunk size".to_owned()))?;
        let data = &bytes[line_end + 2..];
        if data.len() < size + 2 {
            return Ok(false);
        }
        if size == 0 {
            return Ok(true);
        }
        out.extend_from_slice(&data[..size]);
        bytes = &data[size + 2..];
    }
}

/// Finds the first place of `needle`.
pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::{join_chunks, parse_head};

    #[test]
    fn head_gives_status_length_and_replay() {
        let bytes = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nidempotent-replayed: true\r\n\r\nhello";
        let head = parse_head(bytes).expect("http").expect("whole");
        assert_eq!((head.status, head.length, head.replayed), (201, Some(5), true));
        assert_eq!(&bytes[head.body_at..], b"hello");
        assert!(parse_head(&bytes[..30]).expect("http").is_none());
    }

    #[test]
    fn chunks_are_joined_when_all_are_there() {
        let whole = b"3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n";
        let mut out = Vec::new();
        assert!(join_chunks(whole, &mut out).expect("chunks"));
        assert_eq!(out, b"abc0123456789");
        for cut in 0..whole.len() - 2 {
            assert!(!join_chunks(&whole[..cut], &mut out).expect("chunks"), "cut at {cut}");
        }
    }
}
