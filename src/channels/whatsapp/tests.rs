use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic,
    assert_unsigned, messages, outbound, settings as with, statuses,
};
use crate::channels::signature;

const SECRET: &str = "app secret";

// "messages webhook reference", text: metadata, contacts, messages with from, id, timestamp, type, text.body; two
// messages, the second with a picture ("image messages webhook reference": caption, mime_type, sha256, id).
const MESSAGES: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"W1","changes":[{"field":"messages","value":{
    "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"P1"},
    "contacts":[{"profile":{"name":"Ada L."},"wa_id":"16505550123"}],
    "messages":[{"from":"16505550123","id":"wamid.A","timestamp":"1795262398","type":"text","text":{"body":"Is it blue? 💙"}},
    {"from":"16505550123","id":"wamid.B","timestamp":"1795262399","type":"image",
     "image":{"caption":"This one","mime_type":"image/jpeg","sha256":"x","id":"M7"}}]}}]}]}"#;

// The same page, status: id, status, timestamp, recipient_id, errors with code, title, error_data.details.
const STATUSES: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"W1","changes":[{"field":"messages","value":{
    "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"P1"},
    "statuses":[{"id":"wamid.X","status":"sent","timestamp":"1795262399","recipient_id":"16505550123"},
    {"id":"wamid.X","status":"read","timestamp":"1795262399","recipient_id":"16505550123"},
    {"id":"wamid.Y","status":"failed","timestamp":"1795262399","recipient_id":"16505550123",
     "errors":[{"code":131047,"title":"Re-engagement message","error_data":{"details":"more than 24 hours"}}]},
    {"id":"wamid.Z","status":"warning"}]}}]}]}"#;

fn settings() -> Settings {
    with(
        &Whatsapp,
        &[
            ("phone_number_id", "P1"),
            ("access_token", "EAA"),
            ("app_secret", SECRET),
            ("verify_token", "word"),
        ],
    )
}

fn sign(ask: Ask) -> Ask {
    let signature = signature::hex(&signature::hmac_sha256(SECRET.as_bytes(), &ask.body));
    ask.with("x-hub-signature-256", &format!("sha256={signature}"))
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Whatsapp, &settings())
}

