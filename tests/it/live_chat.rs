//! Live chat as a page's visitor meets it: what it is shown and asked, hours, automated messages, typing, transcript.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, Server};
use crate::socket::Socket;

const WIDGET: &str = "/v1/widgets/web";
const OPEN: &str = "/v1/widgets/web/conversations";

/// A server with the channel `web` of these settings, on a work stream that declares `tier` and `amount`.
pub async fn with_channel(server: &Server, settings: Value) {
    let stream = json!({"name": "Chat", "channel_type": "live_chat", "context_variables": [
        {"name": "tier", "display_name": "Tier", "type": "text"},
        {"name": "amount", "display_name": "Amount", "type": "number"}]});
    assert!(server.put("/v1/work-streams/chat", stream).await.status < 300);
    let made = put(server, settings).await;
    assert_eq!(made.status, 201, "{}", made.text);
}

async fn put(server: &Server, settings: Value) -> Answer {
    let channel = json!({"name": "Web", "type": "live_chat", "work_stream_id": "chat", "settings": settings});
    server.put("/v1/channels/web", channel).await
}

async fn open(server: &Server, body: Value) -> Answer {
    server.send(server.request(Method::POST, OPEN, "").json(&body)).await
}

async fn transcript(server: &Server, token: &str, query: &str) -> Answer {
    server.send(server.request(Method::GET, &format!("{WIDGET}/transcript{query}"), token)).await
}

/// Every setting, each other than its default.
fn everything() -> Value {
    let en_de = |en: &str, de: &str| json!({"de": de, "en": en});
    json!({
        "allowed_origins": ["https://shop.example"], "languages": ["en", "de"], "title": en_de("Help", "Hilfe"),
        "theme": {"color": "#1f6feb", "position": "left"},
        "survey": [
            {"variable": "tier", "kind": "options", "label": en_de("Tier", "Stufe"), "mandatory": true,
                "options": [{"value": "gold", "label": en_de("Gold", "Gold")}, {"value": "iron", "label": {}}]},
            {"variable": "email", "kind": "single_line", "label": {"en": "E-mail"}, "mandatory": false, "options": []}],
        "page_variables": ["amount"], "operating_hours_id": "always",
        "offline_page": {"title": {"en": "Closed"}, "text": {"en": "Back at nine"}},
        "authentication": {"mode": "optional", "public_key": include_str!("keys/visitor.public.pem"), "key_url": null,
            "audience": "chat", "issuer": "shop"},
        "invitation": {"after_seconds": 20, "url_pattern": "https://shop.example/*", "text": {"en": "May I help?"}},
        "transcript_minutes": 5, "post_chat_survey_url": "https://survey.example/?c={conversation_id}",
        "messages": [{"trigger": "started", "text": en_de("Welcome", "Willkommen")},
            {"trigger": "waiting", "after_seconds": 60, "text": {"en": "Soon"}},
            {"trigger": "position", "position": 1, "text": {"en": "You are next"}}],
    })
}

async fn always(server: &Server) {
    let all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let weekly = json!([{"days": all, "from": "00:00", "to": "24:00"}]);
    server.put("/v1/operating-hours/always", json!({"name": "A", "weekly": weekly})).await;
}

#[tokio::test]
async fn settings_of_live_chat_come_back_as_they_were_given_and_through_the_whole_document() {
    let server = Server::start();
    always(&server).await;
    with_channel(&server, everything()).await;
    let kept = server.get("/v1/channels/web").await.body;
    assert_eq!(kept["settings"], everything());
    let document = server.get("/v1/configuration").await.body;
    assert_eq!(document["channels"]["web"]["settings"], everything());
    let again = server.put("/v1/configuration", document).await;
    assert_eq!((again.status, &again.body["steps"]), (200, &json!([])), "{}", again.text);
    let plain = server.put("/v1/channels/plain", json!({"name": "P", "type": "live_chat"})).await;
    let defaults = json!({"languages": ["en"], "title": {}, "theme": {"color": null, "position": "right"}, "survey": [],
        "page_variables": [], "authentication": {"mode": "none", "public_key": null, "key_url": null, "audience": null,
        "issuer": null}, "transcript_minutes": 60, "messages": []});
    assert_eq!(plain.body["settings"], defaults);
    let refused = server.delete("/v1/operating-hours/always").await;
    assert_eq!(refused.problem(), (409, "in_use"));
}

