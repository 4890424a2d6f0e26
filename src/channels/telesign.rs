//! SMS by `TeleSign`.
//!
//! Formats: <https://developer.telesign.com/enterprise/docs/inbound-sms>,
//! <https://developer.telesign.com/enterprise/docs/authenticate-callbacks>,
//! <https://developer.telesign.com/enterprise/docs/transaction-callback-service>,
//! <https://developer.telesign.com/enterprise/reference/sms>.

use super::common::{attributes, failed, given, header, is_success, must_post, setting, taken, url, words};
use super::json::{At, lenient, parse};
use super::text::{Unit, e164, fits};
use super::{
    Adapter, Call, DeliveryState, Field, Inbound, InboundMessage, Outbound, Received, Rejected, Reply,
    Request, Sent, Settings, Status, Unsendable, form, signature,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most characters of a message.
const MOST: usize = 1600;

const FIELDS: &[Field] = &[
    Field::text("customer_id", 64, "Customer ID, in TeleSign's portal."),
    Field::secret(
        "api_key",
        200,
        "API key, beside the customer ID. Signs what comes in, authorizes what goes out.",
    ),
    Field::text("sender_id", 20, "The number or code that answers come from; without it TeleSign chooses.")
        .optional(),
    Field::choice(
        "message_type",
        &["ARN", "MKT", "OTP"],
        "What answers are: alerts and notifications, marketing, codes.",
    ),
    Field::url("base_url", "Where TeleSign's API is.").or("https://rest-ww.telesign.com"),
];

/// See the module.
#[derive(Debug)]
pub struct Telesign;

impl Adapter for Telesign {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Sms
    }

    fn provider(&self) -> &'static str {
        "telesign"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        signed(settings, request)?;
        must_post(request)?;
        let body = parse(request.body)?;
        let root = At::root(&body)?;
        let event = match root.text("sub_resource")? {
            Some("mo_sms") => message(&root)?.map(Inbound::Message),
            _ => status(&root)?.map(Inbound::Status),
        };
        Ok(taken(event.into_iter().collect()))
    }

    fn sendable(&self, _settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        fits(message.text, MOST, Unit::Characters)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let number = message.to.trim_start_matches('+');
        let mut fields = vec![
            ("phone_number", number),
            ("message", message.text),
            ("message_type", setting(settings, "message_type")),
            ("external_id", message.id),
        ];
        fields.extend(given(settings, "sender_id").map(|sender| ("sender_id", sender)));
        let user = setting(settings, "customer_id");
        Ok(Call {
            method: "POST",
            url: url(settings, "base_url", "/v1/messaging"),
            headers: vec![
                ("authorization", signature::basic(user, setting(settings, "api_key"))),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
            body: form::encode(&fields).into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        let status = &body["status"];
        let code = status["code"].as_i64();
        if is_success(reply) && code.and_then(state_of) != Some(DeliveryState::Failed) {
            return Sent::Accepted(body["reference_id"].as_str().map(str::to_owned));
        }
        let error = if body["errors"][0]["code"].is_number() { &body["errors"][0] } else { status };
        let said = words(&error["code"].to_string(), error["description"].as_str().unwrap_or_default());
        if error["code"].is_number() && is_success(reply) {
            return Sent::Refused(said);
        }
        failed(reply, if error["code"].is_number() { &said } else { "" })
    }
}

/// `TSA <customer id>:<HMAC-SHA256 of the body under the decoded API key, in base 64>`, in either of two headers.
fn signed(settings: &Settings, request: &Request<'_>) -> Result<(), Rejected> {
    let given = header(request, "x-ts-authorization").or(header(request, "authorization"));
    let given = given.ok_or(Rejected::Unsigned("Authorization is missing"))?;
    let pair = given.strip_prefix("TSA ").and_then(|pair| pair.split_once(':'));
    let (customer, given) =
        pair.ok_or(Rejected::Unsigned("Authorization is not TSA, a customer and a signature"))?;
    let given = signature::from_base64(given).ok_or(Rejected::Unsigned("the signature is not base 64"))?;
    let key = signature::from_base64(setting(settings, "api_key"));
    let key = key.ok_or(Rejected::Unsigned("the channel's API key is not base 64"))?;
    let ours = signature::same_word(setting(settings, "customer_id"), customer);
    if signature::holds_sha256(&key, request.body, &given) && ours {
        return Ok(());
    }
    Err(Rejected::Unsigned("the signature does not hold"))
}

fn message(root: &At<'_>) -> Result<Option<InboundMessage>, Rejected> {
    let said = root.need_object("user_response")?;
    let text = said.need_text("mo_message")?;
    let id = root.need_id("reference_id")?;
    let number = said.need_id("phone_number")?;
    if text.is_empty() {
        return Ok(None);
    }
    let phone = e164(number);
    Ok(Some(InboundMessage {
        id: id.to_owned(),
        from: phone.clone().unwrap_or_else(|| number.to_owned()),
        reply_to: None,
        name: None,
        phone,
        text: text.to_owned(),
        attachments: Vec::new(),
        at: time(root)?,
        attributes: attributes([
            ("to", said.text("sender_id")?),
            ("country", said.text("iso_country_code")?),
        ]),
    }))
}

fn time(root: &At<'_>) -> Result<Option<Timestamp>, Rejected> {
    let Some(text) = root.text("submit_timestamp")? else { return Ok(None) };
    let instant: Result<jiff::Timestamp, _> = text.parse();
    let instant = instant.map_err(|_| root.wrong_at("submit_timestamp", "must be an RFC 3339 instant"))?;
    Ok(Some(Timestamp(instant.as_millisecond())))
}

fn status(root: &At<'_>) -> Result<Option<Status>, Rejected> {
    let Some(status) = root.object("status")? else { return Ok(None) };
    let Some(code) = status.integer("code")? else { return Ok(None) };
    let Some(state) = state_of(code) else { return Ok(None) };
    let failed = state == DeliveryState::Failed;
    let problem = words(&code.to_string(), status.text("description")?.unwrap_or_default());
    Ok(Some(Status {
        id: root.need_id("reference_id")?.to_owned(),
        state,
        problem: failed.then_some(problem),
    }))
}

/// 200 reached the handset; 203 the gateway; 290, 291, 292 and 295 are on their way; 250 is never known; the other codes
/// from 207 on, and 5xx, are failures.
fn state_of(code: i64) -> Option<DeliveryState> {
    match code {
        200 => Some(DeliveryState::Delivered),
        203 | 290 | 291 | 292 | 295 => Some(DeliveryState::Sent),
        207..=249 | 500..=599 => Some(DeliveryState::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
