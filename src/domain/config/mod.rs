//! The configuration: one immutable, versioned value that every decide receives (ARCHITECTURE §2.11).
//!
//! Owns what is configured and how a [`Change`] makes the next version. Does not know who asked, wire
//! forms, or what runs; whether something is in use is told to [`check`] as an argument.

mod capacity_profile;
mod change;
pub mod check;
mod classification;
mod entity;
mod hours;
mod live_chat;
mod overflow;
mod provider;
mod quick_reply;
mod resources;
mod skills;
mod template;
mod webhook;
mod work_stream;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use capacity_profile::{AgentProfile, CapacityProfile, Reset};
pub use change::{Change, Key};
pub use classification::{ClassificationRule, Outputs, RuleSet};
pub use entity::{ENTITY_CHANNEL, IntakeRule, entity_channel, stream_of_entity_channel};
pub use hours::{DAY_MINUTES, Holiday, LocalDate, OperatingHours, Span, Weekday, WeeklySpan};
pub use live_chat::{
    Authentication, AuthenticationMode, AutomatedMessage, CUSTOMER_FIELDS, Choice, Corner, Invitation,
    LiveChat, Occasion, OfflinePage, Question, QuestionKind, Texts, VisitorKey, message_pieces,
};
pub use overflow::{OverflowAction, OverflowItem, OverflowWhen};
pub use provider::Provider;
pub use quick_reply::{QuickReply, REPLY_SLUGS, reply_pieces};
pub use resources::{
    Agent, AgentSkill, ApiKey, AssignmentMethod, Channel, ChannelType, CustomPresence, Customer,
    IdentificationField, IdentificationRule, Match, Queue, QueueType, Role, Skill, has_levels, levels,
};
pub use skills::{Ease, RelaxationStep};
pub use template::{
    Desktop, NotificationTemplate, Piece, SLUGS, Scenario, TemplateField, Templates, Theme, pieces,
};
pub use webhook::{SECRET_OVERLAP_SECONDS, Secret, Webhook};
pub use work_stream::{
    BlockCapacity, Comparison, Condition, Distribution, EntityConfiguration, Mode, Notification,
    NotificationKind, Operand, Operator, Refusal, RequiredSkill, Route, RoutingRule, SkillRule, Split,
    WorkStream,
};

use super::identification::CustomerIndex;
use super::ids::{
    AgentId, ApiKeyId, CapacityProfileId, ChannelId, CustomerId, OperatingHoursId, PresenceId, QueueId,
    QuickReplyId, SkillId, TemplateId, WebhookId, WorkStreamId,
};
use super::presence::BasePresence;

/// The default queue for messages, and the fallback of messaging work streams.
pub const DEFAULT_MESSAGING: &str = "default-messaging";
/// The default queue for records, and the fallback of entity work streams.
pub const DEFAULT_RECORD: &str = "default-record";
/// The work stream that exists from the start.
pub const DEFAULT_LIVE_CHAT: &str = "default-live-chat";

/// Age limits of one channel type; `None` is no limit. Seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AgeLimits {
    /// Longest time in open.
    pub open_seconds: Option<u32>,
    /// Longest time in active.
    pub active_seconds: Option<u32>,
    /// Longest time in waiting.
    pub waiting_seconds: Option<u32>,
    /// Longest time in wrap-up.
    pub wrap_up_seconds: Option<u32>,
}

/// Settings of the whole installation (CONTRACT §3).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// Name of the organization, as record connectors send it.
    pub organization_id: String,
    /// How long a vanished agent's conversations stay with it.
    pub presence_grace_seconds: u32,
    /// Most offers open to one agent at a time.
    pub max_open_offers: u32,
    /// Whether a missed offer makes an agent inactive.
    pub missed_notifications: bool,
    /// How long closed conversations are kept.
    pub retention_days: u32,
    /// Limits by channel type; every type is present.
    pub age_limits: BTreeMap<ChannelType, AgeLimits>,
    /// Choose the work stream of a record whose caller names none; ordered.
    pub intake_rules: Vec<IntakeRule>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            organization_id: "default".to_owned(),
            presence_grace_seconds: 150,
            max_open_offers: 3,
            missed_notifications: false,
            retention_days: 90,
            age_limits: ChannelType::ALL.iter().map(|kind| (*kind, default_age_limits(*kind))).collect(),
            intake_rules: Vec::new(),
        }
    }
}

/// Defaults of SPEC §7: live chat open 20 min, wrap-up 15 min; sms and social open and active 30 d,
/// wrap-up 1 d; records none.
pub fn default_age_limits(kind: ChannelType) -> AgeLimits {
    const DAY: u32 = 86_400;
    match kind {
        ChannelType::Entity => AgeLimits::default(),
        ChannelType::LiveChat => {
            AgeLimits { open_seconds: Some(20 * 60), wrap_up_seconds: Some(15 * 60), ..AgeLimits::default() }
        }
        _ => AgeLimits {
            open_seconds: Some(30 * DAY),
            active_seconds: Some(30 * DAY),
            waiting_seconds: None,
            wrap_up_seconds: Some(DAY),
        },
    }
}

