//! Conversations over HTTP (CONTRACT §4): hand-offs, looking, and what people do to one.
//!
//! Owns roles, conditions and the answers' forms. Who may do what to a conversation in which state is the machines'.
//! A conversation that has left memory is over: its actions are the 409 that the machine would have given.

pub mod access;
mod acts;
pub mod doc;
mod earlier;
mod handoff;
mod list;
mod look;
mod question;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

pub use handoff::complete;
pub use look::{EstimatedWait, PositionView, after as look_after};
pub use question::Question;

use super::auth::Authenticated;
use super::body::Body;
use super::error::{Kind, Problem};
use super::etag::{IfMatch, etag, mismatch};
use super::wire::conversation::ConversationView;
use super::wire::decision::DecisionView;
use super::wire::message::MessageView;
use super::wire::request::NewConversation;
use super::{Edge, idempotency, resource};
use crate::actors::shown::Shown;
use crate::domain::command::{Code, Command, Refusal};
use crate::domain::config::Role;
use crate::domain::conversation::Conversation;

/// Registers the paths.
pub fn register(app: &mut web::ServiceConfig) {
    let of = |tail: &str| format!("/v1/conversations/{{id}}{tail}");
    app.service(resource("/v1/conversations").route(web::post().to(create)).route(web::get().to(list::list)));
    app.service(resource(&of("")).route(web::get().to(look::get)));
    app.service(resource(&of("/end")).route(web::post().to(acts::end)));
    app.service(resource(&of("/close")).route(web::post().to(acts::close)));
    app.service(resource(&of("/transfer")).route(web::post().to(acts::transfer)));
    app.service(resource(&of("/release")).route(web::post().to(acts::release)));
    app.service(resource(&of("/assign")).route(web::post().to(acts::assign)));
    app.service(resource(&of("/consult")).route(web::post().to(acts::consult)));
    app.service(resource(&of("/consult-end")).route(web::post().to(acts::consult_end)));
    app.service(resource(&of("/context")).route(web::patch().to(acts::context)));
    app.service(resource(&of("/events")).route(web::get().to(look::events)));
    app.service(resource(&of("/decisions")).route(web::get().to(look::decisions)));
    app.service(resource(&of("/position")).route(web::get().to(look::position)));
    app.service(resource(&of("/earlier")).route(web::get().to(earlier::list)));
    let messages = of("/earlier/{earlier_id}/messages");
    app.service(resource(&messages).route(web::get().to(earlier::messages)));
}

async fn create(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend])?;
    let question = Question::new(&edge, &request, &auth, body.bytes())?;
    question
        .once(201, async |question| {
            let made = hand_off(&auth, &edge, &body, question).await;
            made.map_err(|problem| complete(problem, &body, &edge.dispatcher.config()))
        })
        .await
}

async fn hand_off(
    auth: &Authenticated,
    edge: &Edge,
    body: &Body,
    question: &Question<'_>,
) -> Result<HttpResponse, Problem> {
    let draft = body.json::<NewConversation>(&edge.schemas)?.draft();
    if !auth.allows_channel(&draft.channel_id) {
        return Err(Problem::new(Kind::Forbidden, "this key is limited to other channels"));
    }
    question.ask(Command::Create(Box::new(draft)), 201).await
}

fn unknown() -> Problem {
    Refusal::of(Code::UnknownConversation).into()
}

/// Why a closed conversation takes no act: the condition first, then its state.
pub(super) fn over(conversation: &Conversation, if_match: Option<u32>) -> Problem {
    if if_match.is_some_and(|version| version != conversation.version) {
        return mismatch("it is not at the version that If-Match names");
    }
    closed(conversation).into()
}

/// The refusal of an act on a conversation that is over.
pub fn closed(conversation: &Conversation) -> Refusal {
    Refusal {
        status: Some(conversation.status),
        agent: conversation.agent.clone(),
        ..Refusal::of(Code::IllegalTransition)
    }
}

/// An answer with a body. A conversation has its `ETag`, a new one its `Location`.
pub(super) fn render(shown: &Shown, status: u16) -> HttpResponse {
    let code = |status| actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    let mut response = HttpResponseBuilder::new(code(status));
    match shown {
        Shown::Conversation(conversation) => {
            if status == 201 {
                response.insert_header((LOCATION, format!("/v1/conversations/{}", conversation.id())));
            }
            conversation_answer(&mut response, conversation)
        }
        Shown::Message { conversation, message, moved } => {
            if *moved {
                response.insert_header((LOCATION, format!("/v1/conversations/{conversation}")));
            }
            response.json(MessageView::new(*conversation, message))
        }
        Shown::Simulated(traces) => response.json(DecisionView::simulated(traces)),
        Shown::Rendered(status, body) => idempotency::rendered(*status, body),
        Shown::Configured(_) | Shown::Agent(_) | Shown::Done => response.json(serde_json::json!({})),
    }
}

fn conversation_answer(response: &mut HttpResponseBuilder, conversation: &Conversation) -> HttpResponse {
    response.insert_header(etag(conversation.version.into())).json(ConversationView::from(conversation))
}

/// The version that the house must find when it decides. Not checked here, so that a repeat under an idempotency key
/// hears its first answer.
pub(super) fn condition(request: &HttpRequest, conversation: &Conversation) -> Option<u32> {
    match IfMatch::of(request) {
        IfMatch::Unset | IfMatch::Any => None,
        IfMatch::OneOf(versions) if versions.contains(&conversation.version.into()) => {
            Some(conversation.version)
        }
        IfMatch::OneOf(versions) => {
            Some(versions.first().and_then(|version| u32::try_from(*version).ok()).unwrap_or(u32::MAX))
        }
    }
}
