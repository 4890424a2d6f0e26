//! Events: the one record of what happens to a conversation, authored by its home queue alone.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Born, Conversation, CustomerRef, LeaveReason, ParticipantKind, Wait};
use crate::classification::Written;
use crate::config::{Occasion, RequiredSkill};
use crate::context::Context;
use crate::correspondent::Attachment;
use crate::decision::{MatchTrace, OverflowOutcome, OverflowTrace, RoutingTrace};
use crate::ids::{AgentId, ApiKeyId, ConversationId, MessageId, QueueId, SessionId};
use crate::offer::{Grant, Offer, OfferEnd, Withdrawal};
use crate::time::Timestamp;

/// Who made it happen.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum By {
    /// The dispatcher itself: matching, timers.
    System,
    /// The customer, over a customer socket or the widget.
    Customer,
    /// A backend, by its key.
    Backend(ApiKeyId),
    /// An agent.
    Agent(AgentId),
    /// A supervisor or administrator: an agent resource, or a key.
    Supervisor(Arc<str>),
}

/// Who speaks.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Sender {
    /// The customer.
    Customer,
    /// An agent.
    Agent(AgentId),
    /// The dispatcher.
    System,
}

/// Who may read a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Visibility {
    /// Customer and agents.
    Public,
    /// Agents only.
    Internal,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// 1, 2, … in the conversation.
    pub seq: u32,
    /// Who speaks.
    pub sender: Sender,
    /// What.
    pub text: Arc<str>,
    /// To whom.
    pub visibility: Visibility,
    /// The sender's own id: the same again gives the first message.
    pub client_message_id: Option<Arc<str>>,
    /// What stands elsewhere.
    pub attachments: Vec<Attachment>,
    /// When.
    pub created_at: Timestamp,
    /// What made the house say it by itself, if that is what it is.
    pub automated: Option<Occasion>,
}

/// To whom a conversation goes first, before everyone of its queue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct First {
    /// Who.
    pub agent: AgentId,
    /// The previous agent of a returning customer (regardless of capacity and presence), or a rule's agent.
    pub affinity: bool,
    /// A rule's agent that is not connected is waited for until then; affinity does not wait.
    pub until: Timestamp,
}

/// Why an active conversation went back to its queue.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ReturnReason {
    /// The agent released it.
    Released,
    /// The agent was lost beyond the grace.
    AgentLost,
    /// Opened directly, but no socket acknowledged it.
    Undelivered,
    /// A record was unassigned.
    Unassigned,
}

impl ReturnReason {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::AgentLost => "agent_lost",
            Self::Undelivered => "undelivered",
            Self::Unassigned => "unassigned",
        }
    }
}

/// Why a conversation ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum CloseReason {
    /// The customer left before an agent had it, or while it waited.
    CustomerEnded,
    /// The agent closed it after wrap-up.
    AgentClosed,
    /// The age limit of its state.
    AgeLimit,
    /// Silent for too long while waiting.
    Inactivity,
    /// A supervisor.
    ForceClosed,
    /// The queue overflowed.
    Overflow,
    /// The record that it is about was resolved.
    Resolved,
    /// The record that it is about was cancelled.
    Cancelled,
}

impl CloseReason {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CustomerEnded => "customer_ended",
            Self::AgentClosed => "agent_closed",
            Self::AgeLimit => "age_limit",
            Self::Inactivity => "inactivity",
            Self::ForceClosed => "force_closed",
            Self::Overflow => "overflow",
            Self::Resolved => "resolved",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A move to another queue: the record carries the whole conversation as it is after the move, so that the
/// new home folds it from this record alone.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// The new home.
    pub to: QueueId,
    /// The conversation as the new home takes it.
    pub conversation: Box<Conversation>,
}

