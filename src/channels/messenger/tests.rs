use serde_json::Value;

use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic,
    assert_unsigned, messages, outbound, settings as with, statuses,
};
use crate::channels::signature;

const SECRET: &str = "app secret";

// "messages" webhook event: sender.id, recipient.id, timestamp, message.mid and text; a picture (attachments with type
// and payload.url); an echo of our own (is_echo); "messaging_postbacks": title, payload, mid.
const MESSAGES: &str = r#"{"object":"page","entry":[{"id":"PAGE","time":1795262399000,"messaging":[
    {"sender":{"id":"U1"},"recipient":{"id":"PAGE"},"timestamp":1795262398000,"message":{"mid":"m_1","text":"Open today?"}},
    {"sender":{"id":"PAGE"},"recipient":{"id":"U1"},"timestamp":1795262398500,"message":{"is_echo":true,"app_id":1,"mid":"m_9","text":"Yes"}},
    {"sender":{"id":"U1"},"recipient":{"id":"PAGE"},"timestamp":1795262399000,"message":{"mid":"m_2","attachments":[
      {"type":"image","payload":{"url":"https://cdn.example.com/1.jpg"}},{"type":"template","payload":{}}]}},
    {"sender":{"id":"U2"},"recipient":{"id":"PAGE"},"timestamp":1795262399000,"postback":{"mid":"m_3","title":"Start","payload":"GO"}}]},
    {"id":"PAGE","time":1795262399000,"messaging":[{"sender":{"id":"U1"},"timestamp":1,"message":{"mid":"m_4","text":"?"}}]}]}"#;

// "message_deliveries": mids and watermark; "message_reads": watermark alone.
const DELIVERIES: &str = r#"{"object":"page","entry":[{"id":"PAGE","messaging":[
    {"sender":{"id":"U1"},"recipient":{"id":"PAGE"},"delivery":{"mids":["m_7","m_8"],"watermark":1795262399000}},
    {"sender":{"id":"U1"},"recipient":{"id":"PAGE"},"timestamp":1,"read":{"watermark":1795262399000}}]}]}"#;

fn settings() -> Settings {
    let all =
        [("page_id", "PAGE"), ("page_access_token", "EAA"), ("app_secret", SECRET), ("verify_token", "word")];
    with(&Messenger, &all)
}

fn sign(ask: Ask) -> Ask {
    let signature = signature::hex(&signature::hmac_sha256(SECRET.as_bytes(), &ask.body));
    ask.with("x-hub-signature-256", &format!("sha256={signature}"))
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Messenger, &settings())
}

#[test]
fn several_messages_are_taken_in_order_and_our_own_echoes_are_not() {
    let all = messages(receive(MESSAGES));
    let ids: Vec<(&str, &str)> =
        all.iter().map(|message| (message.id.as_str(), message.from.as_str())).collect();
    assert_eq!(ids, [("m_1", "U1"), ("m_2", "U1"), ("m_3", "U2"), ("m_4", "U1")]);
    assert_eq!((all[0].text.as_str(), all[0].at), ("Open today?", Some(Timestamp(NOW.0 - 2000))));
    let attachment = Attachment {
        url: "https://cdn.example.com/1.jpg".to_owned(),
        media_type: Some("image/*".to_owned()),
        name: None,
        size: None,
    };
    assert_eq!((all[1].text.as_str(), &all[1].attachments), ("", &vec![attachment]));
    assert_eq!(all[2].text, "Start", "a button says its title");
}

#[test]
fn deliveries_name_their_messages_and_reads_name_none() {
    let delivered = |id: &str| Status { id: id.to_owned(), state: DeliveryState::Delivered, problem: None };
    assert_eq!(statuses(receive(DELIVERIES)), [delivered("m_7"), delivered("m_8")]);
}

