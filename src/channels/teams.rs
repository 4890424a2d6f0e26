//! Microsoft Teams by the Bot Framework: activities under a token of the Bot Connector in, the connector's API out.
//!
//! The token proves who calls and for which service URL; it does not cover the activity, which TLS alone protects.
//!
//! Formats: <https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication>,
//! <https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference>,
//! <https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-send-and-receive-messages>,
//! <https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit>.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::common::{
    attributes, failed, given, header, is_success, must_post, name, setting, taken, token, url, words,
};
use super::form::{self, escape};
use super::json::{At, lenient, parse};
use super::text::{Unit, fits};
use super::{
    Access, Adapter, Attachment, Call, Field, Inbound, InboundMessage, Outbound, Received, Rejected, Reply,
    Request, Sent, Settings, Unsendable, malformed,
};
use crate::domain::config::ChannelType;
use crate::domain::time::Timestamp;

/// Most bytes of a message that Teams takes, some kept for what surrounds the text.
const MOST: usize = 28_000;
/// Seconds that clocks may differ.
const SKEW_SECONDS: i64 = 300;
/// Who signs for the connector.
const ISSUER: &str = "https://api.botframework.com";
/// What an access token is for.
const SCOPE: &str = "https://api.botframework.com/.default";

const FIELDS: &[Field] = &[
    Field::text("app_id", 64, "Microsoft App ID of the bot, in Azure under the bot's Configuration."),
    Field::secret("app_password", 200, "Client secret of that app registration."),
    Field::text(
        "tenant_id",
        64,
        "Directory (tenant) ID of a single-tenant bot; as it is for a multi-tenant one.",
    )
    .or("botframework.com"),
    Field::url("keys_url", "Where the connector's public keys are.")
        .or("https://login.botframework.com/v1/.well-known/keys"),
    Field::url("login_url", "Where access tokens come from.").or("https://login.microsoftonline.com"),
    Field::url(
        "base_url",
        "Where answers go, in place of the service URL that Teams gives: for a proxy or a test.",
    )
    .optional(),
];

/// See the module.
#[derive(Debug)]
pub struct Teams;

impl Adapter for Teams {
    fn channel_type(&self) -> ChannelType {
        ChannelType::Teams
    }

    fn provider(&self) -> &'static str {
        "teams"
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn keys(&self, settings: &Settings) -> Option<String> {
        Some(setting(settings, "keys_url").to_owned())
    }

    fn receive(&self, settings: &Settings, request: &Request<'_>) -> Result<Received, Rejected> {
        let bearer = header(request, "authorization").and_then(|value| value.strip_prefix("Bearer "));
        let bearer = bearer.ok_or(Rejected::Unsigned("Authorization is missing or no bearer token"))?;
        let keys = request.keys.ok_or(Rejected::Unsigned("the connector's keys are not at hand"))?;
        let (claims, endorsed) = verify(bearer, keys, setting(settings, "app_id"), request.now)?;
        must_post(request)?;
        let body = parse(request.body)?;
        let activity = At::root(&body)?;
        let service = activity.need_text("serviceUrl")?;
        if service.trim_end_matches('/') != claims.serviceurl.trim_end_matches('/') {
            return Err(Rejected::Unsigned("serviceUrl is not the one that the token is for"));
        }
        let channel = activity.text("channelId")?.unwrap_or_default();
        if !endorsed.is_empty() && !endorsed.iter().any(|endorsed| endorsed == channel) {
            return Err(Rejected::Unsigned("the token's key does not speak for this channelId"));
        }
        Ok(taken(message(&activity, service)?.map(Inbound::Message).into_iter().collect()))
    }

    fn sendable(&self, _settings: &Settings, message: &Outbound<'_>) -> Result<(), Unsendable> {
        place(message)?;
        fits(message.text, MOST, Unit::Bytes)
    }

