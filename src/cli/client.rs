//! The smallest HTTP client that `apply` and `export` need: one request, one connection, plain HTTP.
//!
//! A server behind TLS is reached on its own machine, or with the API itself.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A server and a token for it.
#[derive(Clone)]
pub struct Client {
    host: String,
    token: String,
}

/// What came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Body, put together.
    pub body: Vec<u8>,
}

const TIMEOUT: Duration = Duration::from_mins(1);

impl Client {
    /// `server` is `http://host:port`, with or without a slash at its end.
    pub fn new(server: &str, token: &str) -> Self {
        Self { host: server.to_owned(), token: token.to_owned() }
    }

    /// Sends a request and waits for its answer.
    pub fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> io::Result<Answer> {
        let wrong = |text: &str| io::Error::new(io::ErrorKind::InvalidInput, text.to_owned());
        let host = self.host.strip_prefix("http://").ok_or_else(|| wrong("--server is http://ADDR:PORT"))?;
        let host = host.trim_end_matches('/');
        let address = if host.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok()) {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        if self.token.contains(['\r', '\n']) {
            return Err(wrong("this is no token"));
        }
        let mut stream = TcpStream::connect(&address)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot reach {address}: {error}")))?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let body = body.unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nAccept: application/json\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.token,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        parse(&answer).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "that is no HTTP answer"))
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let body = &bytes[end + 4..];
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunk(body)? } else { body.to_vec() };
    Some(Answer { status, body })
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line_end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..line_end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        bytes = bytes.get(line_end + 2..)?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_put_together() {
        let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(parse(plain), Some(Answer { status: 200, body: b"{}".to_vec() }));
        let chunked =
            b"HTTP/1.1 422 X\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(chunked), Some(Answer { status: 422, body: b"abcd".to_vec() }));
        assert_eq!(parse(b"nonsense"), None);
    }
}