#[tokio::test]
async fn wrong_settings_are_refused_at_their_field() {
    let server = Server::start();
    with_channel(&server, json!({})).await;
    let message = |rest: Value| {
        let mut message = json!({"trigger": "started", "text": {"en": "x"}});
        message.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"messages": [message]})
    };
    for (settings, field) in [
        (json!({"colour": "red"}), "/settings/colour"),
        (json!({"theme": {"color": "red"}}), "/settings/theme/color"),
        (
            json!({"survey": [{"variable": "x", "kind": "single_line", "label": {"en": "X"}}]}),
            "/settings/survey/0/variable",
        ),
        (
            json!({"survey": [{"variable": "tier", "kind": "stars", "label": {"en": "X"}}]}),
            "/settings/survey/0/kind",
        ),
        (json!({"operating_hours_id": "office"}), "/settings/operating_hours_id"),
        (json!({"authentication": {"mode": "required"}}), "/settings/authentication/mode"),
        (
            json!({"authentication": {"public_key": "-----BEGIN PUBLIC KEY-----"}}),
            "/settings/authentication/public_key",
        ),
        (
            json!({"authentication": {"public_key": include_str!("keys/visitor.public.pem"), "key_url": "https://k.example"}}),
            "/settings/authentication/key_url",
        ),
        (json!({"authentication": {"key_url": "http://k.example"}}), "/settings/authentication/key_url"),
        (json!({"post_chat_survey_url": "http://s.example"}), "/settings/post_chat_survey_url"),
        (json!({"transcript_minutes": -1}), "/settings/transcript_minutes"),
        (message(json!({"trigger": "waiting"})), "/settings/messages/0/after_seconds"),
        (message(json!({"position": 1})), "/settings/messages/0/position"),
        (message(json!({"trigger": "greeting"})), "/settings/messages/0/trigger"),
        (message(json!({"text": {"en": "{nobody}"}})), "/settings/messages/0/text/en"),
        (message(json!({"text": {}})), "/settings/messages/0/text"),
    ] {
        let refused = put(&server, settings.clone()).await;
        assert_eq!(
            (refused.problem(), refused.fields()),
            ((422, "invalid"), vec![field]),
            "{settings}: {}",
            refused.text
        );
    }
    server.put("/v1/work-streams/text", json!({"name": "SMS", "channel_type": "sms"})).await;
    let sms = json!({"name": "S", "type": "sms", "work_stream_id": "text", "settings": {"languages": ["en"], "messages": []}});
    let refused = server.put("/v1/channels/sms", sms).await;
    assert_eq!(refused.fields(), ["/settings/languages", "/settings/messages"]);
    let survey = json!({"survey": [{"variable": "tier", "kind": "single_line", "label": {"en": "T"}}]});
    assert_eq!(put(&server, survey).await.status, 200);
    let undeclared = server.patch("/v1/work-streams/chat", json!({"context_variables": []})).await;
    assert_eq!((undeclared.problem(), undeclared.fields()), ((422, "invalid"), vec!["/context_variables"]));
}

