//! LINE by its Messaging API. Answers are pushed rather than sent with the reply token: that one lasts a minute, works
//! once, and takes no retry key, so that a message could be lost or doubled.
//!
//! Formats: <https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects>,
//! <https://developers.line.biz/en/reference/messaging-api/#signature-validation>,
//! <https://developers.line.biz/en/reference/messaging-api/#send-push-message>,
//! <https://developers.line.biz/en/docs/messaging-api/retrying-api-request/>.

use serde_json::{Value, json};
use uuid::{Builder, Uuid};

use super::common::{attributes, failed, header, is_success, must_post, setting, taken, url, words};
use super::json::{At, lenient, parse};
use super::text::{Unit, fits};
use super::{
    Adapter, Attachment, Call, Field, Inbound, InboundMessage, Outbound, Received, Rejected, Reply, Request,
    Sent, Settings, Unsendable, signature,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most UTF-16 units of a text message.
const MOST: usize = 5000;

const FIELDS: &[Field] = &[
    Field::secret(
        "channel_secret",
        128,
        "Channel secret, in LINE's console under Basic settings. Signs what comes in.",
    ),
    Field::secret(
        "channel_access_token",
        1000,
        "Long-lived channel access token, in the console under Messaging API.",
    ),
    Field::url("base_url", "Where the Messaging API is.").or("https://api.line.me"),
    Field::url("data_base_url", "Where what customers send is fetched from.").or("https://api-data.line.me"),
];

/// See the module.
#[derive(Debug)]
pub struct Line;

impl Adapter for Line {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Line
    }

    fn provider(&self) -> &'static str {
        "line"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        let given =
            header(request, "x-line-signature").ok_or(Rejected::Unsigned("X-Line-Signature is missing"))?;
        let given =
            signature::from_base64(given).ok_or(Rejected::Unsigned("X-Line-Signature is not base 64"))?;
        if !signature::holds_sha256(setting(settings, "channel_secret").as_bytes(), request.body, &given) {
            return Err(Rejected::Unsigned("X-Line-Signature does not hold"));
        }
        must_post(request)?;
        let body = parse(request.body)?;
        // LINE's console tries the URL with an empty list of events.
        let mut events = Vec::new();
        for at in At::root(&body)?.need_objects("events")? {
            events.extend(message(settings, &at)?.map(Inbound::Message));
        }
        Ok(taken(events))
    }

    fn sendable(&self, _settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        fits(message.text, MOST, Unit::Utf16)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let body = json!({"to": message.to, "messages": [{"type": "text", "text": message.text}]});
        Ok(Call {
            method: "POST",
            url: url(settings, "base_url", "/v2/bot/message/push"),
            headers: vec![
                ("authorization", format!("Bearer {}", setting(settings, "channel_access_token"))),
                ("content-type", "application/json".to_owned()),
                ("x-line-retry-key", retry_key(message.id)),
            ],
            body: body.to_string().into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        // 409: an earlier try with this retry key was accepted; its answer may say which message it became.
        if is_success(reply) || reply.status == 409 {
            return Sent::Accepted(body["sentMessages"][0]["id"].as_str().map(str::to_owned));
        }
        let problem = body["message"].as_str().unwrap_or_default();
        // 429 is also the answer where the month's messages are used up: that does not pass within hours.
        if reply.status == 429 && problem.contains("monthly limit") {
            return Sent::Refused(words("HTTP 429", problem));
        }
        failed(reply, problem)
    }
}

/// Our id as a UUID: the same at each try.
fn retry_key(id: &str) -> String {
    let key = Uuid::parse_str(id).unwrap_or_else(|_| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&signature::hmac_sha256(b"x-line-retry-key", id.as_bytes())[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    });
    key.hyphenated().to_string()
}

fn message(settings: &Settings, at: &At<'_>) -> Result<Option<InboundMessage>, Rejected> {
    // In standby another module of the account answers.
    if at.need_text("type")? != "message" || at.text("mode")? == Some("standby") {
        return Ok(None);
    }
    let Some(source) = at.object("source")? else { return Ok(None) };
    let kind = source.need_text("type")?;
    // In a group or a room the answer goes to all of them: that is who writes.
    let from = match kind {
        "user" => source.need_id("userId")?,
        "group" => source.need_id("groupId")?,
        "room" => source.need_id("roomId")?,
        _ => return Ok(None),
    };
    let message = at.need_object("message")?;
    let id = message.need_id("id")?;
    let Some((text, attachments)) = content(settings, &message, id)? else { return Ok(None) };
    let member = if kind == "user" { None } else { source.text("userId")? };
    Ok(Some(InboundMessage {
        id: id.to_owned(),
        from: from.to_owned(),
        reply_to: None,
        name: None,
        phone: None,
        text,
        attachments,
        at: at.integer("timestamp")?.map(Timestamp),
        attributes: attributes([("kind", message.text("type")?), ("source", Some(kind)), ("member", member)]),
    }))
}

type Content = (String, Vec<Attachment>);

fn content(settings: &Settings, message: &At<'_>, id: &str) -> Result<Option<Content>, Rejected> {
    let kind = message.need_text("type")?;
    Ok(match kind {
        "text" => {
            let text = message.need_text("text")?;
            (!text.is_empty()).then(|| (text.to_owned(), Vec::new()))
        }
        "image" | "video" | "audio" | "file" => {
            let provider = message.object("contentProvider")?;
            let external = provider.map(|at| at.text("originalContentUrl")).transpose()?.flatten();
            let own = || {
                url(
                    settings,
                    "data_base_url",
                    &format!("/v2/bot/message/{}/content", super::form::escape(id)),
                )
            };
            let size = message.integer("fileSize")?.and_then(|size| u64::try_from(size).ok());
            let attachment = Attachment {
                url: external.map_or_else(own, str::to_owned),
                media_type: (kind != "file").then(|| format!("{kind}/*")),
                name: message.text("fileName")?.map(str::to_owned),
                size,
            };
            Some((String::new(), vec![attachment]))
        }
        "sticker" => {
            let url =
                format!("line:sticker/{}/{}", message.need_id("packageId")?, message.need_id("stickerId")?);
            Some((String::new(), vec![Attachment { url, media_type: None, name: None, size: None }]))
        }
        "location" => {
            let number = |name: &str| match &message.value()[name] {
                Value::Number(number) => Ok(number.to_string()),
                _ => Err(message.wrong_at(name, "must be a number")),
            };
            let words = [message.text("title")?, message.text("address")?];
            let words: Vec<&str> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
            let place = format!("{},{}", number("latitude")?, number("longitude")?);
            Some((format!("{} {place}", words.join(", ")).trim().to_owned(), Vec::new()))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests;
