//! A work stream: routing settings (which queue) and distribution settings (how an agent gets it).

use serde::{Deserialize, Serialize};

use super::classification::RuleSet;
use super::resources::ChannelType;
use super::skills::RelaxationStep;
use super::{DEFAULT_MESSAGING, DEFAULT_RECORD, Templates};
use crate::context::Variable;
use crate::ids::{AgentId, CapacityProfileId, QueueId, SkillId, TemplateId};
use crate::presence::BasePresence;

/// How conversations reach agents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Mode {
    /// The dispatcher makes an offer.
    Push,
    /// Agents take from the pick list.
    Pick,
}

/// What an offer looks like to the agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum NotificationKind {
    /// No prompt: active on the agent at once.
    OpenDirectly,
    /// A prompt with Accept only.
    ScreenPopTimeout,
    /// Accept, Decline and timeout.
    ScreenPopDecline,
}

/// Notification settings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Notification {
    /// Which prompt.
    pub kind: NotificationKind,
    /// How long the prompt stands, 1..=3600 s.
    pub timeout_seconds: u32,
    /// Template that shapes the prompt where `templates` names none.
    pub template_id: Option<TemplateId>,
    /// Templates by scenario.
    pub templates: Templates,
}

/// What follows a decline or a timeout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refusal {
    /// Pause for that agent and conversation after a decline.
    pub decline_cooldown_seconds: u32,
    /// The same after a timeout.
    pub timeout_cooldown_seconds: u32,
    /// After this many by one agent, never again automatically to that one.
    pub max_refusals: u32,
}

/// Distribution settings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Distribution {
    /// Push or pick.
    pub mode: Mode,
    /// The prompt.
    pub notification: Notification,
    /// Base presences in which an agent is offered this stream; never empty.
    pub allowed_presences: Vec<BasePresence>,
    /// Whether agents may also take waiting push conversations themselves.
    pub select_from_push: bool,
    /// Whether a returning customer is offered to the previous agent first.
    pub agent_affinity: bool,
    /// Cooldowns and limits.
    pub refusal: Refusal,
    /// Most conversations of this stream that are pushed to one agent at a time; `None` is no cap.
    pub max_conversations_per_agent: Option<u32>,
}

/// How long wrap-up holds the agent's units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BlockCapacity {
    /// Until the agent closes.
    Always,
    /// Freed at the end of the conversation.
    Never,
    /// This many seconds, at most.
    Seconds(u32),
}

/// Comparison operators (CONTRACT §3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs)] // each is its own name
pub enum Operator {
    Equals,
    NotEquals,
    Contains,
    NotContains,
    BeginsWith,
    NotBeginsWith,
    EndsWith,
    NotEndsWith,
    HasData,
    NoData,
    In,
    NotIn,
    Gt,
    Gte,
    Lt,
    Lte,
    Between,
}

/// One operand as it was written: JSON string, number or boolean.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Operand {
    /// A string.
    Text(String),
    /// A number.
    Number(f64),
    /// A boolean; compares as the text `true` or `false`.
    Bool(bool),
}

/// `variable operator value`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// A context variable's name, or a path `channel.… customer.… record.… time.…`.
    pub variable: String,
    /// How it is compared.
    pub operator: Operator,
    /// None for `has_data` and `no_data`, one, two for `between`, any number for `in` and `not_in`.
    pub values: Vec<Operand>,
}

/// A nested condition.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Condition {
    /// Every part holds (true if empty).
    All(Vec<Condition>),
    /// Some part holds (false if empty).
    Any(Vec<Condition>),
    /// The part does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Is(Comparison),
}

/// A share of a percentage split.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Split {
    /// Where to.
    pub queue_id: QueueId,
    /// How much; all shares sum to 100.
    pub percent: u32,
}

/// Where a rule routes to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Route {
    /// A queue.
    Queue(QueueId),
    /// An agent first; home is the fallback queue.
    Agent(AgentId),
    /// Shares over queues, seeded by the conversation's id.
    Split(Vec<Split>),
}

/// One routing rule item; the first whose condition holds decides.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RoutingRule {
    /// What people see, also in decision records.
    pub name: String,
    /// Help for administrators.
    pub description: String,
    /// When it holds.
    pub when: Condition,
    /// Where it routes.
    pub route_to: Route,
}

