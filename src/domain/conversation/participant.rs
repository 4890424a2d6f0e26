//! Who takes part in an active conversation beside the agent who has it: consulted agents and supervisors who
//! joined. They cost no capacity and are gone when that agent no longer has it (SPEC §§15, 16).

use serde::{Deserialize, Serialize};

use super::Conversation;
use crate::ids::AgentId;
use crate::time::Timestamp;

/// Most participants of a conversation: each is sent every message.
pub const MAX_PARTICIPANTS: usize = 5;

/// How somebody takes part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ParticipantKind {
    /// Invited by the agent who has the conversation; reads everything, writes internally.
    Consult,
    /// A supervisor who joined; reads and writes everything.
    Supervisor,
}

impl ParticipantKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consult => "consult",
            Self::Supervisor => "supervisor",
        }
    }
}

/// Somebody who takes part, or is invited to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub agent: AgentId,
    /// How.
    pub kind: ParticipantKind,
    /// When the invitation ends; `None`: joined.
    pub until: Option<Timestamp>,
    /// Invited or joined then.
    pub since: Timestamp,
}

impl Participant {
    /// Whether the invitation, if it took one, was accepted.
    pub fn joined(&self) -> bool {
        self.until.is_none()
    }
}

/// Why somebody takes part no more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum LeaveReason {
    /// The invitation was declined.
    Declined,
    /// The invitation was not answered in time.
    TimedOut,
    /// It left.
    Left,
    /// The agent who has the conversation ended it.
    Ended,
    /// Gone for longer than the grace, or deleted.
    AgentLost,
    /// The agent who had the conversation has it no more.
    PrimaryLeft,
    /// It had joined as a supervisor and is none any more.
    RoleLost,
}

impl LeaveReason {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::TimedOut => "timed_out",
            Self::Left => "left",
            Self::Ended => "ended",
            Self::AgentLost => "agent_lost",
            Self::PrimaryLeft => "primary_left",
            Self::RoleLost => "role_lost",
        }
    }
}

impl Conversation {
    /// How this agent takes part, if it does or is invited.
    pub fn participant(&self, agent: &AgentId) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.agent == *agent)
    }

    pub(super) fn invite(&mut self, agent: &AgentId, until: Timestamp, at: Timestamp) {
        let kind = ParticipantKind::Consult;
        self.participants.push(Participant { agent: agent.clone(), kind, until: Some(until), since: at });
    }

    pub(super) fn join(&mut self, agent: &AgentId, kind: ParticipantKind, at: Timestamp) {
        self.leave(agent);
        self.participants.push(Participant { agent: agent.clone(), kind, until: None, since: at });
    }

    pub(super) fn leave(&mut self, agent: &AgentId) {
        self.participants.retain(|participant| participant.agent != *agent);
    }
}
