//! What the read side shows: good answers with the views they need, and the frames for sockets.
//! Domain values only; floor 4 gives them their wire form.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stats::board::{Board, Gone};
use super::stats::estimate::WaitRange;
use crate::domain::command::{AgentShown, Refusal, Simulated};
use crate::domain::config::Config;
use crate::domain::conversation::{Conversation, Message};
use crate::domain::decision::{MatchTrace, OverflowTrace, RoutingTrace};
use crate::domain::ids::{AgentId, ConversationId, DecisionId, GrantId, MessageId, QueueId, SessionId};
use crate::domain::offer::{OfferEnd, Withdrawal};
use crate::domain::outbound::Progress;
use crate::domain::time::Timestamp;

/// A good answer, as the state was when it left.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A conversation.
    Conversation(Arc<Conversation>),
    /// A message. `moved`: it went to another conversation than the one asked for.
    Message {
        /// Of which conversation.
        conversation: ConversationId,
        /// The message.
        message: Arc<Message>,
        /// Whether it went to another conversation.
        moved: bool,
    },
    /// The configuration after the change.
    Configured(Arc<Config>),
    /// The agent's presence and capacity.
    Agent(AgentShown),
    /// Rules and match that would follow.
    Simulated(Box<Simulated>),
    /// A kept answer that was rendered at the edge: status and body.
    Rendered(u16, Arc<[u8]>),
    /// Nothing to show.
    Done,
}

/// How a request ended.
pub type Outcome = Result<Shown, AskError>;

/// Why there is no good answer.
#[derive(Clone, Debug)]
pub enum AskError {
    /// The house said no.
    Refused(Refusal),
    /// Too much is under way; come back later. Nothing happened.
    Busy {
        /// Seconds.
        retry_after: u32,
    },
    /// As many conversations are unfinished as the house holds; come back when some have ended. Nothing happened.
    Full {
        /// Seconds.
        retry_after: u32,
    },
    /// The journal failed, or the stage is being rebuilt. Whether it happened is not known.
    Unavailable {
        /// Seconds.
        retry_after: u32,
    },
    /// The house is closing.
    Stopping,
    /// The same idempotency key with another body.
    KeyReused,
}

/// Told how a request ended, once, on the read side's thread; must not block.
pub struct Pending(pub Box<dyn FnOnce(Outcome) + Send>);

/// One entry of a decision record as `GET …/decisions` lists it.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Its id: the match's, or derived from the routing event.
    pub id: DecisionId,
    /// When.
    pub at: Timestamp,
    /// The routing half, where rules were evaluated.
    pub routing: Option<Arc<RoutingTrace>>,
    /// The matching half.
    pub matching: Option<Arc<MatchTrace>>,
    /// What overflow made of it.
    pub overflow: Option<Arc<OverflowTrace>>,
    /// Wire name of the trigger.
    pub trigger: &'static str,
    /// Where it was decided.
    pub queue_id: QueueId,
}

/// The recent messages of a conversation.
#[derive(Clone, Debug)]
pub struct Recent {
    /// Oldest first.
    pub messages: Vec<Arc<Message>>,
    /// How far those to the customer are, by their numbers.
    pub progress: BTreeMap<u32, Progress>,
}

