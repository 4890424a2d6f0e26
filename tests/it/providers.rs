//! Each provider's channel against a stub that answers like the real API: a signed message comes in, the agent's answer
//! goes out by the provider's own call, an error that stays is a dead letter with the provider's words and one that
//! passes is tried again. Payloads and answers follow the pages that the adapters cite.

use aws_lc_rs::{digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::provider_stage::{INBOUND, Stage};

const SECRET: &str = "a secret of the provider";
const SERVICE: &str = "https://smba.trafficmanager.net/emea/";

fn mac(algorithm: hmac::Algorithm, key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, key), message).as_ref().to_vec()
}

fn sha256(message: &str) -> String {
    STANDARD.encode(mac(hmac::HMAC_SHA256, SECRET.as_bytes(), message.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn now() -> i64 {
    callboard::ports::clock::Clock::system().now().0 / 1000
}

#[tokio::test]
async fn twilio_s_sms_is_answered_by_its_messages_resource_and_its_errors_are_read() {
    let settings = |base: &str| json!({"provider": "twilio", "account_sid": "AC1", "auth_token": SECRET, "from": "+15550001", "base_url": base});
    let mut stage = Stage::new(
        "sms",
        settings,
        &[
            (201, r#"{"sid":"SM2","status":"queued","error_code":null}"#),
            (400, r#"{"code":21211,"message":"Invalid 'To' Phone Number","more_info":"https://www.twilio.com/docs/errors/21211","status":400}"#),
            (429, r#"{"code":20429,"message":"Too Many Requests","status":429}"#),
        ],
    )
    .await;
    let signed = format!("https://desk.example{INBOUND}Bodyhello ñFrom+34600123456MessageSidSM1To+15550001");
    let signature =
        STANDARD.encode(mac(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes(), signed.as_bytes()));
    let body = "MessageSid=SM1&From=%2B34600123456&To=%2B15550001&Body=hello+%C3%B1";
    stage.comes_in(stage.post("", body).header("x-twilio-signature", signature)).await;
    let call = stage.tells("21211", "20429").await;
    assert_eq!(call.path, "/2010-04-01/Accounts/AC1/Messages.json");
    assert_eq!(call.header("authorization"), format!("Basic {}", STANDARD.encode(format!("AC1:{SECRET}"))));
    assert_eq!(call.text, "To=%2B34600123456&From=%2B15550001&Body=here%20I%20am%20%C3%B1");
}

#[tokio::test]
async fn telesign_s_sms_is_answered_by_its_messaging_resource_and_its_errors_are_read() {
    let key = STANDARD.encode(SECRET);
    let settings = |base: &str| json!({"provider": "telesign", "customer_id": "CU1", "api_key": key, "sender_id": "15557122661", "base_url": base});
    let mut stage = Stage::new(
        "sms",
        settings,
        &[
            (200, r#"{"reference_id":"R2","status":{"code":290,"description":"Message in progress"}}"#),
            (400, r#"{"status":{"code":500,"description":"Transaction not attempted"},"errors":[{"code":-10001,"description":"Invalid parameter passed"}]}"#),
            (429, r#"{"errors":[{"code":-40007,"description":"Rate Limit Exceeded"}]}"#),
        ],
    )
    .await;
    let body = r#"{"reference_id":"R1","sub_resource":"mo_sms","submit_timestamp":"2026-11-21T11:59:58Z","user_response":
        {"phone_number":"34600123456","iso_country_code":"ES","sender_id":"15557122661","mo_message":"hello ñ"}}"#;
    let authorization = format!("TSA CU1:{}", sha256(body));
    stage.comes_in(stage.post("", body).header("authorization", authorization)).await;
    let call = stage.tells("-10001", "-40007").await;
    assert_eq!(call.path, "/v1/messaging");
    assert!(call.text.starts_with(
        "phone_number=34600123456&message=here%20I%20am%20%C3%B1&message_type=ARN&external_id="
    ));
    assert_eq!(call.header("authorization"), format!("Basic {}", STANDARD.encode(format!("CU1:{key}"))));
}

#[tokio::test]
async fn whatsapp_s_message_is_answered_by_the_graph_api_and_its_errors_are_read() {
    let settings = |base: &str| json!({"phone_number_id": "P1", "access_token": "EAA", "app_secret": SECRET, "verify_token": "word", "base_url": base});
    let mut stage = Stage::new(
        "whatsapp",
        settings,
        &[
            (200, r#"{"messaging_product":"whatsapp","contacts":[{"input":"34600123456","wa_id":"34600123456"}],"messages":[{"id":"wamid.R"}]}"#),
            (400, r#"{"error":{"message":"(#131026) Message undeliverable","type":"OAuthException","code":131026,"error_data":{"messaging_product":"whatsapp","details":"Message Undeliverable."},"fbtrace_id":"A"}}"#),
            (429, r#"{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"fbtrace_id":"A"}}"#),
        ],
    )
    .await;
    let body = r#"{"object":"whatsapp_business_account","entry":[{"id":"W1","changes":[{"field":"messages","value":{
        "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"P1"},
        "contacts":[{"profile":{"name":"Ada"},"wa_id":"34600123456"}],
        "messages":[{"from":"34600123456","id":"wamid.A","timestamp":"1795262398","type":"text","text":{"body":"hello ñ"}}]}}]}]}"#;
    let signature = format!("sha256={}", hex(&mac(hmac::HMAC_SHA256, SECRET.as_bytes(), body.as_bytes())));
    stage.comes_in(stage.post("", body).header("x-hub-signature-256", signature)).await;
    let call = stage.tells("131026", "130429").await;
    assert_eq!((call.path.as_str(), call.header("authorization")), ("/v23.0/P1/messages", "Bearer EAA"));
    let text = json!({"preview_url": false, "body": "here I am ñ"});
    let body = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "34600123456", "type": "text", "text": text});
    assert_eq!(call.body, body);
}

#[tokio::test]
async fn messenger_s_message_is_answered_by_the_send_api_and_its_errors_are_read() {
    let settings = |base: &str| json!({"page_id": "PAGE", "page_access_token": "EAA", "app_secret": SECRET, "verify_token": "word", "base_url": base});
    let mut stage = Stage::new(
        "facebook",
        settings,
        &[
            (200, r#"{"recipient_id":"U1","message_id":"m_R"}"#),
            (400, r#"{"error":{"message":"No matching user found","type":"OAuthException","code":100,"error_subcode":2018001,"fbtrace_id":"D"}}"#),
            (400, r#"{"error":{"message":"Calls to this api have exceeded the rate limit","type":"OAuthException","code":613,"fbtrace_id":"D"}}"#),
        ],
    )
    .await;
    let body = r#"{"object":"page","entry":[{"id":"PAGE","time":1795262399000,"messaging":[
        {"sender":{"id":"U1"},"recipient":{"id":"PAGE"},"timestamp":1795262398000,"message":{"mid":"m_1","text":"hello ñ"}}]}]}"#;
    let signature = format!("sha256={}", hex(&mac(hmac::HMAC_SHA256, SECRET.as_bytes(), body.as_bytes())));
    stage.comes_in(stage.post("", body).header("x-hub-signature-256", signature)).await;
    let call = stage.tells("100/2018001", "613").await;
    assert_eq!((call.path.as_str(), call.header("authorization")), ("/v23.0/PAGE/messages", "Bearer EAA"));
    let body =
        json!({"recipient": {"id": "U1"}, "messaging_type": "RESPONSE", "message": {"text": "here I am ñ"}});
    assert_eq!(call.body, body);
}

#[tokio::test]
async fn line_s_message_is_answered_by_a_push_and_its_errors_are_read() {
    let settings =
        |base: &str| json!({"channel_secret": SECRET, "channel_access_token": "TOKEN", "base_url": base});
    let mut stage = Stage::new(
        "line",
        settings,
        &[
            (200, r#"{"sentMessages":[{"id":"461230966842064897","quoteToken":"q"}]}"#),
            (429, r#"{"message":"You have reached your monthly limit."}"#),
            (429, r#"{"message":"The API rate limit has been exceeded. Try again later."}"#),
        ],
    )
    .await;
    let body = r#"{"destination":"Ubot","events":[{"type":"message","mode":"active","timestamp":1795262398000,
        "source":{"type":"user","userId":"U1"},"webhookEventId":"01A","deliveryContext":{"isRedelivery":false},
        "message":{"id":"501","type":"text","text":"hello ñ"}}]}"#;
    stage.comes_in(stage.post("", body).header("x-line-signature", sha256(body))).await;
    let call = stage.tells("monthly limit", "rate limit").await;
    assert_eq!((call.path.as_str(), call.header("authorization")), ("/v2/bot/message/push", "Bearer TOKEN"));
    assert_eq!(call.header("x-line-retry-key").len(), 36);
    assert_eq!(call.body, json!({"to": "U1", "messages": [{"type": "text", "text": "here I am ñ"}]}));
}

fn wechat(base: &str) -> Value {
    json!({"app_id": "wx1", "app_secret": "S", "token": SECRET, "base_url": base})
}

/// A plain message of `WeChat`, signed over token, time and nonce.
fn from_wechat(stage: &Stage) -> RequestBuilder {
    let body = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o_ada]]></FromUserName><CreateTime>1795262398\
        </CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello ñ]]></Content><MsgId>1234</MsgId></xml>";
    let time = now().to_string();
    let mut parts = [SECRET, &time, "n1"];
    parts.sort_unstable();
    let signature = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, parts.concat().as_bytes());
    stage.post(&format!("?signature={}&timestamp={time}&nonce=n1", hex(signature.as_ref())), body)
}