/// What happened. Each that ends a grant or an offer names it, so that the agent can fold it alone.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Happening {
    /// It came to be.
    Created(Arc<Born>),
    /// Routed to a queue: at creation, or anew by its context. `moved` if the queue changed, `first` if to an agent.
    Routed { trace: Box<RoutingTrace>, moved: Option<Moved>, first: Option<First> },
    /// Context, customer, priority or skills changed; `to` is the agent who has the conversation, or had it last.
    ContextChanged {
        context: Context,
        undeclared: Vec<Arc<str>>,
        written: Written,
        customer: CustomerRef,
        priority: i32,
        skills: Vec<RequiredSkill>,
        to: Option<AgentId>,
    },
    /// On offer. `ends` is the giver's grant in a transfer to an agent.
    Offered { offer: Offer, ends: Option<Grant>, trace: Option<Box<MatchTrace>> },
    /// The offer ended, other than by the accept's `Assigned`, which also names it.
    /// `missed`: it counts as a missed notification, which makes the agent inactive.
    OfferEnded {
        grant: Grant,
        end: OfferEnd,
        cause: Option<Withdrawal>,
        cooldown_until: Option<Timestamp>,
        missed: bool,
    },
    /// An agent has it. `ends` is a grant of somebody else that this takes over.
    Assigned { grant: Grant, from_offer: bool, ends: Option<Grant>, trace: Option<Box<MatchTrace>> },
    /// A message; `to` is the agent who has the conversation, `via` the socket that it came over.
    Message { message: Arc<Message>, to: Option<AgentId>, via: Option<SessionId> },
    /// The agent closed its session without ending.
    Waiting { ends: Grant },
    /// The customer wrote to a waiting conversation: open again, perhaps to the same agent first.
    Reopened { first: Option<First>, agent: Option<AgentId> },
    /// Ended; the agent writes up. `hold_until`: `Some(at)` frees then, `Some(now)` at once, `None` at the close.
    WrapUp { grant: Grant, hold_until: Option<Timestamp>, by_customer: bool },
    /// The held units were freed before the close.
    HoldEnded { ends: Grant },
    /// To another queue.
    Transferred { moved: Moved, ends: Option<Grant> },
    /// Back to its own queue.
    Released { ends: Grant, reason: ReturnReason, first: Option<First> },
    /// Nobody to give it first: open to everyone.
    FirstGivenUp,
    /// Looked for an agent and found none.
    Unmatched { trace: Box<MatchTrace> },
    /// Every member has refused it as often as it may be asked (or no longer).
    Stranded(bool),
    /// Invited to be consulted, until then.
    Invited { agent: AgentId, until: Timestamp },
    /// Takes part: a consulted agent accepted, or a supervisor joined.
    Joined { agent: AgentId, kind: ParticipantKind },
    /// Takes part no more, or is invited no more.
    Left { agent: AgentId, kind: ParticipantKind, reason: LeaveReason },
    /// Overflow was looked at and something of it held: it moves, ends, or stays with `wait` as it then stands.
    Overflowed { trace: Box<OverflowTrace>, wait: Wait, moved: Option<Moved> },
    /// It has waited past its queue's service level and fits nobody; said once.
    ServiceLevelPassed,
    /// Over.
    Closed { reason: CloseReason, note: Option<Arc<str>>, ends: Option<Grant>, agent: Option<AgentId> },
}

/// One entry of a conversation's timeline.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    /// Whose timeline.
    pub conversation: ConversationId,
    /// 1, 2, … without a gap.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: By,
    /// What.
    pub what: Happening,
}

impl Happening {
    /// Every type on the wire that [`Happening::kind`] gives.
    pub const KINDS: [&'static str; 26] = [
        "conversation.created",
        "routed",
        "context_changed",
        "offered",
        "offer_ended",
        "assigned",
        "message",
        "waiting",
        "reopened",
        "wrap_up",
        "hold_ended",
        "transferred",
        "released",
        "first_given_up",
        "unmatched",
        "stranded",
        "consult_invited",
        "consult_joined",
        "joined",
        "left",
        "consult_declined",
        "consult_ended",
        "overflowed",
        "overflow_kept",
        "service_level_passed",
        "closed",
    ];

