//! SMS by Twilio: forms in, signed over the URL and the sorted fields; the Messages resource out.
//!
//! Formats: <https://www.twilio.com/docs/messaging/guides/webhook-request>,
//! <https://www.twilio.com/docs/messaging/guides/track-outbound-message-status>,
//! <https://www.twilio.com/docs/usage/webhooks/webhooks-security>,
//! <https://www.twilio.com/docs/messaging/api/message-resource>, <https://www.twilio.com/docs/api/errors>.

use super::common::{attributes, failed, given, header, is_success, must_post, setting, taken, url, words};
use super::json::{MAX_ID, lenient};
use super::text::{Unit, e164, fits};
use super::{
    Adapter, Answer, Attachment, Call, DeliveryState, Field, Inbound, InboundMessage, Outbound, Received,
    Rejected, Reply, Request, Sent, Settings, Status, Unsendable, form, malformed, signature,
};
use crate::domain::config::ChannelType;

/// Most characters of a message: the Messages resource's `Body`.
const MOST: usize = 1600;
/// Most attachments that Twilio puts into one message.
const MAX_MEDIA: usize = 10;
/// An empty `TwiML` document: Twilio sends nothing of its own to the customer.
const NO_REPLY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

const FIELDS: &[Field] = &[
    Field::text("account_sid", 64, "Account SID (`AC…`), on the first page of Twilio's console."),
    Field::secret(
        "auth_token",
        128,
        "Auth token, beside the account SID. Signs what comes in, authorizes what goes out.",
    ),
    Field::text("from", 32, "The number that answers come from, in E.164. This or `messaging_service_sid`.")
        .optional(),
    Field::text(
        "messaging_service_sid",
        64,
        "Messaging Service (`MG…`) that answers go through, in place of `from`.",
    )
    .optional(),
    Field::url(
        "status_callback_url",
        "This channel's own inbound URL, so that Twilio tells what became of answers.",
    )
    .optional(),
    Field::url("base_url", "Where Twilio's API is.").or("https://api.twilio.com"),
];

/// See the module.
#[derive(Debug)]
pub struct Twilio;

