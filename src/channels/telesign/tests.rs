use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_every_byte_is_signed, assert_malformed, assert_no_bytes_panic,
    assert_unsigned, messages, outbound, settings as with, statuses,
};

// Base 64 of "a key of TeleSign's form".
const KEY: &str = "YSBrZXkgb2YgVGVsZVNpZ24ncyBmb3Jt";

// "Inbound SMS": reference_id, sub_resource mo_sms, errors, submit_timestamp, user_response with phone_number,
// iso_country_code, sender_id, mo_message.
const MESSAGE: &str = r#"{"reference_id":"B56A497C9A74016489525132F8840634","sub_resource":"mo_sms","errors":[],
    "submit_timestamp":"2026-11-21T11:59:58.000000Z","user_response":{"phone_number":"14155550143",
    "iso_country_code":"US","sender_id":"15557122661","mo_message":"STOP asking 😀"}}"#;

// "Transaction Callback Service": status with code, description, updated_on; submit_timestamp; reference_id.
const STATUS: &str = r#"{"reference_id":"C1","sub_resource":"sms","errors":[],"submit_timestamp":"2026-11-21T11:59:58Z",
    "status":{"code":221,"updated_on":"2026-11-21T11:59:59Z","description":"Message expired before delivery"}}"#;

fn settings() -> Settings {
    with(&Telesign, &[("customer_id", "CUST-1"), ("api_key", KEY)])
}

fn authorization(body: &[u8]) -> String {
    let key = signature::from_base64(KEY).unwrap();
    format!("TSA CUST-1:{}", signature::base64(&signature::hmac_sha256(&key, body)))
}

fn sign(ask: Ask) -> Ask {
    let value = authorization(&ask.body);
    ask.with("authorization", &value)
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Telesign, &settings())
}

#[test]
fn a_message_is_read_with_its_sender_and_its_time() {
    let message = messages(receive(MESSAGE)).remove(0);
    assert_eq!(message.id, "B56A497C9A74016489525132F8840634");
    assert_eq!((message.from.as_str(), message.phone.as_deref()), ("+14155550143", Some("+14155550143")));
    assert_eq!((message.text.as_str(), message.at), ("STOP asking 😀", Some(Timestamp(NOW.0 - 2000))));
    assert_eq!(
        (message.attributes["to"].as_str(), message.attributes["country"].as_str()),
        ("15557122661", "US")
    );
}

#[test]
fn statuses_tell_how_far_a_message_is() {
    let problem = Some("221 Message expired before delivery".to_owned());
    assert_eq!(
        statuses(receive(STATUS)),
        [Status { id: "C1".to_owned(), state: DeliveryState::Failed, problem }]
    );
    for (code, state) in
        [(200, DeliveryState::Delivered), (203, DeliveryState::Sent), (290, DeliveryState::Sent)]
    {
        let got = statuses(receive(&STATUS.replace("221", &code.to_string())));
        assert_eq!(got, [Status { id: "C1".to_owned(), state, problem: None }]);
    }
    assert_eq!(statuses(receive(&STATUS.replace("221", "250"))), [], "what nobody knows is not told");
}

