use aws_lc_rs::cipher::{EncryptingKey, EncryptionContext};
use serde_json::Value;

use super::*;
use crate::channels::kit::{
    Ask, NOW, answered, assert_malformed, assert_no_bytes_panic, assert_unsigned, messages, outbound,
    settings as with,
};

const TOKEN: &str = "word";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

// "Receiving standard messages", text: ToUserName, FromUserName, CreateTime, MsgType, Content, MsgId.
const TEXT: &str = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o_ada]]></FromUserName>\
    <CreateTime>1795262398</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[a < b & 你好]]></Content>\
    <MsgId>1234567890123456</MsgId></xml>";

// The same page, image: PicUrl, MediaId.
const IMAGE: &str = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o_ada</FromUserName><CreateTime>1795262398</CreateTime>\
    <MsgType>image</MsgType><PicUrl>https://mmbiz.example/1</PicUrl><MediaId>M1</MediaId><MsgId>2</MsgId></xml>";

fn settings() -> Settings {
    with(&Wechat, &[("app_id", "wx1"), ("app_secret", "S"), ("token", TOKEN)])
}

fn safe() -> Settings {
    let all = [("app_id", "wx1"), ("app_secret", "S"), ("token", TOKEN), ("encoding_aes_key", AES_KEY)];
    with(&Wechat, &all)
}

fn sha1(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    signature::hex(&signature::sha1(parts.concat().as_bytes()))
}

fn sign_at(ask: Ask, seconds: i64) -> Ask {
    let time = seconds.to_string();
    let signature = sha1(&[TOKEN, &time, "n1"]);
    let url = format!("{}?signature={signature}&timestamp={time}&nonce=n1&openid=o_ada", ask.url);
    Ask { url, ..ask }
}

fn sign(ask: Ask) -> Ask {
    sign_at(ask, NOW.0 / 1000)
}

fn receive(body: &str) -> Result<Received, Rejected> {
    sign(Ask::post(body)).to(&Wechat, &settings())
}

// "Technical plan": random bytes, length, message, app id, padded to 32, AES-256-CBC; then `msg_signature`.
fn seal(message: &str, app_id: &str) -> String {
    let key = signature::key_from_base64(AES_KEY).unwrap();
    let vector: [u8; 16] = key[..16].try_into().unwrap();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let mut bytes = [&[7; 16], &length[..], message.as_bytes(), app_id.as_bytes()].concat();
    let padding = 32 - bytes.len() % 32;
    bytes.extend(vec![u8::try_from(padding).unwrap(); padding]);
    let key = EncryptingKey::cbc(UnboundCipherKey::new(&AES_256, &key).unwrap()).unwrap();
    key.less_safe_encrypt(&mut bytes, EncryptionContext::Iv128(vector.into())).unwrap();
    signature::base64(&bytes)
}

fn sealed(encrypted: &str) -> Ask {
    let body = format!("<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>");
    let ask = sign(Ask::post(body));
    let signature = sha1(&[TOKEN, &(NOW.0 / 1000).to_string(), "n1", encrypted]);
    Ask { url: format!("{}&encrypt_type=aes&msg_signature={signature}", ask.url), ..ask }
}

#[test]
fn a_text_is_read_and_answered_success() {
    let received = receive(TEXT);
    let body = received.as_ref().unwrap().answer.body.as_ref().unwrap().1.as_str();
    assert_eq!(body, "success", "or WeChat tells the customer that the account is out of order");
    let message = messages(received).remove(0);
    assert_eq!((message.id.as_str(), message.from.as_str()), ("1234567890123456", "o_ada"));
    assert_eq!((message.text.as_str(), message.at), ("a < b & 你好", Some(Timestamp(NOW.0 - 2000))));
}

#[test]
fn pictures_places_voices_and_links_are_read() {
    assert_eq!(messages(receive(IMAGE)).remove(0).attachments[0].url, "https://mmbiz.example/1");
    let of = |kind: &str, members: &str| {
        let body = format!(
            "<xml><FromUserName>o</FromUserName><MsgType>{kind}</MsgType><MsgId>1</MsgId>{members}</xml>"
        );
        messages(receive(&body)).remove(0)
    };
    let voice = of("voice", "<MediaId>M2</MediaId><Format>amr</Format><Recognition>hello</Recognition>");
    assert_eq!((voice.text.as_str(), voice.attachments[0].url.as_str()), ("hello", "wechat:media/M2"));
    let place =
        of("location", "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Label>Here</Label>");
    assert_eq!(place.text, "Here 23.1,113.3");
    assert_eq!(of("link", "<Title>T</Title><Url>https://x.example</Url>").text, "T https://x.example");
}

