//! The configured resources apart from work streams: plain values with the defaults of CONTRACT §3.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AgentProfile, LiveChat, OverflowAction, OverflowItem, Provider};
use crate::ids::{ChannelId, OperatingHoursId, PresenceId, QueueId, SkillId, WorkStreamId};
use crate::presence::BasePresence;

/// Kind of channel, and of the work stream that channels of this kind share.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ChannelType {
    /// A chat widget.
    LiveChat,
    /// An SMS number.
    Sms,
    /// A Facebook page.
    Facebook,
    /// A `WeChat` account.
    Wechat,
    /// A Microsoft Teams bot.
    Teams,
    /// A LINE account.
    Line,
    /// A `WhatsApp` number.
    Whatsapp,
    /// A Twitter account.
    Twitter,
    /// A documented JSON webhook.
    Custom,
    /// Routed records.
    Entity,
}

impl ChannelType {
    /// Every channel type, in CONTRACT order.
    pub const ALL: [Self; 10] = [
        Self::LiveChat,
        Self::Sms,
        Self::Facebook,
        Self::Wechat,
        Self::Teams,
        Self::Line,
        Self::Whatsapp,
        Self::Twitter,
        Self::Custom,
        Self::Entity,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LiveChat => "live_chat",
            Self::Sms => "sms",
            Self::Facebook => "facebook",
            Self::Wechat => "wechat",
            Self::Teams => "teams",
            Self::Line => "line",
            Self::Whatsapp => "whatsapp",
            Self::Twitter => "twitter",
            Self::Custom => "custom",
            Self::Entity => "entity",
        }
    }

    /// Which queues hold what comes in over it.
    pub fn queue_type(self) -> QueueType {
        if self == Self::Entity { QueueType::Record } else { QueueType::Messaging }
    }

    /// Whether agent affinity is on by default for push: sms and the social types (SPEC §2).
    pub fn keeps_agent(self) -> bool {
        !matches!(self, Self::LiveChat | Self::Custom | Self::Entity)
    }
}

/// What a queue holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum QueueType {
    /// Conversations over a messaging channel.
    Messaging,
    /// Routed records.
    Record,
}

/// How a queue orders the agents that are eligible (SPEC §8).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum AssignmentMethod {
    /// Most free units; tie: fewest of this work stream; tie: idle longest.
    HighestCapacity,
    /// Longest since the last offer in this queue; what opened directly counts, what was picked or assigned does not.
    RoundRobin,
    /// Longest since the last conversation ended, or since connecting.
    LongestIdle,
    /// Fewest active.
    LeastActive,
}

/// A queue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Queue {
    /// What people see.
    pub name: String,
    /// What it holds.
    pub kind: QueueType,
    /// Smaller is served first.
    pub priority: i32,
    /// Order of its eligible agents.
    pub assignment_method: AssignmentMethod,
    /// Target for the wait, in seconds; past it a conversation that fits nobody raises a notice.
    pub service_level_seconds: Option<u32>,
    /// When it is open; `None` is always.
    pub operating_hours_id: Option<OperatingHoursId>,
    /// What to do with what waits in vain, in order.
    pub overflow: Vec<OverflowItem>,
}

impl Queue {
    /// A queue with every default.
    pub fn named(name: &str, kind: QueueType) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            priority: 100,
            assignment_method: AssignmentMethod::HighestCapacity,
            service_level_seconds: None,
            operating_hours_id: None,
            overflow: Vec::new(),
        }
    }

    /// Whether an item of its overflow names that queue.
    pub fn overflows_to(&self, queue: &QueueId) -> bool {
        self.overflow.iter().any(|item| matches!(&item.action, OverflowAction::Queue(to) if to == queue))
    }
}

/// What a caller may do (CONTRACT §2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Role {
    /// Itself only.
    Agent,
    /// Conversations, messages and entities; no configuration.
    Backend,
    /// Looks at all, intervenes.
    Supervisor,
    /// Everything.
    Admin,
}

impl Role {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Backend => "backend",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }
}

