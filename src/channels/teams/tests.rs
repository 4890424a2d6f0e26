use std::sync::LazyLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::channels::UNKNOWN_KEY;
use crate::channels::kit::{
    Ask, NOW, answered, assert_malformed, assert_no_bytes_panic, assert_unsigned, messages, outbound,
    settings as with,
};

// The connector's key of these tests, and another that it does not know.
static KEYS: LazyLock<[RsaKeyPair; 2]> =
    LazyLock::new(|| [(); 2].map(|()| RsaKeyPair::generate(KeySize::Rsa2048).expect("a key is made")));

const SERVICE: &str = "https://smba.trafficmanager.net/emea/";

// "Activity object": type, id, timestamp, serviceUrl, channelId, from, conversation, recipient, text, attachments,
// entities with mentioned and text.
const ACTIVITY: &str = r#"{"type":"message","id":"1485983408511","timestamp":"2026-11-21T11:59:58.511Z",
    "serviceUrl":"https://smba.trafficmanager.net/emea/","channelId":"msteams","from":{"id":"29:ada","name":"Ada","aadObjectId":"a"},
    "conversation":{"conversationType":"channel","tenantId":"T1","id":"19:c@thread.tacv2;messageid=14"},
    "recipient":{"id":"28:bot","name":"Desk"},"locale":"en-GB","text":"<at>Desk</at> my laptop\n",
    "entities":[{"type":"mention","mentioned":{"id":"28:bot","name":"Desk"},"text":"<at>Desk</at>"},{"type":"clientInfo"}],
    "attachments":[{"contentType":"text/html","content":"<p>my laptop</p>"},
     {"contentType":"application/vnd.microsoft.teams.file.download.info","contentUrl":"https://s.example/f","name":"f.pdf",
      "content":{"downloadUrl":"https://d.example/f"}}]}"#;

fn settings() -> Settings {
    with(&Teams, &[("app_id", "APP"), ("app_password", "P&W")])
}

// The key set as `login.botframework.com` serves it: kty, use, kid, n, e, endorsements.
fn keys() -> String {
    // RSAPublicKey in DER: a head of 9 bytes, 256 bytes of modulus, then the exponent 65537.
    let modulus = &KEYS[0].public_key().as_ref()[9..265];
    let key = json!({"kty": "RSA", "use": "sig", "kid": "k1", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB",
        "endorsements": ["msteams", "skype"]});
    json!({"keys": [{"kty": "odd", "kid": "k0"}, key]}).to_string()
}

fn token_of(head: &Value, claims: &Value, key: &RsaKeyPair) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(head), encode(claims));
    let mut signature = vec![0; 256];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn claims() -> Value {
    let now = NOW.0 / 1000;
    json!({"iss": ISSUER, "aud": "APP", "serviceurl": SERVICE, "nbf": now - 60, "exp": now + 3600})
}

fn signed(body: &str, claims: &Value) -> Ask {
    let bearer = token_of(&json!({"alg": "RS256", "typ": "JWT", "kid": "k1"}), claims, &KEYS[0]);
    let ask = Ask::post(body).with("authorization", &format!("Bearer {bearer}"));
    Ask { keys: Some(keys()), ..ask }
}

fn receive(body: &str) -> Result<Received, Rejected> {
    signed(body, &claims()).to(&Teams, &settings())
}

fn claiming(name: &str, value: Value) -> Result<Received, Rejected> {
    let mut claims = claims();
    claims[name] = value;
    signed(ACTIVITY, &claims).to(&Teams, &settings())
}

#[test]
fn a_message_is_read_without_the_bot_s_name_and_says_where_to_answer() {
    let message = messages(receive(ACTIVITY)).remove(0);
    assert_eq!(message.id, "19:c@thread.tacv2;messageid=14 1485983408511");
    assert_eq!(message.from, "19:c@thread.tacv2;messageid=14", "who is in a team reads the answers");
    assert_eq!(message.attributes["member"], "29:ada");
    assert_eq!((message.name.as_deref(), message.text.as_str()), (Some("Ada"), "my laptop"));
    assert_eq!(message.at, Some(Timestamp(NOW.0 - 1489)));
    let attachment = Attachment {
        url: "https://d.example/f".to_owned(),
        media_type: None,
        name: Some("f.pdf".to_owned()),
        size: None,
    };
    assert_eq!(message.attachments, [attachment], "the HTML copy of the text is none");
    let place: Value = serde_json::from_str(&message.reply_to.unwrap()).unwrap();
    assert_eq!(place, json!({"service_url": SERVICE, "conversation": "19:c@thread.tacv2;messageid=14"}));
    assert_eq!(message.attributes["conversation_type"], "channel");
}

