//! What a queue is told.

use std::sync::Arc;

use crate::agent::{self, Snapshot};
use crate::capacity::Place;
use crate::command::{Act, Caller, Code, FieldProblem, Reply, Say};
use crate::config::{Config, RequiredSkill};
use crate::configuration;
use crate::context::Context;
use crate::conversation::{Born, CustomerRef, Event, First};
use crate::decision::{OverflowTrace, Reason, RoutingTrace, Trigger};
use crate::ids::{AgentId, ConversationId, GrantId, QueueId};
use crate::machine::Send;
use crate::record::Record;
use crate::time::Timestamp;
use crate::work_stream::Reclassify;

/// Names one round of asking by an agent; a late answer to an older round changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Token(pub u64);

/// An agent's answer to an offer, or the end of a grant that the agent's machine asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GrantEnd {
    /// 5 s without a socket: withdraw the offer.
    Disconnected,
    /// No socket acknowledged it: withdraw the offer, or take the direct assignment back.
    Undelivered,
    /// Gone for longer than the grace: take the assignment back.
    Lost,
}

/// What the work stream made of a context change.
#[derive(Clone, PartialEq, Debug)]
pub struct Classified {
    /// The whole context now.
    pub context: Context,
    /// Undeclared keys now.
    pub undeclared: Vec<Arc<str>>,
    /// Customer now.
    pub customer: CustomerRef,
    /// Priority now.
    pub priority: i32,
    /// Skills required now.
    pub skills: Vec<RequiredSkill>,
    /// Where it goes now.
    pub trace: RoutingTrace,
    /// Agent to whom it goes first, by a rule.
    pub first: Option<First>,
}

/// A conversation that does not exist, on its way through queues.
#[derive(Clone, Debug)]
pub struct Simulation {
    /// As it would arrive.
    pub born: Arc<Born>,
    /// How it would be routed.
    pub routing: RoutingTrace,
    /// What the queues before this one would make of it.
    pub overflow: Vec<OverflowTrace>,
    /// When, for the hours.
    pub at: Timestamp,
    /// Under this configuration, instead of the one in force.
    pub under: Option<Arc<Config>>,
    /// Who waits.
    pub reply: Reply,
}

/// Inputs of a queue.
#[derive(Clone, Debug)]
pub enum Input {
    /// At a start, after all folding.
    Started,
    /// Time has come for something.
    Tick,
    /// The configuration changed; told to all queues, or for one agent.
    Configured(Option<AgentId>),
    /// A conversation arrives from its work stream.
    Enqueue {
        /// What it is.
        born: Arc<Born>,
        /// How it was routed.
        trace: Box<RoutingTrace>,
        /// First message.
        message: Option<Say>,
        /// By whom, and who waits.
        caller: Caller,
        /// Who waits.
        reply: Reply,
        /// Whether the answer is the message rather than the conversation.
        answer_message: bool,
    },
    /// It folded somebody else's record: a conversation moved here.
    Folded(Arc<Record>),
    /// Something is done to a conversation.
    Act {
        /// Which.
        id: ConversationId,
        /// What.
        act: Act,
        /// Only at this version.
        if_match: Option<u32>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// The work stream classified a changed context, or found it wrong.
    Classified {
        /// What was asked: it is asked again if the conversation has changed meanwhile.
        what: Box<Reclassify>,
        /// What came out.
        result: Result<Box<Classified>, Vec<FieldProblem>>,
        /// By whom.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// The agent holds the units.
    Reserved {
        /// Of which reservation.
        grant: GrantId,
        /// The agent as it is now.
        snapshot: Arc<Snapshot>,
    },
    /// The agent does not.
    Refused {
        /// Of which reservation.
        grant: GrantId,
        /// What the snapshot shows.
        reason: Reason,
        /// The agent as it is now.
        snapshot: Arc<Snapshot>,
    },
    /// An agent became more available, or its connection, presence or skills changed.
    Seen(Arc<Snapshot>),
    /// An agent asks for the best conversation that it is eligible for.
    Ask {
        /// Round of asking.
        token: Token,
        /// The agent as it is now.
        snapshot: Arc<Snapshot>,
    },
    /// The agent took this queue's bid and holds the units.
    Won {
        /// Grant made by the agent.
        grant: GrantId,
        /// The bid's conversation.
        conversation: ConversationId,
        /// The bid's units.
        units: u32,
        /// The bid's places.
        places: Vec<Place>,
        /// The agent as it is now.
        snapshot: Arc<Snapshot>,
    },
    /// The agent answers an offer.
    Answer {
        /// Which offer.
        grant: GrantId,
        /// Of which conversation.
        conversation: ConversationId,
        /// Who.
        agent: AgentId,
        /// Accept or decline.
        accept: bool,
        /// Who waits.
        reply: Reply,
    },
    /// An agent's machine asks that a grant end.
    End {
        /// Which.
        grant: GrantId,
        /// Of which conversation.
        conversation: ConversationId,
        /// Why.
        why: GrantEnd,
    },
    /// An agent says whether it may be consulted.
    Consultable {
        /// In which conversation.
        conversation: ConversationId,
        /// Who.
        agent: AgentId,
        /// Why not.
        result: Result<(), Code>,
        /// Who invites.
        caller: Caller,
        /// Who waits.
        reply: Reply,
    },
    /// A participant is gone for longer than the grace.
    Depart {
        /// Of which conversation.
        conversation: ConversationId,
        /// Who.
        agent: AgentId,
    },
    /// A conversation has just come into this queue. Told to itself with its arrival.
    Entered(ConversationId, Trigger),
    /// Matches what can be matched. Told to itself after what may have made a match possible.
    Match(Trigger),
    /// Withdraws what the configuration no longer allows. Told to itself after a change and at a start.
    Housekeep(Trigger),
    /// The archive has it: an ended conversation may leave memory.
    Forget(ConversationId),
    /// Whether the queue could be deleted; answered to the configuration.
    MayDelete(Reply),
    /// What would happen to such a conversation.
    Simulate(Box<Simulation>),
}

impl Input {
    /// What must be said where there is no such queue any more: every hold ends by a record or by `LetGo`, every
    /// ask by a bid, every question about a deletion by an answer.
    pub fn returned(&self, queue: &QueueId) -> Option<Send> {
        let (agent, input) = match self {
            Self::Reserved { grant, snapshot } | Self::Won { grant, snapshot, .. } => {
                (&snapshot.agent, agent::Input::LetGo(*grant))
            }
            Self::Ask { token, snapshot } => {
                (&snapshot.agent, agent::Input::Bid { token: *token, queue: queue.clone(), best: None })
            }
            Self::MayDelete(reply) => return Some(configuration::Input::nobody_to_ask(*reply)),
            _ => return None,
        };
        Some(Send::Agent(agent.clone(), input))
    }
}

/// Folding an event of somebody else's is worth a reaction only if it brought a conversation here.
pub(super) fn folded(record: &Arc<Record>) -> Option<Input> {
    match &**record {
        Record::Event(Event { what, .. }) if what.moved().is_some() => Some(Input::Folded(record.clone())),
        _ => None,
    }
}
