//! A message on the wire (CONTRACT §4).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::time::At;
use crate::domain::config::Occasion;
use crate::domain::conversation::{Message, Sender, Visibility};
use crate::domain::correspondent::Attachment;
use crate::domain::ids::{AgentId, ConversationId, MessageId};
use crate::domain::outbound::Progress;

/// A message of a conversation.
#[derive(Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView<'a> {
    #[schema(value_type = String, format = "uuid")]
    id: MessageId,
    #[schema(value_type = String, format = "uuid")]
    conversation_id: ConversationId,
    /// 1, 2, … in the conversation.
    seq: u32,
    /// `customer`, `agent` or `system`.
    sender: &'static str,
    /// Which agent speaks; absent for the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    agent_id: Option<&'a AgentId>,
    /// That agent's name, now; on customers' sockets alone, where nothing else says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    agent_name: Option<&'a str>,
    text: &'a str,
    /// `public`, or `internal`: agents only.
    visibility: &'static str,
    /// The sender's own id; absent if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_message_id: Option<&'a str>,
    created_at: At,
    /// What stands elsewhere, by reference; absent if there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10, required = false)]
    attachments: Vec<AttachmentView<'a>>,
    /// What made the house say it by itself: `started`, `waiting`, `position`, `agent_assigned`, `agent_left`,
    /// `transferred`, `outside_hours`, `ended` or `inactivity`; absent of all that somebody wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    automated: Option<&'static str>,
    /// How far it is on its way to the customer: of public messages of agents and the system on a provider's channel, where
    /// agents read them; absent where nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    delivery: Option<DeliveryView<'a>>,
}

/// How far a message to a customer is.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryState)]
pub struct DeliveryView<'a> {
    /// `pending`: not tried yet; `retrying`: in vain so far; `sent`: the provider has it; `delivered`, `read`: by the
    /// customer; `failed`: nobody tries any more.
    state: &'static str,
    /// Why it is not with the customer; only of `retrying` and `failed`, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<&'a str>,
}

impl<'a> From<&'a Progress> for DeliveryView<'a> {
    fn from(progress: &'a Progress) -> Self {
        Self { state: progress.as_str(), problem: progress.problem().map(|problem| &**problem) }
    }
}

/// Something that stands elsewhere.
#[derive(Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentView<'a> {
    /// Where, or the provider's reference of it.
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    media_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<&'a str>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    size: Option<u64>,
}

impl<'a> From<&'a Attachment> for AttachmentView<'a> {
    fn from(one: &'a Attachment) -> Self {
        Self {
            url: &one.url,
            media_type: one.media_type.as_deref(),
            name: one.name.as_deref(),
            size: one.size,
        }
    }
}

impl<'a> MessageView<'a> {
    /// The wire form of `message` in `conversation_id`.
    pub fn new(conversation_id: ConversationId, message: &'a Message) -> Self {
        Self {
            id: message.id,
            conversation_id,
            seq: message.seq,
            sender: sender_name(&message.sender),
            agent_id: match &message.sender {
                Sender::Agent(id) => Some(id),
                _ => None,
            },
            agent_name: None,
            text: &message.text,
            visibility: visibility_name(message.visibility),
            client_message_id: message.client_message_id.as_deref(),
            created_at: At(message.created_at),
            attachments: message.attachments.iter().map(Into::into).collect(),
            automated: message.automated.map(Occasion::as_str),
            delivery: None,
        }
    }

    /// The same with the name of the agent who wrote it.
    pub fn named(conversation_id: ConversationId, message: &'a Message, agent_name: Option<&'a str>) -> Self {
        Self { agent_name, ..Self::new(conversation_id, message) }
    }

    /// The same with how far it is, if that is known.
    pub fn delivered(
        conversation_id: ConversationId,
        message: &'a Message,
        progress: &'a BTreeMap<u32, Progress>,
    ) -> Self {
        let delivery = progress.get(&message.seq).map(Into::into);
        Self { delivery, ..Self::new(conversation_id, message) }
    }
}

fn sender_name(sender: &Sender) -> &'static str {
    match sender {
        Sender::Customer => "customer",
        Sender::Agent(_) => "agent",
        Sender::System => "system",
    }
}

/// The name on the wire.
pub fn visibility_name(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    }
}

/// The visibility of this name.
pub fn visibility_of(name: &str) -> Option<Visibility> {
    match name {
        "public" => Some(Visibility::Public),
        "internal" => Some(Visibility::Internal),
        _ => None,
    }
}
