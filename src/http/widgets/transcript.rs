//! A visitor's transcript: what was said publicly, as text or JSON.
//!
//! Taken with the customer's token, also for a bounded time after the conversation's end, when that token is good for
//! nothing else any more.

use std::sync::Arc;

use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{channel_of, origin};
use crate::domain::config::{Channel, Config};
use crate::domain::conversation::{Conversation, MAX_EVENTS, Message, Sender, Status};
use crate::domain::ids::ChannelId;
use crate::http::Edge;
use crate::http::auth::bearer;
use crate::http::error::{Kind, Problem};
use crate::http::wire::time::At;

/// One message as the customer read it.
#[derive(Serialize, ToSchema)]
pub struct TranscriptMessage {
    /// `customer`, `agent` or `system`.
    sender: &'static str,
    /// Of the agent who speaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    text: String,
    created_at: At,
}

/// What was said publicly, in order.
#[derive(Serialize, ToSchema)]
pub struct Transcript {
    #[schema(format = "uuid")]
    conversation_id: String,
    created_at: At,
    /// Null: it goes on.
    closed_at: Option<At>,
    messages: Vec<TranscriptMessage>,
}

pub(super) async fn transcript(
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let config = edge.dispatcher.config();
    let (id, channel) = channel_of(&config, &id)?;
    let origin = origin::check(&request, |host| edge.is_host(&request, host), &channel.allowed_origins)?;
    let text = wants_text(&request);
    let mut response = match text.and_then(|text| Ok((text, read(&edge, &config, &request, &id, &channel)?)))
    {
        Ok((true, transcript)) => {
            let name = format!("attachment; filename=\"chat-{}.txt\"", transcript.conversation_id);
            let text = "text/plain; charset=utf-8";
            HttpResponse::Ok()
                .insert_header((CONTENT_DISPOSITION, name))
                .content_type(text)
                .body(written(&transcript))
        }
        Ok((false, transcript)) => HttpResponse::Ok().json(transcript),
        Err(problem) => problem.error_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, actix_web::http::header::HeaderValue::from_static("no-store"));
    origin.mark(&mut response);
    Ok(response)
}

/// `?format=text` or `?format=json`; else what is accepted, JSON where nothing is said.
fn wants_text(request: &HttpRequest) -> Result<bool, Problem> {
    let format = request.query_string().split('&').find_map(|pair| pair.strip_prefix("format="));
    let accept = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match format {
        None => Ok(accept.starts_with("text/plain")),
        Some("text") => Ok(true),
        Some("json") => Ok(false),
        Some(_) => Err(Problem::field("/format", "must be text or json")),
    }
}

fn read(
    edge: &Edge,
    config: &Config,
    request: &HttpRequest,
    id: &ChannelId,
    channel: &Channel,
) -> Result<Transcript, Problem> {
    let over = || {
        Problem::new(Kind::Unauthorized, "the token is not good, or its transcript is no longer given out")
    };
    let token = bearer(request).ok_or_else(over)?;
    let conversation = edge.auth.verify_customer(token).map_err(|_| over())?;
    let rebuilding = |_| Problem::new(Kind::Rebuilding, "the archive is being rebuilt");
    let read = edge.dispatcher.read();
    let conversation = read.conversation(conversation).map_err(rebuilding)?.ok_or_else(over)?;
    let since = conversation.closed_at.filter(|_| conversation.status == Status::Closed);
    let kept = i64::from(channel.live_chat.transcript_minutes) * 60_000;
    let late = since.is_some_and(|at| edge.dispatcher.now().ms_since(at) >= kept);
    if conversation.born.channel_id != *id || late {
        return Err(over());
    }
    let messages = read.messages(conversation.id(), 0, MAX_EVENTS as usize, false).map_err(rebuilding)?;
    Ok(told(config, &conversation, &messages))
}

fn told(config: &Config, conversation: &Conversation, messages: &[Arc<Message>]) -> Transcript {
    let said = |message: &Arc<Message>| {
        let name = |id| config.agents.get(id).map(|agent| agent.name.clone());
        let (sender, name) = match &message.sender {
            Sender::Customer => ("customer", None),
            Sender::Agent(id) => ("agent", name(id)),
            Sender::System => ("system", None),
        };
        TranscriptMessage { sender, name, text: message.text.to_string(), created_at: At(message.created_at) }
    };
    Transcript {
        conversation_id: conversation.id().to_string(),
        created_at: At(conversation.created_at),
        closed_at: conversation.closed_at.map(At),
        messages: messages.iter().map(said).collect(),
    }
}

/// For people: a line for each message, its own lines set in below it.
fn written(transcript: &Transcript) -> String {
    let at = |at: At| at.write(&mut [0; 24]).to_owned();
    let mut text =
        format!("Conversation {}\nBegun {}\n", transcript.conversation_id, at(transcript.created_at));
    text.extend(transcript.closed_at.map(|closed| format!("Ended {}\n", at(closed))));
    text.push('\n');
    for message in &transcript.messages {
        let who = message.name.as_deref().unwrap_or(message.sender);
        let said = message.text.replace('\n', "\n    ");
        text.push_str(&format!("[{}] {who}: {said}\n", at(message.created_at)));
    }
    text
}