#[tokio::test]
async fn the_page_in_the_frame_says_who_may_frame_it() {
    let server = Server::start();
    with_channel(&server, json!({"allowed_origins": ["https://shop.example"]})).await;
    let page = |query: &str| server.request(Method::GET, &format!("/widget{query}"), "");
    for (query, ancestors) in [
        ("", "frame-ancestors 'self'"),
        ("?channel=web&origin=https://shop.example", "frame-ancestors 'self' https://shop.example"),
        ("?channel=web&origin=https://evil.example", "frame-ancestors 'self'"),
        ("?channel=nope&origin=https://shop.example", "frame-ancestors 'self'"),
        ("?channel=web&origin=https://shop.example;script-src%20*", "frame-ancestors 'self'"),
        ("?channel=%ff&origin", "frame-ancestors 'self'"),
    ] {
        let page = server.send(page(query)).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';") && policy.ends_with(ancestors),
            "{query}: {policy}"
        );
        assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{query}");
    }
}

#[tokio::test]
async fn a_page_is_told_what_to_show_and_no_more() {
    let server = Server::start();
    always(&server).await;
    with_channel(&server, everything()).await;
    let from = |origin: &'static str| server.request(Method::GET, WIDGET, "").header("origin", origin);
    let shown = server.send(from("https://shop.example")).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert_eq!(shown.header("access-control-allow-origin"), "https://shop.example");
    assert_eq!((shown.header("cache-control"), shown.header("vary")), ("public, max-age=30", "Origin"));
    let mut given = everything();
    let given = given.as_object_mut().unwrap();
    for secret in ["allowed_origins", "authentication", "operating_hours_id", "messages"] {
        given.remove(secret);
    }
    for (name, value) in given {
        assert_eq!(shown.body[name], *value, "{name}");
    }
    assert_eq!((&shown.body["open"], &shown.body["changes_at"]), (&json!(true), &Value::Null));
    assert_eq!(shown.body["authentication"], "optional");
    assert!(!shown.text.contains("PUBLIC KEY") && !shown.text.contains("issuer"));
    let refused = server.send(from("https://evil.example")).await;
    assert_eq!(refused.problem(), (403, "forbidden"));
    // A foreign page may read why, and nothing else.
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    assert_eq!(refused.header("access-control-allow-credentials"), "");
    assert_eq!(server.send(server.request(Method::GET, "/v1/widgets/nope", "")).await.status, 404);
    let asked = server.request(Method::OPTIONS, &format!("{WIDGET}/transcript"), "");
    let asked = server.send(asked.header("origin", "https://shop.example")).await;
    assert_eq!(
        (asked.status, asked.header("access-control-allow-headers")),
        (204, "authorization, content-type")
    );
}

