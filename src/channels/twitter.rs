//! Direct messages of X (Twitter) by the Account Activity API, sent by the v2 API under OAuth 1.0a.
//!
//! Formats: <https://docs.x.com/x-api/webhooks/quickstart>,
//! <https://docs.x.com/x-api/account-activity/quickstart>,
//! <https://developer.x.com/en/docs/direct-messages/sending-and-receiving/guides/message-create-object>,
//! <https://docs.x.com/x-api/direct-messages/manage/integrate>,
//! <https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature>,
//! <https://docs.x.com/x-api/fundamentals/response-codes-and-errors>.

use serde_json::json;

use super::common::{attributes, failed, header, is_success, must_post, name, query, setting, taken, url};
use super::form::escape;
use super::json::{At, lenient, parse};
use super::text::{Unit, fits};
use super::{
    Adapter, Answer, Attachment, Call, Field, Inbound, InboundMessage, Outbound, Received, Rejected, Reply,
    Request, Sent, Settings, Unsendable, malformed, signature,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most characters of a direct message.
const MOST: usize = 10_000;

const FIELDS: &[Field] = &[
    Field::text("user_id", 32, "Numeric id of the account that customers write to."),
    Field::secret("consumer_key", 200, "API key, in X's developer portal under Keys and tokens."),
    Field::secret(
        "consumer_secret",
        200,
        "API key secret, beside it. Signs what comes in and what goes out.",
    ),
    Field::secret("access_token", 200, "Access token of that account, with permission for direct messages."),
    Field::secret("access_token_secret", 200, "Access token secret, beside it."),
    Field::url("base_url", "Where X's API is.").or("https://api.x.com"),
];

/// See the module.
#[derive(Debug)]
pub struct Twitter;

impl Adapter for Twitter {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Twitter
    }

    fn provider(&self) -> &'static str {
        "twitter"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        if request.method == "GET" {
            return challenge(settings, request);
        }
        let missing = Rejected::Unsigned("X-Twitter-Webhooks-Signature is missing");
        let given = header(request, "x-twitter-webhooks-signature").ok_or(missing)?;
        let given = given.strip_prefix("sha256=").and_then(signature::from_base64);
        let given =
            given.ok_or(Rejected::Unsigned("X-Twitter-Webhooks-Signature is not sha256= and base 64"))?;
        if !signature::holds_sha256(setting(settings, "consumer_secret").as_bytes(), request.body, &given) {
            return Err(Rejected::Unsigned("X-Twitter-Webhooks-Signature does not hold"));
        }
        must_post(request)?;
        let body = parse(request.body)?;
        let root = At::root(&body)?;
        let ours = setting(settings, "user_id");
        let mut events = Vec::new();
        // One webhook serves every account of the app: another account's events are not this channel's.
        if root.text("for_user_id")? == Some(ours) {
            for at in root.objects("direct_message_events")? {
                events.extend(message(&root, &at, ours)?.map(Inbound::Message));
            }
        }
        Ok(taken(events))
    }

    fn sendable(&self, _settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        fits(message.text, MOST, Unit::Characters)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let path = format!("/2/dm_conversations/with/{}/messages", escape(message.to));
        let url = url(settings, "base_url", &path);
        Ok(Call {
            method: "POST",
            headers: vec![
                ("authorization", authorization(settings, &url, message)),
                ("content-type", "application/json".to_owned()),
            ],
            url,
            body: json!({"text": message.text}).to_string().into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        if is_success(reply) {
            return Sent::Accepted(body["data"]["dm_event_id"].as_str().map(str::to_owned));
        }
        let texts = [&body["detail"], &body["errors"][0]["message"], &body["title"]];
        failed(reply, texts.into_iter().find_map(|text| text.as_str()).unwrap_or_default())
    }
}

/// The challenge-response check. The same secret signs events, so that whoever could have any text signed here could
/// forge one: only what looks like a token is, and no event does.
fn challenge(settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
    let token = query(request, "crc_token").ok_or_else(|| malformed("crc_token", "is missing"))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+/=.".contains(&byte);
    if token.is_empty() || token.len() > 256 || !token.bytes().all(plain) {
        return Err(malformed("crc_token", "must be 1 to 256 letters, digits and -_+/=."));
    }
    let secret = setting(settings, "consumer_secret");
    if secret.is_empty() {
        return Err(Rejected::Refused("the channel has no consumer secret"));
    }
    let signed = signature::base64(&signature::hmac_sha256(secret.as_bytes(), token.as_bytes()));
    let body = json!({"response_token": format!("sha256={signed}")}).to_string();
    Ok(Received {
        events: Vec::new(),
        answer: Answer { status: 200, body: Some(("application/json", body)) },
    })
}

fn message(root: &At<'_>, at: &At<'_>, ours: &str) -> Result<Option<InboundMessage>, Rejected> {
    if at.need_text("type")? != "message_create" {
        return Ok(None);
    }
    let create = at.need_object("message_create")?;
    let from = create.need_id("sender_id")?;
    if from == ours {
        return Ok(None);
    }
    let data = create.need_object("message_data")?;
    let text = data.text("text")?.unwrap_or_default();
    let attachments: Vec<Attachment> = attachment(&data)?.into_iter().collect();
    if text.is_empty() && attachments.is_empty() {
        return Ok(None);
    }
    let users = root.object("users")?;
    let user = users.map(|users| users.object(from)).transpose()?.flatten();
    let user_text = |field: &str| user.as_ref().map(|user| user.text(field)).transpose().map(Option::flatten);
    let via = at.object("initiated_via")?;
    let via = via.map(|via| via.text("tweet_id")).transpose()?.flatten();
    Ok(Some(InboundMessage {
        id: at.need_id("id")?.to_owned(),
        from: from.to_owned(),
        reply_to: None,
        name: name(user_text("name")?),
        phone: None,
        text: text.to_owned(),
        attachments,
        at: at.integer("created_timestamp")?.map(Timestamp),
        attributes: attributes([("screen_name", user_text("screen_name")?), ("initiated_via_post", via)]),
    }))
}

fn attachment(data: &At<'_>) -> Result<Option<Attachment>, Rejected> {
    let Some(attachment) = data.object("attachment")? else { return Ok(None) };
    let Some(media) = attachment.object("media")? else { return Ok(None) };
    let Some(url) = media.text("media_url_https")?.filter(|url| !url.is_empty()) else { return Ok(None) };
    let media_type = match media.text("type")? {
        Some("photo") => Some("image/*"),
        Some("video" | "animated_gif") => Some("video/*"),
        _ => None,
    };
    let media_type = media_type.map(str::to_owned);
    Ok(Some(Attachment { url: url.to_owned(), media_type, name: None, size: None }))
}

/// The header of OAuth 1.0a: a JSON body is not part of what is signed. The nonce follows from message and time, so that
/// every try has its own.
fn authorization(settings: &Settings, url: &str, message: &Outbound<'_>) -> String {
    let secret = format!(
        "{}&{}",
        escape(setting(settings, "consumer_secret")),
        escape(setting(settings, "access_token_secret"))
    );
    let nonce = format!("{} {}", message.id, message.now.0);
    let nonce = signature::hex(&signature::hmac_sha256(secret.as_bytes(), nonce.as_bytes())[..16]);
    let seconds = message.now.0.div_euclid(1000).to_string();
    let fields = [
        ("oauth_consumer_key", setting(settings, "consumer_key")),
        ("oauth_nonce", &nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &seconds),
        ("oauth_token", setting(settings, "access_token")),
        ("oauth_version", "1.0"),
    ];
    let base = format!("POST&{}&{}", escape(url), escape(&super::form::encode(&fields)));
    let signed = signature::base64(&signature::hmac_sha1(secret.as_bytes(), base.as_bytes()));
    let signed = [("oauth_signature", signed.as_str())];
    let pairs = fields.iter().chain(&signed).map(|(name, value)| format!("{name}=\"{}\"", escape(value)));
    format!("OAuth {}", pairs.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests;
