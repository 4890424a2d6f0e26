//! A conversation on the wire (CONTRACT §4), for staff; and the little of it that a customer sees.

use serde::Serialize;
use utoipa::ToSchema;

use super::time::At;
use super::value::ContextView;
use crate::domain::conversation::{CloseReason, Conversation, CustomerRef, Participant, Status};
use crate::domain::entity::RoutedRecord;
use crate::domain::ids::{AgentId, ChannelId, ConversationId, CustomerId, GrantId, QueueId, WorkStreamId};

/// Who writes in. Always present; `null` where nothing is known.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationCustomer)]
pub struct CustomerView<'a> {
    /// The linked customer record.
    #[schema(value_type = Option<String>)]
    id: Option<&'a CustomerId>,
    name: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
}

impl<'a> From<&'a CustomerRef> for CustomerView<'a> {
    fn from(customer: &'a CustomerRef) -> Self {
        Self {
            id: customer.id.as_ref(),
            name: customer.name.as_deref(),
            email: customer.email.as_deref(),
            phone: customer.phone.as_deref(),
        }
    }
}

/// The open offer of a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationOffer)]
pub struct OpenOffer<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: GrantId,
    #[schema(value_type = String)]
    agent_id: &'a AgentId,
    expires_at: At,
}

/// Who takes part in a conversation beside the agent who has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Participant)]
pub struct ParticipantView<'a> {
    #[schema(value_type = String)]
    agent_id: &'a AgentId,
    /// `consult` (reads everything, writes internally) or `supervisor` (who joined).
    kind: &'static str,
    /// `invited` or `joined`.
    state: &'static str,
    since: At,
}

impl<'a> From<&'a Participant> for ParticipantView<'a> {
    fn from(participant: &'a Participant) -> Self {
        Self {
            agent_id: &participant.agent,
            kind: participant.kind.as_str(),
            state: if participant.joined() { "joined" } else { "invited" },
            since: At(participant.since),
        }
    }
}

/// The record that a conversation is the work item of.
#[derive(Serialize, ToSchema)]
#[schema(as = ConversationRecord)]
pub struct RecordView<'a> {
    #[schema(example = "incident")]
    entity_logical_name: &'a str,
    #[schema(example = "incidents")]
    entity_set_name: &'a str,
    record_id: &'a str,
    relationship_name: Option<&'a str>,
    /// Strings and numbers by key, as the connector gave them; rules read them as `record.…`.
    #[schema(value_type = Object)]
    details: ContextView<'a>,
    /// Name of the intake rule that chose the work stream; null where the connector named it.
    intake_rule: Option<&'a str>,
}

impl<'a> From<&'a RoutedRecord> for RecordView<'a> {
    fn from(record: &'a RoutedRecord) -> Self {
        Self {
            entity_logical_name: &record.entity_logical_name,
            entity_set_name: &record.entity_set_name,
            record_id: &record.record_id,
            relationship_name: record.relationship_name.as_deref(),
            details: ContextView(&record.details),
            intake_rule: record.intake_rule.as_deref(),
        }
    }
}

/// A conversation, or a routed record.
#[derive(Serialize, ToSchema)]
#[schema(as = Conversation)]
pub struct ConversationView<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: ConversationId,
    /// `open`, `active`, `waiting`, `wrap_up` or `closed`.
    state: &'static str,
    #[schema(value_type = String)]
    channel_id: &'a ChannelId,
    channel_type: &'static str,
    #[schema(value_type = String)]
    work_stream_id: &'a WorkStreamId,
    #[schema(value_type = String)]
    queue_id: &'a QueueId,
    /// Who has it; while waiting, in wrap-up and closed the last agent.
    #[schema(value_type = Option<String>)]
    agent_id: Option<&'a AgentId>,
    offer: Option<OpenOffer<'a>>,
    /// Who takes part beside that agent, oldest first; at most 5, only while it is active.
    participants: Vec<ParticipantView<'a>>,
    customer: CustomerView<'a>,
    /// The record that it is the work item of; not there for what is no record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    record: Option<RecordView<'a>>,
    /// Context variables: strings and numbers by key.
    #[schema(value_type = Object)]
    context: ContextView<'a>,
    /// Keys of the context that the work stream does not declare.
    #[schema(value_type = Vec<String>)]
    undeclared: &'a [std::sync::Arc<str>],
    /// −100..100, higher first.
    priority: i32,
    /// Language of what the house says by itself in it, a BCP 47 tag; null: the channel's own.
    language: Option<&'a str>,
    capacity_units: u32,
    /// Whether the agent's units are held for it: while it is active, and in wrap-up as the work stream says.
    units_held: bool,
    /// In wrap-up, when they are freed at the latest; null while nothing says so: then with the close.
    units_held_until: Option<At>,
    transfer_count: u32,
    /// Declines and timeouts so far.
    refusals: u32,
    created_at: At,
    /// Its age in line: set once, kept through refusal, release, transfer and restart.
    queued_at: At,
    assigned_at: Option<At>,
    wrap_up_at: Option<At>,
    closed_at: Option<At>,
    /// `customer_ended`, `agent_closed`, `age_limit`, `inactivity`, `force_closed`, `overflow`, `resolved` or `cancelled`.
    close_reason: Option<&'static str>,
    /// Rises by one with each event; the number in the `ETag`.
    version: u32,
}

impl<'a> From<&'a Conversation> for ConversationView<'a> {
    fn from(c: &'a Conversation) -> Self {
        Self {
            id: c.id(),
            state: c.status.as_str(),
            channel_id: &c.born.channel_id,
            channel_type: c.born.channel_type.as_str(),
            work_stream_id: &c.born.work_stream_id,
            queue_id: &c.queue_id,
            agent_id: c.agent.as_ref().filter(|_| c.status != Status::Open),
            offer: c.offer.as_ref().map(|offer| OpenOffer {
                id: offer.grant.id,
                agent_id: &offer.grant.agent,
                expires_at: At(offer.expires_at),
            }),
            participants: c.participants.iter().map(Into::into).collect(),
            customer: CustomerView::from(&c.customer),
            record: c.born.record.as_deref().map(Into::into),
            context: ContextView(&c.context),
            undeclared: &c.undeclared,
            priority: c.priority,
            language: c.born.language.as_deref(),
            capacity_units: c.units,
            units_held: c.grant.is_some(),
            units_held_until: c.hold_until.filter(|_| c.grant.is_some()).map(At),
            transfer_count: c.transfer_count,
            refusals: c.refusals,
            created_at: At(c.created_at),
            queued_at: At(c.queued_at),
            assigned_at: c.assigned_at.map(At),
            wrap_up_at: c.wrap_up_at.map(At),
            closed_at: c.closed_at.map(At),
            close_reason: c.close_reason.map(CloseReason::as_str),
            version: c.version,
        }
    }
}

/// What a customer sees of a conversation: nothing of queues, agents' ids or context.
#[derive(Serialize, ToSchema)]
#[schema(as = CustomerConversation)]
pub struct PublicView<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: ConversationId,
    /// `open`, `active`, `waiting`, `wrap_up` or `closed`.
    state: &'static str,
    #[schema(value_type = String)]
    channel_id: &'a ChannelId,
    created_at: At,
    closed_at: Option<At>,
}

impl<'a> From<&'a Conversation> for PublicView<'a> {
    fn from(c: &'a Conversation) -> Self {
        Self {
            id: c.id(),
            state: c.status.as_str(),
            channel_id: &c.born.channel_id,
            created_at: At(c.created_at),
            closed_at: c.closed_at.map(At),
        }
    }
}