/// A required skill.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct RequiredSkill {
    /// Which.
    pub skill_id: SkillId,
    /// Least level, 1 if not said.
    pub min_level: u32,
}

/// A rule that adds required skills; all that hold apply, in order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SkillRule {
    /// What people see.
    pub name: String,
    /// When it holds.
    pub when: Condition,
    /// What it requires.
    pub skills: Vec<RequiredSkill>,
}

/// A kind of record that this stream routes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EntityConfiguration {
    /// e.g. `incident`
    pub entity_logical_name: String,
    /// e.g. `incidents`
    pub entity_set_name: String,
    /// e.g. `incident_msdyn_ocliveworkitems`
    pub relationship_name: Option<String>,
}

/// A work stream (CONTRACT §3).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WorkStream {
    /// What people see.
    pub name: String,
    /// Type of all its channels.
    pub channel_type: ChannelType,
    /// Units that one conversation costs.
    pub capacity: u32,
    /// Profiles in each of which one conversation takes a place, each once.
    pub capacity_profile_ids: Vec<CapacityProfileId>,
    /// A waiting conversation closes after this long without a word; `None` never.
    pub auto_close_after_inactivity_seconds: Option<u32>,
    /// How agents get it.
    pub distribution: Distribution,
    /// What wrap-up holds.
    pub block_capacity: BlockCapacity,
    /// Declared variables.
    pub context_variables: Vec<Variable>,
    /// Ordered rule sets, evaluated before the routing rules.
    pub classification: Vec<RuleSet>,
    /// Ordered rules.
    pub routing_rules: Vec<RoutingRule>,
    /// Where what no rule takes goes.
    pub fallback_queue_id: QueueId,
    /// Rules that require skills.
    pub skill_rules: Vec<SkillRule>,
    /// Steps that relax required skills with the conversation's age, ascending; none: they stay as they are.
    pub skill_relaxation: Vec<RelaxationStep>,
    /// Records that it routes.
    pub entity_configurations: Vec<EntityConfiguration>,
    /// Inactive streams take nothing new.
    pub active: bool,
}

impl WorkStream {
    /// How it routes records of this entity, if it does.
    pub fn entity(&self, logical_name: &str) -> Option<&EntityConfiguration> {
        let mut all = self.entity_configurations.iter();
        all.find(|entity| entity.entity_logical_name == logical_name)
            .filter(|_| self.channel_type == ChannelType::Entity)
    }

    /// Every skill that a rule of this work stream requires, with its level.
    pub fn required_skills(&self) -> impl Iterator<Item = &RequiredSkill> {
        let written = self.classification.iter().flat_map(|set| &set.rules);
        let written = written.flat_map(|rule| &rule.set.skills);
        self.skill_rules.iter().flat_map(|rule| &rule.skills).chain(written)
    }

    /// A work stream with every default of CONTRACT §3 and SPEC §2.
    pub fn named(name: &str, channel_type: ChannelType) -> Self {
        let entity = channel_type == ChannelType::Entity;
        Self {
            name: name.to_owned(),
            channel_type,
            capacity: 1,
            capacity_profile_ids: Vec::new(),
            auto_close_after_inactivity_seconds: match channel_type {
                ChannelType::LiveChat => Some(1800),
                ChannelType::Entity => None,
                _ => Some(86_400),
            },
            distribution: Distribution {
                mode: Mode::Push,
                notification: Notification {
                    kind: NotificationKind::ScreenPopDecline,
                    timeout_seconds: 120,
                    template_id: None,
                    templates: Templates::default(),
                },
                allowed_presences: vec![BasePresence::Available, BasePresence::Busy],
                select_from_push: false,
                agent_affinity: channel_type.keeps_agent(),
                refusal: Refusal {
                    decline_cooldown_seconds: 60,
                    timeout_cooldown_seconds: 60,
                    max_refusals: 3,
                },
                max_conversations_per_agent: None,
            },
            block_capacity: BlockCapacity::Always,
            context_variables: Vec::new(),
            classification: Vec::new(),
            routing_rules: Vec::new(),
            fallback_queue_id: if entity { DEFAULT_RECORD } else { DEFAULT_MESSAGING }.into(),
            skill_rules: Vec::new(),
            skill_relaxation: Vec::new(),
            entity_configurations: Vec::new(),
            active: true,
        }
    }
}
