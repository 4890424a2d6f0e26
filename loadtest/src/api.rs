//! Calls that the harness depends on: anything but the expected status ends the run.

use std::net::SocketAddr;

use serde::Deserialize;
use serde_json::Value;

use crate::http::{Client, Request};
use crate::{Error, Result};

/// A caller with a token, over one connection.
#[derive(Debug)]
pub struct Api {
    client: Client,
    token: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Value>,
    next_cursor: Option<String>,
}

impl Api {
    /// Makes a caller; it connects at the first call.
    pub fn new(server: SocketAddr, token: &str) -> Self {
        Self { client: Client::new(server), token: token.to_owned() }
    }

    /// Calls and insists on a 2xx.
    pub async fn call(&mut self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request { method, path, token: &self.token, idempotency_key: None, body: &body };
        let answer = self.client.call(&request).await?;
        if !(200..300).contains(&answer.status) {
            let body = String::from_utf8_lossy(answer.body).into_owned();
            return Err(Error::Refused { call: format!("{method} {path}"), status: answer.status, body });
        }
        if answer.body.is_empty() { Ok(Value::Null) } else { answer.json() }
    }

    /// Reads one resource.
    pub async fn get(&mut self, path: &str) -> Result<Value> {
        self.call("GET", path, &Value::Null).await
    }

    /// Reads one resource that may be missing.
    pub async fn find(&mut self, path: &str) -> Result<Option<Value>> {
        match self.get(path).await {
            Ok(value) => Ok(Some(value)),
            Err(Error::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Reads a whole list, page by page; at most `max_items`.
    pub async fn list(&mut self, path: &str, max_items: usize) -> Result<Vec<Value>> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let from = cursor.map(|cursor| format!("&cursor={}", escape(&cursor))).unwrap_or_default();
            let page = self.get(&format!("{path}{separator}limit=1000{from}")).await?;
            let page: Page = serde_json::from_value(page)
                .map_err(|error| Error::Protocol(format!("{path} is not a list: {error}")))?;
            items.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(items);
            }
            if items.len() > max_items {
                return Err(Error::Protocol(format!("{path} has more than {max_items} items")));
            }
        }
    }
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn cursors_are_escaped() {
        assert_eq!(escape("aZ9-_.~=/+"), "aZ9-_.~%3D%2F%2B");
    }
}
