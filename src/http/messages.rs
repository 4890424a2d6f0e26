//! Messages of a conversation over HTTP (CONTRACT §4).
//!
//! A backend speaks as the customer, an agent as itself. What the customer writes to a conversation that is over starts
//! or joins its successor, also when the old one is in the archive only.

use actix_web::{HttpRequest, HttpResponse, web};

use super::auth::Authenticated;
use super::body::Body;
use super::conversations::access::{default_visibility, parse_id, sees_internal, visible};
use super::conversations::look_after as after;
use super::conversations::{Question, condition, over};
use super::error::Problem;
use super::inbound::unsendable;
use super::paging::{List, Page, encode};
use super::wire::message::MessageView;
use super::wire::request::NewMessage;
use super::{Edge, resource};
use crate::actors::shown::Shown;
use crate::domain::command::{Act, Caller, Command, Draft, Say};
use crate::domain::config::Role;
use crate::domain::context::{Given, Value};
use crate::domain::conversation::{By, Conversation, Sender, Status};

/// Registers the path.
pub fn register(app: &mut web::ServiceConfig) {
    let path = "/v1/conversations/{id}/messages";
    app.service(resource(path).route(web::post().to(post)).route(web::get().to(list)));
}

async fn post(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend, Role::Agent, Role::Supervisor])?;
    let caller = speaker(&auth.caller)?;
    let agent = caller.agent.is_some();
    let question = Question::new(&edge, &request, &auth, body.bytes())?.by(caller).about(parse_id(&id));
    question
        .once(201, async |question| {
            let conversation = visible(&edge, &auth, &id)?;
            let default = default_visibility(&conversation, auth.caller.agent.as_ref());
            let say = body.json::<NewMessage>(&edge.schemas)?.say(agent, default)?;
            let if_match = condition(&request, &conversation);
            if agent && let Some(problem) = unsendable(&edge, &conversation, &say) {
                return Err(problem);
            }
            if conversation.status != Status::Closed {
                let command = command(&conversation, say.clone(), if_match, agent)?;
                if let Some(response) = question.ask_known(command, 201).await? {
                    return Ok(response);
                }
            }
            // It has ended, perhaps since the first look.
            let conversation = visible(&edge, &auth, &id)?;
            if conversation.status == Status::Closed
                && let Some(sender) = sender(&conversation, agent)
                && let Some(known) = said_before(&edge, &conversation, &say, sender)
            {
                return question.repeat(&known).await;
            }
            question.ask(command(&conversation, say, if_match, agent)?, 201).await
        })
        .await
}

/// Saying it. A closed conversation may have left the house's memory, so its channel is asked at once.
fn command(
    conversation: &Conversation,
    say: Say,
    if_match: Option<u32>,
    agent: bool,
) -> Result<Command, Problem> {
    match conversation.status {
        // A record is handed over again, never continued.
        Status::Closed if conversation.born.record.is_some() => Err(over(conversation, if_match)),
        Status::Closed if agent || if_match.is_some_and(|version| version != conversation.version) => {
            Err(over(conversation, if_match))
        }
        Status::Closed => Ok(Command::Continue { draft: Box::new(successor(conversation, say)) }),
        _ => Ok(Command::Conversation { id: conversation.id(), act: Act::Say(say), if_match }),
    }
}

/// An agent resource speaks as that agent, whatever its role; a backend or the administrator's key as the customer.
fn speaker(caller: &Caller) -> Result<Caller, Problem> {
    match (&caller.agent, caller.role) {
        (Some(agent), _) => Ok(Caller { by: By::Agent(agent.clone()), ..caller.clone() }),
        (None, Role::Backend | Role::Admin) => Ok(caller.clone()),
        (None, role) => Err(super::auth::forbidden(role, &[Role::Backend, Role::Agent])),
    }
}

/// Who speaks in this conversation: the customer, or the agent who has it.
fn sender(conversation: &Conversation, agent: bool) -> Option<Sender> {
    if agent { conversation.agent.clone().map(Sender::Agent) } else { Some(Sender::Customer) }
}

/// The sender's first message with the client id that this one has; of a conversation that may be over.
pub fn said_before(edge: &Edge, conversation: &Conversation, say: &Say, sender: Sender) -> Option<Shown> {
    let id = say.client_message_id.clone()?;
    let seq = *conversation.client_messages.get(&(sender, id))?;
    let messages = edge.dispatcher.read().messages(conversation.id(), seq.checked_sub(1)?, 1, true).ok()?;
    let message = messages.into_iter().next()?;
    Some(Shown::Message { conversation: conversation.id(), message, moved: false })
}

/// The hand-off that continues an ended conversation.
pub fn successor(ended: &Conversation, say: Say) -> Draft {
    let given = |value: &Value| match value {
        Value::Text(text) => Given::Text(text.to_string()),
        Value::Number(number) => Given::Number(*number, number.to_string()),
    };
    Draft {
        correspondent: ended.born.correspondent.clone(),
        channel_id: ended.born.channel_id.clone(),
        customer: ended.customer.clone(),
        context: ended
            .written
            .given(&ended.context)
            .iter()
            .map(|(key, value)| (key.to_string(), given(value)))
            .collect(),
        message: Some(say),
        priority: ended.born.asked_priority,
        skills: ended.born.asked_skills.clone(),
        previous: Some(ended.id()),
        lenient: true,
        record: None,
        party: ended.born.party.clone(),
        language: ended.born.language.clone(),
    }
}

async fn list(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend, Role::Agent, Role::Supervisor])?;
    let conversation = visible(&edge, &auth, &id)?;
    page_of(&auth, &edge, &request, &conversation)
}

/// One page of a conversation's messages. Whether the caller may see the conversation was asked before.
pub fn page_of(
    auth: &Authenticated,
    edge: &Edge,
    request: &HttpRequest,
    conversation: &Conversation,
) -> Result<HttpResponse, Problem> {
    let page = Page::of(request)?;
    let after = after(request, &page)?;
    let found =
        edge.dispatcher.read().messages(conversation.id(), after, page.limit + 1, sees_internal(auth))?;
    let more = found.len() > page.limit;
    let shown = &found[..found.len().min(page.limit)];
    let next_cursor = shown.last().filter(|_| more).map(|message| encode(&message.seq.to_string()));
    let progress = edge.dispatcher.read().progress(conversation)?;
    let view = |message| MessageView::delivered(conversation.id(), message, &progress);
    let items: Vec<_> = shown.iter().map(|message| view(message)).collect();
    Ok(HttpResponse::Ok().json(List { items, next_cursor }))
}
