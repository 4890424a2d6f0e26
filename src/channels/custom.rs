//! A webhook of our own, both ways, for what has no adapter: JSON, signed by Standard Webhooks. `docs/channels/custom.md`
//! is its documentation.
//!
//! Signature: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::common::{
    MAX_ATTRIBUTES, MAX_WORDS, failed, header, is_success, must_post, setting, taken, words,
};
use super::json::{At, lenient, parse};
use super::text::{Unit, cut, e164, fits, within};
use super::{
    Adapter, Attachment, Call, DeliveryState, Field, FieldKind, Inbound, InboundMessage, Outbound, Received,
    Rejected, Reply, Request, Sent, Settings, Status, Unsendable, signature,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most events of one request.
const MAX_EVENTS: usize = 100;
/// Most attachments of one message.
const MAX_ATTACHMENTS: usize = 20;
/// Most characters of a name and of an attribute's name.
const MAX_NAME: usize = 100;

const FIELDS: &[Field] = &[
    Field::url("url", "Where answers are posted."),
    Field::secret("secret", 200, "Secret of Standard Webhooks (`whsec_` and base 64), the same both ways."),
    Field {
        kind: FieldKind::Integer(1, 4000),
        ..Field::text("max_length", 0, "Most characters of an answer.").or("4000")
    },
    Field {
        kind: FieldKind::Integer(0, 8760),
        ..Field::text(
            "reply_window_hours",
            0,
            "Hours after a customer's message in which answers go out; 0: always.",
        )
        .or("0")
    },
];

/// See the module.
#[derive(Debug)]
pub struct Custom;

impl Adapter for Custom {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Custom
    }

    fn provider(&self) -> &'static str {
        "custom"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        let id = header(request, "webhook-id").ok_or(Rejected::Unsigned("webhook-id is missing"))?;
        let at =
            header(request, "webhook-timestamp").ok_or(Rejected::Unsigned("webhook-timestamp is missing"))?;
        let signed =
            header(request, "webhook-signature").ok_or(Rejected::Unsigned("webhook-signature is missing"))?;
        let key = signature::standard_key(setting(settings, "secret"));
        let key = key.ok_or(Rejected::Unsigned("the channel's secret is not one of Standard Webhooks"))?;
        signature::standard_verify(&key, (id, at, signed), request.body, request.now)
            .map_err(Rejected::Unsigned)?;
        must_post(request)?;
        let body = parse(request.body)?;
        let root = At::root(&body)?;
        if root.value().get("events").is_none() {
            return Ok(taken(event(&root)?.into_iter().collect()));
        }
        root.only(&["events"])?;
        let events = root.need_objects("events")?;
        if events.len() > MAX_EVENTS {
            return Err(root.wrong_at("events", "must be at most 100"));
        }
        let events: Result<Vec<Option<Inbound>>, Rejected> = events.iter().map(event).collect();
        Ok(taken(events?.into_iter().flatten().collect()))
    }

    fn sendable(&self, settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        let hours = setting(settings, "reply_window_hours").parse().unwrap_or(0);
        if hours > 0 {
            within(message, hours)?;
        }
        fits(message.text, setting(settings, "max_length").parse().unwrap_or(4000), Unit::Characters)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let key = signature::standard_key(setting(settings, "secret"));
        let no_key = || Unsendable::Other("the channel's secret is not one of Standard Webhooks".to_owned());
        let key = key.ok_or_else(no_key)?;
        let mut body = json!({"type": "message", "id": message.id, "to": message.to, "text": message.text});
        if let Some(reply_to) = message.reply_to {
            body["reply_to"] = json!(reply_to);
        }
        let body = body.to_string().into_bytes();
        let seconds = message.now.0.div_euclid(1000);
        Ok(Call {
            method: "POST",
            url: setting(settings, "url").to_owned(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("webhook-id", message.id.to_owned()),
                ("webhook-timestamp", seconds.to_string()),
                ("webhook-signature", signature::standard_sign(&key, message.id, seconds, &body)),
            ],
            body,
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        if is_success(reply) {
            return Sent::Accepted(body["id"].as_str().map(str::to_owned));
        }
        failed(reply, body["problem"].as_str().unwrap_or_default())
    }
}

fn event(at: &At<'_>) -> Result<Option<Inbound>, Rejected> {
    match at.need_text("type")? {
        "message" => message(at).map(|message| Some(Inbound::Message(message))),
        "status" => status(at).map(|status| Some(Inbound::Status(status))),
        _ => Ok(None),
    }
}

fn message(at: &At<'_>) -> Result<InboundMessage, Rejected> {
    at.only(&["type", "id", "from", "reply_to", "text", "attachments", "at", "attributes"])?;
    let from = at.need_object("from")?;
    from.only(&["id", "name", "phone"])?;
    let name = from.text("name")?;
    if name.is_some_and(|name| name.chars().count() > MAX_NAME) {
        return Err(from.wrong_at("name", "must be at most 100 characters long"));
    }
    let phone = from.text("phone")?.filter(|phone| phone.starts_with('+') && e164(phone).is_some());
    if from.text("phone")?.is_some() && phone.is_none() {
        return Err(from.wrong_at("phone", "must be a number in E.164"));
    }
    let text = at.text("text")?.unwrap_or_default();
    let attachments = attachments(at)?;
    if text.is_empty() && attachments.is_empty() {
        return Err(at.wrong_at("text", "must not be empty without attachments"));
    }
    let reply_to = at.text("reply_to")?.map(|_| at.need_id("reply_to")).transpose()?;
    Ok(InboundMessage {
        id: at.need_id("id")?.to_owned(),
        from: from.need_id("id")?.to_owned(),
        reply_to: reply_to.map(str::to_owned),
        name: super::common::name(name),
        phone: phone.map(str::to_owned),
        text: text.to_owned(),
        attachments,
        at: time(at)?,
        attributes: attributes(at)?,
    })
}

fn time(at: &At<'_>) -> Result<Option<Timestamp>, Rejected> {
    let Some(text) = at.text("at")? else { return Ok(None) };
    let instant: jiff::Timestamp =
        text.parse().map_err(|_| at.wrong_at("at", "must be an RFC 3339 instant"))?;
    Ok(Some(Timestamp(instant.as_millisecond())))
}

fn attachments(at: &At<'_>) -> Result<Vec<Attachment>, Rejected> {
    let list = at.objects("attachments")?;
    if list.len() > MAX_ATTACHMENTS {
        return Err(at.wrong_at("attachments", "must be at most 20"));
    }
    let one = |at: &At<'_>| {
        at.only(&["url", "media_type", "name", "size"])?;
        let url = at.need_text("url")?;
        if url.is_empty() || url.chars().count() > 2000 {
            return Err(at.wrong_at("url", "must be 1 to 2,000 characters long"));
        }
        let size = at.integer("size")?.map(u64::try_from).transpose();
        Ok(Attachment {
            url: url.to_owned(),
            media_type: at.text("media_type")?.map(|text| cut(text, MAX_NAME)),
            name: at.text("name")?.map(|text| cut(text, MAX_WORDS)),
            size: size.map_err(|_| at.wrong_at("size", "must not be negative"))?,
        })
    };
    list.iter().map(one).collect()
}

