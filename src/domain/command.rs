//! What can be asked of the house, and what it answers. The edge turns wire forms into these and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::config::{Change, Config, Key, RequiredSkill, Role};
use super::context::{ContextError, Given};
use super::conversation::{By, CustomerRef, Status, Visibility};
use super::correspondent::{Attachment, Correspondent};
use super::decision::{MatchTrace, OverflowTrace, Reason, RoutingTrace};
use super::entity::{RecordKey, RoutedRecord};
use super::ids::{AgentId, ChannelId, ConversationId, GrantId, PresenceId, QueueId, SessionId, WorkStreamId};
use super::offer::OfferEnd;
use super::outbound;
use super::record::{Audited, KeptAnswer, KeyDigest};
use super::time::Timestamp;

/// Names a pending question; the shell knows who waits for it. `NONE` is nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reply(pub u64);

impl Reply {
    /// Nobody waits.
    pub const NONE: Self = Self(0);
}

/// Who asks. The edge has checked the token and the role for the path; machines check what only they know.
#[derive(Clone, PartialEq, Debug)]
pub struct Caller {
    /// As it stands in records.
    pub by: By,
    /// Role at this use.
    pub role: Role,
    /// The agent resource behind the token, if it is one.
    pub agent: Option<AgentId>,
    /// The socket that it came over, so that its own message is not sent back to it.
    pub session: Option<SessionId>,
}

impl Caller {
    /// The system itself.
    pub fn system() -> Self {
        Self { by: By::System, role: Role::Admin, agent: None, session: None }
    }

    /// Whether it may intervene in conversations that are not its own.
    pub fn supervises(&self) -> bool {
        matches!(self.role, Role::Supervisor | Role::Admin)
    }
}

/// A hand-off: somebody gives us a conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct Draft {
    /// Where it comes in.
    pub channel_id: ChannelId,
    /// Who writes.
    pub customer: CustomerRef,
    /// Context as given.
    pub context: BTreeMap<String, Given>,
    /// First message.
    pub message: Option<Say>,
    /// −100..100; `None` if not given, which leaves it to classification.
    pub priority: Option<i32>,
    /// Required skills.
    pub skills: Vec<RequiredSkill>,
    /// The ended conversation that it continues.
    pub previous: Option<ConversationId>,
    /// Keep context values that do not fit as text, rather than refuse (webhooks, surveys).
    pub lenient: bool,
    /// The record that it routes; over an entity channel always, else never.
    pub record: Option<Arc<RoutedRecord>>,
    /// Who writes over a provider's channel; the address is the `party`.
    pub correspondent: Option<Arc<Correspondent>>,
    /// The customer as the channel knows them, if that is verified: has at most one unfinished conversation on it.
    pub party: Option<Arc<str>>,
    /// Language of automated messages.
    pub language: Option<Arc<str>>,
}

/// A message to be taken.
#[derive(Clone, PartialEq, Debug)]
pub struct Say {
    /// What, 1..=10,000 characters (checked at the edge).
    pub text: Arc<str>,
    /// To whom.
    pub visibility: Visibility,
    /// The sender's own id.
    pub client_message_id: Option<Arc<str>>,
    /// What stands elsewhere; at most [`MAX_ATTACHMENTS`](super::correspondent::MAX_ATTACHMENTS). With one, the text may be empty.
    pub attachments: Vec<Attachment>,
}

/// Where a transfer goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// To a queue.
    Queue(QueueId),
    /// To an agent.
    Agent(AgentId),
}

/// What somebody does to one conversation; decided by its home queue.
#[derive(Clone, PartialEq, Debug)]
pub enum Act {
    /// The customer (backend, customer socket) or the agent speaks.
    Say(Say),
    /// The verified customer is back, on another device; nothing changes.
    Rejoin,
    /// The customer leaves (backend, customer socket), or the agent who has it ends.
    End,
    /// The agent closes its session without ending.
    Wait,
    /// The agent closes after wrap-up, with a note; a supervisor closes by force, with a reason.
    Close(Option<Arc<str>>),
    /// To a queue or an agent.
    Transfer(Target),
    /// Back to its queue.
    Release,
    /// A supervisor assigns it.
    Assign(AgentId),
    /// Context values are set; an empty text stays a value, a `None` removes the key.
    Context(BTreeMap<String, Option<Given>>),
    /// An agent takes it from the pick list.
    Pick,
    /// The last agent reopens a waiting one.
    Reopen,
    /// About who takes part beside the agent who has it.
    Consult(ConsultAct),
    /// What became of the record that it is about.
    Record(RecordAct),
}

/// What a connector says became of a routed record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordAct {
    /// It was resolved: its work item ends, from any state.
    Resolve,
    /// It was cancelled: the same.
    Cancel,
    /// Nobody works on it any more: back to its queue, with its age.
    Unassign,
}

