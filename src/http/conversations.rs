//! Conversations over HTTP (CONTRACT §4): hand-offs, looking, and what people do to one.
//!
//! Owns roles, conditions and the answers' forms. Who may do what to a conversation in which state is the machines'.
//! A conversation that has left memory is over: its actions are the 409 that the machine would have given.

pub mod access;
mod acts;
pub mod doc;
mod list;
mod look;

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError, web};

pub use look::{EstimatedWait, PositionView, after as look_after};

use super::auth::Authenticated;
use super::body::Body;
use super::error::{Kind, Problem};
use super::etag::{IfMatch, etag, mismatch};
use super::wire::conversation::ConversationView;
use super::wire::decision::DecisionView;
use super::wire::message::MessageView;
use super::wire::request::NewConversation;
use super::{Edge, idempotency, resource};
use crate::actors::dispatcher;
use crate::actors::shown::{AskError, Outcome, Shown};
use crate::domain::command::{Act, Caller, Code, Command, Refusal, Request};
use crate::domain::config::Role;
use crate::domain::conversation::{Conversation, Status};
use crate::domain::ids::ConversationId;
use crate::domain::record::KeptAnswer;

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
}

async fn create(
    auth: Authenticated,
    edge: web::Data<Edge>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Problem> {
    auth.require(&[Role::Backend])?;
    let command = body.json::<NewConversation>(&edge.schemas).and_then(|new| {
        let draft = new.draft();
        if auth.allows_channel(&draft.channel_id) {
            Ok(Command::Create(Box::new(draft)))
        } else {
            Err(Problem::new(Kind::Forbidden, "this key is limited to other channels"))
        }
    });
    Question::new(&edge, &request, &auth.caller, body.bytes())?.ask(command, 201).await
}

/// One POST or PATCH on its way: who asks, and under which idempotency key.
pub(super) struct Question<'a> {
    edge: &'a Edge,
    caller: Caller,
    key: Option<(crate::domain::record::KeyDigest, [u8; 16])>,
    /// Pointer of the context map in the body.
    context: &'static str,
    /// The conversation in the path of a message: one that was said elsewhere has its `Location`.
    named: Option<ConversationId>,
}

impl<'a> Question<'a> {
    /// Reads the idempotency key.
    pub fn new(edge: &'a Edge, request: &HttpRequest, caller: &Caller, body: &[u8]) -> Result<Self, Problem> {
        let key = idempotency::key(request, caller, body)?;
        Ok(Self { edge, caller: caller.clone(), key, context: "/context", named: None })
    }

    /// The same, about a message to this conversation.
    pub fn about(self, conversation: ConversationId) -> Self {
        Self { named: Some(conversation), ..self }
    }

    /// The same, where the body is the context map itself; a PATCH takes no key.
    pub fn of_context(edge: &'a Edge, caller: &Caller) -> Self {
        Self { edge, caller: caller.clone(), key: None, context: "", named: None }
    }

    /// Asks the house and renders the answer with `status`. The house keeps what had an effect for the key, in the same
    /// unit as the effect; refusals (404, 409, 422), its own and the edge's, and simulations are kept here, as they left.
    pub async fn ask(&self, command: Result<Command, Problem>, status: u16) -> Result<HttpResponse, Problem> {
        match self.ask_known(command, status).await {
            Ok(None) => self.refuse(unknown(), status).await,
            Ok(Some(response)) => Ok(response),
            Err(problem) => Err(problem),
        }
    }

    /// The same; `None`: the house does not know the conversation, which may have ended and left its memory since the
    /// edge looked. The edge looks again.
    pub async fn ask_known(
        &self,
        command: Result<Command, Problem>,
        status: u16,
    ) -> Result<Option<HttpResponse>, Problem> {
        let command = match command {
            Ok(command) => command,
            Err(problem) => return self.refuse(problem, status).await.map(Some),
        };
        let asked = self.put(command).await;
        if asked.replayed {
            return Ok(Some(self.answer(&asked, status)));
        }
        match &asked.outcome {
            Err(AskError::Refused(refusal)) if refusal.code == Code::UnknownConversation => Ok(None),
            _ => self.answer_first(asked.outcome, status).await.map(Some),
        }
    }

