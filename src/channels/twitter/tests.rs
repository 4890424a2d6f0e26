use serde_json::Value;

use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic,
    assert_unsigned, messages, outbound, settings as with,
};

const SECRET: &str = "consumer secret";

// "Message create object" within the Account Activity API's envelope: for_user_id, direct_message_events with id,
// created_timestamp, initiated_via, message_create.{target, sender_id, message_data}; users; our own answer among them;
// a second message with a photo.
const EVENTS: &str = r#"{"for_user_id":"99","direct_message_events":[
    {"type":"message_create","id":"1001","created_timestamp":"1795262398000","initiated_via":{"tweet_id":"555"},
     "message_create":{"target":{"recipient_id":"99"},"sender_id":"42","message_data":{"text":"Lost parcel","entities":{}}}},
    {"type":"message_create","id":"1002","created_timestamp":"1795262398500",
     "message_create":{"target":{"recipient_id":"42"},"sender_id":"99","source_app_id":"7","message_data":{"text":"Hello!"}}},
    {"type":"message_create","id":"1003","created_timestamp":"1795262399000",
     "message_create":{"target":{"recipient_id":"99"},"sender_id":"42","message_data":{"text":"https://t.co/a",
      "attachment":{"type":"media","media":{"id":8,"type":"photo","media_url_https":"https://ton.example/8.jpg"}}}}}],
    "users":{"42":{"id":"42","name":"Ada","screen_name":"ada"},"99":{"id":"99","name":"Shop","screen_name":"shop"}}}"#;

fn settings() -> Settings {
    let secrets = [("consumer_key", "CK"), ("consumer_secret", SECRET), ("access_token", "99-AT")];
    with(&Twitter, &[&secrets[..], &[("user_id", "99"), ("access_token_secret", "ATS")]].concat())
}

fn sign(ask: Ask) -> Ask {
    let signature = signature::base64(&signature::hmac_sha256(SECRET.as_bytes(), &ask.body));
    ask.with("x-twitter-webhooks-signature", &format!("sha256={signature}"))
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Twitter, &settings())
}

#[test]
fn several_messages_are_taken_in_order_and_our_own_are_not() {
    let all = messages(receive(EVENTS));
    assert_eq!(all.iter().map(|message| message.id.as_str()).collect::<Vec<_>>(), ["1001", "1003"]);
    let first = &all[0];
    assert_eq!(
        (first.from.as_str(), first.name.as_deref(), first.text.as_str()),
        ("42", Some("Ada"), "Lost parcel")
    );
    assert_eq!(first.at, Some(Timestamp(NOW.0 - 2000)));
    assert_eq!(
        (first.attributes["screen_name"].as_str(), first.attributes["initiated_via_post"].as_str()),
        ("ada", "555")
    );
    let photo = Attachment {
        url: "https://ton.example/8.jpg".to_owned(),
        media_type: Some("image/*".to_owned()),
        name: None,
        size: None,
    };
    assert_eq!(all[1].attachments, [photo]);
}