/// Everything that is configured, at one version.
#[derive(Clone, PartialEq, Debug)]
pub struct Config {
    /// Rises by one with each change; 1 is the built-in configuration.
    pub version: u64,
    /// Settings of the installation.
    pub settings: Arc<Settings>,
    /// Work streams by id.
    pub work_streams: BTreeMap<WorkStreamId, Arc<WorkStream>>,
    /// Queues by id.
    pub queues: BTreeMap<QueueId, Arc<Queue>>,
    /// Agents by id.
    pub agents: BTreeMap<AgentId, Arc<Agent>>,
    /// Channels by id.
    pub channels: BTreeMap<ChannelId, Arc<Channel>>,
    /// Custom presences by id.
    pub presences: BTreeMap<PresenceId, Arc<CustomPresence>>,
    /// Skills by id.
    pub skills: BTreeMap<SkillId, Arc<Skill>>,
    /// Capacity profiles by id.
    pub capacity_profiles: BTreeMap<CapacityProfileId, Arc<CapacityProfile>>,
    /// Customer records by id.
    pub customers: BTreeMap<CustomerId, Arc<Customer>>,
    /// Identification rules by id.
    pub identification_rules: BTreeMap<String, Arc<IdentificationRule>>,
    /// Notification templates by id.
    pub templates: BTreeMap<TemplateId, Arc<NotificationTemplate>>,
    /// API keys by id.
    pub api_keys: BTreeMap<ApiKeyId, Arc<ApiKey>>,
    /// Operating hours by id.
    pub operating_hours: BTreeMap<OperatingHoursId, Arc<OperatingHours>>,
    /// Webhooks by id.
    pub webhooks: BTreeMap<WebhookId, Arc<Webhook>>,
    /// Quick replies by id.
    pub quick_replies: BTreeMap<QuickReplyId, Arc<QuickReply>>,
    /// Version at which each resource was last written; its `ETag`.
    pub written: BTreeMap<Key, u64>,
    /// Customers by the values of their fields; derived.
    pub customer_index: Arc<CustomerIndex>,
    /// Tokens of an agent made before this instant (ms) are void (`DELETE …/tokens`).
    pub tokens_void_before: BTreeMap<AgentId, i64>,
}

impl Default for Config {
    /// The built-in configuration: default queues and the work stream `default-live-chat`.
    fn default() -> Self {
        let mut config = Self {
            version: 1,
            settings: Arc::new(Settings::default()),
            work_streams: BTreeMap::new(),
            queues: BTreeMap::new(),
            agents: BTreeMap::new(),
            channels: BTreeMap::new(),
            presences: BTreeMap::new(),
            skills: BTreeMap::new(),
            capacity_profiles: BTreeMap::new(),
            customers: BTreeMap::new(),
            identification_rules: BTreeMap::new(),
            templates: BTreeMap::new(),
            api_keys: BTreeMap::new(),
            operating_hours: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            quick_replies: BTreeMap::new(),
            written: BTreeMap::new(),
            customer_index: Arc::default(),
            tokens_void_before: BTreeMap::new(),
        };
        let messaging = Queue::named("Default messaging queue", QueueType::Messaging);
        let record = Queue::named("Default record queue", QueueType::Record);
        config.queues.insert(DEFAULT_MESSAGING.into(), Arc::new(messaging));
        config.queues.insert(DEFAULT_RECORD.into(), Arc::new(record));
        let chat = WorkStream::named("Default live chat", ChannelType::LiveChat);
        config.work_streams.insert(DEFAULT_LIVE_CHAT.into(), Arc::new(chat));
        config.written.insert(Key::Queue(DEFAULT_MESSAGING.into()), 1);
        config.written.insert(Key::Queue(DEFAULT_RECORD.into()), 1);
        config.written.insert(Key::WorkStream(DEFAULT_LIVE_CHAT.into()), 1);
        config.written.insert(Key::Settings, 1);
        config
    }
}

impl Config {
    /// Whether `agent` serves `queue`. The default queues hold every agent (CONTRACT §3).
    pub fn is_member(&self, queue: &QueueId, agent: &AgentId) -> bool {
        self.agents.get(agent).is_some_and(|a| is_default_queue(queue) || a.queue_ids.contains(queue))
    }

    /// The queues that `agent` serves: its own and the defaults, each once.
    pub fn queues_of(&self, agent: &AgentId) -> Vec<QueueId> {
        let Some(resource) = self.agents.get(agent) else { return Vec::new() };
        let mut queues: Vec<QueueId> = vec![DEFAULT_MESSAGING.into(), DEFAULT_RECORD.into()];
        queues.extend(resource.queue_ids.iter().filter(|q| !is_default_queue(q)).cloned());
        queues
    }

    /// The base presence behind a presence id, base or custom; `None` if there is no such presence.
    pub fn base_presence(&self, presence: &PresenceId) -> Option<BasePresence> {
        BasePresence::from_id(presence.as_str())
            .or_else(|| self.presences.get(presence).map(|custom| custom.base))
    }

    /// The agents that serve `queue`, in id order.
    pub fn members<'a>(&'a self, queue: &'a QueueId) -> impl Iterator<Item = &'a AgentId> + 'a {
        let all = is_default_queue(queue);
        self.agents.iter().filter(move |(_, a)| all || a.queue_ids.contains(queue)).map(|(id, _)| id)
    }
}

/// Whether this is one of the two built-in queues that hold every agent.
pub fn is_default_queue(queue: &QueueId) -> bool {
    matches!(queue.as_str(), DEFAULT_MESSAGING | DEFAULT_RECORD)
}