// A webhook with one message of these members.
fn one(members: &str) -> Result<Received, Rejected> {
    let message = format!(r#"[{{"from":"16505550123","id":"wamid.A",{members}}}]"#);
    let start = MESSAGES.find("[{\"from\"").unwrap();
    let end = MESSAGES.find("}}]}]}").unwrap();
    receive(&format!("{}{message}{}", &MESSAGES[..start], &MESSAGES[end..]))
}

#[test]
fn several_messages_of_one_request_are_taken_in_order() {
    let all = messages(receive(MESSAGES));
    assert_eq!(all.iter().map(|message| message.id.as_str()).collect::<Vec<_>>(), ["wamid.A", "wamid.B"]);
    let text = &all[0];
    assert_eq!((text.from.as_str(), text.phone.as_deref()), ("16505550123", Some("+16505550123")));
    assert_eq!((text.name.as_deref(), text.text.as_str()), (Some("Ada L."), "Is it blue? 💙"));
    assert_eq!(text.at, Some(Timestamp(NOW.0 - 2000)));
    let picture = &all[1];
    let attachment = Attachment {
        url: "whatsapp:media/M7".to_owned(),
        media_type: Some("image/jpeg".to_owned()),
        name: None,
        size: None,
    };
    assert_eq!((picture.text.as_str(), &picture.attachments), ("This one", &vec![attachment]));
}

#[test]
fn other_kinds_become_text_or_attachments() {
    let text = |members: &str| messages(one(members)).remove(0).text;
    assert_eq!(text(r#""type":"button","button":{"text":"Yes","payload":"p"}"#), "Yes");
    let interactive =
        r#""type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"1","title":"Red"}}"#;
    assert_eq!(text(interactive), "Red");
    let place = r#""type":"location","location":{"latitude":37.44,"longitude":-122.16,"name":"HQ","address":"1 Way"}"#;
    assert_eq!(text(place), "HQ, 1 Way 37.44,-122.16");
    let file = r#""type":"document","document":{"id":"M8","filename":"a.pdf","mime_type":"application/pdf"}"#;
    assert_eq!(messages(one(file)).remove(0).attachments[0].name.as_deref(), Some("a.pdf"));
}

#[test]
fn a_customer_without_a_number_is_known_by_the_business_scoped_id_and_answered_there() {
    let body = MESSAGES.replace(r#""from":"16505550123""#, r#""from_user_id":"US.13491208655302741918""#);
    let body = body.replace(r#""wa_id":"16505550123""#, r#""user_id":"US.13491208655302741918""#);
    let message = messages(receive(&body)).remove(0);
    assert_eq!((message.from.as_str(), message.phone), ("US.13491208655302741918", None));
    assert_eq!(message.name.as_deref(), Some("Ada L."));
    let call = Whatsapp.send(&settings(), &outbound(&message.from, "x")).unwrap();
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    assert_eq!((&body["recipient"], &body["to"]), (&json!("US.13491208655302741918"), &Value::Null));
}

#[test]
fn what_callboard_has_no_use_for_is_taken_and_ignored() {
    for members in
        [r#""type":"reaction","reaction":{"emoji":"x"}"#, r#""type":"unsupported""#, r#""type":"order""#]
    {
        assert_eq!(messages(one(members)), [], "{members}");
    }
    assert_eq!(
        messages(one(r#""type":"text","text":{"body":"x"},"group_id":"G1""#)),
        [],
        "groups are not served"
    );
    for body in [
        MESSAGES.replace(r#""phone_number_id":"P1""#, r#""phone_number_id":"P2""#),
        MESSAGES.replace(r#""field":"messages""#, r#""field":"account_update""#),
        MESSAGES.replace("whatsapp_business_account", "page"),
    ] {
        assert_eq!(messages(receive(&body)), [], "another number, another field, another product");
    }
}

#[test]
fn statuses_tell_how_far_a_message_is_and_why_it_failed() {
    let status = |id: &str, state, problem: Option<&str>| Status {
        id: id.to_owned(),
        state,
        problem: problem.map(str::to_owned),
    };
    let expected = [
        status("wamid.X", DeliveryState::Sent, None),
        status("wamid.X", DeliveryState::Read, None),
        status("wamid.Y", DeliveryState::Failed, Some("131047 more than 24 hours")),
    ];
    assert_eq!(statuses(receive(STATUSES)), expected);
}

#[test]
fn every_byte_is_signed() {
    assert_every_byte_is_signed(&Whatsapp, &settings(), &sign(Ask::post(MESSAGES)), "x-hub-signature-256");
    let other = with(&Whatsapp, &[("app_secret", "another"), ("phone_number_id", "P1")]);
    assert_unsigned(sign(Ask::post(MESSAGES)).to(&Whatsapp, &other));
    let sha1 = Ask::post(MESSAGES).with("x-hub-signature-256", "sha1=00");
    assert_unsigned(sha1.to(&Whatsapp, &settings()));
}

#[test]
fn the_handshake_is_answered_for_the_word_that_is_set_and_no_other() {
    let shake = |word: &str| {
        let query = format!("hub.mode=subscribe&hub.verify_token={word}&hub.challenge=1158201444");
        Ask::get(&query).to(&Whatsapp, &settings())
    };
    assert_eq!(shake("word").unwrap(), crate::channels::common::taken_with_text("1158201444"));
    assert!(matches!(shake("other"), Err(Rejected::Refused(_))));
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("nothing"), "");
    assert_malformed(receive("{}"), "/object");
    assert_malformed(receive(r#"{"object":"whatsapp_business_account"}"#), "/entry");
    let value = "/entry/0/changes/0/value";
    assert_malformed(receive(&MESSAGES.replace(r#""metadata""#, r#""meta""#)), &format!("{value}/metadata"));
    assert_malformed(
        receive(&MESSAGES.replace(r#""id":"wamid.B""#, r#""id":7"#)),
        &format!("{value}/messages/1/id"),
    );
    assert_malformed(one(r#""type":"text""#), &format!("{value}/messages/0/text"));
    assert_malformed(
        one(r#""type":"text","text":{"body":"x"},"timestamp":"noon""#),
        &format!("{value}/messages/0/timestamp"),
    );
    let at = format!("{value}/messages/0/location/latitude");
    assert_malformed(one(r#""type":"location","location":{"latitude":"x"}"#), &at);
    assert_malformed(receive(&STATUSES.replace(r#""id":"wamid.Y","#, "")), &format!("{value}/statuses/2/id"));
}

#[test]
fn an_answer_is_a_text_message_of_the_cloud_api() {
    let call = Whatsapp.send(&settings(), &outbound("16505550123", "Blue 💙")).unwrap();
    assert_eq!((call.method, call.url.as_str()), ("POST", "https://graph.facebook.com/v23.0/P1/messages"));
    let json_type = "application/json".to_owned();
    assert_eq!(call.headers, [("authorization", "Bearer EAA".to_owned()), ("content-type", json_type)]);
    let expected = json!({
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "16505550123",
        "type": "text", "text": {"preview_url": false, "body": "Blue 💙"},
    });
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), expected);
}

#[test]
fn a_text_of_more_than_4096_characters_or_after_24_hours_cannot_go_out() {
    let long = "é".repeat(4097);
    let too_long = Unsendable::TooLong { most: 4096, is: 4097 };
    assert_eq!(Whatsapp.sendable(&settings(), &outbound("1", &long)), Err(too_long));
    let late = Outbound { last_inbound_at: Some(NOW.plus_ms(-86_400_001)), ..outbound("1", "x") };
    assert_eq!(Whatsapp.send(&settings(), &late), Err(Unsendable::WindowClosed { hours: 24 }));
}

#[test]
fn errors_of_the_graph_api_are_read_by_their_codes() {
    let sent = |status, after, body: &str| answered(&Whatsapp, &settings(), status, after, body);
    let good = r#"{"messaging_product":"whatsapp","contacts":[{"wa_id":"1"}],"messages":[{"id":"wamid.N"}]}"#;
    assert_eq!(sent(200, None, good), Sent::Accepted(Some("wamid.N".to_owned())));
    let error = |code: u32| {
        format!(
            r#"{{"error":{{"message":"(#{code}) m","type":"OAuthException","code":{code},"error_data":{{"messaging_product":"whatsapp","details":"why"}},"fbtrace_id":"A"}}}}"#
        )
    };
    for (status, code) in [
        (429, 130_429),
        (400, 131_056),
        (429, 80007),
        (400, 131_048),
        (500, 131_000),
        (503, 131_016),
        (429, 4),
        (400, 2),
    ] {
        let later = Sent::Later { problem: format!("{code} why"), after: Some(3) };
        assert_eq!(sent(status, Some(3), &error(code)), later);
    }
    // 190 the token has ended, 131047 the window has closed, 131026 no WhatsApp there, 131030 not among the test numbers.
    for (status, code) in [(401, 190), (400, 131_047), (400, 131_026), (400, 131_030), (403, 10), (400, 100)]
    {
        assert_eq!(sent(status, None, &error(code)), Sent::Refused(format!("{code} why")));
    }
    assert_eq!(sent(502, None, "<html>"), Sent::Later { problem: "HTTP 502".to_owned(), after: None });
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Whatsapp, &settings(), &[MESSAGES, STATUSES], sign);
}
