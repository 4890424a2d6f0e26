//! A message on the wire (CONTRACT §4).

use serde::Serialize;
use utoipa::ToSchema;

use super::time::At;
use crate::domain::config::Occasion;
use crate::domain::conversation::{Message, Sender, Visibility};
use crate::domain::correspondent::Attachment;
use crate::domain::ids::{AgentId, ConversationId, MessageId};

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
            text: &message.text,
            visibility: visibility_name(message.visibility),
            client_message_id: message.client_message_id.as_deref(),
            created_at: At(message.created_at),
            attachments: message.attachments.iter().map(Into::into).collect(),
            automated: message.automated.map(Occasion::as_str),
        }
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
