//! Providers' channels: customers write over a signed webhook, agents' answers go out by the provider's own call.

use base64::Engine;
use callboard::app::AppConfig;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::endpoint::{Does, Endpoint};
use crate::helpers::{Answer, PATIENCE, Server};
use crate::socket::Socket;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const TWILIO_TOKEN: &str = "12345";

pub fn server(data: Option<&tempfile::TempDir>) -> Server {
    Server::start_with(AppConfig {
        allow_private_addresses: true,
        public_url: Some("https://desk.example".to_owned()),
        data: data.map(|data| data.path().to_owned()),
        ..AppConfig::default()
    })
}

async fn made(server: &Server, path: &str, body: Value) {
    let made = server.put(path, body).await;
    assert_eq!(made.status, 201, "{path} {}", made.text);
}

/// A channel `app` of the custom provider that answers to `url`.
pub async fn app(server: &Server, url: &str) {
    made(server, "/v1/work-streams/app", json!({"name": "App", "channel_type": "custom"})).await;
    let settings = json!({"url": url, "secret": SECRET});
    let channel = json!({"name": "App", "type": "custom", "work_stream_id": "app", "settings": settings});
    made(server, "/v1/channels/app", channel).await;
}

pub fn message(id: &str, from: &str, text: &str) -> Value {
    json!({"type": "message", "id": id, "from": {"id": from, "name": "Kim"}, "text": text, "attributes": {"tier": "gold"}})
}

/// The request of a provider that signs with this secret.
fn signed(server: &Server, secret: &str, body: &str) -> RequestBuilder {
    let now = callboard::ports::clock::Clock::system().now().0 / 1000;
    let webhook = standardwebhooks::Webhook::new(secret).unwrap();
    let signature = webhook.sign("d-1", now, body.as_bytes()).unwrap();
    server
        .request(Method::POST, "/v1/channels/app/inbound", "none")
        .header("webhook-id", "d-1")
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", signature)
        .header("content-type", "application/json")
        .body(body.to_owned())
}

pub async fn write(server: &Server, message: &Value) -> Answer {
    server.send(signed(server, SECRET, &message.to_string())).await
}

async fn conversations(server: &Server, channel: &str) -> Vec<Value> {
    let list = server.get("/v1/conversations?limit=100").await;
    let items = list.body["items"].as_array().unwrap().clone();
    items.into_iter().filter(|one| one["channel_id"] == channel).collect()
}

/// An agent with the customer's first conversation.
async fn answering(server: &Server) -> (Socket, String) {
    let token = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(server, &token).await;
    let offer = ana.frame("offer.created").await["offer"].clone();
    ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    (ana, offer["conversation_id"].as_str().unwrap().to_owned())
}

fn say(id: &str, text: &str) -> Value {
    json!({"type": "message.send", "conversation_id": id, "text": text})
}

#[tokio::test]
async fn a_customer_writes_over_a_provider_and_the_agents_answer_goes_out_signed() {
    let server = server(None);
    let mut provider = Endpoint::start(|_| Does::Answers(200)).await;
    app(&server, &provider.url).await;
    assert_eq!(write(&server, &message("m-1", "u-7", "hello")).await.status, 200);
    assert_eq!(write(&server, &message("m-2", "u-7", "anybody?")).await.status, 200);
    let (mut ana, id) = answering(&server).await;
    let messages = server.get(&format!("/v1/conversations/{id}/messages")).await;
    let texts: Vec<&Value> = messages.body["items"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
    assert_eq!(texts, [&json!("hello"), &json!("anybody?")]);
    ana.done(say(&id, "here I am")).await;
    let call = provider.next().await;
    assert_eq!((&call.body["to"], &call.body["text"]), (&json!("u-7"), &json!("here I am")));
    let mut headers = reqwest::header::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, call.header(name).parse().unwrap());
    }
    standardwebhooks::Webhook::new(SECRET).unwrap().verify(call.text.as_bytes(), &headers).unwrap();
    assert_eq!(write(&server, &message("m-3", "u-8", "me too")).await.status, 200);
    assert_eq!(conversations(&server, "app").await.len(), 2, "another customer, another conversation");
    ana.done(
        json!({"type": "message.send", "conversation_id": id, "text": "a note", "visibility": "internal"}),
    )
    .await;
    ana.done(say(&id, "bye")).await;
    assert_eq!(provider.next().await.body["text"], "bye", "what is internal stays inside");
}