/// A skill of an agent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentSkill {
    /// Which.
    pub skill_id: SkillId,
    /// How well, 1 to the skill's `max_level`.
    pub level: u32,
}

/// An agent resource.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Agent {
    /// What people see.
    pub name: String,
    /// Address, if known.
    pub email: Option<String>,
    /// agent, supervisor or admin.
    pub role: Role,
    /// Total units.
    pub capacity: u32,
    /// Queues served beside the defaults.
    pub queue_ids: Vec<QueueId>,
    /// Presence after sign-in.
    pub default_presence: PresenceId,
    /// Skills with levels.
    pub skills: Vec<AgentSkill>,
    /// Capacity profiles, each once; without one there is no room in it.
    pub capacity_profiles: Vec<AgentProfile>,
}

impl Agent {
    /// An agent with every default.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: None,
            role: Role::Agent,
            capacity: 100,
            queue_ids: Vec::new(),
            default_presence: "available".into(),
            skills: Vec::new(),
            capacity_profiles: Vec::new(),
        }
    }

    /// Level in a skill; `None` if the agent does not have it.
    pub fn level(&self, skill: &SkillId) -> Option<u32> {
        self.skills.iter().find(|s| s.skill_id == *skill).map(|s| s.level)
    }
}

/// A channel: one widget, one number, one page. Belongs to one work stream of its type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Channel {
    /// What people see.
    pub name: String,
    /// Its type, the work stream's.
    pub kind: ChannelType,
    /// The work stream that routes and distributes what comes in here.
    pub work_stream_id: WorkStreamId,
    /// Live chat: origins that may embed the widget, beside our own. Other settings come with their channel.
    pub allowed_origins: Vec<String>,
    /// Live chat: what a visitor is shown and asked; the defaults for other types.
    pub live_chat: Box<LiveChat>,
    /// Other types: who carries its messages; `None` where a backend speaks for it.
    pub provider: Option<Box<Provider>>,
}

/// A custom presence over a base one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomPresence {
    /// What agents see.
    pub text: String,
    /// What routing looks at.
    pub base: BasePresence,
    /// Help for agents.
    pub description: Option<String>,
}

/// A skill definition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Skill {
    /// What people see.
    pub name: String,
    /// Levels run from 1 to this.
    pub max_level: u32,
}

/// A customer record, for identification (SPEC §12).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// Full name.
    pub name: String,
    /// Address.
    pub email: Option<String>,
    /// Number.
    pub phone: Option<String>,
    /// Open case numbers.
    pub case_numbers: Vec<String>,
    /// Only active records are linked.
    pub active: bool,
}

/// Field of a customer record that an answer is matched with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum IdentificationField {
    /// `name`
    Name,
    /// `email`
    Email,
    /// `phone`
    Phone,
    /// one of `case_numbers`
    CaseNumber,
}

/// One pair of an identification rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Match {
    /// Field of the customer record.
    pub field: IdentificationField,
    /// Context variable whose value must equal it.
    pub variable: String,
}

/// How answers find a customer record; all given must match exactly, one active hit links.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IdentificationRule {
    /// Only for this work stream; `None` for all.
    pub work_stream_id: Option<WorkStreamId>,
    /// Pairs, all of which must match.
    pub matches: Vec<Match>,
}

/// An API key. The token itself is never kept, only its digest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ApiKey {
    /// What people see.
    pub name: String,
    /// backend, supervisor or admin.
    pub role: Role,
    /// Channels it is limited to; empty for all.
    pub channel_ids: Vec<ChannelId>,
    /// SHA-256 of the token.
    pub digest: [u8; 32],
}

/// Groups agents' skills for a quick look-up.
pub fn levels(agent: &Agent) -> BTreeMap<SkillId, u32> {
    agent.skills.iter().map(|s| (s.skill_id.clone(), s.level)).collect()
}

/// Whether these are the agent's [`levels`].
pub fn has_levels(agent: &Agent, levels: &BTreeMap<SkillId, u32>) -> bool {
    agent.skills.len() == levels.len()
        && agent.skills.iter().all(|s| levels.get(&s.skill_id) == Some(&s.level))
}