#[test]
fn what_callboard_has_no_use_for_is_taken_and_ignored() {
    for body in [
        MESSAGES.replace(r#""object":"page""#, r#""object":"instagram""#),
        MESSAGES.replace(r#""id":"PAGE","time""#, r#""id":"ANOTHER","time""#),
        r#"{"object":"page","entry":[{"id":"PAGE","standby":[{"message":{"mid":"m","text":"x"}}]}]}"#
            .to_owned(),
        r#"{"object":"page","entry":[{"id":"PAGE","messaging":[{"optin":{}}]}]}"#.to_owned(),
    ] {
        assert_eq!(messages(receive(&body)), [], "{body}");
    }
}

#[test]
fn every_byte_is_signed() {
    assert_every_byte_is_signed(&Messenger, &settings(), &sign(Ask::post(DELIVERIES)), "x-hub-signature-256");
    let other = with(&Messenger, &[("app_secret", "another"), ("page_id", "PAGE")]);
    assert_unsigned(sign(Ask::post(MESSAGES)).to(&Messenger, &other));
}

#[test]
fn the_handshake_is_answered_for_the_word_that_is_set_and_no_other() {
    let shake = |word: &str| {
        let query = format!("hub.mode=subscribe&hub.verify_token={word}&hub.challenge=77");
        Ask::get(&query).to(&Messenger, &settings())
    };
    assert_eq!(shake("word").unwrap(), crate::channels::common::taken_with_text("77"));
    assert!(matches!(shake("Word"), Err(Rejected::Refused(_))));
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("[1]"), "");
    assert_malformed(receive(r#"{"object":"page"}"#), "/entry");
    assert_malformed(receive(&MESSAGES.replace(r#""mid":"m_1","#, "")), "/entry/0/messaging/0/message/mid");
    assert_malformed(
        receive(&MESSAGES.replace(r#"{"sender":{"id":"U2"},"#, "{")),
        "/entry/0/messaging/3/sender",
    );
    assert_malformed(receive(&DELIVERIES.replace(r#""m_8""#, "8")), "/entry/0/messaging/0/delivery/mids");
    assert_malformed(
        receive(&DELIVERIES.replace(r#""messaging":["#, r#""messaging":[1,"#)),
        "/entry/0/messaging/0",
    );
}

#[test]
fn an_answer_is_a_response_of_the_send_api() {
    let call = Messenger.send(&settings(), &outbound("U1", "Until six")).unwrap();
    assert_eq!((call.method, call.url.as_str()), ("POST", "https://graph.facebook.com/v23.0/PAGE/messages"));
    let json_type = "application/json".to_owned();
    assert_eq!(call.headers, [("authorization", "Bearer EAA".to_owned()), ("content-type", json_type)]);
    let expected =
        json!({"recipient": {"id": "U1"}, "messaging_type": "RESPONSE", "message": {"text": "Until six"}});
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), expected);
}

#[test]
fn the_window_is_a_day_and_with_the_human_agent_s_tag_a_week() {
    let ago = |hours: i64| Outbound {
        last_inbound_at: Some(NOW.plus_ms(-hours * 3_600_000)),
        ..outbound("U1", "x")
    };
    assert!(Messenger.sendable(&settings(), &ago(24)).is_ok());
    assert_eq!(Messenger.sendable(&settings(), &ago(25)), Err(Unsendable::WindowClosed { hours: 24 }));
    let mut tagged = settings();
    tagged.insert("human_agent".to_owned(), "yes".to_owned());
    let body =
        |hours| serde_json::from_slice::<Value>(&Messenger.send(&tagged, &ago(hours)).unwrap().body).unwrap();
    assert_eq!((&body(1)["messaging_type"], &body(1)["tag"]), (&json!("RESPONSE"), &Value::Null));
    assert_eq!(
        (&body(25)["messaging_type"], &body(25)["tag"]),
        (&json!("MESSAGE_TAG"), &json!("HUMAN_AGENT"))
    );
    assert_eq!(Messenger.send(&tagged, &ago(169)), Err(Unsendable::WindowClosed { hours: 168 }));
    let long = "x".repeat(2001);
    let too_long = Unsendable::TooLong { most: 2000, is: 2001 };
    assert_eq!(Messenger.sendable(&settings(), &outbound("U1", &long)), Err(too_long));
}

#[test]
fn errors_of_the_graph_api_are_read_by_their_codes() {
    let sent = |status, body: &str| answered(&Messenger, &settings(), status, None, body);
    let good = r#"{"recipient_id":"U1","message_id":"m_5"}"#;
    assert_eq!(sent(200, good), Sent::Accepted(Some("m_5".to_owned())));
    let error = |code: u32, sub: u32| {
        format!(
            r#"{{"error":{{"message":"why","type":"OAuthException","code":{code},"error_subcode":{sub},"fbtrace_id":"A"}}}}"#
        )
    };
    // 4 and 613: too many calls; 80006: too many of the page; 1200: failed for now; 2: the service is down.
    for (code, sub) in [(4, 2_018_022), (613, 0), (80006, 0), (1200, 1_545_041), (2, 0)] {
        let later = Sent::Later { problem: format!("{code}/{sub} why"), after: None };
        assert_eq!(sent(400, &error(code, sub)), later);
    }
    // 10: outside of the window; 100: no such person; 190: the token has ended; 551: the person cannot be reached.
    for (status, code, sub) in
        [(400, 10, 2_018_278), (400, 100, 2_018_001), (401, 190, 463), (400, 551, 1_545_041)]
    {
        assert_eq!(sent(status, &error(code, sub)), Sent::Refused(format!("{code}/{sub} why")));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Messenger, &settings(), &[MESSAGES, DELIVERIES], sign);
}
