//! Visitors who prove who they are: tokens that are good, and every kind that is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use callboard::app::AppConfig;
use callboard::ports::clock::Clock;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::helpers::{Answer, Server};
use crate::live_chat::with_channel;
use crate::socket::Socket;

const OPEN: &str = "/v1/widgets/web/conversations";
const PUBLIC: &str = include_str!("keys/visitor.public.pem");

async fn open(server: &Server, body: Value) -> Answer {
    server.send(server.request(Method::POST, OPEN, "").json(&body)).await
}

/// Seconds since 1970.
fn now() -> i64 {
    Clock::system().now().0 / 1000
}

/// The claims of a good token, changed.
#[allow(clippy::needless_pass_by_value)] // reads as a literal where it is called
pub(crate) fn claims(change: Value) -> Value {
    let mut claims = json!({"sub": "kim-7", "exp": now() + 300, "iat": now(), "aud": ["chat"], "iss": "shop", "name": "Kim Lee",
        "email": "kim@x.example", "context": {"tier": "gold", "sneaky": "x", "priority": 100}});
    claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn header(algorithm: Algorithm) -> Header {
    Header { kid: Some("v1".to_owned()), ..Header::new(algorithm) }
}

pub(crate) fn signed(claims: &Value) -> String {
    let key = EncodingKey::from_rsa_pem(include_bytes!("keys/visitor.private.pem")).unwrap();
    encode(&header(Algorithm::RS256), claims, &key).unwrap()
}

pub(crate) fn by_key(mode: &str) -> Value {
    json!({"mode": mode, "public_key": PUBLIC, "audience": "chat", "issuer": "shop"})
}

async fn nothing_was_created(server: &Server) {
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
}

#[tokio::test]
async fn a_good_token_says_who_the_visitor_is_and_gives_declared_context() {
    let server = Server::start();
    with_channel(&server, json!({"authentication": by_key("required")})).await;
    let survey = json!({"tier": "iron", "name": "Somebody Else", "phone": "555"});
    let opened = open(&server, json!({"token": signed(&claims(json!({}))), "survey": survey})).await;
    assert_eq!((opened.status, &opened.body["joined"]), (201, &json!(false)), "{}", opened.text);
    let id = opened.body["conversation"]["id"].as_str().unwrap();
    let seen = server.get(&format!("/v1/conversations/{id}")).await.body;
    let customer = json!({"id": "kim-7", "name": "Kim Lee", "email": "kim@x.example", "phone": "555"});
    assert_eq!((&seen["customer"], &seen["context"]), (&customer, &json!({"tier": "gold"})));
    assert_eq!(seen["priority"], 0);
}

#[tokio::test]
async fn a_bad_token_is_a_401_and_nothing_is_created() {
    let server = Server::start();
    with_channel(&server, json!({"authentication": by_key("optional")})).await;
    let good = signed(&claims(json!({})));
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let other_body = signed(&claims(json!({"sub": "boss"})));
    let other_body = other_body.split('.').nth(1).unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    // Signed with the public key as if it were a shared secret.
    let symmetric =
        encode(&header(Algorithm::HS256), &claims(json!({})), &EncodingKey::from_secret(PUBLIC.as_bytes()))
            .unwrap();
    let other = EncodingKey::from_rsa_pem(include_bytes!("keys/other.private.pem")).unwrap();
    let stranger = encode(&header(Algorithm::RS256), &claims(json!({})), &other).unwrap();
    let own = EncodingKey::from_rsa_pem(include_bytes!("keys/visitor.private.pem")).unwrap();
    let longer = encode(&header(Algorithm::RS512), &claims(json!({})), &own).unwrap();
    let with = |change: Value| signed(&claims(change));
    let extended = Header { crit: Some(vec!["b64".to_owned()]), ..header(Algorithm::RS256) };
    let critical = encode(&extended, &claims(json!({})), &own).unwrap();
    // The limit of one address is ten a minute; each server takes some of the table.
    let table = vec![
        ("tampered body", format!("{head}.{other_body}.{signature}")),
        ("tampered signature", format!("{head}.{body}.{}", signature.chars().rev().collect::<String>())),
        ("no signature", format!("{head}.{body}.")),
        ("alg none", format!("{none}.{body}.")),
        ("alg none, with a signature", format!("{none}.{body}.{signature}")),
        ("HS256 with the public key", symmetric),
        ("somebody else's key", stranger),
        ("RS512", longer),
        ("an extension that must be understood", critical),
        ("no JWT", "hello".to_owned()),
        ("empty", String::new()),
        ("expired", with(json!({"exp": now() - 61}))),
        ("no exp", with(json!({"exp": null}))),
        ("exp is no number", with(json!({"exp": "tomorrow"}))),
        ("not yet", with(json!({"nbf": now() + 120}))),
        ("made in the future", with(json!({"iat": now() + 120}))),
        ("another audience", with(json!({"aud": "mail"}))),
        ("no audience", with(json!({"aud": null}))),
        ("another issuer", with(json!({"iss": "bank"}))),
        ("no sub", with(json!({"sub": null}))),
        ("blank sub", with(json!({"sub": " "}))),
    ];
    let mut servers = vec![server];
    for (n, (what, token)) in table.into_iter().enumerate() {
        if n > 0 && n % 10 == 0 {
            let server = Server::start();
            with_channel(&server, json!({"authentication": by_key("optional")})).await;
            servers.push(server);
        }
        let refused = open(servers.last().unwrap(), json!({"token": token, "message": "Hello"})).await;
        assert_eq!(refused.problem(), (401, "unauthorized"), "{what}: {}", refused.text);
    }
    for server in &servers {
        nothing_was_created(server).await;
    }
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart() {
    let server = Server::start();
    with_channel(&server, json!({"authentication": by_key("required")})).await;
    for change in [json!({"exp": now() - 30}), json!({"nbf": now() + 30}), json!({"iat": now() + 30})] {
        let opened = open(&server, json!({"token": signed(&claims(change.clone()))})).await;
        assert!(opened.status < 300, "{change}: {}", opened.text);
    }
}

#[tokio::test]
async fn a_mode_says_whether_a_token_is_taken_or_needed() {
    let server = Server::start();
    with_channel(&server, json!({"authentication": by_key("required")})).await;
    assert_eq!(open(&server, json!({"message": "Hello"})).await.problem(), (401, "unauthorized"));
    let long = json!({"token": "x".repeat(8193)});
    assert_eq!(open(&server, long).await.fields(), ["/token"]);
    nothing_was_created(&server).await;
    let patched = |mode: &'static str| {
        server.patch("/v1/channels/web", json!({"settings": {"authentication": {"mode": mode}}}))
    };
    assert_eq!(patched("none").await.status, 200);
    let refused = open(&server, json!({"token": signed(&claims(json!({})))})).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/token"]));
    assert_eq!(patched("optional").await.status, 200);
    let anonymous = open(&server, json!({})).await;
    let id = anonymous.body["conversation"]["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/conversations/{id}")).await.body["customer"]["id"], Value::Null);
}