/// A frame for an agent's sockets.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, Debug)]
pub enum Frame<'a> {
    /// `welcome`
    Welcome {
        session: SessionId,
        agent: &'a AgentId,
        shown: &'a AgentShown,
        /// Active, wrap-up and waiting ones of the agent, oldest first.
        conversations: &'a [Arc<Conversation>],
        /// Conversations on offer to the agent (their `offer` is it), oldest first.
        offers: &'a [Arc<Conversation>],
        /// Conversations in which the agent takes part, or is invited to, oldest first.
        consults: &'a [Arc<Conversation>],
        resumed: bool,
    },
    /// `offer.created`; the offer is `conversation.offer` if it still stands.
    OfferCreated { grant: GrantId, conversation: &'a Arc<Conversation> },
    /// `offer.ended`
    OfferEnded {
        grant: GrantId,
        conversation: ConversationId,
        end: OfferEnd,
        cause: Option<Withdrawal>,
        /// Who has it now, if somebody took it.
        taker: Option<&'a AgentId>,
    },
    /// `conversation.assigned`
    Assigned { conversation: &'a Arc<Conversation>, recent: &'a Recent },
    /// `conversation.updated`
    Updated { conversation: &'a Arc<Conversation> },
    /// `conversation.removed`
    Removed { conversation: ConversationId, version: u32, reason: &'a str },
    /// `message.received`
    Message { conversation: ConversationId, message: &'a Arc<Message> },
    /// `message.delivery`
    MessageDelivery { conversation: ConversationId, message: MessageId, progress: &'a Progress },
    /// `customer.typing`
    CustomerTyping { conversation: ConversationId },
    /// `consult.invited`
    ConsultInvited { conversation: &'a Arc<Conversation>, until: Timestamp },
    /// `consult.started`
    ConsultStarted { conversation: &'a Arc<Conversation>, recent: &'a Recent },
    /// `consult.changed`
    ConsultChanged { conversation: &'a Arc<Conversation> },
    /// `consult.ended`
    ConsultEnded { conversation: ConversationId, reason: &'a str },
    /// `watch.ended`
    WatchEnded { conversation: ConversationId, reason: &'a str },
    /// `presence.changed`
    Presence { shown: &'a AgentShown, by: &'a str, reason: &'a str },
    /// `capacity.changed`
    Capacity { shown: &'a AgentShown },
    /// `notice`
    Notice { level: &'a str, code: &'a str, text: &'a str },
    /// `pick_list.snapshot`
    PickSnapshot { items: &'a [Arc<Conversation>], total: usize },
    /// `pick_list.changed`
    PickChanged {
        added: &'a [Arc<Conversation>],
        changed: &'a [Arc<Conversation>],
        removed: &'a [ConversationId],
        total: usize,
    },
    /// `going_away`
    GoingAway { in_ms: u32 },
}

/// A frame for a customer's socket.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, Debug)]
pub enum CustomerFrame<'a> {
    /// `welcome`; `names` has those of who has it and of every agent who wrote, as far as they are still configured
    Welcome {
        conversation: &'a Arc<Conversation>,
        messages: &'a [Arc<Message>],
        agent: Option<&'a AgentId>,
        names: &'a BTreeMap<AgentId, String>,
    },
    /// `message.received` (public ones only), with the name of the agent who wrote it
    Message { conversation: ConversationId, message: &'a Arc<Message>, agent_name: Option<&'a str> },
    /// `queue.position`
    Position { position: usize, ahead: usize, wait: Option<WaitRange> },
    /// `agent.joined`
    AgentJoined { agent: &'a AgentId, name: &'a str },
    /// `agent.typing`
    AgentTyping,
    /// `conversation.ended`; `survey` is the link of the channel's survey after the chat.
    Ended { reason: &'a str, survey: Option<&'a str> },
    /// `going_away`
    GoingAway { in_ms: u32 },
}

/// A frame for a supervisor's socket.
#[allow(missing_docs)] // each variant's line says what its fields are
#[derive(Clone, Debug)]
pub enum BoardFrame<'a> {
    /// `welcome`, with everything as it is
    Welcome { session: SessionId, board: &'a Board },
    /// `stats.changed`: whole objects, and what is no longer configured
    Changed { board: &'a Board, gone: &'a Gone },
    /// `notice`
    Notice { level: &'a str, code: &'a str, text: &'a str },
    /// `going_away`
    GoingAway { in_ms: u32 },
}

/// Gives frames their wire form; floor 4 implements it, floor 3 calls it once a frame.
pub trait FrameWriter: Send + Sync {
    /// A frame for an agent; `seq` where the frame carries one (for `welcome`, the last frame it includes).
    fn agent(
        &self,
        frame: &Frame<'_>,
        seq: Option<u64>,
        now: Timestamp,
        config: &Config,
    ) -> bytestring::ByteString;
    /// A frame for a customer.
    fn customer(&self, frame: &CustomerFrame<'_>, now: Timestamp) -> bytestring::ByteString;
    /// A frame for a supervisor.
    fn board(&self, frame: &BoardFrame<'_>, now: Timestamp) -> bytestring::ByteString;
}
