//! `WhatsApp` by Meta's Cloud API.
//!
//! Formats: <https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages>,
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages>,
//! <https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>.

use serde_json::{Value, json};

use super::common::{attributes, is_success, must_post, name, setting, taken, url, words};
use super::json::{At, lenient, parse};
use super::text::{Unit, e164, fits, within};
use super::{
    Adapter, Attachment, Call, DeliveryState, Field, Inbound, InboundMessage, Outbound, Received, Rejected,
    Reply, Request, Sent, Settings, Status, Unsendable, form, meta,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most characters of a text message's body.
const MOST: usize = 4096;
/// Hours of the customer service window.
const WINDOW_HOURS: u32 = 24;
/// Codes that pass: limits of throughput (130429), of the account (80007), of quality (131048), of one customer (131056),
/// and faults of the service (131000, 131016, 133004).
const PASSING: &[i64] = &[80007, 130_429, 131_000, 131_016, 131_048, 131_056, 133_004];

const FIELDS: &[Field] = &[
    Field::text("phone_number_id", 64, "Phone number ID, in the app's dashboard under WhatsApp, API setup."),
    Field::secret("access_token", 1000, "Token of a system user with `whatsapp_business_messaging`."),
    Field::secret("app_secret", 128, "App secret, in the app's basic settings. Signs what comes in."),
    Field::secret("verify_token", 200, "A word of your own; the same is entered with the callback URL."),
    Field::text("api_version", 16, "Version of the Graph API.").or("v23.0"),
    Field::url("base_url", "Where the Graph API is.").or("https://graph.facebook.com"),
];

/// See the module.
#[derive(Debug)]
pub struct Whatsapp;

impl Adapter for Whatsapp {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Whatsapp
    }

    fn provider(&self) -> &'static str {
        "whatsapp"
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
        if root.need_text("object")? != "whatsapp_business_account" {
            return Ok(taken(events));
        }
        for entry in root.need_objects("entry")? {
            for change in entry.objects("changes")? {
                if change.text("field")? == Some("messages") {
                    read(settings, &change.need_object("value")?, &mut events)?;
                }
            }
        }
        Ok(taken(events))
    }

    fn sendable(&self, _settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        within(message, WINDOW_HOURS)?;
        fits(message.text, MOST, Unit::Characters)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        // Customers without a visible number have a business-scoped id, which goes into a field of its own.
        let to = if e164(message.to).is_some() { "to" } else { "recipient" };
        let body = json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", to: message.to,
            "type": "text", "text": {"preview_url": false, "body": message.text},
        });
        let (version, number) = (setting(settings, "api_version"), setting(settings, "phone_number_id"));
        Ok(Call {
            method: "POST",
            url: url(
                settings,
                "base_url",
                &format!("/{}/{}/messages", form::escape(version), form::escape(number)),
            ),
            headers: vec![
                ("authorization", format!("Bearer {}", setting(settings, "access_token"))),
                ("content-type", "application/json".to_owned()),
            ],
            body: body.to_string().into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        if is_success(reply) {
            return Sent::Accepted(lenient(reply.body)["messages"][0]["id"].as_str().map(str::to_owned));
        }
        meta::refused(reply, PASSING)
    }
}

/// The messages and statuses of one change; those of another number of the same app are not this channel's.
fn read(settings: &Settings, value: &At<'_>, events: &mut Vec<Inbound>) -> Result<(), Rejected> {
    let number = value.need_object("metadata")?.need_text("phone_number_id")?;
    if number != setting(settings, "phone_number_id") {
        return Ok(());
    }
    let contacts = value.objects("contacts")?;
    for at in value.objects("messages")? {
        events.extend(message(&at, &contacts)?.map(Inbound::Message));
    }
    for at in value.objects("statuses")? {
        events.extend(status(&at)?.map(Inbound::Status));
    }
    Ok(())
}