#[test]
fn who_writes_to_the_bot_alone_is_the_customer() {
    let message = messages(receive(&ACTIVITY.replace("\"channel\"", "\"personal\""))).remove(0);
    assert_eq!((message.from.as_str(), message.attributes.get("member")), ("29:ada", None));
}

#[test]
fn our_own_messages_and_other_activities_are_taken_and_ignored() {
    for body in [
        ACTIVITY.replace(r#""type":"message""#, r#""type":"conversationUpdate""#),
        ACTIVITY.replace(r#""type":"message""#, r#""type":"typing""#),
        ACTIVITY.replace("29:ada", "28:bot"),
        ACTIVITY.replace(r#""name":"Ada""#, r#""role":"bot""#),
    ] {
        assert_eq!(messages(receive(&body)), []);
    }
}

#[test]
fn a_token_holds_for_this_bot_this_issuer_this_service_and_its_time() {
    let now = NOW.0 / 1000;
    assert!(claiming("exp", json!(now - 300)).is_ok() && claiming("nbf", json!(now + 300)).is_ok());
    assert_unsigned(claiming("exp", json!(now - 301)));
    assert_unsigned(claiming("exp", Value::Null));
    assert_unsigned(claiming("nbf", json!(now + 301)));
    assert_unsigned(claiming("aud", json!("ANOTHER")));
    assert_unsigned(claiming("iss", json!("https://sts.windows.net/")));
    assert_unsigned(claiming("serviceurl", json!("https://evil.example/")));
    assert_unsigned(claiming("serviceurl", Value::Null));
    assert_unsigned(receive(&ACTIVITY.replace("https://smba", "https://evil")));
    assert_unsigned(receive(&ACTIVITY.replace(r#""channelId":"msteams""#, r#""channelId":"webchat""#)));
    let nobody = with(&Teams, &[]);
    assert_unsigned(signed(ACTIVITY, &claims()).to(&Teams, &nobody));
}

#[test]
fn a_token_of_another_key_another_algorithm_or_none_is_refused() {
    let with_head = |head: Value, key: usize| {
        let bearer = token_of(&head, &claims(), &KEYS[key]);
        let ask = Ask::post(ACTIVITY).with("authorization", &format!("Bearer {bearer}"));
        Ask { keys: Some(keys()), ..ask }.to(&Teams, &settings())
    };
    assert!(with_head(json!({"alg": "RS256", "kid": "k1"}), 0).is_ok());
    assert_unsigned(with_head(json!({"alg": "RS256", "kid": "k1"}), 1));
    assert_unsigned(with_head(json!({"alg": "HS256", "kid": "k1"}), 0));
    assert_unsigned(with_head(json!({"alg": "none", "kid": "k1"}), 0));
    assert_unsigned(with_head(json!({"alg": "RS256"}), 0));
    assert_unsigned(with_head(json!({"alg": "RS256", "kid": "k0"}), 0));
    let unknown = with_head(json!({"alg": "RS256", "kid": "k2"}), 0);
    assert_eq!(unknown, Err(Rejected::Unsigned(UNKNOWN_KEY)));
    let good = signed(ACTIVITY, &claims());
    for header in ["", "Bearer", "Bearer a.b.c", "Basic QTpC"] {
        assert_unsigned(good.clone().with("authorization", header).to(&Teams, &settings()));
    }
    assert_unsigned(Ask { keys: None, ..good.clone() }.to(&Teams, &settings()));
    let spoiled = good.headers["authorization"].replace("eyJhdWQi", "eyJhdWQj");
    assert_unsigned(good.with("authorization", &spoiled).to(&Teams, &settings()));
}

#[test]
fn what_is_not_as_documented_is_named_by_its_pointer() {
    assert_malformed(receive("x"), "");
    assert_malformed(receive("{}"), "/serviceUrl");
    for (from, to, field) in [
        (r#""type":"message","#, "", "/type"),
        (r#""id":"1485983408511","#, "", "/id"),
        (r#""id":"29:ada","#, "", "/from/id"),
        (r#""id":"19:c@thread.tacv2;messageid=14""#, r#""id":"""#, "/conversation/id"),
        ("2026-11-21T11:59:58.511Z", "noon", "/timestamp"),
    ] {
        assert_malformed(receive(&ACTIVITY.replace(from, to)), field);
    }
    let mut plain = claims();
    plain["serviceurl"] = json!("http://smba.trafficmanager.net/emea/");
    let body = ACTIVITY.replace("https://smba", "http://smba");
    assert_malformed(signed(&body, &plain).to(&Teams, &settings()), "/serviceUrl");
}

#[test]
fn an_answer_goes_to_the_service_and_conversation_that_asked() {
    let reply_to = messages(receive(ACTIVITY)).remove(0).reply_to.unwrap();
    let message =
        Outbound { reply_to: Some(&reply_to), access: Some("AT"), ..outbound("29:ada", "Which one? *") };
    let call = Teams.send(&settings(), &message).unwrap();
    let path = "/v3/conversations/19%3Ac%40thread.tacv2%3Bmessageid%3D14/activities";
    assert_eq!((call.method, call.url), ("POST", format!("https://smba.trafficmanager.net/emea{path}")));
    let json_type = "application/json".to_owned();
    assert_eq!(call.headers, [("authorization", "Bearer AT".to_owned()), ("content-type", json_type)]);
    let body = json!({"type": "message", "text": "Which one? *", "textFormat": "plain"});
    assert_eq!(serde_json::from_slice::<Value>(&call.body).unwrap(), body);
    let mut proxied = settings();
    proxied.insert("base_url".to_owned(), "http://127.0.0.1:9/".to_owned());
    assert_eq!(Teams.send(&proxied, &message).unwrap().url, format!("http://127.0.0.1:9{path}"));
    for reply_to in [None, Some(""), Some("{}"), Some(r#"{"service_url":"https://a"}"#)] {
        let lost = Outbound { reply_to, ..message.clone() };
        assert!(matches!(Teams.sendable(&settings(), &lost), Err(Unsendable::Other(_))));
    }
    assert!(matches!(
        Teams.send(&settings(), &Outbound { access: None, ..message.clone() }),
        Err(Unsendable::Other(_))
    ));
    let long = "x".repeat(28_001);
    let too_long = Unsendable::TooLong { most: 28_000, is: 28_001 };
    assert_eq!(Teams.sendable(&settings(), &Outbound { text: &long, ..message }), Err(too_long));
}

#[test]
fn a_token_is_asked_for_with_the_client_s_credentials_and_read() {
    assert_eq!(Teams.keys(&settings()).unwrap(), "https://login.botframework.com/v1/.well-known/keys");
    let call = Teams.access(&settings()).unwrap();
    assert_eq!(call.url, "https://login.microsoftonline.com/botframework.com/oauth2/v2.0/token");
    assert_eq!(call.headers, [("content-type", "application/x-www-form-urlencoded".to_owned())]);
    let body = "grant_type=client_credentials&client_id=APP&client_secret=P%26W\
        &scope=https%3A%2F%2Fapi.botframework.com%2F.default";
    assert_eq!(String::from_utf8(call.body).unwrap(), body);
    let read =
        |status, body: &str| Teams.read_access(&Reply { status, retry_after: None, body: body.as_bytes() });
    let access = Access { token: "AT".to_owned(), expires_in: 3599 };
    assert_eq!(read(200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"AT"}"#), Ok(access));
    let wrong = r#"{"error":"invalid_client","error_description":"AADSTS7000215: wrong secret"}"#;
    assert_eq!(read(401, wrong), Err("HTTP 401 invalid_client AADSTS7000215: wrong secret".to_owned()));
}

#[test]
fn the_connector_s_answers_are_read_by_their_status() {
    let sent = |status, after, body: &str| answered(&Teams, &settings(), status, after, body);
    assert_eq!(sent(201, None, r#"{"id":"1:x"}"#), Sent::Accepted(Some("1:x".to_owned())));
    let error = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"why"}}}}"#);
    assert_eq!(sent(401, None, &error("Unauthorized")), Sent::AccessExpired);
    for status in [412, 429, 500, 502, 503, 504] {
        let later = Sent::Later { problem: format!("HTTP {status} Code why"), after: Some(2) };
        assert_eq!(sent(status, Some(2), &error("Code")), later);
    }
    for (status, code) in [
        (403, "BotNotInConversationRoster"),
        (404, "ConversationNotFound"),
        (413, "MessageSizeTooBig"),
        (400, "BadSyntax"),
    ] {
        assert_eq!(sent(status, None, &error(code)), Sent::Refused(format!("HTTP {status} {code} why")));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let sign = |ask: Ask| signed(&String::from_utf8_lossy(&ask.body), &claims());
    assert_no_bytes_panic(&Teams, &settings(), &[ACTIVITY], sign);
    let with_keys = |ask: Ask| Ask {
        keys: Some(String::from_utf8_lossy(&ask.body).into()),
        ..signed(ACTIVITY, &claims())
    };
    assert_no_bytes_panic(&Teams, &settings(), &[&keys()], with_keys);
}