#[tokio::test]
async fn what_a_provider_sends_again_is_dropped_also_after_the_end_and_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let first = server(Some(&data));
    app(&first, "http://127.0.0.1:9/in").await;
    for _ in 0..2 {
        assert_eq!(write(&first, &message("m-1", "u-7", "hello")).await.status, 200);
    }
    let id = conversations(&first, "app").await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(first.post(&format!("/v1/conversations/{id}/close"), json!({})).await.status, 200);
    assert_eq!(write(&first, &message("m-1", "u-7", "hello")).await.status, 200);
    assert_eq!(conversations(&first, "app").await.len(), 1);
    drop(first);
    let again = server(Some(&data));
    assert_eq!(write(&again, &message("m-1", "u-7", "hello")).await.status, 200);
    assert_eq!(conversations(&again, "app").await.len(), 1);
    assert_eq!(write(&again, &message("m-2", "u-7", "hello again")).await.status, 200);
    assert_eq!(conversations(&again, "app").await.len(), 2, "after the end a new one begins");
}

#[tokio::test]
async fn what_is_unsigned_malformed_or_for_nobody_creates_nothing() {
    let server = server(None);
    app(&server, "http://127.0.0.1:9/in").await;
    let good = message("m-1", "u-7", "hello").to_string();
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(server.send(signed(&server, other, &good)).await.problem(), (401, "unauthorized"));
    let tampered = signed(&server, SECRET, &good).body(good.replace("hello", "hallo"));
    assert_eq!(server.send(tampered).await.problem(), (401, "unauthorized"));
    let bare = server.request(Method::POST, "/v1/channels/app/inbound", "none").body(good.clone());
    assert_eq!(server.send(bare).await.problem(), (401, "unauthorized"));
    let malformed = write(&server, &json!({"type": "message", "id": "m-1", "text": "x"})).await;
    assert_eq!((malformed.problem(), malformed.fields()), ((400, "bad_request"), vec!["/from"]));
    let unknown = server.request(Method::POST, "/v1/channels/none/inbound", "none").body(good);
    assert_eq!(server.send(unknown).await.problem(), (404, "not_found"));
    made(&server, "/v1/channels/plain", json!({"name": "P", "type": "custom", "work_stream_id": "app"}))
        .await;
    assert_eq!(server.post("/v1/channels/plain/inbound", json!({})).await.problem(), (404, "not_found"));
    assert_eq!(conversations(&server, "app").await, Vec::<Value>::new());
}

#[tokio::test]
async fn an_answer_that_the_provider_will_never_take_is_refused_or_a_dead_letter_to_send_again() {
    let server = server(None);
    let mut refusals = 1;
    let mut provider = Endpoint::start(move |_| {
        refusals -= 1;
        Does::Answers(if refusals >= 0 { 410 } else { 200 })
    })
    .await;
    app(&server, &provider.url).await;
    write(&server, &message("m-1", "u-7", "hello")).await;
    let (mut ana, id) = answering(&server).await;
    let (status, _, problem) = ana.refused(say(&id, &"x".repeat(4_001))).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/text")));
    ana.done(say(&id, "one")).await;
    provider.next().await;
    let dead = async {
        loop {
            let dead = server.get("/v1/channels/app/deliveries?state=dead").await;
            if let Some(one) = dead.body["items"].as_array().and_then(|all| all.first()) {
                return one.clone();
            }
        }
    };
    let dead = tokio::time::timeout(PATIENCE, dead).await.expect("a dead letter");
    assert_eq!((&dead["conversation_id"], &dead["attempts"]), (&json!(id), &json!(1)));
    let replay = format!("/v1/channels/app/deliveries/{}/replay", dead["id"].as_str().unwrap());
    assert_eq!(server.post(&replay, json!({})).await.status, 202);
    assert_eq!(provider.next().await.body["text"], "one");
}

