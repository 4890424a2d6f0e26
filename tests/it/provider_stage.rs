//! A server with one channel of a provider, and a stub of that provider that answers like the real API.

use callboard::app::AppConfig;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::endpoint::{Call, Does, Endpoint};
use crate::helpers::{Answer, PATIENCE, Server};
use crate::socket::Socket;

/// The channel's inbound path.
pub const INBOUND: &str = "/v1/channels/c1/inbound";
const KEYS: &str = include_str!("keys/visitor.jwks.json");

/// What a provider answers to one answer of an agent's: status and body.
pub type Says = (u16, &'static str);

/// A server with one channel `c1` of a provider, and the stub of that provider.
pub struct Stage {
    pub server: Server,
    pub provider: Endpoint,
    pub base: String,
}

/// Whether this asks for a token or for keys, and carries no answer.
fn is_preparation(call: &Call) -> bool {
    call.path.contains("token?") || call.path.ends_with("token") || call.path.ends_with("keys")
}

impl Stage {
    /// `token`: what the provider answers where it is asked for an access token.
    pub async fn with_token(
        token: &'static str,
        kind: &str,
        settings: impl Fn(&str) -> Value,
        says: &[Says],
    ) -> Self {
        let mut says = says.to_vec();
        says.reverse();
        let provider = Endpoint::start(move |call| match call.path.as_str() {
            path if path.ends_with("keys") => Does::Says(200, KEYS),
            _ if is_preparation(call) => Does::Says(200, token),
            _ => says.pop().map_or(Does::Answers(418), |(status, body)| Does::Says(status, body)),
        })
        .await;
        let server = Server::start_with(AppConfig {
            allow_private_addresses: true,
            public_url: Some("https://desk.example".to_owned()),
            ..AppConfig::default()
        });
        let base = provider.url.trim_end_matches("/in").to_owned();
        let made = server.put("/v1/work-streams/w1", json!({"name": "W", "channel_type": kind})).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let stage = Self { server, provider, base };
        let made = stage.put(kind, settings(&stage.base)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        stage
    }

    pub async fn new(kind: &str, settings: impl Fn(&str) -> Value, says: &[Says]) -> Self {
        let token = r#"{"token_type":"Bearer","expires_in":3600,"access_token":"AT"}"#;
        Self::with_token(token, kind, settings, says).await
    }

    pub async fn put(&self, kind: &str, settings: Value) -> Answer {
        let channel = json!({"name": "C", "type": kind, "work_stream_id": "w1", "settings": settings});
        self.server.put("/v1/channels/c1", channel).await
    }

    pub fn post(&self, query: &str, body: &str) -> RequestBuilder {
        self.server.request(Method::POST, &format!("{INBOUND}{query}"), "none").body(body.to_owned())
    }

    pub async fn comes_in(&self, request: RequestBuilder) {
        let answer = self.server.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// An agent who has the one conversation, with the messages in it.
    pub async fn agent(&self) -> (Socket, String, Vec<String>) {
        let token = self.server.agent("ana", json!({"name": "Ana"})).await;
        let (mut ana, _) = Socket::agent(&self.server, &token).await;
        let offer = ana.frame("offer.created").await["offer"].clone();
        ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
        let id = offer["conversation_id"].as_str().unwrap().to_owned();
        let messages = self.server.get(&format!("/v1/conversations/{id}/messages")).await;
        let items = messages.body["items"].as_array().unwrap();
        let texts = items.iter().map(|one| one["text"].as_str().unwrap().to_owned()).collect();
        (ana, id, texts)
    }

    /// The next call that carries an answer.
    pub async fn answered(&mut self) -> Call {
        loop {
            let call = self.provider.next().await;
            if !is_preparation(&call) {
                return call;
            }
        }
    }

    /// The first delivery of a state once it has been tried.
    pub async fn delivery(&self, state: &str) -> Value {
        let found = async {
            loop {
                let all = self.server.get(&format!("/v1/channels/c1/deliveries?state={state}")).await;
                let first = all.body["items"].as_array().and_then(|all| all.first().cloned());
                if let Some(one) = first.filter(|one| one["attempts"] != 0) {
                    return one;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.expect("a delivery")
    }

    /// The whole story with three answers: taken, never taken, not taken now. Gives the first call; `dead` and `later`
    /// are in what the other two become.
    pub async fn tells(&mut self, dead: &str, later: &str) -> Call {
        let (mut ana, id, texts) = self.agent().await;
        assert_eq!(texts, ["hello ñ"]);
        let say = |text: &str| json!({"type": "message.send", "conversation_id": id, "text": text});
        ana.done(say("here I am ñ")).await;
        let call = self.answered().await;
        ana.done(say("two")).await;
        self.answered().await;
        let letter = self.delivery("dead").await;
        assert!(letter["problem"].as_str().unwrap().contains(dead), "{letter}");
        assert_eq!((&letter["attempts"], &letter["conversation_id"]), (&json!(1), &json!(id)));
        ana.done(say("three")).await;
        self.answered().await;
        let waiting = self.delivery("pending").await;
        assert!(waiting["problem"].as_str().unwrap().contains(later), "{waiting}");
        assert_eq!(waiting["attempts"], 1);
        call
    }
}
