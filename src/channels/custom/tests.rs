use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic,
    assert_unsigned, messages, outbound, settings as with, statuses,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// `docs/channels/custom.md`, "A message".
const MESSAGE: &str = r#"{"type":"message","id":"m-1","from":{"id":"u-7","name":"Ada","phone":"+14155550143"},
    "reply_to":"thread 9","text":"Hello","at":"2026-11-21T11:59:58.250Z",
    "attachments":[{"url":"https://files.example.com/1.pdf","media_type":"application/pdf","name":"1.pdf","size":1024}],
    "attributes":{"tier":"gold","orders":3,"vip":true}}"#;

// The same page, "Several at once".
const SEVERAL: &str = r#"{"events":[{"type":"message","id":"a","from":{"id":"u"},"text":"1"},{"type":"typing"},
    {"type":"message","id":"b","from":{"id":"u"},"text":"2"}]}"#;

// The same page, "What became of an answer".
const STATUS: &str = r#"{"type":"status","id":"x-1","state":"failed","problem":"no such user"}"#;

fn settings() -> Settings {
    with(&Custom, &[("url", "https://app.example.com/callboard"), ("secret", SECRET)])
}

fn sign_at(ask: Ask, seconds: i64) -> Ask {
    let key = signature::standard_key(SECRET).unwrap();
    let signature = signature::standard_sign(&key, "d-1", seconds, &ask.body);
    let ask = ask.with("webhook-id", "d-1").with("webhook-timestamp", &seconds.to_string());
    ask.with("webhook-signature", &signature)
}

fn sign(ask: Ask) -> Ask {
    sign_at(ask, NOW.0 / 1000)
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Custom, &settings())
}

#[test]
fn a_message_is_read_with_everything_that_it_says() {
    let message = messages(receive(MESSAGE)).remove(0);
    let attachment = Attachment {
        url: "https://files.example.com/1.pdf".to_owned(),
        media_type: Some("application/pdf".to_owned()),
        name: Some("1.pdf".to_owned()),
        size: Some(1024),
    };
    let attributes = [("orders", "3"), ("tier", "gold"), ("vip", "true")];
    let expected = InboundMessage {
        id: "m-1".to_owned(),
        from: "u-7".to_owned(),
        reply_to: Some("thread 9".to_owned()),
        name: Some("Ada".to_owned()),
        phone: Some("+14155550143".to_owned()),
        text: "Hello".to_owned(),
        attachments: vec![attachment],
        at: Some(Timestamp(NOW.0 - 1750)),
        attributes: attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
    };
    assert_eq!(message, expected);
}

