use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic,
    assert_unsigned, messages, outbound, settings as with,
};

const SECRET: &str = "channel secret";

// "Webhook event objects": destination, events with type, mode, timestamp, source, webhookEventId, deliveryContext,
// replyToken, message; of the messages text, image (contentProvider), file (fileName, fileSize); a follow event.
const EVENTS: &str = r#"{"destination":"Ubot","events":[
    {"type":"message","mode":"active","timestamp":1795262398000,"source":{"type":"user","userId":"U1"},
     "webhookEventId":"01A","deliveryContext":{"isRedelivery":false},"replyToken":"r1",
     "message":{"id":"501","type":"text","quoteToken":"q","text":"Hello 😀"}},
    {"type":"follow","mode":"active","timestamp":1795262398000,"source":{"type":"user","userId":"U1"},"replyToken":"r2"},
    {"type":"message","mode":"active","timestamp":1795262399000,"source":{"type":"group","groupId":"C9","userId":"U2"},
     "message":{"id":"502","type":"image","contentProvider":{"type":"line"}}},
    {"type":"message","mode":"active","timestamp":1795262399000,"source":{"type":"user","userId":"U1"},
     "message":{"id":"503","type":"file","fileName":"a.txt","fileSize":2138}}]}"#;

fn settings() -> Settings {
    with(&Line, &[("channel_secret", SECRET), ("channel_access_token", "TOKEN")])
}

fn sign(ask: Ask) -> Ask {
    let signature = signature::base64(&signature::hmac_sha256(SECRET.as_bytes(), &ask.body));
    ask.with("x-line-signature", &signature)
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Line, &settings())
}

fn one(message: &str) -> Result<Received, Rejected> {
    receive(&format!(
        r#"{{"events":[{{"type":"message","source":{{"type":"user","userId":"U1"}},"message":{message}}}]}}"#
    ))
}

#[test]
fn several_messages_are_taken_in_order_and_a_group_writes_as_one() {
    let all = messages(receive(EVENTS));
    let from: Vec<(&str, &str)> =
        all.iter().map(|message| (message.id.as_str(), message.from.as_str())).collect();
    assert_eq!(from, [("501", "U1"), ("502", "C9"), ("503", "U1")]);
    assert_eq!((all[0].text.as_str(), all[0].at), ("Hello 😀", Some(Timestamp(NOW.0 - 2000))));
    assert_eq!(all[1].attributes["member"], "U2");
    assert_eq!(all[1].attachments[0].url, "https://api-data.line.me/v2/bot/message/502/content");
    let file = Attachment {
        url: "https://api-data.line.me/v2/bot/message/503/content".to_owned(),
        media_type: None,
        name: Some("a.txt".to_owned()),
        size: Some(2138),
    };
    assert_eq!(all[2].attachments, [file]);
}