#[test]
fn events_and_unknown_kinds_are_taken_and_ignored() {
    for kind in ["event", "miniprogrampage"] {
        assert_eq!(
            messages(receive(&format!("<xml><MsgType>{kind}</MsgType><Event>subscribe</Event></xml>"))),
            []
        );
    }
}

#[test]
fn the_handshake_echoes_for_the_token_that_is_set_and_no_other() {
    let ask = sign(Ask { method: "GET", ..Ask::post("") });
    let ask = Ask { url: format!("{}&echostr=5927782", ask.url), ..ask };
    assert_eq!(ask.clone().to(&Wechat, &settings()).unwrap(), taken_with_text("5927782"));
    let other = with(&Wechat, &[("token", "other")]);
    assert!(matches!(ask.to(&Wechat, &other), Err(Rejected::Refused(_))));
    assert_malformed(sign(Ask { method: "GET", ..Ask::post("") }).to(&Wechat, &settings()), "echostr");
}

#[test]
fn a_wrong_missing_or_old_signature_is_refused() {
    let good = sign(Ask::post(TEXT));
    for (from, to) in
        [("nonce=n1", "nonce=n2"), ("signature=", "signature=0"), ("signature=", "sign="), ("nonce=", "n=")]
    {
        assert_unsigned(Ask { url: good.url.replace(from, to), ..good.clone() }.to(&Wechat, &settings()));
    }
    assert_unsigned(good.to(&Wechat, &with(&Wechat, &[("token", "other")])));
    assert_unsigned(sign(Ask::post(TEXT)).to(&Wechat, &with(&Wechat, &[])));
    let at = |seconds: i64| sign_at(Ask::post(TEXT), NOW.0 / 1000 + seconds).to(&Wechat, &settings());
    assert!(at(-300).is_ok() && at(300).is_ok());
    assert_unsigned(at(-301));
    assert_unsigned(at(301));
}

#[test]
fn an_encrypted_message_is_opened() {
    let message = messages(sealed(&seal(TEXT, "wx1")).to(&Wechat, &safe())).remove(0);
    assert_eq!(message.text, "a < b & 你好");
}

#[test]
fn every_byte_of_an_encrypted_message_is_signed() {
    let encrypted = seal(TEXT, "wx1");
    let good = sealed(&encrypted);
    let start = std::str::from_utf8(&good.body).unwrap().find(&encrypted).unwrap();
    for at in start..start + encrypted.len() {
        let mut spoiled = good.clone();
        spoiled.body[at] = if spoiled.body[at] == b'A' { b'B' } else { b'A' };
        if spoiled.body != good.body {
            assert_unsigned(spoiled.to(&Wechat, &safe()));
        }
    }
    let bare = Ask { url: good.url.replace("msg_signature", "other"), ..good };
    assert_unsigned(bare.to(&Wechat, &safe()));
}

#[test]
fn with_a_key_nothing_plain_and_nothing_for_another_account_is_taken() {
    assert_unsigned(sign(Ask::post(TEXT)).to(&Wechat, &safe()));
    assert_malformed(sealed(&seal(TEXT, "wx2")).to(&Wechat, &safe()), "/Encrypt");
    for garbage in ["AAAA", "%", &signature::base64(&[1; 64])] {
        assert_malformed(sealed(garbage).to(&Wechat, &safe()), "/Encrypt");
    }
}

#[test]
fn xml_that_declares_entities_is_refused() {
    let bomb = "<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><xml><MsgType>&b;</MsgType></xml>";
    assert_malformed(receive(bomb), "");
    let file = "<!DOCTYPE xml [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><xml><MsgType>&f;</MsgType></xml>";
    assert_malformed(receive(file), "");
    assert_malformed(receive(&format!("<xml>{}</xml>", "<a/>".repeat(2000))), "");
    assert_malformed(receive(&"<xml>".repeat(5000)), "");
}

#[test]
fn what_is_not_as_documented_is_named() {
    for body in ["", "text", "<xml>", "<html/>"] {
        assert_malformed(receive(body), "");
    }
    assert_malformed(receive("<xml/>"), "/MsgType");
    assert_malformed(receive(&TEXT.replace("MsgId>", "Id>")), "/MsgId");
    assert_malformed(receive(&TEXT.replace("FromUserName>", "From>")), "/FromUserName");
    assert_malformed(receive(&TEXT.replace("Content>", "Text>")), "/Content");
    assert_malformed(receive(&TEXT.replace("1795262398", "noon")), "/CreateTime");
    assert_malformed(receive(&IMAGE.replace("MediaId>", "Media>")), "/MediaId");
    let latin = sign(Ask::post(b"<xml>\xff</xml>"));
    assert_malformed(latin.to(&Wechat, &settings()), "");
}

