use super::*;
use crate::channels::kit::{
    Ask, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic, assert_unsigned,
    messages, outbound, settings as with, statuses,
};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

// Fields of "Twilio's request to your incoming message webhook URL": MessageSid, AccountSid, From, To, Body, NumMedia,
// the geographic ones.
const MESSAGE: &str = "ToCountry=US&ToState=&SmsMessageSid=SM11111111111111111111111111111111&NumMedia=0&ToCity=\
    &FromZip=94109&SmsSid=SM11111111111111111111111111111111&FromState=CA&SmsStatus=received&FromCity=SAN+FRANCISCO\
    &Body=Where+is+my+order%3F+%F0%9F%93%A6&FromCountry=US&To=%2B15557122661&MessagingServiceSid=\
    &NumSegments=1&MessageSid=SM11111111111111111111111111111111&AccountSid=AC22222222222222222222222222222222\
    &From=%2B14155550143&ApiVersion=2010-04-01";

// The same page: MediaUrl{N} and MediaContentType{N}, with an empty body.
const PICTURES: &str = "MessageSid=MM3&From=%2B14155550143&To=%2B15557122661&Body=&NumMedia=2\
    &MediaUrl0=https%3A%2F%2Fapi.twilio.com%2FMedia%2FME1&MediaContentType0=image%2Fjpeg\
    &MediaUrl1=https%3A%2F%2Fapi.twilio.com%2FMedia%2FME2&MediaContentType1=application%2Fpdf";

// "Track the message status of outbound messages": MessageSid, MessageStatus, ErrorCode.
const FAILED: &str = "SmsSid=SM9&SmsStatus=undelivered&MessageStatus=undelivered&To=%2B14155550143&MessageSid=SM9\
    &AccountSid=AC2&From=%2B15557122661&ApiVersion=2010-04-01&ErrorCode=30003";

fn settings() -> Settings {
    with(&Twilio, &[("account_sid", "AC222"), ("auth_token", TOKEN), ("from", "+15557122661")])
}

fn sign(ask: Ask) -> Ask {
    let mut fields = form::decode(&ask.body).unwrap_or_default();
    fields.sort();
    fields.dedup();
    let fields: String = fields.into_iter().map(|(name, value)| name + &value).collect();
    let signature = signature::hmac_sha1(TOKEN.as_bytes(), format!("{}{fields}", ask.url).as_bytes());
    ask.with("x-twilio-signature", &signature::base64(&signature))
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Twilio, &settings())
}

#[test]
fn the_signature_is_that_of_an_independent_implementation() {
    // Computed with Python's hmac and base64 over the URL and the sorted fields.
    let ask = Ask {
        url: "https://example.com/myapp?foo=1&bar=2".to_owned(),
        ..Ask::post("Digits=1234&CallSid=CA1&From=%2B1")
    };
    let ask = ask.with("x-twilio-signature", "AaNcTiNAalRYRoqMg5hJs0Ea/7Y=");
    let settings = with(&Twilio, &[("auth_token", "12345")]);
    assert!(ask.to(&Twilio, &settings).is_ok());
}

#[test]
fn a_message_is_read_with_its_sender_and_the_sender_s_place() {
    let received = receive(MESSAGE);
    let answer = &received.as_ref().unwrap().answer;
    assert_eq!((answer.status, answer.body.as_ref().unwrap().0), (200, "text/xml; charset=utf-8"));
    assert!(answer.body.as_ref().unwrap().1.ends_with("<Response></Response>"), "nothing is sent by itself");
    let message = messages(received).remove(0);
    assert_eq!(message.id, "SM11111111111111111111111111111111");
    assert_eq!((message.from.as_str(), message.phone.as_deref()), ("+14155550143", Some("+14155550143")));
    assert_eq!((message.text.as_str(), message.at), ("Where is my order? 📦", None));
    let attributes: Vec<(&str, &str)> =
        message.attributes.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let expected = [
        ("from_city", "SAN FRANCISCO"),
        ("from_country", "US"),
        ("from_state", "CA"),
        ("from_zip", "94109"),
        ("to", "+15557122661"),
    ];
    assert_eq!(attributes, expected);
}

