//! Bodies of server frames: what is written and what `/asyncapi.json` documents, one type for both.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::command::AgentShown;
use crate::domain::ids::{
    AgentId, ChannelId, ConversationId, GrantId, MessageId, PresenceId, QueueId, SessionId,
};
use crate::http::conversations::EstimatedWait;
use crate::http::wire::conversation::{ConversationView, ParticipantView, PublicView};
use crate::http::wire::message::{DeliveryView, MessageView};
use crate::http::wire::time::At;
use crate::ws::pop::{InvitationView, PopView};

/// `offer.created`
#[derive(Serialize, ToSchema)]
pub struct OfferCreated<'a> {
    pub(super) offer: PopView<'a>,
}

/// `offer.ended`
#[derive(Serialize, ToSchema)]
pub struct OfferEnded<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) offer_id: GrantId,
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
    /// `accepted`, `declined`, `timed_out` or `withdrawn`.
    pub(super) reason: &'static str,
    /// Why it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<&'static str>,
    /// Who has the conversation instead, where somebody took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(super) agent_id: Option<&'a AgentId>,
}

/// `conversation.assigned` and `consult.started`
#[derive(Serialize, ToSchema)]
pub struct ConversationAssigned<'a> {
    pub(super) conversation: ConversationView<'a>,
    /// The recent ones, oldest first.
    pub(super) messages: Vec<MessageView<'a>>,
}

/// `conversation.updated`
#[derive(Serialize, ToSchema)]
pub struct ConversationUpdated<'a> {
    pub(super) conversation: ConversationView<'a>,
}

/// `conversation.removed`
#[derive(Serialize, ToSchema)]
pub struct ConversationRemoved<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
    /// How it left the agent: `closed`, `released`, `transferred`, …
    pub(super) reason: &'a str,
    /// Of the conversation when it left.
    pub(super) version: u32,
}

/// `message.received`
#[derive(Serialize, ToSchema)]
pub struct MessageReceived<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
    pub(super) message: MessageView<'a>,
}

/// `message.delivery`
#[derive(Serialize, ToSchema)]
pub struct MessageDelivery<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
    #[schema(value_type = String, format = "uuid")]
    pub(super) message_id: MessageId,
    #[serde(flatten)]
    pub(super) delivery: DeliveryView<'a>,
}

/// `consult.invited`
#[derive(Serialize, ToSchema)]
pub struct ConsultInvited<'a> {
    pub(super) conversation: ConversationView<'a>,
    /// Who asks.
    #[schema(value_type = Option<String>)]
    pub(super) by: Option<&'a AgentId>,
    /// What a pop of it shows.
    #[serde(flatten)]
    pub(super) invitation: InvitationView<'a>,
}

/// `consult.changed`
#[derive(Serialize, ToSchema)]
pub struct ConsultChanged<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
    pub(super) participants: Vec<ParticipantView<'a>>,
}

/// `consult.ended` and `watch.ended`
#[derive(Serialize, ToSchema)]
pub struct PartEnded<'a> {
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
    pub(super) reason: &'a str,
}

/// `presence.changed`
#[derive(Serialize, ToSchema)]
pub struct PresenceChanged<'a> {
    /// Base or custom.
    #[schema(value_type = String)]
    pub(super) presence: &'a PresenceId,
    pub(super) base_presence: &'static str,
    /// `agent`, `system` or `supervisor`.
    pub(super) by: &'a str,
    pub(super) reason: &'a str,
}

/// `notice`
#[derive(Serialize, ToSchema)]
pub struct Notice<'a> {
    /// `warning` or `error`.
    pub(in crate::ws) level: &'a str,
    /// Stable; all are under `x-notice-codes`.
    pub(in crate::ws) code: &'a str,
    /// For a person.
    pub(in crate::ws) text: &'a str,
}

/// `pick_list.snapshot`
#[derive(Serialize, ToSchema)]
pub struct PickListSnapshot<'a> {
    pub(super) items: Vec<ConversationView<'a>>,
    /// How many there are beyond the window too.
    pub(super) total: usize,
}

/// `pick_list.changed`, at most 4 times a second
#[derive(Serialize, ToSchema)]
pub struct PickListChanged<'a> {
    pub(super) added: Vec<ConversationView<'a>>,
    pub(super) changed: Vec<ConversationView<'a>>,
    /// Ids.
    #[schema(value_type = Vec<String>)]
    pub(super) removed: &'a [ConversationId],
    pub(super) total: usize,
}

/// `customer.typing`
#[derive(Serialize, ToSchema)]
pub struct CustomerTyping {
    #[schema(value_type = String, format = "uuid")]
    pub(super) conversation_id: ConversationId,
}

/// `going_away`
#[derive(Serialize, ToSchema)]
pub struct GoingAway {
    /// Time until the server closes the socket.
    pub(in crate::ws) in_ms: u32,
}

/// `capacity.changed`, and units as every frame shows them.
#[derive(Serialize, ToSchema)]
pub struct CapacityUnits {
    capacity: u32,
    used: u32,
    /// Below 0 where more was given than there is.
    free: i64,
}

impl From<&AgentShown> for CapacityUnits {
    fn from(shown: &AgentShown) -> Self {
        Self { capacity: shown.capacity, used: shown.used, free: shown.free() }
    }
}

