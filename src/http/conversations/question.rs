//! One POST or PATCH on its way: who asks, and under which idempotency key.
//!
//! The key is claimed before anything is looked at but token and role, and held until the answer is kept: whoever comes
//! with it meanwhile waits, whoever comes later gets the first answer again (CONTRACT §2).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::{closed, over, render};
use crate::actors::dispatcher::{self, KeyClaim};
use crate::actors::shown::{AskError, Outcome, Shown};
use crate::domain::command::{Act, Caller, Code, Command, Request};
use crate::domain::config::{Change, Config, Key};
use crate::domain::conversation::{Conversation, Status};
use crate::domain::ids::ConversationId;
use crate::domain::outbound;
use crate::domain::record::{KeptAnswer, KeyDigest};
use crate::http::auth::Authenticated;
use crate::http::entities::routed;
use crate::http::error::Problem;
use crate::http::wire::decision::DecisionView;
use crate::http::{Edge, idempotency};

/// One POST or PATCH on its way.
pub struct Question<'a> {
    edge: &'a Edge,
    caller: Caller,
    key: Option<(KeyDigest, [u8; 16])>,
    claim: Option<KeyClaim>,
    /// Pointer of the context map in the body.
    context: &'static str,
    /// The conversation in the path of a message: one that was said elsewhere has its `Location`.
    named: Option<ConversationId>,
    /// A good answer is the record's work item, not the conversation.
    of_record: bool,
}

impl<'a> Question<'a> {
    /// Reads the idempotency key.
    pub fn new(
        edge: &'a Edge,
        request: &HttpRequest,
        auth: &Authenticated,
        body: &[u8],
    ) -> Result<Self, Problem> {
        let key = idempotency::key(request, &auth.identity.source, body)?;
        Ok(Self {
            edge,
            caller: auth.caller.clone(),
            key,
            claim: None,
            context: "/context",
            named: None,
            of_record: false,
        })
    }