#[test]
fn several_events_are_taken_in_order_and_unknown_kinds_ignored() {
    let ids: Vec<String> = messages(receive(SEVERAL)).into_iter().map(|message| message.id).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(receive(r#"{"type":"typing","anything":1}"#).unwrap(), taken(Vec::new()));
}

#[test]
fn statuses_are_read() {
    let problem = Some("no such user".to_owned());
    assert_eq!(
        statuses(receive(STATUS)),
        [Status { id: "x-1".to_owned(), state: DeliveryState::Failed, problem }]
    );
    let delivered = statuses(receive(r#"{"type":"status","id":"x","state":"delivered"}"#));
    assert_eq!(delivered[0].state, DeliveryState::Delivered);
}

#[test]
fn every_byte_is_signed() {
    let signed = sign(Ask::post(STATUS));
    for header in ["webhook-signature", "webhook-id", "webhook-timestamp"] {
        assert_every_byte_is_signed(&Custom, &settings(), &signed, header);
    }
    let other = with(&Custom, &[("secret", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]);
    assert_unsigned(sign(Ask::post(STATUS)).to(&Custom, &other));
    assert_unsigned(sign(Ask::post(STATUS)).to(&Custom, &with(&Custom, &[])));
}

#[test]
fn a_request_of_more_than_five_minutes_ago_or_ahead_is_refused() {
    let at = |seconds: i64| sign_at(Ask::post(STATUS), NOW.0 / 1000 + seconds).to(&Custom, &settings());
    assert!(at(-300).is_ok() && at(300).is_ok());
    assert_unsigned(at(-301));
    assert_unsigned(at(301));
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("{"), "");
    assert_malformed(receive("[]"), "");
    assert_malformed(receive("{}"), "/type");
    for (body, field) in [
        (r#""from":{"id":"u"},"text":"x""#, "/id"),
        (r#""id":"m","text":"x""#, "/from"),
        (r#""id":"m","from":{},"text":"x""#, "/from/id"),
        (r#""id":"m","from":{"id":""},"text":"x""#, "/from/id"),
        (r#""id":"m","from":{"id":"u"}"#, "/text"),
        (r#""id":"m","from":{"id":"u"},"text":7"#, "/text"),
        (r#""id":"m","from":{"id":"u","phone":"555"},"text":"x""#, "/from/phone"),
        (r#""id":"m","from":{"id":"u","age":5},"text":"x""#, "/from/age"),
        (r#""id":"m","from":{"id":"u"},"text":"x","priority":5"#, "/priority"),
        (r#""id":"m","from":{"id":"u"},"text":"x","at":"noon""#, "/at"),
        (r#""id":"m","from":{"id":"u"},"text":"x","attachments":[{"name":"n"}]"#, "/attachments/0/url"),
        (
            r#""id":"m","from":{"id":"u"},"text":"x","attachments":[{"url":"u","size":-1}]"#,
            "/attachments/0/size",
        ),
        (r#""id":"m","from":{"id":"u"},"text":"x","attributes":{"a":[]}"#, "/attributes/a"),
    ] {
        assert_malformed(receive(&format!(r#"{{"type":"message",{body}}}"#)), field);
        assert_malformed(
            receive(&format!(r#"{{"events":[{{"type":"message",{body}}}]}}"#)),
            &format!("/events/0{field}"),
        );
    }
    assert_malformed(receive(r#"{"type":"status","id":"x","state":"lost"}"#), "/state");
    let many = vec![r#"{"type":"typing"}"#; 101].join(",");
    assert_malformed(receive(&format!(r#"{{"events":[{many}]}}"#)), "/events");
    let many: Vec<String> = (0..33).map(|n| format!(r#""a{n}":1"#)).collect();
    let body = format!(
        r#"{{"type":"message","id":"m","from":{{"id":"u"}},"text":"x","attributes":{{{}}}}}"#,
        many.join(",")
    );
    assert_malformed(receive(&body), "/attributes");
    assert_malformed(sign(Ask { method: "GET", ..Ask::post(STATUS) }).to(&Custom, &settings()), "method");
}

#[test]
fn an_answer_is_signed_and_its_id_and_body_are_the_same_at_each_try() {
    let message = Outbound { reply_to: Some("thread 9"), ..outbound("u-7", "Héllo") };
    let call = Custom.send(&settings(), &message).unwrap();
    assert_eq!((call.method, call.url.as_str()), ("POST", "https://app.example.com/callboard"));
    let body = format!(
        r#"{{"id":"{}","reply_to":"thread 9","text":"Héllo","to":"u-7","type":"message"}}"#,
        message.id
    );
    let written: Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&body).unwrap());
    let header = |name: &str| call.headers.iter().find(|(header, _)| *header == name).unwrap().1.as_str();
    assert_eq!(header("content-type"), "application/json");
    let three = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    assert_eq!((three.0, three.1), (message.id, "1795262400"));
    let key = signature::standard_key(SECRET).unwrap();
    assert_eq!(signature::standard_verify(&key, three, &call.body, NOW), Ok(()));
    let again = Custom.send(&settings(), &Outbound { now: NOW.plus_seconds(60), ..message }).unwrap();
    assert_eq!(again.body, call.body);
    assert_ne!(again.headers, call.headers, "each try is signed for its own time");
}

#[test]
fn length_and_window_are_those_of_the_settings() {
    let strict = with(
        &Custom,
        &[("url", "https://a.example"), ("secret", SECRET), ("max_length", "5"), ("reply_window_hours", "1")],
    );
    let too_long = Unsendable::TooLong { most: 5, is: 6 };
    assert_eq!(Custom.sendable(&strict, &outbound("u", "123456")), Err(too_long));
    let late = Outbound { last_inbound_at: Some(NOW.plus_ms(-3_600_001)), ..outbound("u", "12345") };
    assert_eq!(Custom.sendable(&strict, &late), Err(Unsendable::WindowClosed { hours: 1 }));
    assert_eq!(Custom.sendable(&settings(), &late), Ok(()), "by default there is no window");
    let unsigned = with(&Custom, &[("url", "https://a.example"), ("secret", "?")]);
    assert!(matches!(Custom.send(&unsigned, &outbound("u", "x")), Err(Unsendable::Other(_))));
}

#[test]
fn answers_are_read_by_their_status() {
    let sent = |status, after, body: &str| answered(&Custom, &settings(), status, after, body);
    assert_eq!(sent(200, None, r#"{"id":"x-1"}"#), Sent::Accepted(Some("x-1".to_owned())));
    assert_eq!(sent(204, None, ""), Sent::Accepted(None));
    for status in [408, 425, 429, 500, 502, 503] {
        let later = Sent::Later { problem: format!("HTTP {status} busy"), after: Some(9) };
        assert_eq!(sent(status, Some(9), r#"{"problem":"busy"}"#), later);
    }
    for status in [301, 400, 401, 404, 410] {
        assert_eq!(sent(status, None, "no"), Sent::Refused(format!("HTTP {status}")));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Custom, &settings(), &[MESSAGE, SEVERAL, STATUS], sign);
}
