//! What a visitor may do how often, and whose address it is counted for.

use callboard::app::AppConfig;
use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{ADMIN, Answer, PATIENCE, Server};
use crate::live_chat::with_channel;
use crate::live_chat_identity::{by_key, claims, signed};
use crate::socket::Socket;

const OPEN: &str = "/v1/widgets/web/conversations";

async fn server(config: AppConfig, settings: Value) -> Server {
    let server = Server::start_with(config);
    with_channel(&server, settings).await;
    server
}

/// A conversation is opened by a visitor of whom a proxy says these things.
async fn open_from(server: &Server, header: (&str, &str), body: Value) -> Answer {
    server.send(server.request(Method::POST, OPEN, "").header(header.0, header.1).json(&body)).await
}

async fn open(server: &Server, body: Value) -> Answer {
    open_from(server, ("x-nothing", ""), body).await
}

/// Opens one conversation after another until there are too many, however slowly: how many, and the refusal.
async fn until_limited(server: &Server, named: impl Fn(usize) -> (&'static str, String)) -> (usize, Answer) {
    for opened in 0..1_000 {
        let (name, value) = named(opened);
        let answer = open_from(server, (name, &value), json!({})).await;
        if answer.status != 201 {
            assert_eq!(answer.problem(), (429, "rate_limited"));
            return (opened, answer);
        }
    }
    panic!("a thousand conversations and no limit");
}

/// Sixty frames at once and their replies, in order: far more than may come in the time that it takes.
async fn flood(socket: &mut Socket, frame: impl Fn(usize) -> Value) -> Vec<Value> {
    for n in 0..60 {
        let mut frame = frame(n);
        frame["id"] = json!(format!("flood-{n}"));
        socket.send(&frame.to_string()).await;
    }
    let mut replies = Vec::new();
    for n in 0..60 {
        let id = json!(format!("flood-{n}"));
        replies.push(socket.wait(|reply| reply["type"] == "reply" && reply["id"] == id).await);
    }
    replies
}

fn message(n: usize) -> Value {
    json!({"type": "message.send", "text": format!("message {n}"), "client_message_id": format!("m{n}")})
}

#[tokio::test]
async fn a_visitor_that_writes_faster_than_a_person_can_is_told_when_to_try_again_and_then_heard() {
    let server = server(AppConfig::default(), json!({})).await;
    let opened = open(&server, json!({})).await;
    let token = opened.body["customer_token"].as_str().unwrap();
    let (mut kim, _) = Socket::customer(&server, token).await;
    let replies = flood(&mut kim, message).await;
    assert!(replies[..20].iter().all(|reply| reply["ok"] == true), "twenty at once");
    let refused = replies.iter().rposition(|reply| reply["ok"] == false).expect("not sixty");
    let problem = &replies[refused]["problem"];
    assert_eq!((&problem["status"], &problem["code"]), (&json!(429), &json!("rate_limited")));
    assert_eq!((&problem["retryable"], &problem["retry_after_seconds"]), (&json!(true), &json!(1)));

    // Another socket of the same visitor shares it.
    let (mut again, welcome) = Socket::customer(&server, token).await;
    let taken = replies.iter().filter(|reply| reply["ok"] == true).count();
    assert_eq!(welcome["messages"].as_array().map(Vec::len), Some(taken), "what was refused is not there");
    let more = flood(&mut again, |n| message(n + 100)).await;
    assert!(more.iter().filter(|reply| reply["ok"] == true).count() < 20, "{more:?}");

    let said = async {
        while again.ask(message(refused)).await["ok"] != true {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, said).await.expect("taken after a while");
    let text = format!("message {refused}");
    assert_eq!(kim.wait(|frame| frame["message"]["text"] == *text).await["type"], "message.received");

    // Signs of typing are bounded by themselves, and leave a conversation its end.
    let typed = flood(&mut kim, |_| json!({"type": "typing"})).await;
    assert!(typed[..20].iter().all(|reply| reply["ok"] == true));
    assert!(typed.iter().any(|reply| reply["problem"]["code"] == "rate_limited"));
    kim.done(json!({"type": "conversation.end"})).await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_visitor_has_ten_a_minute_and_a_made_up_address_changes_nothing() {
    let trusted = AppConfig { trusted_proxies: "127.0.0.0/8, ::1".to_owned(), ..AppConfig::default() };
    let server = server(trusted, json!({})).await;
    // The first entry is the visitor's own invention.
    let (opened, limited) =
        until_limited(&server, |n| ("x-forwarded-for", format!("203.0.113.{n}, 198.51.100.1"))).await;
    assert!(opened >= 10, "{opened}");
    assert_eq!(limited.body["retry_after_seconds"].to_string(), limited.header("retry-after"));
    let other = open_from(&server, ("x-forwarded-for", "198.51.100.1, 198.51.100.2"), json!({})).await;
    assert_eq!(other.status, 201);
    assert_eq!(open_from(&server, ("forwarded", "for=198.51.100.3"), json!({})).await.status, 201);
    let (more, _) = until_limited(&server, |_| ("forwarded", "for=198.51.100.1".to_owned())).await;
    assert!(more < 10, "the same bucket, by either header: {more}");
}

#[tokio::test]
async fn who_is_not_trusted_cannot_choose_its_address() {
    let trusted = AppConfig { trusted_proxies: "10.0.0.0/8".to_owned(), ..AppConfig::default() };
    for config in [AppConfig::default(), trusted] {
        let server = server(config, json!({})).await;
        let (opened, _) = until_limited(&server, |n| ("x-forwarded-for", format!("198.51.100.{n}"))).await;
        assert!(opened >= 10, "{opened}");
        for header in ["x-forwarded-for", "forwarded"] {
            let (more, _) = until_limited(&server, |n| (header, format!("for=198.51.101.{n}"))).await;
            assert!(more < 10, "{header}: {more}");
        }
    }
}

#[tokio::test]
async fn metrics_without_a_token_are_for_this_machine_not_for_all_behind_its_proxy() {
    let trusted = AppConfig { trusted_proxies: "127.0.0.1".to_owned(), ..AppConfig::default() };
    let (trusts, trusts_nobody) = (Server::start_with(trusted), Server::start());
    let metrics = async |server: &Server, token: &str, client: Option<&str>| {
        let request = server.request(Method::GET, "/metrics", token);
        let named =
            client.into_iter().fold(request, |request, client| request.header("x-forwarded-for", client));
        server.send(named).await.status
    };
    assert_eq!(metrics(&trusts, "", None).await, 200);
    assert_eq!(metrics(&trusts, "", Some("127.0.0.1")).await, 200);
    for client in ["198.51.100.1", "unknown", "198.51.100.1, _hidden", "127.0.0.1, 198.51.100.1"] {
        assert_eq!(metrics(&trusts, "", Some(client)).await, 401, "{client}");
        assert_eq!(metrics(&trusts, ADMIN, Some(client)).await, 200, "{client}");
    }
    assert_eq!(metrics(&trusts_nobody, "", None).await, 200);
    assert_eq!(
        metrics(&trusts_nobody, "", Some("127.0.0.1")).await,
        401,
        "some proxy that nobody told us of"
    );
}

#[tokio::test]
async fn tokens_that_are_not_good_leave_their_address_its_conversations() {
    let server = server(AppConfig::default(), json!({"authentication": by_key("optional")})).await;
    let bad = json!({"token": signed(&claims(json!({"exp": 1})))});
    for _ in 0..20 {
        assert_eq!(open(&server, bad.clone()).await.problem(), (401, "unauthorized"));
    }
    let good = json!({"token": signed(&claims(json!({})))});
    assert_eq!(open(&server, good.clone()).await.status, 201);
    let mut tries = 0;
    let limited = loop {
        let answer = open(&server, bad.clone()).await;
        tries += 1;
        if answer.status != 401 || tries == 1_000 {
            break answer;
        }
    };
    assert_eq!(limited.problem(), (429, "rate_limited"), "there is a bound, though");
    assert_eq!(open(&server, json!({})).await.status, 201, "whoever has no token is not concerned");
}

#[tokio::test]
async fn tokens_that_are_good_take_nothing_of_what_those_that_are_not_may() {
    let server = server(AppConfig::default(), json!({"authentication": by_key("optional")})).await;
    let good = json!({"token": signed(&claims(json!({})))});
    for _ in 0..70 {
        // Sooner or later the conversations of this address are too many, which is no fault of the token.
        assert!([200, 201, 429].contains(&open(&server, good.clone()).await.status));
    }
    let bad = json!({"token": signed(&claims(json!({"exp": 1})))});
    assert_eq!(open(&server, bad).await.problem(), (401, "unauthorized"));
}