#[tokio::test]
async fn a_survey_is_asked_for_and_becomes_context() {
    let server = Server::start();
    always(&server).await;
    with_channel(&server, everything()).await;
    let refused = open(&server, json!({"survey": {"tier": "brass"}})).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "invalid"), vec!["/survey/tier"]));
    let opened =
        open(&server, json!({"survey": {"tier": "gold", "amount": 12.5, "email": "k@x.example"}})).await;
    assert_eq!((opened.status, &opened.body["joined"]), (201, &json!(false)), "{}", opened.text);
    let id = opened.body["conversation"]["id"].as_str().unwrap();
    let seen = server.get(&format!("/v1/conversations/{id}")).await.body;
    assert_eq!(seen["context"], json!({"tier": "gold", "amount": 12.5}));
    assert_eq!((&seen["customer"]["id"], &seen["customer"]["email"]), (&Value::Null, &json!("k@x.example")));
    assert_eq!(server.get("/v1/conversations").await.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn outside_its_hours_a_channel_takes_nothing_and_says_when_it_opens() {
    let server = Server::start();
    // A span of one minute on one day of the year to come: closed now, whatever the day.
    let holiday = json!([{"date": "2099-07-01", "from": "10:00", "to": "10:01"}]);
    let hours = json!({"name": "H", "time_zone": "Europe/Berlin", "holidays": holiday});
    server.put("/v1/operating-hours/late", hours).await;
    server.put("/v1/operating-hours/never", json!({"name": "N"})).await;
    with_channel(&server, json!({"operating_hours_id": "late"})).await;
    let refused = open(&server, json!({"message": "Hello?"})).await;
    assert_eq!(refused.problem(), (409, "outside_hours"));
    // In summer Berlin is two hours ahead.
    assert_eq!(refused.body["opens_at"], "2099-07-01T08:00:00.000Z");
    let shown = server.send(server.request(Method::GET, WIDGET, "")).await.body;
    assert_eq!((&shown["open"], &shown["changes_at"]), (&json!(false), &json!("2099-07-01T08:00:00.000Z")));
    put(&server, json!({"operating_hours_id": "never"})).await;
    let refused = open(&server, json!({})).await;
    assert_eq!((refused.problem(), refused.body.get("opens_at")), ((409, "outside_hours"), None));
    assert_eq!(server.get("/v1/conversations").await.body["items"], json!([]));
}

#[tokio::test]
async fn the_house_speaks_by_itself_in_the_visitors_language_and_agents_see_that_it_did() {
    let server = Server::start();
    let text = |en: &str, de: &str| json!({"en": en, "de": de});
    with_channel(
        &server,
        json!({"languages": ["en", "de"], "messages": [
        {"trigger": "started", "text": text("Welcome", "Willkommen")},
        {"trigger": "position", "position": 1, "text": text("Next: {position}", "Platz {position}")},
        {"trigger": "agent_assigned", "text": text("{agent.name} is here", "{agent.name} ist da")},
        {"trigger": "ended", "text": text("Goodbye", "Auf Wiedersehen")}],
        "post_chat_survey_url": "https://survey.example/{conversation_id}"}),
    )
    .await;
    let opened = open(&server, json!({"message": "Hallo", "language": "de-AT"})).await;
    let id = opened.body["conversation"]["id"].as_str().unwrap();
    let (mut kim, welcome) = Socket::customer(&server, opened.body["customer_token"].as_str().unwrap()).await;
    assert_eq!(welcome["messages"][1]["text"], "Willkommen");
    if welcome["messages"].as_array().unwrap().len() == 2 {
        assert_eq!(kim.frame("message.received").await["message"]["text"], "Platz 1");
    }
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &agent).await;
    let offer = ana.frame("offer.created").await;
    assert_eq!(offer["offer"]["conversation"]["language"], "de");
    ana.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
    kim.frame("agent.joined").await;
    let said = kim.frame("message.received").await["message"].clone();
    assert_eq!((&said["text"], &said["sender"]), (&json!("Ana ist da"), &json!("system")));
    assert_eq!(said["automated"], "agent_assigned");
    kim.done(json!({"type": "typing"})).await;
    assert_eq!(ana.frame("customer.typing").await["conversation_id"], json!(id));
    ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
    assert_eq!(kim.frame("message.received").await["message"]["text"], "Auf Wiedersehen");
    let ended = kim.frame("conversation.ended").await;
    assert_eq!(ended["survey_url"], format!("https://survey.example/{id}"));
    let kept = server.get(&format!("/v1/conversations/{id}/messages")).await.body["items"].clone();
    let automated: Vec<&Value> =
        kept.as_array().unwrap().iter().map(|message| &message["automated"]).collect();
    assert_eq!(
        automated,
        [&Value::Null, &json!("started"), &json!("position"), &json!("agent_assigned"), &json!("ended")]
    );
}