#[test]
fn an_answer_goes_to_the_customer_service_api_with_the_token() {
    let message = Outbound { access: Some("AT+/"), ..outbound("o_ada", "你好 <b>") };
    let call = Wechat.send(&settings(), &message).unwrap();
    assert_eq!(call.url, "https://api.weixin.qq.com/cgi-bin/message/custom/send?access_token=AT%2B%2F");
    assert_eq!(call.headers, [("content-type", "application/json; charset=utf-8".to_owned())]);
    let body = json!({"touser": "o_ada", "msgtype": "text", "text": {"content": "你好 <b>"}});
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), body);
    assert!(String::from_utf8(call.body).unwrap().contains("你好"), "WeChat shows escapes as they are");
    assert!(matches!(Wechat.send(&settings(), &outbound("o_ada", "x")), Err(Unsendable::Other(_))));
}

#[test]
fn a_token_is_asked_for_and_read() {
    let call = Wechat.access(&settings()).unwrap();
    assert_eq!((call.method, call.url.as_str()), ("POST", "https://api.weixin.qq.com/cgi-bin/stable_token"));
    let body = json!({"grant_type": "client_credential", "appid": "wx1", "secret": "S"});
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), body);
    let read =
        |body: &str| Wechat.read_access(&Reply { status: 200, retry_after: None, body: body.as_bytes() });
    let access = Access { token: "AT".to_owned(), expires_in: 7200 };
    assert_eq!(read(r#"{"access_token":"AT","expires_in":7200}"#), Ok(access));
    let wrong = r#"{"errcode":40125,"errmsg":"invalid appsecret"}"#;
    assert_eq!(read(wrong), Err("40125 invalid appsecret".to_owned()));
    assert!(read("").is_err() && read(r#"{"access_token":"","expires_in":1}"#).is_err());
}

#[test]
fn a_text_of_more_than_2048_bytes_or_after_48_hours_cannot_go_out() {
    let too_long = Unsendable::TooLong { most: 2048, is: 2049 };
    assert_eq!(Wechat.sendable(&settings(), &outbound("o", &"你".repeat(683))), Err(too_long));
    let late = Outbound { last_inbound_at: Some(NOW.plus_ms(-48 * 3_600_000 - 1)), ..outbound("o", "x") };
    assert_eq!(Wechat.sendable(&settings(), &late), Err(Unsendable::WindowClosed { hours: 48 }));
}

#[test]
fn wechat_s_answers_are_read_by_their_codes() {
    let sent = |body: &str| answered(&Wechat, &settings(), 200, None, body);
    let error = |code: i32| format!(r#"{{"errcode":{code},"errmsg":"why"}}"#);
    assert_eq!(sent(r#"{"errcode":0,"errmsg":"ok"}"#), Sent::Accepted(None));
    for code in [40001, 40014, 42001] {
        assert_eq!(sent(&error(code)), Sent::AccessExpired);
    }
    for code in [-1, 45009, 45011] {
        assert_eq!(sent(&error(code)), Sent::Later { problem: format!("{code} why"), after: None });
    }
    // 40003 no such customer, 45015 the window has closed, 45047 too many messages, 48001 the account may not.
    for code in [40003, 45015, 45047, 48001, 45002] {
        assert_eq!(sent(&error(code)), Sent::Refused(format!("{code} why")));
    }
    let down = answered(&Wechat, &settings(), 502, None, "<html>");
    assert_eq!(down, Sent::Later { problem: "HTTP 502".to_owned(), after: None });
}

#[test]
fn no_bytes_make_it_panic() {
    assert_no_bytes_panic(&Wechat, &settings(), &[TEXT, IMAGE], sign);
    let open = |ask: Ask| sealed(&String::from_utf8_lossy(&ask.body));
    assert_no_bytes_panic(&Wechat, &safe(), &[&seal(TEXT, "wx1")], open);
    let inside = |ask: Ask| sealed(&seal(&String::from_utf8_lossy(&ask.body), "wx1"));
    assert_no_bytes_panic(&Wechat, &safe(), &[TEXT], inside);
}