    /// Renders the house's own answer, and keeps it where the house did not.
    async fn answer_first(&self, outcome: Outcome, status: u16) -> Result<HttpResponse, Problem> {
        match outcome {
            Err(error) => self.refuse(Problem::of_ask(&error, self.context), status).await,
            Ok(Shown::Simulated(traces)) => {
                let body = serde_json::to_vec(&DecisionView::simulated(&traces)).unwrap_or_default();
                let kept = self.keep(KeptAnswer::Rendered { status, body: body.clone() }, status).await;
                Ok(kept.unwrap_or_else(|| render(&Shown::Rendered(status, body.into()), status)))
            }
            Ok(shown) => Ok(self.render(&shown, status)),
        }
    }

    fn render(&self, shown: &Shown, status: u16) -> HttpResponse {
        match (shown, self.named) {
            (Shown::Message { conversation, message, .. }, Some(named)) => {
                let (conversation, moved) = (*conversation, *conversation != named);
                render(&Shown::Message { conversation, message: message.clone(), moved }, status)
            }
            _ => render(shown, status),
        }
    }

    /// A refusal, or what the key was answered with before.
    async fn refuse(&self, problem: Problem, good: u16) -> Result<HttpResponse, Problem> {
        if !matches!(problem.status, 404 | 409 | 422) || problem.code == Kind::KeyReused.row().1 {
            return Err(problem);
        }
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        match self.keep(KeptAnswer::Rendered { status: problem.status, body }, good).await {
            Some(before) => Ok(before),
            None => Err(problem),
        }
    }

    /// The message that was said before under the client's own id: what the key was answered with, if it was, or this,
    /// which the key has from now on.
    pub async fn repeat(&self, known: &Shown) -> HttpResponse {
        let kept = match known {
            Shown::Message { conversation, message, moved } => {
                let answer =
                    KeptAnswer::Message { conversation: *conversation, seq: message.seq, moved: *moved };
                self.keep(answer, 201).await
            }
            _ => None,
        };
        kept.unwrap_or_else(|| render(known, 201))
    }

    /// Keeps an answer for the key; gives what the key was answered with before, if it was. `good` is the status of
    /// this path's good answers.
    async fn keep(&self, answer: KeptAnswer, good: u16) -> Option<HttpResponse> {
        self.key?;
        let asked = self.put(Command::Keep(answer)).await;
        let answered = asked.replayed || asked.outcome.is_err();
        answered.then(|| self.answer(&asked, good))
    }

    fn answer(&self, asked: &dispatcher::Asked, status: u16) -> HttpResponse {
        let mut response = match &asked.outcome {
            Ok(shown) => self.render(shown, status),
            Err(error) => Problem::of_ask(error, self.context).error_response(),
        };
        idempotency::mark(&mut response, asked.replayed);
        response
    }

    async fn put(&self, command: Command) -> dispatcher::Asked {
        self.edge.dispatcher.ask(Request { caller: self.caller.clone(), command, key: self.key }).await
    }

    /// Asks for an act. A closed conversation takes none, and may have left the house's memory.
    pub async fn act(
        &self,
        conversation: &Conversation,
        asked: Result<Asked, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let command = asked.and_then(|Asked { act, if_match }| {
            if conversation.status == Status::Closed {
                return Err(over(conversation, if_match));
            }
            Ok(Command::Conversation { id: conversation.id(), act, if_match })
        });
        if let Some(response) = self.ask_known(command, 200).await? {
            return Ok(response);
        }
        let ended = self.edge.dispatcher.read().conversation(conversation.id())?;
        self.refuse(ended.map_or_else(unknown, |ended| over(&ended, None)), 200).await
    }
}

fn unknown() -> Problem {
    Refusal::of(Code::UnknownConversation).into()
}

/// An act and its condition.
pub(super) struct Asked {
    pub act: Act,
    pub if_match: Option<u32>,
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
        Shown::Rendered(status, body) => {
            let media_type = if *status < 400 { "application/json" } else { super::error::PROBLEM_JSON };
            HttpResponseBuilder::new(code(*status)).content_type(media_type).body(body.to_vec())
        }
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