    fn access(&self, settings: &Settings) -> Option<Call> {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", setting(settings, "app_id")),
            ("client_secret", setting(settings, "app_password")),
            ("scope", SCOPE),
        ];
        let path = format!("/{}/oauth2/v2.0/token", escape(setting(settings, "tenant_id")));
        Some(Call {
            method: "POST",
            url: url(settings, "login_url", &path),
            headers: vec![("content-type", "application/x-www-form-urlencoded".to_owned())],
            body: form::encode(&fields).into_bytes(),
        })
    }

    fn read_access(&self, reply: &Reply<'_>) -> Result<Access, String> {
        token(reply)
    }

    fn send(&self, settings: &Settings, message: &Outbound<'_>) -> Result<Call, Unsendable> {
        self.sendable(settings, message)?;
        let access =
            message.access.ok_or_else(|| Unsendable::Other("there is no access token".to_owned()))?;
        let place = place(message)?;
        let base = given(settings, "base_url").unwrap_or(&place.service_url).trim_end_matches('/');
        let body = json!({"type": "message", "text": message.text, "textFormat": "plain"});
        Ok(Call {
            method: "POST",
            url: format!("{base}/v3/conversations/{}/activities", escape(&place.conversation)),
            headers: vec![
                ("authorization", format!("Bearer {access}")),
                ("content-type", "application/json".to_owned()),
            ],
            body: body.to_string().into_bytes(),
        })
    }

    fn sent(&self, _settings: &Settings, reply: &Reply<'_>) -> Sent {
        let body = lenient(reply.body);
        if is_success(reply) {
            return Sent::Accepted(body["id"].as_str().map(str::to_owned));
        }
        let text = |name: &str| body["error"][name].as_str().unwrap_or_default();
        let problem = words(text("code"), text("message"));
        match reply.status {
            401 => Sent::AccessExpired,
            // 412: another change of the conversation came between; the documents say to try again.
            412 => Sent::Later { problem: words("HTTP 412", &problem), after: reply.retry_after },
            _ => failed(reply, &problem),
        }
    }
}

/// What a token of the connector says.
#[derive(Deserialize)]
struct Claims {
    serviceurl: String,
    exp: i64,
    nbf: Option<i64>,
}

/// The claims of a good token, and the channels that its key speaks for (none: all).
fn verify(bearer: &str, keys: &str, app_id: &str, now: Timestamp) -> Result<(Claims, Vec<String>), Rejected> {
    let head = decode_header(bearer).map_err(|_| Rejected::Unsigned("the token is not a JWT"))?;
    let id = head.kid.ok_or(Rejected::Unsigned("the token names no key"))?;
    let keys: Value = serde_json::from_str(keys).unwrap_or_default();
    let raw = keys["keys"].as_array().into_iter().flatten().find(|key| key["kid"].as_str() == Some(&id));
    let raw = raw.ok_or(Rejected::Unsigned(super::UNKNOWN_KEY))?;
    let set: Result<JwkSet, _> = serde_json::from_value(json!({"keys": [raw]}));
    let key = set.ok().and_then(|set| DecodingKey::from_jwk(set.keys.first()?).ok());
    let key = key.ok_or(Rejected::Unsigned("the token's key cannot be used"))?;
    let mut validation = Validation::new(Algorithm::RS256);
    // Time is an argument here, so that times are checked below and not by the library's clock.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[app_id]);
    let claims = decode::<Claims>(bearer, &key, &validation);
    let claims = claims.map_err(|_| Rejected::Unsigned("the token does not hold for this bot"))?.claims;
    let now = now.0.div_euclid(1000);
    if app_id.is_empty() || now > claims.exp.saturating_add(SKEW_SECONDS) {
        return Err(Rejected::Unsigned("the token has ended"));
    }
    if claims.nbf.is_some_and(|from| now < from.saturating_sub(SKEW_SECONDS)) {
        return Err(Rejected::Unsigned("the token does not hold yet"));
    }
    let endorsed = raw["endorsements"].as_array().into_iter().flatten();
    Ok((claims, endorsed.filter_map(|channel| channel.as_str().map(str::to_owned)).collect()))
}