#[test]
fn what_callboard_has_no_use_for_is_taken_and_ignored() {
    for body in [
        EVENTS.replace(r#""for_user_id":"99""#, r#""for_user_id":"100""#),
        EVENTS.replace(r#""type":"message_create""#, r#""type":"welcome_message""#),
        r#"{"for_user_id":"99","favorite_events":[{}]}"#.to_owned(),
        r#"{"data":{"event_type":"profile.update.bio"}}"#.to_owned(),
    ] {
        assert_eq!(messages(receive(&body)), [], "{body}");
    }
}

#[test]
fn every_byte_is_signed() {
    assert_every_byte_is_signed(
        &Twitter,
        &settings(),
        &sign(Ask::post(EVENTS)),
        "x-twitter-webhooks-signature",
    );
    let other = with(&Twitter, &[("consumer_secret", "another"), ("user_id", "99")]);
    assert_unsigned(sign(Ask::post(EVENTS)).to(&Twitter, &other));
}

#[test]
fn a_challenge_is_answered_with_its_signature() {
    // Computed with Python's hmac and base64.
    let received = Ask::get("crc_token=challenge_string").to(&Twitter, &settings()).unwrap();
    let body = r#"{"response_token":"sha256=1BWFArkUG8LJw74mw6JD+wgG/cy4/r3Q/oEHWQfNze0="}"#.to_owned();
    let answer = Answer { status: 200, body: Some(("application/json", body)) };
    assert_eq!(received, Received { events: Vec::new(), answer });
    let bare = with(&Twitter, &[]);
    assert!(matches!(Ask::get("crc_token=a").to(&Twitter, &bare), Err(Rejected::Refused(_))));
}

#[test]
fn no_event_can_be_signed_by_asking_for_a_challenge() {
    assert_malformed(Ask::get("").to(&Twitter, &settings()), "crc_token");
    assert_malformed(Ask::get("crc_token=").to(&Twitter, &settings()), "crc_token");
    assert_malformed(
        Ask::get(&format!("crc_token={}", "a".repeat(257))).to(&Twitter, &settings()),
        "crc_token",
    );
    let forged = escape(r#"{"for_user_id":"99"}"#);
    assert_malformed(Ask::get(&format!("crc_token={forged}")).to(&Twitter, &settings()), "crc_token");
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("x"), "");
    let first = "/direct_message_events/0";
    assert_malformed(
        receive(&EVENTS.replace(r#""sender_id":"42""#, r#""sender_id":42"#)),
        &format!("{first}/message_create/sender_id"),
    );
    assert_malformed(receive(&EVENTS.replace(r#""id":"1001","#, "")), &format!("{first}/id"));
    assert_malformed(
        receive(&EVENTS.replace("1795262398000", "noon")),
        &format!("{first}/created_timestamp"),
    );
    assert_malformed(
        receive(&EVENTS.replace(r#""users":{"42":{"#, r#""users":{"42":5,"43":{"#)),
        "/users/42",
    );
}

#[test]
fn an_answer_is_a_direct_message_signed_by_oauth_1() {
    let message = Outbound { now: Timestamp(1_318_622_958_000), ..outbound("42", "We look into it") };
    let call = Twitter.send(&settings(), &message).unwrap();
    assert_eq!(
        (call.method, call.url.as_str()),
        ("POST", "https://api.x.com/2/dm_conversations/with/42/messages")
    );
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), json!({"text": "We look into it"}));
    assert_eq!(call.headers[1], ("content-type", "application/json".to_owned()));
    // Computed with Python's hmac, base64 and urllib over the same nonce.
    let expected = "OAuth oauth_consumer_key=\"CK\", \
        oauth_nonce=\"533ccb18a925b930362c762d59d4772a\", \
        oauth_signature_method=\"HMAC-SHA1\", \
        oauth_timestamp=\"1318622958\", \
        oauth_token=\"99-AT\", \
        oauth_version=\"1.0\", \
        oauth_signature=\"DMwQQstWqUDSa2FMKCXpjChtdas%3D\"";
    assert_eq!(call.headers[0], ("authorization", expected.to_owned()));
    let again = Twitter.send(&settings(), &Outbound { now: message.now.plus_ms(1), ..message }).unwrap();
    assert_ne!(again.headers[0], call.headers[0], "each try has a nonce of its own");
}

#[test]
fn a_text_of_more_than_10000_characters_cannot_go_out() {
    let too_long = Unsendable::TooLong { most: 10_000, is: 10_001 };
    assert_eq!(Twitter.send(&settings(), &outbound("42", &"é".repeat(10_001))), Err(too_long));
    let late = Outbound { last_inbound_at: None, ..outbound("42", "x") };
    assert!(Twitter.sendable(&settings(), &late).is_ok(), "X limits how many messages, and not until when");
}

#[test]
fn x_s_answers_are_read_by_their_status() {
    let sent = |status, after, body: &str| answered(&Twitter, &settings(), status, after, body);
    let good = r#"{"data":{"dm_conversation_id":"42-99","dm_event_id":"1008"}}"#;
    assert_eq!(sent(201, None, good), Sent::Accepted(Some("1008".to_owned())));
    let error =
        |status: u16| format!(r#"{{"title":"t","detail":"why","type":"about:blank","status":{status}}}"#);
    for status in [429, 500, 503] {
        let later = Sent::Later { problem: format!("HTTP {status} why"), after: Some(60) };
        assert_eq!(sent(status, Some(60), &error(status)), later);
    }
    // 400 a wrong request, 401 a wrong or withdrawn token, 403 the customer takes no messages, 404 there is no such one.
    for status in [400, 401, 403, 404] {
        assert_eq!(sent(status, None, &error(status)), Sent::Refused(format!("HTTP {status} why")));
    }
    let old = r#"{"errors":[{"code":349,"message":"You cannot send messages to this user."}]}"#;
    assert_eq!(
        sent(403, None, old),
        Sent::Refused("HTTP 403 You cannot send messages to this user.".to_owned())
    );
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Twitter, &settings(), &[EVENTS], sign);
}
