//! What a webhook is told, in the wire forms of the API.

use crate::domain::conversation::{Conversation, Event};
use crate::domain::time::Timestamp;
use crate::http::wire::conversation::ConversationView;
use crate::http::wire::event::EventView;
use crate::http::wire::time::At;
use crate::http::wire::webhook::{WebhookData, WebhookEvent};
use crate::outbound::Words;

/// Renders bodies.
#[derive(Clone, Copy, Debug)]
pub struct Bodies;

impl Words for Bodies {
    fn event(&self, id: &str, event: &Event, conversation: &Conversation) -> Vec<u8> {
        let data = WebhookData {
            event: Some(EventView::new(event, false)),
            conversation: Some(ConversationView::from(conversation)),
        };
        let body = WebhookEvent {
            kind: event.what.kind(),
            id,
            at: At(event.at),
            conversation_id: Some(event.conversation.to_string()),
            seq: Some(event.seq),
            data,
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }

    fn ping(&self, id: &str, at: Timestamp) -> Vec<u8> {
        let data = WebhookData::default();
        let body = WebhookEvent { kind: "ping", id, at: At(at), conversation_id: None, seq: None, data };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}