#[tokio::test]
async fn wechat_s_message_is_answered_by_customer_service_with_a_token_and_its_errors_are_read() {
    let says = [
        (200, r#"{"errcode":0,"errmsg":"ok"}"#),
        (200, r#"{"errcode":45047,"errmsg":"out of response count limit"}"#),
        (200, r#"{"errcode":-1,"errmsg":"system error"}"#),
    ];
    let mut stage = Stage::new("wechat", wechat, &says).await;
    stage.comes_in(from_wechat(&stage)).await;
    let call = stage.tells("45047 out of response", "-1 system error").await;
    assert_eq!(call.path, "/cgi-bin/message/custom/send?access_token=AT");
    assert_eq!(call.body, json!({"touser": "o_ada", "msgtype": "text", "text": {"content": "here I am ñ"}}));
}

#[tokio::test]
async fn an_answer_goes_out_also_with_a_token_that_ends_within_a_minute() {
    let token = r#"{"access_token":"AT","expires_in":20}"#;
    let mut stage = Stage::with_token(token, "wechat", wechat, &[(200, r#"{"errcode":0}"#)]).await;
    stage.comes_in(from_wechat(&stage)).await;
    let (mut ana, id, _) = stage.agent().await;
    ana.done(json!({"type": "message.send", "conversation_id": id, "text": "quick"})).await;
    assert_eq!(stage.answered().await.body["text"]["content"], "quick");
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_fetched_anew_and_the_answer_tried_again() {
    let says = [(200, r#"{"errcode":42001,"errmsg":"access_token expired"}"#), (200, r#"{"errcode":0}"#)];
    let mut stage = Stage::new("wechat", wechat, &says).await;
    stage.comes_in(from_wechat(&stage)).await;
    let (mut ana, id, _) = stage.agent().await;
    ana.done(json!({"type": "message.send", "conversation_id": id, "text": "again"})).await;
    let mut paths = Vec::new();
    for _ in 0..4 {
        paths.push(stage.provider.next().await.path.split('?').next().unwrap().to_owned());
    }
    let (token, send) = ("/cgi-bin/stable_token", "/cgi-bin/message/custom/send");
    assert_eq!(paths, [token, send, token, send]);
}

fn teams(base: &str) -> Value {
    json!({"app_id": "APP", "app_password": "P", "keys_url": format!("{base}/keys"), "login_url": base, "base_url": base})
}

/// An activity under a token of the connector.
fn from_teams(
    stage: &Stage,
    conversation: &str,
    kind: &str,
    from: &str,
    id: &str,
    text: &str,
) -> RequestBuilder {
    let claims = json!({"iss": "https://api.botframework.com", "aud": "APP", "serviceurl": SERVICE,
        "nbf": now() - 60, "exp": now() + 3600});
    let key = EncodingKey::from_rsa_pem(include_bytes!("keys/visitor.private.pem")).unwrap();
    let header = Header { kid: Some("v1".to_owned()), ..Header::new(Algorithm::RS256) };
    let activity = json!({"type": "message", "id": id, "timestamp": "2026-11-21T11:59:58.511Z", "serviceUrl": SERVICE,
        "channelId": "msteams", "from": {"id": from, "name": from}, "recipient": {"id": "28:bot", "name": "Desk"},
        "conversation": {"conversationType": kind, "tenantId": "T1", "id": conversation}, "text": text});
    let bearer = format!("Bearer {}", encode(&header, &claims, &key).unwrap());
    stage.post("", &activity.to_string()).header("authorization", bearer)
}

#[tokio::test]
async fn teams_message_is_answered_by_the_connector_with_a_token_and_its_errors_are_read() {
    let says = [
        (201, r#"{"id":"1485983408512"}"#),
        (404, r#"{"error":{"code":"ConversationNotFound","message":"Conversation not found."}}"#),
        (
            412,
            r#"{"error":{"code":"PreconditionFailed","message":"Precondition failed, please try again."}}"#,
        ),
    ];
    let mut stage = Stage::new("teams", teams, &says).await;
    let unsigned = stage.post("", "{}").header("authorization", "Bearer a.b.c");
    assert_eq!(stage.server.send(unsigned).await.problem(), (401, "unauthorized"));
    stage.comes_in(from_teams(&stage, "a:1", "personal", "29:ada", "1", "hello ñ")).await;
    let call = stage.tells("ConversationNotFound", "PreconditionFailed").await;
    assert_eq!(
        (call.path.as_str(), call.header("authorization")),
        ("/v3/conversations/a%3A1/activities", "Bearer AT")
    );
    assert_eq!(call.body, json!({"type": "message", "text": "here I am ñ", "textFormat": "plain"}));
}

#[tokio::test]
async fn what_somebody_writes_to_the_bot_alone_is_not_answered_before_the_team() {
    let mut stage = Stage::new("teams", teams, &[(201, "{}")]).await;
    stage
        .comes_in(from_teams(&stage, "19:team;messageid=1", "channel", "29:ada", "1", "all hear this"))
        .await;
    let (mut ana, public, texts) = stage.agent().await;
    stage.comes_in(from_teams(&stage, "a:1", "personal", "29:ada", "2", "my salary")).await;
    let offer = ana.frame("offer.created").await["offer"].clone();
    assert_ne!(offer["conversation_id"], json!(public), "{texts:?}");
    ana.done(json!({"type": "offer.accept", "offer_id": offer["id"]})).await;
    ana.done(json!({"type": "message.send", "conversation_id": offer["conversation_id"], "text": "is low"}))
        .await;
    assert_eq!(stage.answered().await.path, "/v3/conversations/a%3A1/activities");
}

#[tokio::test]
async fn two_chats_of_teams_may_use_the_same_activity_id() {
    let stage = Stage::new("teams", teams, &[]).await;
    for (conversation, from) in [("a:1", "29:ada"), ("a:2", "29:bob"), ("a:1", "29:ada")] {
        stage.comes_in(from_teams(&stage, conversation, "personal", from, "1485983408511", "hi")).await;
    }
    let all = stage.server.get("/v1/conversations?limit=100").await;
    assert_eq!(all.body["items"].as_array().unwrap().len(), 2, "{}", all.text);
}

fn twitter(base: &str) -> Value {
    json!({"user_id": "99", "consumer_key": "CK", "consumer_secret": SECRET, "access_token": "99-AT",
        "access_token_secret": "ATS", "base_url": base})
}

#[tokio::test]
async fn a_direct_message_of_twitter_is_answered_under_oauth_and_its_errors_are_read() {
    let says = [
        (201, r#"{"data":{"dm_conversation_id":"42-99","dm_event_id":"1050118621198921728"}}"#),
        (
            403,
            r#"{"title":"Forbidden","detail":"You cannot send messages to this user.","status":403,"type":"about:blank"}"#,
        ),
        (
            429,
            r#"{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}"#,
        ),
    ];
    let mut stage = Stage::new("twitter", twitter, &says).await;
    let body = r#"{"for_user_id":"99","direct_message_events":[{"type":"message_create","id":"1001","created_timestamp":"1795262398000",
        "message_create":{"target":{"recipient_id":"99"},"sender_id":"42","message_data":{"text":"hello ñ"}}}],
        "users":{"42":{"id":"42","name":"Ada","screen_name":"ada"}}}"#;
    let signature = format!("sha256={}", sha256(body));
    stage.comes_in(stage.post("", body).header("x-twitter-webhooks-signature", signature)).await;
    let call = stage.tells("cannot send messages", "Too Many Requests").await;
    assert_eq!(
        (call.path.as_str(), &call.body),
        ("/2/dm_conversations/with/42/messages", &json!({"text": "here I am ñ"}))
    );
    let authorization = call.header("authorization");
    assert!(authorization.starts_with("OAuth oauth_consumer_key=\"CK\"") && !authorization.contains(SECRET));
}

fn custom(base: &str) -> Value {
    json!({"url": format!("{base}/answers"), "secret": format!("whsec_{}", STANDARD.encode(SECRET))})
}

fn from_custom(stage: &Stage, body: &Value) -> RequestBuilder {
    let (body, time) = (body.to_string(), now());
    let request =
        stage.post("", &body).header("webhook-id", "d-1").header("webhook-timestamp", time.to_string());
    request.header("webhook-signature", format!("v1,{}", sha256(&format!("d-1.{time}.{body}"))))
}

#[tokio::test]
async fn a_system_of_one_s_own_is_answered_signed_and_its_errors_are_read() {
    let says = [
        (200, r#"{"id":"x-1"}"#),
        (400, r#"{"problem":"no such user"}"#),
        (503, r#"{"problem":"closed for lunch"}"#),
    ];
    let mut stage = Stage::new("custom", custom, &says).await;
    let message = json!({"type": "message", "id": "m-1", "from": {"id": "u-7"}, "text": "hello ñ", "reply_to": "thread 9"});
    stage.comes_in(from_custom(&stage, &message)).await;
    let call = stage.tells("no such user", "closed for lunch").await;
    let (id, time) = (call.header("webhook-id"), call.header("webhook-timestamp"));
    assert_eq!(call.path, "/answers");
    assert_eq!(
        call.header("webhook-signature"),
        format!("v1,{}", sha256(&format!("{id}.{time}.{}", call.text)))
    );
    let body =
        json!({"type": "message", "id": id, "to": "u-7", "reply_to": "thread 9", "text": "here I am ñ"});
    assert_eq!(call.body, body);
}

#[tokio::test]
async fn nothing_of_a_long_message_with_many_files_and_a_long_id_is_lost() {
    let stage = Stage::new("custom", custom, &[]).await;
    let files: Vec<Value> = (0..20).map(|n| json!({"url": format!("https://f.example/{n}")})).collect();
    for last in ["a", "b"] {
        let id = format!("{}{last}", "i".repeat(511));
        let message = json!({"type": "message", "id": id, "from": {"id": "u"}, "text": "ñ".repeat(10_001), "attachments": files});
        stage.comes_in(from_custom(&stage, &message)).await;
    }
    let all = stage.server.get("/v1/conversations?limit=100").await;
    let id = all.body["items"][0]["id"].as_str().unwrap();
    let messages = stage.server.get(&format!("/v1/conversations/{id}/messages")).await;
    let items = messages.body["items"].as_array().unwrap();
    let characters: usize = items.iter().map(|one| one["text"].as_str().unwrap().chars().count()).sum();
    let files: usize = items.iter().map(|one| one["attachments"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!((items.len(), characters, files), (4, 20_002, 40));
}

#[tokio::test]
async fn an_answer_does_not_follow_a_channel_into_another_type() {
    let stage = Stage::new("custom", custom, &[(503, ""), (200, "")]).await;
    stage
        .comes_in(from_custom(
            &stage,
            &json!({"type": "message", "id": "m-1", "from": {"id": "34600123456"}, "text": "x"}),
        ))
        .await;
    let (mut ana, id, _) = stage.agent().await;
    ana.done(json!({"type": "message.send", "conversation_id": id, "text": "for u-7 alone"})).await;
    stage.delivery("pending").await;
    stage.server.put("/v1/work-streams/w2", json!({"name": "W2", "channel_type": "sms"})).await;
    let settings = json!({"provider": "twilio", "account_sid": "AC1", "auth_token": SECRET, "from": "+15550001", "base_url": stage.base});
    let channel = json!({"name": "C", "type": "sms", "work_stream_id": "w2", "settings": settings});
    let changed = stage.server.put("/v1/channels/c1", channel).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let letter = stage.delivery("dead").await;
    assert!(letter["problem"].as_str().unwrap().contains("another type"), "{letter}");
    let (status, _, problem) =
        ana.refused(json!({"type": "message.send", "conversation_id": id, "text": "more"})).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("/text")));
}

#[tokio::test]
async fn a_secret_is_not_brought_to_another_host_by_its_mask() {
    let stage = Stage::new("wechat", wechat, &[]).await;
    let mut settings = stage.server.get("/v1/channels/c1").await.body["settings"].clone();
    assert_eq!(stage.put("wechat", settings.clone()).await.status, 200);
    settings["base_url"] = json!(format!("{}/proxy", stage.base));
    assert_eq!(stage.put("wechat", settings.clone()).await.status, 200, "the same host");
    settings["base_url"] = json!("http://127.0.0.1:9");
    assert_eq!(stage.put("wechat", settings).await.fields(), ["/settings/app_secret", "/settings/token"]);
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_not_asked_for_at_each_request() {
    let mut stage = Stage::new("teams", |base| json!({"app_id": "APP", "app_password": "P", "keys_url": format!("{base}/no"), "base_url": base}), &[]).await;
    let asks = (0..5).map(|_| stage.server.send(from_teams(&stage, "a:1", "personal", "29:ada", "1", "x")));
    for answer in futures_util::future::join_all(asks).await {
        assert_eq!((answer.status, answer.header("retry-after")), (503, "10"), "{}", answer.text);
    }
    assert_eq!(stage.provider.came().len(), 1);
}

#[tokio::test]
async fn what_a_provider_gathers_into_three_megabytes_is_taken_and_no_more() {
    let stage = Stage::new(
        "line",
        |base| json!({"channel_secret": SECRET, "channel_access_token": "T", "base_url": base}),
        &[],
    )
    .await;
    let body = |n: usize| format!(r#"{{"events":[]{}}}"#, " ".repeat(n));
    let request = |body: String| stage.post("", &body).header("x-line-signature", sha256(&body));
    stage.comes_in(request(body(3_000_000))).await;
    let answer = stage.server.send(request(body(3_200_000))).await;
    assert_eq!(answer.status, 413, "{}", answer.text);
}
