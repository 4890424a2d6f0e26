//! A server of one's own for each test: on port 0, over a store in memory or in a directory, and a client.

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use callboard::app::{App, AppConfig};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, oneshot};

/// Longest wait for what must come, on however slow a machine; a test that needs it all has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The administrator's token of every test server.
pub const ADMIN: &str = "test-administrator";

/// A running server. Stops when it is dropped.
pub struct Server {
    pub base: String,
    /// Held by the one what-if that is being played.
    pub plays: Arc<Semaphore>,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Over a store in memory.
    pub fn start() -> Self {
        Self::start_with(AppConfig::default())
    }

    /// Of any configuration but the address and the administrator's token.
    pub fn start_with(config: AppConfig) -> Self {
        let config = AppConfig {
            listen: "127.0.0.1:0".to_owned(),
            admin_token: Some(ADMIN.to_owned()),
            workers: 1,
            ..config
        };
        let (stop, stopped) = oneshot::channel();
        let (ready, port) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let app = App::build(config).await.expect("the application builds");
                ready.send((app.port(), app.edge().plays.clone())).expect("the test waits");
                app.run(async { drop(stopped.await) }).await.expect("the server runs");
            });
        });
        let (port, plays) = port.recv().expect("the server starts");
        // One connection a request: a server that stops waits for idle connections.
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client");
        Self {
            base: format!("http://127.0.0.1:{port}"),
            plays,
            client,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// A request with a token.
    pub fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, ADMIN)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path, ADMIN).json(&body)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path, ADMIN).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        let request = self.request(Method::PATCH, path, ADMIN);
        self.send(request.header("content-type", "application/merge-patch+json").body(body.to_string())).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path, ADMIN)).await
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// A key of this role.
    pub async fn key(&self, role: &str) -> String {
        let made = self.put(&format!("/v1/api-keys/{role}-key"), json!({"name": role, "role": role})).await;
        made.body["token"].as_str().expect("a new key shows its token").to_owned()
    }

    /// An agent of this name, with a token.
    pub async fn agent(&self, id: &str, body: Value) -> String {
        assert!(self.put(&format!("/v1/agents/{id}"), body).await.status < 300);
        let made = self.post(&format!("/v1/agents/{id}/tokens"), json!({"ttl_seconds": 600})).await;
        made.body["token"].as_str().expect("a token").to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server panicked");
        }
    }
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, headers, text, body }
    }

    /// A header's value, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The wrong fields of a problem.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error["field"].as_str()).collect()
    }

    /// Status and code of a problem, which must be one.
    pub fn problem(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        assert_eq!(self.body["status"], self.status);
        for member in ["type", "title", "detail", "retryable"] {
            assert!(!self.body[member].is_null(), "{member}: {}", self.text);
        }
        (self.status, self.body["code"].as_str().expect("a code"))
    }
}