#[tokio::test]
async fn a_transcript_has_what_was_said_publicly_and_outlives_the_end_for_reading_alone() {
    let server = Server::start();
    with_channel(&server, json!({"transcript_minutes": 1})).await;
    let opened = open(&server, json!({"message": "Hello\nthere"})).await;
    let (id, token) = (
        opened.body["conversation"]["id"].as_str().unwrap(),
        opened.body["customer_token"].as_str().unwrap().to_owned(),
    );
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &agent).await;
    let offer = ana.frame("offer.created").await;
    ana.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
    for (text, visibility) in [("Between us", "internal"), ("Hello Kim", "public")] {
        let send =
            json!({"type": "message.send", "conversation_id": id, "text": text, "visibility": visibility});
        ana.done(send).await;
    }
    let read = transcript(&server, &token, "").await;
    assert_eq!((read.status, read.header("cache-control")), (200, "no-store"), "{}", read.text);
    let said: Vec<Value> = read.body["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|said| json!([said["sender"], said["name"], said["text"]]))
        .collect();
    assert_eq!(said, [json!(["customer", null, "Hello\nthere"]), json!(["agent", "Ana", "Hello Kim"])]);
    ana.done(json!({"type": "conversation.end", "conversation_id": id})).await;
    ana.done(json!({"type": "conversation.close", "conversation_id": id})).await;
    let text = transcript(&server, &token, "?format=text").await;
    assert_eq!((text.status, text.header("content-type")), (200, "text/plain; charset=utf-8"));
    assert!(text.text.contains("Ana: Hello Kim") && text.text.contains("Hello\n    there"), "{}", text.text);
    assert!(!text.text.contains("Between us") && text.text.contains("Ended 20"));
    assert_eq!(transcript(&server, &token, "?format=pdf").await.fields(), ["/format"]);
    // For nothing else is the token good.
    let mut late = Socket::open(&server, "/v1/customer-session", "").await.unwrap();
    late.send(&json!({"type": "hello", "token": token}).to_string()).await;
    assert_eq!(late.closed().await, 4401);
    put(&server, json!({"transcript_minutes": 0})).await;
    assert_eq!(transcript(&server, &token, "").await.problem(), (401, "unauthorized"));
}

#[tokio::test]
async fn a_transcript_takes_the_customers_own_token_and_its_own_channel() {
    let server = Server::start();
    with_channel(&server, json!({})).await;
    server.put("/v1/channels/other", json!({"name": "O", "type": "live_chat"})).await;
    let opened = open(&server, json!({})).await;
    let token = opened.body["customer_token"].as_str().unwrap();
    for bad in ["", "x", crate::helpers::ADMIN, &token[..token.len() - 2]] {
        assert_eq!(transcript(&server, bad, "").await.problem(), (401, "unauthorized"), "{bad}");
    }
    let elsewhere = server.request(Method::GET, "/v1/widgets/other/transcript", token);
    assert_eq!(server.send(elsewhere).await.problem(), (401, "unauthorized"));
    let foreign = server.request(Method::GET, &format!("{WIDGET}/transcript"), token);
    assert_eq!(
        server.send(foreign.header("origin", "https://evil.example")).await.problem(),
        (403, "forbidden")
    );
}

#[tokio::test]
async fn a_socket_that_comes_back_has_missed_nothing() {
    let server = Server::start();
    with_channel(&server, json!({})).await;
    let opened = open(&server, json!({"message": "Hello"})).await;
    let (id, token) = (&opened.body["conversation"]["id"], opened.body["customer_token"].as_str().unwrap());
    let (kim, _) = Socket::customer(&server, token).await;
    let agent = server.agent("ana", json!({"name": "Ana"})).await;
    let (mut ana, _) = Socket::agent(&server, &agent).await;
    let offer = ana.frame("offer.created").await;
    ana.done(json!({"type": "offer.accept", "offer_id": offer["offer"]["id"]})).await;
    kim.vanish();
    for n in 0..60 {
        ana.done(json!({"type": "message.send", "conversation_id": id, "text": format!("line {n}")})).await;
    }
    let (_, welcome) = Socket::customer(&server, token).await;
    let texts: Vec<&str> =
        welcome["messages"].as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
    assert_eq!((texts.len(), texts[0], texts[60]), (61, "Hello", "line 59"));
    assert_eq!(welcome["agent"]["name"], "Ana");
}