#[tokio::test]
async fn a_verified_visitor_joins_its_conversation_from_another_device() {
    let server = Server::start();
    with_channel(&server, json!({"authentication": by_key("optional")})).await;
    let token = signed(&claims(json!({})));
    let first = open(&server, json!({"token": token, "message": "One"})).await;
    let (mut phone, _) = Socket::customer(&server, first.body["customer_token"].as_str().unwrap()).await;
    let second = open(&server, json!({"token": token, "message": "Two"})).await;
    assert_eq!((second.status, &second.body["joined"]), (200, &json!(true)), "{}", second.text);
    assert_eq!(second.body["conversation"]["id"], first.body["conversation"]["id"]);
    assert_eq!(phone.frame("message.received").await["message"]["text"], "Two");
    let third = open(&server, json!({"token": token})).await;
    assert_eq!((third.status, &third.body["conversation"]["id"]), (200, &first.body["conversation"]["id"]));
    let (mut laptop, welcome) =
        Socket::customer(&server, third.body["customer_token"].as_str().unwrap()).await;
    assert_eq!(welcome["messages"].as_array().unwrap().len(), 2);
    let somebody = open(&server, json!({"token": signed(&claims(json!({"sub": "lee-8"})))})).await;
    assert_eq!(
        (somebody.status, somebody.body["conversation"]["id"] == first.body["conversation"]["id"]),
        (201, false)
    );
    laptop.done(json!({"type": "conversation.end"})).await;
    let after = open(&server, json!({"token": token})).await;
    assert_eq!((after.status, &after.body["joined"]), (201, &json!(false)), "{}", after.text);
}

#[tokio::test]
async fn on_a_shared_computer_the_next_visitor_gets_a_conversation_of_its_own() {
    let server = Server::start();
    with_channel(&server, json!({"authentication": by_key("optional")})).await;
    let kim = open(&server, json!({"token": signed(&claims(json!({}))), "message": "Mine"})).await;
    let cookie = kim.header("set-cookie").split(';').next().unwrap().to_owned();
    // The browser still has the cookie of Kim's open conversation.
    let there = |body: Value| {
        server.send(server.request(Method::POST, OPEN, "").header("cookie", &cookie).json(&body))
    };
    let lee = there(json!({"token": signed(&claims(json!({"sub": "lee-8"})))})).await;
    let nobody = there(json!({})).await;
    for other in [&lee, &nobody] {
        assert_eq!((other.status, &other.body["joined"]), (201, &json!(false)), "{}", other.text);
        let (_socket, welcome) =
            Socket::customer(&server, other.body["customer_token"].as_str().unwrap()).await;
        assert_eq!(welcome["messages"], json!([]));
    }
    // Whoever is nobody has one open conversation, as ever.
    let cookie = nobody.header("set-cookie").split(';').next().unwrap().to_owned();
    let again = server.request(Method::POST, OPEN, "").header("cookie", cookie).json(&json!({}));
    assert_eq!(server.send(again).await.problem(), (409, "conflict"));
    let again = there(json!({"token": signed(&claims(json!({})))})).await;
    assert_eq!((again.status, &again.body["joined"]), (200, &json!(true)), "Kim's own is joined");
}

