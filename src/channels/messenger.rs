//! Facebook Messenger by Meta's Messenger Platform.
//!
//! Formats: <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messages>,
//! <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-deliveries>,
//! <https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_postbacks>,
//! <https://developers.facebook.com/docs/messenger-platform/reference/send-api>,
//! <https://developers.facebook.com/docs/messenger-platform/error-codes>.

use serde_json::json;

use super::common::{attributes, is_success, must_post, setting, taken, url};
use super::json::{At, lenient, parse};
use super::text::{Unit, fits, within};
use super::{
    Adapter, Attachment, Call, DeliveryState, Field, Inbound, InboundMessage, Outbound, Received, Rejected,
    Reply, Request, Sent, Settings, Status, Unsendable, form, meta,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most characters of a text message.
const MOST: usize = 2000;
/// Hours of the standard messaging window, and of that of the human agent's tag.
const WINDOW_HOURS: u32 = 24;
const HUMAN_AGENT_HOURS: u32 = 7 * 24;
/// Codes that pass: a temporary failure to send (1200), limits of the page (80006).
const PASSING: &[i64] = &[1200, 80006];

const FIELDS: &[Field] = &[
    Field::text("page_id", 64, "ID of the page, on the page under About."),
    Field::secret(
        "page_access_token",
        1000,
        "Token of the page, in the app's dashboard under Messenger API settings.",
    ),
    Field::secret("app_secret", 128, "App secret, in the app's basic settings. Signs what comes in."),
    Field::secret("verify_token", 200, "A word of your own; the same is entered with the callback URL."),
    Field::choice(
        "human_agent",
        &["no", "yes"],
        "`yes`: the app may use the human agent's tag, so that answers go out for 7 days in place of 24 hours.",
    ),
    Field::text("api_version", 16, "Version of the Graph API.").or("v23.0"),
    Field::url("base_url", "Where the Graph API is.").or("https://graph.facebook.com"),
];

/// See the module.
#[derive(Debug)]
pub struct Messenger;

impl Adapter for Messenger {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Facebook
    }

    fn provider(&self) -> &'static str {
        "facebook"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        if request.method == "GET" {
            return meta::handshake(settings, request);
        }
        meta::signed(settings, request)?;
        must_post(request)?;
        let body = parse(request.body)?;
        let root = At::root(&body)?;
        let mut events = Vec::new();
        if root.need_text("object")? != "page" {
            return Ok(taken(events));
        }
        for entry in root.need_objects("entry")? {
            // Of another page of the same app: not this channel's. `standby` is what another app of the page handles.
            if entry.need_text("id")? == setting(settings, "page_id") {
                for at in entry.objects("messaging")? {
                    read(&at, &mut events)?;
                }
            }
        }
        Ok(taken(events))
    }

    fn sendable(&self, settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        let tagged = setting(settings, "human_agent") == "yes";
        within(message, if tagged { HUMAN_AGENT_HOURS } else { WINDOW_HOURS })?;
        fits(message.text, MOST, Unit::Characters)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let mut body = json!({
            "recipient": {"id": message.to}, "messaging_type": "RESPONSE", "message": {"text": message.text},
        });
        if within(message, WINDOW_HOURS).is_err() {
            body["messaging_type"] = json!("MESSAGE_TAG");
            body["tag"] = json!("HUMAN_AGENT");
        }
        let (version, page) = (setting(settings, "api_version"), setting(settings, "page_id"));
        Ok(Call {
            method: "POST",
            url: url(
                settings,
                "base_url",
                &format!("/{}/{}/messages", form::escape(version), form::escape(page)),
            ),
            headers: vec![
                ("authorization", format!("Bearer {}", setting(settings, "page_access_token"))),
                ("content-type", "application/json".to_owned()),
            ],
            body: body.to_string().into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        if is_success(reply) {
            return Sent::Accepted(lenient(reply.body)["message_id"].as_str().map(str::to_owned));
        }
        meta::refused(reply, PASSING)
    }
}

/// One event: a message, a button pressed, or a delivery. A read receipt names a time and no message, so that it tells
/// nothing of one.
fn read(at: &At<'_>, events: &mut Vec<Inbound>) -> Result<(), Rejected> {
    if let Some(message) = at.object("message")? {
        let echo = message.value()["is_echo"].as_bool() == Some(true);
        let gone = message.value()["is_deleted"].as_bool() == Some(true);
        if !echo && !gone {
            let text = message.text("text")?.unwrap_or_default();
            let attachments = attachments(&message)?;
            if !text.is_empty() || !attachments.is_empty() {
                events.push(said(at, message.need_id("mid")?, text, attachments)?);
            }
        }
    } else if let Some(postback) = at.object("postback")? {
        let title = postback.text("title")?.unwrap_or_default();
        let id = postback.text("mid")?.filter(|id| !id.is_empty());
        if let Some(id) = id.filter(|_| !title.is_empty()) {
            events.push(said(at, id, title, Vec::new())?);
        }
    } else if let Some(delivery) = at.object("delivery")? {
        let ids = delivery.value()["mids"].as_array().into_iter().flatten();
        for id in ids {
            let id = id.as_str().ok_or_else(|| delivery.wrong_at("mids", "must be a list of texts"))?;
            let status = Status { id: id.to_owned(), state: DeliveryState::Delivered, problem: None };
            events.push(Inbound::Status(status));
        }
    }
    Ok(())
}

fn said(at: &At<'_>, id: &str, text: &str, attachments: Vec<Attachment>) -> Result<Inbound, Rejected> {
    let referral = at.object("referral")?.map(|referral| referral.text("ref")).transpose()?.flatten();
    Ok(Inbound::Message(InboundMessage {
        id: id.to_owned(),
        from: at.need_object("sender")?.need_id("id")?.to_owned(),
        reply_to: None,
        name: None,
        phone: None,
        text: text.to_owned(),
        attachments,
        at: at.integer("timestamp")?.map(Timestamp),
        attributes: attributes([("referral", referral)]),
    }))
}

/// Those with a URL; others (templates, fallbacks without one) say nothing that could be shown.
fn attachments(message: &At<'_>) -> Result<Vec<Attachment>, Rejected> {
    let mut found = Vec::new();
    for at in message.objects("attachments")? {
        let kind = at.need_text("type")?;
        let Some(payload) = at.object("payload")? else { continue };
        let Some(url) = payload.text("url")?.filter(|url| !url.is_empty()) else { continue };
        let media_type = match kind {
            "image" => Some("image/*"),
            "video" => Some("video/*"),
            "audio" => Some("audio/*"),
            _ => None,
        };
        let (url, media_type) = (url.to_owned(), media_type.map(str::to_owned));
        found.push(Attachment {
            url,
            media_type,
            name: payload.text("title")?.map(str::to_owned),
            size: None,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
