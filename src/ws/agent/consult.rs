//! Frames about taking part in a conversation: consult, and supervisors who watch or join.

use std::sync::Arc;

use serde::Deserialize;
use utoipa::ToSchema;

use super::frames::{Taken, Turn};
use crate::actors::shown::{Outcome, Pending, Shown};
use crate::domain::command::{Act, AgentAct, Caller, Command, ConsultAct, Request};
use crate::domain::config::Role;
use crate::domain::conversation::{By, Conversation, Status};
use crate::domain::ids::AgentId;
use crate::domain::record::Audited;
use crate::http::auth::forbidden;
use crate::http::conversations::access::find;
use crate::http::conversations::closed;
use crate::http::error::{Kind, Problem};
use crate::ws::client::{Incoming, OfConversation};
use crate::ws::reply::{self, Audience};

/// `conversation.consult` and `conversation.consult_end`
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConsultFrame)]
pub struct Consult {
    /// In which conversation.
    #[schema(max_length = 64)]
    pub conversation_id: String,
    /// Whom.
    #[schema(max_length = 64)]
    pub agent_id: String,
}

impl Turn<'_> {
    /// Takes a frame about taking part, by its type; `None`: it is of another kind.
    pub(super) fn part(&self, frame: Incoming) -> Result<Taken, Incoming> {
        Ok(match frame.kind.as_str() {
            "conversation.consult" => self.of_other(frame, ConsultAct::Invite),
            "conversation.consult_end" => self.of_other(frame, ConsultAct::End),
            "consult.accept" => self.of_conversation(frame, Act::Consult(ConsultAct::Answer(true))),
            "consult.decline" => self.of_conversation(frame, Act::Consult(ConsultAct::Answer(false))),
            "consult.leave" => self.of_conversation(frame, Act::Consult(ConsultAct::Leave)),
            "conversation.join" => {
                self.supervises().and_then(|()| self.of_conversation(frame, Act::Consult(ConsultAct::Join)))
            }
            "conversation.watch" => self.watch(frame),
            "conversation.unwatch" => self.unwatch(frame),
            _ => return Err(frame),
        })
    }

    fn of_other(&self, frame: Incoming, act: impl FnOnce(AgentId) -> ConsultAct) -> Taken {
        let named: Consult = frame.take(&self.edge.schemas)?;
        self.act(&named.conversation_id, Act::Consult(act(named.agent_id.into())))
    }

    fn supervises(&self) -> Result<(), Problem> {
        let caller = &self.session.caller;
        if caller.supervises() { Ok(()) } else { Err(forbidden(caller.role, &[Role::Supervisor])) }
    }

    /// Soft: this socket hears what happens in the conversation until it is active no more.
    fn watch(&self, frame: Incoming) -> Taken {
        self.supervises()?;
        let named: OfConversation = frame.take(&self.edge.schemas)?;
        let conversation = find(self.edge, &named.conversation_id)?;
        if conversation.status != Status::Active {
            return Err(closed(&conversation).into());
        }
        if !self.edge.dispatcher.feeds().watch(self.session.id, conversation.id()) {
            return Err(Problem::new(Kind::Conflict, "this socket watches as many conversations as it may"));
        }
        tracing::info!(agent.id = %self.session.agent, conversation.id = %conversation.id(), "a supervisor watches");
        self.on_record(conversation);
        Ok(None)
    }

    /// A watch goes on record for the audit log; one that cannot is none.
    fn on_record(&self, conversation: Arc<Conversation>) {
        let act = AgentAct::Audit(Audited::Watched(conversation.id()));
        let command = Command::Agent { id: self.session.agent.clone(), act };
        let by = By::Supervisor(self.session.agent.0.clone());
        let request = Request { caller: Caller { by, ..self.session.caller.clone() }, command, key: None };
        let (outbox, id, session) = (self.outbox.clone(), self.id.clone(), self.session.id);
        let house = self.edge.dispatcher.clone();
        let told = move |recorded: Outcome| {
            if recorded.is_err() {
                house.feeds().unwatch(session, conversation.id());
            }
            let shown = recorded.map(|_| Shown::Conversation(conversation));
            outbox.try_push(reply::outcome(&id, &shown, Audience::Agent));
        };
        self.edge.dispatcher.submit(request, Pending(Box::new(told)));
    }

    fn unwatch(&self, frame: Incoming) -> Taken {
        self.supervises()?;
        let named: OfConversation = frame.take(&self.edge.schemas)?;
        let conversation = find(self.edge, &named.conversation_id)?;
        self.edge.dispatcher.feeds().unwatch(self.session.id, conversation.id());
        self.outbox.try_push(reply::done(self.id));
        Ok(None)
    }
}