#[test]
fn pictures_without_text_are_attachments_in_order() {
    let message = messages(receive(PICTURES)).remove(0);
    let attachment = |n: u8, media_type: &str| Attachment {
        url: format!("https://api.twilio.com/Media/ME{n}"),
        media_type: Some(media_type.to_owned()),
        name: None,
        size: None,
    };
    assert_eq!(message.attachments, [attachment(1, "image/jpeg"), attachment(2, "application/pdf")]);
    assert_eq!(message.text, "");
}

#[test]
fn a_short_code_is_a_sender_without_a_telephone_number() {
    let message = messages(receive("MessageSid=SM1&From=72345&Body=hi")).remove(0);
    assert_eq!((message.from.as_str(), message.phone), ("72345", None));
}

#[test]
fn every_byte_is_signed() {
    assert_every_byte_is_signed(&Twilio, &settings(), &sign(Ask::post(PICTURES)), "x-twilio-signature");
    let mut elsewhere = sign(Ask::post(MESSAGE));
    elsewhere.url = elsewhere.url.replace("/c1/", "/c2/");
    assert_unsigned(elsewhere.to(&Twilio, &settings()));
    let other = with(&Twilio, &[("auth_token", "another"), ("account_sid", "AC222")]);
    assert_unsigned(sign(Ask::post(MESSAGE)).to(&Twilio, &other));
    assert_unsigned(sign(Ask::post("Body=%zz")).to(&Twilio, &with(&Twilio, &[])));
}

#[test]
fn a_standard_port_may_be_signed_or_not() {
    for (called, signed) in [
        ("https://desk.example.com/x?a=1", "https://desk.example.com:443/x?a=1"),
        ("https://desk.example.com:443/x", "https://desk.example.com/x"),
        ("http://desk.example.com/x", "http://desk.example.com:80/x"),
    ] {
        let mut ask = sign(Ask { url: signed.to_owned(), ..Ask::post(MESSAGE) });
        ask.url = called.to_owned();
        assert!(ask.clone().to(&Twilio, &settings()).is_ok(), "{called} {signed}");
        ask.url = called.replace("example.com", "example.com:8443");
        assert_unsigned(ask.to(&Twilio, &settings()));
    }
}

#[test]
fn what_is_not_a_form_of_twilio_names_its_field() {
    assert_malformed(receive("From=%2B1&Body=hi"), "MessageSid");
    assert_malformed(receive("MessageSid=SM1&Body=hi"), "From");
    assert_malformed(receive("MessageSid=&From=%2B1&Body=hi"), "MessageSid");
    assert_malformed(receive("MessageSid=SM1&From=%2B1&Body=hi&NumMedia=many"), "NumMedia");
    assert_malformed(receive("MessageSid=SM1&From=%2B1&Body=hi&NumMedia=1"), "MediaUrl0");
    assert_malformed(receive("MessageStatus=sent"), "MessageSid");
    let get = sign(Ask { method: "GET", ..Ask::post("MessageSid=SM1&From=%2B1&Body=hi") });
    assert_malformed(get.to(&Twilio, &settings()), "method");
}

#[test]
fn what_callboard_has_no_use_for_is_taken_and_ignored() {
    for body in [
        "",
        "EventType=READ&MessageSid=SM1",
        "MessageSid=SM1&From=%2B1&Body=&NumMedia=0",
        "MessageStatus=new&MessageSid=SM1",
    ] {
        assert_eq!(messages(receive(body)), [], "{body}");
    }
}

#[test]
fn status_callbacks_tell_how_far_a_message_is() {
    let expected =
        Status { id: "SM9".to_owned(), state: DeliveryState::Failed, problem: Some("30003".to_owned()) };
    assert_eq!(statuses(receive(FAILED)), [expected]);
    for (status, state) in [
        ("queued", DeliveryState::Sent),
        ("sent", DeliveryState::Sent),
        ("delivered", DeliveryState::Delivered),
        ("read", DeliveryState::Read),
        ("failed", DeliveryState::Failed),
    ] {
        let got = statuses(receive(&format!("MessageSid=SM1&MessageStatus={status}")));
        assert_eq!(got, [Status { id: "SM1".to_owned(), state, problem: None }]);
    }
}