fn message(at: &At<'_>, contacts: &[At<'_>]) -> Result<Option<InboundMessage>, Rejected> {
    let id = at.need_id("id")?;
    // In a group the answer would go to one of its members alone.
    if at.text("group_id")?.is_some() {
        return Ok(None);
    }
    let user = at.text("from_user_id")?.filter(|user| !user.is_empty());
    let from = match at.text("from")?.filter(|from| !from.is_empty()).or(user) {
        Some(from) => from,
        None => at.need_id("from")?,
    };
    let kind = at.need_text("type")?;
    let Some((text, attachments)) = content(at, kind)? else { return Ok(None) };
    let contact = contacts.iter().find(|contact| {
        ["wa_id", "user_id"].iter().any(|key| contact.value()[key].as_str().is_some_and(|id| id == from))
    });
    let profile = contact.map(|contact| contact.object("profile")).transpose()?.flatten();
    let profile = profile.map(|profile| profile.text("name")).transpose()?.flatten();
    let referral = at.object("referral")?;
    let referral = referral.map(|referral| referral.text("source_id")).transpose()?.flatten();
    Ok(Some(InboundMessage {
        id: id.to_owned(),
        from: from.to_owned(),
        reply_to: None,
        name: name(profile),
        phone: e164(from),
        text,
        attachments,
        at: at.integer("timestamp")?.map(|seconds| Timestamp(seconds.saturating_mul(1000))),
        attributes: attributes([("kind", Some(kind)), ("referral_source_id", referral)]),
    }))
}

type Content = (String, Vec<Attachment>);

/// Text and attachments of a message; `None` for those that say nothing: reactions, what `WhatsApp` itself does not know.
fn content(at: &At<'_>, kind: &str) -> Result<Option<Content>, Rejected> {
    let text = |text: &str| (!text.is_empty()).then(|| (text.to_owned(), Vec::new()));
    Ok(match kind {
        "text" => text(at.need_object("text")?.need_text("body")?),
        "button" => text(at.need_object("button")?.need_text("text")?),
        "interactive" => {
            let interactive = at.need_object("interactive")?;
            let reply = interactive.object("button_reply")?.or(interactive.object("list_reply")?);
            let Some(reply) = reply else { return Ok(None) };
            text(reply.need_text("title")?)
        }
        "image" | "video" | "audio" | "document" | "sticker" => {
            let media = at.need_object(kind)?;
            // The media's id: its URL is asked for with the token and lasts five minutes.
            let attachment = Attachment {
                url: format!("whatsapp:media/{}", media.need_id("id")?),
                media_type: media.text("mime_type")?.map(str::to_owned),
                name: media.text("filename")?.map(str::to_owned),
                size: None,
            };
            Some((media.text("caption")?.unwrap_or_default().to_owned(), vec![attachment]))
        }
        "location" => {
            let place = at.need_object("location")?;
            let number = |name: &str| match &place.value()[name] {
                Value::Number(number) => Ok(number.to_string()),
                _ => Err(place.wrong_at(name, "must be a number")),
            };
            let words = [place.text("name")?, place.text("address")?];
            let words: Vec<&str> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
            let place = format!("{},{}", number("latitude")?, number("longitude")?);
            Some((format!("{} {place}", words.join(", ")).trim().to_owned(), Vec::new()))
        }
        _ => None,
    })
}

fn status(at: &At<'_>) -> Result<Option<Status>, Rejected> {
    let state = match at.need_text("status")? {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" | "played" => DeliveryState::Read,
        "failed" => DeliveryState::Failed,
        _ => return Ok(None),
    };
    let errors = at.objects("errors")?;
    let problem = errors.first().map(|error| {
        let value = error.value();
        let details = value["error_data"]["details"].as_str().or(value["title"].as_str());
        words(&value["code"].to_string(), details.unwrap_or_default())
    });
    Ok(Some(Status { id: at.need_id("id")?.to_owned(), state, problem }))
}

#[cfg(test)]
mod tests;
