//! Who may see which conversation (CONTRACT §2): supervisors and backends all, keys only their channels, an agent its own,
//! what is on offer to it, and what is on its pick list.

use uuid::Uuid;

use std::sync::Arc;

use crate::actors::read_side::Rebuilding;
use crate::domain::command::Code;
use crate::domain::config::Role;
use crate::domain::conversation::{Conversation, Status, Visibility};
use crate::domain::ids::{AgentId, ConversationId};
use crate::http::Edge;
use crate::http::auth::Authenticated;
use crate::http::error::{Kind, Problem};

/// The conversation of this id in a path; 404, 403 or 503.
pub fn visible(edge: &Edge, auth: &Authenticated, id: &str) -> Result<Arc<Conversation>, Problem> {
    let conversation = find(edge, id)?;
    may_see(edge, auth, &conversation)?;
    Ok(conversation)
}

/// The conversation of this id; 404 or 503.
pub fn find(edge: &Edge, id: &str) -> Result<Arc<Conversation>, Problem> {
    let id = parse_id(id).ok_or_else(unknown)?;
    edge.dispatcher.read().conversation(id)?.ok_or_else(unknown)
}

/// A conversation's id; `None` if the text is none.
pub fn parse_id(text: &str) -> Option<ConversationId> {
    Uuid::try_parse(text).ok().map(ConversationId)
}

fn unknown() -> Problem {
    Problem::new(Kind::Refused(Code::UnknownConversation), "there is no conversation of this id")
}

fn may_see(edge: &Edge, auth: &Authenticated, conversation: &Conversation) -> Result<(), Problem> {
    if !auth.allows_channel(&conversation.born.channel_id) {
        return Err(Problem::new(Kind::Forbidden, "this key is limited to other channels"));
    }
    if auth.caller.role != Role::Agent {
        return Ok(());
    }
    let Some(agent) = &auth.caller.agent else { return Err(not_yours()) };
    let offered = conversation.offer.as_ref().is_some_and(|offer| offer.grant.agent == *agent);
    // One that is open again is nobody's.
    let own = conversation.status != Status::Open && conversation.agent.as_ref() == Some(agent);
    let takes_part = conversation.participant(agent).is_some();
    if own || offered || takes_part || edge.dispatcher.read().pickable(agent, conversation.id()) {
        return Ok(());
    }
    Err(not_yours())
}

/// Whether the caller may look at the past of its customer: who has it now, and those who see all.
pub fn holds(auth: &Authenticated, conversation: &Conversation) -> Result<(), Problem> {
    let now = matches!(conversation.status, Status::Active | Status::Waiting | Status::WrapUp);
    let has = now && auth.caller.agent.is_some() && conversation.agent == auth.caller.agent;
    if auth.caller.role != Role::Agent || has {
        return Ok(());
    }
    let detail = "this is for the agent who has the conversation; else it takes supervisor or backend";
    Err(Problem::new(Kind::Refused(Code::NotYours), detail))
}

fn not_yours() -> Problem {
    Problem::new(
        Kind::Refused(Code::NotYours),
        "an agent sees its own conversations and its pick list; this takes supervisor or backend",
    )
}

/// To whom an agent's message goes if it does not say: everybody, but internally from who only takes part.
pub fn default_visibility(conversation: &Conversation, agent: Option<&AgentId>) -> Visibility {
    let part = agent.and_then(|agent| conversation.participant(agent));
    if part.is_some() { Visibility::Internal } else { Visibility::Public }
}

/// Whether messages and events for agents only are shown: to all but backends, which speak for the customer.
pub fn sees_internal(auth: &Authenticated) -> bool {
    auth.caller.role != Role::Backend
}

impl From<Rebuilding> for Problem {
    fn from(_: Rebuilding) -> Self {
        Self::new(Kind::Rebuilding, "history is being filled from the journal; live work goes on").after(5)
    }
}