#[test]
fn an_answer_is_a_form_to_the_messages_resource() {
    let call = Twilio.send(&settings(), &outbound("+14155550143", "On its way & paid: 5 €")).unwrap();
    assert_eq!(call.method, "POST");
    assert_eq!(call.url, "https://api.twilio.com/2010-04-01/Accounts/AC222/Messages.json");
    let basic = signature::base64(format!("AC222:{TOKEN}").as_bytes());
    let form = "application/x-www-form-urlencoded".to_owned();
    assert_eq!(call.headers, [("authorization", format!("Basic {basic}")), ("content-type", form)]);
    let body = "To=%2B14155550143&From=%2B15557122661&Body=On%20its%20way%20%26%20paid%3A%205%20%E2%82%AC";
    assert_eq!(String::from_utf8(call.body).unwrap(), body);
}

#[test]
fn a_messaging_service_a_status_callback_and_another_base_are_used_where_set() {
    let settings = with(
        &Twilio,
        &[
            ("account_sid", "AC2"),
            ("auth_token", TOKEN),
            ("messaging_service_sid", "MG1"),
            ("status_callback_url", "https://desk.example.com/in"),
            ("base_url", "http://127.0.0.1:9/twilio/"),
        ],
    );
    let call = Twilio.send(&settings, &outbound("+1", "x")).unwrap();
    assert_eq!(call.url, "http://127.0.0.1:9/twilio/2010-04-01/Accounts/AC2/Messages.json");
    let body = "To=%2B1&MessagingServiceSid=MG1&Body=x&StatusCallback=https%3A%2F%2Fdesk.example.com%2Fin";
    assert_eq!(String::from_utf8(call.body).unwrap(), body);
}

#[test]
fn a_message_of_more_than_1600_characters_or_without_a_sender_cannot_go_out() {
    let long = "é".repeat(1601);
    let too_long = Unsendable::TooLong { most: 1600, is: 1601 };
    assert_eq!(Twilio.send(&settings(), &outbound("+1", &long)).unwrap_err(), too_long);
    assert!(Twilio.sendable(&settings(), &outbound("+1", &"é".repeat(1600))).is_ok());
    let nobody = with(&Twilio, &[("account_sid", "AC2"), ("auth_token", TOKEN)]);
    assert!(matches!(Twilio.sendable(&nobody, &outbound("+1", "x")), Err(Unsendable::Other(_))));
    let late = Outbound { last_inbound_at: None, ..outbound("+1", "x") };
    assert!(Twilio.sendable(&settings(), &late).is_ok(), "SMS has no reply window");
}

#[test]
fn twilio_s_answers_are_read_by_their_codes() {
    let sent = |status, after, body: &str| answered(&Twilio, &settings(), status, after, body);
    assert_eq!(sent(201, None, r#"{"sid":"SM5","status":"queued"}"#), Sent::Accepted(Some("SM5".to_owned())));
    let error = |code: u32, status: u16| {
        format!(
            r#"{{"code":{code},"message":"why","more_info":"https://www.twilio.com/docs/errors/{code}","status":{status}}}"#
        )
    };
    let later = |problem: &str, after| Sent::Later { problem: problem.to_owned(), after };
    assert_eq!(sent(429, Some(7), &error(20429, 429)), later("20429 why", Some(7)));
    assert_eq!(sent(500, None, &error(20500, 500)), later("20500 why", None));
    assert_eq!(sent(503, None, "<html>"), later("HTTP 503", None));
    // 21211 no such number, 21610 the customer said STOP, 21614 no mobile number, 21617 too long, 20003 wrong token.
    for (status, code) in [(400, 21211), (400, 21610), (400, 21614), (400, 21617), (401, 20003)] {
        assert_eq!(sent(status, None, &error(code, status)), Sent::Refused(format!("{code} why")));
    }
    assert_eq!(sent(404, None, ""), Sent::Refused("HTTP 404".to_owned()));
    assert_eq!(sent(302, None, ""), Sent::Refused("HTTP 302".to_owned()), "a redirect is not followed");
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Twilio, &settings(), &[MESSAGE, PICTURES, FAILED], sign);
}
