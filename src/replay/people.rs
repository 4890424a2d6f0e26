//! The people of a play: who comes when, who is there, and what each does. All of it is input; nothing here is drawn.

use crate::domain::command::Draft;
use crate::domain::ids::{AgentId, ConversationId, PresenceId};
use crate::domain::time::Timestamp;

/// A customer who comes once.
#[derive(Clone, PartialEq, Debug)]
pub struct Customer {
    /// The conversation's id.
    pub id: ConversationId,
    /// When it is handed over.
    pub at: Timestamp,
    /// What is handed over.
    pub draft: Draft,
    /// Leaves if no agent has it this long after; `None` waits as long as needed. Milliseconds.
    pub patience_ms: Option<i64>,
    /// How long agents have it active, in all, before they end it. Milliseconds.
    pub handling_ms: i64,
    /// How long its wrap-up takes. Milliseconds.
    pub wrap_up_ms: i64,
}

/// What an agent does about being there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Presence {
    /// Opens a socket.
    Connect,
    /// Closes it.
    Disconnect,
    /// Chooses a presence, base or custom.
    Choose(PresenceId),
}

/// One change of an agent's presence.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Move {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub agent: AgentId,
    /// What.
    pub what: Presence,
}

/// What an agent does about an offer, so many milliseconds after it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reaction {
    /// Takes it.
    Accept(i64),
    /// Declines it; where it cannot be declined, nothing.
    Decline(i64),
    /// Nothing: the offer times out.
    Ignore,
}

/// How agents behave.
pub trait Manner {
    /// What this agent does about an offer of this conversation.
    fn reaction(&mut self, agent: &AgentId, conversation: ConversationId) -> Reaction;

    /// How long after it could take something from the pick list it does. Milliseconds.
    fn picks_after_ms(&mut self, agent: &AgentId) -> i64;
}

/// Agents who take everything at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

impl Manner for AtOnce {
    fn reaction(&mut self, _agent: &AgentId, _conversation: ConversationId) -> Reaction {
        Reaction::Accept(0)
    }

    fn picks_after_ms(&mut self, _agent: &AgentId) -> i64 {
        0
    }
}