/// Where an answer goes; what stands in [`InboundMessage::reply_to`].
struct Place {
    service_url: String,
    conversation: String,
}

fn place(message: &Outbound<'_>) -> Result<Place, Unsendable> {
    let value = lenient(message.reply_to.unwrap_or_default().as_bytes());
    let text = |name: &str| value[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let (Some(service_url), Some(conversation)) = (text("service_url"), text("conversation")) else {
        return Err(Unsendable::Other(
            "the customer has not written in this conversation of Teams yet".to_owned(),
        ));
    };
    Ok(Place { service_url, conversation })
}

fn message(activity: &At<'_>, service: &str) -> Result<Option<InboundMessage>, Rejected> {
    if activity.need_text("type")? != "message" {
        return Ok(None);
    }
    // Answers carry the bot's token: they go over TLS and nowhere else.
    if !service.starts_with("https://") {
        return Err(malformed("/serviceUrl", "must be https"));
    }
    let from = activity.need_object("from")?;
    let sender = from.need_id("id")?;
    let bot = activity.object("recipient")?.map(|bot| bot.text("id")).transpose()?.flatten();
    if from.text("role")? == Some("bot") || bot == Some(sender) {
        return Ok(None);
    }
    let conversation = activity.need_object("conversation")?;
    let place = conversation.need_id("id")?;
    let reply_to = json!({"service_url": service, "conversation": place});
    // In a group or a team the answer goes to all who are in it: that is who writes.
    let kind = conversation.text("conversationType")?;
    let alone = kind.is_none_or(|kind| kind == "personal");
    let text = without_mentions(activity, bot)?;
    let attachments = attachments(activity)?;
    if text.is_empty() && attachments.is_empty() {
        return Ok(None);
    }
    let at = activity.text("timestamp")?.map(str::parse::<jiff::Timestamp>).transpose();
    let at = at.map_err(|_| malformed("/timestamp", "must be an RFC 3339 instant"))?;
    Ok(Some(InboundMessage {
        // Ids of activities are unique in their conversation only.
        id: format!("{place} {}", activity.need_id("id")?),
        from: if alone { sender } else { place }.to_owned(),
        reply_to: Some(reply_to.to_string()),
        name: name(from.text("name")?),
        phone: None,
        text,
        attachments,
        at: at.map(|at| Timestamp(at.as_millisecond())),
        attributes: attributes([
            ("channel_id", activity.text("channelId")?),
            ("conversation_type", kind),
            ("member", (!alone).then_some(sender)),
            ("tenant_id", conversation.text("tenantId")?),
            ("locale", activity.text("locale")?),
        ]),
    }))
}

/// The text without the bot's own name, which a customer must write in a group.
fn without_mentions(activity: &At<'_>, bot: Option<&str>) -> Result<String, Rejected> {
    let mut text = activity.text("text")?.unwrap_or_default().to_owned();
    for entity in activity.objects("entities")? {
        let Some(mentioned) = entity.object("mentioned")? else { continue };
        if mentioned.text("id")? == bot {
            let words = entity.text("text")?.filter(|words| !words.is_empty());
            text = words.map_or(text.clone(), |words| text.replace(words, ""));
        }
    }
    Ok(text.trim().to_owned())
}

/// Files and pictures; the copy of the text in HTML that Teams adds is none.
fn attachments(activity: &At<'_>) -> Result<Vec<Attachment>, Rejected> {
    let mut found = Vec::new();
    for at in activity.objects("attachments")? {
        let media_type = at.text("contentType")?.unwrap_or_default();
        let content = at.value().get("content").and_then(|content| content.get("downloadUrl"));
        let download = content.and_then(Value::as_str);
        let Some(url) = download.or(at.text("contentUrl")?).filter(|url| !url.is_empty()) else { continue };
        let known = !media_type.is_empty() && !media_type.starts_with("application/vnd.microsoft.teams");
        found.push(Attachment {
            url: url.to_owned(),
            media_type: known.then(|| media_type.to_owned()),
            name: at.text("name")?.map(str::to_owned),
            size: None,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