/// Who is on the socket.
#[derive(Serialize, ToSchema)]
pub struct SessionAgent<'a> {
    #[schema(value_type = String)]
    pub(super) id: &'a AgentId,
    pub(super) name: &'a str,
    pub(super) role: &'static str,
    #[schema(value_type = Vec<String>)]
    pub(super) queue_ids: Vec<QueueId>,
}

/// A custom presence that the agent may choose.
#[derive(Serialize, ToSchema)]
pub struct PresenceChoice<'a> {
    #[schema(value_type = String)]
    pub(super) id: &'a PresenceId,
    pub(super) text: &'a str,
    pub(super) base: &'static str,
}

/// An agent's `welcome`
#[derive(Serialize, ToSchema)]
pub struct AgentWelcome<'a> {
    /// For a resume.
    #[schema(value_type = String, format = "uuid")]
    pub(super) session_id: SessionId,
    pub(super) agent: SessionAgent<'a>,
    #[schema(value_type = String)]
    pub(super) presence: &'a PresenceId,
    pub(super) base_presence: &'static str,
    pub(super) presences: Vec<PresenceChoice<'a>>,
    /// Names of the agent's queues.
    #[schema(value_type = BTreeMap<String, String>)]
    pub(super) queues: BTreeMap<QueueId, &'a str>,
    /// Names of all channels.
    #[schema(value_type = BTreeMap<String, String>)]
    pub(super) channels: BTreeMap<&'a ChannelId, &'a str>,
    #[serde(flatten)]
    pub(super) capacity: CapacityUnits,
    /// The agent's: active, in wrap-up and waiting.
    pub(super) conversations: Vec<ConversationView<'a>>,
    pub(super) offers: Vec<PopView<'a>>,
    pub(super) consults: Vec<ConsultView<'a>>,
    /// Whether what was missed follows; else this is the whole state.
    pub(super) resumed: bool,
    pub(super) server_time: At,
    /// Silence after which the server pings.
    pub(super) heartbeat_seconds: u32,
}

/// A conversation in which the agent takes part, or is invited to.
#[derive(Serialize, ToSchema)]
#[schema(as = Consultation)]
pub struct ConsultView<'a> {
    pub(super) conversation: ConversationView<'a>,
    /// `consult` or `supervisor`.
    pub(super) kind: &'static str,
    /// `invited` or `joined`.
    pub(super) state: &'static str,
    /// What a pop of it shows; nothing once it was accepted.
    #[serde(flatten)]
    #[schema(required = false)]
    pub(super) invitation: Option<InvitationView<'a>>,
}

/// A customer's `welcome`
#[derive(Serialize, ToSchema)]
pub struct CustomerWelcome<'a> {
    pub(super) conversation: PublicView<'a>,
    /// All public ones, oldest first.
    pub(super) messages: Vec<MessageView<'a>>,
    /// Who has it; absent while nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) agent: Option<Named<'a>>,
    pub(super) server_time: At,
    pub(super) heartbeat_seconds: u32,
}

/// `queue.position`
#[derive(Serialize, ToSchema)]
pub struct QueuePosition {
    /// 1 is next.
    pub(super) position: usize,
    pub(super) ahead: usize,
    /// `null` where too little is known.
    pub(super) estimated_wait_seconds: Option<EstimatedWait>,
    /// `recent_assignments`, or `none`.
    pub(super) method: &'static str,
}

/// An agent's id and name.
#[derive(Serialize, ToSchema)]
#[schema(as = JoinedAgent)]
pub struct Named<'a> {
    #[schema(value_type = String)]
    pub(super) id: &'a AgentId,
    pub(super) name: &'a str,
}

/// `agent.joined`
#[derive(Serialize, ToSchema)]
pub struct AgentJoined<'a> {
    pub(super) agent: Named<'a>,
}

/// `conversation.ended`
#[derive(Serialize, ToSchema)]
pub struct ConversationEnded<'a> {
    pub(super) reason: &'a str,
    /// Where the channel has a survey after the chat: its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) survey_url: Option<&'a str>,
}

/// A frame that says all by its type.
#[derive(Serialize, ToSchema)]
pub struct Bare {}

/// Any of an agent's.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Body<'a> {
    Welcome(Box<AgentWelcome<'a>>),
    OfferCreated(Box<OfferCreated<'a>>),
    OfferEnded(OfferEnded<'a>),
    Assigned(Box<ConversationAssigned<'a>>),
    Updated(Box<ConversationUpdated<'a>>),
    Removed(ConversationRemoved<'a>),
    Message(MessageReceived<'a>),
    Delivery(MessageDelivery<'a>),
    Invited(Box<ConsultInvited<'a>>),
    Participants(ConsultChanged<'a>),
    Over(PartEnded<'a>),
    Typing(CustomerTyping),
    Presence(PresenceChanged<'a>),
    Capacity(CapacityUnits),
    Notice(Notice<'a>),
    PickSnapshot(PickListSnapshot<'a>),
    PickChanged(PickListChanged<'a>),
    GoingAway(GoingAway),
}

/// Any of a customer's.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum CustomerBody<'a> {
    Welcome(Box<CustomerWelcome<'a>>),
    Message(MessageReceived<'a>),
    Position(QueuePosition),
    Joined(AgentJoined<'a>),
    Bare(Bare),
    Ended(ConversationEnded<'a>),
    GoingAway(GoingAway),
}
