//! Providers' webhooks: `/v1/channels/{id}/inbound`. No token: the provider's own signature is what lets a request in.
//!
//! Owns the way from a provider's request to the house: a message joins the customer's open conversation or starts one,
//! exactly once by the provider's id of it, what became of an answer is noted, and the provider is answered when that is durable. Formats and signatures are
//! the adapters' (`channels`). Contents are never logged.

mod doc;
mod keys;

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

pub use doc::part;
pub use keys::ProviderKeys;

use super::error::{FieldError, Kind, Problem};
use super::idempotency::inbound_key;
use super::wire::request::MAX_TEXT;
use super::{Edge, resource};
use crate::actors::shown::AskError;
use crate::channels::{
    self, Adapter, Inbound, InboundMessage, Outbound, Received, Rejected, Request, Status, UNKNOWN_KEY,
    registry, signature,
};
use crate::domain::command::{Caller, Code, Command, Draft, Request as Asking, Say};
use crate::domain::config::Provider;
use crate::domain::conversation::{Conversation, CustomerRef, Visibility};
use crate::domain::correspondent::{Attachment, Correspondent, MAX_ATTACHMENTS, MAX_ATTRIBUTES};
use crate::domain::ids::ChannelId;
use crate::domain::outbound::Act;
use crate::domain::record::KeyDigest;
use crate::outbound::ANOTHER_TYPE;
use crate::ws::customer::visitor;

/// When a provider should come again with what cannot be taken now, in seconds.
const AGAIN_SECONDS: u32 = 60;

/// Most bytes of a provider's request: Meta gathers up to 3 MB into one, and sends no smaller one where that is refused.
const MAX_REQUEST: usize = 3 * 1024 * 1024;
/// Longest id of a message, in characters.
const MAX_MESSAGE_ID: usize = 200;

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    app.service(
        resource("/v1/channels/{id}/inbound").route(web::get().to(receive)).route(web::post().to(receive)),
    );
}

/// A channel that a provider speaks for.
struct Spoken {
    id: ChannelId,
    provider: Provider,
    adapter: &'static dyn Adapter,
}

fn spoken(edge: &Edge, id: &str) -> Result<Spoken, Problem> {
    let id = ChannelId::from(id);
    let config = edge.dispatcher.config();
    let channel = config.channels.get(&id).ok_or_else(|| Problem::not_found("channel"))?;
    let provider = channel.provider.as_deref().cloned();
    let provider = provider.ok_or_else(|| Problem::not_found("provider of this channel"))?;
    let adapter = registry::adapter(channel.kind, &provider.name);
    let adapter = adapter.ok_or_else(|| Problem::not_found("provider of this channel"))?;
    Ok(Spoken { id, provider, adapter })
}