#[tokio::test]
async fn secrets_of_a_provider_are_never_shown_and_kept_where_the_mask_is_written_back() {
    let server = server(None);
    let mut provider = Endpoint::start(|_| Does::Answers(200)).await;
    app(&server, &provider.url).await;
    let shown = server.get("/v1/channels/app").await;
    assert_eq!(shown.body["settings"]["secret"], "********");
    let mut settings = shown.body.clone();
    settings["name"] = json!("Our app");
    assert_eq!(server.put("/v1/channels/app", settings).await.status, 200);
    for path in ["/v1/channels/app", "/v1/configuration", "/v1/audit?limit=100"] {
        let text = server.get(path).await.text;
        assert!(!text.contains(&SECRET[6..]), "{path} shows it");
    }
    assert_eq!(
        write(&server, &message("m-1", "u-7", "hello")).await.status,
        200,
        "the secret is what it was"
    );
    let (mut ana, id) = answering(&server).await;
    ana.done(say(&id, "yes")).await;
    assert_eq!(provider.next().await.body["text"], "yes");
    let wrong = json!({"name": "App", "type": "custom", "work_stream_id": "app",
        "settings": {"url": "nowhere", "secret": "********", "colour": "red"}});
    assert_eq!(server.put("/v1/channels/app", wrong).await.fields(), ["/settings/url", "/settings/colour"]);
}

fn status(id: &str, state: &str) -> Value {
    json!({"type": "status", "id": id, "state": state})
}

/// What stands in `delivery` of each message, in order.
fn deliveries(messages: &Value) -> Vec<Value> {
    messages.as_array().unwrap().iter().map(|message| message["delivery"].clone()).collect()
}

#[tokio::test]
async fn a_status_that_comes_before_the_answer_to_the_call_is_not_lost() {
    let server = server(None);
    let mut names = [r#"{"id": "x-1"}"#, r#"{"id": "x-2"}"#].into_iter();
    let mut provider = Endpoint::start(move |_| Does::SaysLater(200, names.next().unwrap_or("{}"))).await;
    app(&server, &provider.url).await;
    write(&server, &message("m-1", "u-7", "hello")).await;
    let (mut ana, id) = answering(&server).await;
    let mut problem = status("x-2", "failed");
    problem["problem"] = json!("no such user");
    for (text, told, state) in [("one", status("x-1", "read"), "read"), ("two", problem, "failed")] {
        let said = ana.done(say(&id, text)).await["message"].clone();
        assert_eq!(provider.next().await.body["text"], text);
        assert_eq!(write(&server, &told).await.status, 200);
        provider.go_on();
        let delivery = ana.frame("message.delivery").await;
        assert_eq!((&delivery["message_id"], &delivery["state"]), (&said["id"], &json!(state)));
    }
    let messages = server.get(&format!("/v1/conversations/{id}/messages")).await.body;
    let failed = json!({"state": "failed", "problem": "no such user"});
    assert_eq!(deliveries(&messages["items"])[1..], [json!({"state": "read"}), failed]);
}

#[tokio::test]
async fn agents_see_how_far_their_answers_are_also_who_has_them_next_and_after_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let server = server(Some(&data));
    let mut names = [r#"{"id": "x-1"}"#, r#"{"id": "x-2"}"#].into_iter();
    let provider = Endpoint::start(move |_| Does::Says(200, names.next().unwrap_or("{}"))).await;
    app(&server, &provider.url).await;
    write(&server, &message("m-1", "u-7", "hello")).await;
    let (mut ana, id) = answering(&server).await;
    ana.done(
        json!({"type": "message.send", "conversation_id": id, "text": "a note", "visibility": "internal"}),
    )
    .await;
    let mut told = Vec::new();
    for text in ["one", "two"] {
        let said = ana.done(say(&id, text)).await["message"].clone();
        let sent = ana.frame("message.delivery").await;
        assert_eq!((&sent["message_id"], &sent["state"]), (&said["id"], &json!("sent")));
        told.push(said["id"].clone());
    }
    assert_eq!(write(&server, &status("x-1", "delivered")).await.status, 200);
    let delivered = ana.frame("message.delivery").await;
    assert_eq!((&delivered["message_id"], &delivered["state"]), (&told[0], &json!("delivered")));
    let mut failed = status("x-2", "failed");
    failed["problem"] = json!("no such user");
    for again in
        [&failed, &failed, &status("x-1", "failed"), &status("x-1", "sent"), &status("x-9", "failed")]
    {
        assert_eq!(write(&server, again).await.status, 200);
    }
    let frame = ana.frame("message.delivery").await;
    assert_eq!((&frame["message_id"], &frame["conversation_id"]), (&told[1], &json!(id)));
    assert_eq!((&frame["state"], &frame["problem"]), (&json!("failed"), &json!("no such user")));

    let path = format!("/v1/conversations/{id}/messages");
    let known = [
        Value::Null,
        Value::Null,
        json!({"state": "delivered"}),
        json!({"state": "failed", "problem": "no such user"}),
    ];
    assert_eq!(deliveries(&server.get(&path).await.body["items"]), known);
    let token = server.agent("ben", json!({"name": "Ben"})).await;
    let (mut ben, _) = Socket::agent(&server, &token).await;
    ana.done(json!({"type": "conversation.transfer", "conversation_id": id, "agent_id": "ben"})).await;
    let offer = ben.frame("offer.created").await["offer"]["id"].clone();
    ben.done(json!({"type": "offer.accept", "offer_id": offer})).await;
    let assigned = ben.frame("conversation.assigned").await;
    assert_eq!(deliveries(&assigned["messages"]), known);
    drop((ana, ben, server));
    let again = self::server(Some(&data));
    assert_eq!(deliveries(&again.get(&path).await.body["items"]), known);
    let read = status("x-1", "read");
    assert_eq!(write(&again, &read).await.status, 200, "its name is known, too");
    assert_eq!(deliveries(&again.get(&path).await.body["items"])[2], json!({"state": "read"}));
}

#[tokio::test]
async fn an_agent_hears_why_an_answer_did_not_go_out_and_when_it_does_after_all() {
    let server = server(None);
    let mut answers = [Does::Answers(410)].into_iter();
    let provider = Endpoint::start(move |_| answers.next().unwrap_or(Does::Answers(200))).await;
    app(&server, &provider.url).await;
    write(&server, &message("m-1", "u-7", "hello")).await;
    let (mut ana, id) = answering(&server).await;
    ana.done(say(&id, "one")).await;
    let failed = ana.frame("message.delivery").await;
    assert_eq!(failed["state"], "failed");
    assert!(failed["problem"].as_str().is_some_and(|problem| problem.contains("410")), "{failed}");
    let dead = server.get("/v1/channels/app/deliveries?state=dead").await;
    let dead = dead.body["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        server.post(&format!("/v1/channels/app/deliveries/{dead}/replay"), json!({})).await.status,
        202
    );
    assert_eq!(ana.frame("message.delivery").await["state"], "pending");
    assert_eq!(ana.frame("message.delivery").await["state"], "sent");
}

/// Twilio's signature: HMAC-SHA1 over the URL and the sorted fields, in base 64.
fn twilio_signature(url: &str, fields: &[(&str, &str)]) -> String {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let text = fields.iter().fold(url.to_owned(), |text, (name, value)| text + name + value);
    let key =
        aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, TWILIO_TOKEN.as_bytes());
    base64::engine::general_purpose::STANDARD.encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()))
}

