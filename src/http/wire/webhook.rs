//! Webhooks on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::common::yes;
use super::conversation::ConversationView;
use super::event::EventView;
use super::time::At;
use crate::domain::config as domain;
use crate::outbound::signature;

/// A webhook: an endpoint that is told of events. Its secret is in the answer that creates it and nowhere else.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// As in the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub id: Option<String>,
    /// What people see.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// Where it is told: `https`, and an address of the public internet, unless private addresses are allowed.
    #[schema(min_length = 1, max_length = 2000)]
    pub url: String,
    /// Types of events that it is told; empty for all.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub event_types: Vec<String>,
    /// Only conversations of these work streams; empty for all.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub work_stream_ids: Vec<String>,
    /// Only conversations of these channels; empty for all.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub channel_ids: Vec<String>,
    /// While false it is told nothing: no event waits for it, and what waited is kept.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub active: bool,
    /// Signs its calls: `whsec_` and 24 to 64 bytes in base64. Left out: a new webhook gets one, another keeps its own. A
    /// secret that is given replaces the one before at once; `rotate-secret` lets both sign for a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(write_only, nullable = false, max_length = 100)]
    pub secret: Option<String>,
}

impl From<&domain::Webhook> for Webhook {
    fn from(webhook: &domain::Webhook) -> Self {
        Self {
            id: None,
            name: webhook.name.clone(),
            url: webhook.url.clone(),
            event_types: webhook.event_types.clone(),
            work_stream_ids: webhook.work_stream_ids.iter().map(ToString::to_string).collect(),
            channel_ids: webhook.channel_ids.iter().map(ToString::to_string).collect(),
            active: webhook.active,
            secret: None,
        }
    }
}

impl Webhook {
    /// The domain's form, over what is there; `None` if the secret cannot be read.
    pub fn into_domain(self, before: Option<&domain::Webhook>) -> Option<domain::Webhook> {
        let none = domain::Secret([].as_slice().into());
        let kept = before.map_or((none, None), |before| (before.secret.clone(), before.previous.clone()));
        let (secret, previous) = match self.secret {
            None => kept,
            Some(text) => match signature::read(&text)? {
                same if same == kept.0 => kept,
                another => (another, None),
            },
        };
        Some(domain::Webhook {
            name: self.name,
            url: self.url,
            event_types: self.event_types,
            work_stream_ids: self.work_stream_ids.into_iter().map(Into::into).collect(),
            channel_ids: self.channel_ids.into_iter().map(Into::into).collect(),
            active: self.active,
            secret,
            previous,
        })
    }
}

/// The answer that creates a webhook without a secret of its own.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewWebhook {
    #[serde(flatten)]
    webhook: Webhook,
    /// What its calls are signed with, shown this once.
    secret: String,
}

/// A new secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RotatedSecret {
    /// Signs from now on; shown this once.
    pub secret: String,
    /// Until when the one before signs, too.
    #[schema(format = DateTime)]
    pub previous_valid_until: String,
}

/// What a webhook is told: the body of its calls.
#[derive(Serialize, ToSchema)]
pub struct WebhookEvent<'a> {
    /// Type of the event, as in the timeline; `ping` for a test.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The event's own: the same at every attempt, and the value of `webhook-id`.
    pub id: &'a str,
    /// When it happened.
    pub at: At,
    /// Of which conversation; null for a test.
    pub conversation_id: Option<String>,
    /// Its number in the timeline, rising without a gap; null for a test.
    pub seq: Option<u32>,
    /// What happened; empty for a test.
    pub data: WebhookData<'a>,
}

/// What happened.
#[derive(Default, Serialize, ToSchema)]
pub struct WebhookData<'a> {
    /// As in the timeline; texts that are for agents only are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub event: Option<EventView<'a>>,
    /// The conversation as the event left it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conversation: Option<ConversationView<'a>>,
}

/// A delivery that waits or was given up.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// The event's id, as in `webhook-id`.
    pub id: String,
    /// `pending` or `dead`.
    pub state: &'static str,
    /// Of which conversation.
    pub conversation_id: String,
    /// The event's number there.
    pub seq: u32,
    /// When it happened.
    pub at: At,
    /// Attempts so far.
    pub attempts: u32,
    /// Not tried again before; null if it is dead.
    pub next_attempt_at: Option<At>,
    /// When it was given up; null if it waits.
    pub died_at: Option<At>,
    /// Why the last attempt failed, or why it is dead; null if it was not tried.
    pub problem: Option<String>,
}

/// Which of the past is to be told (again); no member: all that is kept, up to the bound.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayRequest {
    /// Events from then on.
    #[serde(default)]
    #[schema(format = DateTime)]
    pub from: Option<String>,
    /// Events before then.
    #[serde(default)]
    #[schema(format = DateTime)]
    pub to: Option<String>,
    /// Only of this conversation.
    #[serde(default)]
    #[schema(max_length = 64)]
    pub conversation_id: Option<String>,
    /// `next_cursor` of the replay before.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub cursor: Option<String>,
}

/// What a replay began.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Replayed {
    /// Events that are to be told, those that waited already included.
    pub queued: usize,
    /// For the next replay, with the same body; null if this was all.
    pub next_cursor: Option<String>,
}

/// How a test went.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TestResult {
    /// Whether the endpoint took it (2xx).
    pub delivered: bool,
    /// Status of its answer; null if none came.
    pub status: Option<u16>,
    /// How long it took.
    pub duration_ms: u64,
    /// What was wrong; null if nothing was.
    pub problem: Option<String>,
}