async fn receive(
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Payload,
) -> Result<HttpResponse, Problem> {
    let spoken = spoken(&edge, &id)?;
    let body = body.to_bytes_limited(MAX_REQUEST).await;
    let body = body.map_err(|_| Problem::new(Kind::TooLarge, "a provider's request has at most 3 MiB"))?;
    let body = body.map_err(|_| Problem::new(Kind::BadRequest, "the body broke off"))?;
    let received = read(&edge, &spoken, &request, &body).await?;
    for event in received.events {
        match event {
            Inbound::Message(message) => take(&edge, &spoken, message).await?,
            Inbound::Status(status) => note(&edge, &spoken, status).await?,
        }
    }
    let status = StatusCode::from_u16(received.answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    Ok(match received.answer.body {
        Some((media_type, body)) => response.content_type(media_type).body(body),
        None => response.finish(),
    })
}

/// Verified and parsed. Keys that a signature names and that are not known are fetched once more.
async fn read(edge: &Edge, spoken: &Spoken, request: &HttpRequest, body: &[u8]) -> Result<Received, Problem> {
    let settings = &spoken.provider.settings;
    let from = spoken.adapter.keys(settings);
    let keys = match &from {
        Some(url) => Some(edge.provider_keys.of(&edge.outbound, url, edge.dispatcher.now(), false).await?),
        None => None,
    };
    let headers: BTreeMap<String, String> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let reached = edge.reached(request);
    let url = format!("{}://{}{}{}", reached.scheme, reached.host, reached.path, request.uri());
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let refuse = |problem| rejected(&spoken.id, problem);
    let mut asked = Request {
        method: request.method().as_str(),
        url: &url,
        query: query.map(web::Query::into_inner).unwrap_or_default(),
        headers: &headers,
        body,
        keys: keys.as_deref(),
        now: edge.dispatcher.now(),
    };
    let first = spoken.adapter.receive(settings, &asked);
    let (Err(Rejected::Unsigned(UNKNOWN_KEY)), Some(url)) = (&first, &from) else {
        return first.map_err(refuse);
    };
    let fresh = edge.provider_keys.of(&edge.outbound, url, asked.now, true).await?;
    asked.keys = Some(&fresh);
    spoken.adapter.receive(settings, &asked).map_err(refuse)
}

/// A field's name may be the sender's own words, so that the log has the problem alone.
fn rejected(channel: &ChannelId, rejected: Rejected) -> Problem {
    match rejected {
        Rejected::Unsigned(why) => {
            tracing::debug!(%channel, why, "a request to a provider's channel is not signed");
            Problem::new(Kind::Unauthorized, why)
        }
        Rejected::Refused(why) => Problem::new(Kind::Forbidden, why),
        Rejected::Malformed { field, problem } => {
            tracing::warn!(%channel, problem, "a provider's request is malformed");
            let mut malformed =
                Problem::new(Kind::BadRequest, "this is not what the provider's documents say");
            malformed.errors = vec![FieldError::new(field, problem)];
            malformed
        }
    }
}

/// A message into the house, once. What is more than a message holds becomes several.
async fn take(edge: &Edge, spoken: &Spoken, message: InboundMessage) -> Result<(), Problem> {
    let correspondent = Arc::new(Correspondent {
        address: message.from.as_str().into(),
        reply_to: message.reply_to.as_deref().map(Into::into),
        attributes: (message.attributes.iter().take(MAX_ATTRIBUTES))
            .map(|(key, value)| (key.as_str().into(), value.as_str().into()))
            .collect(),
    });
    for (index, (text, attachments)) in pieces(&message).into_iter().enumerate() {
        let id = if index == 0 { message.id.clone() } else { format!("{}/{index}", message.id) };
        let key = inbound_key(spoken.id.as_str(), &id);
        let say = Say {
            text: text.into(),
            visibility: Visibility::Public,
            client_message_id: Some(short(&id, &key).into()),
            attachments,
        };
        let customer = CustomerRef {
            name: message.name.clone(),
            phone: message.phone.clone(),
            ..CustomerRef::default()
        };
        let draft = Draft {
            channel_id: spoken.id.clone(),
            customer,
            context: BTreeMap::new(),
            message: Some(say),
            priority: None,
            skills: Vec::new(),
            previous: None,
            lenient: true,
            record: None,
            party: Some(correspondent.address.clone()),
            language: None,
            correspondent: Some(correspondent.clone()),
        };
        let asking = Asking {
            caller: visitor(None),
            command: Command::Create(Box::new(draft)),
            key: Some((key, [0; 16])),
        };
        edge.dispatcher.ask(asking).await.outcome.map_err(refused)?;
    }
    Ok(())
}

/// What became of an answer into the house; nothing if no answer has this name.
async fn note(edge: &Edge, spoken: &Spoken, status: Status) -> Result<(), Problem> {
    let act = Act::State {
        channel: spoken.id.clone(),
        provider_id: status.id.into(),
        state: status.state,
        problem: status.problem.map(Into::into),
    };
    let command = Command::Outbound { act, answer: None };
    let asking = Asking { caller: Caller::system(), command, key: None };
    edge.dispatcher.ask(asking).await.outcome.map(drop).map_err(Problem::from)
}

/// What the house does not take now is to come again: a provider retries, and a customer's words are not lost.
fn refused(error: AskError) -> Problem {
    match error {
        AskError::Refused(refusal) if refusal.code == Code::WorkStreamInactive => {
            Problem::new(Kind::Unavailable, "the channel takes nothing now").after(AGAIN_SECONDS)
        }
        other => other.into(),
    }
}

/// Texts with attachments, each as much as a message holds.
fn pieces(message: &InboundMessage) -> Vec<(String, Vec<Attachment>)> {
    let mut texts = parts(&message.text);
    let mut files = message.attachments.chunks(MAX_ATTACHMENTS);
    texts.resize(texts.len().max(files.len()), String::new());
    texts.into_iter().map(|text| (text, attachments(files.next().unwrap_or_default()))).collect()
}

fn attachments(given: &[channels::Attachment]) -> Vec<Attachment> {
    given
        .iter()
        .map(|one| Attachment {
            url: one.url.as_str().into(),
            media_type: one.media_type.as_deref().map(Into::into),
            name: one.name.as_deref().map(Into::into),
            size: one.size,
        })
        .collect()
}

/// The provider's id of a message; what stands for it where that is longer than an id may be.
fn short(id: &str, key: &KeyDigest) -> String {
    if id.chars().count() <= MAX_MESSAGE_ID { id.to_owned() } else { signature::hex(&key.0) }
}

/// A text in pieces that a message holds; one that is empty is one piece.
fn parts(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return vec![String::new()];
    }
    characters.chunks(MAX_TEXT).map(|chunk| chunk.iter().collect()).collect()
}

/// Why an agent's public message cannot go out over its channel; nothing where a backend speaks for that.
pub fn unsendable(edge: &Edge, conversation: &Conversation, say: &Say) -> Option<Problem> {
    if say.visibility != Visibility::Public {
        return None;
    }
    let config = edge.dispatcher.config();
    let channel = config.channels.get(&conversation.born.channel_id)?;
    let provider = channel.provider.as_deref()?;
    if channel.kind != conversation.born.channel_type {
        return Some(Problem::field("/text", ANOTHER_TYPE));
    }
    let adapter = registry::adapter(channel.kind, &provider.name)?;
    let out = Outbound {
        to: conversation.address()?,
        reply_to: conversation.born.correspondent.as_deref().and_then(|writer| writer.reply_to.as_deref()),
        text: &say.text,
        id: "",
        last_inbound_at: conversation.last_customer_at,
        now: edge.dispatcher.now(),
        access: None,
    };
    let problem = adapter.sendable(&provider.settings, &out).err()?;
    Some(Problem::field("/text", &crate::outbound::unsendable_words(&problem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_longer_than_a_message_is_several_and_nothing_is_lost() {
        assert_eq!(parts(""), [""]);
        let long = "é".repeat(MAX_TEXT + 1);
        let parts = parts(&long);
        assert_eq!((parts.len(), parts.concat()), (2, long));
    }
}