/// What is done about taking part in a conversation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ConsultAct {
    /// The agent who has it invites another.
    Invite(AgentId),
    /// It ends that agent's part, or invitation.
    End(AgentId),
    /// The invited agent accepts, or declines.
    Answer(bool),
    /// A participant leaves.
    Leave,
    /// A supervisor joins.
    Join,
}

/// What is asked of one agent's machine.
#[derive(Clone, PartialEq, Debug)]
pub enum AgentAct {
    /// A socket said hello. Answered when its `welcome` may leave.
    Connect(SessionId),
    /// A socket is gone.
    Disconnect(SessionId),
    /// A presence is chosen; also the reset after inactive.
    SetPresence(PresenceId),
    /// The agent answers an offer, in this conversation as far as the edge knows.
    Answer {
        /// Which offer.
        offer: GrantId,
        /// Whose.
        conversation: ConversationId,
        /// Accept or decline.
        accept: bool,
    },
    /// The frame with this offer or assignment left the house.
    Left(GrantId),
    /// Something was heard of the agent; it acknowledges these.
    Heard(Vec<GrantId>),
    /// Something goes on record for the audit log alone.
    Audit(Audited),
}

/// Everything that can be asked.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// A hand-off. One of a record gives the record's unfinished work item, or makes one.
    Create(Box<Draft>),
    /// Which unfinished work item a record has, once it is durable; `UnknownRecord` if none.
    FindRecord(RecordKey),
    /// Something done to a conversation. `if_match` is the version the caller saw.
    Conversation {
        /// Which.
        id: ConversationId,
        /// What.
        act: Act,
        /// Only at this version.
        if_match: Option<u32>,
    },
    /// A customer's message to a conversation that has left memory: starts or joins its successor.
    Continue {
        /// The draft of the successor; `previous` names the ended one, `message` is there.
        draft: Box<Draft>,
    },
    /// Something done to an agent.
    Agent {
        /// Which.
        id: AgentId,
        /// What.
        act: AgentAct,
    },
    /// Changes of the configuration, all or none.
    Configure {
        /// In order.
        changes: Vec<Change>,
        /// Each resource must be at this version (its `ETag`); `None`: must not exist.
        if_match: Vec<(Key, Option<u64>)>,
    },
    /// The same, where a good answer is kept for the idempotency key as the edge rendered it, in the unit of the change.
    ConfigureOnce {
        /// In order.
        changes: Vec<Change>,
        /// As for `Configure`.
        if_match: Vec<(Key, Option<u64>)>,
        /// Kept if there is a key.
        answer: KeptAnswer,
    },
    /// Something about deliveries to webhooks and providers.
    Outbound {
        /// What.
        act: outbound::Act,
        /// Kept if it is good and there is a key.
        answer: Option<KeptAnswer>,
    },
    /// What would happen to such a conversation.
    Simulate {
        /// As it would be handed over.
        draft: Box<Draft>,
        /// In this work stream, instead of the channel's.
        work_stream: Option<WorkStreamId>,
        /// At this time, instead of now.
        at: Option<Timestamp>,
        /// Under this configuration, which has a draft in it, instead of the one in force.
        under: Option<Arc<Config>>,
    },
    /// Keeps an answer that had no effect (a 422 of the edge) for its idempotency key.
    Keep(KeptAnswer),
}

/// A command with who asks and its idempotency key.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// Who.
    pub caller: Caller,
    /// What.
    pub command: Command,
    /// The key's digest and the body's.
    pub key: Option<(KeyDigest, [u8; 16])>,
}

/// A good answer. Views are rendered from the read side, exactly as it is when the answer leaves.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// This conversation, as it is at this version.
    Conversation {
        /// Which.
        id: ConversationId,
        /// The version made.
        version: u32,
    },
    /// This message.
    Message {
        /// Of which conversation.
        conversation: ConversationId,
        /// Its number.
        seq: u32,
        /// Whether it went to another conversation than the one asked for.
        moved: bool,
    },
    /// The configuration after the change.
    Configured {
        /// Its version.
        version: u64,
    },
    /// The agent's presence after a change; the frame says it too.
    Presence {
        /// As it shows.
        presence: PresenceId,
        /// Its base.
        base: super::presence::BasePresence,
    },
    /// The socket is in: the edge renders `welcome` from the read side and this.
    Welcome(Box<Welcome>),
    /// What would happen.
    Simulated(Box<Simulated>),
    /// Done; there is nothing to show.
    Done,
}

/// What a conversation would meet that does not exist.
#[derive(Clone, PartialEq, Debug)]
pub struct Simulated {
    /// Rules → queue.
    pub routing: RoutingTrace,
    /// What each queue on its way would make of its arrival, in order.
    pub overflow: Vec<OverflowTrace>,
    /// Queue → agent, where it would stay.
    pub matching: MatchTrace,
}