impl Adapter for Twilio {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Sms
    }

    fn provider(&self) -> &'static str {
        "twilio"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        let given = header(request, "x-twilio-signature")
            .ok_or(Rejected::Unsigned("X-Twilio-Signature is missing"))?;
        let given =
            signature::from_base64(given).ok_or(Rejected::Unsigned("X-Twilio-Signature is not base 64"))?;
        // The signature is over the decoded fields, so that they are decoded first; nothing else is read before it holds.
        let fields = form::decode(request.body);
        let signed = fields.as_deref().unwrap_or_default();
        if !holds(setting(settings, "auth_token"), request.url, signed, &given) {
            return Err(Rejected::Unsigned("X-Twilio-Signature does not hold"));
        }
        must_post(request)?;
        let mut received = taken(event(&fields?)?.into_iter().collect());
        received.answer =
            Answer { status: 200, body: Some(("text/xml; charset=utf-8", NO_REPLY.to_owned())) };
        Ok(received)
    }

    fn sendable(&self, settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        if given(settings, "from").or(given(settings, "messaging_service_sid")).is_none() {
            return Err(Unsendable::Other(
                "the channel has neither `from` nor `messaging_service_sid`".to_owned(),
            ));
        }
        fits(message.text, MOST, Unit::Characters)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let account = setting(settings, "account_sid");
        let path = format!("/2010-04-01/Accounts/{}/Messages.json", form::escape(account));
        let mut fields = vec![("To", message.to)];
        match given(settings, "messaging_service_sid") {
            Some(service) => fields.push(("MessagingServiceSid", service)),
            None => fields.push(("From", setting(settings, "from"))),
        }
        fields.push(("Body", message.text));
        fields.extend(given(settings, "status_callback_url").map(|url| ("StatusCallback", url)));
        Ok(Call {
            method: "POST",
            url: url(settings, "base_url", &path),
            headers: vec![
                ("authorization", signature::basic(account, setting(settings, "auth_token"))),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
            body: form::encode(&fields).into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        if is_success(reply) {
            return Sent::Accepted(body["sid"].as_str().map(str::to_owned));
        }
        let problem = words(&body["code"].to_string(), body["message"].as_str().unwrap_or_default());
        match body["code"].as_i64() {
            // 20429: too many requests. 20500, 20503: faults of Twilio's own.
            Some(20429 | 20500 | 20503) => Sent::Later { problem, after: reply.retry_after },
            Some(_) => match failed(reply, &problem) {
                Sent::Later { .. } => Sent::Later { problem, after: reply.retry_after },
                _ => Sent::Refused(problem),
            },
            None => failed(reply, ""),
        }
    }
}

/// The fields follow the URL, sorted by name, without anything between them; one that is there twice with the same value
/// counts once. Twilio leaves a standard port out or not, so that both spellings are tried.
fn holds(token: &str, url: &str, fields: &[(String, String)], given: &[u8]) -> bool {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    sorted.dedup();
    let fields: String = sorted.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
    let holds =
        |url: &str| signature::holds_sha1(token.as_bytes(), format!("{url}{fields}").as_bytes(), given);
    holds(url) || other_port(url).is_some_and(|url| holds(&url))
}

/// The same URL with the standard port where it has none, without it where it has it.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let port = if scheme == "https" { ":443" } else { ":80" };
    let (host, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = match host.strip_suffix(port) {
        Some(bare) => bare.to_owned(),
        None if host.contains(':') => return None,
        None => format!("{host}{port}"),
    };
    Some(format!("{scheme}://{host}{path}"))
}

fn event(fields: &[(String, String)]) -> Result<Option<Inbound>, Rejected> {
    let field = |name: &str| form::value(fields, name);
    let need = |name: &str| {
        let value = field(name).ok_or_else(|| malformed(name, "is missing"))?;
        let good = !value.is_empty() && value.chars().count() <= MAX_ID;
        if good { Ok(value.to_owned()) } else { Err(malformed(name, "must be 1 to 512 characters long")) }
    };
    if let Some(state) = field("MessageStatus").filter(|_| field("Body").is_none()) {
        let Some(state) = state_of(state) else { return Ok(None) };
        let code = field("ErrorCode").filter(|_| state == DeliveryState::Failed);
        let problem = code.map(|code| words(code, field("ErrorMessage").unwrap_or_default()));
        return Ok(Some(Inbound::Status(Status { id: need("MessageSid")?, state, problem })));
    }
    if field("Body").is_none() && field("NumMedia").is_none() {
        return Ok(None);
    }
    let (id, from) = (need("MessageSid")?, need("From")?);
    let text = field("Body").unwrap_or_default().to_owned();
    let attachments = attachments(fields)?;
    if text.is_empty() && attachments.is_empty() {
        return Ok(None);
    }
    Ok(Some(Inbound::Message(InboundMessage {
        id,
        phone: e164(from.rsplit(':').next().unwrap_or(&from)),
        from,
        reply_to: None,
        name: super::common::name(field("ProfileName")),
        text,
        attachments,
        at: None,
        attributes: attributes([
            ("to", field("To")),
            ("from_city", field("FromCity")),
            ("from_state", field("FromState")),
            ("from_zip", field("FromZip")),
            ("from_country", field("FromCountry")),
        ]),
    })))
}

fn attachments(fields: &[(String, String)]) -> Result<Vec<Attachment>, Rejected> {
    let count = form::value(fields, "NumMedia").unwrap_or("0");
    let count: usize = count.parse().map_err(|_| malformed("NumMedia", "must be a whole number"))?;
    let one = |n: usize| {
        let name = format!("MediaUrl{n}");
        let url = form::value(fields, &name).ok_or_else(|| malformed(&name, "is missing"))?.to_owned();
        let media_type = form::value(fields, &format!("MediaContentType{n}")).map(str::to_owned);
        Ok(Attachment { url, media_type, name: None, size: None })
    };
    (0..count.min(MAX_MEDIA)).map(one).collect()
}

fn state_of(status: &str) -> Option<DeliveryState> {
    match status {
        "accepted" | "scheduled" | "queued" | "sending" | "sent" => Some(DeliveryState::Sent),
        "delivered" => Some(DeliveryState::Delivered),
        "read" => Some(DeliveryState::Read),
        "undelivered" | "failed" | "canceled" => Some(DeliveryState::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
