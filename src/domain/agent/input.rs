//! What an agent's machine is told, and the snapshot with which it shows itself to its queues.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::capacity::{Place, Room};
use crate::command::{AgentAct, Caller, Reply};
use crate::conversation::Rank;
use crate::ids::{AgentId, ConversationId, GrantId, QueueId, SessionId, SkillId, WorkStreamId};
use crate::offer::GrantKind;
use crate::presence::BasePresence;
use crate::queue::Token;
use crate::record::Record;
use crate::time::Timestamp;

/// An agent as it shows itself to its queues. The highest version counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Who.
    pub agent: AgentId,
    /// Rises with each change.
    pub version: u64,
    /// A socket is open, and was heard.
    pub connected: bool,
    /// Base presence.
    pub presence: BasePresence,
    /// Total units less firm and held ones; negative where grants exceed the total.
    pub free: i64,
    /// Offers that may still be opened.
    pub slots: u32,
    /// Places in profiles and under caps.
    pub room: Room,
    /// Level by skill.
    pub skills: Arc<BTreeMap<SkillId, u32>>,
    /// Active conversations by work stream.
    pub by_work_stream: BTreeMap<WorkStreamId, u32>,
    /// Active conversations.
    pub active: u32,
    /// End of the last conversation, or start of the connection.
    pub idle_since: Timestamp,
    /// Since when it is not connected; the start of the house if never seen.
    pub gone_since: Timestamp,
    /// Since when it is configured: what its id did before was somebody else.
    pub since: Timestamp,
}

/// A queue asks the agent for units.
#[derive(Clone, PartialEq, Debug)]
pub struct Reserve {
    /// Grant that it becomes.
    pub grant: GrantId,
    /// For which conversation.
    pub conversation: ConversationId,
    /// Who asks, and is answered.
    pub queue: QueueId,
    /// Of which work stream.
    pub work_stream: WorkStreamId,
    /// How many.
    pub units: u32,
    /// Places beside them.
    pub places: Vec<Place>,
    /// Why.
    pub kind: GrantKind,
    /// Whether it would become an offer and so takes a slot.
    pub offers: bool,
}

/// A queue's best for an agent that asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bid {
    /// Place in line.
    pub rank: Rank,
    /// Units that it costs.
    pub units: u32,
    /// Places that it takes.
    pub places: Vec<Place>,
    /// Its work stream.
    pub work_stream: WorkStreamId,
    /// Whether it would become an offer and so takes a slot.
    pub offers: bool,
}

/// Inputs of an agent.
#[derive(Clone, Debug)]
pub enum Input {
    /// At a start, after all folding.
    Started,
    /// Time has come for something.
    Tick,
    /// The configuration changed.
    Configured,
    /// It folded a record of a queue's, or the configuration's.
    Folded(Arc<Record>),
    /// Something is asked of it.
    Act {
        /// What.
        act: AgentAct,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A queue asks for units.
    Reserve(Reserve),
    /// A queue asks whether the agent may be invited to be consulted.
    Consult {
        /// In which conversation.
        conversation: ConversationId,
        /// Who invites.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A queue does not need what is held.
    LetGo(GrantId),
    /// A queue's answer to an ask.
    Bid {
        /// Round of asking.
        token: Token,
        /// Which queue.
        queue: QueueId,
        /// Its best, or nothing.
        best: Option<Bid>,
    },
    /// Compares what is shown with what was announced; told to itself after everything.
    Settle {
        /// Who is behind a change of presence: agent, system or supervisor.
        by: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// Answers a socket's hello, once it is counted in.
    Greet(SessionId, Reply),
    /// Whether the agent could be deleted; answered to the configuration.
    MayDelete(Reply),
}

impl Input {
    /// A settle after something that the system did.
    pub(super) fn settle() -> Self {
        Self::Settle { by: "system", reason: "load" }
    }
}

/// Every event that an agent folds may be worth a frame; a change of the configuration is followed by
/// [`Input::Configured`].
pub(super) fn folded(record: &Arc<Record>) -> Option<Input> {
    let configured = matches!(&**record, Record::Configured(_));
    (!configured).then(|| Input::Folded(record.clone()))
}