/// What `welcome` says of the agent itself, as its machine had it.
#[derive(Clone, PartialEq, Debug)]
pub struct Welcome {
    /// Who.
    pub agent: AgentId,
    /// Which socket.
    pub session: SessionId,
    /// Presence and capacity.
    pub shown: AgentShown,
}

/// What everybody may see of an agent: presence and capacity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentShown {
    /// The presence, base or custom, or `inactive`.
    pub presence: PresenceId,
    /// Its base.
    pub base: super::presence::BasePresence,
    /// Whether a socket is open and heard.
    pub connected: bool,
    /// Sockets.
    pub sessions: u32,
    /// Total units.
    pub capacity: u32,
    /// Units used, firm and held.
    pub used: u32,
    /// Since when this presence.
    pub since: Timestamp,
}

impl AgentShown {
    /// Free units; negative where grants exceed the total.
    pub fn free(&self) -> i64 {
        i64::from(self.capacity) - i64::from(self.used)
    }
}

/// A wrong field, found by a machine. The edge knows its JSON pointer.
#[derive(Clone, PartialEq, Debug)]
pub enum FieldProblem {
    /// No such channel.
    UnknownChannel(ChannelId),
    /// That channel takes records, and nothing else.
    EntityChannel(ChannelId),
    /// No such work stream.
    UnknownWorkStream(WorkStreamId),
    /// No such queue.
    UnknownQueue(QueueId),
    /// No such agent.
    UnknownAgent(AgentId),
    /// No such customer record.
    UnknownCustomer(super::ids::CustomerId),
    /// No such skill; its place in the list.
    UnknownSkill(usize, super::ids::SkillId),
    /// A required level is none of the skill's, which run from 1 to this; its place in the list.
    SkillLevel(usize, u32),
    /// No such presence.
    UnknownPresence(PresenceId),
    /// A context value.
    Context(ContextError),
}

/// Why not. `code` is stable; everything else helps.
#[derive(Clone, PartialEq, Debug)]
pub struct Refusal {
    /// What was wrong.
    pub code: Code,
    /// The conversation's present status.
    pub status: Option<Status>,
    /// How the offer ended.
    pub offer_end: Option<OfferEnd>,
    /// Who has it.
    pub agent: Option<AgentId>,
    /// Wrong fields.
    pub fields: Vec<FieldProblem>,
}

impl Refusal {
    /// A refusal that needs no more words.
    pub fn of(code: Code) -> Self {
        Self { code, status: None, offer_end: None, agent: None, fields: Vec::new() }
    }

    /// Wrong fields (422).
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        Self { fields, ..Self::of(Code::Invalid) }
    }
}

/// Stable codes of refusals; the edge's table gives the HTTP status (`http/problem.rs`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// 404: no such conversation.
    UnknownConversation,
    /// 404: no unfinished work item of this record.
    UnknownRecord,
    /// 404: no such offer of this agent.
    UnknownOffer,
    /// 404: no such agent, configuration resource, …
    UnknownResource,
    /// 422: see `fields`.
    Invalid,
    /// 403: it is somebody else's.
    NotYours,
    /// 409: the status does not allow it.
    IllegalTransition,
    /// 409: it is over for the customer, whose socket hears of no other; see `status`.
    ConversationEnded,
    /// 409: the offer has ended; see `offer_end` and `agent`.
    OfferEnded,
    /// 409: this offer cannot be declined.
    NotDeclinable,
    /// 409: somebody else took it first.
    Taken,
    /// 409: a push stream without `select_from_push`.
    NotPickable,
    /// 409: the agent does not serve that queue.
    NotAMember,
    /// 409: the agent has no capacity for it.
    NoCapacity,
    /// 409: the agent has no open socket.
    NotConnected,
    /// 409: the agent is inactive until its missed offers are reset.
    Inactive,
    /// 409: as many offers are open to the agent as may be.
    TooManyOffers,
    /// 409: the agent takes no part in it, and is not invited.
    NotAParticipant,
    /// 409: the agent has it, takes part in it, or is invited already.
    AlreadyAParticipant,
    /// 409: as many take part in it as may.
    TooManyParticipants,
    /// 403: a consulted agent writes internally only.
    InternalOnly,
    /// 409: the conversation has as many events, or as much text, as it may have; it can still be ended and passed on.
    ConversationFull,
    /// 409: the work stream takes nothing new.
    WorkStreamInactive,
    /// 409: in use, or referenced; cannot be deleted.
    InUse,
    /// 409: built in; cannot be deleted.
    BuiltIn,
    /// 409: that queue is for records, or for messages.
    QueueTypeMismatch,
    /// 412: `If-Match` does not match.
    VersionMismatch,
    /// 500: the request was parked after three failures.
    Parked,
}

impl From<Reason> for Code {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::NotConnected => Self::NotConnected,
            Reason::Presence => Self::Inactive,
            _ => Self::NoCapacity,
        }
    }
}