fn attributes(at: &At<'_>) -> Result<BTreeMap<String, String>, Rejected> {
    let Some(given) = at.object("attributes")? else { return Ok(BTreeMap::new()) };
    let members = given.value().as_object().into_iter().flatten();
    if members.clone().count() > MAX_ATTRIBUTES {
        return Err(at.wrong_at("attributes", "must be at most 32"));
    }
    let one = |(name, value): (&String, &Value)| {
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return Err(at.wrong_at("attributes", "must have names of 1 to 100 characters"));
        }
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return Err(given.wrong_at(name, "must be text, a number or a boolean")),
        };
        if text.chars().count() > MAX_WORDS {
            return Err(given.wrong_at(name, "must be at most 256 characters long"));
        }
        Ok((name.clone(), text))
    };
    members.map(one).collect()
}

fn status(at: &At<'_>) -> Result<Status, Rejected> {
    at.only(&["type", "id", "state", "problem"])?;
    let state = match at.need_text("state")? {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "failed" => DeliveryState::Failed,
        _ => return Err(at.wrong_at("state", "must be sent, delivered, read or failed")),
    };
    let problem = at.text("problem")?.map(|problem| words("", problem));
    Ok(Status { id: at.need_id("id")?.to_owned(), state, problem })
}

#[cfg(test)]
mod tests;