#[test]
fn every_byte_is_signed_in_either_header() {
    assert_every_byte_is_signed(&Telesign, &settings(), &sign(Ask::post(MESSAGE)), "authorization");
    let other = Ask::post(MESSAGE).with("x-ts-authorization", &authorization(MESSAGE.as_bytes()));
    assert_every_byte_is_signed(&Telesign, &settings(), &other, "x-ts-authorization");
    let stranger = with(&Telesign, &[("customer_id", "CUST-1"), ("api_key", "YW5vdGhlcg==")]);
    assert_unsigned(sign(Ask::post(MESSAGE)).to(&Telesign, &stranger));
    assert_unsigned(sign(Ask::post(MESSAGE)).to(&Telesign, &with(&Telesign, &[("customer_id", "CUST-1")])));
    assert_unsigned(Ask::post(MESSAGE).with("authorization", "Basic QTpC").to(&Telesign, &settings()));
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("x"), "");
    assert_malformed(receive(r#"{"sub_resource":"mo_sms"}"#), "/user_response");
    assert_malformed(receive(&MESSAGE.replace(r#""mo_message""#, r#""mo""#)), "/user_response/mo_message");
    assert_malformed(receive(&MESSAGE.replace(r#""14155550143""#, "1")), "/user_response/phone_number");
    assert_malformed(receive(&MESSAGE.replace("2026-11-21T", "today ")), "/submit_timestamp");
    assert_malformed(receive(&STATUS.replace(r#""reference_id":"C1","#, "")), "/reference_id");
}

#[test]
fn what_callboard_has_no_use_for_is_taken_and_ignored() {
    for body in ["{}", r#"{"sub_resource":"verify","status":{}}"#] {
        assert_eq!(messages(receive(body)), [], "{body}");
    }
}

#[test]
fn an_answer_is_a_form_to_the_messaging_api() {
    let mut settings = settings();
    settings.insert("sender_id".to_owned(), "15557122661".to_owned());
    let call = Telesign.send(&settings, &outbound("+14155550143", "Sorry & bye")).unwrap();
    assert_eq!((call.method, call.url.as_str()), ("POST", "https://rest-ww.telesign.com/v1/messaging"));
    let basic = format!("Basic {}", signature::base64(format!("CUST-1:{KEY}").as_bytes()));
    let form = "application/x-www-form-urlencoded".to_owned();
    assert_eq!(call.headers, [("authorization", basic), ("content-type", form)]);
    let body = "phone_number=14155550143&message=Sorry%20%26%20bye&message_type=ARN\
        &external_id=0190b0f0-0000-7000-8000-000000000001&sender_id=15557122661";
    assert_eq!(String::from_utf8(call.body).unwrap(), body);
}

#[test]
fn a_message_of_more_than_1600_characters_cannot_go_out() {
    let too_long = Unsendable::TooLong { most: 1600, is: 1601 };
    assert_eq!(Telesign.send(&settings(), &outbound("+1", &"é".repeat(1601))), Err(too_long));
    assert!(Telesign.sendable(&settings(), &outbound("+1", &"é".repeat(1600))).is_ok());
}

#[test]
fn telesign_s_answers_are_read_by_their_status_and_codes() {
    let sent = |status, after, body: &str| answered(&Telesign, &settings(), status, after, body);
    let good = r#"{"reference_id":"R1","status":{"code":290,"description":"Message in progress"}}"#;
    assert_eq!(sent(200, None, good), Sent::Accepted(Some("R1".to_owned())));
    let blocked = r#"{"reference_id":"R1","status":{"code":229,"description":"Message blocked"}}"#;
    assert_eq!(sent(200, None, blocked), Sent::Refused("229 Message blocked".to_owned()));
    let error = |code: i32| {
        format!(r#"{{"errors":[{{"code":{code},"description":"why"}}],"status":{{"code":501}}}}"#)
    };
    let later = |problem: &str, after| Sent::Later { problem: problem.to_owned(), after };
    assert_eq!(sent(429, Some(5), &error(-40007)), later("HTTP 429 -40007 why", Some(5)));
    assert_eq!(sent(500, None, &error(-90001)), later("HTTP 500 -90001 why", None));
    assert_eq!(sent(503, None, ""), later("HTTP 503", None));
    assert_eq!(sent(401, None, &error(-30000)), Sent::Refused("HTTP 401 -30000 why".to_owned()));
    // 11000 no such number, 11001 no such country, 11013 a sender that is not ours, 12009 no message.
    for code in [11000, 11001, 11013, 12009] {
        let status = format!(r#"{{"reference_id":"R1","status":{{"code":{code},"description":"why"}}}}"#);
        assert_eq!(sent(400, None, &status), Sent::Refused(format!("HTTP 400 {code} why")));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Telesign, &settings(), &[MESSAGE, STATUS], sign);
}