    /// The type on the wire (CONTRACT §4).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created(_) => "conversation.created",
            Self::Routed { .. } => "routed",
            Self::ContextChanged { .. } => "context_changed",
            Self::Offered { .. } => "offered",
            Self::OfferEnded { .. } => "offer_ended",
            Self::Assigned { .. } => "assigned",
            Self::Message { .. } => "message",
            Self::Waiting { .. } => "waiting",
            Self::Reopened { .. } => "reopened",
            Self::WrapUp { .. } => "wrap_up",
            Self::HoldEnded { .. } => "hold_ended",
            Self::Transferred { .. } => "transferred",
            Self::Released { .. } => "released",
            Self::FirstGivenUp => "first_given_up",
            Self::Unmatched { .. } => "unmatched",
            Self::Stranded(_) => "stranded",
            Self::Invited { .. } => "consult_invited",
            Self::Joined { kind: ParticipantKind::Consult, .. } => "consult_joined",
            Self::Joined { kind: ParticipantKind::Supervisor, .. } => "joined",
            Self::Left { kind: ParticipantKind::Supervisor, .. } => "left",
            Self::Left { reason: LeaveReason::Declined, .. } => "consult_declined",
            Self::Left { .. } => "consult_ended",
            Self::Overflowed { trace, .. } => match trace.outcome {
                OverflowOutcome::Moved(_) | OverflowOutcome::Ended => "overflowed",
                OverflowOutcome::Stays | OverflowOutcome::AssignAnyway => "overflow_kept",
            },
            Self::ServiceLevelPassed => "service_level_passed",
            Self::Closed { .. } => "closed",
        }
    }

    /// The move to another queue that this is, if any.
    pub fn moved(&self) -> Option<&Moved> {
        match self {
            Self::Routed { moved, .. } | Self::Overflowed { moved, .. } => moved.as_ref(),
            Self::Transferred { moved, .. } => Some(moved),
            _ => None,
        }
    }

    /// The agents that fold this event, each at most twice.
    pub fn agents(&self) -> [Option<&AgentId>; 2] {
        match self {
            Self::Offered { offer, ends, .. } => [Some(&offer.grant.agent), ends.as_ref().map(|g| &g.agent)],
            Self::OfferEnded { grant, .. } | Self::WrapUp { grant, .. } => [Some(&grant.agent), None],
            Self::Assigned { grant, ends, .. } => [Some(&grant.agent), ends.as_ref().map(|g| &g.agent)],
            Self::Message { to, .. } | Self::ContextChanged { to, .. } => [to.as_ref(), None],
            Self::Waiting { ends } | Self::HoldEnded { ends } | Self::Released { ends, .. } => {
                [Some(&ends.agent), None]
            }
            Self::Reopened { agent, .. } => [agent.as_ref(), None],
            Self::Transferred { ends, .. } => [ends.as_ref().map(|g| &g.agent), None],
            Self::Invited { agent, .. } | Self::Joined { agent, .. } | Self::Left { agent, .. } => {
                [Some(agent), None]
            }
            Self::Closed { agent, .. } => [agent.as_ref(), None],
            _ => [None, None],
        }
    }

    /// The agent whose turn this takes in a round robin: who is offered it, or has it opened directly. Who takes it, or
    /// is given it by a supervisor, was offered nothing.
    pub fn offered_to(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { offer, .. } => Some(&offer.grant.agent),
            Self::Assigned { grant, from_offer: false, .. } if grant.kind.is_offered() => Some(&grant.agent),
            _ => None,
        }
    }

    /// Whether the agent who has the conversation has it no more, or ends it: nobody takes part any longer.
    pub fn ends_parts(&self) -> bool {
        self.ended().is_some() || matches!(self, Self::WrapUp { .. } | Self::Closed { .. })
    }

    /// The grant that this event ends, of an agent who has the conversation.
    pub fn ended(&self) -> Option<&Grant> {
        match self {
            Self::Offered { ends, .. }
            | Self::Assigned { ends, .. }
            | Self::Transferred { ends, .. }
            | Self::Closed { ends, .. } => ends.as_ref(),
            Self::Waiting { ends } | Self::HoldEnded { ends } | Self::Released { ends, .. } => Some(ends),
            _ => None,
        }
    }
}