    /// The same, asked by this caller.
    #[must_use]
    pub fn by(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    /// The same, about a message to this conversation.
    #[must_use]
    pub fn about(self, conversation: Option<ConversationId>) -> Self {
        Self { named: conversation, ..self }
    }

    /// The same about a record that is handed over: the answer is its work item.
    #[must_use]
    pub fn of_record(self) -> Self {
        Self { of_record: true, ..self }
    }

    /// The same, where the body is the context map itself; a PATCH takes no key.
    pub fn of_context(edge: &'a Edge, caller: &Caller) -> Self {
        Self {
            edge,
            caller: caller.clone(),
            key: None,
            claim: None,
            context: "",
            named: None,
            of_record: false,
        }
    }

    /// Makes the first answer of the key and keeps it, or gives it again. The house keeps what had an effect, in the same
    /// unit as the effect; refusals (404, 409, 422) are kept here, as they left. `good` is the status of good answers.
    pub async fn once(
        mut self,
        good: u16,
        first: impl AsyncFnOnce(&Self) -> Result<HttpResponse, Problem>,
    ) -> Result<HttpResponse, Problem> {
        if let Some((key, body)) = self.key {
            match self.edge.dispatcher.claim(key, body).await {
                Ok(claim) => self.claim = Some(claim),
                Err(asked) => return Ok(self.again(&asked, good)),
            }
        }
        match first(&self).await {
            Err(problem) if matches!(problem.status, 404 | 409 | 422) => {
                let body = serde_json::to_vec(&problem).unwrap_or_default();
                self.keep(KeptAnswer::Rendered { status: problem.status, body }).await?;
                Err(problem)
            }
            done => done,
        }
    }

    /// Asks the house and renders its answer with `status`.
    pub async fn ask(&self, command: Command, status: u16) -> Result<HttpResponse, Problem> {
        match self.put(command).await {
            Err(error) => Err(self.problem(&error)),
            Ok(Shown::Simulated(traces)) => {
                let body = serde_json::to_vec(&DecisionView::simulated(&traces)).unwrap_or_default();
                self.keep(KeptAnswer::Rendered { status, body: body.clone() }).await?;
                Ok(render(&Shown::Rendered(status, body.into()), status))
            }
            Ok(shown) => Ok(self.render(&shown, status)),
        }
    }

    /// The same; `None`: the house does not know the conversation, which may have ended and left its memory since the
    /// edge looked. The edge looks again.
    pub async fn ask_known(&self, command: Command, status: u16) -> Result<Option<HttpResponse>, Problem> {
        match self.put(command).await {
            Err(AskError::Refused(refusal)) if refusal.code == Code::UnknownConversation => Ok(None),
            Err(error) => Err(self.problem(&error)),
            Ok(shown) => Ok(Some(self.render(&shown, status))),
        }
    }

    /// Asks for an act. A closed conversation takes none, and may have left the house's memory.
    pub async fn act(
        &self,
        conversation: &Conversation,
        act: Act,
        if_match: Option<u32>,
    ) -> Result<HttpResponse, Problem> {
        if conversation.status == Status::Closed {
            return Err(over(conversation, if_match));
        }
        let command = Command::Conversation { id: conversation.id(), act, if_match };
        if let Some(response) = self.ask_known(command, 200).await? {
            return Ok(response);
        }
        let ended = self.edge.dispatcher.read().conversation(conversation.id())?;
        Err(ended.map_or_else(super::unknown, |ended| closed(&ended).into()))
    }

    /// Asks for changes of the configuration, all or none, whose good answer is this one.
    pub async fn configure(
        &self,
        changes: Vec<Change>,
        if_match: Vec<(Key, Option<u64>)>,
        answer: KeptAnswer,
    ) -> Result<Arc<Config>, Problem> {
        match self.put(Command::ConfigureOnce { changes, if_match, answer }).await {
            Ok(Shown::Configured(config)) => Ok(config),
            Ok(_) => Ok(self.edge.dispatcher.config()),
            Err(error) => Err(self.problem(&error)),
        }
    }

    /// The message that was said before under the client's own id; the key has it from now on.
    pub async fn repeat(&self, known: &Shown) -> Result<HttpResponse, Problem> {
        if let Shown::Message { conversation, message, moved } = known {
            let (conversation, seq, moved) = (*conversation, message.seq, *moved);
            self.keep(KeptAnswer::Message { conversation, seq, moved }).await?;
        }
        Ok(self.render(known, 201))
    }

    /// Asks for something about deliveries, whose good answer is this one.
    pub async fn outbound(&self, act: outbound::Act, answer: KeptAnswer) -> Result<(), Problem> {
        let command = Command::Outbound { act, answer: Some(answer) };
        self.put(command).await.map(drop).map_err(|error| self.problem(&error))
    }

    /// Keeps an answer for the key, if there is one.
    pub async fn keep(&self, answer: KeptAnswer) -> Result<(), Problem> {
        if self.claim.is_none() {
            return Ok(());
        }
        self.put(Command::Keep(answer)).await.map(drop).map_err(|error| self.problem(&error))
    }

    /// What the key was answered with before.
    fn again(&self, asked: &dispatcher::Asked, good: u16) -> HttpResponse {
        let mut response = match &asked.outcome {
            Ok(shown) => self.render(shown, good),
            Err(error) => self.problem(error).error_response(),
        };
        idempotency::mark(&mut response, asked.replayed);
        response
    }

    fn render(&self, shown: &Shown, status: u16) -> HttpResponse {
        match (shown, self.named) {
            (Shown::Message { conversation, message, .. }, Some(named)) => {
                let (conversation, moved) = (*conversation, *conversation != named);
                render(&Shown::Message { conversation, message: message.clone(), moved }, status)
            }
            (Shown::Conversation(conversation), _) if self.of_record => {
                let status = StatusCode::from_u16(status).unwrap_or_default();
                routed(conversation, &mut HttpResponse::build(status))
            }
            _ => render(shown, status),
        }
    }

    fn problem(&self, error: &AskError) -> Problem {
        Problem::of_ask(error, self.context)
    }

    async fn put(&self, command: Command) -> Outcome {
        let (dispatcher, caller) = (&self.edge.dispatcher, self.caller.clone());
        match &self.claim {
            Some(claim) => dispatcher.ask_under(claim, caller, command).await,
            None => dispatcher.ask(Request { caller, command, key: None }).await.outcome,
        }
    }
}