#[test]
fn a_redelivered_event_keeps_its_message_s_id() {
    let again = messages(receive(&EVENTS.replace(r#""isRedelivery":false"#, r#""isRedelivery":true"#)));
    assert_eq!(again[0].id, messages(receive(EVENTS))[0].id);
}

#[test]
fn stickers_places_and_pictures_of_elsewhere_are_read() {
    let sticker =
        messages(one(r#"{"id":"1","type":"sticker","packageId":"446","stickerId":"1988"}"#)).remove(0);
    assert_eq!(sticker.attachments[0].url, "line:sticker/446/1988");
    let place =
        r#"{"id":"1","type":"location","title":"Here","address":"1 Way","latitude":35.6,"longitude":139.7}"#;
    assert_eq!(messages(one(place)).remove(0).text, "Here, 1 Way 35.6,139.7");
    let elsewhere = r#"{"id":"1","type":"image","contentProvider":{"type":"external","originalContentUrl":"https://x.example/1.jpg"}}"#;
    assert_eq!(messages(one(elsewhere)).remove(0).attachments[0].url, "https://x.example/1.jpg");
}

#[test]
fn what_callboard_has_no_use_for_is_taken_and_ignored() {
    for body in [
        r#"{"destination":"U","events":[]}"#.to_owned(),
        r#"{"events":[{"type":"unsend","source":{"type":"user","userId":"U"}}]}"#.to_owned(),
        EVENTS.replace(r#""mode":"active""#, r#""mode":"standby""#),
        r#"{"events":[{"type":"message","message":{"id":"1","type":"text","text":"x"}}]}"#.to_owned(),
    ] {
        assert_eq!(messages(receive(&body)), [], "{body}");
    }
}

#[test]
fn every_byte_is_signed() {
    assert_every_byte_is_signed(&Line, &settings(), &sign(Ask::post(EVENTS)), "x-line-signature");
    assert_unsigned(sign(Ask::post(EVENTS)).to(&Line, &with(&Line, &[("channel_secret", "another")])));
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("x"), "");
    assert_malformed(receive("{}"), "/events");
    assert_malformed(receive(r#"{"events":[{}]}"#), "/events/0/type");
    assert_malformed(
        receive(&EVENTS.replace(r#""userId":"U1""#, r#""userId":1"#)),
        "/events/0/source/userId",
    );
    assert_malformed(one(r#"{"type":"text","text":"x"}"#), "/events/0/message/id");
    assert_malformed(one(r#"{"id":"1","type":"text"}"#), "/events/0/message/text");
    let get = Ask { method: "GET", ..Ask::post("") };
    assert_malformed(sign(get).to(&Line, &settings()), "method");
}

#[test]
fn an_answer_is_pushed_with_a_retry_key_that_is_the_same_at_each_try() {
    let call = Line.send(&settings(), &outbound("U1", "Hi 😀")).unwrap();
    assert_eq!((call.method, call.url.as_str()), ("POST", "https://api.line.me/v2/bot/message/push"));
    let expected = [
        ("authorization", "Bearer TOKEN".to_owned()),
        ("content-type", "application/json".to_owned()),
        ("x-line-retry-key", "0190b0f0-0000-7000-8000-000000000001".to_owned()),
    ];
    assert_eq!(call.headers, expected);
    let body = json!({"to": "U1", "messages": [{"type": "text", "text": "Hi 😀"}]});
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), body);
    let key = |id: &str| retry_key(id);
    assert_eq!((key("conversation/3"), key("conversation/3").len()), (key("conversation/3"), 36));
    assert!(
        Uuid::parse_str(&key("conversation/3")).is_ok() && key("conversation/3") != key("conversation/4")
    );
}

#[test]
fn a_text_of_more_than_5000_utf_16_units_cannot_go_out() {
    assert!(Line.sendable(&settings(), &outbound("U1", &"😀".repeat(2500))).is_ok());
    let too_long = Unsendable::TooLong { most: 5000, is: 5002 };
    assert_eq!(Line.send(&settings(), &outbound("U1", &"😀".repeat(2501))), Err(too_long));
    let late = Outbound { last_inbound_at: None, ..outbound("U1", "x") };
    assert!(Line.sendable(&settings(), &late).is_ok(), "LINE has no reply window for pushed messages");
}

#[test]
fn line_s_answers_are_read_by_their_status() {
    let sent = |status, body: &str| answered(&Line, &settings(), status, None, body);
    let good = r#"{"sentMessages":[{"id":"461230966842064897","quoteToken":"q"}]}"#;
    assert_eq!(sent(200, good), Sent::Accepted(Some("461230966842064897".to_owned())));
    let again = r#"{"message":"The retry key is already accepted","sentMessages":[{"id":"46"}]}"#;
    assert_eq!(sent(409, again), Sent::Accepted(Some("46".to_owned())));
    let limit = r#"{"message":"The API rate limit has been exceeded. Try again later."}"#;
    let later =
        |status: u16, words: &str| Sent::Later { problem: format!("HTTP {status} {words}"), after: None };
    assert_eq!(sent(429, limit), later(429, "The API rate limit has been exceeded. Try again later."));
    let month = r#"{"message":"You have reached your monthly limit."}"#;
    assert_eq!(sent(429, month), Sent::Refused("HTTP 429 You have reached your monthly limit.".to_owned()));
    assert_eq!(sent(500, r#"{"message":"why"}"#), later(500, "why"));
    for status in [400, 401, 403, 404] {
        assert_eq!(sent(status, r#"{"message":"why"}"#), Sent::Refused(format!("HTTP {status} why")));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Line, &settings(), &[EVENTS], sign);
}