#[tokio::test]
async fn an_sms_by_twilio_is_answered_over_its_messages_resource() {
    let server = server(None);
    let mut provider = Endpoint::start(|_| Does::Answers(201)).await;
    made(&server, "/v1/work-streams/sms", json!({"name": "SMS", "channel_type": "sms"})).await;
    let base = provider.url.trim_end_matches("/in").to_owned();
    let settings = json!({"provider": "twilio", "account_sid": "AC1", "auth_token": TWILIO_TOKEN,
        "from": "+15550001", "base_url": base});
    let channel = json!({"name": "SMS", "type": "sms", "work_stream_id": "sms", "settings": settings});
    made(&server, "/v1/channels/sms", channel).await;
    let fields = [
        ("MessageSid", "SM1"),
        ("AccountSid", "AC1"),
        ("From", "+34600123456"),
        ("To", "+15550001"),
        ("Body", "hola"),
    ];
    let signature = twilio_signature("https://desk.example/v1/channels/sms/inbound", &fields);
    let body = "MessageSid=SM1&AccountSid=AC1&From=%2B34600123456&To=%2B15550001&Body=hola";
    let send = |signature: &str| {
        let request = server.request(Method::POST, "/v1/channels/sms/inbound", "none");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        server.send(request.header("x-twilio-signature", signature).body(body))
    };
    assert_eq!(send("bm90IGl0").await.problem(), (401, "unauthorized"));
    assert_eq!(send(&signature).await.status, 200);
    let (mut ana, id) = answering(&server).await;
    let conversation = server.get(&format!("/v1/conversations/{id}")).await;
    assert_eq!(conversation.body["customer"]["phone"], "+34600123456");
    ana.done(say(&id, "qué tal")).await;
    let call = provider.next().await;
    assert!(
        call.text.contains("To=%2B34600123456") && call.text.contains("From=%2B15550001"),
        "{}",
        call.text
    );
    assert!(call.text.contains("Body=qu%C3%A9"), "{}", call.text);
    assert!(call.header("authorization").starts_with("Basic "));
}