/// Answers every request with this, and counts them; an empty answer never comes.
async fn keys_at(answer: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(answer.as_bytes()).await;
            if answer.is_empty() {
                open.push(socket);
            }
        }
    });
    (url, asked)
}

fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// A server that may call private addresses, with a channel whose key is at this address.
async fn with_url(url: &str) -> Server {
    let server = Server::start_with(AppConfig { allow_private_addresses: true, ..AppConfig::default() });
    with_channel(&server, json!({"authentication": {"mode": "optional", "key_url": url}})).await;
    server
}

#[tokio::test]
async fn keys_are_fetched_once_and_a_set_is_searched_by_key_id() {
    let (url, asked) = keys_at(http("200 OK", include_str!("keys/visitor.jwks.json"))).await;
    let server = with_url(&url).await;
    for sub in ["a", "b", "c"] {
        let opened = open(&server, json!({"token": signed(&claims(json!({"sub": sub})))})).await;
        assert_eq!(opened.status, 201, "{}", opened.text);
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // A key id that nobody knows does not make this server ask again and again.
    let key = EncodingKey::from_rsa_pem(include_bytes!("keys/visitor.private.pem")).unwrap();
    let unknown = Header { kid: Some("v9".to_owned()), ..Header::new(Algorithm::RS256) };
    let unknown = encode(&unknown, &claims(json!({})), &key).unwrap();
    for _ in 0..3 {
        assert_eq!(open(&server, json!({"token": unknown})).await.problem(), (401, "unauthorized"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let (pem, _) = keys_at(http("200 OK", PUBLIC)).await;
    let server = with_url(&pem).await;
    assert_eq!(open(&server, json!({"token": signed(&claims(json!({})))})).await.status, 201);
}

#[tokio::test]
async fn without_its_key_a_token_is_neither_good_nor_bad() {
    let big = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(70_000));
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    for answer in [
        http("500 Internal Server Error", ""),
        http("200 OK", "{}"),
        http("200 OK", "<html>"),
        http("200 OK", &big),
        moved.to_owned(),
        "garbage\r\n\r\n".to_owned(),
    ] {
        let (url, asked) = keys_at(answer.clone()).await;
        let server = with_url(&url).await;
        for _ in 0..2 {
            let refused = open(&server, json!({"token": signed(&claims(json!({})))})).await;
            assert_eq!(refused.problem(), (503, "identity_keys_unavailable"), "{answer:.40}");
            assert!(!refused.header("retry-after").is_empty());
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{answer:.40}");
        nothing_was_created(&server).await;
    }
}

#[tokio::test]
async fn a_key_server_that_hangs_holds_up_nobody_else() {
    let (url, _) = keys_at(String::new()).await;
    let server = with_url(&url).await;
    let stuck = open(&server, json!({"token": signed(&claims(json!({})))}));
    let others = async {
        for _ in 0..5 {
            assert_eq!(open(&server, json!({"message": "Hello"})).await.status, 201);
        }
    };
    let (refused, ()) = tokio::join!(stuck, others);
    assert_eq!(refused.problem(), (503, "identity_keys_unavailable"));
}

#[tokio::test]
async fn private_addresses_are_not_called_unless_the_process_was_told_so() {
    let (url, asked) = keys_at(http("200 OK", include_str!("keys/visitor.jwks.json"))).await;
    let server = Server::start();
    let secure = url.replace("http://", "https://");
    let by_name = secure.replace("127.0.0.1", "localhost");
    with_channel(&server, json!({"authentication": {"mode": "optional", "key_url": url}})).await;
    for url in [&url, &secure, &by_name] {
        let settings = json!({"settings": {"authentication": {"key_url": url}}});
        assert_eq!(server.patch("/v1/channels/web", settings).await.status, 200);
        let refused = open(&server, json!({"token": signed(&claims(json!({})))})).await;
        assert_eq!(refused.problem(), (503, "identity_keys_unavailable"), "{url}");
        assert!(
            refused.body["detail"].as_str().unwrap().contains("only https")
                || refused.text.contains("private"),
            "{}",
            refused.text
        );
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    nothing_was_created(&server).await;
}
